// SPDX-License-Identifier: GPL-3.0-or-later
/* Signatures of webhooks: Standard Webhooks, and each protocol's own. */
#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "hook/hook.h"

enum { SECRET_BYTES = 32 };

static const char PREFIX[] = "whsec_";

const char *hook_secret_create(struct arena *a)
{
	uint8_t bytes[SECRET_BYTES];
	struct buf text;

	buf_init(&text, a);
	crypto_random(bytes, sizeof(bytes));
	buf_str(&text, PREFIX);
	str_base64(&text, bytes, sizeof(bytes));
	crypto_wipe(bytes, sizeof(bytes));
	return text.data;
}

/* The key that a secret stands for; one that is no base64 is its own key. */
static void secret_key(const char *secret, struct buf *key)
{
	size_t skip = sizeof(PREFIX) - 1;

	if (strncmp(secret, PREFIX, skip) != 0)
		skip = 0;
	if (str_unbase64(key, secret + skip, strlen(secret + skip))) {
		buf_reset(key);
		buf_str(key, secret);
	}
}

static void add_standard(const char *secret, const struct buf *content,
			 struct arena *a, struct buf *out)
{
	uint8_t mac[DIGEST_SIZE];
	struct buf key;

	buf_init(&key, a);
	secret_key(secret, &key);
	digest_hmac(key.data, key.len, content->data, content->len, mac);
	crypto_wipe(key.data, key.len);
	buf_str(out, out->data[out->len - 1] == ' ' ? "v1," : " v1,");
	str_base64(out, mac, sizeof(mac));
}

static const char *standard(const struct hook_message *m, struct arena *a)
{
	struct buf content, line;

	buf_init(&content, a);
	buf_init(&line, a);
	buf_printf(&content, "%s.%lld.", m->id, (long long)m->sent_at);
	buf_add(&content, m->body, m->len);
	buf_str(&line, "webhook-signature: ");
	add_standard(m->secret, &content, a, &line);
	if (m->old_secret)
		add_standard(m->old_secret, &content, a, &line);
	return line.data;
}

static const char *own(const struct hook_message *m, struct arena *a)
{
	char hex[2 * DIGEST_SIZE + 1];
	uint8_t mac[DIGEST_SIZE];

	digest_hmac(m->secret, strlen(m->secret), m->body, m->len, mac);
	str_hex(mac, sizeof(mac), hex);
	return arena_printf(a, "X-Webhook-Signature: %s%s",
			    m->style == HOOK_NATIVE ? "sha256=" : "", hex);
}

void hook_headers(const struct hook_message *m, struct arena *a,
		  const char *lines[HOOK_HEADERS_MAX])
{
	long long at = m->sent_at, retries = m->retries;
	size_t n = 0;

	lines[n++] = arena_printf(a, "webhook-id: %s", m->id);
	lines[n++] = arena_printf(a, "webhook-timestamp: %lld", at);
	lines[n++] = standard(m, a);
	lines[n++] = own(m, a);
	if (m->style == HOOK_NATIVE) {
		lines[n++] = arena_printf(a, "X-Webhook-ID: %s", m->id);
		lines[n++] = arena_printf(a, "X-Webhook-Timestamp: %lld", at);
	}
	if (m->style == HOOK_DOSSIERS) {
		lines[n++] =
			arena_printf(a, "X-Webhook-Event-Type: %s", m->type);
		lines[n++] = arena_printf(a, "X-Webhook-Event-Id: %s", m->id);
		lines[n++] =
			arena_printf(a, "X-Webhook-Retry-Count: %lld", retries);
	}
	lines[n] = NULL;
}
