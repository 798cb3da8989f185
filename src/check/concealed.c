#include "check/concealed.h"
#include "base/utf8.h"
#include "check/markup.h"

#define NEAR       20u   /* of 255: two colours that nobody tells apart */
#define OFF_SCREEN 500.0 /* pixels */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void concealed_begin(struct concealed_look *ret)
{
	*ret = (struct concealed_look){.ink = 0, .paper = 0xffffff};
}

bool concealed_has_words(struct str s)
{
	while (s.n) {
		uint32_t c = 0;
		size_t n = utf8_next(s, &c);

		if (c < 0x80 ? ascii_is_alnum((char)c)
			     : c >= 0xc0 && !(c >= 0x2000 && c <= 0x206f) &&
				   c != 0x34f && c != 0xfeff)
			return true;
		s = str_from(s, n ? n : 1);
	}
	return false;
}

/* ---- values */

struct amount {
	double value;
	struct str unit; /* "px", "%", ... or "" */
};

/* "-9999px": false: no number. */
static bool amount_of(struct str s, struct amount *ret)
{
	bool minus = str_starts(s, S("-"));
	double v = 0, place = 0;
	size_t i = minus ? 1 : 0, digits = 0;

	for (; i < s.n && i < 40; i++) {
		if (ascii_is_digit(s.p[i])) {
			digits++;
			if (place > 0) {
				v += (s.p[i] - '0') * place;
				place /= 10;
			} else {
				v = v * 10 + (s.p[i] - '0');
			}
		} else if (s.p[i] == '.' && place == 0) {
			place = 0.1;
		} else {
			break;
		}
	}
	*ret = (struct amount){
	    .value = minus ? -v : v, .unit = str_trim(str_from(s, i))};
	return digits > 0;
}

static bool is_nothing(struct str s)
{
	struct amount a;

	return amount_of(s, &a) && a.value == 0;
}

/* Letters nobody can see: 0, 1px, 0.1em, 2%. */
static bool is_too_small(struct str s)
{
	struct amount a;

	if (!amount_of(s, &a))
		return false;
	if (str_istarts(a.unit, S("px")) || str_istarts(a.unit, S("pt")))
		return a.value <= 2;
	if (str_istarts(a.unit, S("%")))
		return a.value <= 10;
	return a.value <= (a.unit.n ? 0.1 : 0);
}

static bool is_far(struct str s)
{
	struct amount a;

	return amount_of(s, &a) &&
	       (a.value <= -OFF_SCREEN ||
		   (a.value <= -50 && (str_istarts(a.unit, S("em")) ||
					  str_istarts(a.unit, S("rem")) ||
					  str_istarts(a.unit, S("v")))));
}

static unsigned hex(char c)
{
	return (
	    unsigned)(ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10);
}

static uint32_t hex_color(struct str s)
{
	uint32_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) &&
		    !(ascii_lower(s.p[i]) >= 'a' && ascii_lower(s.p[i]) <= 'f'))
			return CONCEALED_NO_COLOR;
	if (s.n != 3 && s.n != 6)
		return CONCEALED_NO_COLOR;
	for (size_t i = 0; i < s.n; i++)
		v = s.n == 3 ? v << 8 | hex(s.p[i]) * 17u
			     : v << 4 | hex(s.p[i]);
	return v;
}

/* rgb(255, 255, 255), rgba(...): the parts; `ret_clear`: alpha is 0. */
static uint32_t rgb_color(struct str s, bool *ret_clear)
{
	struct str rest = str_from(s, (size_t)(str_chr(s, '(') + 1));
	uint32_t v = 0;

	rest = str_cut(&rest, ')');
	for (unsigned i = 0; i < 4; i++) {
		struct str one = str_trim(str_cut(&rest, ','));
		struct amount a;

		if (!amount_of(one, &a))
			return i < 3 ? CONCEALED_NO_COLOR : v;
		if (i == 3) {
			*ret_clear = a.value <= 0.05;
			return v;
		}
		if (str_starts(a.unit, S("%")))
			a.value *= 2.55;
		v = v << 8 | (uint32_t)(a.value < 0     ? 0
					: a.value > 255 ? 255
							: a.value);
	}
	return v;
}

