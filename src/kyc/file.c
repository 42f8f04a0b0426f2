// SPDX-License-Identifier: GPL-3.0-or-later
/* Looking at a document: signed tokens, and the plain bytes that they open. */
#include "base/str.h"
#include "kyc/file.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "store/store.h"

/* On the wire, in base64url; numbers are big endian:
 *
 *	key id (4)  actor (1)  tenant  session  document  key of the actor
 *	id of the token  (16 each)  expiry in ms (8)  HMAC-SHA-256 (32)
 *
 * The HMAC also covers a label, so that no other use of the purpose could ever
 * make such a token. The token's id becomes that of the view's audit row. */
enum { IDS = 5, EXPIRY_AT = 5 + IDS * UUID_SIZE, SIGNED = EXPIRY_AT + 8 };
enum { TOKEN_BYTES = SIGNED + DIGEST_SIZE };

static const char LABEL[] = "vouchsafe/1/files";

struct ticket {
	enum kyc_actor actor;
	struct uuid tenant, session, document, key_id, id;
	int64_t expires_at;
};

static void put_int(uint8_t *out, int64_t v, int bytes)
{
	while (bytes--) {
		out[bytes] = (uint8_t)v;
		v = (int64_t)((uint64_t)v >> 8);
	}
}

static int64_t get_int(const uint8_t *in, int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | *in++;
	return (int64_t)v;
}

static int sign(const struct kyc *k, const uint8_t bytes[SIGNED],
		uint8_t mac[DIGEST_SIZE])
{
	uint8_t text[sizeof(LABEL) + SIGNED];

	memcpy(text, LABEL, sizeof(LABEL));
	memcpy(text + sizeof(LABEL), bytes, SIGNED);
	return keyring_hmac(k->keyring, (uint32_t)get_int(bytes, 4),
			    KEYRING_URL, text, sizeof(text), mac);
}

const char *kyc_file_token(struct kyc *k, const struct uuid *session,
			   const struct uuid *document, int64_t expires_at)
{
	const struct uuid ids[IDS] = { k->who.tenant, *session, *document,
				       k->who.key_id, uuid_v7(clock_now_ms()) };
	uint8_t bytes[TOKEN_BYTES];
	struct buf out;

	put_int(bytes, keyring_newest(k->keyring), 4);
	bytes[4] = (uint8_t)k->who.actor;
	memcpy(bytes + 5, ids, sizeof(ids));
	put_int(bytes + EXPIRY_AT, expires_at, 8);
	if (sign(k, bytes, bytes + SIGNED))
		abort(); /* the id came from the keyring itself */
	buf_init(&out, k->arena);
	str_base64url(&out, bytes, sizeof(bytes));
	return out.data;
}

static struct uuid id_at(const uint8_t *bytes, int i)
{
	struct uuid id;

	memcpy(id.b, bytes + 5 + i * UUID_SIZE, UUID_SIZE);
	return id;
}

static int read_ticket(struct kyc *k, const char *token, struct ticket *t,
		       struct fault *f)
{
	uint8_t mac[DIGEST_SIZE];
	const uint8_t *b;
	struct buf bytes;

	buf_init(&bytes, k->arena);
	if (str_unbase64(&bytes, token, strlen(token)) ||
	    bytes.len != TOKEN_BYTES)
		return fault_set(f, FAULT_NOT_FOUND, "File not found.");
	b = (const uint8_t *)bytes.data;
	if (sign(k, b, mac) || !crypto_equal(mac, b + SIGNED, DIGEST_SIZE))
		return fault_set(f, FAULT_NOT_FOUND, "File not found.");
	*t = (struct ticket){
		.actor = (enum kyc_actor)b[4],
		.tenant = id_at(b, 0),
		.session = id_at(b, 1),
		.document = id_at(b, 2),
		.key_id = id_at(b, 3),
		.id = id_at(b, 4),
		.expires_at = get_int(b + EXPIRY_AT, 8),
	};
	if (t->expires_at <= clock_now_ms())
		return fault_set(f, FAULT_GONE, "This address has expired.");
	return 0;
}

static struct store_reader *open_object(struct kyc *k,
					const struct uuid *session,
					const struct uuid *document,
					struct fault *f)
{
	const struct store_name name = { k->who.tenant, *session, *document };
	struct store_reader *reader;
	uint8_t key[SEAL_KEY_SIZE];

	if (kyc_secret_load(k, session, key, f))
		return NULL;
	reader = store_reader_create(k->store, &name, key, f);
	crypto_wipe(key, sizeof(key));
	return reader;
}

int kyc_file_open(struct kyc *k, const char *token, struct kyc_file *out,
		  struct fault *f)
{
	struct ticket t = { .actor = KYC_ACTOR_KEY };

	if (read_ticket(k, token, &t, f))
		return -1;
	k->who.actor = t.actor;
	k->who.tenant = t.tenant;
	k->who.key_id = t.key_id;
	if (kyc_document_load(k, &t.session, &t.document, &out->document, f))
		return -1;
	out->reader = open_object(k, &t.session, &t.document, f);
	return out->reader ? 0 : -1;
}

int kyc_file_bytes(struct kyc *k, const struct uuid *session,
		   const struct uuid *document, struct buf *out,
		   struct fault *f)
{
	struct store_reader *reader = open_object(k, session, document, f);
	size_t left;
	ssize_t n = 0;

	if (!reader)
		return -1;
	left = (size_t)store_reader_size(reader);
	buf_reserve(out, left);
	while (left && (n = store_reader_read(reader, out->data + out->len,
					      left, f)) > 0) {
		out->len += (size_t)n;
		left -= (size_t)n;
	}
	out->data[out->len] = '\0';
	store_reader_destroy(reader);
	if (n < 0)
		return -1;
	return left ? fault_internal(f, "a document is cut") : 0;
}

int kyc_file_viewed(struct kyc *k, const char *token, struct fault *f)
{
	struct kyc_record record = { .verb = KYC_VIEW_DOCUMENT };
	struct ticket t = { .actor = KYC_ACTOR_KEY };

	if (read_ticket(k, token, &t, f))
		return -1;
	record.object = t.document;
	record.id = t.id;
	return kyc_record_audit(k, &t.session, &record, f);
}
