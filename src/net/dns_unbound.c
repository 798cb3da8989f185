#include "base/mem.h"
#include "net/dns_private.h"
#include "net/endpoint.h"

#include <errno.h>
#include <pthread.h>
#include <unbound.h>
#include <unbound-event.h>
#include <unistd.h>

/* Records, their bytes with names written out, and what arenas round up. */
#define ANSWER_ARENA (16 * LIMIT_DNS_ANSWER)

/* libunbound sets up its log and random numbers in globals when a context is
 * made; workers make theirs at the same time. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static const char *const usual_anchors[] = {
    "/var/lib/unbound/root.key",
    "/usr/share/dns/root.key",
    "/etc/unbound/root.key",
};

/* ---- questions */

/* libunbound's: maybe from inside ub_resolve_event(). */
static void on_answer(void *arg, int rcode, void *packet, int len, int security,
    char *why_bogus, int was_ratelimited)
{
	struct dns_lookup *k = arg;
	struct arena a = ARENA_INIT(ANSWER_ARENA);
	struct dns_answer answer = {.status = DNS_SERVFAIL};
	bool bogus = security == 1;

	if (!bogus && packet && len > 0 && (rcode == 0 || rcode == 3) &&
	    !dns_message_read(
		str_make(packet, (size_t)len), &k->name, k->type, &a, &answer))
		answer = (struct dns_answer){.status = DNS_SERVFAIL};
	answer.bogus = bogus;
	answer.secure = security == 2 && answer.status <= DNS_NXDOMAIN;
	dns_lookup_done(k, &answer);
	arena_release(&a);
}

static void start(struct dns_lookup *k)
{
	struct buf name = BUF_INIT(4 * DNS_NAME_MAX);
	struct ub_ctx *ub = k->dns->impl;

	dns_name_format(dns_name_str(&k->name), &name);
	/* the start of a name is another name */
	if (name.over || ub_resolve_event(ub, buf_cstr(&name), (int)k->type, 1,
			     k, on_answer, &k->id) != 0)
		dns_lookup_done(
		    k, &(struct dns_answer){.status = DNS_SERVFAIL});
	buf_release(&name);
}

static void stop(struct dns_lookup *k)
{
	ub_cancel(k->dns->impl, k->id);
}

static void unbound_free(struct dns *d)
{
	ub_ctx_delete(d->impl);
}

static const struct dns_source source = {start, stop, unbound_free};

/* ---- settings */

static int unbound_error(
    struct err *e, int r, int code, const char *what, const char *of)
{
	if (r == UB_NOMEM) {
		mem_count_failure();
		code = ERR_NOMEM;
	}
	return err_set(e, code, "%s: %s: %s", what, of, ub_strerror(r));
}

