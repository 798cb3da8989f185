#include "notice/create_laws.h"
#include "t.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD                                                     \
	"[notice]\nkind = breach\n"                              \
	"[organisation]\nname = Example\n"                       \
	"own_domains = example.com, m\xc3\xbcller.example\n"     \
	"[from]\nname = Example\naddress = notice@example.com\n" \
	"[message]\nsubject = Notice of Data Breach\n"           \
	"[bounce]\naddress = bounces@example.com\n"

static struct notice *parse(const char *text)
{
	struct notice *n = NULL;
	struct err e = {0};

	t_ok(notice_parse(str_of(text), "notice.ini", &n, &e), &e);
	return n;
}

static void every_setting_of_the_list_is_read(void **state)
{
	struct notice *n = parse("[notice]\n"
				 "kind = recall\n"
				 "title = T\n"
				 "discovered = 2026-11-03\n"
				 "canonical_url = https://example.com/n\n"
				 "corrects = C\n"
				 "[organisation]\n"
				 "name = N\n"
				 "brands = B, BB\n"
				 "own_domains = example.com\n"
				 "marketing_senders = m@example.com\n"
				 "[from]\n"
				 "name = F\n"
				 "address = a@example.com\n"
				 "reply_to = r@example.com\n"
				 "[message]\n"
				 "subject = S {{name|you}}\n"
				 "codes = codes.txt\n"
				 "[dkim]\n"
				 "domain = example.com\n"
				 "selector = s1\n"
				 "key = k1.pem\n"
				 "[dkim.2]\n"
				 "domain = example.com\n"
				 "selector = s2\n"
				 "key = pkcs11:token=x;object=y\n"
				 "[bounce]\n"
				 "address = b@example.com\n"
				 "[send]\n"
				 "relay = smtps://smtp.example.com\n"
				 "relay_profile = postfix\n"
				 "relay_user = u\n"
				 "relay_secret_file = f\n"
				 "relay_secret_command = pass show x; true\n"
				 "helo = h.example.com\n"
				 "source = 192.0.2.1\n"
				 "workers = 4\n"
				 "tls = required\n"
				 "tls_ca_file = ca.pem\n"
				 "window = W\n"
				 "canary = 100\n"
				 "retry_for = 30 min\n"
				 "not_after = 2026-12-31\n"
				 "uncertain = hold\n"
				 "[dns]\n"
				 "resolver = 192.0.2.53\n"
				 "trust_anchor = ta\n"
				 "[facts]\n"
				 "sector = health\n"
				 "data_types = ssn\n"
				 "encrypted = no\n"
				 "listed = no\n"
				 "role = controller\n"
				 "determined = 2026-11-04\n"
				 "intruded = 2026-10-01\n"
				 "mailboxes_taken = example.net\n"
				 "[necessity]\n"
				 "basis = B1\n"
				 "decided_by = D\n"
				 "decided_on = 2026-11-05\n"
				 "why_email = W1\n"
				 "mailings = 2\n"
				 "[attest]\n"
				 "volume = 1000\n"
				 "feedback = F1\n"
				 "keys_changed = 2026-11-06\n"
				 "[esp]\n"
				 "name = E\n"
				 "contract = C1\n"
				 "answers = a.txt\n"
				 "[list]\n"
				 "complained = post\n"
				 "[check]\n"
				 "links = 3\n"
				 "rate = 5000\n"
				 "house_limit = 10 d\n"
				 "block = S-09\n"
				 "[seed]\n"
				 "addresses = s@example.com\n"
				 "[store]\n"
				 "url = postgresql://x\n"
				 "[approval]\n"
				 "roles = legal, press\n");
	const struct {
		struct str got;
		const char *want;
	} c[] = {{n->title, "T"}, {n->discovered, "2026-11-03"},
	    {n->canonical_url, "https://example.com/n"}, {n->corrects, "C"},
	    {n->org_name, "N"}, {n->brands, "B, BB"},
	    {n->own_domains, "example.com"},
	    {n->marketing_senders, "m@example.com"}, {n->from_name, "F"},
	    {n->from_address, "a@example.com"}, {n->reply_to, "r@example.com"},
	    {n->subject, "S {{name|you}}"}, {n->codes, "codes.txt"},
	    {n->dkim[0].domain, "example.com"}, {n->dkim[0].selector, "s1"},
	    {n->dkim[0].key, "k1.pem"}, {n->dkim[1].selector, "s2"},
	    {n->dkim[1].key, "pkcs11:token=x;object=y"},
	    {n->bounce_address, "b@example.com"},
	    {n->relay, "smtps://smtp.example.com"},
	    {n->relay_profile, "postfix"}, {n->relay_user, "u"},
	    {n->relay_secret_file, "f"},
	    {n->relay_secret_command, "pass show x; true"},
	    {n->helo, "h.example.com"}, {n->source, "192.0.2.1"},
	    {n->tls_ca_file, "ca.pem"}, {n->window, "W"}, {n->canary, "100"},
	    {n->resolver, "192.0.2.53"}, {n->trust_anchor, "ta"},
	    {n->store_url, "postgresql://x"}, {n->roles, "legal, press"},
	    {n->facts.sector, "health"}, {n->facts.data_types, "ssn"},
	    {n->facts.role, "controller"},
	    {n->facts.mailboxes_taken, "example.net"},
	    {n->necessity.basis, "B1"}, {n->necessity.decided_by, "D"},
	    {n->necessity.why_email, "W1"}, {n->necessity.mailings, "2"},
	    {n->attest.volume, "1000"}, {n->attest.feedback, "F1"},
	    {n->esp.name, "E"}, {n->esp.contract, "C1"},
	    {n->esp.answers, "a.txt"}, {n->check.block, "S-09"},
	    {n->seed_addresses, "s@example.com"}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_str(c[i].got, c[i].want);
	t_int(n->kind, NOTICE_RECALL);
	t_int(n->dkim_count, 2);
	t_int(n->workers, 4);
	t_int(n->tls, NOTICE_TLS_REQUIRED);
	t_int(n->retry_for, 30 * USEC_PER_MIN);
	t_int(n->not_after, 1798675200 * USEC_PER_SEC);
	t_int(n->uncertain, NOTICE_UNCERTAIN_HOLD);
	t_int(n->facts.encrypted, NOTICE_NO);
	t_int(n->facts.listed, NOTICE_NO);
	t_int(n->facts.determined, 1793750400 * USEC_PER_SEC);
	t_int(n->attest.keys_changed - n->facts.intruded,
	    36 * 24 * USEC_PER_HOUR);
	t_int(n->complained, NOTICE_COMPLAINED_POST);
	t_int(n->check.links, 3);
	t_int(n->check.rate, 5000);
	t_int(n->check.house_limit, 240 * USEC_PER_HOUR);
	t_true(notice_is_gated(n));
	notice_free(n);
}

static void list_setting(
    const char *section, const char *key, struct str value, void *arg)
{
	buf_addf(arg, "%s %s = %.*s\n", section, key, STR_ARG(value));
}

/* In an order of their own, as the digest of an approval wants it. */
static void subjects_may_be_for_some_only(void **state)
{
	struct notice *n = parse("[message]\n"
				 "subject.minor = Parents\n"
				 "subject.pt_BR = Aviso\n"
				 "subject = All\n"
				 "subject.minor.fr = Parents de\n"
				 "subject.it =\n"
				 "[notice]\nkind = breach\n");
	struct buf all = BUF_INIT(4096);

	notice_each_setting(n, list_setting, &all);
	t_str(buf_str(&all), "[notice] kind = breach\n"
			     "[message] subject = All\n"
			     "[message] subject.minor = Parents\n"
			     "[message] subject.minor.fr = Parents de\n"
			     "[message] subject.pt-BR = Aviso\n"
			     "[send] tls = opportunistic\n"
			     "[send] retry_for = 259200 s\n"
			     "[send] uncertain = retry\n"
			     "[facts] encrypted = unknown\n"
			     "[facts] listed = unknown\n"
			     "[list] complained = last\n");
	t_int(n->own_subject[1].line, 5);
	t_str(n->own_subject[1].segment, "minor");
	t_str(n->own_subject[1].language, "fr");
	buf_release(&all);
	notice_free(n);
}

static void more_subjects_than_texts_can_be_are_refused(void **state)
{
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	struct notice *n = NULL;
	struct err e = {0};

	buf_addz(&text, "[notice]\nkind = breach\n[message]\n");
	for (unsigned i = 0; i < LIMIT_SUBJECTS; i++)
		buf_addf(&text, "subject.segment%u = x\n", i);
	t_ok(notice_parse(buf_str(&text), "n.ini", &n, &e), &e);
	t_int(n->own_subjects, LIMIT_SUBJECTS);
	notice_free(n);
	n = NULL;
	buf_addz(&text, "subject.more = x\n");
	t_fails(notice_parse(buf_str(&text), "n.ini", &n, &e), &e, ERR_LIMIT,
	    "n.ini:1004: [message] subject.more: more than 1000 subjects");
	buf_release(&text);
}

static void what_is_left_out_has_a_default(void **state)
{
	struct notice *n = parse("[notice]\nkind = legal\n");

	t_int(n->kind, NOTICE_LEGAL);
	t_int(n->retry_for, 72 * USEC_PER_HOUR);
	t_int(n->not_after, 0);
	t_int(n->workers, 0);
	t_int(n->tls, NOTICE_TLS_OPPORTUNISTIC);
	t_int(n->uncertain, NOTICE_UNCERTAIN_RETRY);
	t_int(n->dkim_count, 0);
	t_int(n->roles.n, 0);
	t_int(n->facts.encrypted, NOTICE_UNSAID);
	t_true(notice_is_gated(n));
	notice_free(n);
}

static void only_empty_roles_make_a_notice_ungated(void **state)
{
	struct notice *n =
	    parse("[notice]\nkind = legal\n[approval]\nroles =\n");

	t_true(!notice_is_gated(n));
	notice_free(n);
}

static void bad_settings_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *says;
	} c[] = {
	    {"", "n.ini: [notice] kind is missing: write kind = breach"},
	    {"[notice]\nkind =\n", "kind is missing"},
	    {"[notice]\nkind = breech\n",
		"n.ini:2: [notice] kind: 'breech': must be breach, recall, "
		"policy, safety or legal"},
	    {"[notice]\nkind = breach\n[form]\nname = x\n",
		"n.ini:3: there is no section [form]; [from] is the nearest"},
	    {"[notice]\nkind = breach\n[from]\nadress = x\n",
		"n.ini:4: [from] adress: there is no such key; 'address' is"},
	    {"[notice]\nkind = breach\nsubject = x\n",
		"n.ini:3: [notice] subject: there is no such key here; it "
		"belongs in [message]"},
	    {"[message]\nsubject. = x\n",
		"n.ini:2: [message] subject.: write subject.LANG, "
		"subject.SEGMENT or subject.SEGMENT.LANG"},
	    {"[message]\nsubject.minor.french = x\n",
		"n.ini:2: [message] subject.minor.french: write subject.LANG"},
	    {"[message]\nsubject.a.b.de = x\n", "write subject.LANG"},
	    {"[message]\nsubject.de.minor = x\n", "write subject.LANG"},
	    {"[message]\nsubject.de. =\n", "write subject.LANG"},
	    {"[message]\nsubject.two words = x\n", "write subject.LANG"},
	    {"[message]\nsubject.de-at = x\nsubject.de_AT = y\n",
		"n.ini:3: [message] subject.de_AT: given twice, first in line "
		"2; keep one"},
	    {"[message]\nsubject.Minor = x\nsubject.minor = x\n",
		"given twice"},
	    {"[notice]\nkind = breach\nsubject.fr = x\n",
		"n.ini:3: [notice] subject.fr: there is no such key here; it "
		"belongs in [message]"},
	    {"[notice]\nkind = breach\ndiscovered = 3.11.2026\n",
		"n.ini:3: [notice] discovered: '3.11.2026': must be a date"},
	    {"[notice]\nkind = breach\ncanonical_url = example.com\n",
		"must be a whole URL that begins with https://"},
	    {"[notice]\nkind = breach\n[send]\nworkers = 257\n",
		"n.ini:4: [send] workers: '257': must be a number, 0 to 256"},
	    {"[notice]\nkind = breach\n[send]\nretry_for = 31 d\n",
		"n.ini:4: [send] retry_for: '31 d': must be a time"},
	    {"[notice]\nkind = breach\n[send]\ntls = no\n",
		"must be opportunistic or required"},
	    {"[notice]\nkind = breach\n[dkim.2]\nkey = x\n",
		"n.ini: [dkim.2] is there without [dkim]"},
	    {"[notice]\nkind = breach\n[dkim.3]\nkey = x\n",
		"n.ini:3: there is no section [dkim.3]"},
	    {"[notice]\nkind = breach\n[facts]\nsektor = x\n",
		"'sector' is the nearest"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct notice *n = NULL;
		struct err e = {0};

		t_fails(notice_parse(str_of(c[i].text), "n.ini", &n, &e), &e,
		    ERR_INPUT, c[i].says);
		t_true(n == NULL, "nothing is returned");
	}
}

