/* Drives verifiers over the W2 corpus with T threads.  vclient W2DIR OUT T milter DKIM_SOCK DMARC_SOCK | vclient W2DIR OUT T rspamd PORT
 * milter: like an MTA, one connection to each filter per message; the first filter's added Authentication-Results go on to the second.
 * OUT: "index spf dkim dmarc" (1 = pass) per message. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
typedef struct { char *file, *ip, *helo, *mail; char v[3]; } row;
static row *R; static int n, rport; static const char *dir, *sock1, *sock2; static atomic_int next;
static void die(const char *s) { perror(s); exit(1); }
static char *slurp(const char *p, size_t *l) { FILE *f = fopen(p, "r"); if (!f) die(p); fseek(f, 0, SEEK_END); *l = ftell(f); rewind(f); char *b = malloc(*l + 1); if (fread(b, 1, *l, f) != *l) die(p); b[*l] = 0; fclose(f); return b; }
static void wr(int f, const void *b, size_t l) { while (l) { ssize_t r = send(f, b, l, MSG_NOSIGNAL); if (r <= 0) die("send"); b = (char *)b + r; l -= r; } }
static void rd(int f, void *b, size_t l) { while (l) { ssize_t r = recv(f, b, l, 0); if (r <= 0) die("recv"); b = (char *)b + r; l -= r; } }
/* ---- milter ---- */
typedef struct { int fd; uint32_t proto; char *o; size_t on; char in[70000]; } mil;
static void q(mil *m, char c, const void *d, size_t l) { uint32_t s = htonl(l + 1); memcpy(m->o + m->on, &s, 4); m->o[m->on + 4] = c; memcpy(m->o + m->on + 5, d, l); m->on += 5 + l; }
static void flush(mil *m) { wr(m->fd, m->o, m->on); m->on = 0; }
static char get(mil *m, size_t *l) { uint32_t s; rd(m->fd, &s, 4); s = ntohl(s); if (s > sizeof m->in - 1) die("big"); rd(m->fd, m->in, s); m->in[s] = 0; *l = s; return m->in[0]; }
/* one step: no==1 flag "do not send", nr "no reply"; returns 0 to go on, 1 when the filter is done */
static int step(mil *m, char c, const void *d, size_t l, uint32_t no, uint32_t nr) { size_t k; if (m->proto & no) return 0; q(m, c, d, l); if (m->proto & nr) return 0; flush(m); char r = get(m, &k); return r != 'c' && r != 's'; }
static void filter(mil *m, const char *path, row *r, const char *pre, const char *msg, size_t len, char *ar, size_t arsz) {
    struct sockaddr_un a = {.sun_family = AF_UNIX}; snprintf(a.sun_path, sizeof a.sun_path, "%s", path); size_t l; char b[1200]; *ar = 0;
    m->fd = socket(AF_UNIX, SOCK_STREAM, 0); if (connect(m->fd, (void *)&a, sizeof a)) die(path);
    m->on = 0; uint32_t on[3] = {htonl(6), htonl(0x1ff), htonl(0x1fffff)}; q(m, 'O', on, 12); flush(m); if (get(m, &l) != 'O') die("optneg"); uint32_t p; memcpy(&p, m->in + 9, 4); m->proto = ntohl(p);
    q(m, 'D', "Cj\0mx.example.test", 19); l = sprintf(b, "%s", r->helo) + 1; b[l++] = '4'; b[l++] = 0x27; b[l++] = 0x10; l += sprintf(b + l, "%s", r->ip) + 1; if (step(m, 'C', b, l, 1, 0x1000)) goto out;
    l = sprintf(b, "%s", r->helo) + 1; if (step(m, 'H', b, l, 2, 0x2000)) goto out;
    q(m, 'D', "Mi\0QUEUEID0001", 15); l = sprintf(b, "<%s>", r->mail) + 1; if (step(m, 'M', b, l, 4, 0x4000)) goto out;
    if (step(m, 'R', "<rcpt@example.test>", 20, 8, 0x8000)) goto out;
    if (step(m, 'T', "", 0, 0x200, 0x10000)) goto out;
    const char *e = memmem(msg, len, "\r\n\r\n", 4), *h = msg; char *hb = malloc(e - msg + 4096);
    if (*pre) { l = sprintf(hb, "Authentication-Results") + 1; l += sprintf(hb + l, "%s%s", m->proto & 0x100000 ? " " : "", pre) + 1; if (step(m, 'L', hb, l, 0x20, 0x80)) { free(hb); goto out; } }
    while (h < e) { const char *c = memchr(h, ':', e - h), *x = memmem(h, e + 2 - h, "\r\n", 2); while (x[2] == ' ' || x[2] == '\t') x = memmem(x + 2, e + 2 - x - 2, "\r\n", 2);
        memcpy(hb, h, c - h); l = c - h; hb[l++] = 0; c++; if (!(m->proto & 0x100000) && *c == ' ') c++; for (; c < x; c++) if (*c != '\r') hb[l++] = *c; hb[l++] = 0; if (step(m, 'L', hb, l, 0x20, 0x80)) { free(hb); goto out; } h = x + 2; }
    free(hb); if (step(m, 'N', "", 0, 0x40, 0x40000)) goto out;
    const char *bd = e + 4; size_t bl = msg + len - bd; while (bl) { size_t k = bl > 65535 ? 65535 : bl; if (step(m, 'B', bd, k, 0x10, 0x80000)) goto out; bd += k; bl -= k; }
    q(m, 'E', "", 0); flush(m);
    for (;;) { char c = get(m, &l); char *nm = c == 'i' ? m->in + 5 : m->in + 1; if ((c == 'i' || c == 'h') && !strcasecmp(nm, "Authentication-Results")) { size_t k = strlen(ar); snprintf(ar + k, arsz - k, "%s", nm + strlen(nm) + 1); } if (strchr("cartdy", c)) break; }
out: m->on = 0; q(m, 'Q', "", 0); flush(m); close(m->fd);
}
/* ---- rspamd HTTP ---- */
static int hc(void) { struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(rport)}; int one = 1, f = socket(AF_INET, SOCK_STREAM, 0); inet_pton(AF_INET, "127.0.0.1", &a.sin_addr); setsockopt(f, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); if (connect(f, (void *)&a, sizeof a)) die("rspamd"); return f; }
static void rsp(int *f, row *r, const char *m, size_t l, char *b, size_t bs) {
    if (*f < 0) *f = hc();
    int k = snprintf(b, bs, "POST /checkv2 HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nIP: %s\r\nHelo: %s\r\nFrom: %s\r\nRcpt: rcpt@example.test\r\nHostname: %s\r\nContent-Length: %zu\r\n\r\n", r->ip, r->helo, r->mail, r->helo, l);
    memcpy(b + k, m, l); wr(*f, b, k + l); size_t g = 0, need = 0; char *e = 0;
    while (!need || g < need) { ssize_t x = recv(*f, b + g, bs - 1 - g, 0); if (x <= 0) break; g += x; b[g] = 0; if (!need && (e = strstr(b, "\r\n\r\n"))) { char *c = strcasestr(b, "content-length:"); need = (e + 4 - b) + (c ? atoi(c + 15) : 0); } }
    r->v[0] = strstr(b, "\"R_SPF_ALLOW\"") != 0; r->v[1] = strstr(b, "\"R_DKIM_ALLOW\"") != 0; r->v[2] = strstr(b, "\"DMARC_POLICY_ALLOW\"") != 0;
    if (strcasestr(b, "connection: close") || g < need) { close(*f); *f = -1; }
}
static void *work(void *x) {
    (void)x; mil *m = calloc(1, sizeof *m); m->o = malloc(1 << 20); char *b = malloc(1 << 20), ar[8192], ar2[8192], p[512]; int i, f = -1;
    while ((i = atomic_fetch_add(&next, 1)) < n) { size_t l; snprintf(p, sizeof p, "%s/%s", dir, R[i].file); char *msg = slurp(p, &l);
        if (rport) rsp(&f, &R[i], msg, l, b, 1 << 20);
        else { filter(m, sock1, &R[i], "", msg, l, ar, sizeof ar); filter(m, sock2, &R[i], ar, msg, l, ar2, sizeof ar2); R[i].v[1] = strstr(ar, "dkim=pass") != 0; R[i].v[0] = strstr(ar2, "spf=pass") != 0; R[i].v[2] = strstr(ar2, "dmarc=pass") != 0; }
        free(msg); }
    return 0;
}
int main(int c, char **v) {
    if (c < 6) return 2;
    dir = v[1]; int T = atoi(v[3]); if (!strcmp(v[4], "rspamd")) rport = atoi(v[5]); else { sock1 = v[5]; sock2 = v[6]; }
    char p[512]; size_t l; snprintf(p, sizeof p, "%s/manifest.tsv", dir); char *t = slurp(p, &l), *s; R = calloc(200000, sizeof *R);
    while ((s = strsep(&t, "\n")) && *s) { R[n].file = strsep(&s, "\t"); R[n].ip = strsep(&s, "\t"); R[n].helo = strsep(&s, "\t"); R[n].mail = strsep(&s, "\t"); n++; }
    pthread_t th[256]; for (int i = 0; i < T; i++) pthread_create(&th[i], 0, work, 0); for (int i = 0; i < T; i++) pthread_join(th[i], 0);
    FILE *o = fopen(v[2], "w"); for (int i = 0; i < n; i++) fprintf(o, "%d %d %d %d\n", i, R[i].v[0], R[i].v[1], R[i].v[2]); fclose(o); return 0;
}
