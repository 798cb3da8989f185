#include "check/check.h"
#include "base/conf.h"

#define CHECK_MEMORY (256 * MiB)

static int gather(struct check *c, struct err *e)
{
	static int (*const parts[])(struct check_context * c,
	    struct check_facts * x, struct err * e) = {
	    gather_identity,
	    gather_list,
	    gather_content,
	    gather_channel,
	    gather_plan,
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i](c->context, &c->facts, e) < 0)
			return e->code;
	return 0;
}

/* Words of `[check] block`: what would warn shall block. */
static void raise(const struct notice *n, struct findings *f)
{
	struct str rest = n->check.block, one;

	while (conf_list_next(&rest, &one))
		for (size_t i = 0; i < f->count; i++)
			if (str_ieq(one, str_of(f->v[i].rule->id)) &&
			    f->v[i].severity == SEVERITY_WARN &&
			    !f->v[i].unchecked)
				f->v[i].severity = SEVERITY_BLOCK;
}

static void overrule(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		f->v[i].overridden =
		    f->v[i].severity == SEVERITY_BLOCK &&
		    override_covers(x->override, x->overrides,
			str_of(f->v[i].rule->id), f->v[i].subject);
}

void check_judge(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; rule_families[i]; i++)
		rule_families[i]->judge(x, f);
	raise(x->notice, f);
	overrule(x, f);
	findings_sort(f);
}

int check_run(const struct check_options *o, struct check **ret, struct err *e)
{
	struct check *c = mem_zalloc(sizeof(*c));
	int rc;

	c->arena = ARENA_INIT(CHECK_MEMORY);
	rc = check_open(o, &c->arena, &c->context, &c->facts, e);
	if (rc >= 0)
		rc = gather(c, e);
	if (rc >= 0) {
		c->findings = findings_new(&c->arena);
		ENSURE(c->findings);
		check_judge(&c->facts, c->findings);
		*ret = c;
		return 0;
	}
	check_free(c);
	return rc;
}

void check_free(struct check *c)
{
	if (!c)
		return;
	check_close(c->context);
	arena_release(&c->arena);
	free(c);
}

int check_exit_status(const struct findings *f)
{
	struct findings_count n = findings_tally(f);

	if (n.blocks)
		return 1;
	return n.troubles || n.silent ? 3 : 0;
}

static void put_finding(struct json *j, const struct finding *x)
{
	json_object(j);
	json_put_str(j, "rule", str_of(x->rule->id));
	json_put_str(j, "check", str_of(x->check));
	json_put_str(j, "severity", str_of(severity_name(x->severity)));
	json_put_bool(j, "unchecked", x->unchecked);
	json_put_bool(j, "overridden", x->overridden);
	json_put_str(j, "subject", x->subject);
	json_put_str(j, "text", x->text);
	json_put_str(j, "remedy", x->remedy);
	json_put_str(j, "source", str_of(x->rule->source));
	json_end(j);
}

static void put_passed(struct json *j, const struct findings *f)
{
	json_key(j, "passed");
	json_array(j);
	for (size_t k = 0; rule_families[k]; k++)
		for (size_t i = 0; i < rule_families[k]->count; i++) {
			const struct rule *r = &rule_families[k]->rules[i];

			if (findings_state(f, r) == RULE_PASSED)
				json_str(j, str_of(r->id));
		}
	json_end(j);
}

void check_format_json(const struct check *c, struct buf *out)
{
	struct findings_count n = findings_tally(c->findings);
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_key(&j, "findings");
	json_array(&j);
	for (size_t i = 0; i < c->findings->count; i++)
		put_finding(&j, &c->findings->v[i]);
	json_end(&j);
	json_put_u64(&j, "blocks", n.blocks);
	json_put_u64(&j, "warns", n.warns);
	json_put_u64(&j, "infos", n.infos);
	json_put_u64(&j, "unchecked", n.unchecked);
	json_put_u64(&j, "overridden", n.overridden);
	if (c->findings->dropped)
		json_put_u64(&j, "not_shown", c->findings->dropped);
	put_passed(&j, c->findings);
	json_end(&j);
}
