// SPDX-License-Identifier: GPL-3.0-or-later
/* The keyring in memory: parsed, derived, looked up. */
#include <openssl/evp.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/internal.h"
#include "crypto/keyring_file.h"

static const char *const purpose_info[KEYRING_PURPOSES] = {
	[KEYRING_API_KEY] = "vouchsafe/1/api-key",
	[KEYRING_WRAP] = "vouchsafe/1/wrap",
	[KEYRING_JWT] = "vouchsafe/1/jwt",
	[KEYRING_ACCESS] = "vouchsafe/1/access",
	[KEYRING_URL] = "vouchsafe/1/url",
	[KEYRING_CURSOR] = "vouchsafe/1/cursor",
	[KEYRING_DIGEST] = "vouchsafe/1/digest",
};

struct key {
	uint32_t id;
	int64_t created_ms;
	uint8_t subkey[KEYRING_PURPOSES][DIGEST_SIZE];
	EVP_MAC_CTX *mac[KEYRING_PURPOSES];
};

struct keyring {
	struct stat file; /* that it was loaded from */
	size_t count;
	struct key keys[KEYRING_MAX]; /* newest first */
};

static const struct key *find(const struct keyring *kr, uint32_t id)
{
	size_t i;

	for (i = 0; i < kr->count; i++)
		if (kr->keys[i].id == id)
			return &kr->keys[i];
	return NULL;
}

static void derive(struct key *k, const uint8_t secret[DIGEST_SIZE])
{
	const char *info;
	int i;

	for (i = 0; i < KEYRING_PURPOSES; i++) {
		info = purpose_info[i];
		digest_hkdf(secret, DIGEST_SIZE, NULL, 0, info, strlen(info),
			    k->subkey[i], DIGEST_SIZE);
		k->mac[i] = digest_hmac_keyed(k->subkey[i], DIGEST_SIZE);
	}
}

/* Where a key belongs so that the newest stays first. */
static size_t place_of(const struct keyring *kr, int64_t created_ms,
		       uint32_t id)
{
	size_t i;

	for (i = 0; i < kr->count; i++) {
		if (created_ms > kr->keys[i].created_ms)
			break;
		if (created_ms == kr->keys[i].created_ms && id > kr->keys[i].id)
			break;
	}
	return i;
}

/* NULL, or what is wrong with the line. */
static const char *add_line(struct keyring *kr, char *line)
{
	const char *id_text = strsep(&line, " ");
	const char *created_text = strsep(&line, " ");
	uint8_t secret[DIGEST_SIZE];
	int64_t id, created;
	struct key *k;
	size_t at;

	if (!created_text || !line)
		return "is not \"ID CREATED_MS HEX64\"";
	if (str_int(id_text, 1, INT32_MAX, &id))
		return "has no valid id";
	if (str_int(created_text, 0, INT64_MAX - 1, &created))
		return "has no valid time";
	if (find(kr, (uint32_t)id))
		return "repeats an id";
	if (kr->count == KEYRING_MAX)
		return "is one key too many";
	if (str_unhex(line, strlen(line), secret, sizeof(secret)))
		return "has no valid key";
	at = place_of(kr, created, (uint32_t)id);
	k = &kr->keys[at];
	memmove(k + 1, k, (kr->count - at) * sizeof(*k));
	*k = (struct key){ .id = (uint32_t)id, .created_ms = created };
	kr->count++;
	derive(k, secret);
	crypto_wipe(secret, sizeof(secret));
	return NULL;
}

struct keyring *keyring_parse(char *text, const char *path, struct buf *error)
{
	struct keyring *kr = mem_alloc(sizeof(*kr));
	const char *wrong;
	char *line;
	int number = 0;

	while ((line = strsep(&text, "\n"))) {
		number++;
		if (!*line || *line == '#')
			continue;
		wrong = add_line(kr, line);
		if (!wrong)
			continue;
		buf_printf(error, "%s:%d: the line %s", path, number, wrong);
		goto out;
	}
	if (kr->count)
		return kr;
	buf_printf(error, "%s: holds no key", path);
out:
	keyring_destroy(kr);
	return NULL;
}

void keyring_destroy(struct keyring *kr)
{
	size_t i;
	int p;

	if (!kr)
		return;
	for (i = 0; i < kr->count; i++)
		for (p = 0; p < KEYRING_PURPOSES; p++)
			EVP_MAC_CTX_free(kr->keys[i].mac[p]);
	crypto_wipe(kr, sizeof(*kr));
	free(kr);
}

/* Where the clock is so wrong that none has begun, the newest. */
uint32_t keyring_newest(const struct keyring *kr)
{
	int64_t now = clock_now_ms();
	size_t i;

	for (i = 0; i < kr->count; i++) {
		if (kr->keys[i].created_ms <= now)
			return kr->keys[i].id;
	}
	return kr->keys[0].id;
}

int64_t keyring_begins_at(const struct keyring *kr, size_t i)
{
	return kr->keys[i].created_ms;
}

bool keyring_is_current(const struct keyring *kr, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return true;
	return st.st_dev == kr->file.st_dev && st.st_ino == kr->file.st_ino &&
	       st.st_size == kr->file.st_size &&
	       st.st_mtim.tv_sec == kr->file.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == kr->file.st_mtim.tv_nsec;
}

void keyring_mark_loaded(struct keyring *kr, const struct stat *st)
{
	kr->file = *st;
}

void keyring_mark_current(struct keyring *kr, const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		kr->file = st;
}

int64_t keyring_newest_ms(const struct keyring *kr)
{
	return kr->keys[0].created_ms;
}

size_t keyring_count(const struct keyring *kr)
{
	return kr->count;
}

uint32_t keyring_id_at(const struct keyring *kr, size_t i)
{
	return kr->keys[i].id;
}

bool keyring_has(const struct keyring *kr, uint32_t key_id)
{
	return find(kr, key_id) != NULL;
}

const uint8_t *keyring_subkey(const struct keyring *kr, uint32_t key_id,
			      enum keyring_purpose purpose)
{
	const struct key *k = find(kr, key_id);

	return k ? k->subkey[purpose] : NULL;
}

int keyring_hmac(const struct keyring *kr, uint32_t key_id,
		 enum keyring_purpose purpose, const void *data, size_t len,
		 uint8_t out[32])
{
	const struct key *k = find(kr, key_id);

	if (!k)
		return -1;
	digest_hmac_again(k->mac[purpose], data, len, out);
	return 0;
}
