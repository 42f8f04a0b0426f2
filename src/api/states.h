// SPDX-License-Identifier: GPL-3.0-or-later
/* One session, five vocabularies: what each protocol calls a state. */
#ifndef API_STATES_H
#define API_STATES_H

#include "kyc/kyc.h"

/* The protocol's word for a state; several states may share one. */
const char *api_state_word(enum kyc_protocol protocol, enum kyc_state state);

/* The states (KYC_BIT()s) that the protocol calls so; 0 for no such word. */
unsigned int api_state_bits(enum kyc_protocol protocol, const char *word);

#endif
