// SPDX-License-Identifier: GPL-3.0-or-later
/* The customer's links: a random token, or a JWT that names a generation. */
#include <json-c/json.h>

#include "base/json.h"
#include "crypto/digest.h"
#include "crypto/jwt.h"
#include "kyc/link.h"
#include "kyc/secret.h"
#include "kyc/state.h"

static const struct db_sql INSERT = {
	"INSERT INTO link (tenant_id, session_id, generation, digest, sealed,"
	" created_at) VALUES (?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT_SEALED = {
	"SELECT sealed FROM link"
	" WHERE tenant_id = ? AND session_id = ? AND generation = ?"
};

/* A token is valid while its generation is the session's. */
#define VISIT                                                                  \
	"SELECT " KYC_SESSION_COLUMNS ", t.organisation_id, t.live, o.name,"   \
	" l.generation FROM link l"                                            \
	" JOIN session s ON s.tenant_id = l.tenant_id AND s.id = l.session_id" \
	" JOIN tenant t ON t.id = s.tenant_id"                                 \
	" JOIN organisation o ON o.id = t.organisation_id"
#define BY_DIGEST " WHERE l.digest = ?"
#define BY_NUMBER                                                              \
	" WHERE l.tenant_id = ? AND l.session_id = ? AND l.generation = ?"

static const struct db_sql FOLLOW_DIGEST = { VISIT BY_DIGEST };
static const struct db_sql FOLLOW_NUMBER = { VISIT BY_NUMBER };

int kyc_link_create(struct kyc *k, const struct kyc_session *s,
		    const uint8_t key[SEAL_KEY_SIZE],
		    char token[UUID_TEXT_SIZE], struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &s->id, "link");
	struct uuid random = uuid_v4();
	uint8_t digest[DIGEST_SIZE];
	struct buf sealed;

	buf_init(&sealed, k->arena);
	uuid_text(&random, token);
	digest_sha256(token, UUID_TEXT_SIZE - 1, digest);
	seal_box(key, &ctx, token, UUID_TEXT_SIZE - 1, &sealed);
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_int(s->link_generation),
		    db_bytes(digest, sizeof(digest)),
		    db_bytes(sealed.data, sealed.len),
		    db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

const char *kyc_link_jwt(struct kyc *k, const struct kyc_session *s)
{
	char id[UUID_TEXT_SIZE], tenant[UUID_TEXT_SIZE];
	struct buf claims, token;

	buf_init(&claims, k->arena);
	buf_init(&token, k->arena);
	uuid_text(&s->id, id);
	uuid_text(&s->tenant, tenant);
	json_open(&claims, NULL, '{');
	json_str(&claims, "sub", id);
	json_str(&claims, "tenant", tenant);
	json_int(&claims, "gen", s->link_generation);
	json_int(&claims, "exp", s->expires_at / 1000);
	json_close(&claims, '}');
	jwt_sign(k->keyring, KEYRING_JWT, claims.data, &token);
	return token.data;
}

const char *kyc_link_url(struct kyc *k, const struct kyc_session *s,
			 const char *token)
{
	const char *base = k->conf->public_url;
	char id[UUID_TEXT_SIZE];

	if (s->protocol == KYC_NATIVE)
		return kyc_link_native(k, token);
	if (s->protocol == KYC_DOSSIERS)
		return arena_printf(k->arena, "%s/verify#%s", base, token);
	uuid_text(&s->id, id);
	return arena_printf(k->arena, "%s/verify/%s%s#%s", base,
			    s->protocol == KYC_VERILOCK ? "ses_" : "", id,
			    token);
}

const char *kyc_link_from(struct kyc *k, const struct kyc_session *s,
			  const char *token)
{
	return kyc_link_url(
		k, s, s->protocol == KYC_DOSSIERS ? kyc_link_jwt(k, s) : token);
}

const char *kyc_link_native(struct kyc *k, const char *token)
{
	return arena_printf(k->arena, "%s/public/sessions/%s",
			    k->conf->public_url, token);
}

int kyc_link_open(struct kyc *k, const struct uuid *session,
		  const uint8_t key[SEAL_KEY_SIZE], const void *sealed,
		  size_t len, const char **token, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, "link");
	struct buf plain;

	buf_init(&plain, k->arena);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return fault_internal(f, "a link cannot be unsealed");
	*token = plain.data;
	return 0;
}

