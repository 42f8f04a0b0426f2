// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of documents: has somebody else shown this one? */
#include "crypto/digest.h"
#include "kyc/number.h"
#include "kyc/secret.h"

/* By the primary key. */
static const struct db_sql INSERT = {
	"INSERT INTO document_number (tenant_id, digest, session_id, entity_id,"
	" created_at) VALUES (?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE entity_id = VALUES(entity_id)"
};
/* Likewise. It locks, and so waits for one that is being inserted; of two that
 * wait for one another the database ends one, which then runs again. */
static const struct db_sql OTHERS = {
	"SELECT session_id, entity_id FROM document_number"
	" WHERE tenant_id = ? AND digest = ? LOCK IN SHARE MODE"
};
static const struct db_sql FORGET = {
	"DELETE FROM document_number WHERE tenant_id = ? AND session_id = ?"
};

static const char LABEL[] = "vouchsafe/1/document-number";

/* Letters and digits alone: some write blanks and hyphens between them. */
static void add_bare(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s >= 'a' && *s <= 'z')
			buf_chr(b, (char)(*s - 'a' + 'A'));
		else if ((*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9'))
			buf_chr(b, *s);
	}
	buf_chr(b, '\n');
}

static int digest(struct kyc *k, const char *issuer, const char *number,
		  uint8_t out[DIGEST_SIZE], struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE], subkey[DIGEST_SIZE];
	struct buf text;

	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	digest_hkdf(key, sizeof(key), NULL, 0, LABEL, sizeof(LABEL) - 1, subkey,
		    sizeof(subkey));
	buf_init(&text, k->arena);
	add_bare(&text, issuer);
	add_bare(&text, number);
	digest_hmac(subkey, sizeof(subkey), text.data, text.len, out);
	crypto_wipe(key, sizeof(key));
	crypto_wipe(subkey, sizeof(subkey));
	return 0;
}

static bool is_same(const struct kyc_session *s, const struct uuid *session,
		    const struct uuid *entity)
{
	return !memcmp(session, &s->id, sizeof(*session)) ||
	       (!uuid_is_nil(entity) &&
		!memcmp(entity, &s->entity, sizeof(*entity)));
}

int kyc_number_note(struct kyc *k, const struct kyc_session *s,
		    const char *issuer, const char *number, bool *other,
		    struct fault *f)
{
	uint8_t mac[DIGEST_SIZE];
	struct uuid session, entity;
	struct db_rows rows;
	int rc;

	*other = false;
	if (digest(k, issuer, number, mac, f))
		return -1;
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant),
		    db_bytes(mac, sizeof(mac)), db_uuid(&s->id),
		    db_uuid(&s->entity), db_int(clock_now_ms())) < 0 ||
	    db_query(k->db, k->arena, &rows, &OTHERS, db_uuid(&s->tenant),
		     db_bytes(mac, sizeof(mac))))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		session = db_get_uuid(&rows, 0);
		entity = db_get_uuid(&rows, 1);
		*other = *other || !is_same(s, &session, &entity);
	}
	return rc ? db_fault(k->db, f) : 0;
}

int kyc_number_forget(struct kyc *k, const struct kyc_session *s,
		      struct fault *f)
{
	if (db_exec(k->db, &FORGET, db_uuid(&s->tenant), db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}