static uint32_t color_of(struct str s, bool *ret_clear)
{
	static const struct {
		const char *name;
		uint32_t color;
	} all[] = {{"white", 0xffffff}, {"black", 0}, {"snow", 0xfffafa},
	    {"ivory", 0xfffff0}, {"whitesmoke", 0xf5f5f5},
	    {"ghostwhite", 0xf8f8ff}, {"floralwhite", 0xfffaf0},
	    {"mintcream", 0xf5fffa}, {"azure", 0xf0ffff}};

	*ret_clear = str_ieq(s, S("transparent"));
	if (str_starts(s, S("#")))
		return hex_color(str_from(s, 1));
	if (str_istarts(s, S("rgb")))
		return rgb_color(s, ret_clear);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_ieq(s, str_of(all[i].name)))
			return all[i].color;
	return CONCEALED_NO_COLOR;
}

static bool is_near(uint32_t a, uint32_t b)
{
	if (a == CONCEALED_NO_COLOR || b == CONCEALED_NO_COLOR)
		return false;
	for (unsigned shift = 0; shift < 24; shift += 8) {
		uint32_t x = a >> shift & 255, y = b >> shift & 255;

		if ((x > y ? x - y : y - x) > NEAR)
			return false;
	}
	return true;
}

/* ---- declarations */

struct styling {
	struct concealed_look *look;
	bool cut, flat; /* overflow: hidden; no height or width */
};

static void set_color(
    struct styling *s, struct str value, bool paper, struct str whole)
{
	bool clear = false;
	uint32_t c = color_of(value, &clear);

	if (paper)
		s->look->paper = clear ? s->look->paper : c;
	else if (clear)
		s->look->by = whole;
	else
		s->look->ink = c;
}

static bool is_place(struct str name)
{
	static const char *const all[] = {"left", "right", "top", "bottom",
	    "text-indent", "margin", "margin-left", "margin-right",
	    "margin-top", "margin-bottom"};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_ieq(name, str_of(all[i])))
			return true;
	return false;
}

static bool is_clipped(struct str name, struct str value)
{
	struct str in = str_from(value, (size_t)(str_chr(value, '(') + 1));

	if (str_ieq(name, S("clip")))
		return str_istarts(value, S("rect")) &&
		       (is_nothing(in) || str_starts(in, S("1px")));
	if (str_ieq(name, S("clip-path")))
		return str_istarts(value, S("inset(50%")) ||
		       str_istarts(value, S("inset(100%")) ||
		       str_istarts(value, S("circle(0"));
	return str_ieq(name, S("transform")) &&
	       ((str_istarts(value, S("scale(")) && is_nothing(in)) ||
		   (str_istarts(value, S("translate")) && is_far(in)));
}

static bool hides(struct str name, struct str value)
{
	struct amount a;

	if (str_ieq(name, S("display")))
		return str_istarts(value, S("none"));
	if (str_ieq(name, S("visibility")))
		return str_istarts(value, S("hidden")) ||
		       str_istarts(value, S("collapse"));
	if (str_ieq(name, S("opacity")))
		return amount_of(value, &a) &&
		       a.value <= (str_starts(a.unit, S("%")) ? 5 : 0.05);
	if (str_ieq(name, S("font-size")))
		return is_too_small(value);
	if (str_ieq(name, S("font")))
		return str_starts(value, S("0/")) ||
		       str_starts(value, S("0 ")) || str_starts(value, S("0p"));
	if (str_ieq(name, S("max-height")) || str_ieq(name, S("max-width")))
		return is_nothing(value);
	if (str_ieq(name, S("mso-hide")))
		return str_istarts(value, S("all"));
	return (is_place(name) && is_far(value)) || is_clipped(name, value);
}

static void declare(struct styling *s, struct str one)
{
	struct str whole = str_trim(one), value = whole, name;

	name = str_trim(str_cut(&value, ':'));
	value = str_trim(value);
	if (!value.n)
		return;
	if (hides(name, value))
		s->look->by = whole;
	else if (str_istarts(s->look->by, name) &&
		 (str_ieq(name, S("font-size")) ||
		     str_ieq(name, S("visibility"))))
		s->look->by = STR_NONE; /* these two end what is around */
	else if (str_ieq(name, S("color")))
		set_color(s, value, false, whole);
	else if (str_ieq(name, S("background-color")))
		set_color(s, value, true, whole);
	else if (str_ieq(name, S("background")))
		set_color(s, str_cut(&value, ' '), true, whole);
	else if (str_ieq(name, S("background-image")))
		s->look->paper = CONCEALED_NO_COLOR;
	else if (str_istarts(name, S("overflow")))
		s->cut |= str_istarts(value, S("hidden"));
	else if (str_ieq(name, S("height")) || str_ieq(name, S("width")))
		s->flat |= is_nothing(value);
	if (s->cut && s->flat)
		s->look->by = whole;
}

