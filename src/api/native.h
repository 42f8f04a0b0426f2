// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary: its envelope, its errors, its words of state. */
#ifndef API_NATIVE_H
#define API_NATIVE_H

#include "api/api.h"

/* {"status":"error","error":…,"message":…,"details":{…}} */
int native_fault(struct api_call *call, const struct fault *f);

/* {"status":"success","data":{ … }}: open it, render, close it. */
void native_open(struct api_call *call);
void native_close(struct api_call *call, int status);

/* A time as ISO 8601 in whole seconds, UTC; null where ms is negative. */
void native_time(struct buf *b, const char *key, int64_t ms);

/* "awaiting_client_correction" and so on. */
const char *native_state_word(enum kyc_state state);

#endif
