/* cmd_dkim_sign: tocsin dkim sign FILE ... */
#include "auth/dkim_sign.h"
#include "base/limits.h"
#include "cli/message.h"
#include "domain/idna.h"

extern const struct cli_command cmd_dkim_sign;

struct signing {
	const char *domain, *at, *lifetime;
	const char *selector[DKIM_KEYS_MAX], *key[DKIM_KEYS_MAX];
	size_t selectors, keys;
	struct buf d; /* A-labels */
};

/* Frees nothing of what it made on failure but the keys. */
static int make_signer(struct signing *s, const struct dkim_sign_options *o,
    struct dkim_signer **ret, struct err *e)
{
	struct dkim_identity id[DKIM_KEYS_MAX];
	size_t n = 0;
	int rc = idna_to_ascii(str_of(s->domain), &s->d, e);

	for (; rc == 0 && n < s->keys; n++) {
		id[n] = (struct dkim_identity){.domain = buf_str(&s->d),
		    .selector = str_of(s->selector[n])};
		rc = pkey_load_private(s->key[n], &id[n].key, e);
		if (rc < 0)
			break;
		id[n].kind = pkey_kind(id[n].key);
	}
	if (rc == 0) {
		*ret = dkim_signer_new(id, n, o);
		return 0;
	}
	while (n > 0)
		pkey_free(id[--n].key);
	return rc;
}

static int print_signed(const struct cli *c, struct str field, struct str rest)
{
	struct buf out = BUF_INIT(MiB);
	struct json j;
	int rc;

	if (!c->json) {
		rc = cli_write(field);
		return rc ? rc : cli_write(rest);
	}
	json_begin(&j, &out);
	json_object(&j);
	json_put_str(&j, "signature", field);
	json_end(&j);
	rc = cli_print(&out);
	buf_release(&out);
	return rc;
}

static int sign_message(const struct cli *c, struct signing *s,
    const struct dkim_sign_options *o, int64_t at, struct str message)
{
	struct dkim_signature sigs[DKIM_KEYS_MAX];
	struct buf field = BUF_INIT(MiB);
	struct dkim_signer *signer = NULL;
	struct err e = {0};
	int rc;

	if (make_signer(s, o, &signer, &e) < 0 ||
	    dkim_sign(signer, message, at, &field, sigs, &e) < 0)
		rc = cli_fail(&cmd_dkim_sign, &e);
	else
		rc = print_signed(c, buf_str(&field), message);
	dkim_signer_free(signer);
	buf_release(&field);
	return rc;
}

static int check_words(const struct signing *s, struct dkim_sign_options *o)
{
	uint64_t n;

	if (!s->domain)
		return cli_usage(&cmd_dkim_sign,
		    "--domain D is missing: the domain that signs");
	if (s->keys == 0)
		return cli_usage(
		    &cmd_dkim_sign, "--key FILE is missing: the private key");
	if (s->keys != s->selectors)
		return cli_usage(
		    &cmd_dkim_sign, "each --key FILE needs its --selector S");
	if (s->lifetime) {
		if (!str_to_u64(str_of(s->lifetime), 999999999, &n) || n == 0)
			return cli_usage(&cmd_dkim_sign,
			    "--lifetime %s: is no number of seconds",
			    s->lifetime);
		o->lifetime = (int64_t)n;
	}
	return 0;
}

static int sign_run(struct cli *c, int argc, char **argv)
{
	struct signing s = {.d = BUF_INIT(LIMIT_DOMAIN)};
	const struct cli_option options[] = {
	    {.name = "domain",
		.arg = "D",
		.help = "the domain that signs (d=)",
		.value = &s.domain},
	    {.name = "selector",
		.arg = "S",
		.help = "name of the key (s=); once for each --key",
		.many = s.selector,
		.many_count = &s.selectors,
		.many_max = DKIM_KEYS_MAX},
	    {.name = "key",
		.arg = "FILE",
		.help = "private key; twice: RSA first, then Ed25519",
		.many = s.key,
		.many_count = &s.keys,
		.many_max = DKIM_KEYS_MAX},
	    {.name = "at",
		.arg = "TIME",
		.help = "time of the signature (t=); default: now",
		.value = &s.at},
	    {.name = "lifetime",
		.arg = "SECONDS",
		.help = "until it expires (x=); default: never",
		.value = &s.lifetime},
	};
	struct dkim_sign_options o = dkim_sign_defaults;
	struct buf message = {0};
	struct err e = {0};
	int64_t at;
	int words, rc;

	rc = cli_parse(c, &cmd_dkim_sign, options, ARRAY_SIZE(options), argc,
	    argv, 1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	rc = check_words(&s, &o);
	if (rc != 0 || cli_time(&cmd_dkim_sign, s.at, &at) < 0)
		return 2;
	if (cli_message_read(argv[0], &message, &e) < 0)
		rc = cli_fail(&cmd_dkim_sign, &e);
	else
		rc = sign_message(c, &s, &o, at, buf_str(&message));
	buf_release(&message);
	buf_release(&s.d);
	return rc;
}

const struct cli_command cmd_dkim_sign = {
    .name = "dkim sign",
    .args = "FILE --domain D --selector S --key FILE [--at TIME]",
    .summary = "Sign a message with DKIM (RFC 6376).",
    .help = CLI_MESSAGE_HELP
    "\n"
    "The message is printed with the signature on top, with CRLF line\n"
    "ends: any change of it but folding and white space breaks the\n"
    "signature. relaxed/relaxed, SHA-256; From, Reply-To and Subject are\n"
    "signed once more than they stand there, so that none can be added.\n"
    "\n"
    "  tocsin dkim sign mail.eml --domain example.com --selector s1 \\\n"
    "      --key example.com.pem > signed.eml\n"
    "\n"
    "--json prints {\"signature\"}, the header field, instead.\n"
    "\n"
    "Exit status: 0 signed; 2 wrong arguments, or a key or message that can\n"
    "not be used.\n",
    .run = sign_run,
};
