/* cmd_preview: tocsin preview DIR: what one person will get, or got. */
#include "base/file.h"
#include "base/limits.h"
#include "cli/gate.h"
#include "cli/status_text.h"
#include "notice/composer.h"
#include "notice/coverage.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/words.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct preview {
	const char *dir, *recipient, *variant, *html;
	bool raw;
	/* all that composing needs */
	struct arena arena;
	struct notice *notice;
	struct people *people;
	struct store *store;
	unsigned char secret[STORE_SECRET_SIZE];
	struct letter_variants *variants;
	struct segment_rules *rules;
	struct relay_profile *profile;
	struct store_due due;
	struct composed mail;
	bool sent; /* they have had this mail */
};

static int run_preview(struct cli *c, int argc, char **argv);

const struct cli_command cmd_preview = {
    .name = "preview",
    .args = "DIR [--recipient ADDRESS|PERSON_ID | --variant FILE] [--raw] "
	    "[--html FILE]",
    .summary = "Show exactly what one person will get.",
    .help =
	"Composes the mail as send does and shows envelope, header and text.\n"
	"Without --recipient it is the first person's. Somebody who was sent\n"
	"to already has their mail composed again, byte for byte.\n"
	"\n"
	"  tocsin preview breach-2026 --recipient anna@example.org\n"
	"  tocsin preview breach-2026 --variant message.de.md   its first reader\n"
	"  tocsin preview breach-2026 --html look.html\n"
	"  tocsin preview breach-2026 --recipient 4711 --raw | less\n"
	"\n"
	"Exit status: 0 shown; 1 the person gets no mail, because a value is\n"
	"missing or there is no address; 2 something is wrong with notice.ini\n"
	"or the text, or there is no such person; 3 a file can not be read.\n",
    .run = run_preview,
};

/* ---- who */

struct search {
	struct str wanted, address;
	int64_t found;
};

/* Ends the walk: no error, somebody was found. */
#define FOUND (-1000)
/* People whose list is read to say whether it is approved. */
#define QUICK 100000u

static int is_wanted(const struct people_row *row, void *arg)
{
	struct search *s = arg;
	struct str rest = row->addresses;
	bool yes = !s->wanted.p ||
		   (row->person_id.n && str_eq(row->person_id, s->wanted));

	while (!yes && s->address.n && rest.p)
		yes = str_eq(str_cut(&rest, '\n'), s->address);
	if (!yes)
		return 0;
	s->found = row->id;
	return FOUND;
}

static int find_person(struct preview *p, struct err *e)
{
	struct search s = {.wanted = str_of(p->recipient)};
	struct buf scratch = BUF_INIT(2 * KiB), wire = BUF_INIT(KiB);
	struct address a;
	struct err ignored = {0};
	int rc;

	if (s.wanted.p &&
	    address_parse(s.wanted, true, &scratch, &a, &ignored) == 0) {
		address_format(&a, &wire);
		s.address = buf_str(&wire);
	}
	rc = people_each(p->people, 0, is_wanted, &s, e);
	if (rc == FOUND)
		rc = store_get(p->store, s.found, &p->arena, &p->due, e);
	else if (rc >= 0 && s.wanted.p)
		rc = err_set(e, ERR_INPUT,
		    "nobody in %s has the address or person_id \"%s\"", p->dir,
		    p->recipient);
	else if (rc >= 0)
		rc = err_set(
		    e, ERR_INPUT, "%s: nobody is in the audience", p->dir);
	buf_release(&scratch);
	buf_release(&wire);
	return rc;
}

/* ---- what */

static void say_unused(struct str name, struct str segment, void *arg)
{
	cli_say(arg,
	    "nobody gets %.*s: no rule of segments.ini and no cell of the list "
	    "names the segment '%.*s'",
	    STR_ARG(name), STR_ARG(segment));
}

static int read_text(const struct cli *c, struct preview *p, struct err *e)
{
	struct str *columns;
	size_t n = composer_columns(p->people, &columns);
	struct cli say = *c;
	int rc = letter_variants_load(p->notice, columns, n, &p->variants, e);

	free(columns);
	if (rc >= 0)
		rc = segment_rules_load(p->notice, &p->rules, e);
	/* who was sent to has a kept text */
	if (rc < 0)
		return p->due.has_letter ? 0 : rc;
	return coverage_unused(
	    p->variants, p->rules, p->people, say_unused, &say, e);
}

