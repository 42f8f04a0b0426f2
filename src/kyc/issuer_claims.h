// SPDX-License-Identifier: GPL-3.0-or-later
/* What a valid token of the outside issuer says, and whether it is for us. */
#ifndef KYC_ISSUER_CLAIMS_H
#define KYC_ISSUER_CLAIMS_H

#include "kyc/issuer.h"

/* Reads the claims (RFC 7519 section 4): iss, aud, exp, nbf and sub as the
 * configuration and the time want them, the permissions that we know. 0, or -1
 * with why, for the log. Strings live in the arena. */
int kyc_issuer_claims(const struct conf *conf, const char *json, size_t len,
		      int64_t now, struct arena *a,
		      struct kyc_issuer_token *out, const char **why);

#endif
