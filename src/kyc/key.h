// SPDX-License-Identifier: GPL-3.0-or-later
/* API keys: made once, stored as HMAC, found by it. */
#ifndef KYC_KEY_H
#define KYC_KEY_H

#include "kyc/look.h"

struct kyc_key {
	struct uuid tenant;
	struct uuid id;
	const char *name;
	unsigned int permissions;
	int64_t created_at;
	int64_t expires_at; /* -1: never */
	int64_t revoked_at;
	int64_t last_used_at;
	bool live;
};

/* text receives the key, which nobody can show again; expires_at -1 never. */
int kyc_key_create(struct kyc *k, const char *name, unsigned int permissions,
		   int64_t expires_at, struct uuid *id, const char **text,
		   struct fault *f);

/* The same for whoever asks over the API: name, permissions and expires_at are
 * read, the rest of key is filled in. Nobody grants what he may not do himself
 * (FAULT_FORBIDDEN); FAULT_INVALID where it expires in the past. Audited. */
int kyc_key_grant(struct kyc *k, struct kyc_key *key, const char **text,
		  struct fault *f);

/* The tenant's keys, newest first, behind before (nil to start); how many of at
 * most max. */
int kyc_key_page(struct kyc *k, const struct uuid *before, struct kyc_key *out,
		 int64_t max, struct fault *f);

/* Revokes a key of the tenant; again is fine. FAULT_NOT_FOUND. Audited. */
int kyc_key_withdraw(struct kyc *k, const struct uuid *id, struct fault *f);

/* Fills k->who from the key's text; FAULT_UNAUTHENTICATED for a malformed,
 * unknown, expired or revoked one. The same statement brings what is looked
 * for. */
int kyc_key_admit(struct kyc *k, const char *text, struct kyc_look *look,
		  struct fault *f);

/* The same for who is known already, by the word of a token. */
int kyc_key_admit_id(struct kyc *k, const struct kyc_asker *who,
		     struct kyc_look *look, struct fault *f);

/* All keys, of every tenant, for the operator's tool; how many. */
int kyc_key_list(struct kyc *k, struct kyc_key **out, struct fault *f);

/* FAULT_NOT_FOUND where no such key is. */
int kyc_key_revoke(struct kyc *k, const struct uuid *id, struct fault *f);

#endif
