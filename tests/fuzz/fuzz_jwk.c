// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes as a set of keys and as a token; and the RFCs' keys and tokens
 * with some bytes changed, of which none may be valid. */
#include "../unit/jose_vectors.h"
#include "crypto/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *keys;
	const char *token;
} vectors[] = {
	{ RSA_JOE, RSA_TOKEN },
	{ EC_JOE, EC_TOKEN },
	{ ED_KEY, ED_TOKEN },
	{ BILBO_RSA, BILBO_TOKEN },
};

static struct jwk_set *sets[ARRAY_SIZE(vectors)];

/* A signature is of one token, in one spelling. */
static void verify(size_t i, const char *token)
{
	struct buf payload = BUF_INIT;

	if (!sets[i])
		sets[i] =
			jwk_set_read(vectors[i].keys, strlen(vectors[i].keys));
	if ((jws_verify(sets[i], token, &payload) == JWS_VALID) !=
	    !strcmp(token, vectors[i].token))
		abort();
	buf_finish(&payload);
}

/* What keys there are must stand a token of each algorithm. */
static void read_set(const char *text, size_t len)
{
	struct jwk_set *set = jwk_set_read(text, len);
	struct buf payload = BUF_INIT;
	size_t i;

	if (jwk_set_count(set) > JWK_KEYS_MAX)
		abort();
	for (i = 0; set && i < ARRAY_SIZE(vectors); i++)
		jws_verify(set, vectors[i].token, &payload);
	jwk_set_destroy(set);
	buf_finish(&payload);
}

/* Each three bytes say what goes where. */
static char *changed(const char *text, const uint8_t *data, size_t size)
{
	char *copy = mem_strdup(text);
	size_t len = strlen(copy), at;

	for (; size >= 3; size -= 3, data += 3) {
		at = (size_t)(data[0] << 8 | data[1]) % len;
		copy[at] = (char)data[2];
	}
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t which = size ? data[0] % ARRAY_SIZE(vectors) : 0, i;
	struct buf raw = BUF_INIT;
	char *text;

	buf_add(&raw, data, size);
	read_set(raw.data, raw.len);
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		verify(i, raw.data);
	buf_finish(&raw);
	if (!size)
		return 0;
	text = changed(vectors[which].token, data + 1, size - 1);
	verify(which, text);
	free(text);
	text = changed(vectors[which].keys, data + 1, size - 1);
	read_set(text, strlen(text));
	free(text);
	return 0;
}
