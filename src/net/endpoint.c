#include "net/endpoint.h"

#include <arpa/inet.h>

static bool to_z(struct str s, char tmp[INET6_ADDRSTRLEN])
{
	if (s.n == 0 || s.n >= INET6_ADDRSTRLEN || memchr(s.p, '\0', s.n))
		return false;
	memcpy(tmp, s.p, s.n);
	tmp[s.n] = '\0';
	return true;
}

bool endpoint_parse_ip(struct str s, uint16_t port, struct endpoint *ret)
{
	char tmp[INET6_ADDRSTRLEN];
	unsigned char ip[16];
	bool bracket = s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';

	if (bracket)
		s = str_sub(s, 1, s.n - 2);
	if (!to_z(s, tmp))
		return false;
	if (!bracket && inet_pton(AF_INET, tmp, ip) == 1)
		endpoint_from_v4(ip, port, ret);
	else if (inet_pton(AF_INET6, tmp, ip) == 1)
		endpoint_from_v6(ip, port, ret);
	else
		return false;
	return true;
}

bool endpoint_parse(struct str s, uint16_t port, struct endpoint *ret)
{
	struct str host = s;
	ptrdiff_t colon = str_rchr(s, ':');
	uint64_t number = port;

	if (colon >= 0 && endpoint_parse_ip(s, port, ret))
		return true; /* an IPv6 address alone */
	if (colon >= 0) {
		host = str_sub(s, 0, (size_t)colon);
		if (!str_to_u64(
			str_from(s, (size_t)colon + 1), UINT16_MAX, &number))
			return false;
		/* "2001:db8::1:99999" is not an address and a port */
		if (str_chr(host, ':') >= 0 && host.p[0] != '[')
			return false;
	}
	if (str_ieq(host, S("localhost")))
		host = S("127.0.0.1");
	return endpoint_parse_ip(host, (uint16_t)number, ret);
}

void endpoint_from_v4(
    const unsigned char ip[4], uint16_t port, struct endpoint *ret)
{
	*ret = (struct endpoint){.len = sizeof(ret->u.v4)};
	ret->u.v4.sin_family = AF_INET;
	ret->u.v4.sin_port = htons(port);
	memcpy(&ret->u.v4.sin_addr, ip, 4);
}

void endpoint_from_v6(
    const unsigned char ip[16], uint16_t port, struct endpoint *ret)
{
	*ret = (struct endpoint){.len = sizeof(ret->u.v6)};
	ret->u.v6.sin6_family = AF_INET6;
	ret->u.v6.sin6_port = htons(port);
	memcpy(&ret->u.v6.sin6_addr, ip, 16);
}

uint16_t endpoint_port(const struct endpoint *a)
{
	if (a->len == 0)
		return 0;
	return ntohs(endpoint_is_v6(a) ? a->u.v6.sin6_port : a->u.v4.sin_port);
}

bool endpoint_eq(const struct endpoint *a, const struct endpoint *b)
{
	if (a->len == 0 || b->len == 0)
		return a->len == b->len;
	if (a->u.any.sa_family != b->u.any.sa_family ||
	    endpoint_port(a) != endpoint_port(b))
		return false;
	if (endpoint_is_v6(a))
		return memcmp(&a->u.v6.sin6_addr, &b->u.v6.sin6_addr, 16) == 0;
	return memcmp(&a->u.v4.sin_addr, &b->u.v4.sin_addr, 4) == 0;
}

bool endpoint_is_v6(const struct endpoint *a)
{
	return a->len && a->u.any.sa_family == AF_INET6;
}

const char *endpoint_ip(const struct endpoint *a, char tmp[ENDPOINT_TEXT])
{
	const void *ip = endpoint_is_v6(a) ? (const void *)&a->u.v6.sin6_addr
					   : (const void *)&a->u.v4.sin_addr;

	if (a->len == 0 ||
	    !inet_ntop(a->u.any.sa_family, ip, tmp, ENDPOINT_TEXT))
		snprintf(tmp, ENDPOINT_TEXT, "(no address)");
	return tmp;
}

const char *endpoint_format(const struct endpoint *a, char tmp[ENDPOINT_TEXT])
{
	char ip[ENDPOINT_TEXT];

	if (a->len == 0)
		return endpoint_ip(a, tmp);
	endpoint_ip(a, ip);
	if (endpoint_is_v6(a))
		snprintf(tmp, ENDPOINT_TEXT, "[%.46s]:%u", ip,
		    (unsigned)endpoint_port(a));
	else
		snprintf(tmp, ENDPOINT_TEXT, "%.46s:%u", ip,
		    (unsigned)endpoint_port(a));
	return tmp;
}
