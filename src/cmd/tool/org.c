// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe org: add, list. */
#include "base/str.h"
#include "cmd/tool/tool.h"
#include "kyc/org.h"
#include "mail/template.h"

enum { PAGE = 100 };

int tool_org_add(struct tool *t)
{
	const char *locale = tool_value(t, "--locale");
	size_t len = strlen(t->argument);
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	if (!len || str_utf8_length(t->argument, len) > 255 ||
	    !str_is_utf8(t->argument, len) ||
	    str_has_control(t->argument, len, false))
		fault_field(&t->fault, "NAME",
			    "must be 1 to 255 characters of UTF-8");
	else if (!mail_locale_is_valid(locale))
		fault_field(&t->fault, "--locale", "is no language tag");
	else if (!kyc_org_create(&t->kyc, t->argument, locale, &id,
				 &t->fault)) {
		uuid_text(&id, text);
		printf("organisation=%s\n", text);
		return 0;
	}
	return tool_fail(t);
}

int tool_org_list(struct tool *t)
{
	struct kyc_org orgs[PAGE];
	struct uuid after = { { 0 } };
	char id[UUID_TEXT_SIZE], at[CLOCK_ISO_SIZE];
	int n, i;

	do {
		n = kyc_org_list(&t->kyc, &after, orgs, PAGE, &t->fault);
		for (i = 0; i < n; i++) {
			uuid_text(&orgs[i].id, id);
			clock_iso(orgs[i].created_at, at);
			printf("%s  %s  %-5s  %s\n", id, at, orgs[i].locale,
			       orgs[i].name);
			after = orgs[i].id;
		}
	} while (n == PAGE);
	return n < 0 ? tool_fail(t) : 0;
}
