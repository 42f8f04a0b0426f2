// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside workflow: reading JSON by place, so that every error has a path. */
#ifndef KYC_WORKFLOW_PLACE_H
#define KYC_WORKFLOW_PLACE_H

#include <json-c/json.h>

#include "kyc/workflow.h"

/* What a whole reading shares. */
struct reading {
	struct arena *arena;
	struct fault *fault;
	bool stored; /* from the database: older shapes pass */
};

/* A value and the way to it: a name or an index below another place. The top
 * has no parent. The path is made only where something is wrong. */
struct place {
	struct reading *r;
	const struct place *up;
	const char *name; /* NULL: index counts */
	size_t index;
	struct json_object *value; /* NULL where absent or null */
};

/* Reports the place; -1. */
int place_wrong(const struct place *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct place place_of(const struct place *up, const char *name);
struct place place_at(const struct place *up, size_t index);

/* Each returns the default where the member is absent, and reports what is
 * wrong. Strings hold at least one character and are copied to the arena. */
enum { PLACE_REQUIRED = 1, PLACE_LINES = 2 /* line ends may be inside */ };

const char *place_string(const struct place *up, const char *name, size_t max,
			 int flags);
int64_t place_int(const struct place *up, const char *name, int64_t min,
		  int64_t max, int64_t def);
bool place_bool(const struct place *up, const char *name, bool def);
/* The index in words, which has NULL at its end and perhaps at its start. */
int place_word(const struct place *p, const char *const *words);

/* The string that the place itself is. */
const char *place_text(const struct place *p, size_t max, int flags);
bool place_is_object(const struct place *p); /* reports what is none */
/* The items of an array within min..max; 0 where absent and min is 0. */
size_t place_items(const struct place *p, size_t min, size_t max);
/* An array of different words, as bits 1 << index; 0 where absent. */
unsigned int place_bits(const struct place *up, const char *name,
			const char *const *words, bool required);

/* Whether s is of [a-z0-9_] with 1 to 64 characters. */
bool place_is_slug(const char *s);

#endif
