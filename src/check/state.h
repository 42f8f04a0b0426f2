// SPDX-License-Identifier: GPL-3.0-or-later
/* States and organisations by the codes of ICAO Doc 9303-3 section 5. */
#ifndef CHECK_STATE_H
#define CHECK_STATE_H

#include <stdbool.h>

#include "base/mem.h"

/* "SE" of "SWE" and of "D" "DE"; NULL where there is none, as for XXA; of any
 * other word NULL too. */
const char *state_alpha2(const char *code);

/* "SWE" of "SE"; NULL where that is no country of ISO 3166-1. */
const char *state_alpha3(const char *alpha2);

/* A code of that list. Stateless persons and refugees (XXA, XXB, XXC, XXX)
 * have a nationality of it, but no document is theirs to make out. */
bool state_is_nationality(const char *code);
bool state_is_issuer(const char *code);

#endif
