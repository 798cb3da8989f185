/* cmd_dkim: tocsin dkim keygen ..., and the words behind `tocsin dkim` */
#include "auth/dkim_key.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "domain/idna.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BITS_MIN     2048u
#define BITS_MAX     4096u
#define BITS_DEFAULT 2048u

/* ---- keygen */

struct keygen {
	const char *bits, *domain, *selector, *out;
	bool ed25519;
	/* what they mean */
	enum pkey_kind kind;
	uint64_t size;
	struct buf d, s; /* A-labels; the selector */
};

static int keygen_run(struct cli *c, int argc, char **argv);

static const struct cli_command keygen_command = {
    .name = "dkim keygen",
    .args = "[--domain D] [--selector S] [--bits 2048 | --ed25519] --out FILE",
    .summary = "Make a DKIM key and the DNS record that publishes it.",
    .help =
	"The private key goes to FILE, which only you may read (mode 0600).\n"
	"A file that exists is never overwritten: whoever loses a key in use\n"
	"can no longer sign. The TXT record is printed as a line for a zone\n"
	"file; a web form wants what stands between the quotes, joined.\n"
	"\n"
	"  tocsin dkim keygen --domain example.com --selector notice2026 \\\n"
	"      --out example.com.pem >> example.com.zone\n"
	"\n"
	"Then name both in notice.ini:\n"
	"\n"
	"  [dkim]\n"
	"  domain = example.com\n"
	"  selector = notice2026\n"
	"  key = example.com.pem\n"
	"\n"
	"Publish the record a day before the first mail and leave it until the\n"
	"last mail is old. A new key gets a new selector; without --selector it\n"
	"is named after this month.\n"
	"\n"
	"RSA with 2048 bits is what all receivers take (RFC 8301). An Ed25519\n"
	"signature (RFC 8463) is not understood everywhere: send it beside one\n"
	"with RSA, as [dkim.2].\n"
	"\n"
	"Exit status: 0 made; 2 wrong arguments, or FILE exists; 3 FILE can not\n"
	"be written.\n",
    .run = keygen_run,
};

static int keygen_size(struct keygen *k)
{
	k->kind = k->ed25519 ? PKEY_ED25519 : PKEY_RSA;
	k->size = BITS_DEFAULT;
	if (k->bits && k->ed25519)
		return cli_usage(&keygen_command,
		    "an Ed25519 key has one size; leave --bits out");
	if (k->bits && (!str_to_u64(str_of(k->bits), BITS_MAX, &k->size) ||
			   k->size < BITS_MIN))
		return cli_usage(&keygen_command,
		    "--bits %s: must be %u to %u; below, receivers grow "
		    "suspicious, above, they need not verify (RFC 8301 3.2)",
		    k->bits, BITS_MIN, BITS_MAX);
	return 0;
}

static int keygen_names(struct keygen *k, struct err *e)
{
	char now[CLOCK_ISO_SIZE];
	int rc = 0;

	buf_init(&k->d, LIMIT_DOMAIN);
	buf_init(&k->s, LIMIT_DOMAIN);
	if (k->selector) {
		buf_addz(&k->s, k->selector);
	} else {
		clock_iso(clock_wall(&clock_system), now);
		buf_addf(&k->s, "tocsin-%.4s%.2s", now, now + 5);
	}
	if (k->domain)
		rc = idna_to_ascii(str_of(k->domain), &k->d, e);
	if (rc == 0 && k->domain)
		rc = dkim_check_domain(buf_str(&k->d), e);
	if (rc == 0 && k->s.over)
		rc = err_set(e, ERR_INPUT, "--selector: is too long");
	if (rc == 0)
		rc = dkim_check_selector(buf_str(&k->s), buf_str(&k->d), e);
	return rc;
}

static int write_key(const char *path, const struct pkey *key, struct err *e)
{
	struct buf pem = BUF_INIT(LIMIT_KEY_FILE);
	int rc = pkey_write_private(key, &pem, e);
	int fd = -1;

	if (rc < 0)
		goto out;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		rc = err_set(e, ERR_INPUT,
		    "%s: exists already and is left alone; a key in use must "
		    "not be lost: choose another name",
		    path);
	else if (fd < 0)
		rc = err_sys(e, errno, "%s", path);
	else if (file_write_all(fd, buf_str(&pem)) < 0 ||
		 fchmod(fd, 0600) < 0 || fsync(fd) < 0) {
		rc = err_sys(e, errno, "%s", path);
		unlink(path);
	}
	if (fd >= 0)
		close(fd);
out:
	if (pem.p)
		explicit_bzero(pem.p, pem.cap);
	buf_release(&pem);
	return rc;
}

