// SPDX-License-Identifier: GPL-3.0-or-later
/* The route tables as text: what documents and tests are held against. */
#include <stdio.h>

#include "api/api.h"

static const char *auth_word(enum api_auth auth)
{
	static const char *const words[] = {
		[API_OPEN] = "open",	   [API_LINK] = "link",
		[API_KEY] = "key",	   [API_PERSON] = "person",
		[API_KEY_SESSION] = "key",
	};

	return words[auth];
}

static const char *body_word(enum api_body body)
{
	static const char *const words[] = {
		[API_NO_BODY] = "none",	 [API_JSON] = "json",
		[API_FORM] = "form",	 [API_QUERY] = "query",
		[API_STREAM] = "stream",
	};

	return words[body];
}

static void print_permission(unsigned int needed)
{
	unsigned int bit;
	const char *lead = "";

	if (!needed)
		printf("-");
	for (bit = 1; bit && bit <= needed; bit <<= 1) {
		if (!(needed & bit))
			continue;
		printf("%s%s", lead, kyc_permission_name(bit));
		lead = "|";
	}
}

static void describe(const struct api_protocol *p, const struct api_route *r)
{
	printf("%s\t%s\t%s\t%s\t", p->name, http_method_name(r->method),
	       r->path, auth_word(r->auth));
	print_permission(r->permission);
	printf("\t%s\t%s\n", body_word(r->body), r->slow ? "slow" : "fast");
}

void api_describe(void)
{
	size_t i, t, n;

	for (i = 0; i < api_protocol_count; i++) {
		const struct api_protocol *p = api_protocols[i];

		for (t = 0; p->routes[t]; t++) {
			for (n = 0; n < p->routes[t]->count; n++)
				describe(p, &p->routes[t]->row[n]);
		}
	}
}