/* ---- sendable */

static void a_whole_notice_may_be_sent(void **state)
{
	static const char *const more[] = {"", "reply_to_is_optional",
	    "[dkim]\ndomain = example.com\nselector = s\nkey = k\n",
	    "[send]\nrelay_user = u\nrelay_secret_command = c\n",
	    "[send]\ncanary = 100\n"};

	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		struct buf text = BUF_INIT(4096);
		struct notice *n;
		struct err e = {0};

		buf_addz(&text, GOOD);
		if (i == 1)
			buf_addz(&text, "[from]\nreply_to = r@example.com\n");
		else
			buf_addz(&text, more[i]);
		n = parse(buf_cstr(&text));
		t_ok(notice_check_sendable(n, &e), &e);
		notice_free(n);
		buf_release(&text);
	}
}

/* `from` is replaced by `to` in GOOD, `more` put behind. */
static void refused_without(
    const char *from, const char *to, const char *more, const char *says)
{
	struct buf text = BUF_INIT(8192);
	struct str good = S(GOOD);
	ptrdiff_t at = str_find(good, str_of(from));
	struct notice *n;
	struct err e = {0};

	t_true(at >= 0, "%s", from);
	buf_add(&text, str_sub(good, 0, (size_t)at));
	buf_addz(&text, to);
	buf_add(&text, str_from(good, (size_t)at + strlen(from)));
	buf_addz(&text, more);
	n = parse(buf_cstr(&text));
	t_fails(notice_check_sendable(n, &e), &e, ERR_INPUT, says);
	notice_free(n);
	buf_release(&text);
}

