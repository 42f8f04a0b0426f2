// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc_issuer_verify on the command line, driven by tests/api/test_issuer.py:
 * a process as the API's workers are, a token a line of standard input. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "kyc/issuer.h"
#include "kyc/open.h"

static void tell(const struct kyc_issuer_token *t, const struct fault *f,
		 uint64_t statements)
{
	struct buf line = BUF_INIT;

	json_open(&line, NULL, '{');
	json_int(&line, "statements", (int64_t)statements);
	if (f->code) {
		json_str(&line, "fault", fault_row(f->code)->name);
		json_str(&line, "message", f->message);
	} else {
		json_str(&line, "subject", t->subject);
		json_str(&line, "client_id", t->client_id);
		json_int(&line, "permissions", t->permissions);
		json_int(&line, "issued_at", t->issued_at);
		json_int(&line, "expires_at", t->expires_at);
	}
	json_close(&line, '}');
	puts(line.data);
	fflush(stdout);
	buf_finish(&line);
}

static void verify(struct kyc *k, const char *token)
{
	struct kyc_issuer_token out = { .subject = NULL };
	struct fault f = { 0 };
	uint64_t before = db_statements(k->db);

	arena_reset(k->arena);
	kyc_issuer_verify(k, token, &out, &f);
	tell(&out, &f, db_statements(k->db) - before);
}

int main(int argc, char **argv)
{
	struct buf error = BUF_INIT;
	struct conf *conf = argc == 2 ? conf_load(argv[1], &error) : NULL;
	char *line = NULL;
	size_t cap = 0;
	struct kyc k;

	if (!conf || kyc_open(&k, conf, DB_REQUEST_S, &error)) {
		fprintf(stderr, "issuer-probe: %s\n", buf_cstr(&error));
		return 2;
	}
	log_setup("issuer-probe", LOG_DEBUG);
	while (getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		verify(&k, line);
	}
	free(line);
	kyc_close(&k);
	conf_destroy(conf);
	return 0;
}