static int set_options(struct ub_ctx *ub, bool anchor_is_named, struct err *e)
{
	const char *const option[][2] = {
	    /* a resolver on this machine */
	    {"do-not-query-localhost:", "no"},
	    /* what a resolver says of private addresses is not ours to deny */
	    {"unblock-lan-zones:", "yes"},
	    {"harden-dnssec-stripped:", anchor_is_named ? "yes" : "no"},
	    /* after a network failure, ask again at once */
	    {"infra-keep-probing:", "yes"},
	    /* 16 sockets would be the whole pace of a large audience */
	    {"outgoing-range:", "256"},
	    {"num-queries-per-thread:", "4096"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(option); i++) {
		int r = ub_ctx_set_option(ub, option[i][0], option[i][1]);

		if (r != 0)
			return unbound_error(
			    e, r, ERR_NET, "libunbound", option[i][0]);
	}
	return 0;
}

static int add_resolver(struct ub_ctx *ub, struct str one, struct err *e)
{
	struct str rest = one, ip = str_trim(str_cut(&rest, '@'));
	char text[ENDPOINT_TEXT + 8], tmp[ENDPOINT_TEXT];
	struct endpoint at;
	uint64_t port = 53;
	int r;

	if (!endpoint_parse_ip(ip, 53, &at) ||
	    (rest.p && !str_to_u64(str_trim(rest), 65535, &port)) || port == 0)
		return err_set(e, ERR_INPUT,
		    "[dns] resolver: '%.*s' is not an address like 192.0.2.1 "
		    "or 192.0.2.1@5353",
		    STR_ARG(one));
	snprintf(
	    text, sizeof(text), "%s@%u", endpoint_ip(&at, tmp), (unsigned)port);
	r = ub_ctx_set_fwd(ub, text);
	if (r != 0)
		return unbound_error(e, r, ERR_NET, "[dns] resolver", text);
	return 0;
}

static int set_resolvers(struct ub_ctx *ub, struct str resolver, struct err *e)
{
	int r = 0;

	resolver = str_trim(resolver);
	if (resolver.n == 0) {
		/* Without the file, libunbound asks the root servers. */
		if (access("/etc/resolv.conf", R_OK) == 0)
			r = ub_ctx_resolvconf(ub, NULL);
		/* a file that can not be read says nothing */
		return r == UB_NOMEM ? unbound_error(e, r, ERR_NET,
					   "[dns] resolver", "resolv.conf")
				     : 0;
	}
	while (resolver.p && r == 0)
		r = add_resolver(ub, str_trim(str_cut(&resolver, ',')), e);
	return r;
}

static int set_anchor(struct ub_ctx *ub, const char *anchor, struct err *e)
{
	int r = 0;

	if (anchor && access(anchor, R_OK) < 0)
		return err_sys(
		    e, errno, "[dns] trust_anchor: cannot read %s", anchor);
	for (size_t i = 0; !anchor && i < ARRAY_SIZE(usual_anchors); i++)
		if (access(usual_anchors[i], R_OK) == 0)
			anchor = usual_anchors[i];
	if (anchor && (r = ub_ctx_add_ta_file(ub, anchor)) != 0)
		return unbound_error(
		    e, r, ERR_NET, "[dns] trust_anchor", anchor);
	return 0;
}

static int set_up(
    struct ub_ctx *ub, struct str resolver, const char *anchor, struct err *e)
{
	int r;

	if (anchor && !*anchor)
		anchor = NULL;
	/* What it would log comes back as answers. */
	ub_ctx_debugout(ub, NULL);
	if ((r = set_options(ub, anchor != NULL, e)) < 0 ||
	    (r = set_resolvers(ub, resolver, e)) < 0 ||
	    (r = set_anchor(ub, anchor, e)) < 0)
		return r;
	/* The first change of local data applies all settings; names under
	 * "test." are the resolver's to answer. */
	if ((r = ub_ctx_zone_remove(ub, "test.")) == UB_NOMEM)
		return unbound_error(e, r, ERR_NET, "libunbound", "settings");
	if (r != 0)
		return err_set(e, ERR_INPUT,
		    "[dns]: libunbound refuses these settings: %s%s%s",
		    ub_strerror(r), anchor ? "; is this a trust anchor? " : "",
		    anchor ? anchor : "");
	return 0;
}

static void on_first(void *arg, int rcode, void *packet, int len, int security,
    char *why_bogus, int was_ratelimited)
{
}

/* libunbound makes its worker at the first question, and when it has no memory
 * for that it frees the event base, which is not its own, and what it frees once
 * more with its context (1.17).  So the first is asked now, one it answers by
 * itself, and then neither base nor context is touched again: rather lost than
 * freed twice. */
static int make_worker(struct ub_ctx *ub, struct loop *l, struct err *e)
{
	int r =
	    ub_resolve_event(ub, "localhost.", DNS_A, 1, NULL, on_first, NULL);

	if (r == 0)
		return 0;
	loop_event_base_lost(l);
	mem_count_failure();
	return err_set(
	    e, ERR_NOMEM, "libunbound: there is no memory: %s", ub_strerror(r));
}

int dns_unbound_new(struct loop *l, struct str resolver,
    const char *trust_anchor, struct dns **ret, struct err *e)
{
	struct event_base *base = loop_event_base(l);
	struct ub_ctx *ub;
	int r;

	if (!base)
		BUG("libunbound on a loop without descriptors");
	pthread_mutex_lock(&making);
	ub = ub_ctx_create_event(base);
	if (!ub)
		r = err_set(e, ERR_NOMEM, "libunbound gives no context");
	else
		r = set_up(ub, resolver, trust_anchor, e);
	if (r == 0 && (r = make_worker(ub, l, e)) < 0)
		ub = NULL;
	pthread_mutex_unlock(&making);
	if (r == 0 && !(*ret = dns_new(l, &source, ub)))
		r = err_set(e, ERR_NOMEM, "there is no memory for the DNS");
	if (r < 0)
		ub_ctx_delete(ub);
	return r;
}
