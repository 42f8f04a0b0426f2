// SPDX-License-Identifier: GPL-3.0-or-later
/* What an operator sees of a session besides its row and its steps. */
#include "crypto/digest.h"
#include "kyc/link.h"
#include "kyc/secret.h"
#include "kyc/session_view.h"
#include "kyc/state.h"

/* Everything by primary keys. */
static const struct db_sql SELECT = { "SELECT " KYC_VIEW_COLUMNS
				      " FROM session s" KYC_VIEW_JOINS
				      " WHERE s.tenant_id = ? AND s.id = ?" };

bool kyc_session_has_link(const struct kyc_session *s)
{
	enum kyc_state now = kyc_state_now(s, clock_now_ms());

	return s->link_generation && now != KYC_EXPIRED && now != KYC_REVOKED &&
	       now != KYC_FAILED;
}

static int open_sealed(struct kyc *k, const struct db_rows *rows,
		       unsigned int i, const struct kyc_session *s,
		       const uint8_t key[SEAL_KEY_SIZE],
		       struct kyc_session_view *out, struct fault *f)
{
	const void *link, *detail;
	size_t link_len = 0, detail_len = 0;

	link = db_get_bytes(rows, i + 1, &link_len);
	detail = db_get_bytes(rows, i + 2, &detail_len);
	if (link_len && kyc_session_has_link(s) &&
	    kyc_link_open(k, &s->id, key, link, link_len, &out->token, f))
		return -1;
	return kyc_detail_open(k, &s->id, key, detail, detail_len, &out->detail,
			       f);
}

int kyc_session_view_open(struct kyc *k, const struct db_rows *rows,
			  unsigned int i, const struct kyc_session *s,
			  uint8_t key[SEAL_KEY_SIZE],
			  struct kyc_session_view *out, struct fault *f)
{
	const void *wrapped;
	size_t len = 0;

	*out = (struct kyc_session_view){
		.client_id = db_get_text(rows, i + 3),
		.legal_hold = db_get_int(rows, i + 4) != 0,
	};
	wrapped = db_get_bytes(rows, i, &len);
	if (kyc_secret_open(k, &s->id, wrapped, len, key, f))
		return -1;
	return open_sealed(k, rows, i, s, key, out, f);
}

int kyc_session_view_read(struct kyc *k, const struct db_rows *rows,
			  unsigned int i, const struct kyc_session *s,
			  struct kyc_session_view *out, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int rc = kyc_session_view_open(k, rows, i, s, key, out, f);

	crypto_wipe(key, sizeof(key));
	return rc;
}

int kyc_session_view(struct kyc *k, const struct kyc_session *s,
		     struct kyc_session_view *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	*out = (struct kyc_session_view){ .token = NULL };
	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&s->tenant),
		     db_uuid(&s->id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
	return kyc_session_view_read(k, &rows, 0, s, out, f);
}
