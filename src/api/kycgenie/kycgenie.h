// SPDX-License-Identifier: GPL-3.0-or-later
/* The kycgenie protocol, v1 and v2: its vocabulary over the verbs of kyc/. The
 * two differ in lists and in reviews alone. */
#ifndef API_KYCGENIE_KYCGENIE_H
#define API_KYCGENIE_KYCGENIE_H

#include "api/api.h"
#include "api/native.h"
#include "kyc/list.h"

extern const struct api_protocol kycgenie_protocol;

/* A row for each version of a path behind /api/vN/. */
#define KYCGENIE_BOTH(row) row("/api/v1/"), row("/api/v2/")

extern const struct api_routes kycgenie_session_routes;
extern const struct api_routes kycgenie_list_routes;
extern const struct api_routes kycgenie_review_routes;
extern const struct api_routes kycgenie_entity_routes;

/* What is checked, by a profile (index in kycgenie_profiles) or, where checks
 * is not NULL, by the object verification_checks. FAULT_INVALID names the
 * latter. */
extern const char *const kycgenie_profiles[];
struct kyc_builtin;
int kycgenie_checks(struct api_call *call, int profile,
		    struct json_object *checks, struct kyc_builtin *out);

/* Words of a status, NULL at the end. Those of an outcome are the core's. */
extern const char *const kycgenie_statuses[];
const char *kycgenie_status(const struct kyc_session *s);

/* Members of the open object: session_id … entity_name; and the checks, with
 * what they found where with_results is set. */
void kycgenie_render_session(struct buf *b, const struct kyc_session *s);
void kycgenie_render_checks(struct buf *b, const struct uuid *session,
			    const struct kyc_checks *checks, bool with_results);
/* What was read; in test mode names and type of document alone. Findings must
 * be open. */
void kycgenie_render_extracted(struct buf *b, const struct kyc_checks *checks,
			       bool live);

/* A verb was refused as not possible now: 400 INVALID_REQUEST that says so,
 * with the session's id and its status under that name. */
int kycgenie_not_now(struct api_call *call, const struct kyc_session *s,
		     const char *message, const char *status_name);

/* Paging in each version's way. */
struct kycgenie_page_args {
	int64_t limit; /* of v1 */
	int64_t offset;
	int64_t page_size; /* of v2 */
	const char *after;
	const char *before;
};

#define KYCGENIE_V1_PARAMS(args, def_limit)                                    \
	{ .name = "limit",                                                     \
	  .type = PARAM_INT,                                                   \
	  .offset = offsetof(args, page.limit),                                \
	  .min = 1,                                                            \
	  .max = 200,                                                          \
	  .def = def_limit,                                                    \
	  .has_def = true },                                                   \
	{                                                                      \
		.name = "offset", .type = PARAM_INT,                           \
		.offset = offsetof(args, page.offset), .max = 1000000000,      \
		.has_def = true                                                \
	}
#define KYCGENIE_V2_PARAMS(args)                                               \
	{ .name = "page_size",                                                 \
	  .type = PARAM_INT,                                                   \
	  .offset = offsetof(args, page.page_size),                            \
	  .min = 1,                                                            \
	  .max = 100,                                                          \
	  .def = 50,                                                           \
	  .has_def = true },                                                   \
		{ .name = "after",                                             \
		  .type = PARAM_STRING,                                        \
		  .offset = offsetof(args, page.after) },                      \
	{                                                                      \
		.name = "before", .type = PARAM_STRING,                        \
		.offset = offsetof(args, page.before)                          \
	}

/* The position that a v2 page begins behind (*below) or ends before (*above),
 * nil where there is none. */
int kycgenie_position(struct api_call *call, const char *list,
		      const struct kycgenie_page_args *page, struct uuid *below,
		      struct uuid *above);

/* The members has_more, next_cursor and prev_cursor of such a page, whose first
 * and last items these are (NULL: it is empty). more: there are items beyond
 * it, in the direction of the walk. */
void kycgenie_render_cursors(struct api_call *call, const char *list,
			     const struct kycgenie_page_args *page, bool more,
			     const struct uuid *first, const struct uuid *last);

#endif
