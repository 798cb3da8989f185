/* Who must approve, who has, and what voided it: pure. */
#include "notice/approval_private.h"

#include "base/conf.h"

#define ROLES_MAX 32u
#define COUNT_MAX 20u

static int bad_role(struct str word, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "notice.ini: [approval] roles: '%.*s': write a role, or a role and "
	    "how many people of it, such as security:2 (1 to %u); each role "
	    "once, at most %u",
	    STR_ARG(str_sub(word, 0, 80)), COUNT_MAX, ROLES_MAX);
}

/* ---- who must approve */

static int add_need(
    struct str word, struct approval_need *need, size_t *count, struct err *e)
{
	struct approval_need *x = &need[*count];
	struct str rest = word;
	uint64_t n = 1;
	struct err why;

	x->role = str_trim(str_cut(&rest, ':'));
	if (!approval_name_ok("role", x->role, &why) || *count == ROLES_MAX ||
	    (rest.p && (!str_to_u64(str_trim(rest), COUNT_MAX, &n) || n < 1)))
		return bad_role(word, e);
	for (size_t i = 0; i < *count; i++)
		if (approval_same(need[i].role, x->role))
			return bad_role(word, e);
	x->count = (unsigned)n;
	(*count)++;
	return 0;
}

static bool has_need(
    const struct approval_need *need, size_t n, struct str role)
{
	for (size_t i = 0; i < n; i++)
		if (approval_same(need[i].role, role))
			return true;
	return false;
}

int approval_needs(const struct notice *n, struct arena *a,
    struct approval_need **ret, size_t *ret_count, struct err *e)
{
	struct str rest = n->roles_given ? n->roles : S(NOTICE_ROLES), one;
	struct approval_need *need =
	    arena_array(a, ROLES_MAX + 2, sizeof(*need));
	size_t count = 0;
	int rc = 0;

	if (!need)
		return err_set(e, ERR_NOMEM, "no memory for the roles");
	while (rc == 0 && conf_list_next(&rest, &one))
		rc = add_need(one, need, &count, e);
	if (rc == 0 && notice_is_gated(n) && !count)
		rc = bad_role(n->roles, e);
	if (rc == 0 && notice_is_gated(n) && n->esp.name.n &&
	    !has_need(need, count, S("esp")))
		need[count++] = (struct approval_need){S("esp"), 1};
	*ret = need;
	*ret_count = count;
	return rc;
}

/* ---- one record */

static bool same_digest(const unsigned char *a, const unsigned char *b)
{
	return memcmp(a, b, DIGEST_SIZE) == 0;
}

static bool same_person(
    const struct approval_record *r, struct str role, struct str name)
{
	return approval_same(r->role, role) &&
	       approval_same_person(r->name, name);
}

/* NULL: it counts. */
static const char *why_not(
    const struct approvals *all, const struct approval_record *r, usec_t now)
{
	const struct approver *x = approver_find(&all->keys, r->role, r->name);

	if (!x)
		return "no key is enrolled for this role and name";
	if (memcmp(x->key, r->key, APPROVAL_KEY) != 0)
		return "it is signed with a key that is not the one enrolled";
	if (!approval_verify(r))
		return "its signature is wrong: it was altered";
	if (r->at > now + APPROVAL_FUTURE)
		return "its time lies in the future";
	return NULL;
}

static unsigned needed(const struct approvals *all, struct str role)
{
	for (size_t i = 0; i < all->needs; i++)
		if (approval_same(all->need[i].role, role))
			return all->need[i].count;
	return 0;
}

static unsigned given(const struct approval_state *s, struct str role)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->valids; i++)
		n += approval_same(s->valid[i].role, role);
	return n;
}

static const struct approval_record *given_by(
    const struct approval_state *s, struct str role, struct str name)
{
	for (size_t i = 0; i < s->valids; i++)
		if (same_person(&s->valid[i], role, name))
			return &s->valid[i];
	return NULL;
}

/* ---- all of them */

static void note_problem(struct approval_state *s, struct arena *a,
    const struct approval_record *r, const char *why)
{
	struct buf text = BUF_INIT(2 * KiB);

	buf_addf(&text, "the approval of %.*s (%.*s) does not count: %s",
	    STR_ARG(r->name), STR_ARG(r->role), why);
	s->problem[s->problems++] = arena_dup(a, buf_str(&text));
	buf_release(&text);
}

static void sort_out(const struct approvals *all, usec_t now, struct arena *a,
    struct approval_state *s)
{
	const char *why;

	for (size_t i = 0; i < all->records; i++) {
		const struct approval_record *r = &all->record[i];

		if (!same_digest(r->digest, s->digest) ||
		    !str_eq(r->tranche, s->tranche))
			continue;
		why = why_not(all, r, now);
		if (why)
			note_problem(s, a, r, why);
		else if (given(s, r->role) < needed(all, r->role) &&
			 !given_by(s, r->role, r->name))
			s->valid[s->valids++] = *r;
	}
	for (size_t i = 0; i < all->records; i++) {
		const struct approval_record *r = &all->record[i];

		if (str_eq(r->tranche, s->tranche) &&
		    !same_digest(r->digest, s->digest) &&
		    needed(all, r->role) && !given_by(s, r->role, r->name) &&
		    !why_not(all, r, now))
			s->gone[s->voided++] = *r;
	}
}