struct reader {
	struct preview *p;
	struct str file;
	int64_t found;
};

static int reads_it(const struct people_row *row, void *arg)
{
	struct reader *r = arg;
	const struct letter_variant *v = letter_variant_for(r->p->variants,
	    segment_of(
		r->p->rules, people_layout(r->p->people, row->layout), row),
	    row->language);

	if (!v || !str_eq(v->file, r->file) || !row->addresses.n)
		return 0;
	r->found = row->id;
	return FOUND;
}

/* The first person who gets this text. */
static int find_reader(const struct cli *c, struct preview *p, struct err *e)
{
	struct reader r = {.p = p, .file = str_of(p->variant)};
	int rc = read_text(c, p, e);
	bool there = false;

	for (size_t i = 0; rc >= 0 && i < p->variants->count; i++)
		there |= str_eq(p->variants->v[i].file, r.file);
	if (rc >= 0 && !there)
		return err_set(
		    e, ERR_INPUT, "%s has no text %s", p->dir, p->variant);
	if (rc >= 0)
		rc = people_each(p->people, 0, reads_it, &r, e);
	if (rc == FOUND)
		return store_get(p->store, r.found, &p->arena, &p->due, e);
	return rc < 0 ? rc
		      : err_set(e, ERR_INPUT, "nobody with an address gets %s",
			    p->variant);
}

static int gather(const struct cli *c, struct preview *p, struct err *e)
{
	int rc;

	if ((rc = notice_open_with(p->dir, c->config, &p->notice, e)) < 0)
		return rc;
	rc = people_open(p->dir, &p->people, e);
	if (rc >= 0)
		rc = store_open(p->dir, STORE_READ, &p->store, e);
	if (rc == ERR_NOENT)
		return err_set(e, ERR_INPUT,
		    "%s has no audience yet; run: tocsin import %s FILE.csv",
		    p->dir, p->dir);
	if (rc < 0 || (rc = store_secret(p->store, p->secret, e)) < 0 ||
	    (rc = p->variant ? find_reader(c, p, e) : find_person(p, e)) < 0)
		return rc;
	if (p->notice->relay_profile.n &&
	    (rc = relay_profile_load(p->notice->relay_profile,
		 status_data_dir(), &p->profile, e)) < 0)
		return rc;
	return p->variant ? 0 : read_text(c, p, e);
}

static int compose(
    struct preview *p, bool with_keys, bool with_profile, struct err *e)
{
	struct composer_config cfg = {.notice = p->notice,
	    .secret = p->secret,
	    .store = p->store,
	    .people = p->people,
	    .variants = p->variants,
	    .rules = p->rules,
	    .profile = with_profile ? p->profile : NULL,
	    .with_keys = with_keys,
	    .lifetime = composer_lifetime(p->notice)};
	struct composer *composer = NULL;
	int rc = composer_new(&cfg, &composer, e);

	if (rc >= 0)
		rc = composer_compose(composer, &p->due,
		    clock_wall(&clock_system) / USEC_PER_SEC, &p->mail, e);
	composer_free(composer);
	return rc;
}

/* The mail they were sent. A profile decides which fields are signed; whether
 * the send used it is not kept, the sum tells. */
static int compose_again(struct preview *p, struct err *e)
{
	int rc = compose(p, false, true, e);

	if (rc > 0 && !p->mail.same && p->profile)
		rc = compose(p, false, false, e);
	if (rc > 0 && !p->mail.same)
		return err_set(e, ERR_INPUT,
		    "the mail that was sent can not be made again with these "
		    "settings: [from], [dkim] or [send] retry_for have "
		    "changed since");
	p->sent = true;
	return rc;
}

static int compose_any(const struct cli *c, struct preview *p, struct err *e)
{
	int rc;

	if (p->due.has_letter &&
	    p->due.letter.address_no == p->due.state.address_no)
		return compose_again(p, e);
	rc = compose(p, true, true, e);
	if (rc >= 0 || !p->notice->dkim_count)
		return rc;
	/* the text can be looked at before there is a key */
	rc = compose(p, false, true, &(struct err){0});
	if (rc < 0)
		return e->code;
	cli_say(c, "not signed: %s", e->msg);
	return rc;
}

