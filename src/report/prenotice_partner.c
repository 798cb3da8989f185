/* To partners whose people will get the notice, for their mail gateways. */
#include "base/codec.h"
#include "base/conf.h"
#include "base/json.h"
#include "report/prenotice_text.h"

static void put_digest(const struct prenotice *p, struct buf *out)
{
	codec_hex(out, str_make((const char *)p->sample_sha256, DIGEST_SIZE));
}

void prenotice_put_partners(const struct prenotice *p, struct buf *out)
{
	const struct notice *n = p->notice;

	buf_addf(out,
	    "To those who run the mail gateway, and to the help desk\n"
	    "\n"
	    "%.*s is about to send a notice that the law asks for. Some of "
	    "your people may\n"
	    "get it. This is how to tell it from an imitation, of which there "
	    "will be some:\n"
	    "\n",
	    STR_ARG(n->org_name));
	prenotice_put_sender(p, out);
	buf_addz(out,
	    "\n"
	    "It passes DMARC with the domain of From. It has no attachment, "
	    "asks for no password,\n"
	    "payment or other data, and leads to no other website than the "
	    "page above. sample.eml\n"
	    "is the mail to a person made up; the real ones are signed.\n"
	    "\n"
	    "What to do:\n"
	    "* Expect it: allow only mail that passes DMARC for this domain, "
	    "from the day of the\n"
	    "  planned start, for four weeks. Do not allow by the From text "
	    "or by IP address alone,\n"
	    "  and do not switch other checks off.\n"
	    "* Quarantine what claims to be it and fails.\n"
	    "* Tell your help desk the page above; they can type its address "
	    "themselves.\n"
	    "\n"
	    "partner-gateways.json has the same for machines. SHA-256 of "
	    "sample.eml:\n");
	put_digest(p, out);
	buf_addz(out, "\n\nCheck this message itself: call CHANGE ME (a number "
		      "that stands on our website).\n");
}

static void put_words(struct json *j, const char *key, struct str list)
{
	struct str one;

	json_key(j, key);
	json_array(j);
	while (conf_list_next(&list, &one))
		json_str(j, one);
	json_end(j);
}

/* All of them: that for everyone else first. */
static void put_subjects(const struct notice *n, struct json *j)
{
	json_key(j, "subjects");
	json_array(j);
	json_str(j, n->subject);
	for (size_t i = 0; i < n->own_subjects; i++)
		json_str(j, n->own_subject[i].text);
	json_end(j);
}

static void put_dkim(const struct prenotice *p, struct json *j)
{
	json_key(j, "dkim");
	json_array(j);
	for (size_t i = 0; i < p->notice->dkim_count; i++) {
		json_object(j);
		json_put_str(j, "domain", p->notice->dkim[i].domain);
		json_put_str(j, "selector", p->notice->dkim[i].selector);
		json_end(j);
	}
	json_end(j);
}

static void put_time(struct json *j, const char *key, usec_t t)
{
	char iso[CLOCK_ISO_SIZE];

	json_key(j, key);
	if (t) {
		clock_iso(t, iso);
		json_str(j, str_of(iso));
	} else {
		json_null(j);
	}
}

static void put_sample(const struct prenotice *p, struct json *j)
{
	struct buf hex = BUF_INIT(128);

	put_digest(p, &hex);
	json_put_str(j, "sample", S("sample.eml"));
	json_put_str(j, "sample_sha256", buf_str(&hex));
	buf_release(&hex);
}

void prenotice_put_partners_json(const struct prenotice *p, struct buf *out)
{
	const struct notice *n = p->notice;
	ptrdiff_t at = str_rchr(n->bounce_address, '@');
	struct json j;

	json_begin(&j, out);
	j.indent = 2;
	json_object(&j);
	json_put_str(&j, "organisation", n->org_name);
	put_words(&j, "own_domains", n->own_domains);
	json_put_str(&j, "kind", str_of(notice_kind_name(n->kind)));
	json_put_str(&j, "title", n->title);
	json_put_str(&j, "subject", n->subject);
	put_subjects(n, &j);
	json_put_str(&j, "from", n->from_address);
	json_put_str(&j, "from_name", n->from_name);
	json_put_str(
	    &j, "reply_to", n->reply_to.n ? n->reply_to : n->from_address);
	json_put_str(&j, "mail_from_domain",
	    str_from(n->bounce_address, (size_t)(at + 1)));
	put_dkim(p, &j);
	put_words(&j, "source_ips", n->source);
	put_words(&j, "helo", n->helo);
	json_put_str(&j, "canonical_url", n->canonical_url);
	json_put_bool(&j, "dmarc_pass_required", true);
	json_put_bool(&j, "attachments", false);
	put_time(&j, "start", n->check.start);
	put_time(&j, "end", n->not_after);
	put_sample(p, &j);
	json_end(&j);
	buf_addc(out, '\n');
}
