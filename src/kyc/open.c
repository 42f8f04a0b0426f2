// SPDX-License-Identifier: GPL-3.0-or-later
/* What a program needs before it can call a verb. */
#include <errno.h>

#include "base/log.h"
#include "kyc/issuer.h"
#include "kyc/open.h"
#include "store/store.h"

int kyc_open(struct kyc *k, const struct conf *conf, unsigned int db_timeout_s,
	     struct buf *error)
{
	*k = (struct kyc){ .conf = conf };
	k->keyring = keyring_load(conf->keyring_file, error);
	if (!k->keyring)
		return -1;
	k->store = store_create(conf->store_dir);
	if (!k->store) {
		buf_printf(error, "%s: %s", conf->store_dir, strerror(errno));
		kyc_close(k);
		return -1;
	}
	k->arena = arena_create();
	k->db = db_create(conf, db_timeout_s);
	return 0;
}

bool kyc_refresh(struct kyc *k)
{
	const char *path = k->conf->keyring_file;
	struct buf error = BUF_INIT;
	struct keyring *fresh;

	if (keyring_is_current(k->keyring, path))
		return false;
	fresh = keyring_load(path, &error);
	if (fresh) {
		keyring_destroy(k->keyring);
		k->keyring = fresh;
	} else {
		log_error("the keyring stays as it was: %s", error.data);
		keyring_mark_current(k->keyring, path);
	}
	buf_finish(&error);
	return fresh != NULL;
}

void kyc_close(struct kyc *k)
{
	db_destroy(k->db);
	arena_destroy(k->arena);
	store_destroy(k->store);
	keyring_destroy(k->keyring);
	kyc_issuer_destroy(k->issuer);
	*k = (struct kyc){ .conf = NULL };
}
