// SPDX-License-Identifier: GPL-3.0-or-later
/* UUIDs (RFC 9562). */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

enum { UUID_SIZE = 16, UUID_TEXT_SIZE = 37 };

struct uuid {
	uint8_t b[UUID_SIZE];
};

/* The last of all in any order (RFC 9562 section 5.10). */
extern const struct uuid uuid_max;

/* Version 7: sorts by time. Within a process ids of one millisecond keep
 * growing (RFC 9562 section 6.2, method 1). Not secret. */
struct uuid uuid_v7(int64_t now_ms);

/* Version 4: 122 random bits, fit for a link. */
struct uuid uuid_v4(void);

void uuid_text(const struct uuid *u, char out[UUID_TEXT_SIZE]);
/* The 36-character form, either case; 0 or -1. */
int uuid_parse(const char *s, struct uuid *out);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
/* As memcmp: the order in which the database has them. */
int uuid_compare(const struct uuid *a, const struct uuid *b);
bool uuid_is_nil(const struct uuid *u);

/* Version 8 (RFC 9562 section 5.8) of the first 16 bytes of a digest: the same
 * digest, the same id. */
struct uuid uuid_v8(const uint8_t *digest);

#endif