static void keygen_json(const struct keygen *k, const struct pkey *key,
    struct str record, struct str line, struct buf *out)
{
	struct buf name = BUF_INIT(512), algorithm = BUF_INIT(32);
	struct json j;

	dkim_key_name(buf_str(&k->s), buf_str(&k->d), &name);
	buf_addf(&algorithm, "%s-sha256", pkey_kind_name(k->kind));
	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "selector", buf_str(&k->s));
	json_key(&j, "domain");
	if (k->domain)
		json_str(&j, buf_str(&k->d));
	else
		json_null(&j);
	json_put_str(&j, "algorithm", buf_str(&algorithm));
	json_put_u64(&j, "key_bits", pkey_bits(key));
	json_put_str(&j, "key_file", str_of(k->out));
	json_put_str(&j, "record_name", buf_str(&name));
	json_put_str(&j, "record", record);
	json_put_str(&j, "zone_line", line);
	json_end(&j);
	buf_release(&name);
	buf_release(&algorithm);
}

static int keygen_print(const struct cli *c, const struct keygen *k,
    const struct pkey *key, struct err *e)
{
	struct buf record = BUF_INIT(4 * KiB), line = BUF_INIT(8 * KiB);
	struct buf out = BUF_INIT(32 * KiB);
	int rc = dkim_key_record(key, &record, e);

	if (rc < 0) {
		rc = cli_fail(&keygen_command, e);
		goto out;
	}
	dkim_key_zone_line(
	    buf_str(&k->s), buf_str(&k->d), buf_str(&record), &line);
	if (c->json)
		keygen_json(k, key, buf_str(&record), buf_str(&line), &out);
	else
		buf_add(&out, buf_str(&line));
	rc = cli_print(&out);
	if (rc == 0)
		cli_say(c,
		    "The private key is in %s; keep a copy in a safe place. "
		    "Publish the record above%s.",
		    k->out,
		    k->domain ? "" : " in the zone of the domain that signs");
out:
	buf_release(&record);
	buf_release(&line);
	buf_release(&out);
	return rc;
}

static int keygen_make(const struct cli *c, struct keygen *k)
{
	struct pkey *key = NULL;
	struct err e = {0};
	int rc = keygen_size(k);

	if (rc != 0)
		return rc;
	if (keygen_names(k, &e) < 0 ||
	    pkey_generate(k->kind, (unsigned)k->size, &key, &e) < 0 ||
	    write_key(k->out, key, &e) < 0)
		rc = cli_fail(&keygen_command, &e);
	else
		rc = keygen_print(c, k, key, &e);
	pkey_free(key);
	buf_release(&k->d);
	buf_release(&k->s);
	return rc;
}

static int keygen_run(struct cli *c, int argc, char **argv)
{
	struct keygen k = {0};
	const struct cli_option options[] = {
	    {.name = "out",
		.arg = "FILE",
		.help = "where the private key goes; must not exist",
		.value = &k.out},
	    {.name = "domain",
		.arg = "D",
		.help = "the domain that signs (d=)",
		.value = &k.domain},
	    {.name = "selector",
		.arg = "S",
		.help = "name of this key (s=); default: tocsin-YYYYMM",
		.value = &k.selector},
	    {.name = "bits",
		.arg = "N",
		.help = "size of an RSA key, 2048 (default) to 4096",
		.value = &k.bits},
	    {.name = "ed25519",
		.help = "an Ed25519 key instead of RSA",
		.flag = &k.ed25519},
	};
	int words, rc;

	rc = cli_parse(c, &keygen_command, options, ARRAY_SIZE(options), argc,
	    argv, 0, 0, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (!k.out)
		return cli_usage(&keygen_command,
		    "--out FILE is missing: where the private key goes");
	return keygen_make(c, &k);
}

/* ---- the words behind `tocsin dkim` */

extern const struct cli_command cmd_dkim_sign;
extern const struct cli_command cmd_dkim_verify;

static const struct cli_command *const actions[] = {
    &keygen_command,
    &cmd_dkim_sign,
    &cmd_dkim_verify,
};

static int dkim_run(struct cli *c, int argc, char **argv);

const struct cli_command cmd_dkim = {
    .name = "dkim",
    .args = "keygen|sign|verify ...",
    .summary = "DKIM: make and publish keys, sign, verify.",
    .help = "  tocsin dkim keygen --help   make a key and its DNS record\n"
	    "  tocsin dkim sign --help     sign a message\n"
	    "  tocsin dkim verify --help   are its signatures good?\n",
    .run = dkim_run,
};

static int dkim_run(struct cli *c, int argc, char **argv)
{
	return cli_run_action(
	    c, &cmd_dkim, actions, ARRAY_SIZE(actions), argc, argv);
}
