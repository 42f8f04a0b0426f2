// SPDX-License-Identifier: GPL-3.0-or-later
/* Taking a document in: sealed as it comes, durable before the answer. */
#include "kyc/attempt.h"
#include "kyc/document.h"
#include "kyc/secret.h"
#include "store/store.h"

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

/* The row keeps a digest that only the session's key can recompute: without
 * it nobody can test whether a certain file was uploaded. */
static void keyed_digest(struct kyc_upload *u, uint8_t out[DIGEST_SIZE])
{
	uint8_t plain[DIGEST_SIZE];

	digest_finish(&u->digest, plain);
	digest_hmac(u->key, sizeof(u->key), plain, sizeof(plain), out);
}

int kyc_upload_keep(struct kyc_upload *u, struct kyc_object *out,
		    struct fault *f)
{
	if (u->media == CHECK_MEDIA_NONE)
		return fault_set(f, FAULT_MEDIA_TYPE,
				 "The file is no JPEG, PNG, WebP or PDF.");
	*out = (struct kyc_object){ .id = u->name.object,
				    .media = u->media,
				    .size = u->size };
	keyed_digest(u, out->digest);
	return store_writer_commit(u->writer, f);
}

void kyc_object_drop(struct kyc *k, const struct uuid *session,
		     const struct uuid *ids, size_t count)
{
	struct store_name name = { .tenant = k->who.tenant,
				   .session = *session };
	struct fault ignored = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		name.object = ids[i];
		store_delete(k->store, &name, &ignored);
	}
}

void kyc_upload_drop(const struct kyc_upload *u)
{
	kyc_object_drop(u->k, &u->name.session, &u->name.object, 1);
}

struct commit {
	const char *token;
	const struct kyc_workflow *workflow;
	struct kyc_deposit deposit;
	struct kyc_replaced replaced;
	bool refused;
};

static int commit(struct kyc *k, void *ctx, struct fault *f)
{
	struct commit *c = ctx;
	struct kyc_visit visit;
	int rc;

	if (kyc_link_follow(k, c->token, true, &visit, f))
		return -1;
	rc = kyc_document_take(k, &visit.session, c->workflow, &c->deposit,
			       &c->replaced, f);
	c->refused = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* The transaction. What it refuses, and what surely was not committed, leaves
 * no object. */
static int settle(struct kyc_upload *u, struct commit *c, struct fault *f)
{
	if (kyc_transact(u->k, commit, c, f)) {
		if (!db_commit_unknown(u->k->db))
			kyc_upload_drop(u);
		return -1;
	}
	if (c->refused) {
		kyc_upload_drop(u);
		return kyc_attempt_refuse(f);
	}
	kyc_object_drop(u->k, &u->name.session, c->replaced.ids,
			c->replaced.count);
	return 0;
}

int kyc_upload_commit(struct kyc_upload *u, const char *token,
		      const struct kyc_workflow *w, struct kyc_document *d,
		      struct fault *f)
{
	struct kyc_object object = { .size = 0 };
	struct commit c = { .token = token,
			    .workflow = w,
			    .deposit = { d, object.digest, u->key } };

	d->id = u->name.object;
	d->media = u->media;
	d->size = u->size;
	d->uploaded_at = clock_now_ms();
	if (kyc_document_fits(kyc_workflow_step(w, d->step_id), d, f) ||
	    kyc_upload_keep(u, &object, f))
		return -1;
	return settle(u, &c, f);
}
