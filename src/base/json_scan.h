// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether bytes are JSON, to the letter of RFC 8259. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/fault.h"

/* One value with blanks around it and nothing else; UTF-8; at most depth
 * brackets open at once. Stricter than the RFC where what is left would not
 * survive: no escaped NUL, no lone surrogate, no integer beyond 64 bits, no
 * number beyond a double. bytes[len] is NUL. 0, or -1 with FAULT_BAD_REQUEST
 * that says what and at which byte (from 0). */
int json_scan(const char *bytes, size_t len, int depth, struct fault *f);

#endif
