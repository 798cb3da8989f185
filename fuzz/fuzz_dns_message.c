/* dns_message: any bytes as a resolver's response; what is read holds sound
 * records within the limits, and a canonical name that is a name.
 */
#include "fuzz.h"

#include "net/dns_private.h"

static void read_as(struct str in, enum dns_type type)
{
	static const struct dns_name x = {.n = 3, .p = "\1x"};
	struct arena a = ARENA_INIT(MiB);
	struct dns_answer got;
	struct dns_name n;

	if (!dns_message_read(in, &x, type, &a, &got)) {
		arena_release(&a);
		return;
	}
	ENSURE((got.status == DNS_OK) == (got.rr_count > 0));
	ENSURE(got.status <= DNS_SERVFAIL && !got.secure && !got.bogus);
	ENSURE(got.status == DNS_SERVFAIL || got.canonical.n);
	if (got.canonical.n)
		ENSURE(dns_name_parse(got.canonical, NULL, &n) == NULL);
	for (size_t i = 0; i < got.rr_count; i++)
		ENSURE(dns_rr_is_sound(type, got.rr[i].rdata));
	dns_entry_unref(dns_entry_new(0, &x, type, &got));
	arena_release(&a);
}

void fuzz_one(struct str in)
{
	static const enum dns_type types[] = {
	    DNS_A, DNS_MX, DNS_CNAME, DNS_SOA, DNS_TXT};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		read_as(in, types[i]);
}
