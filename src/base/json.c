#include "base/json.h"
#include "base/utf8.h"

void json_begin(struct json *j, struct buf *out)
{
	*j = (struct json){.out = out};
}

static void newline(struct json *j)
{
	if (!j->indent)
		return;
	buf_addc(j->out, '\n');
	for (unsigned i = 0; i < j->depth * j->indent; i++)
		buf_addc(j->out, ' ');
}

static void before_value(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (!j->depth)
		return;
	if (!j->first[j->depth - 1])
		buf_addc(j->out, ',');
	j->first[j->depth - 1] = false;
	newline(j);
}

static void open_level(struct json *j, char open, char close)
{
	before_value(j);
	ENSURE(j->depth < ARRAY_SIZE(j->close));
	buf_addc(j->out, open);
	j->first[j->depth] = true;
	j->close[j->depth++] = close;
}

void json_object(struct json *j)
{
	open_level(j, '{', '}');
}

void json_array(struct json *j)
{
	open_level(j, '[', ']');
}

void json_end(struct json *j)
{
	ENSURE(j->depth > 0);
	j->depth--;
	if (!j->first[j->depth])
		newline(j);
	buf_addc(j->out, j->close[j->depth]);
}

static void quoted(struct json *j, struct str s)
{
	buf_addc(j->out, '"');
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t code;
		size_t n;

		if (c == '"' || c == '\\') {
			buf_addc(j->out, '\\');
			buf_addc(j->out, (char)c);
			i++;
		} else if (c == '\n') {
			buf_addz(j->out, "\\n");
			i++;
		} else if (c < 0x20 || c == 0x7f) {
			buf_addf(j->out, "\\u%04x", c);
			i++;
		} else if ((n = utf8_next(str_from(s, i), &code))) {
			buf_add(j->out, str_sub(s, i, n));
			i += n;
		} else {
			buf_addz(j->out, "\xef\xbf\xbd");
			i++;
		}
	}
	buf_addc(j->out, '"');
}

void json_key(struct json *j, const char *key)
{
	before_value(j);
	quoted(j, str_of(key));
	buf_addz(j->out, j->indent ? ": " : ":");
	j->after_key = true;
}

void json_str(struct json *j, struct str s)
{
	before_value(j);
	quoted(j, s);
}

void json_u64(struct json *j, uint64_t v)
{
	before_value(j);
	buf_add_u64(j->out, v);
}

void json_real(struct json *j, double v)
{
	before_value(j);
	buf_addf(j->out, "%.6g", v);
}

void json_bool(struct json *j, bool v)
{
	before_value(j);
	buf_addz(j->out, v ? "true" : "false");
}

void json_null(struct json *j)
{
	before_value(j);
	buf_addz(j->out, "null");
}

void json_put_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

void json_put_u64(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_u64(j, v);
}

void json_put_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
