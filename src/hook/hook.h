// SPDX-License-Identifier: GPL-3.0-or-later
/* Webhooks without their domain: secrets, signatures, when to try again. */
#ifndef HOOK_HOOK_H
#define HOOK_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* "whsec_" and the base64 of 32 random bytes; in the arena. */
const char *hook_secret_create(struct arena *a);

/* The headers of a protocol's own, besides those of Standard Webhooks that
 * every delivery carries. Their HMAC-SHA256 is of the body alone, under the
 * secret's text as it is shown; in hex. */
enum hook_style {
	HOOK_NATIVE,   /* X-Webhook-ID, -Timestamp, -Signature: sha256=… */
	HOOK_PLAIN,    /* X-Webhook-Signature */
	HOOK_DOSSIERS, /* -Signature, -Event-Type, -Event-Id, -Retry-Count */
};

enum { HOOK_HEADERS_MAX = 8 /* the NULL included */ };

struct hook_message {
	enum hook_style style;
	const char *id;	  /* of the event: the same in every try */
	const char *type; /* the event's word */
	const char *secret;
	const char *old_secret; /* NULL where none is valid besides */
	int64_t sent_at;	/* Unix seconds, of this try */
	int64_t retries;	/* tries before this one */
	const void *body;
	size_t len;
};

/* Header lines for net_request, NULL behind the last. Standard Webhooks signs
 * "id.timestamp.body" under the bytes that the base64 stands for, with both
 * secrets while two are valid; a protocol's own header has room for one, the
 * newer. */
void hook_headers(const struct hook_message *m, struct arena *a,
		  const char *lines[HOOK_HEADERS_MAX]);

/* Ten tries over 75 h: the first at once. */
enum { HOOK_TRIES = 10 };

/* How long to wait after so many tries (1 or more) have failed, with jitter
 * and not before the receiver wants it (-1: it did not say); -1 where that was
 * the last one. */
int64_t hook_delay_ms(int64_t tries, int64_t retry_after_ms);

/* Retry-After, in seconds or as an HTTP date, as ms from now and at most a
 * day; -1 where it is neither. */
int64_t hook_retry_after_ms(const char *text, int64_t now_ms);

#endif