static void count_missing(const struct approvals *all, struct approval_state *s)
{
	for (size_t i = 0; i < all->needs; i++) {
		unsigned have = given(s, all->need[i].role);

		if (have < all->need[i].count)
			s->need[s->needs++] = (struct approval_need){
			    all->need[i].role, all->need[i].count - have};
	}
}

/* Against the last thing that was approved, if somebody is missing now. */
static int name_changes(const struct approvals *all, struct str request,
    struct arena *a, struct approval_state *s, struct err *e)
{
	const struct approval_record *last = NULL;

	for (size_t i = 0; s->needs && i < s->voided; i++)
		if (!last || s->gone[i].at >= last->at)
			last = &s->gone[i];
	for (size_t i = 0; last && i < all->requests; i++)
		if (same_digest(all->request[i].digest, last->digest))
			return approval_request_compare(all->request[i].text,
			    request, a, &s->changes, &s->change_count, e);
	return 0;
}

int approval_judge(const struct approvals *all,
    const struct roll_tranche *tranche, struct str request, usec_t now,
    struct arena *a, struct approval_state *ret, struct err *e)
{
	size_t room = all->records + all->damages + 1;

	*ret = (struct approval_state){
	    .tranche = arena_dup(a, str_of(tranche->name)),
	    .people = tranche->people,
	    .need = arena_array(a, all->needs + 1, sizeof(*ret->need)),
	    .valid = arena_array(a, room, sizeof(*ret->valid)),
	    .gone = arena_array(a, room, sizeof(*ret->gone)),
	    .problem = arena_array(a, room, sizeof(*ret->problem)),
	};
	if (a->failed)
		return err_set(e, ERR_NOMEM, "no memory for the approvals");
	digest_sha256(request, ret->digest);
	for (size_t i = 0; i < all->damages; i++)
		ret->problem[ret->problems++] = all->damaged[i];
	sort_out(all, now, a, ret);
	count_missing(all, ret);
	if (approval_find_several(ret, a, e) < 0)
		return ERR_NOMEM;
	return name_changes(all, request, a, ret, e);
}

int approval_look(const struct notice *n, const struct roll_tranche *tranche,
    usec_t now, struct arena *a, struct approval_state *ret, struct err *e)
{
	struct buf request = BUF_INIT(LIMIT_APPROVAL_REQUEST);
	unsigned char digest[DIGEST_SIZE];
	struct approvals all;
	int rc = approval_request_make(n, tranche, &request, digest, e);

	if (rc == 0)
		rc = approvals_load(n, a, &all, e);
	if (rc == 0)
		rc = approval_judge(
		    &all, tranche, buf_str(&request), now, a, ret, e);
	buf_release(&request);
	return rc;
}

/* ---- may this person, may this record */

int approval_admit(const struct approvals *all, const struct approval_state *s,
    struct str role, struct str name, struct err *e)
{
	const struct approval_record *before;
	unsigned want = needed(all, role);
	struct buf roles = BUF_INIT(4 * KiB);
	int rc = 0;

	if (!approval_name_ok("--as", role, e) ||
	    !approval_name_ok("--by", name, e))
		return ERR_INPUT;
	for (size_t i = 0; i < all->needs; i++)
		buf_addf(&roles, "%s%.*s", i ? ", " : "",
		    STR_ARG(all->need[i].role));
	if (!want)
		rc = err_set(e, ERR_INPUT,
		    "the role '%.*s' is not asked for; the roles are: %.*s",
		    STR_ARG(role), STR_ARG(buf_str(&roles)));
	else if ((before = given_by(s, role, name)))
		rc = err_set(e, ERR_INPUT,
		    "%.*s has approved exactly this as %.*s already",
		    STR_ARG(before->name), STR_ARG(before->role));
	else if (given(s, role) >= want)
		rc = err_set(e, ERR_INPUT,
		    "no more approvals are needed as %.*s: %u of %u are there",
		    STR_ARG(role), want, want);
	buf_release(&roles);
	return rc;
}

int approval_accept(const struct approvals *all, const struct approval_state *s,
    const struct approval_record *r, usec_t now, struct err *e)
{
	const char *why = why_not(all, r, now);

	if (why)
		return err_set(
		    e, ERR_INPUT, "this approval is refused: %s", why);
	if (!str_eq(r->tranche, s->tranche) ||
	    !same_digest(r->digest, s->digest))
		return err_set(e, ERR_INPUT,
		    "this approval is refused: it is for another request than "
		    "what would be sent now");
	return approval_admit(all, s, r->role, r->name, e);
}
