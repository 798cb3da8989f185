/* Recall and safety warning: the elements of 16 CFR 1115.27 (CPSC) and of the
 * template in Reg. (EU) 2024/1435.  Neither wants softening words, nor a word
 * that no accident is known. */
#include "notice/create_text.h"

static void put_product(const struct create *c, struct buf *out)
{
	buf_addz(out,
	    "## The Product\n"
	    "\n"
	    "<!-- Name it so that nobody can take it for another. A picture "
	    "belongs on the web\n"
	    "page, with words beside it. -->\n"
	    "\n"
	    "* Product: CHANGE ME (name and brand)\n"
	    "* Model: CHANGE ME (model, batch or serial numbers)\n"
	    "* Where to find the number: CHANGE ME (place on the product)\n"
	    "* Sold: CHANGE ME (from when to when)\n"
	    "* Sold by: CHANGE ME (retailers, places, websites)\n");
	if (c->laws & CREATE_CPSC)
		buf_addz(out,
		    "* Units: CHANGE ME (number of units)\n"
		    "* Price: sold for CHANGE ME (price or range of prices, with $)\n");
	buf_addz(out, "\n"
		      "A picture of the product is on our web page.\n"
		      "\n");
}

static void put_hazard(const struct create *c, struct buf *out)
{
	buf_addz(out,
	    "## The Hazard\n"
	    "\n"
	    "<!-- What can happen and whom it can hurt, straight. No words that "
	    "make it small;\n"
	    "README.txt names those the law forbids. -->\n"
	    "\n"
	    "CHANGE ME (the defect, what can happen, whom it can hurt)\n"
	    "\n");
	if (c->laws & CREATE_CPSC)
		buf_addz(out,
		    "<!-- In the EU take this line out if there are none. "
		    "-->\n"
		    "\n"
		    "Incidents and injuries: CHANGE ME (number and kind)\n"
		    "\n");
}

static const char stop[] =
    "## What You Should Do Now\n"
    "\n"
    "* Stop using the product immediately.\n"
    "* CHANGE ME (how to make it safe: unplug it, keep it from children ...)\n"
    "* CHANGE ME (whether to keep it, bring it back or dispose of it)\n"
    "\n";

static const char remedy_eu[] =
    "You can choose between CHANGE ME (at least two of: repair, replacement,\n"
    "refund). ";

static const char remedy_us[] =
    "The remedy is CHANGE ME (repair, replacement or refund). ";

static const char remedy[] =
    "It is free of charge. To get it: CHANGE ME (how, from which day,\n"
    "how long it takes)\n"
    "\n";

static void put_recall(const struct create *c, struct buf *out)
{
	put_product(c, out);
	put_hazard(c, out);
	buf_addz(out, stop);
	buf_addz(out, "## The Remedy\n\n");
	buf_addz(out, c->laws & CREATE_EU ? remedy_eu : remedy_us);
	buf_addz(out, remedy);
	buf_addz(out,
	    "## Who Recalls It\n"
	    "\n"
	    "* Recalled by: CHANGE ME (manufacturer or importer, postal "
	    "address)\n"
	    "* Date of the recall: CHANGE ME (day)\n"
	    "* Action: CHANGE ME (recall of the product, or repair at the "
	    "customer's)\n"
	    "\n"
	    "Please pass this notice on to others who have this product.\n"
	    "\n");
}

static void put_safety(const struct create *c, struct buf *out)
{
	put_product(c, out);
	put_hazard(c, out);
	buf_addz(out,
	    "## What You Should Do Now\n"
	    "\n"
	    "* Stop using the product until you have read this.\n"
	    "* CHANGE ME (what to check)\n"
	    "* CHANGE ME (how to use it safely)\n"
	    "* CHANGE ME (how to get the update or the part, free of charge)\n"
	    "\n"
	    "## What We Are Doing\n"
	    "\n"
	    "CHANGE ME (what you changed in the product, which authorities "
	    "know)\n"
	    "\n"
	    "Please pass this warning on to others who have this product.\n"
	    "\n");
}

/* Contact is where the helpline stands; hours and languages belong there. */
const struct create_kind create_recall = {
    .title = "Product Safety Recall",
    .subject =
	"CHANGE ME (company): Product Safety Recall of CHANGE ME (product)",
    .sms = "product safety recall",
    .what = "a product safety recall",
    .lead = "We at CHANGE ME (company) recall a product because it is "
	    "dangerous. According to\n"
	    "our records you bought it. Please stop using it now.\n",
    .body = put_recall,
    .contact = "Contact",
};

const struct create_kind create_safety = {
    .title = "Safety Warning",
    .subject = "CHANGE ME (company): Safety Warning about CHANGE ME (product)",
    .sms = "safety warning",
    .what = "a safety warning about a product",
    .lead = "We at CHANGE ME (company) warn you of a danger. According to our "
	    "records you have\n"
	    "this product. Please read this before you use it again.\n",
    .body = put_safety,
    .contact = "Contact",
};
