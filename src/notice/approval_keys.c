/* Who may sign: DIR/approvers.txt. */
#include "notice/approval_private.h"

#include "base/codec.h"
#include "base/utf8.h"
#include "notice/kept.h"

#define APPROVERS_MAX 4096u
#define FILE_NAME     "approvers.txt"

/* ---- a key as text */

static bool read_pem(struct str text, struct buf *out)
{
	static const char der[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03"
				  "\x21";
	struct str begin = S("-----BEGIN PUBLIC KEY-----"),
		   end = S("-----END PUBLIC KEY-----");
	ptrdiff_t from = str_find(text, begin), to = str_find(text, end);

	if (from < 0 || to < from)
		return false;
	text = str_sub(
	    text, (size_t)from + begin.n, (size_t)(to - from) - begin.n);
	/* RFC 8410: SubjectPublicKeyInfo of Ed25519 */
	if (!codec_unbase64(out, text, false) ||
	    out->len != sizeof(der) + APPROVAL_KEY ||
	    memcmp(out->p, der, sizeof(der)) != 0)
		return false;
	buf_consume(out, sizeof(der));
	return true;
}

int approver_key_parse(
    struct str text, unsigned char ret[APPROVAL_KEY], struct err *e)
{
	struct buf b = BUF_INIT(4 * KiB);
	struct str word = str_trim(text);
	bool ok;

	if (str_starts(word, S("-----BEGIN")))
		ok = read_pem(word, &b);
	else if (word.n == (size_t)2 * APPROVAL_KEY)
		ok = codec_unhex(&b, word);
	else
		ok = codec_unbase64(&b, word, true);
	ok = ok && b.len == APPROVAL_KEY;
	if (ok)
		memcpy(ret, b.p, APPROVAL_KEY);
	buf_release(&b);
	return ok ? 0
		  : err_set(e, ERR_INPUT,
			"is no public Ed25519 key in hex, base64 or PEM");
}

/* ---- the file */

static int parse_line(
    struct str line, struct arena *a, struct approver *ret, struct err *e)
{
	struct str rest = line;

	ret->role = arena_dup(a, str_trim(str_cut(&rest, '\t')));
	ret->name =
	    rest.p ? arena_dup(a, str_trim(str_cut(&rest, '\t'))) : S("");
	if (!approval_name_ok("role", ret->role, e) ||
	    !approval_name_ok("name", ret->name, e))
		return ERR_INPUT;
	if (!rest.p)
		return err_set(e, ERR_INPUT,
		    "a line is: role, name, public key, with tabs between "
		    "them");
	return approver_key_parse(rest, ret->key, e);
}

int approvers_parse(struct str text, const char *name, struct arena *a,
    struct approvers *ret, struct err *e)
{
	struct str rest = text, line;
	unsigned long no = 0;
	size_t room = 1;
	int rc = 0;

	*ret = (struct approvers){0};
	if (str_starts(rest, S("\xef\xbb\xbf"))) /* an editor's mark */
		rest = str_from(rest, 3);
	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	ret->v = arena_array(a, room, sizeof(*ret->v));
	while (rc == 0 && ret->v && rest.p) {
		struct approver *x = &ret->v[ret->count];

		line = str_trim(str_cut(&rest, '\n'));
		no++;
		if (!line.n || line.p[0] == '#')
			continue;
		if (ret->count == APPROVERS_MAX)
			return err_set(e, ERR_LIMIT, "%s: more than %u keys",
			    name, APPROVERS_MAX);
		rc = parse_line(line, a, x, e);
		if (rc == 0)
			rc = approver_admit(ret, x, e);
		ret->count++;
	}
	if (rc == 0 && a->failed)
		return err_set(e, ERR_LIMIT, "%s: is too large", name);
	return rc < 0 ? err_wrap(e, "%s:%lu", name, no) : 0;
}

int approvers_load(
    const char *dir, struct arena *a, struct approvers *ret, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_APPROVERS_FILE);
	int rc = kept_read(dir, FILE_NAME, &text, e);

	if (rc == 0)
		rc = approvers_parse(buf_str(&text), FILE_NAME, a, ret, e);
	buf_release(&text);
	return rc;
}

const struct approver *approver_find(
    const struct approvers *all, struct str role, struct str name)
{
	for (size_t i = 0; i < all->count; i++)
		if (approval_same_person(all->v[i].name, name) &&
		    (!role.p || approval_same(all->v[i].role, role)))
			return &all->v[i];
	return NULL;
}

int approver_admit(
    const struct approvers *all, const struct approver *one, struct err *e)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct approver *x = &all->v[i];
		bool key = memcmp(x->key, one->key, APPROVAL_KEY) == 0;
		bool name = approval_same_person(x->name, one->name);

		if (key && !name)
			return err_set(e, ERR_INPUT,
			    "this key is enrolled for %.*s; two people can not "
			    "sign with one key",
			    STR_ARG(x->name));
		if (name && approval_same(x->role, one->role))
			return err_set(e, ERR_INPUT,
			    "%.*s is enrolled as %.*s with %s",
			    STR_ARG(x->name), STR_ARG(x->role),
			    key ? "this key already"
				: "another key; take that line out of "
				  "approvers.txt first if it is lost");
	}
	return 0;
}

int approver_enroll(const char *dir, const struct approver *one, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_APPROVERS_FILE);
	int rc = kept_read(dir, FILE_NAME, &text, e);

	if (rc == 0 && !text.len)
		buf_addz(&text,
		    "# Who may approve: role, name, public key (Ed25519).\n");
	if (text.len && text.p[text.len - 1] != '\n')
		buf_addc(&text, '\n');
	buf_addf(&text, "%.*s\t%.*s\t", STR_ARG(one->role), STR_ARG(one->name));
	codec_hex(&text, str_make((const char *)one->key, APPROVAL_KEY));
	buf_addc(&text, '\n');
	if (rc == 0 && text.over)
		rc = err_set(e, ERR_LIMIT, "%s is full", FILE_NAME);
	if (rc == 0)
		rc = kept_write(dir, FILE_NAME, buf_str(&text), e);
	buf_release(&text);
	return rc;
}
