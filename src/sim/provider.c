#include "sim/provider_impl.h"
#include "base/rand.h"
#include "sim/tally.h"

#define TEXT_MAX       (1 * MiB)
#define RECIPIENTS_MAX (512 * KiB)
#define LIE_WAIT       (20 * USEC_PER_MSEC)

struct connection {
	struct provider *provider;
	struct connection *next, **prev;
	struct connection *uncommitted;
	struct smtp_server *server;
	struct loop_timer timer;
	/* the answer that waits, its words, and what has dripped of it */
	struct smtp_answer answer;
	struct buf text, raw;
	size_t dripped;
	bool look, disorder, committing, counted_tls;
	bool authenticated;
	struct buf recipients;
	size_t recipient_count;
	uint64_t mails, size;
};

struct provider {
	struct network *net;
	struct listener *listener;
	struct provider_config config;
	struct provider_handler handler;
	void *arg;
	struct provider_counts counts;
	struct connection *connections;
	struct connection *uncommitted;
	struct loop_hook hook;
	struct rand_seq chance;
	struct siphash_key seed;
	usec_t rate_next;
	struct tally seen, accepted;
};

static const struct smtp_answer usual = {.code = -1};

static struct smtp_answer say(int code, const char *text)
{
	return (struct smtp_answer){.code = code, .text = text};
}

static usec_t now(const struct provider *p)
{
	return loop_now(network_loop(p->net));
}

static bool shut_down(const struct provider *p)
{
	return p->config.shutdown_after &&
	       p->counts.accepted >= p->config.shutdown_after;
}

/* ---- what it says to each command */

static struct smtp_answer on_connect(struct connection *c)
{
	struct provider *p = c->provider;
	const struct provider_config *f = &p->config;

	if (shut_down(p)) {
		p->counts.turned_away++;
		return say(421, "4.3.2 Shutting down");
	}
	if (f->connections && p->counts.open > f->connections) {
		p->counts.turned_away++;
		return say(421, "4.7.0 Too many connections from you");
	}

	if (!f->banner.code)
		return usual;
	p->counts.turned_away += f->banner.code >= 400;
	return say(f->banner.code, f->banner.text);
}

static struct smtp_answer on_ehlo(
    struct connection *c, const struct smtp_envelope *env)
{
	if (c->provider->config.no_ehlo && env->esmtp)
		return say(502, "5.5.1 EHLO is not known here");
	return (struct smtp_answer){.code = -1,
	    .more =
		c->provider->config.early_reply ? "250 2.1.0 Ok\r\n" : NULL};
}

static struct smtp_answer on_starttls(struct connection *c)
{
	const struct provider_config *f = &c->provider->config;

	if (f->tls_refuse)
		return say(454, "4.7.0 TLS is not available for now");
	if (!f->tls_broken)
		return usual;
	smtp_server_say(c->server, S("220 2.0.0 Ready to start TLS\r\n"));
	return (struct smtp_answer){.code = 454, .mute = true, .drop_after = 1};
}

static struct smtp_answer on_auth(struct connection *c, struct str said)
{
	const struct provider_config *f = &c->provider->config;
	struct str secret = said, user = str_cut(&secret, '\0');

	c->authenticated =
	    str_eq(user, str_of(f->user)) && str_eq(secret, str_of(f->secret));
	if (c->authenticated)
		return usual;
	return say(535, "5.7.8 User name or password is wrong");
}

/* At most `rate` in any second's run, spread or at once. */
static bool too_fast(struct provider *p)
{
	usec_t t = now(p), rate = (usec_t)p->config.rate;

	if (rate == 0)
		return false;
	if (p->rate_next < t)
		p->rate_next = t;
	if (p->rate_next + USEC_PER_SEC / rate - t > USEC_PER_SEC)
		return true;
	p->rate_next += USEC_PER_SEC / rate;
	return false;
}

static struct smtp_answer on_mail(
    struct connection *c, const struct smtp_envelope *env)
{
	struct provider *p = c->provider;
	const struct provider_config *f = &p->config;
	const struct provider_rule *r;

	buf_reset(&c->recipients);
	c->recipient_count = 0;
	c->disorder = false;
	if (shut_down(p))
		return say(421, "4.3.2 Shutting down");
	if (f->connection_mails && c->mails >= f->connection_mails)
		return say(421, "4.7.0 Enough mails for one connection");
	if (f->tls_required && !env->tls)
		return say(530, "5.7.0 STARTTLS comes first");
	if (f->user[0] && !c->authenticated)
		return say(530, "5.7.0 AUTH comes first");
	r = provider_rule_for(&f->senders, env->sender);
	if (r)
		return say(r->code, r->text);
	if (too_fast(p))
		return say(450, "4.7.1 Too many mails a second, slow down");
	c->look = f->lie != PROVIDER_HONEST;
	return say(250, "2.1.0 Ok");
}

