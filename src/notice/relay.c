#include "notice/relay.h"
#include "base/conf.h"

static int check_auth(struct str value, struct err *e)
{
	if (str_eq(value, S("plain")) || str_eq(value, S("login")) ||
	    str_eq(value, S("xoauth2")))
		return 0;
	return err_set(e, ERR_INPUT, "plain, login or xoauth2");
}

#define AT(field) offsetof(struct relay_profile, field)
static const char *const relay_kinds[] = {"own", "provider", NULL};
static const struct conf_key keys[] = {
    {"relay", "name", CONF_STR, AT(name)},
    {"relay", "auth", CONF_STR, AT(auth), .check = check_auth},
    {"relay", "kind", CONF_CHOICE, AT(esp), .choices = relay_kinds},
    {"relay", "source", CONF_STR, AT(source)},
    {"rewrites", "headers", CONF_LIST, AT(rewrites)},
    {"reply", "id_after", CONF_STR, AT(id_after)},
    {"limits", "connections", CONF_UNSIGNED, AT(connections), .max = 1000},
    {"limits", "per_connection", CONF_UNSIGNED, AT(per_connection),
	.max = 1000000},
    {"limits", "per_minute", CONF_UNSIGNED, AT(per_minute), .max = 100000000},
    {"limits", "per_day", CONF_UNSIGNED, AT(per_day), .max = 1000000000},
};

static int load_file(struct relay_profile *p, const char *path, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_SETTINGS_FILE);
	int rc = buf_read_file(&text, path, e);

	if (rc >= 0)
		rc = conf_parse(buf_str(&text), path, keys, ARRAY_SIZE(keys), p,
		    &p->arena, e);
	buf_release(&text);
	return rc;
}

int relay_profile_load(struct str name, const char *data_dir,
    struct relay_profile **ret, struct err *e)
{
	struct relay_profile *p = mem_zalloc(sizeof(*p));
	char path[1024];
	int rc = 0;

	p->arena = ARENA_INIT(LIMIT_SETTINGS_FILE);
	if (name.n) {
		if (str_chr(name, '/') >= 0)
			snprintf(path, sizeof(path), "%.*s", STR_ARG(name));
		else
			snprintf(path, sizeof(path), "%s/relays/%.*s.ini",
			    data_dir, STR_ARG(name));
		rc = load_file(p, path, e);
		if (rc == ERR_NOENT)
			rc = err_set(e, ERR_INPUT,
			    "notice.ini: [send] relay_profile: there is no "
			    "profile '%.*s' (%s)",
			    STR_ARG(name), path);
	}
	if (rc < 0) {
		relay_profile_free(p);
		return rc;
	}
	if (!p->connections)
		p->connections = RELAY_CONNECTIONS;
	*ret = p;
	return 0;
}

void relay_profile_free(struct relay_profile *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p);
}

bool relay_rewrites(const struct relay_profile *p, struct str header)
{
	struct str rest = p->rewrites, one;

	while (conf_list_next(&rest, &one))
		if (str_ieq(one, header))
			return true;
	return false;
}

static bool is_id_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != ',' &&
	       c != ';' && c != '"';
}

struct str relay_reply_id(const struct relay_profile *p, struct str text)
{
	struct str rest = text, word, id = STR_NONE;
	bool take = p->id_after.n == 0;

	while (rest.p) {
		word = str_trim(str_cut(&rest, ' '));
		while (word.n && !is_id_byte(word.p[0]))
			word = str_from(word, 1);
		for (size_t i = 0; i < word.n; i++)
			if (!is_id_byte(word.p[i]))
				word.n = i;
		if (take && word.n)
			id = word;
		if (p->id_after.n && take && word.n)
			break;
		if (p->id_after.n && str_ieq(word, p->id_after))
			take = true;
	}
	return str_sub(id, 0, 200);
}