static int unseal(struct kyc *k, const struct kyc_session *s,
		  const char **token, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	const void *sealed;
	size_t len;
	int rc;

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	if (db_query(k->db, k->arena, &rows, &SELECT_SEALED,
		     db_uuid(&s->tenant), db_uuid(&s->id),
		     db_int(s->link_generation)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	sealed = db_get_bytes(&rows, 0, &len);
	rc = kyc_link_open(k, &s->id, key, sealed, len, token, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

int kyc_link_show(struct kyc *k, const struct kyc_session *s, const char **url,
		  struct fault *f)
{
	const char *token = NULL;

	if (s->protocol == KYC_DOSSIERS)
		token = kyc_link_jwt(k, s);
	else if (unseal(k, s, &token, f))
		return -1;
	*url = kyc_link_url(k, s, token);
	return 0;
}

struct name {
	struct uuid tenant;
	struct uuid session;
	int64_t generation;
};

static int claim_uuid(struct json_object *claims, const char *key,
		      struct uuid *out)
{
	struct json_object *v;

	if (!json_object_object_get_ex(claims, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return -1;
	return uuid_parse(json_object_get_string(v), out);
}

/* exp is not looked at: the session's own expiry counts, so that extending a
 * session keeps its link. */
static int read_jwt(struct kyc *k, const char *token, struct name *out)
{
	struct json_object *claims, *gen;
	struct buf text;
	int rc = -1;

	buf_init(&text, k->arena);
	if (jwt_verify(k->keyring, KEYRING_JWT, token, &text))
		return -1;
	claims = json_tokener_parse(text.data);
	if (!claim_uuid(claims, "sub", &out->session) &&
	    !claim_uuid(claims, "tenant", &out->tenant) &&
	    json_object_object_get_ex(claims, "gen", &gen)) {
		out->generation = json_object_get_int64(gen);
		rc = 0;
	}
	json_object_put(claims);
	return rc;
}

static int query(struct kyc *k, const char *token, struct db_rows *rows,
		 struct fault *f)
{
	uint8_t digest[DIGEST_SIZE];
	struct name name;
	int rc;

	if (strchr(token, '.')) {
		if (read_jwt(k, token, &name))
			return fault_set(f, FAULT_NOT_FOUND, NULL);
		rc = db_query(k->db, k->arena, rows, &FOLLOW_NUMBER,
			      db_uuid(&name.tenant), db_uuid(&name.session),
			      db_int(name.generation));
	} else {
		digest_sha256(token, strlen(token), digest);
		rc = db_query(k->db, k->arena, rows, &FOLLOW_DIGEST,
			      db_bytes(digest, sizeof(digest)));
	}
	return rc ? db_fault(k->db, f) : 0;
}

/* Whether the link that was found is still the session's, and open. */
static int admit(const struct kyc_session *s, int64_t generation,
		 struct fault *f)
{
	enum kyc_state now = kyc_state_now(s, clock_now_ms());

	if (generation != s->link_generation)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	if (now == KYC_EXPIRED || now == KYC_REVOKED)
		return fault_set(f, FAULT_GONE, NULL);
	return 0;
}

int kyc_link_follow(struct kyc *k, const char *token, bool lock,
		    struct kyc_visit *out, struct fault *f)
{
	enum { AFTER = KYC_SESSION_COLUMN_COUNT };
	struct kyc_session *s = &out->session;
	struct db_rows rows;
	int64_t generation;
	int rc;

	if (strlen(token) > KYC_TOKEN_MAX)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	if (query(k, token, &rows, f))
		return -1;
	rc = db_next(&rows);
	if (rc < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	kyc_session_read(&rows, 0, s);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_CUSTOMER,
				   .tenant = s->tenant,
				   .organisation = db_get_uuid(&rows, AFTER),
				   .live = db_get_int(&rows, AFTER + 1) != 0,
				   .remote_addr = k->who.remote_addr };
	out->organisation = db_get_text(&rows, AFTER + 2);
	generation = db_get_int(&rows, AFTER + 3);
	if (lock && kyc_session_load(k, &s->id, true, s, f))
		return -1;
	return admit(s, generation, f);
}
