// SPDX-License-Identifier: GPL-3.0-or-later
/* Which addresses a request to the outside may go to. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { NET_ALLOW_MAX = 32 };

/* An address of either family as 16 bytes: IPv4 as ::ffff:a.b.c.d. */
struct net_address {
	uint8_t b[16];
};

struct net_network {
	struct net_address base;
	unsigned int bits; /* 0 to 128 */
};

/* What the configuration lets through besides the public internet. */
struct net_rules {
	struct net_network allow[NET_ALLOW_MAX];
	size_t allow_count;
	bool plain_http;
};

/* Fills allow from a list "127.0.0.0/8, fd00::/8" (commas or blanks; no
 * length: one address). 0, or -1 where it can't be read. */
int net_rules_allow(struct net_rules *r, const char *list);

/* 0, or -1 for a family that is not IP. */
int net_address_of(const struct sockaddr *sa, struct net_address *out);
/* The usual text of one ("10.0.0.1", "fd00::1"); 0 or -1. */
int net_address_parse(const char *text, struct net_address *out);

/* Public, or allowed. Never public: private, loopback, link-local, shared
 * (RFC 6598), multicast, unspecified, broadcast, documentation, benchmark and
 * reserved networks (RFC 6890), and IPv6 forms that hold such an IPv4 address
 * (mapped, NAT64); 6to4 and Teredo altogether. */
bool net_address_is_fine(const struct net_rules *r,
			 const struct net_address *a);

#endif
