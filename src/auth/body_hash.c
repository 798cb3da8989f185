#include "auth/body_hash.h"
#include "base/mem.h"

static void take_piece(void *arg, struct str piece)
{
	struct body_form *f = arg;

	f->length += piece.n;
	for (size_t i = 0; i < f->owner->count; i++) {
		struct body_want *w = &f->owner->want[i];
		size_t n = piece.n < w->left ? piece.n : (size_t)w->left;

		if (w->canon != f->kind)
			continue;
		digest_update(w->digest, str_sub(piece, 0, n));
		if (w->length != BODY_WHOLE)
			w->left -= n;
	}
}

void body_hash_init(struct body_hash *b)
{
	*b = (struct body_hash){0};
}

void body_hash_release(struct body_hash *b)
{
	for (size_t i = 0; i < b->count; i++)
		digest_free(b->want[i].digest);
	free(b->want);
	*b = (struct body_hash){0};
}

size_t body_hash_want(
    struct body_hash *b, enum canon_kind canon, uint64_t length)
{
	struct digest *d;

	for (size_t i = 0; i < b->count; i++)
		if (b->want[i].canon == canon && b->want[i].length == length)
			return i;
	if (!mem_try_grow(&b->want, &b->max, b->count, 2, sizeof(*b->want)) ||
	    !(d = digest_new()))
		return BODY_LOST;
	b->want[b->count] =
	    (struct body_want){.canon = canon, .length = length, .digest = d};
	return b->count++;
}

void body_hash_begin(struct body_hash *b)
{
	for (int k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		b->form[k] =
		    (struct body_form){.owner = b, .kind = (enum canon_kind)k};
	for (size_t i = 0; i < b->count; i++) {
		struct body_want *w = &b->want[i];

		b->form[w->canon].wanted = true;
		w->left = w->length;
		digest_begin(w->digest);
	}
	for (int k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		canon_body_begin(&b->form[k].canon, b->form[k].kind, take_piece,
		    &b->form[k]);
}

void body_hash_update(struct body_hash *b, struct str piece)
{
	for (int k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->form[k].wanted)
			canon_body_update(&b->form[k].canon, piece);
}

void body_hash_end(struct body_hash *b)
{
	for (int k = CANON_SIMPLE; k <= CANON_RELAXED; k++)
		if (b->form[k].wanted)
			canon_body_end(&b->form[k].canon);
	for (size_t i = 0; i < b->count; i++)
		digest_end(b->want[i].digest, b->want[i].sum);
}

const unsigned char *body_hash_sum(const struct body_hash *b, size_t number)
{
	return b->want[number].sum;
}

uint64_t body_hash_length(const struct body_hash *b, enum canon_kind canon)
{
	return b->form[canon].length;
}
