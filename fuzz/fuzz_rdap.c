/* rdap: whatever the registry writes, an answer is a date, a no, or an error
 * with a sentence. */
#include "fuzz.h"

#include "check/rdap.h"

void fuzz_one(struct str in)
{
	struct rdap r, again;
	struct err e = {0};
	usec_t date;
	int rc = rdap_parse(in, STR_NONE, &r, &e);

	ENSURE((rc < 0) == (e.msg[0] != '\0'));
	ENSURE(rc < 0 || r.status == RDAP_OK || r.status == RDAP_NOT_FOUND);
	rdap_read_answer(200, 1, in, S("harborline.example"), &again);
	ENSURE(again.status != RDAP_NOT_ASKED);
	ENSURE((again.status == RDAP_NO_ANSWER) == (again.why[0] != '\0'));
	/* an answer about this name is an answer about any */
	if (again.status == RDAP_OK)
		ENSURE(rc == 0 && r.registered == again.registered);
	rdap_parse_date(in, &date);
}
