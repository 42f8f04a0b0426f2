// SPDX-License-Identifier: GPL-3.0-or-later
/* Positions in lists: opaque, signed, good for one tenant, list and filter. */
#include "api/cursor.h"
#include "base/str.h"
#include "crypto/keyring.h"

/* On the wire, in base64url: key id (4, big endian), position, the first half
 * of an HMAC-SHA-256 (RFC 2104 section 5 allows that) over what the position
 * belongs to. */
enum { ID_SIZE = 4, MAC_SIZE = 16, PARAMS_MAX = 32 };

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What says where a page begins and how long it is. */
static bool is_filter(const char *param)
{
	static const char *const paging[] = { "next_key=", "limit=", "after=",
					      "before=", "page_size=" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paging); i++) {
		if (!strncmp(param, paging[i], strlen(paging[i])))
			return false;
	}
	return *param;
}

/* The filters, sorted; of too many the rest as they came. */
static void add_filters(struct api_call *call, struct buf *out)
{
	char *rest = arena_strdup(call->req->arena, call->req->query), *param;
	const char *params[PARAMS_MAX] = { NULL };
	size_t n = 0, i;

	while (n < PARAMS_MAX && (param = strsep(&rest, "&"))) {
		if (is_filter(param))
			params[n++] = param;
	}
	qsort(params, n, sizeof(*params), by_text);
	for (i = 0; i < n; i++)
		buf_printf(out, "%s&", params[i]);
	if (rest)
		buf_str(out, rest);
}

static int sign(struct api_call *call, const char *list, uint32_t key_id,
		const void *position, size_t len, uint8_t mac[DIGEST_SIZE])
{
	const struct uuid *tenant = &call->kyc->who.tenant;
	struct buf text;

	buf_init(&text, call->req->arena);
	buf_add(&text, tenant->b, UUID_SIZE);
	buf_add(&text, list, strlen(list) + 1);
	buf_add(&text, position, len);
	add_filters(call, &text);
	return keyring_hmac(call->kyc->keyring, key_id, KEYRING_CURSOR,
			    text.data, text.len, mac);
}

const char *api_cursor_write(struct api_call *call, const char *list,
			     const void *position, size_t len)
{
	uint32_t id = keyring_newest(call->kyc->keyring);
	const uint8_t head[ID_SIZE] = { (uint8_t)(id >> 24),
					(uint8_t)(id >> 16), (uint8_t)(id >> 8),
					(uint8_t)id };
	uint8_t mac[DIGEST_SIZE];
	struct buf bytes, text;

	if (sign(call, list, id, position, len, mac))
		abort(); /* the id came from the keyring itself */
	buf_init(&bytes, call->req->arena);
	buf_init(&text, call->req->arena);
	buf_add(&bytes, head, ID_SIZE);
	buf_add(&bytes, position, len);
	buf_add(&bytes, mac, MAC_SIZE);
	str_base64url(&text, bytes.data, bytes.len);
	return text.data;
}

static int forged(struct api_call *call, const char *name)
{
	return fault_field(&call->fault, name,
			   "is no key of this list and these filters");
}

int api_cursor_read(struct api_call *call, const char *list,
		    struct api_cursor cursor, void *position, size_t len)
{
	uint8_t mac[DIGEST_SIZE];
	const uint8_t *b;
	struct buf bytes;
	uint32_t id;

	buf_init(&bytes, call->req->arena);
	if (str_unbase64(&bytes, cursor.text, strlen(cursor.text)) ||
	    bytes.len != ID_SIZE + len + MAC_SIZE)
		return forged(call, cursor.name);
	b = (const uint8_t *)bytes.data;
	id = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
	     b[3];
	if (sign(call, list, id, b + ID_SIZE, len, mac) ||
	    !crypto_equal(mac, b + ID_SIZE + len, MAC_SIZE))
		return forged(call, cursor.name);
	memcpy(position, b + ID_SIZE, len);
	return 0;
}
