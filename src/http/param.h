// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameters by table: type, range, default, required; errors come from it. */
#ifndef HTTP_PARAM_H
#define HTTP_PARAM_H

#include "base/uuid.h"
#include "http/http.h"

/* What a row fills at its offset in the caller's struct:
 * STRING, TEXT, EMAIL, URL             const char * (NULL where absent)
 * INT, TIME (ISO 8601 to Unix ms)      int64_t (PARAM_ABSENT)
 * DATE (YYYY-MM-DD, 1970 or later)     int64_t: Unix ms where the day begins in
 *                                      UTC, or PARAM_ABSENT
 * BOOL                                 int: 0, 1, or -1 where absent
 * WORD                                 int: index in words, or -1
 * UUID                                 struct param_uuid
 * OBJECT, ARRAY                        struct json_object * (borrowed, NULL)
 * GROUP                                rows of an object inside (fields); their
 *                                      offsets count from the group's own, and
 *                                      in a query they are "group.field" */
enum param_type {
	PARAM_STRING,
	PARAM_TEXT, /* may hold line ends and tabs */
	PARAM_EMAIL,
	PARAM_URL, /* http or https */
	PARAM_INT,
	PARAM_BOOL,
	PARAM_WORD,
	PARAM_TIME,
	PARAM_DATE,
	PARAM_UUID,
	PARAM_OBJECT,
	PARAM_ARRAY,
	PARAM_GROUP
};

#define PARAM_ABSENT INT64_MIN

struct param_uuid {
	bool set;
	struct uuid id;
};

struct param {
	const char *name;
	enum param_type type;
	size_t offset;
	bool required;
	/* Of INT, TIME and DATE the value (both 0: any; max below min: no max); of
	 * ARRAY the items (max 0: any); of strings the characters, of EMAIL and
	 * URL bytes (max 0: 255, mail 254, URL 2048, text 4000). */
	int64_t min;
	int64_t max;
	const char *const *words; /* of WORD, NULL at the end */
	int64_t def;		  /* of INT, BOOL, WORD, where has_def */
	bool has_def;
	const struct param *fields; /* of GROUP */
	size_t field_count;
};

/* Fill out (zeroed by the caller) from a JSON object, a query string or form
 * fields. Unknown names are ignored, null means absent. Every wrong field is
 * reported: 0, or -1 with one fault_field a name ("createdAt.from"). Strings
 * are copied to the arena; they are valid UTF-8 without control characters. A
 * query value of INT or BOOL is text ("20", "true"). Of a name given twice the
 * last counts. Strings inside an OBJECT or ARRAY are not checked; those two
 * can't come from a query or pairs. */
int param_from_json(const struct param *rows, size_t count,
		    struct json_object *body, struct arena *a, void *out,
		    struct fault *f);
int param_from_query(const struct param *rows, size_t count, const char *query,
		     struct arena *a, void *out, struct fault *f);
/* A body that is written like a query, by the rules of RFC 6749 section 3.2:
 * an empty value is none, and a name is given once. */
int param_from_form(const struct param *rows, size_t count, const char *form,
		    struct arena *a, void *out, struct fault *f);
/* Names and values as multipart or a form brought them. */
struct param_pair {
	const char *name;
	const char *value;
	size_t len;
};
int param_from_pairs(const struct param *rows, size_t count,
		     const struct param_pair *pairs, size_t pair_count,
		     struct arena *a, void *out, struct fault *f);

#endif
