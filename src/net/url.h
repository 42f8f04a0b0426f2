// SPDX-License-Identifier: GPL-3.0-or-later
/* URLs that requests may be sent to: their form, and literal addresses. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/conf.h"
#include "net/address.h"

/* The rules of the configuration; 0, or -1 with one line in error. */
int net_rules_read(const struct conf *conf, struct net_rules *out,
		   struct buf *error);

enum { NET_HOST_SIZE = 256 };

/* NULL where the URL is fine, else what is wrong, to stand behind the field's
 * name: "must be an https URL". A name is not looked up: what it resolves to
 * is checked when a connection is made, every time. Stricter than RFC 3986:
 * ASCII, no user, an IPv4 address in its one usual spelling. host, where not
 * NULL, receives what a log may show. */
const char *net_url_refuse(const struct net_rules *r, const char *url,
			   char host_or_null[NET_HOST_SIZE]);

#endif
