// SPDX-License-Identifier: GPL-3.0-or-later
/* Every configuration key: its type, default, bounds and meaning. */
#include "base/conf.h"
#include "base/mem.h"

static const char *const log_words[] = { "error", "warn", "info", "debug",
					 NULL };
static const char *const tls_words[] = { "none", "optional", "required", NULL };

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const test_live[] = { "test", "live", NULL };

#define AT(field) offsetof(struct conf, field)
#define TEXT(section, name, field, def, doc)                                   \
	{                                                                      \
		section, name, CONF_STRING, AT(field), def, 0, 1023, NULL, doc \
	}
#define NUMBER(section, name, field, def, min, max, doc)                       \
	{                                                                      \
		section, name, CONF_INT, AT(field), def, min, max, NULL, doc   \
	}
#define WORD(section, name, field, def, words, doc)                            \
	{                                                                      \
		section, name, CONF_WORD, AT(field), def, 0, 0, words, doc     \
	}
#define SECRET(section, name, field, doc)                                      \
	{                                                                      \
		section, name, CONF_SECRET, AT(field), "", 0, 1023, NULL, doc  \
	}

const struct conf_row conf_rows[] = {
	{ "service", "public_url", CONF_URL, AT(public_url),
	  "http://127.0.0.1:8080", 8, 1023, NULL,
	  "The address that customers see, as nginx serves it." },
	TEXT("service", "www_dir", www_dir, DATADIR "/www",
	     "The public page's files."),
	TEXT("service", "template_dir", template_dir, DATADIR "/templates",
	     "Mail templates: mail/LOCALE/NAME.{subject,txt,html}."),
	TEXT("service", "sql_dir", sql_dir, DATADIR "/sql",
	     "The migrations that `vouchsafe migrate` applies."),
	TEXT("service", "state_dir", state_dir, STATEDIR,
	     "Counters of the workers; survives a reboot or not, as you like."),
	TEXT("service", "store_dir", store_dir, STATEDIR "/store",
	     "Sealed documents. Back it up with the database."),
	TEXT("service", "keyring_file", keyring_file, SYSCONFDIR "/keyring",
	     "Master keys, mode 0600. Without it nothing sealed can be read."),
	TEXT("service", "locale", locale, "en",
	     "Language of mails and pages where a session names none."),
	WORD("service", "log_level", log_level, "info", log_words,
	     "What goes to the log: error, warn, info or debug."),
	NUMBER("service", "clock_offset_ms", clock_offset_ms, "0",
	       -INT64_C(3153600000000), INT64_C(3153600000000),
	       "Tests only: moves the clock of every process."),

	TEXT("http", "socket", socket, "/run/vouchsafe/api.sock",
	     "FastCGI socket of the fast pool."),
	TEXT("http", "slow_socket", slow_socket, "/run/vouchsafe/slow.sock",
	     "FastCGI socket of the pool that waits and moves bytes."),
	TEXT("http", "socket_mode", socket_mode, "0660",
	     "Mode of both sockets; nginx must be able to write to them."),
	NUMBER("http", "workers", workers, "0", 0, 1024,
	       "Processes of the fast pool; 0 means four a core."),
	NUMBER("http", "slow_workers", slow_workers, "0", 0, 1024,
	       "Processes of the slow pool; 0 means four a core."),
	NUMBER("http", "max_requests", max_requests, "0", 0,
	       INT64_C(1000000000),
	       "A worker ends after so many requests; 0 means never."),
	NUMBER("http", "idempotency_lease_s", idempotency_lease_s, "60", 5,
	       3600,
	       "How long the claim of an Idempotency-Key by a worker that died "
	       "keeps retries waiting; longer than any request takes."),

	TEXT("database", "socket", db_socket, "/run/mysqld/mysqld.sock",
	     "MariaDB's Unix socket; empty to use host and port."),
	TEXT("database", "host", db_host, "127.0.0.1", "MariaDB's host."),
	NUMBER("database", "port", db_port, "3306", 1, 65535,
	       "MariaDB's port."),
	TEXT("database", "user", db_user, "vouchsafe", "Account."),
	SECRET("database", "password_file", db_password,
	       "File that holds the account's password; empty for none."),
	TEXT("database", "name", db_name, "vouchsafe", "The main database."),
	TEXT("database", "keys_name", db_keys_name, "vouchsafe_keys",
	     "The database of wrapped keys, on the same server."),

	TEXT("mail", "host", mail_host, "127.0.0.1", "SMTP relay."),
	NUMBER("mail", "port", mail_port, "25", 1, 65535,
	       "Its port: 25 or 587. Port 465 is not supported."),
	WORD("mail", "tls", mail_tls, "optional", tls_words,
	     "STARTTLS: none, optional or required."),
	TEXT("mail", "ca_file", mail_ca_file, "",
	     "CA certificates for the relay; empty for the system's."),
	TEXT("mail", "user", mail_user, "", "AUTH user; empty for no AUTH."),
	SECRET("mail", "password_file", mail_password,
	       "File that holds the AUTH password."),
	{ "mail", "from", CONF_EMAIL, AT(mail_from),
	  "noreply@localhost.invalid", 3, 254, NULL,
	  "Sender; Message-IDs are made on its domain." },
	TEXT("mail", "from_name", mail_from_name, "Vouchsafe",
	     "Sender's name where the organisation has none."),
	NUMBER("mail", "timeout_s", mail_timeout_s, "30", 1, 600,
	       "Longest wait for each answer of the relay, in seconds."),
	NUMBER("mail", "lanes", mail_lanes, "2", 1, 64,
	       "Mails sent at the same time by one `vouchsafe-jobs`."),
	TEXT("mail", "test_domains", mail_test_domains, "",
	     "Domains (comma-separated, * for all) that test-mode sessions may "
	     "send mail to."),

	TEXT("net", "allow", net_allow, "",
	     "Networks (10.1.0.0/16, comma-separated) that webhooks may go to "
	     "besides the public internet, and an issuer's keys may come "
	     "from."),
	WORD("net", "plain_http", net_plain_http, "no", no_yes,
	     "Whether these may be http URLs: no or yes."),
	TEXT("net", "ca_file", net_ca_file, "",
	     "CA certificates for requests to the outside; empty for the "
	     "system's."),

	{ "oidc", "issuer", CONF_STRING, AT(oidc_issuer), "", 0, 255, NULL,
	  "Issuer (iss, to the letter) whose access tokens are accepted beside "
	  "API keys; empty for none." },
	TEXT("oidc", "audience", oidc_audience, "",
	     "What must be in a token's aud. Required with issuer."),
	TEXT("oidc", "jwks", oidc_jwks, "",
	     "Where the issuer's keys (JWK Set) are: an https URL (http only "
	     "with "
	     "[net] plain_http), or the absolute path of a file. Required "
	     "with issuer."),
	TEXT("oidc", "organisation", oidc_organisation, "",
	     "Id of the organisation whose data the tokens are for. Required "
	     "with issuer."),
	WORD("oidc", "mode", oidc_live, "live", test_live,
	     "Which of its data: live or test."),
	{ "oidc", "permissions_claim", CONF_STRING, AT(oidc_permissions_claim),
	  "scope", 1, 255, NULL,
	  "Claim with the permissions: words between blanks, or a list of "
	  "them." },
	NUMBER("oidc", "refresh_s", oidc_refresh_s, "3600", 60, 86400,
	       "How often the keys are fetched, in seconds; besides when a "
	       "token names one that is not there."),

	NUMBER("webhooks", "parallel", webhook_parallel, "256", 1, 4096,
	       "Deliveries under way at the same time by one "
	       "`vouchsafe-jobs`."),
	NUMBER("webhooks", "endpoint_parallel", webhook_endpoint_parallel, "4",
	       1, 256,
	       "Of these, to one endpoint: a slow one holds up no other."),

	NUMBER("jobs", "poll_ms", job_poll_ms, "500", 10, 60000,
	       "How often an idle lane looks for work, in milliseconds; "
	       "the one for photos every 150 at least."),
	NUMBER("jobs", "lease_s", job_lease_s, "120", 5, 3600,
	       "How long a job may run before another process may take it."),
};

const size_t conf_row_count = ARRAY_SIZE(conf_rows);