/* The sender without what follows a '+', where each try may differ (VERP). */
static bool greylisted(struct provider *p, const struct smtp_envelope *env)
{
	struct buf b = BUF_INIT(8 * KiB);
	struct str domain = env->sender, local = str_cut(&domain, '@');
	uint64_t *first, t = (uint64_t)now(p) + 1;
	bool hold = false;

	if (p->config.greylist == 0)
		return false;
	buf_add(&b, str_cut(&local, '+'));
	buf_addc(&b, '@');
	buf_add(&b, domain);
	buf_addc(&b, '\n');
	buf_add(&b, env->recipient);
	first = tally_at(&p->seen, buf_str(&b));
	if (first) {
		if (*first == 0)
			*first = t;
		hold = t - *first < (uint64_t)p->config.greylist;
	}
	buf_release(&b);
	return hold;
}

static double draw(uint64_t x)
{
	return (double)(x >> 11) / (double)(UINT64_C(1) << 53);
}

static struct smtp_answer on_rcpt(
    struct connection *c, const struct smtp_envelope *env)
{
	struct provider *p = c->provider;
	const struct provider_config *f = &p->config;
	const struct provider_rule *r =
	    provider_rule_for(&f->recipients, env->recipient);

	if (r && r->code >= 300)
		return say(r->code, r->text);
	if (!r && draw(siphash(p->seed, env->recipient)) < f->reject_share)
		return say(550, "5.1.1 No such user");
	if (!r && f->defer_share > 0 &&
	    draw(rand_seq_next(&p->chance)) < f->defer_share)
		return say(451, "4.3.0 Not now, try again");
	if (greylisted(p, env))
		return say(451, "4.7.1 Greylisted, try again later");
	if (c->recipients.len + env->recipient.n + 1 > RECIPIENTS_MAX)
		return say(452, "4.5.3 Too many recipients");
	if (c->recipient_count++)
		buf_addc(&c->recipients, '\n');
	buf_add(&c->recipients, env->recipient);
	return say(250, "2.1.5 Ok");
}

static struct smtp_answer on_data(struct connection *c)
{
	return (struct smtp_answer){
	    .code = 354,
	    .text = "End data with <CR><LF>.<CR><LF>",
	    .mute = c->disorder,
	    .drop_after = c->provider->config.cut_data,
	};
}

static void count_mail(struct connection *c, const struct smtp_envelope *env)
{
	struct provider *p = c->provider;
	struct str rest = buf_str(&c->recipients);

	c->mails++;
	p->counts.accepted++;
	p->counts.recipients += c->recipient_count;
	c->size = env->content_size;
	p->counts.bytes += c->size;
	while (p->config.count_recipients && rest.p) {
		uint64_t *n = tally_at(&p->accepted, str_cut(&rest, '\n'));

		if (n)
			++*n;
	}
}

static struct smtp_answer on_dot(
    struct connection *c, const struct smtp_envelope *env, struct str content)
{
	struct provider *p = c->provider;
	const struct provider_config *f = &p->config;
	const struct provider_rule *r =
	    provider_rule_for(&f->mails, env->recipient);
	struct provider_mail m = {
	    .sender = env->sender,
	    .recipients = buf_str(&c->recipients),
	    .count = c->recipient_count,
	    .content = content,
	    .size = env->content_size,
	    .tls = env->tls,
	};

	if (r && r->code >= 300)
		return say(r->code, r->text);
	if (p->handler.accepted && !p->handler.accepted(&m, p->arg))
		return say(451, "4.3.0 The mail can not be kept");
	count_mail(c, env);
	c->committing = p->handler.commit;
	if (f->drop_dot && p->counts.accepted % f->drop_dot == 0)
		return (struct smtp_answer){.code = 250, .drop = true};
	return r ? say(r->code, r->text) : say(250, "2.0.0 Ok: taken");
}

/* ---- when and how it says it */

