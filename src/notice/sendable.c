/* What must be there before a send, beyond syntax. */
#include "base/conf.h"
#include "base/utf8.h"
#include "domain/idna.h"
#include "mail/address.h"
#include "mail/verp.h"
#include "notice/letter.h"

#include <dirent.h>
#include <errno.h>

#define SHOWN(s) STR_ARG(str_sub(s, 0, 80))

static int refuse(struct err *e, const char *setting, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int refuse(struct err *e, const char *setting, const char *fmt, ...)
{
	char text[360];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, ERR_INPUT, "notice.ini: %s: %s", setting, text);
}

/* ---- nothing is left of what `tocsin new` wrote */

static int check_filled_in(const struct notice *n, struct err *e)
{
	const struct {
		const char *setting;
		struct str value;
	} all[] = {
	    {"[notice] title", n->title},
	    {"[notice] canonical_url", n->canonical_url},
	    {"[notice] corrects", n->corrects},
	    {"[organisation] name", n->org_name},
	    {"[organisation] brands", n->brands},
	    {"[organisation] own_domains", n->own_domains},
	    {"[organisation] marketing_senders", n->marketing_senders},
	    {"[from] name", n->from_name},
	    {"[from] address", n->from_address},
	    {"[from] reply_to", n->reply_to},
	    {"[message] subject", n->subject},
	    {"[message] codes", n->codes},
	    {"[dkim] domain", n->dkim[0].domain},
	    {"[dkim] selector", n->dkim[0].selector},
	    {"[dkim] key", n->dkim[0].key},
	    {"[dkim.2] domain", n->dkim[1].domain},
	    {"[dkim.2] selector", n->dkim[1].selector},
	    {"[dkim.2] key", n->dkim[1].key},
	    {"[bounce] address", n->bounce_address},
	    {"[send] relay", n->relay},
	    {"[send] helo", n->helo},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_find(all[i].value, S(NOTICE_PLACEHOLDER)) >= 0)
			return refuse(e, all[i].setting,
			    "still says " NOTICE_PLACEHOLDER
			    "; write your own, or remove the line");
	for (size_t i = 0; i < n->own_subjects; i++) {
		const struct notice_subject *s = &n->own_subject[i];

		if (str_find(s->text, S(NOTICE_PLACEHOLDER)) >= 0)
			return err_set(e, ERR_INPUT,
			    "notice.ini: [message] %.*s: still "
			    "says " NOTICE_PLACEHOLDER
			    "; write your own, or remove the line",
			    STR_ARG(s->key));
	}
	return 0;
}

static int check_text(const char *path, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_TEMPLATE);
	int rc = buf_read_file(&text, path, e);
	ptrdiff_t at =
	    rc < 0 ? -1 : str_find(buf_str(&text), S(NOTICE_PLACEHOLDER));
	unsigned long line = 1;

	for (ptrdiff_t i = 0; i < at; i++)
		line += text.p[i] == '\n';
	if (at >= 0)
		rc = err_set(e, ERR_INPUT,
		    "%s:%lu: still says " NOTICE_PLACEHOLDER
		    "; write there what the words behind it ask for",
		    path, line);
	buf_release(&text);
	return rc;
}

static int check_texts(const struct notice *n, struct err *e)
{
	struct arena a = ARENA_INIT(1 * MiB);
	DIR *d = opendir(arena_strz(&a, n->dir));
	struct dirent *f;
	int rc = 0;

	if (!d)
		rc = err_sys(e, errno, "%.*s", STR_ARG(n->dir));
	while (rc == 0 && (f = readdir(d))) {
		struct str name = str_of(f->d_name);
		const char *path;

		if (!str_starts(name, S("message")) ||
		    !str_ends(name, S(".md")))
			continue;
		path = notice_path(n, name, &a);
		rc = path ? check_text(path, e)
			  : err_set(e, ERR_LIMIT, "%.*s: too many texts",
				STR_ARG(n->dir));
	}
	if (d)
		closedir(d);
	arena_release(&a);
	return rc;
}

/* ---- addresses and domains */

static int check_address(const char *setting, struct str value, struct err *e)
{
	struct buf scratch = BUF_INIT(2 * KiB);
	struct address a;
	struct err why = {0};
	int rc = 0;

	if (address_parse(value, false, &scratch, &a, &why) < 0)
		rc = refuse(e, setting, "'%.*s' is no mail address: %s",
		    SHOWN(value), why.msg);
	else if (a.literal)
		rc = refuse(e, setting,
		    "'%.*s': write a domain of your own, not an IP address",
		    SHOWN(value));
	else if (a.utf8_local)
		rc = refuse(e, setting,
		    "'%.*s': what stands before the @ must be ASCII, or "
		    "servers without SMTPUTF8 (RFC 6531) can not take it",
		    SHOWN(value));
	buf_release(&scratch);
	return rc;
}

static int check_domain(const char *setting, struct str value, struct err *e)
{
	struct buf ascii = BUF_INIT(2 * KiB);
	struct err why = {0};
	int rc = 0;

	if (idna_to_ascii(value, &ascii, &why) < 0)
		rc = refuse(e, setting, "'%.*s' is no domain: %s", SHOWN(value),
		    why.msg);
	else if (str_chr(buf_str(&ascii), '.') < 0)
		rc = refuse(e, setting,
		    "'%.*s' is no domain that others can look up: it has no "
		    "dot",
		    SHOWN(value));
	buf_release(&ascii);
	return rc;
}

