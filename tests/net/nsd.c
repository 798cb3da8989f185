#include "nsd.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char program[] = "/usr/sbin/nsd";

bool nsd_is_there(void)
{
	return access(program, X_OK) == 0;
}

static int bound(int type, uint16_t *port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET,
	    .sin_port = htons(*port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	t_true(fd >= 0, "socket");
	if (bind(fd, (struct sockaddr *)&at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

uint16_t nsd_silent_port(int *ret_fd)
{
	uint16_t port = 0;

	*ret_fd = bound(SOCK_DGRAM, &port);
	t_true(*ret_fd >= 0, "bind");
	return port;
}

/* One that is free for UDP and TCP. */
static uint16_t free_port(void)
{
	for (int i = 0; i < 20; i++) {
		uint16_t port = 0;
		int udp = bound(SOCK_DGRAM, &port);
		int tcp = bound(SOCK_STREAM, &port);

		close(udp);
		if (tcp < 0)
			continue;
		close(tcp);
		return port;
	}
	fail_msg("no free port");
	return 0;
}

static void write_config(struct nsd *n)
{
	struct buf b = BUF_INIT(8192);
	const char *data = getenv("TOCSIN_TEST_DATA");

	buf_addf(&b,
	    "server:\n"
	    " ip-address: 127.0.0.1@%u\n"
	    " username: \"\"\n chroot: \"\"\n database: \"\"\n"
	    " pidfile: \"\"\n server-count: 1\n rrl-ratelimit: 0\n"
	    " zonesdir: \"%s/dns\"\n"
	    " logfile: \"%s/log\"\n zonelistfile: \"%s/list\"\n"
	    " xfrdfile: \"%s/xfrd\"\n xfrdir: \"%s\"\n"
	    "remote-control:\n control-enable: no\n"
	    "zone:\n name: plain.example\n zonefile: plain.zone\n"
	    "zone:\n name: plain.test\n zonefile: plain.zone\n"
	    "zone:\n name: signed.example\n zonefile: signed.zone\n",
	    n->port, data ? data : "tests/data", n->dir, n->dir, n->dir,
	    n->dir);
	t_write(n->dir, "conf", buf_str(&b));
	buf_release(&b);
}

static bool answers(struct nsd *n)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET,
	    .sin_port = htons(n->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

	close(fd);
	return ok;
}

/* False when it ended at once: somebody else took the port meanwhile. */
static bool start_once(struct nsd *n)
{
	char conf[128];

	n->port = free_port();
	write_config(n);
	snprintf(conf, sizeof(conf), "%s/conf", n->dir);
	n->pid = fork();
	t_true(n->pid >= 0, "fork");
	if (n->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execl(program, program, "-d", "-c", conf, (char *)NULL);
		_exit(127);
	}
	while (!answers(n)) { /* the limit is the test's, in meson.build */
		if (waitpid(n->pid, NULL, WNOHANG) != 0)
			return false;
		usleep(10000);
	}
	/* it could be another's that answers: ours would end soon */
	usleep(100000);
	return waitpid(n->pid, NULL, WNOHANG) == 0;
}

void nsd_start(struct nsd *n)
{
	*n = (struct nsd){0};
	t_mkdir(n->dir);
	for (int i = 0; i < 5; i++)
		if (start_once(n))
			return;
	fail_msg("nsd ends at once; see %s/log", n->dir);
}

void nsd_stop(struct nsd *n)
{
	if (n->pid > 0) {
		kill(n->pid, SIGTERM);
		waitpid(n->pid, NULL, 0);
		n->pid = 0;
	}
	if (n->dir[0])
		t_rmdir(n->dir);
}
