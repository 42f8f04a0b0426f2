// SPDX-License-Identifier: GPL-3.0-or-later
/* Which master keys the rows of the database may name. */
#ifndef KYC_MASTER_H
#define KYC_MASTER_H

#include "kyc/kyc.h"

/* Records the newest key of the keyring file as in use, once a key and
 * process. */
int kyc_master_note(struct kyc *k, struct fault *f);

/* Whether the keyring file has every key in use: 1, 0, or -1 where the
 * database can't be reached. */
int kyc_master_complete(struct kyc *k);

#endif
