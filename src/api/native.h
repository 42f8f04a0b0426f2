// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary: its envelope, its errors, its words of state. */
#ifndef API_NATIVE_H
#define API_NATIVE_H

#include "api/api.h"

#include "kyc/document.h"

struct kyc_correction;

/* {"status":"error","error":…,"message":…,"details":{…}} */
int native_fault(struct api_call *call, const struct fault *f);

/* {"status":"success","data":{ … }}: open it, render, close it. */
void native_open(struct api_call *call);
void native_close(struct api_call *call, int status);

/* A time as ISO 8601 in whole seconds, UTC; null where ms is negative. */
void native_time(struct buf *b, const char *key, int64_t ms);

/* prefix and the id in 32 hex digits: "doc_…"; out holds it. */
enum { NATIVE_ID_SIZE = 8 + 2 * UUID_SIZE };
const char *native_id(const char *prefix, const struct uuid *id,
		      char out[NATIVE_ID_SIZE]);
/* Such an id as a member; null for the nil UUID. */
void native_ref(struct buf *b, const char *key, const char *prefix,
		const struct uuid *id);
/* The way back: 0, or -1 where text is no such id. */
int native_id_parse(const char *prefix, const char *text, struct uuid *id);

/* What the vocabulary shows of a state. */
enum native_status {
	NATIVE_DRAFT,
	NATIVE_ACTIVE,
	NATIVE_COMPLETED,
	NATIVE_PROCESSING,
	NATIVE_PROCESSED,
	NATIVE_MANUAL_REVIEW,
	NATIVE_AWAITING_CORRECTION,
	NATIVE_APPROVED,
	NATIVE_REJECTED,
	NATIVE_EXPIRED,
	NATIVE_REVOKED,
	NATIVE_FAILED,
	NATIVE_STATUSES
};
/* "awaiting_client_correction" and so on; NULL at the end. */
extern const char *const native_status_words[NATIVE_STATUSES + 1];
const char *native_state_word(enum kyc_state state);

/* An id in text; null for the nil UUID. */
void native_uuid(struct buf *b, const char *key, const struct uuid *id);

/* A number of hundredths with at most two decimals: 25.5; null where it is
 * negative. */
void native_hundredths(struct buf *b, const char *key, int64_t hundredths);

/* A value as json-c holds it; NULL is null. */
struct json_object;
void native_json(struct buf *b, const char *key, struct json_object *v);

/* One document as a member of what is open; its fields only. */
void native_document(struct buf *b, const struct kyc_document *d);

/* One correction request as an element of the open array. */
void native_correction(struct buf *b, const struct kyc_correction *c);

/* One subsession as a member of what is open; its fields only. token and label
 * may be NULL. */
void native_subsession(struct api_call *call, const struct kyc_session *s,
		       const char *token, const char *label);

/* Answers with the list of a session's subsessions, or of a step's (NULL:
 * all), and their counts. */
int native_subsessions(struct api_call *call, const struct kyc_session *parent,
		       const char *step_id);

#endif
