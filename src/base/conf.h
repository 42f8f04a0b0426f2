// SPDX-License-Identifier: GPL-3.0-or-later
/* The configuration: one INI file, described by one table (conf_table.c). */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Strings are "" where nothing is set, never NULL. */
struct conf {
	/* [service] */
	const char *public_url; /* no slash at the end */
	const char *www_dir;
	const char *template_dir;
	const char *sql_dir;
	const char *state_dir; /* counters of workers, locks */
	const char *store_dir; /* sealed documents */
	const char *keyring_file;
	const char *locale;
	int64_t log_level; /* enum log_level */
	int64_t clock_offset_ms;
	/* [http] */
	const char *socket;
	const char *slow_socket;
	const char *socket_mode;
	int64_t workers;
	int64_t slow_workers;
	int64_t max_requests;
	int64_t idempotency_lease_s;
	/* [database] */
	const char *db_socket;
	const char *db_host;
	int64_t db_port;
	const char *db_user;
	const char *db_password;
	const char *db_name;
	const char *db_keys_name;
	/* [mail] */
	const char *mail_host;
	int64_t mail_port;
	int64_t mail_tls; /* enum conf_tls */
	const char *mail_ca_file;
	const char *mail_user;
	const char *mail_password;
	const char *mail_from;
	const char *mail_from_name;
	int64_t mail_timeout_s;
	int64_t mail_lanes;
	const char *mail_test_domains;
	/* [net] */
	const char *net_allow;
	int64_t net_plain_http; /* 0 or 1 */
	const char *net_ca_file;
	/* [oidc] */
	const char *oidc_issuer; /* "": none, and the rest means nothing */
	const char *oidc_audience;
	const char *oidc_jwks;
	const char *oidc_organisation; /* an id */
	int64_t oidc_live;	       /* 0 or 1 */
	const char *oidc_permissions_claim;
	int64_t oidc_refresh_s;
	/* [webhooks] */
	int64_t webhook_parallel;
	int64_t webhook_endpoint_parallel;
	/* [jobs] */
	int64_t job_poll_ms;
	int64_t job_lease_s;

	struct arena *arena; /* owns the strings */
};

enum conf_tls { CONF_TLS_NONE, CONF_TLS_OPTIONAL, CONF_TLS_REQUIRED };

enum conf_type {
	CONF_STRING,
	CONF_INT,
	CONF_WORD,   /* one of words, stored as its index */
	CONF_SECRET, /* the file's first line is the value */
	CONF_EMAIL,
	CONF_URL
};

struct conf_row {
	const char *section;
	const char *name;
	enum conf_type type;
	size_t offset; /* in struct conf */
	const char *def;
	int64_t min; /* of a number, or of a length */
	int64_t max;
	const char *const *words;
	const char *doc;
};

extern const struct conf_row conf_rows[];
extern const size_t conf_row_count;

/* Reads the file; on failure returns NULL with one line in error that names
 * file, line and key. The caller destroys. */
struct conf *conf_load(const char *path, struct buf *error);
void conf_destroy(struct conf *c);

/* Where the file is: the argument, else $VOUCHSAFE_CONF, else the compiled
 * default under sysconfdir. */
const char *conf_path(const char *argument);

/* The whole table as a documented sample file. */
void conf_sample(struct buf *out);

#endif
