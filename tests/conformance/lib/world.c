#include "world.h"

#include "mail/header.h"

#include <stdio.h>
#include <stdlib.h>

void bail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("Bail out! ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	exit(1);
}

void read_file(const char *dir, struct str name, struct buf *out)
{
	char path[1024];
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/%.*s", dir, STR_ARG(name));
	buf_reset(out);
	if (buf_read_file(out, path, &e) < 0)
		bail("%s", e.msg);
}

void add_crlf(struct str text, struct buf *out)
{
	bool whole = str_find(text, S("\r\n")) >= 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && !whole)
			buf_addc(out, '\r');
		buf_addc(out, text.p[i]);
	}
}

void read_message(const char *dir, struct str name, struct buf *out)
{
	struct buf raw = BUF_INIT(16 * MiB);

	read_file(dir, name, &raw);
	buf_reset(out);
	add_crlf(buf_str(&raw), out);
	buf_release(&raw);
}

void add_txt(struct buf *zone, struct str name, struct str text)
{
	for (size_t i = 0; i < name.n; i++)
		if (ascii_is_alnum(name.p[i]) || name.p[i] == '.')
			buf_addc(zone, name.p[i]);
		else
			buf_addf(zone, "\\%03u", (unsigned char)name.p[i]);
	buf_add(zone, S(". IN TXT"));
	do {
		struct str piece = str_sub(text, 0, 255);

		buf_add(zone, S(" \""));
		for (size_t i = 0; i < piece.n; i++)
			buf_addf(zone, "\\%03u", (unsigned char)piece.p[i]);
		buf_addc(zone, '"');
		text = str_from(text, piece.n);
	} while (text.n);
	buf_addc(zone, '\n');
}

void world_open(struct world *w, struct str zone)
{
	struct err e = {0};

	w->loop = loop_sim_new(0);
	if (dns_zone_new(w->loop, zone, "zone", &w->dns, &e) < 0)
		bail("%s", e.msg);
	w->verifier = dkim_verifier_new(w->loop, w->dns);
}

void world_close(struct world *w)
{
	dkim_verifier_free(w->verifier);
	dns_free(w->dns);
	loop_free(w->loop);
}

static void on_report(const struct dkim_report *r, void *arg)
{
	struct results *ret = arg;

	ENSURE(ret->count == SIZE_MAX && r->count <= RESULTS_MAX);
	ret->count = r->count;
	for (size_t i = 0; i < r->count; i++) {
		ret->result[i] = r->row[i].result;
		ret->key_bits[i] = r->row[i].key_bits;
		snprintf(ret->reason[i], sizeof(ret->reason[i]), "%.*s",
		    STR_ARG(r->row[i].reason));
	}
}

void world_verify(struct world *w, struct str message, int64_t at,
    unsigned bits_min, struct results *ret)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = at;
	o.key_bits_min = bits_min;
	ret->count = SIZE_MAX;
	dkim_verify_start(w->verifier, message, &o, on_report, ret);
	ENSURE(ret->count == SIZE_MAX);
	loop_run(w->loop);
	ENSURE(ret->count != SIZE_MAX);
}

int64_t time_of(struct str message)
{
	struct header_field f;
	ptrdiff_t at;
	uint64_t t;
	size_t n = 0;

	if (!header_find(message, S("DKIM-Signature"), &f))
		return 1700000000;
	for (;;) {
		at = str_find(f.value, S("t="));
		if (at < 0)
			return 1700000000;
		if (at > 0 &&
		    (f.value.p[at - 1] == ' ' || f.value.p[at - 1] == ';'))
			break;
		f.value = str_from(f.value, (size_t)at + 2);
	}
	f.value = str_from(f.value, (size_t)at + 2);
	while (n < f.value.n && ascii_is_digit(f.value.p[n]))
		n++;
	return str_to_u64(str_sub(f.value, 0, n), INT64_MAX, &t) ? (int64_t)t
								 : 1700000000;
}
