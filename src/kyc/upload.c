// SPDX-License-Identifier: GPL-3.0-or-later
/* Taking a document in: sealed as it comes, durable before the answer. */
#include "kyc/document.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "kyc/step.h"
#include "store/store.h"

/* The same side, and every side of another kind of document: a passport's
 * page does not leave the back of an identity card behind. */
static const struct db_sql SELECT_REPLACED = {
	"SELECT id FROM document WHERE tenant_id = ? AND session_id = ?"
	" AND step_id = ? AND type = ? AND (side = ? OR NOT kind <=> ?)"
};
static const struct db_sql DELETE = {
	"DELETE FROM document WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql INSERT = {
	"INSERT INTO document (tenant_id, session_id, id, step_id, type, kind,"
	" side, media_type, size, digest, file_name, uploaded_at)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
};

struct kyc_upload {
	struct kyc *k;
	struct store_name name;
	struct store_writer *writer;
	struct digest digest;
	uint8_t key[SEAL_KEY_SIZE];
	char start[CHECK_MEDIA_PREFIX];
	size_t start_len;
	enum check_media media;
	int64_t size;
};

struct kyc_upload *kyc_upload_create(struct kyc *k, const struct kyc_session *s,
				     struct fault *f)
{
	struct kyc_upload *u = mem_alloc(sizeof(*u));

	u->k = k;
	u->name = (struct store_name){ .tenant = s->tenant,
				       .session = s->id,
				       .object = uuid_v7(clock_now_ms()) };
	digest_init(&u->digest);
	if (kyc_secret_load(k, &s->id, u->key, f))
		goto fail;
	u->writer = store_writer_create(k->store, &u->name, u->key, f);
	if (u->writer)
		return u;
fail:
	kyc_upload_destroy(u);
	return NULL;
}

void kyc_upload_destroy(struct kyc_upload *u)
{
	if (!u)
		return;
	store_writer_destroy(u->writer);
	digest_finish(&u->digest, NULL);
	crypto_wipe(u->key, sizeof(u->key));
	free(u);
}

/* The type as soon as enough has come to tell. */
static int look(struct kyc_upload *u, const char *bytes, size_t len,
		struct fault *f)
{
	size_t room = sizeof(u->start) - u->start_len;

	if (!room)
		return 0;
	if (len < room)
		room = len;
	memcpy(u->start + u->start_len, bytes, room);
	u->start_len += room;
	if (u->start_len < sizeof(u->start))
		return 0;
	u->media = check_media_detect(u->start, u->start_len);
	if (u->media == CHECK_MEDIA_NONE)
		return fault_set(f, FAULT_MEDIA_TYPE,
				 "The file is no JPEG, PNG, WebP or PDF.");
	return 0;
}

int kyc_upload_add(struct kyc_upload *u, const void *bytes, size_t len,
		   struct fault *f)
{
	u->size += (int64_t)len;
	if (u->size > KYC_UPLOAD_MAX)
		return fault_set(f, FAULT_TOO_LARGE,
				 "The file is larger than 15 MiB.");
	if (look(u, bytes, len, f))
		return -1;
	digest_update(&u->digest, bytes, len);
	return store_writer_add(u->writer, bytes, len, f);
}

enum { REPLACED_MAX = 4 };

struct commit {
	struct kyc_upload *u;
	const char *token;
	struct kyc_document *d;
	const uint8_t *digest;
	struct uuid replaced[REPLACED_MAX];
	size_t replaced_count;
};

static struct db_val kind_or_null(const struct kyc_document *d)
{
	return d->kind ? db_int(d->kind) : db_null();
}

static int replace(struct kyc *k, struct commit *c, struct fault *f)
{
	const struct kyc_document *d = c->d;
	struct db_rows rows;
	size_t i;
	int rc;

	c->replaced_count = 0;
	if (db_query(k->db, k->arena, &rows, &SELECT_REPLACED,
		     db_uuid(&k->who.tenant), db_uuid(&c->u->name.session),
		     db_text(d->step_id), db_int(d->type), db_int(d->side),
		     kind_or_null(d)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && c->replaced_count < REPLACED_MAX)
		c->replaced[c->replaced_count++] = db_get_uuid(&rows, 0);
	if (rc < 0)
		return db_fault(k->db, f);
	for (i = 0; i < c->replaced_count; i++) {
		if (db_exec(k->db, &DELETE, db_uuid(&k->who.tenant),
			    db_uuid(&c->u->name.session),
			    db_uuid(&c->replaced[i])) < 0)
			return db_fault(k->db, f);
	}
	return 0;
}

static int insert(struct kyc *k, const struct commit *c, struct fault *f)
{
	const struct kyc_document *d = c->d;
	struct seal_context ctx =
		kyc_secret_context(k, &c->u->name.session, "file_name");
	struct buf sealed;

	buf_init(&sealed, k->arena);
	seal_box(c->u->key, &ctx, d->file_name, strlen(d->file_name), &sealed);
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant),
		    db_uuid(&c->u->name.session), db_uuid(&d->id),
		    db_text(d->step_id), db_int(d->type), kind_or_null(d),
		    db_int(d->side), db_int(d->media), db_int(d->size),
		    db_bytes(c->digest, DIGEST_SIZE),
		    db_bytes(sealed.data, sealed.len),
		    db_int(d->uploaded_at)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int commit(struct kyc *k, void *ctx, struct fault *f)
{
	struct kyc_record record = { .verb = KYC_UPLOAD };
	struct commit *c = ctx;
	struct kyc_visit visit;

	if (kyc_link_follow(k, c->token, true, &visit, f) ||
	    kyc_step_begin(k, &visit.session, c->d->step_id, f) ||
	    replace(k, c, f) || insert(k, c, f))
		return -1;
	return kyc_record_audit(k, &visit.session.id, &record, f);
}

/* The row keeps a digest that only the session's key can recompute: without
 * it nobody can test whether a certain file was uploaded. */
static void keyed_digest(struct kyc_upload *u, uint8_t out[DIGEST_SIZE])
{
	uint8_t plain[DIGEST_SIZE];

	digest_finish(&u->digest, plain);
	digest_hmac(u->key, sizeof(u->key), plain, sizeof(plain), out);
}

/* Best effort: what stays is an object without a row, which the clean-up
 * removes. */
static void forget_objects(const struct commit *c)
{
	struct store_name old = c->u->name;
	struct fault ignored = { 0 };
	size_t i;

	for (i = 0; i < c->replaced_count; i++) {
		old.object = c->replaced[i];
		store_delete(c->u->k->store, &old, &ignored);
	}
}

int kyc_upload_commit(struct kyc_upload *u, const char *token,
		      const struct kyc_step_def *def, struct kyc_document *d,
		      struct fault *f)
{
	uint8_t digest[DIGEST_SIZE];
	struct commit c = { .u = u, .token = token, .d = d, .digest = digest };
	struct fault ignored = { 0 };

	if (u->media == CHECK_MEDIA_NONE)
		return fault_set(f, FAULT_MEDIA_TYPE,
				 "The file is no JPEG, PNG, WebP or PDF.");
	d->id = u->name.object;
	d->media = u->media;
	d->size = u->size;
	d->uploaded_at = clock_now_ms();
	if (kyc_document_fits(def, d, f))
		return -1;
	keyed_digest(u, digest);
	if (store_writer_commit(u->writer, f))
		return -1;
	if (kyc_transact(u->k, commit, &c, f)) {
		if (!db_commit_unknown(u->k->db))
			store_delete(u->k->store, &u->name, &ignored);
		return -1;
	}
	forget_objects(&c);
	return 0;
}
