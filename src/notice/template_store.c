/* A compiled template as bytes, to be kept for ever:
 *
 *	"tocsin-letter" 0x01
 *	bytes            a length and so many bytes: what all ops point into
 *	count, fields    each a length and a name
 *	count, ops       each kind, at, n; of a field also its index and 1 if it
 *	                 has a default
 *
 * Numbers are LEB128.  A later version gets another last byte; this one must
 * always be read. */
#include "notice/template.h"

static const struct str magic = S("tocsin-letter\x01");

static void put_number(struct buf *out, size_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_addc(out, (char)(v | 0x80));
	buf_addc(out, (char)v);
}

static void put_str(struct buf *out, struct str s)
{
	put_number(out, s.n);
	buf_add(out, s);
}

void letter_template_format(const struct letter_template *t, struct buf *out)
{
	buf_add(out, magic);
	put_str(out, buf_str(&t->bytes));
	put_number(out, t->field_count);
	for (size_t i = 0; i < t->field_count; i++)
		put_str(out, t->field[i].name);
	put_number(out, t->op_count);
	for (size_t i = 0; i < t->op_count; i++) {
		const struct letter_op *op = &t->op[i];

		put_number(out, op->kind);
		put_number(out, op->at);
		put_number(out, op->n);
		if (letter_op_is_field(op->kind)) {
			put_number(out, op->field);
			put_number(out, op->has_default);
		}
	}
}

/* ---- reading; `s->p` NULL: it was damaged */

static uint32_t get_number(struct str *s, size_t max)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < s->n && i < 5; i++) {
		unsigned char c = (unsigned char)s->p[i];

		v |= (uint64_t)(c & 0x7f) << (7 * i);
		if (c & 0x80)
			continue;
		if (v > max)
			break;
		*s = str_from(*s, i + 1);
		return (uint32_t)v;
	}
	*s = STR_NONE;
	return 0;
}

static struct str get_str(struct str *s, size_t max)
{
	uint32_t n = get_number(s, max);
	struct str v = str_sub(*s, 0, n);

	if (v.n < n)
		*s = STR_NONE;
	else
		*s = str_from(*s, n);
	return v;
}

static void get_op(
    struct str *s, const struct letter_template *t, struct letter_op *op)
{
	op->kind = (enum letter_op_kind)get_number(s, OP_KIND_END - 1);
	op->at = get_number(s, t->bytes.len);
	op->n = get_number(s, t->bytes.len);
	if (letter_op_is_field(op->kind)) {
		op->field = get_number(s, UINT32_MAX);
		op->has_default = get_number(s, 1);
	}
}

static bool parse(struct letter_template *t, struct str s)
{
	buf_add(&t->bytes, get_str(&s, TEMPLATE_BYTES));
	t->field_count = get_number(&s, LIMIT_TEMPLATE_FIELDS);
	t->field =
	    arena_array(&t->arena, t->field_count + 1, sizeof(t->field[0]));
	for (size_t i = 0; i < t->field_count && s.p; i++)
		t->field[i].name =
		    arena_dup(&t->arena, get_str(&s, LIMIT_TEMPLATE));
	t->op_count = get_number(&s, TEMPLATE_OPS_MAX);
	/* each has three bytes or more: no count makes us take memory for
	 * what is not there */
	if (!s.p || t->op_count > s.n / 3)
		return false;
	t->op = arena_array(&t->arena, t->op_count + 1, sizeof(t->op[0]));
	if (t->arena.failed || t->bytes.over)
		return false;
	for (size_t i = 0; i < t->op_count && s.p; i++)
		get_op(&s, t, &t->op[i]);
	return s.p && s.n == 0 && template_finish(t);
}

int letter_template_parse(
    struct str bytes, struct letter_template **ret, struct err *e)
{
	struct letter_template *t;

	if (!str_starts(bytes, magic))
		return err_set(e, ERR_INPUT,
		    "a stored text was made by another version of tocsin");
	t = mem_zalloc(sizeof(*t));
	t->arena = ARENA_INIT(32 * MiB);
	t->bytes = BUF_INIT(TEMPLATE_BYTES);
	if (!parse(t, str_from(bytes, magic.n))) {
		letter_template_free(t);
		return err_set(e, ERR_INPUT, "a stored text is damaged");
	}
	*ret = t;
	return 0;
}

/* ---- what follows from the ops */

static bool finish_op(struct letter_template *t, struct letter_op *op)
{
	struct letter_field *f;

	if (op->kind < OP_COPY || op->kind >= OP_KIND_END ||
	    (size_t)op->at + op->n > t->bytes.len)
		return false;
	if (op->kind == OP_RUN)
		return qp_run_measure(letter_op_bytes(t, op), &op->run);
	if (!letter_op_is_field(op->kind))
		return true;
	if (op->field >= t->field_count)
		return false;
	f = &t->field[op->field];
	f->required = f->required || !op->has_default;
	f->link =
	    f->link || op->kind == OP_LINK_TEXT || op->kind == OP_LINK_HTML;
	return true;
}

bool template_finish(struct letter_template *t)
{
	for (size_t i = 0; i < t->op_count; i++)
		if (!finish_op(t, &t->op[i]))
			return false;
	return true;
}
