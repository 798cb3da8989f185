/* What is texted, said and posted to those whom mail does not reach. */
#include "notice/create_text.h"

static bool is_about_product(const struct create *c)
{
	return c->kind == NOTICE_RECALL || c->kind == NOTICE_SAFETY;
}

void create_text_sms(const struct create *c, struct buf *out)
{
	buf_addf(out, "CHANGE ME (company): %s. ", create_kind_of(c)->sms);
	if (is_about_product(c))
		buf_addz(out, "Stop using CHANGE ME (product, model, batch or "
			      "serial numbers). ");
	buf_addz(out, "Read CHANGE ME (canonical_url of notice.ini) or call "
		      "CHANGE ME (number).\n");
}

void create_text_phone(const struct create *c, struct buf *out)
{
	buf_addf(out,
	    "For those who call us. We do not call people ourselves.\n"
	    "\n"
	    "Good day, this is CHANGE ME (company). It is about this: %s.\n"
	    "\n"
	    "I will not ask you for a password, a payment or other data. You "
	    "called the number\n"
	    "that stands on our website, CHANGE ME (www and your domain): "
	    "CHANGE ME (number).\n"
	    "\n",
	    create_kind_of(c)->what);
	if (is_about_product(c))
		buf_addz(out,
		    "Product: CHANGE ME (name and brand)\n"
		    "Model: CHANGE ME (model, batch or serial numbers)\n");
	buf_addz(out,
	    "In short: CHANGE ME (three sentences, with the dates of the "
	    "notice)\n"
	    "What to do now: CHANGE ME (the steps of the notice)\n"
	    "Where to read all of it: CHANGE ME (canonical_url of notice.ini)\n"
	    "\n"
	    "May we send you this in writing? Then please tell me where to.\n");
}

void create_text_social(const struct create *c, struct buf *out)
{
	buf_addf(out, "%s by CHANGE ME (company). It is about this: %s. ",
	    create_title(c), create_kind_of(c)->what);
	if (is_about_product(c))
		buf_addz(out,
		    "Product: CHANGE ME (name and brand). Model: CHANGE ME "
		    "(model, batch or serial numbers). ");
	buf_addz(out,
	    "All of it, and where to get help, stands on our website: CHANGE "
	    "ME (canonical_url of notice.ini). Our number is CHANGE ME "
	    "(number). We never ask for data or money because of it. Please "
	    "pass this on.\n");
}
