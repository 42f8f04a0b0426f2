// SPDX-License-Identifier: GPL-3.0-or-later
/* Fetching the keys of the outside issuer of access tokens: by a request, or
 * out of a file. What fails leaves the keys that are there. */
#include <errno.h>

#include "base/log.h"
#include "base/str.h"
#include "crypto/jwk.h"
#include "job/job.h"
#include "kyc/issuer.h"
#include "net/net.h"
#include "net/url.h"

enum { EVERY_MS = 1000, NET_POLL_MS = 50, OK = 200 };

struct fetch {
	const char *place;	  /* a path, or a host: the log may show it */
	char host[NET_HOST_SIZE]; /* the rest of a URL may be secret */
	char why[NET_ERROR_SIZE];
	struct buf text;
};

static int fail(struct fetch *fe, const char *why)
{
	str_copy(fe->why, sizeof(fe->why), why);
	return -1;
}

/* False where the process was asked to stop first. */
static bool ask(struct net *net, const char *url, struct net_answer *answer)
{
	static const char *const headers[] = { "Accept: application/json",
					       NULL };
	const struct net_request request = { .url = url,
					     .headers = headers,
					     .keep = JWK_SET_MAX };
	void *ctx;

	net_start(net, &request);
	while (!net_next(net, &ctx, answer)) {
		if (!job_pause(0))
			return false;
		net_wait(net, NET_POLL_MS);
	}
	return true;
}

static int fetch_url(const struct conf *conf, struct fetch *fe)
{
	const char *url = conf->oidc_jwks;
	struct net_answer answer;
	struct net_rules rules;
	struct net *net;
	bool answered;

	if (net_rules_read(conf, &rules, &fe->text))
		return fail(fe, fe->text.data);
	net_url_refuse(&rules, url, fe->host);
	fe->place = fe->host;
	net = net_create(&rules, conf->net_ca_file);
	answered = ask(net, url, &answer);
	net_destroy(net);
	if (!answered)
		return fail(fe, "the process was stopped");
	fe->text = answer.body;
	if (!answer.status)
		return fail(fe, answer.error);
	if (answer.status == OK)
		return 0;
	snprintf(fe->why, sizeof(fe->why), "status %d", answer.status);
	return -1;
}

static int fetch_file(const struct conf *conf, struct fetch *fe)
{
	fe->place = conf->oidc_jwks;
	if (buf_file(&fe->text, fe->place, JWK_SET_MAX))
		return fail(fe, strerror(errno));
	return 0;
}

static void log_fetch(const struct fetch *fe, int count)
{
	struct buf line = BUF_INIT;

	log_line_start(&line, count < 0 ? LOG_WARN : LOG_INFO, "issuer");
	log_line_str(&line, "from", fe->place);
	if (count < 0)
		log_line_str(&line, "error", fe->why);
	else
		log_line_int(&line, "keys", count);
	log_line_end(&line);
	buf_finish(&line);
}

/* How many keys, or -1. */
static int keep(struct kyc *k, struct fetch *fe)
{
	struct fault f = { 0 };
	int count = kyc_issuer_store(k, buf_cstr(&fe->text), fe->text.len, &f);

	if (count < 0)
		fail(fe, *f.detail ? f.detail : f.message);
	return count;
}

/* 0, or -1 where the database can't be reached. */
static int fetch(struct kyc *k)
{
	struct fetch fe = { .place = "" };
	struct fault f = { 0 };
	int count;

	count = *k->conf->oidc_jwks == '/' ? fetch_file(k->conf, &fe)
					   : fetch_url(k->conf, &fe);
	if (!count)
		count = keep(k, &fe);
	buf_finish(&fe.text);
	log_fetch(&fe, count);
	return count < 0 ? kyc_issuer_fail(k, fe.why, &f) : 0;
}

int job_issuer_once(struct kyc *k)
{
	struct fault f = { 0 };
	int due;

	if (!*k->conf->oidc_issuer)
		return 0;
	arena_reset(k->arena);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	due = kyc_issuer_claim(k, &f);
	if (due < 0)
		log_warn("issuer: %s", *f.detail ? f.detail : f.message);
	return due > 0 ? fetch(k) : due;
}

/* A start may be that of another configuration: what is in the table may be
 * of another place. */
void job_issuer_loop(struct kyc *k)
{
	struct fault f = { 0 };
	bool wanted = false, down = false;

	do {
		if (down && db_ping(k->db))
			continue;
		wanted = wanted || !kyc_issuer_want(k, &f);
		fault_clear(&f);
		down = !wanted || job_issuer_once(k) < 0;
	} while (job_pause(EVERY_MS));
}