/* The reply as it goes over the wire, for dripping. */
static void write_raw(struct connection *c)
{
	struct str rest = buf_str(&c->text);

	buf_reset(&c->raw);
	c->dripped = 0;
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		buf_addf(&c->raw, "%d%c%.*s\r\n", c->answer.code,
		    rest.p ? '-' : ' ', STR_ARG(line));
	}
	c->answer.mute = true;
}

static bool pipelined(struct connection *c)
{
	struct stream *s = smtp_server_stream(c->server);

	return s && stream_input(s).n > 0;
}

static void lie(struct connection *c)
{
	c->look = false;
	if (!pipelined(c))
		return;
	if (c->provider->config.lie == PROVIDER_LIE_CLOSE) {
		c->answer.drop = true;
	} else {
		c->disorder = true;
		smtp_server_say(c->server, S("354 Go ahead\r\n"));
	}
}

static void on_timer(void *arg)
{
	struct connection *c = arg;

	if (c->look)
		lie(c);
	if (c->dripped < c->raw.len && !c->answer.drop) {
		smtp_server_say(
		    c->server, str_sub(buf_str(&c->raw), c->dripped++, 1));
		if (c->dripped < c->raw.len) {
			loop_timer_start(&c->timer, c->provider->config.drip);
			return;
		}
	}
	smtp_server_answer(c->server, c->answer);
}

/* Makes the words of the waiting answer our own, as long as is wanted. */
static void keep_words(struct connection *c, enum smtp_server_ask what)
{
	const struct provider_config *f = &c->provider->config;

	buf_reset(&c->text);
	buf_reset(&c->raw);
	c->dripped = 0;
	if (!c->answer.text)
		return;
	if (what >= SMTP_ASK_MAIL && what <= SMTP_ASK_DOT) {
		for (uint64_t i = 1; i < f->reply_lines; i++)
			buf_addf(&c->text, "line %llu of many\n",
			    (unsigned long long)i);
		while (what == SMTP_ASK_DOT && c->text.len < f->reply_bytes)
			buf_addz(&c->text,
			    "A reply may be long, but not as long as this\n");
	}
	if (c->text.over)
		buf_reset(&c->text);
	buf_addz(&c->text, c->answer.text);
	c->answer.text = buf_cstr(&c->text);
	if (f->drip)
		write_raw(c);
}

static usec_t delay_of(const struct connection *c, enum smtp_server_ask what)
{
	const struct provider_config *f = &c->provider->config;

	if (what == SMTP_ASK_CONNECT)
		return f->banner_delay;
	return what == SMTP_ASK_DOT ? f->dot_latency : f->latency;
}

static void start(struct connection *c, usec_t delay)
{
	if (c->look && delay < LIE_WAIT)
		delay = LIE_WAIT;
	loop_timer_start(&c->timer, delay);
}

static void count_reply(struct provider *p, enum smtp_server_ask what, int code)
{
	if (what < SMTP_ASK_MAIL || what > SMTP_ASK_DOT)
		return;
	p->counts.rejected += code / 100 == 5;
	p->counts.deferred += code / 100 == 4;
}

static struct smtp_answer decide(struct connection *c,
    enum smtp_server_ask what, const struct smtp_envelope *env,
    struct str content)
{
	switch (what) {
	case SMTP_ASK_CONNECT: return on_connect(c);
	case SMTP_ASK_EHLO: return on_ehlo(c, env);
	case SMTP_ASK_STARTTLS: return on_starttls(c);
	case SMTP_ASK_AUTH: return on_auth(c, content);
	case SMTP_ASK_MAIL: return on_mail(c, env);
	case SMTP_ASK_RCPT: return on_rcpt(c, env);
	case SMTP_ASK_DATA: return on_data(c);
	case SMTP_ASK_DOT: return on_dot(c, env, content);
	}
	return usual;
}

static struct smtp_answer on_ask(struct smtp_server *s,
    enum smtp_server_ask what, const struct smtp_envelope *env,
    struct str content, void *arg)
{
	struct connection *c = arg;
	struct provider *p = c->provider;
	usec_t delay = delay_of(c, what);

	(void)s;
	c->answer = decide(c, what, env, content);
	count_reply(p, what, c->answer.code);
	if (env->tls && what == SMTP_ASK_EHLO && !c->counted_tls) {
		c->counted_tls = true;
		p->counts.tls++;
	}
	if (!c->committing && !c->look && delay == 0 && p->config.drip == 0 &&
	    p->config.reply_lines == 0 && p->config.reply_bytes == 0)
		return c->answer;
	keep_words(c, what);
	if (c->committing) {
		c->uncommitted = p->uncommitted;
		p->uncommitted = c;
	} else {
		start(c, delay);
	}
	return (struct smtp_answer){0};
}

