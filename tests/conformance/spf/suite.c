#include "suite.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

static struct arena kept = ARENA_INIT(16 * MiB);

struct doc {
	yaml_document_t yaml;
	struct suite *suite;
	char *zone;
	const char *scenario;
};

static _Noreturn void bad(const char *what)
{
	printf("Bail out! the suite's file: %s\n", what);
	exit(1);
}

static struct str text_of(const yaml_node_t *n)
{
	if (!n || n->type != YAML_SCALAR_NODE)
		bad("a text is missing");
	return arena_dup(&kept, str_make((const char *)n->data.scalar.value,
				    n->data.scalar.length));
}

static yaml_node_t *node(struct doc *d, int i)
{
	return yaml_document_get_node(&d->yaml, i);
}

static yaml_node_t *value(struct doc *d, yaml_node_t *map, const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++)
		if (str_eq(text_of(node(d, p->key)), str_of(key)))
			return node(d, p->value);
	return NULL;
}

/* ---- zones */

static void add_name(struct buf *z, struct str name)
{
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (ascii_is_alnum((char)c) || c == '.' || c == '-' || c == '_')
			buf_addc(z, (char)c);
		else
			buf_addf(z, "\\%03u", c);
	}
	buf_addc(z, '.');
}

static void add_string(struct buf *z, struct str s)
{
	do {
		struct str piece = str_sub(s, 0, 255);

		buf_addz(z, " \"");
		for (size_t i = 0; i < piece.n; i++)
			buf_addf(z, "\\%03u", (unsigned char)piece.p[i]);
		buf_addc(z, '"');
		s = str_from(s, piece.n);
	} while (s.n);
}

static void add_strings(struct doc *d, struct buf *z, yaml_node_t *v)
{
	yaml_node_item_t *i;

	if (v->type == YAML_SCALAR_NODE) {
		add_string(z, text_of(v));
		return;
	}
	i = v->data.sequence.items.start;
	if (i == v->data.sequence.items.top)
		add_string(z, S(""));
	for (; i < v->data.sequence.items.top; i++)
		add_string(z, text_of(node(d, *i)));
}

static bool is_none(yaml_node_t *v)
{
	return v->type == YAML_SCALAR_NODE && str_eq(text_of(v), S("NONE"));
}

static void add_record(struct doc *d, struct buf *z, struct str owner,
    struct str type, yaml_node_t *v)
{
	if (is_none(v))
		return;
	add_name(z, owner);
	buf_addf(z, " %.*s", STR_ARG(type));
	if (str_eq(type, S("TXT")) || str_eq(type, S("SPF"))) {
		add_strings(d, z, v);
	} else if (str_eq(type, S("MX"))) {
		yaml_node_item_t *i = v->data.sequence.items.start;

		buf_addf(z, " %.*s ", STR_ARG(text_of(node(d, i[0]))));
		add_name(z, text_of(node(d, i[1])));
	} else if (str_eq(type, S("PTR")) || str_eq(type, S("CNAME"))) {
		buf_addc(z, ' ');
		add_name(z, text_of(v));
	} else {
		buf_addf(z, " %.*s", STR_ARG(text_of(v)));
	}
	buf_addc(z, '\n');
}

static void add_owner(
    struct doc *d, struct buf *z, struct str owner, yaml_node_t *list)
{
	bool own_txt = false;

	for (yaml_node_item_t *i = list->data.sequence.items.start;
	     i < list->data.sequence.items.top; i++)
		own_txt |= value(d, node(d, *i), "TXT") != NULL;
	for (yaml_node_item_t *i = list->data.sequence.items.start;
	     i < list->data.sequence.items.top; i++) {
		yaml_node_t *n = node(d, *i);
		yaml_node_pair_t *p;
		struct str type;

		if (n->type == YAML_SCALAR_NODE) {
			if (!str_eq(text_of(n), S("TIMEOUT")))
				bad("a strange record");
			buf_addz(z, ";!timeout ");
			add_name(z, owner);
			buf_addc(z, '\n');
			continue;
		}
		p = n->data.mapping.pairs.start;
		type = text_of(node(d, p->key));
		add_record(d, z, owner, type, node(d, p->value));
		if (!own_txt && str_eq(type, S("SPF")))
			add_record(d, z, owner, S("TXT"), node(d, p->value));
	}
}

static char *make_zone(struct doc *d, yaml_node_t *data)
{
	struct buf z = BUF_INIT(1 * MiB);
	char *text;

	for (yaml_node_pair_t *p = data->data.mapping.pairs.start;
	     p < data->data.mapping.pairs.top; p++)
		add_owner(d, &z, text_of(node(d, p->key)), node(d, p->value));
	text = arena_strz(&kept, buf_str(&z));
	if (z.over || !text)
		bad("it is too large");
	buf_release(&z);
	return text;
}

/* ---- cases */

static void add_case(struct doc *d, struct str name, yaml_node_t *t)
{
	struct suite *s = d->suite;
	yaml_node_t *r = value(d, t, "result"), *x = value(d, t, "explanation");
	struct buf title = BUF_INIT(1024);
	struct suite_case *c;

	s->all = mem_realloc(s->all, (s->count + 1) * sizeof(*s->all));
	c = &s->all[s->count++];
	*c = (struct suite_case){
	    .zone = d->zone,
	    .host = text_of(value(d, t, "host")),
	    .helo = text_of(value(d, t, "helo")),
	    .mail_from = text_of(value(d, t, "mailfrom")),
	};
	if (x)
		c->explanation = text_of(x);
	buf_addf(&title, "%s: %.*s", d->scenario, STR_ARG(name));
	c->name = arena_strz(&kept, buf_str(&title));
	buf_release(&title);
	if (!r)
		bad("a case without a result");
	if (r->type == YAML_SCALAR_NODE) {
		c->result[c->results++] = text_of(r);
		return;
	}
	for (yaml_node_item_t *i = r->data.sequence.items.start;
	     i < r->data.sequence.items.top && c->results < SUITE_RESULTS; i++)
		c->result[c->results++] = text_of(node(d, *i));
}

static void add_scenario(struct doc *d)
{
	yaml_node_t *root = yaml_document_get_root_node(&d->yaml);
	yaml_node_t *tests = value(d, root, "tests");

	d->scenario = arena_strz(&kept, text_of(value(d, root, "description")));
	d->zone = make_zone(d, value(d, root, "zonedata"));
	for (yaml_node_pair_t *p = tests->data.mapping.pairs.start;
	     p < tests->data.mapping.pairs.top; p++)
		add_case(d, text_of(node(d, p->key)), node(d, p->value));
}

void suite_load(struct suite *s, const char *path)
{
	FILE *f = fopen(path, "rb");
	yaml_parser_t parser;
	struct doc d = {.suite = s};

	*s = (struct suite){0};
	if (!f || !yaml_parser_initialize(&parser))
		bad("can not be read");
	yaml_parser_set_input_file(&parser, f);
	for (;;) {
		if (!yaml_parser_load(&parser, &d.yaml))
			bad(parser.problem);
		if (!yaml_document_get_root_node(&d.yaml))
			break;
		add_scenario(&d);
		yaml_document_delete(&d.yaml);
	}
	yaml_document_delete(&d.yaml);
	yaml_parser_delete(&parser);
	fclose(f);
}

void suite_release(struct suite *s)
{
	free(s->all);
	arena_release(&kept);
}
