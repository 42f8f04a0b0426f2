// SPDX-License-Identifier: GPL-3.0-or-later
/* Quality: what is said of a photo at once, while the customer can still take
 * another. The checks come to a verdict of their own. */
#ifndef KYC_QUALITY_H
#define KYC_QUALITY_H

#include "kyc/kyc.h"

struct kyc_document;
struct kyc_session;

/* Both stored: append, never renumber. */
enum kyc_quality {
	KYC_QUALITY_NONE, /* nobody was asked */
	KYC_QUALITY_PENDING,
	KYC_QUALITY_CLEAR,
	KYC_QUALITY_CONSIDER,
	KYC_QUALITY_ISSUE,
	KYC_QUALITY_UNKNOWN, /* it could not be looked at */
	KYC_QUALITIES
};

enum kyc_flaw {
	KYC_NO_FLAW,
	KYC_FLAW_UNREADABLE,
	KYC_FLAW_BLURRED,
	KYC_FLAW_DARK,
	KYC_FLAW_BRIGHT,
	KYC_FLAW_GLARE,
	KYC_FLAW_SMALL,
	KYC_FLAW_CROPPED,
	KYC_FLAWS
};

/* So many files of a side are looked at before one is taken as it is. */
enum { KYC_TRIES_MAX = 3 };

/* NULL for what is no verdict yet, or no flaw. */
extern const char *const kyc_quality_names[KYC_QUALITIES];
extern const char *const kyc_flaw_names[KYC_FLAWS];

/* Before a document's row is written, in the same transaction: asks for a look
 * at it (a job), where its type is one that is looked at. Sets d->quality. */
int kyc_quality_ask(struct kyc *k, const struct kyc_session *s,
		    struct kyc_document *d, struct fault *f);

/* The step is asked for again: its sides get all their tries back. In the
 * caller's transaction. */
int kyc_quality_ask_anew(struct kyc *k, const struct kyc_session *s,
			 const char *step_id, struct fault *f);

/* Whether somebody is there who looks at once: not where only cron does. */
int kyc_quality_is_served(struct kyc *k, bool *yes, struct fault *f);

/* Of one document: id, quality, flaw and tries_left are filled in. One statement
 * by key; *served as kyc_quality_is_served. FAULT_NOT_FOUND. */
int kyc_quality_load(struct kyc *k, const struct uuid *session,
		     const struct uuid *id, struct kyc_document *out,
		     bool *served, struct fault *f);

/* Whether the page should go on waiting: not where nobody looks, nor where
 * something holds it up. */
bool kyc_quality_is_near(const struct kyc_document *d, bool served);

/* The oldest file of the session that waits for a look: 1 with its id, type
 * and media, 0 for none, -1. */
int kyc_quality_next(struct kyc *k, const struct uuid *session,
		     struct kyc_document *out, struct fault *f);

/* What was seen; nothing where the document has gone, or was looked at
 * already. */
int kyc_quality_write(struct kyc *k, const struct uuid *session,
		      const struct kyc_document *d, struct fault *f);

#endif
