// SPDX-License-Identifier: GPL-3.0-or-later
/* The protocols that this server speaks, in the order of their prefixes. */
#include "api/dossiers/dossiers.h"
#include "api/klustr/klustr.h"
#include "api/kyc/kyc.h"
#include "api/kycgenie/kycgenie.h"
#include "api/ops/ops.h"
#include "api/public/public.h"
#include "api/verilock/verilock.h"

const struct api_protocol *const api_protocols[] = {
	/* its /api/v1/sessions before the other's /api/ */
	&verilock_protocol, &kycgenie_protocol, &dossiers_protocol,
	&klustr_protocol,   &oauth2_protocol,	&kyc_protocol,
	&ops_protocol,	    &public_protocol, /* last: also answers for paths
					       * of nobody's */
};

const size_t api_protocol_count = ARRAY_SIZE(api_protocols);
