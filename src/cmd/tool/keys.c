// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe keys: init, rotate, status, retire. */
#include <unistd.h>

#include "base/str.h"
#include "cmd/tool/tool.h"
#include "kyc/rotate.h"

int tool_keys_init(struct tool *t)
{
	struct buf error = BUF_INIT;
	int rc = 0;

	if (!access(t->conf->keyring_file, F_OK)) {
		printf("%s is there\n", t->conf->keyring_file);
	} else if (keyring_create(t->conf->keyring_file, &error)) {
		fprintf(stderr, "vouchsafe: %s\n", error.data);
		rc = 1;
	} else {
		printf("%s made: back it up, apart from the database\n",
		       t->conf->keyring_file);
	}
	buf_finish(&error);
	return rc;
}

/* The line that a change of the file left in error. */
static int complain(struct buf *error)
{
	fprintf(stderr, "vouchsafe: %s\n", error->data);
	buf_finish(error);
	return 1;
}

/* A key that would begin after one that waits would not do what was asked. */
static int refuse_second(struct tool *t, const struct keyring *kr)
{
	char at[CLOCK_ISO_SIZE];

	if (keyring_begins_at(kr, 0) <= clock_now_ms() + CLOCK_SECOND)
		return 0;
	clock_iso(keyring_begins_at(kr, 0), at);
	return fault_set(&t->fault, FAULT_CONFLICT,
			 "Key %u waits to begin at %s.", keyring_id_at(kr, 0),
			 at);
}

int tool_keys_rotate(struct tool *t)
{
	struct buf error = BUF_INIT;
	char at[CLOCK_ISO_SIZE];
	struct keyring *kr;
	int64_t minutes;
	int refused;

	if (str_int(tool_value(t, "--in"), 0, 60 * 24 * 30, &minutes)) {
		fault_field(&t->fault, "--in",
			    "must be a number of minutes up to 43200");
		return tool_fail(t);
	}
	kr = keyring_load(t->conf->keyring_file, &error);
	if (!kr)
		return complain(&error);
	refused = refuse_second(t, kr);
	keyring_destroy(kr);
	if (refused)
		return tool_fail(t);
	if (keyring_rotate(t->conf->keyring_file,
			   clock_now_ms() + minutes * CLOCK_MINUTE, &error))
		return complain(&error);
	kr = keyring_load(t->conf->keyring_file, &error);
	if (!kr)
		return complain(&error);
	clock_iso(keyring_begins_at(kr, 0), at);
	printf("key %u begins at %s; back up %s now%s\n", keyring_id_at(kr, 0),
	       at, t->conf->keyring_file,
	       minutes ? ", and bring it to every host before then" : "");
	keyring_destroy(kr);
	return 0;
}

/* When the key's successor began, or -1. */
static int64_t ends_at(const struct keyring *kr, uint32_t id)
{
	int64_t end = -1;
	size_t i;

	for (i = 0; i < keyring_count(kr) && keyring_id_at(kr, i) != id; i++)
		end = keyring_begins_at(kr, i);
	return end;
}

/* 0: it has signed nothing yet. */
static int64_t signed_until(const struct keyring *kr, size_t i)
{
	if (keyring_begins_at(kr, i) > clock_now_ms())
		return 0;
	return ends_at(kr, keyring_id_at(kr, i));
}

static const char *word_of(const struct keyring *kr, size_t i)
{
	if (keyring_id_at(kr, i) == keyring_newest(kr))
		return "signs";
	return keyring_begins_at(kr, i) > clock_now_ms() ? "waits" : "former";
}

static void print_use(const struct kyc_rotate_use *use)
{
	printf("  %lld sessions, %lld tenants, %lld API keys, %lld links\n",
	       (long long)use->sessions, (long long)use->tenants,
	       (long long)use->api_keys, (long long)use->links);
}

static int print_missing(struct tool *t)
{
	uint32_t *ids = NULL;
	int n = kyc_rotate_known(&t->kyc, &ids, &t->fault), i, rc = 0;

	for (i = 0; i < n; i++) {
		if (keyring_has(t->kyc.keyring, ids[i]))
			continue;
		printf("%-10u  MISSING in the file, but in use\n", ids[i]);
		rc = 1;
	}
	return n < 0 ? tool_fail(t) : rc;
}

int tool_keys_status(struct tool *t)
{
	const struct keyring *kr = t->kyc.keyring;
	struct kyc_rotate_use use;
	char at[CLOCK_ISO_SIZE];
	size_t i;

	for (i = 0; i < keyring_count(kr); i++) {
		uint32_t id = keyring_id_at(kr, i);

		if (kyc_rotate_use(&t->kyc, id, signed_until(kr, i), &use,
				   &t->fault))
			return tool_fail(t);
		clock_iso(keyring_begins_at(kr, i), at);
		printf("%-10u  %s  %-6s", id, at, word_of(kr, i));
		print_use(&use);
	}
	return print_missing(t);
}

static int check_unused(struct tool *t, uint32_t id)
{
	int64_t end = ends_at(t->kyc.keyring, id);
	struct kyc_rotate_use use;

	if (!keyring_has(t->kyc.keyring, id) || end < 0 ||
	    id == keyring_newest(t->kyc.keyring))
		return fault_field(&t->fault, "ID",
				   "is none of the former keys");
	if (end > clock_now_ms() - KYC_RETIRE_AFTER_MS)
		return fault_set(&t->fault, FAULT_CONFLICT,
				 "The key signed until a few minutes ago: "
				 "wait a quarter of an hour.");
	if (kyc_rotate_use(&t->kyc, id, end, &use, &t->fault))
		return -1;
	if (!use.sessions && !use.tenants && !use.api_keys && !use.links)
		return 0;
	print_use(&use);
	return fault_set(&t->fault, FAULT_CONFLICT, "The key is still needed.");
}

int tool_keys_retire(struct tool *t)
{
	struct buf error = BUF_INIT;
	int64_t id;

	if (str_int(t->argument, 1, INT32_MAX, &id)) {
		fault_field(&t->fault, "ID", "is no id of a master key");
		return tool_fail(t);
	}
	if (check_unused(t, (uint32_t)id) ||
	    kyc_rotate_forget(&t->kyc, (uint32_t)id, &t->fault))
		return tool_fail(t);
	if (keyring_retire(t->conf->keyring_file, (uint32_t)id, &error))
		return complain(&error);
	return 0;
}
