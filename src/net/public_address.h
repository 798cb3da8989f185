/* public_address: is this an address of the public Internet?  What strangers
 * name (a page, a redirect, their DNS) must not lead into the own network.
 */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

/* False for loopback, private, link-local, shared, documentation, multicast and
 * reserved addresses (RFC 6890 and IANA's special-purpose registries), for IPv4
 * ones in IPv6 likewise, and for other families. */
bool public_address(const struct sockaddr *a);