/* ---- group commit */

static void forget_uncommitted(struct connection *c)
{
	struct connection **at = &c->provider->uncommitted;

	while (c->committing && *at && *at != c)
		at = &(*at)->uncommitted;
	if (c->committing && *at)
		*at = c->uncommitted;
	c->committing = false;
}

static void on_turn_end(void *arg)
{
	struct provider *p = arg;
	struct connection *c;
	bool kept;

	if (!p->uncommitted)
		return;
	kept = p->handler.commit(p->arg);
	while ((c = p->uncommitted)) {
		p->uncommitted = c->uncommitted;
		c->committing = false;
		if (!kept) {
			p->counts.accepted--;
			p->counts.recipients -= c->recipient_count;
			p->counts.bytes -= c->size;
			p->counts.deferred++;
			c->answer = say(451, "4.3.0 The mail can not be kept");
			buf_reset(&c->raw);
		}
		if (p->config.dot_latency || c->raw.len)
			start(c, p->config.dot_latency);
		else
			smtp_server_answer(c->server, c->answer);
	}
}

/* ---- connections */

static void connection_free(struct connection *c)
{
	forget_uncommitted(c);
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->provider->counts.open--;
	loop_timer_release(&c->timer);
	smtp_server_free(c->server);
	buf_release(&c->text);
	buf_release(&c->raw);
	buf_release(&c->recipients);
	free(c);
}

static void on_ended(struct smtp_server *s, void *arg)
{
	(void)s;
	connection_free(arg);
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	static const struct smtp_server_handler handler = {on_ask, on_ended};
	struct provider *p = arg;
	struct provider_config *f = &p->config;
	struct connection *c = mem_zalloc(sizeof(*c));
	struct smtp_server_config config = {
	    .name = str_of(f->name),
	    .extensions = ~f->without & ~(f->user[0] ? 0 : SMTP_EXT_AUTH),
	    .size_limit = f->size_limit,
	    .tls = f->tls,
	    .tls_implicit = f->tls && f->tls_implicit,
	    .idle_timeout = f->idle,
	    .discard_content = f->discard_content,
	    .trace = f->trace,
	    .trace_arg = f->trace_arg,
	};

	(void)l;
	c->provider = p;
	c->next = p->connections;
	c->prev = &p->connections;
	if (c->next)
		c->next->prev = &c->next;
	p->connections = c;
	p->counts.connections++;
	p->counts.open++;
	loop_timer_init(&c->timer, network_loop(p->net), on_timer, c);
	buf_init(&c->text, TEXT_MAX);
	buf_init(&c->raw, 2 * TEXT_MAX);
	buf_init(&c->recipients, RECIPIENTS_MAX);
	c->server = smtp_server_new(s, &config, &handler, c);
}

/* ---- life */

struct provider *provider_new(struct network *n, const struct endpoint *at,
    const struct provider_config *c, const struct provider_handler *h,
    void *arg, struct err *e)
{
	struct provider *p = mem_zalloc(sizeof(*p));

	p->net = n;
	p->config = *c;
	p->handler = *h;
	p->arg = arg;
	rand_seq_init(&p->chance, c->seed);
	p->seed = (struct siphash_key){c->seed, ~c->seed};
	tally_init(&p->seen);
	tally_init(&p->accepted);
	p->listener = network_listen(n, at, on_accept, p, e);
	if (!p->listener) {
		free(p);
		return NULL;
	}
	loop_hook_add(network_loop(n), &p->hook, on_turn_end, p);
	return p;
}

void provider_hang_up(struct provider *p)
{
	while (p->connections)
		connection_free(p->connections);
}

void provider_free(struct provider *p)
{
	if (!p)
		return;
	provider_hang_up(p);
	loop_hook_remove(network_loop(p->net), &p->hook);
	listener_close(p->listener);
	tally_release(&p->seen);
	tally_release(&p->accepted);
	free(p);
}

int provider_set(
    struct provider *p, struct str name, struct str value, struct err *e)
{
	return provider_config_set(&p->config, name, value, e);
}

void provider_endpoint(struct provider *p, struct endpoint *ret)
{
	listener_endpoint(p->listener, ret);
}

const struct provider_counts *provider_counts(const struct provider *p)
{
	return &p->counts;
}

uint64_t provider_recipient(const struct provider *p, struct str address)
{
	return tally_get(&p->accepted, address);
}