/* ---- showing */

static void put_field(struct buf *out, const struct header_field *f)
{
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);

	header_unfold(f->value, &flat);
	buf_add(out, f->name);
	buf_add(out, S(": "));
	words_decode(buf_str(&flat), out);
	buf_addc(out, '\n');
	buf_release(&flat);
}

static void put_text(const struct preview *p, struct buf *out)
{
	const struct composed *m = &p->mail;
	struct header_reader r;
	struct header_field f;

	buf_addf(out, "%s to %.*s\n",
	    p->sent ? "Was sent, or is on its way," : "Would go",
	    STR_ARG(buf_str(&m->recipient)));
	buf_addf(out, "Text:      %s\n",
	    m->variant[0] ? m->variant : "as kept when it was sent");
	buf_addf(out, "Signed:    %s\n",
	    m->head.len ? "with DKIM" : "no, it has no DKIM signature");
	buf_addf(out, "Envelope:  MAIL FROM:<%.*s>%s\n",
	    STR_ARG(buf_str(&m->sender)), m->needs_utf8 ? " SMTPUTF8" : "");
	buf_addf(out, "           RCPT TO:<%.*s>\n\n",
	    STR_ARG(buf_str(&m->recipient)));
	header_reader_init(&r, buf_str(&m->message));
	while (header_next(&r, &f))
		put_field(out, &f);
	buf_addc(out, '\n');
	letter_part(buf_str(&m->message), false, out);
	if (out->len && out->p[out->len - 1] == '\n')
		buf_truncate(out, out->len - 1);
}

static void put_header_json(const struct preview *p, struct json *j)
{
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);
	struct buf words = BUF_INIT(4 * LIMIT_HEADER_SECTION);
	struct header_reader r;
	struct header_field f;

	json_key(j, "headers");
	json_array(j);
	header_reader_init(&r, buf_str(&p->mail.message));
	while (header_next(&r, &f)) {
		buf_reset(&flat);
		buf_reset(&words);
		header_unfold(f.value, &flat);
		words_decode(buf_str(&flat), &words);
		json_object(j);
		json_put_str(j, "name", f.name);
		json_put_str(j, "value", buf_str(&words));
		json_end(j);
	}
	json_end(j);
	buf_release(&flat);
	buf_release(&words);
}

static void put_part_json(
    const struct preview *p, struct json *j, const char *key, bool html)
{
	struct buf part = BUF_INIT(LIMIT_LETTER);

	letter_part(buf_str(&p->mail.message), html, &part);
	json_put_str(j, key, buf_str(&part));
	buf_release(&part);
}

/* `missing`: the field the person has no value for, or NULL. */
static void put_json(
    const struct preview *p, const char *missing, struct buf *out)
{
	const struct composed *m = &p->mail;
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "person_id", p->due.row.person_id);
	json_put_bool(&j, "held", missing != NULL);
	if (missing) {
		json_put_str(&j, "missing", str_of(missing));
	} else {
		json_put_bool(&j, "sent", p->sent);
		json_put_str(&j, "variant", str_of(m->variant));
		json_put_bool(&j, "signed", m->head.len > 0);
		json_put_str(&j, "mail_from", buf_str(&m->sender));
		json_put_str(&j, "rcpt_to", buf_str(&m->recipient));
		json_put_bool(&j, "smtputf8", m->needs_utf8);
		put_header_json(p, &j);
		put_part_json(p, &j, "text", false);
		put_part_json(p, &j, "html", true);
	}
	json_end(&j);
}

static int write_html(const struct preview *p, struct err *e)
{
	struct buf html = BUF_INIT(LIMIT_LETTER);
	int fd, rc;

	letter_part(buf_str(&p->mail.message), true, &html);
	/* personal data: for the caller only */
	fd = open(p->html, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = err_sys(e, errno, "%s", p->html);
	} else {
		rc = file_write_all(fd, buf_str(&html)) < 0
			 ? err_sys(e, errno, "%s", p->html)
			 : 0;
		if (close(fd) < 0 && rc == 0)
			rc = err_sys(e, errno, "%s", p->html);
	}
	buf_release(&html);
	return rc;
}

