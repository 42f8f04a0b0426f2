// SPDX-License-Identifier: GPL-3.0-or-later
/* What went wrong, in words for the user and in words for the admin. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/mem.h"

/* One row a code in fault.c: its name, HTTP status and default message. */
enum fault_code {
	FAULT_NONE,
	FAULT_BAD_REQUEST, /* the request can't be read */
	FAULT_INVALID,	   /* a field is wrong; fields[] names it */
	FAULT_UNAUTHENTICATED,
	FAULT_FORBIDDEN,
	FAULT_NOT_FOUND,
	FAULT_METHOD,
	FAULT_CONFLICT,
	FAULT_GONE,
	FAULT_TOO_LARGE,
	FAULT_MEDIA_TYPE,
	FAULT_IDEMPOTENCY_MISMATCH,
	FAULT_RATE_LIMITED,
	FAULT_INTERNAL,
	FAULT_UNAVAILABLE,
	FAULT_CODES
};

enum { FAULT_TEXT = 256, FAULT_FIELD_MAX = 16 };

struct fault_field {
	char path[96]; /* the name as the client wrote it: "createdAt.from" */
	char message[192]; /* "must be a whole number" */
};

/* Zero-initialised means none. The user sees message and fields; detail goes
 * to the log only and may hold what the database said, never personal data. */
struct fault {
	enum fault_code code;
	char message[FAULT_TEXT];
	char detail[FAULT_TEXT];
	struct fault_field fields[FAULT_FIELD_MAX];
	size_t field_count;
};

struct fault_row {
	const char *name; /* "not_found" */
	int status;
	const char *title; /* "Not Found" (RFC 9110 section 15) */
	const char *message;
};

const struct fault_row *fault_row(enum fault_code code);

/* Each sets the fault and returns -1, so that a caller can return it. The
 * first code that was set stays; fault_field may be called again and again.
 * fmt NULL takes the registry's message. */
int fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
int fault_field(struct fault *f, const char *path, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* FAULT_INTERNAL with a detail for the log. */
int fault_internal(struct fault *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

void fault_clear(struct fault *f);

#endif
