// SPDX-License-Identifier: GPL-3.0-or-later
/* What a program needs before it can call a verb. */
#ifndef KYC_OPEN_H
#define KYC_OPEN_H

#include "kyc/kyc.h"

/* Keyring, store, arena and the database (connected at first use), by the
 * configuration, which must outlive it. 0, or -1 with a line in error. */
int kyc_open(struct kyc *k, const struct conf *conf, unsigned int db_timeout_s,
	     struct buf *error);
void kyc_close(struct kyc *k);

/* Between requests or jobs: loads the keyring file again where it was
 * replaced; whether it was. One that cannot be loaded is complained about once,
 * and the old keys go on. */
bool kyc_refresh(struct kyc *k);

#endif
