// SPDX-License-Identifier: GPL-3.0-or-later
/* What went wrong, in words for the user and in words for the admin. */
#include <stdarg.h>

#include "base/fault.h"
#include "base/str.h"

static const struct fault_row rows[FAULT_CODES] = {
	[FAULT_NONE] = { "none", 200, "OK", "" },
	[FAULT_BAD_REQUEST] = { "bad_request", 400, "Bad Request",
				"The request cannot be read." },
	[FAULT_INVALID] = { "validation_error", 400, "Bad Request",
			    "A field of the request is wrong." },
	[FAULT_UNAUTHENTICATED] = { "unauthorized", 401, "Unauthorized",
				    "A valid API key is required." },
	[FAULT_FORBIDDEN] = { "forbidden", 403, "Forbidden",
			      "The API key lacks the permission for this." },
	[FAULT_NOT_FOUND] = { "not_found", 404, "Not Found", "Not found." },
	[FAULT_METHOD] = { "method_not_allowed", 405, "Method Not Allowed",
			   "This path does not know that method." },
	[FAULT_CONFLICT] = { "conflict", 409, "Conflict",
			     "The request conflicts with the current state." },
	[FAULT_GONE] = { "gone", 410, "Gone", "This link has ended." },
	[FAULT_TOO_LARGE] = { "payload_too_large", 413, "Content Too Large",
			      "The body is too large." },
	[FAULT_MEDIA_TYPE] = { "unsupported_media_type", 415,
			       "Unsupported Media Type",
			       "This media type is not accepted here." },
	[FAULT_IDEMPOTENCY_MISMATCH] = { "idempotency_mismatch", 422,
					 "Unprocessable Content",
					 "This Idempotency-Key was used with "
					 "another request." },
	[FAULT_RATE_LIMITED] = { "rate_limited", 429, "Too Many Requests",
				 "Too many requests; try again later." },
	[FAULT_INTERNAL] = { "internal_error", 500, "Internal Server Error",
			     "Something failed on our side." },
	[FAULT_UNAVAILABLE] = { "unavailable", 503, "Service Unavailable",
				"The service cannot answer now; try again." },
};

const struct fault_row *fault_row(enum fault_code code)
{
	return &rows[code < FAULT_CODES ? code : FAULT_INTERNAL];
}

/* What did not fit ends between two characters all the same: parts of it are
 * what a client sent. */
static void end_whole(char *text, size_t size)
{
	size_t len = strlen(text);

	if (len + 1 < size)
		return;
	while (!str_is_utf8(text, len))
		len--;
	text[len] = '\0';
}

int fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
{
	va_list ap;

	if (f->code != FAULT_NONE)
		return -1;
	f->code = code;
	va_start(ap, fmt);
	if (fmt)
		vsnprintf(f->message, sizeof(f->message), fmt, ap);
	else
		snprintf(f->message, sizeof(f->message), "%s",
			 fault_row(code)->message);
	va_end(ap);
	end_whole(f->message, sizeof(f->message));
	return -1;
}

int fault_field(struct fault *f, const char *path, const char *fmt, ...)
{
	struct fault_field *field;
	va_list ap;

	if (f->code != FAULT_NONE && f->code != FAULT_INVALID)
		return -1;
	fault_set(f, FAULT_INVALID, NULL);
	if (f->field_count == FAULT_FIELD_MAX)
		return -1;
	field = &f->fields[f->field_count++];
	snprintf(field->path, sizeof(field->path), "%s", path);
	va_start(ap, fmt);
	vsnprintf(field->message, sizeof(field->message), fmt, ap);
	va_end(ap);
	end_whole(field->path, sizeof(field->path));
	end_whole(field->message, sizeof(field->message));
	return -1;
}

int fault_internal(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	if (f->code != FAULT_NONE)
		return -1;
	fault_set(f, FAULT_INTERNAL, NULL);
	va_start(ap, fmt);
	vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
	return -1;
}

void fault_clear(struct fault *f)
{
	f->code = FAULT_NONE;
	f->message[0] = f->detail[0] = '\0';
	f->field_count = 0;
}
