// SPDX-License-Identifier: GPL-3.0-or-later
/* Which addresses a request to the outside may go to. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/address.h"

enum { MAPPED_BITS = 96, TEXT_SIZE = 64 };

static const uint8_t MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255 };
static const uint8_t NAT64[12] = { 0, 0x64, 0xff, 0x9b };

/* RFC 6890 and its registry of IPv4. */
static const struct {
	uint8_t base[4];
	unsigned int bits;
} special_v4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 4 },
	{ { 240 }, 4 },
};

/* Inside 2000::/3, outside which nothing is public. */
static const struct {
	uint8_t base[4];
	unsigned int bits;
} special_v6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },	    /* Teredo and other protocols */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },		    /* 6to4 */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
};

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return false;
	return !rest || !((a[whole] ^ b[whole]) >> (8 - rest));
}

static void map_v4(const void *v4, struct net_address *out)
{
	memcpy(out->b, MAPPED, sizeof(MAPPED));
	memcpy(out->b + sizeof(MAPPED), v4, 4);
}

int net_address_of(const struct sockaddr *sa, struct net_address *out)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		map_v4(&in.sin_addr, out);
		return 0;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out->b, &in6.sin6_addr, sizeof(out->b));
		return 0;
	}
	return -1;
}

int net_address_parse(const char *text, struct net_address *out)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		map_v4(&v4, out);
		return 0;
	}
	return inet_pton(AF_INET6, text, out->b) == 1 ? 0 : -1;
}

static int read_network(char *text, struct net_network *out)
{
	char *slash = strchr(text, '/');
	int64_t bits, max = strchr(text, ':') ? 128 : 32;

	bits = max;
	if (slash) {
		*slash = '\0';
		if (str_int(slash + 1, 0, max, &bits))
			return -1;
	}
	if (net_address_parse(text, &out->base))
		return -1;
	out->bits = (unsigned int)(bits + (max == 32 ? MAPPED_BITS : 0));
	return 0;
}

int net_rules_allow(struct net_rules *r, const char *list)
{
	char text[TEXT_SIZE];

	r->allow_count = 0;
	for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
		size_t len = strcspn(list, ", ");

		if (len >= sizeof(text) || r->allow_count == NET_ALLOW_MAX)
			return -1;
		memcpy(text, list, len);
		text[len] = '\0';
		if (read_network(text, &r->allow[r->allow_count++]))
			return -1;
		list += len;
	}
	return 0;
}

static bool is_public_v4(const uint8_t *v4)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(special_v4); i++) {
		if (same_bits(v4, special_v4[i].base, special_v4[i].bits))
			return false;
	}
	return true;
}

static bool is_public(const struct net_address *a)
{
	size_t i;

	if (!memcmp(a->b, MAPPED, sizeof(MAPPED)) ||
	    !memcmp(a->b, NAT64, sizeof(NAT64)))
		return is_public_v4(a->b + sizeof(MAPPED));
	if (a->b[0] >> 5 != 1) /* 2000::/3 */
		return false;
	for (i = 0; i < ARRAY_SIZE(special_v6); i++) {
		if (same_bits(a->b, special_v6[i].base, special_v6[i].bits))
			return false;
	}
	return true;
}

bool net_address_is_fine(const struct net_rules *r, const struct net_address *a)
{
	size_t i;

	for (i = 0; i < r->allow_count; i++) {
		if (same_bits(a->b, r->allow[i].base.b, r->allow[i].bits))
			return true;
	}
	return is_public(a);
}
