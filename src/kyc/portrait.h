// SPDX-License-Identifier: GPL-3.0-or-later
/* Portraits: faces cut out of identity documents, kept sealed. */
#ifndef KYC_PORTRAIT_H
#define KYC_PORTRAIT_H

#include "kyc/session.h"

enum { KYC_PORTRAIT_MAX = 512 * 1024 };

/* Keeps a JPEG of a document, in the caller's transaction; the same document's
 * again replaces it. */
int kyc_portrait_keep(struct kyc *k, const struct kyc_session *s,
		      const struct uuid *document, const void *jpeg, size_t len,
		      struct fault *f);

/* The JPEG, into the arena; FAULT_NOT_FOUND where the document is gone or
 * shows none. */
int kyc_portrait_load(struct kyc *k, const struct uuid *session,
		      const struct uuid *document, struct buf *jpeg,
		      struct fault *f);

/* The audit row of whoever looks at it, before the first byte goes out. */
int kyc_portrait_viewed(struct kyc *k, const struct uuid *session,
			const struct uuid *document, struct fault *f);

/* All of a session, in the caller's transaction. */
int kyc_portrait_forget(struct kyc *k, const struct uuid *session,
			struct fault *f);

#endif
