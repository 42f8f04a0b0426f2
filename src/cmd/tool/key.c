// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe key: add, list, revoke; vouchsafe keys: init. */
#include "base/str.h"
#include "cmd/tool/tool.h"
#include "kyc/key.h"
#include "kyc/org.h"

/* The value of that option. */
static unsigned int parse_permissions(struct tool *t, const char *option)
{
	const char *list = tool_value(t, option);
	unsigned int bits = 0, bit;
	char name[64];

	if (!strcmp(list, "all"))
		return KYC_MAY_ALL;
	while (*list) {
		size_t len = strcspn(list, ",");

		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		bit = kyc_permission_bit(name);
		if (!bit) {
			fault_field(&t->fault, option,
				    "has no permission \"%s\"", name);
			return 0;
		}
		bits |= bit;
		list += len + (list[len] == ',');
	}
	if (!bits)
		fault_field(&t->fault, option, "is empty");
	return bits;
}

/* -1 for never. */
static int parse_expiry(struct tool *t, int64_t *expires_at)
{
	const char *days = tool_value(t, "--expires-days");
	int64_t n;

	*expires_at = -1;
	if (!*days)
		return 0;
	if (str_int(days, 1, 36500, &n))
		return fault_field(&t->fault, "--expires-days",
				   "must be a number from 1 to 36500");
	*expires_at = clock_now_ms() + n * CLOCK_DAY;
	return 0;
}

/* Adds the key that the options tell of; permissions are in that one. */
static int add(struct tool *t, const char *option, struct uuid *id,
	       const char **text)
{
	const char *name = tool_value(t, "--name");
	unsigned int permissions = parse_permissions(t, option);
	int64_t expires_at;
	struct uuid org;
	bool live;

	if (!permissions || tool_mode(t, &live) ||
	    parse_expiry(t, &expires_at) ||
	    tool_id(t, tool_value(t, "--org"), "--org", &org))
		return -1;
	if (!*name || strlen(name) > 255 || !str_is_utf8(name, strlen(name))) {
		fault_field(&t->fault, "--name", "must be 1 to 255 bytes");
		return -1;
	}
	if (kyc_org_enter(&t->kyc, &org, live, &t->fault))
		return -1;
	return kyc_key_create(&t->kyc, name, permissions, expires_at, id, text,
			      &t->fault);
}

int tool_key_add(struct tool *t)
{
	const char *text;
	struct uuid id;

	if (add(t, "--permissions", &id, &text))
		return tool_fail(t);
	printf("%s\n", text);
	return 0;
}

int tool_client_add(struct tool *t)
{
	char client[UUID_TEXT_SIZE];
	const char *secret;
	struct uuid id;

	if (add(t, "--scope", &id, &secret))
		return tool_fail(t);
	uuid_text(&id, client);
	printf("client_id=%s\nclient_secret=%s\n", client, secret);
	return 0;
}

static void print_key(const struct kyc_key *key)
{
	char id[UUID_TEXT_SIZE], at[CLOCK_ISO_SIZE];
	const char *state = "valid";
	unsigned int bit;

	if (key->expires_at >= 0 && key->expires_at <= clock_now_ms())
		state = "expired";
	if (key->revoked_at >= 0)
		state = "revoked";
	uuid_text(&key->id, id);
	clock_iso(key->created_at, at);
	printf("%s  %s  %s  %-7s", id, at, key->live ? "live" : "test", state);
	if (key->last_used_at >= 0) {
		clock_iso(key->last_used_at, at);
		printf("  used %s", at);
	}
	printf("  %s ", key->name);
	for (bit = 1; bit <= KYC_MAY_LAST; bit <<= 1) {
		if (key->permissions & bit)
			printf(" %s", kyc_permission_name(bit));
	}
	putchar('\n');
}

int tool_key_list(struct tool *t)
{
	struct kyc_key *keys;
	int n = kyc_key_list(&t->kyc, &keys, &t->fault), i;

	if (n < 0)
		return tool_fail(t);
	for (i = 0; i < n; i++)
		print_key(&keys[i]);
	return 0;
}

int tool_key_revoke(struct tool *t)
{
	struct uuid id;

	if (tool_id(t, t->argument, "ID", &id) ||
	    kyc_key_revoke(&t->kyc, &id, &t->fault))
		return tool_fail(t);
	return 0;
}