static void what_is_missing_or_wrong_is_named(void **state)
{
	static const struct {
		const char *from, *to, *more, *says;
	} c[] = {
	    {"name = Example\naddress", "address", "",
		"notice.ini: [from] name: is missing"},
	    {"address = notice@example.com\n", "", "",
		"notice.ini: [from] address: is missing"},
	    {"notice@example.com", "notice.example.com", "",
		"notice.ini: [from] address: 'notice.example.com' is no mail "
		"address"},
	    {"notice@example.com", "notice@localhost", "",
		"[from] address: 'notice@localhost' is no mail address"},
	    {"notice@example.com", "notice@[192.0.2.1]", "",
		"write a domain of your own"},
	    {"notice@example.com", "m\xc3\xbcller@example.com", "",
		"must be ASCII"},
	    {"subject = Notice of Data Breach\n", "", "",
		"notice.ini: [message] subject: is missing"},
	    {"address = bounces@example.com\n", "", "",
		"notice.ini: [bounce] address: is missing"},
	    {"bounces@", "\"b c\"@", "", "[bounce] address: '\"b c\"@"},
	    {"bounces@", "a-mailbox-name-that-leaves-no-room-for-a-token@", "",
		"[bounce] address: 'a-mailbox-name"},
	    {"own_domains = example.com,", "own_domains = exa mple.com,", "",
		"notice.ini: [organisation] own_domains: 'exa mple.com' is no "
		"domain"},
	    {"kind", "kind", "[from]\nreply_to = nobody\n",
		"[from] reply_to: 'nobody' is no mail address"},
	    {"kind", "kind", "[send]\nhelo = mail\n",
		"[send] helo: 'mail' is no domain"},
	    {"kind", "kind", "[dkim]\nselector = s\nkey = k\n",
		"notice.ini: [dkim] domain: is missing"},
	    {"kind", "kind", "[dkim]\ndomain = example.com\nkey = k\n",
		"notice.ini: [dkim] selector: is missing"},
	    {"kind", "kind",
		"[dkim]\ndomain = example.com\nselector = s\nkey = k\n"
		"[dkim.2]\ndomain = example.com\nselector = s\n",
		"notice.ini: [dkim.2] key: is missing"},
	    {"kind", "kind",
		"[dkim]\ndomain = b\xc3\xbc"
		"cher.example\nselector = s\nkey = k\n",
		"notice.ini: [dkim] domain: 'b\xc3\xbc"
		"cher.example': write it in A-labels: xn--bcher-kva.example"},
	    {"kind", "kind", "[dkim]\ndomain = -x\nselector = s\nkey = k\n",
		"[dkim] domain: '-x' is no domain"},
	    {"kind", "kind", "[send]\nrelay_secret_file = f\n",
		"notice.ini: [send] relay_user: is missing"},
	    {"kind", "kind", "[send]\nrelay_user = u\n",
		"notice.ini: [send] relay_secret_file: is missing"},
	    {"kind", "kind",
		"[send]\nrelay_user = u\nrelay_secret_file = f\n"
		"relay_secret_command = c\n",
		"relay_secret_file is set too"},
	    {"kind", "kind", "[send]\nwindow = 9-17\n", "[send] window"},
	    {"kind", "kind", "[store]\nurl = postgresql://x\n", "[store] url"},
	    {"Notice of Data", "CHANGE ME", "",
		"notice.ini: [message] subject: still says CHANGE ME"},
	    {"kind", "kind", "[message]\nsubject.fr = Bon: CHANGE ME\n",
		"notice.ini: [message] subject.fr: still says CHANGE ME"},
	    {"bounces@example.com", "CHANGE ME", "",
		"notice.ini: [bounce] address: still says CHANGE ME"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		refused_without(c[i].from, c[i].to, c[i].more, c[i].says);
}

static void a_text_with_a_placeholder_is_refused(void **state)
{
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct notice *n = NULL;
	struct err e = {0};

	t_write(dir, "notice.ini", S(GOOD));
	t_write(dir, "message.md", S("# Title\n\nAll done.\n"));
	t_write(dir, "notes.md", S("CHANGE ME\n"));
	t_ok(notice_open(dir, &n, &e), &e);
	t_ok(notice_check_sendable(n, &e), &e);
	t_write(dir, "message.de.md", S("# Titel\n\nCHANGE ME: Text\n"));
	t_fails(notice_check_sendable(n, &e), &e, ERR_INPUT,
	    "/message.de.md:3: still says CHANGE ME");
	notice_free(n);
	t_rmdir(dir);
}

static void a_subject_without_its_text_is_refused(void **state)
{
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct notice *n = NULL;
	struct err e = {0};

	t_write(dir, "notice.ini", S(GOOD "[message]\nsubject.fr = Bon\n"));
	t_write(dir, "message.md", S("# Title\n\nAll done.\n"));
	t_ok(notice_open(dir, &n, &e), &e);
	t_fails(notice_check_sendable(n, &e), &e, ERR_INPUT,
	    "[message] subject.fr: there is no message.fr.md");
	t_write(dir, "message.fr.md", S("# Titre\n\nVoila.\n"));
	t_ok(notice_check_sendable(n, &e), &e);
	notice_free(n);
	t_rmdir(dir);
}

/* ---- the folder */

static void a_folder_is_opened_and_its_files_found(void **state)
{
	char tmp[64], path[128], want[128];
	const char *dir = t_mkdir(tmp);
	struct arena a = ARENA_INIT(8 * KiB);
	struct notice *n = NULL;
	struct err e = {0};

	t_fails(notice_open(dir, &n, &e), &e, ERR_NOENT, "is no notice");
	t_fails(notice_open("", &n, &e), &e, ERR_USAGE, "missing");
	t_write(dir, "notice.ini", S("[notice]\nkind = policy\nx = 1\n"));
	t_fails(notice_open(dir, &n, &e), &e, ERR_INPUT, "/notice.ini:3: ");
	t_write(dir, "notice.ini", S("[notice]\nkind = policy\n"));
	snprintf(path, sizeof(path), "%s//", dir);
	t_ok(notice_open(path, &n, &e), &e);
	t_str(n->dir, dir);
	snprintf(want, sizeof(want), "%s/dkim.pem", dir);
	t_str(str_of(notice_path(n, S("dkim.pem"), &a)), want);
	t_str(str_of(notice_path(n, S("/etc/k"), &a)), "/etc/k");
	t_str(
	    str_of(notice_path(n, S("pkcs11:token=x"), &a)), "pkcs11:token=x");
	a.max = a.used;
	t_true(notice_path(n, S("no-room"), &a) == NULL, "the arena is full");
	arena_release(&a);
	notice_free(n);
	t_rmdir(dir);
}

static mode_t mode_of(const char *dir, const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	t_true(lstat(path, &st) == 0, "%s", path);
	return st.st_mode & 07777;
}

static size_t entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void a_new_folder_of_each_kind_is_whole_and_private(void **state)
{
	char tmp[64], dir[128];
	const char *parent = t_mkdir(tmp);
	mode_t before = umask(0);

	for (unsigned k = NOTICE_BREACH; k <= NOTICE_LEGAL; k++) {
		enum notice_kind kind = (enum notice_kind)k;
		struct buf text = BUF_INIT(64 * KiB);
		struct notice *n;
		struct err e = {0};

		snprintf(
		    dir, sizeof(dir), "%s/%s", parent, notice_kind_name(kind));
		t_ok(notice_create(dir, kind, &e), &e);
		t_int(mode_of(dir, ""), 0700);
		t_int(mode_of(dir, "channels"), 0700);
		for (size_t i = 0; notice_created_files[i]; i++)
			t_int(mode_of(dir, notice_created_files[i]), 0600);
		t_int(entries(dir), 4);
		t_ok(notice_open(dir, &n, &e), &e);
		t_int(n->kind, kind);
		t_int(n->retry_for, 72 * USEC_PER_HOUR);
		t_true(notice_is_gated(n));
		t_fails(notice_check_sendable(n, &e), &e, ERR_INPUT,
		    "still says CHANGE ME");
		t_ok(buf_read_file(
			 &text, notice_path(n, S("message.md"), &n->arena), &e),
		    &e);
		t_has(buf_str(&text), "{{name|customer}}");
		if (kind == NOTICE_BREACH) {
			t_has(buf_str(&text), "# Notice of Data Breach\n");
			t_has(buf_str(&text), "\n## What Happened\n");
			t_has(buf_str(&text),
			    "\n## What Information Was Involved\n");
			t_has(buf_str(&text), "\n## What We Are Doing\n");
			t_has(buf_str(&text), "\n## What You Can Do\n");
			t_has(buf_str(&text), "\n## For More Information\n");
		}
		notice_free(n);
		buf_release(&text);
	}
	umask(before);
	t_int(entries(parent), 5);
	t_rmdir(parent);
}

/* Massachusetts: a segment and its text; files are named as they are made. */
static void a_law_may_add_files(void **state)
{
	char tmp[64], dir[128];
	const char *parent = t_mkdir(tmp), *name;
	struct err e = {0};
	unsigned laws;
	size_t n = 0;

	t_ok(create_laws_parse(
		 NOTICE_BREACH, S("GDPR, massachusetts"), &laws, &e),
	    &e);
	t_int(laws, CREATE_GDPR | CREATE_MASSACHUSETTS);
	snprintf(dir, sizeof(dir), "%s/ma", parent);
	t_ok(notice_create_for(dir, NOTICE_BREACH, laws, &e), &e);
	for (; (name = create_name(laws, n)); n++)
		t_int(mode_of(dir, name), 0600);
	t_int(n, 9);
	t_int(entries(dir), 6);
	t_true(!create_name(CREATE_GDPR, 7), "no more without it");
	t_fails(create_laws_parse(NOTICE_RECALL, S("eu,gdpr"), &laws, &e), &e,
	    ERR_USAGE, "there is no 'gdpr' for recall; there is cpsc, eu");
	t_fails(create_laws_parse(NOTICE_RECALL, S(" ,"), &laws, &e), &e,
	    ERR_USAGE, "--laws is empty; for recall there is cpsc, eu");
	t_rmdir(parent);
}

static void what_is_there_is_never_touched(void **state)
{
	char tmp[64], path[256];
	const char *parent = t_mkdir(tmp);
	struct err e = {0};

	t_write(parent, "file", S("x"));
	snprintf(path, sizeof(path), "%s/file", parent);
	t_fails(notice_create(path, NOTICE_LEGAL, &e), &e, ERR_USAGE,
	    "is no folder");
	t_fails(notice_create(parent, NOTICE_LEGAL, &e), &e, ERR_USAGE,
	    "is not empty");
	snprintf(path, sizeof(path), "%s/no/such", parent);
	t_fails(notice_create(path, NOTICE_LEGAL, &e), &e, ERR_NOENT,
	    "no folder can be made there");
	t_fails(notice_create(".", NOTICE_LEGAL, &e), &e, ERR_USAGE, "'.'");
	t_fails(notice_create("", NOTICE_LEGAL, &e), &e, ERR_USAGE, "''");
	t_fails(notice_create("/", NOTICE_LEGAL, &e), &e, ERR_USAGE, "'/'");
	snprintf(path, sizeof(path), "%s/..", parent);
	t_fails(notice_create(path, NOTICE_LEGAL, &e), &e, ERR_USAGE, "..'");
	snprintf(path, sizeof(path), "%s/dangling", parent);
	t_int(symlink("nowhere", path), 0);
	t_fails(notice_create(path, NOTICE_LEGAL, &e), &e, ERR_USAGE,
	    "is no folder");
	t_int(entries(parent), 2);
	t_rmdir(parent);
}

static void an_empty_folder_is_taken(void **state)
{
	char tmp[64], path[256];
	const char *parent = t_mkdir(tmp);
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/here/", parent);
	t_int(mkdir(path, 0755), 0);
	t_ok(notice_create(path, NOTICE_SAFETY, &e), &e);
	t_int(mode_of(path, ""), 0700);
	t_int(entries(path), 4);
	t_int(entries(parent), 1);
	t_rmdir(parent);
}

/* The disk is full in the middle of the first file. */
static void a_folder_that_can_not_be_whole_is_not_there(void **state)
{
	char tmp[64], path[256];
	const char *parent = t_mkdir(tmp);
	struct rlimit before, small;
	struct err e = {0};
	int rc;

	snprintf(path, sizeof(path), "%s/new", parent);
	t_int(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 3000;
	signal(SIGXFSZ, SIG_IGN);
	t_int(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = notice_create(path, NOTICE_BREACH, &e);
	t_int(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	t_int(rc, ERR_SYS);
	t_has(str_of(e.msg), "notice.ini: ");
	t_int(entries(parent), 0);
	t_rmdir(parent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_setting_of_the_list_is_read),
	    T(subjects_may_be_for_some_only),
	    T(more_subjects_than_texts_can_be_are_refused),
	    T(what_is_left_out_has_a_default),
	    T(only_empty_roles_make_a_notice_ungated),
	    T(bad_settings_are_refused_with_their_place),
	    T(a_whole_notice_may_be_sent),
	    T(what_is_missing_or_wrong_is_named),
	    T(a_text_with_a_placeholder_is_refused),
	    T(a_subject_without_its_text_is_refused),
	    T(a_folder_is_opened_and_its_files_found),
	    T(a_new_folder_of_each_kind_is_whole_and_private),
	    T(a_law_may_add_files),
	    T(what_is_there_is_never_touched),
	    T(an_empty_folder_is_taken),
	    T(a_folder_that_can_not_be_whole_is_not_there),
	};

	return t_run("notice", tests);
}