static int check_sender(const struct notice *n, struct err *e)
{
	int rc;

	if (!n->from_name.n)
		return refuse(e, "[from] name",
		    "is missing; write the name people know you by");
	if (!n->from_address.n)
		return refuse(e, "[from] address",
		    "is missing; write the address the notice comes from, at "
		    "a domain people know");
	if ((rc = check_address("[from] address", n->from_address, e)) < 0)
		return rc;
	if (n->reply_to.n)
		rc = check_address("[from] reply_to", n->reply_to, e);
	return rc;
}

static int check_bounce(const struct notice *n, struct err *e)
{
	static const unsigned char any_secret[VERP_SECRET_SIZE];
	struct verp v;
	struct err why = {0};
	int rc;

	if (!n->bounce_address.n)
		return refuse(e, "[bounce] address",
		    "is missing; write the mailbox that takes bounces: a mail "
		    "comes back to it as MAILBOX+TOKEN@domain");
	rc = check_address("[bounce] address", n->bounce_address, e);
	if (rc == 0 && verp_init(&v, n->bounce_address, any_secret, &why) < 0)
		rc = refuse(e, "[bounce] address", "'%.*s': %s",
		    SHOWN(n->bounce_address), why.msg);
	return rc;
}

static int check_own_domains(const struct notice *n, struct err *e)
{
	struct str rest = n->own_domains, one;
	int rc = 0;

	while (rc == 0 && conf_list_next(&rest, &one))
		rc = check_domain("[organisation] own_domains", one, e);
	if (rc == 0 && n->helo.n)
		rc = check_domain("[send] helo", n->helo, e);
	return rc;
}

/* It is signed as it is written, so it stands there as receivers look it up. */
static int check_ascii(const char *setting, struct str value, struct err *e)
{
	struct buf ascii = BUF_INIT(2 * KiB);
	struct err ignored = {0};
	int rc = 0;

	if (!utf8_is_ascii(value) &&
	    idna_to_ascii(value, &ascii, &ignored) == 0)
		rc = refuse(e, setting, "'%.*s': write it in A-labels: %.*s",
		    SHOWN(value), STR_ARG(buf_str(&ascii)));
	buf_release(&ascii);
	return rc;
}

static int check_dkim(const struct notice *n, struct err *e)
{
	for (size_t i = 0; i < n->dkim_count; i++) {
		const struct notice_dkim *d = &n->dkim[i];
		const struct {
			const char *key, *say;
			struct str value;
		} need[] = {
		    {"domain", "the domain that signs", d->domain},
		    {"selector", "the name its key is published under",
			d->selector},
		    {"key", "the file with the private key", d->key},
		};
		char setting[32];

		for (size_t k = 0; k < ARRAY_SIZE(need); k++) {
			snprintf(setting, sizeof(setting), "[dkim%s] %s",
			    i ? ".2" : "", need[k].key);
			if (!need[k].value.n)
				return refuse(e, setting,
				    "is missing; write %s ('tocsin dkim "
				    "keygen' makes one), or remove the whole "
				    "section",
				    need[k].say);
			if (k == 0 &&
			    (check_domain(setting, d->domain, e) < 0 ||
				check_ascii(setting, d->domain, e) < 0))
				return ERR_INPUT;
		}
	}
	return 0;
}

/* ---- the way */

static int check_secret(const struct notice *n, struct err *e)
{
	bool secret = n->relay_secret_file.n || n->relay_secret_command.n;

	if (n->relay_secret_file.n && n->relay_secret_command.n)
		return refuse(e, "[send] relay_secret_command",
		    "relay_secret_file is set too; keep one of them");
	if (secret && !n->relay_user.n)
		return refuse(e, "[send] relay_user",
		    "is missing; write the user whom the secret belongs to");
	if (!secret && n->relay_user.n)
		return refuse(e, "[send] relay_secret_file",
		    "is missing; write a file (mode 0600) that holds the "
		    "secret of '%.*s', or set relay_secret_command",
		    SHOWN(n->relay_user));
	return 0;
}

/* A setting that promises what would not be done is worse than none. */
static int check_unkept_promises(const struct notice *n, struct err *e)
{
	if (n->window.n)
		return refuse(e, "[send] window",
		    "this version can not keep to hours; remove the line, "
		    "and use 'tocsin pause' and 'tocsin resume'");
	if (n->store_url.n)
		return refuse(e, "[store] url",
		    "this version keeps its state in the notice's folder "
		    "only; remove the line, and send from one machine");
	return 0;
}

int notice_check_sendable(const struct notice *n, struct err *e)
{
	int rc;

	if ((rc = check_filled_in(n, e)) < 0 || (rc = check_sender(n, e)) < 0)
		return rc;
	if (!n->subject.n)
		return refuse(e, "[message] subject",
		    "is missing; write what the mail is about, in the words "
		    "the law wants");
	if ((rc = check_bounce(n, e)) < 0 ||
	    (rc = check_own_domains(n, e)) < 0 || (rc = check_dkim(n, e)) < 0 ||
	    (rc = check_secret(n, e)) < 0 ||
	    (rc = check_unkept_promises(n, e)) < 0)
		return rc;
	if (!n->dir.n)
		return 0;
	rc = check_texts(n, e);
	return rc < 0 ? rc : letter_subjects_check(n, e);
}