static void declare_all(struct styling *s, struct str style)
{
	while (style.p)
		declare(s, str_cut(&style, ';'));
}

/* ---- sheets */

static struct str name_of(struct str tag)
{
	size_t n = 0;

	while (n < tag.n && !is_space(tag.p[n]) && tag.p[n] != '/')
		n++;
	return str_sub(tag, 0, n);
}

/* The last part of a selector decides: "div p.x" is of p.x */
static void add_rule(
    struct concealed_sheet *s, struct str selector, struct str declarations)
{
	struct concealed_rule *r = &s->rule[s->rules];
	size_t n = 0;

	selector = str_trim(selector);
	for (size_t i = selector.n; i-- > 0;)
		if (is_space(selector.p[i]) || selector.p[i] == '>') {
			selector = str_from(selector, i + 1);
			break;
		}
	while (n < selector.n && selector.p[n] != '.' && selector.p[n] != '#')
		n++;
	if (!selector.n || str_chr(selector, ':') >= 0 ||
	    s->rules == CONCEALED_RULES_MAX)
		return;
	*r = (struct concealed_rule){.tag = str_sub(selector, 0, n),
	    .mark = str_from(selector, n),
	    .declarations = declarations};
	s->rules++;
}

/* At "{": behind its "}". */
static struct str behind(struct str s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		depth += s.p[i] == '{';
		if (s.p[i] == '}' && depth && !--depth)
			return str_from(s, i + 1);
	}
	return STR_NONE;
}

void concealed_sheet(struct concealed_sheet *s, struct str css)
{
	for (;;) {
		ptrdiff_t open = str_chr(css, '{');
		struct str selectors, inner;

		if (open < 0)
			return;
		selectors = str_trim(str_sub(css, 0, (size_t)open));
		inner = str_from(css, (size_t)open + 1);
		if (str_starts(selectors, S("@"))) {
			css = behind(str_from(css, (size_t)open));
			continue;
		}
		inner = str_cut(&inner, '}');
		while (selectors.p)
			add_rule(s, str_cut(&selectors, ','), inner);
		css = behind(str_from(css, (size_t)open));
	}
}

static bool has_class(struct str tag, struct str class)
{
	struct str all = markup_attribute(tag, "class");

	while (all.p)
		if (str_eq(str_trim(str_cut(&all, ' ')), class))
			return true;
	return false;
}

static bool fits(const struct concealed_rule *r, struct str tag)
{
	struct str mark = r->mark;

	if (r->tag.n && !str_eq(r->tag, S("*")) &&
	    !str_ieq(r->tag, name_of(tag)))
		return false;
	if (str_starts(mark, S(".")))
		return has_class(tag, str_from(mark, 1));
	if (str_starts(mark, S("#")))
		return str_eq(markup_attribute(tag, "id"), str_from(mark, 1));
	return r->tag.n > 0;
}

/* ---- an element */

void concealed_enter(const struct concealed_sheet *sheet,
    const struct concealed_look *outer, struct str tag,
    struct concealed_look *ret)
{
	struct styling s = {.look = ret};
	struct str color = markup_attribute(tag, "color"), paper;

	*ret = *outer;
	for (size_t i = 0; i < sheet->rules; i++)
		if (fits(&sheet->rule[i], tag))
			declare_all(&s, sheet->rule[i].declarations);
	if (color.n)
		set_color(&s, color, false, color);
	paper = markup_attribute(tag, "bgcolor");
	if (paper.n)
		set_color(&s, paper, true, paper);
	declare_all(&s, markup_attribute(tag, "style"));
	if (markup_attribute(tag, "hidden").p)
		ret->by = S("hidden");
}

struct str concealed_by(const struct concealed_look *l)
{
	if (!l->by.n && is_near(l->ink, l->paper))
		return S("letters of the colour of the background");
	return l->by;
}
