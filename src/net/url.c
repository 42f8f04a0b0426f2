// SPDX-License-Identifier: GPL-3.0-or-later
/* URLs that requests may be sent to: their form, and literal addresses. */
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/url.h"

enum { URL_MAX = 2048, LABEL_MAX = 63 };

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *check_characters(const char *url)
{
	const char *p;

	if (strlen(url) > URL_MAX)
		return "must have at most 2048 bytes";
	for (p = url; *p; p++) {
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return "must hold ASCII without blanks and "
			       "backslashes";
	}
	return NULL;
}

/* Behind the scheme, or NULL. */
static const char *skip_scheme(const struct net_rules *r, const char *url)
{
	if (!strncasecmp(url, "https://", 8))
		return url + 8;
	if (r->plain_http && !strncasecmp(url, "http://", 7))
		return url + 7;
	return NULL;
}

static const char *check_literal(const struct net_rules *r, const char *host)
{
	struct net_address a;

	if (net_address_parse(host, &a))
		return "must write an address in its usual form";
	if (!net_address_is_fine(r, &a))
		return "must not lead to a private or reserved address";
	return NULL;
}

/* "1", "0x7f" and "017" in the last place make browsers and libraries read the
 * whole name as an IPv4 address. */
static bool ends_in_number(const char *host)
{
	const char *last = strrchr(host, '.');

	last = last ? last + 1 : host;
	if (!strncasecmp(last, "0x", 2))
		return last[2 + strspn(last + 2, DIGITS "abcdefABCDEF")] ==
		       '\0';
	return last[strspn(last, DIGITS)] == '\0';
}

static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t len = strlen(host), n = sizeof(name) - 1;

	return len >= n && !strcasecmp(host + len - n, name) &&
	       (len == n || host[len - n - 1] == '.');
}

static const char *check_name(const struct net_rules *r, const char *host)
{
	const char *p = host;
	size_t len;

	if (ends_in_number(host))
		return check_literal(r, host);
	if (is_localhost(host))
		return check_literal(r, "127.0.0.1");
	do {
		len = strspn(p, LETTERS DIGITS "-_");
		if (!len || len > LABEL_MAX || (p[len] && p[len] != '.'))
			return "must name a host";
		p += len + (p[len] == '.');
	} while (*p);
	return NULL;
}

static const char *check_port(const char *text)
{
	int64_t port;

	if (!*text)
		return NULL;
	if (*text != ':' || str_int(text + 1, 1, 65535, &port))
		return "must have a port from 1 to 65535, or none";
	return NULL;
}

/* host and port of an authority; brackets stay off. */
static const char *check_authority(const struct net_rules *r, char *authority,
				   char *host)
{
	char *end = authority;
	const char *wrong;
	bool v6 = *authority == '[';

	if (strchr(authority, '@'))
		return "must not hold a user's name";
	end = v6 ? strchr(authority, ']') : authority + strcspn(authority, ":");
	if (!end)
		return "must name a host";
	wrong = check_port(end + v6);
	if (wrong)
		return wrong;
	*end = '\0';
	if (!v6 && end > authority && end[-1] == '.')
		end[-1] = '\0';
	str_copy(host, NET_HOST_SIZE, authority + v6);
	if (!*host)
		return "must name a host";
	return v6 ? check_literal(r, host) : check_name(r, host);
}

const char *net_url_refuse(const struct net_rules *r, const char *url,
			   char host_or_null[NET_HOST_SIZE])
{
	char authority[NET_HOST_SIZE], own[NET_HOST_SIZE];
	char *host = host_or_null ? host_or_null : own;
	const char *rest, *wrong = check_characters(url);
	size_t len;

	*host = '\0';
	if (wrong)
		return wrong;
	rest = skip_scheme(r, url);
	if (!rest)
		return r->plain_http ? "must be an http or https URL"
				     : "must be an https URL";
	len = strcspn(rest, "/?#");
	if (len >= sizeof(authority))
		return "must name a host";
	memcpy(authority, rest, len);
	authority[len] = '\0';
	return check_authority(r, authority, host);
}
