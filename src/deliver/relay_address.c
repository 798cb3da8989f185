/* Where the relay is, and what it must be told to let us in. */
#include "deliver/mailing_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/stat.h>
#include <unistd.h>

static int resolve(
    struct mailing *m, const char *host, uint16_t port, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all;
	char service[8];
	int rc;

	snprintf(service, sizeof(service), "%u", port);
	rc = getaddrinfo(host, service, &hints, &all);
	if (rc)
		return err_set(e, rc == EAI_AGAIN ? ERR_NET : ERR_INPUT,
		    "the relay '%s' has no address: %s", host,
		    gai_strerror(rc));
	for (struct addrinfo *a = all; a; a = a->ai_next) {
		struct endpoint *to = &m->relay_to[m->relay_to_count];

		if (m->relay_to_count == ARRAY_SIZE(m->relay_to) ||
		    a->ai_addrlen > sizeof(to->u))
			continue;
		memcpy(&to->u, a->ai_addr, a->ai_addrlen);
		to->len = a->ai_addrlen;
		m->relay_to_count++;
	}
	freeaddrinfo(all);
	if (!m->relay_to_count)
		return err_set(
		    e, ERR_INPUT, "the relay '%s' has no address", host);
	return 0;
}

/* Splits "host:port"; brackets keep an IPv6 address together. */
static bool split_port(struct str s, struct str *ret_host, uint64_t *ret_port)
{
	ptrdiff_t at = str_rchr(s, ':');

	*ret_host = s;
	if (str_starts(s, S("["))) {
		ptrdiff_t end = str_chr(s, ']');

		if (end < 0)
			return false;
		*ret_host = str_sub(s, 1, (size_t)end - 1);
		if ((size_t)end + 1 == s.n)
			return true;
		at = end + 1;
		if (s.p[at] != ':')
			return false;
	} else if (at < 0 || str_chr(s, ':') != at) {
		return true; /* no port, or a bare IPv6 address */
	} else {
		*ret_host = str_sub(s, 0, (size_t)at);
	}
	return str_to_u64(str_from(s, (size_t)at + 1), 65535, ret_port) &&
	       *ret_port > 0;
}

int mailing_read_relay(struct mailing *m, struct str relay, struct err *e)
{
	uint64_t port = 25;
	struct str host;
	char *z;
	int rc;

	m->relay_name = arena_dup(&m->arena, relay);
	if (str_istarts(relay, S("smtps://"))) {
		relay = str_from(relay, 8);
		m->implicit_tls = true;
		port = 465;
	} else if (str_istarts(relay, S("smtp://"))) {
		relay = str_from(relay, 7);
	}
	if (!split_port(relay, &host, &port) || host.n == 0 || host.n > 255)
		return err_set(e, ERR_INPUT,
		    "the relay '%.*s' should look like host:port or "
		    "smtps://host",
		    STR_ARG(m->relay_name));
	m->relay_host = arena_dup(&m->arena, host);
	m->relay = true;
	z = str_dup(host);
	rc = resolve(m, z, (uint16_t)port, e);
	free(z);
	return rc;
}

static int read_file(struct mailing *m, const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(e, errno, "[send] relay_secret_file %s", path);
	if (st.st_mode & 077)
		return err_set(e, ERR_INPUT,
		    "[send] relay_secret_file %s can be read by others; run: "
		    "chmod 600 %s",
		    path, path);
	return buf_read_file(&m->auth_secret, path, e);
}

static int read_command(struct mailing *m, const char *command, struct err *e)
{
	FILE *f = popen(command, "re");
	char tmp[4096];
	size_t n;
	int rc;

	if (!f)
		return err_sys(e, errno, "[send] relay_secret_command");
	while ((n = fread(tmp, 1, sizeof(tmp), f)))
		buf_add(&m->auth_secret, str_make(tmp, n));
	rc = pclose(f);
	if (rc != 0)
		return err_set(e, ERR_INPUT,
		    "[send] relay_secret_command ended with status %d",
		    WIFEXITED(rc) ? WEXITSTATUS(rc) : rc);
	return 0;
}

int mailing_read_secret(struct mailing *m, struct err *e)
{
	const struct notice *n = m->notice;
	struct arena a = ARENA_INIT(8 * KiB);
	int rc = 0;

	buf_init(&m->auth_secret, LIMIT_SECRET);
	if (n->relay_secret_file.n)
		rc = read_file(m, notice_path(n, n->relay_secret_file, &a), e);
	else if (n->relay_secret_command.n)
		rc =
		    read_command(m, arena_strz(&a, n->relay_secret_command), e);
	arena_release(&a);
	if (rc < 0)
		return rc;
	while (m->auth_secret.len &&
	       (m->auth_secret.p[m->auth_secret.len - 1] == '\n' ||
		   m->auth_secret.p[m->auth_secret.len - 1] == '\r'))
		m->auth_secret.len--;
	if (n->relay_user.n && !m->auth_secret.len)
		return err_set(e, ERR_INPUT,
		    "[send] relay_user is set, but there is no secret: write "
		    "relay_secret_file = FILE (mode 0600) or "
		    "relay_secret_command");
	return 0;
}
