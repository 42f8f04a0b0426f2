// SPDX-License-Identifier: GPL-3.0-or-later
/* What the operator's machines ask: liveness, readiness, counters. */
#ifndef API_OPS_OPS_H
#define API_OPS_OPS_H

#include "api/api.h"

extern const struct api_protocol ops_protocol;

#endif
