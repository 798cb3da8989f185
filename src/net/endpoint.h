/* endpoint: an IP address and a port. */
#pragma once

#include "base/buf.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} u;
	socklen_t len; /* 0: none */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]" as the address alone. */
bool endpoint_parse_ip(struct str s, uint16_t port, struct endpoint *ret);
/* "192.0.2.1:25", "[2001:db8::1]:25", "localhost:25" (loopback only); without
 * a port `port` is taken. */
bool endpoint_parse(struct str s, uint16_t port, struct endpoint *ret);
void endpoint_from_v4(
    const unsigned char ip[4], uint16_t port, struct endpoint *ret);
void endpoint_from_v6(
    const unsigned char ip[16], uint16_t port, struct endpoint *ret);
uint16_t endpoint_port(const struct endpoint *a);
bool endpoint_eq(const struct endpoint *a, const struct endpoint *b);
bool endpoint_is_v6(const struct endpoint *a);

/* "192.0.2.1" / "2001:db8::1"; with the port: "192.0.2.1:25",
 * "[2001:db8::1]:25". */
#define ENDPOINT_TEXT 64
const char *endpoint_ip(const struct endpoint *a, char tmp[ENDPOINT_TEXT]);
const char *endpoint_format(const struct endpoint *a, char tmp[ENDPOINT_TEXT]);
