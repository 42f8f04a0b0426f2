// SPDX-License-Identifier: GPL-3.0-or-later
/* The domain: transactions and permissions. */
#include "kyc/kyc.h"

enum { TRIES = 5, PAUSE_MS = 20, NAME_SIZE = 64 };

/* Whether the failure is one that a fresh try may mend. */
static bool worth_again(const struct db *db)
{
	enum db_status status = db_status(db);

	return status == DB_RETRY ||
	       (status == DB_LOST && !db_commit_unknown(db));
}

static int once(struct kyc *k,
		int (*body)(struct kyc *, void *, struct fault *), void *ctx,
		struct fault *f, bool *again)
{
	uint32_t noted = k->master_noted;

	*again = false;
	if (db_begin(k->db))
		return db_fault(k->db, f);
	if (!body(k, ctx, f)) {
		if (!db_commit(k->db))
			return 0;
		db_fault(k->db, f);
	}
	*again = worth_again(k->db);
	db_rollback(k->db);
	k->master_noted = noted;
	return -1;
}

int kyc_transact(struct kyc *k,
		 int (*body)(struct kyc *, void *, struct fault *), void *ctx,
		 struct fault *f)
{
	bool again;
	int i;

	for (i = 1; once(k, body, ctx, f, &again); i++) {
		if (!again || i == TRIES)
			return -1;
		fault_clear(f);
		clock_pause_ms(PAUSE_MS * i);
	}
	return 0;
}

static const struct {
	const char *name;
	unsigned int bit;
} permissions[] = {
	{ "kyc:create", KYC_MAY_CREATE },
	{ "kyc:read", KYC_MAY_READ },
	{ "kyc:update", KYC_MAY_UPDATE },
	{ "kyc:delete", KYC_MAY_DELETE },
	{ "kyc:review", KYC_MAY_REVIEW },
	{ "kyc:export", KYC_MAY_EXPORT },
	{ "tenant:manage", KYC_MAY_MANAGE },
	{ "ekyc.session.list", KYC_MAY_EKYC_LIST },
	{ "ekyc.session.get", KYC_MAY_EKYC_GET },
	{ "ekyc.session.create", KYC_MAY_EKYC_CREATE },
};

unsigned int kyc_permission_bit(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(permissions); i++) {
		if (!strcmp(permissions[i].name, name))
			return permissions[i].bit;
	}
	return 0;
}

const char *kyc_permission_name(unsigned int bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(permissions); i++) {
		if (permissions[i].bit == bit)
			return permissions[i].name;
	}
	return "?";
}

unsigned int kyc_permissions_of(const char *names)
{
	unsigned int bits = 0;
	char name[NAME_SIZE];
	size_t n;

	for (; names && *names; names += n + (names[n] == ' ')) {
		n = strcspn(names, " ");
		snprintf(name, sizeof(name), "%.*s", (int)n, names);
		if (n < sizeof(name))
			bits |= kyc_permission_bit(name);
	}
	return bits;
}

unsigned int kyc_permissions_with(unsigned int bits)
{
	if (bits & KYC_MAY_READ)
		bits |= KYC_MAY_EKYC_LIST | KYC_MAY_EKYC_GET;
	if (bits & KYC_MAY_CREATE)
		bits |= KYC_MAY_EKYC_CREATE;
	return bits;
}
