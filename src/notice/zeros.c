#include "notice/zeros.h"

static bool is_number(struct str s)
{
	size_t i = 0;

	while (i < s.n && ascii_is_digit(s.p[i]))
		i++;
	return i == s.n;
}

static void count(struct zeros *z, size_t n, uint64_t line)
{
	if (z->by_length[n]++ == 0)
		z->first[n] = line;
}

void zeros_add(struct zeros *z, struct str cell, uint64_t line)
{
	if (z->other || z->zero || !cell.n)
		return;
	z->zero = cell.p[0] == '0';
	z->other = cell.n > ZEROS_DIGITS || !is_number(cell);
	if (!z->other)
		count(z, cell.n, line);
}

void zeros_add_postcode(
    struct zeros *z, struct str cell, int five, uint64_t line)
{
	if ((cell.n != 4 && cell.n != 5) || !is_number(cell))
		return;
	if (five < 0)
		count(z, cell.n, line);
	else if (five && cell.n == 4 && z->certain++ == 0)
		z->certain_line = line;
}

uint64_t zeros_lost(const struct zeros *z, uint64_t *ret_line)
{
	size_t usual = 0;
	uint64_t all = 0, shorter = 0;

	for (size_t n = 1; n <= ZEROS_DIGITS; n++) {
		all += z->by_length[n];
		if (z->by_length[n])
			usual = n;
	}
	if (z->other || z->zero || usual < 5)
		return 0;
	*ret_line = UINT64_MAX;
	for (size_t n = 1; n < usual; n++) {
		if (z->by_length[n] && n + 3 < usual)
			return 0;
		shorter += z->by_length[n];
		if (z->by_length[n] && z->first[n] < *ret_line)
			*ret_line = z->first[n];
	}
	return shorter * 5 <= all ? shorter : 0;
}

uint64_t zeros_lost_postcodes(const struct zeros *z, uint64_t *ret_line)
{
	uint64_t lost = z->certain;

	*ret_line = z->certain ? z->certain_line : UINT64_MAX;
	if (z->by_length[5] > z->by_length[4] && z->by_length[4]) {
		lost += z->by_length[4];
		if (z->first[4] < *ret_line)
			*ret_line = z->first[4];
	}
	return lost;
}
