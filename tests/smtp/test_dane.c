#include "t.h"

#include "smtp/dane.h"

static void takes_what_rfc7672_lets_smtp_use(void **state)
{
	static const struct {
		uint8_t usage, selector, matching;
		size_t n;
		bool usable;
	} rows[] = {
	    {3, 1, 1, 32, true},
	    {2, 0, 1, 32, true},
	    {2, 1, 2, 64, true},
	    {3, 0, 0, 5, true},
	    {0, 1, 1, 32, false},
	    {1, 1, 1, 32, false},
	    {4, 1, 1, 32, false},
	    {255, 1, 1, 32, false},
	    {3, 2, 1, 32, false},
	    {3, 1, 3, 32, false},
	    {3, 1, 1, 31, false},
	    {3, 1, 2, 32, false},
	    {3, 1, 0, 0, false},
	};
	char data[64] = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_int(dane_is_usable(
			  &(struct dns_tlsa){rows[i].usage, rows[i].selector,
			      rows[i].matching, str_make(data, rows[i].n)}),
		    rows[i].usable);
}

static void says_what_the_answer_asks_of_tls(void **state)
{
	char good[35] = {3, 1, 1}, pkix[35] = {1, 1, 1}, cut[2] = {3, 1};
	const struct dns_rr one[] = {{str_make(good, 35)}};
	const struct dns_rr none[] = {{str_make(pkix, 35)}, {str_make(cut, 2)}};
	const struct dns_rr both[] = {
	    {str_make(pkix, 35)}, {str_make(good, 35)}};
	const struct {
		struct dns_answer answer;
		enum dane_need need;
		size_t count, unusable;
	} rows[] = {
	    {{.status = DNS_OK, .secure = true, .rr = one, .rr_count = 1},
		DANE_NEED_MATCH, 1, 0},
	    {{.status = DNS_OK, .secure = true, .rr = both, .rr_count = 2},
		DANE_NEED_MATCH, 1, 1},
	    {{.status = DNS_OK, .secure = true, .rr = none, .rr_count = 2},
		DANE_NEED_TLS, 0, 2},
	    {{.status = DNS_OK, .rr = one, .rr_count = 1}, DANE_NEED_NOTHING, 0,
		0},
	    {{.status = DNS_NODATA, .secure = true}, DANE_NEED_NOTHING, 0, 0},
	    {{.status = DNS_NXDOMAIN}, DANE_NEED_NOTHING, 0, 0},
	    {{.status = DNS_SERVFAIL, .bogus = true}, DANE_NEED_ANOTHER, 0, 0},
	    {{.status = DNS_TIMEOUT}, DANE_NEED_ANOTHER, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dane d;

		dane_read(&rows[i].answer, &d);
		t_int(d.need, rows[i].need);
		t_int(d.count, rows[i].count);
		t_int(d.unusable, rows[i].unusable);
	}
}

static void looks_at_a_bounded_number(void **state)
{
	char good[35] = {3, 1, 1};
	struct dns_rr rr[LIMIT_DANE_RECORDS + 5];
	struct buf name = BUF_INIT(1024);
	struct dane d;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rr); i++)
		rr[i].rdata = str_make(good, 35);
	dane_read(
	    &(struct dns_answer){
		.secure = true, .rr = rr, .rr_count = ARRAY_SIZE(rr)},
	    &d);
	t_int(d.count, LIMIT_DANE_RECORDS);
	dane_name(25, S("mx.example.com"), &name);
	t_str(buf_str(&name), "_25._tcp.mx.example.com");
	buf_release(&name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(takes_what_rfc7672_lets_smtp_use),
	    T(says_what_the_answer_asks_of_tls),
	    T(looks_at_a_bounded_number),
	};

	return t_run("dane", tests);
}
