/* verify: says what DMARC makes of a mail on standard input.
 *
 *	cc verify.c $(pkg-config --cflags --libs tocsin) -o verify
 *	./verify [ZONE-FILE] < mail.eml
 */
#include <tocsin/tocsin.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static char mail[1 << 20];

int main(int argc, char **argv)
{
	struct tocsin_options o = {
	    .size = sizeof(o), .zone_file = argc > 1 ? argv[1] : NULL};
	size_t n = fread(mail, 1, sizeof(mail), stdin);
	struct tocsin_context *c;
	struct tocsin_result *r;
	struct tocsin_error e;
	int passed;

	if (tocsin_context_new(&o, &c, &e) < 0 ||
	    tocsin_verify_sync(c, mail, n, NULL, time(NULL), &r, &e) < 0) {
		fprintf(stderr, "verify: %s\n", e.text);
		return 2;
	}
	printf("dmarc=%s %s: %s\n", tocsin_verdict_name(tocsin_result_dmarc(r)),
	    tocsin_result_text(r, TOCSIN_FROM_DOMAIN),
	    tocsin_result_text(r, TOCSIN_DMARC_REASON));
	for (size_t i = 0; i < tocsin_result_signatures(r); i++)
		printf("dkim=%s %s: %s\n",
		    tocsin_verdict_name(tocsin_signature_dkim(r, i)),
		    tocsin_signature_text(r, i, TOCSIN_SIGNATURE_DOMAIN),
		    tocsin_signature_text(r, i, TOCSIN_SIGNATURE_REASON));
	passed = tocsin_result_dmarc(r) == TOCSIN_PASS;
	tocsin_result_free(r);
	tocsin_context_free(c);
	return passed ? 0 : 1;
}