static int show_held(const struct cli *c, const struct preview *p)
{
	const char *missing = p->mail.missing;
	struct buf out = BUF_INIT(64 * KiB);
	int rc = 1;

	if (c->json) {
		put_json(p, missing, &out);
		rc = cli_print(&out) ? 3 : 1;
	}
	fprintf(stderr,
	    "tocsin preview: this person gets no mail: there is no usable "
	    "value for {{%s}}%s\n",
	    missing,
	    strcmp(missing, "code") == 0
		? "; codes are given out when the send starts"
		: "");
	buf_release(&out);
	return rc;
}

/* Of a gated notice: may this be sent?  A long list is not read for it. */
static void say_approved(const struct cli *c, const struct preview *p)
{
	struct str tranche = roll_tranche_of(
	    people_layout(p->people, p->due.row.layout), &p->due.row);
	struct gate_view gate = {0};
	const char *word = NULL;
	struct err e;

	if (!notice_is_gated(p->notice) || people_count(p->people) > QUICK)
		return;
	if (gate_look(p->dir, c->config, &gate, &e) < 0)
		word = "not approved, and can not be as it is";
	for (size_t i = 0; !word && i < gate.tranches; i++)
		if (str_eq(gate.state[i].tranche, tranche))
			word =
			    gate.state[i].needs ? "not approved" : "approved";
	if (word)
		cli_say(c, "%s what would be sent now is %s",
		    p->sent ? "this was sent;" : "this is a preview;", word);
	gate_view_release(&gate);
}

static int show(const struct cli *c, const struct preview *p)
{
	struct buf out = BUF_INIT(8 * LIMIT_LETTER);
	struct err e = {0};
	int rc = 0;

	if (p->html && write_html(p, &e) < 0)
		return cli_fail(&cmd_preview, &e);
	if (p->raw) {
		if (file_write_all(STDOUT_FILENO, buf_str(&p->mail.head)) < 0 ||
		    file_write_all(STDOUT_FILENO, buf_str(&p->mail.message)) <
			0) {
			err_sys(&e, errno, "stdout");
			rc = cli_fail(&cmd_preview, &e);
		}
	} else if (c->json) {
		put_json(p, NULL, &out);
		rc = cli_print(&out);
	} else if (!p->html) {
		put_text(p, &out);
		rc = cli_print(&out);
		say_approved(c, p);
	}
	buf_release(&out);
	return rc;
}

static int preview(const struct cli *c, struct preview *p)
{
	struct err e = {0};
	int rc = gather(c, p, &e);

	if (rc >= 0 && !p->due.row.addresses.n) {
		fprintf(stderr,
		    "tocsin preview: this person has no address and is owed "
		    "another channel\n");
		return 1;
	}
	if (rc >= 0)
		rc = compose_any(c, p, &e);
	if (rc < 0)
		return cli_fail(&cmd_preview, &e);
	return rc == 0 ? show_held(c, p) : show(c, p);
}

static int run_preview(struct cli *c, int argc, char **argv)
{
	struct preview p = {.arena = ARENA_INIT(16 * MiB)};
	const struct cli_option options[] = {
	    {.name = "recipient",
		.arg = "WHO",
		.help = "an address or a person_id; default: the first",
		.value = &p.recipient},
	    {"variant", "FILE", "the first person who gets this text",
		.value = &p.variant},
	    {.name = "raw",
		.help = "the bytes of the mail, as sent",
		.flag = &p.raw},
	    {.name = "html",
		.arg = "FILE",
		.help = "write the HTML part to FILE",
		.value = &p.html},
	};
	int words, rc;

	rc = cli_parse(c, &cmd_preview, options, ARRAY_SIZE(options), argc,
	    argv, 1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (p.raw && c->json)
		return cli_usage(&cmd_preview, "--raw or --json, not both");
	if (p.recipient && p.variant)
		return cli_usage(
		    &cmd_preview, "--recipient or --variant, not both");
	p.dir = argv[0];
	composed_init(&p.mail);
	rc = preview(c, &p);
	composed_release(&p.mail);
	letter_variants_free(p.variants);
	segment_rules_free(p.rules);
	relay_profile_free(p.profile);
	store_close(p.store);
	people_close(p.people);
	notice_free(p.notice);
	arena_release(&p.arena);
	return rc;
}
