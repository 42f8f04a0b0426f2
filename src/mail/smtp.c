// SPDX-License-Identifier: GPL-3.0-or-later
/* One mail through libesmtp, whose success is read from the recipient's and
 * the message's status: smtp_start_session() says 1 for failures too, and goes
 * on without AUTH where the password was wrong. */
#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <auth-client.h>
#include <libesmtp.h>

#include "base/str.h"
#include "mail/smtp.h"
#include "mail/smtp_alarm.h"
#include "mail/smtp_tls.h"
#include "mail/smtp_wire.h"

struct source {
	const char *message;
	int len;
	bool taken;
};

struct exchange {
	const struct smtp_conf *conf;
	const char *from;
	const char *to;
	enum conf_tls tls_mode; /* conf's, or stricter */
	struct source source;
	struct smtp_wire wire;
	struct smtp_tls tls;
	struct smtp_alarm alarm;
	bool connected;
	bool encrypted;
	bool no_starttls;
	bool bad_client_files; /* libesmtp's own, in the home directory */
	smtp_session_t session;
	smtp_message_t message;
	smtp_recipient_t recipient;
	SSL_CTX *ctx;
	auth_context_t auth;
	struct smtp_result *result;
};

static bool is_set(const char *s)
{
	return s && *s;
}

static bool is_loopback(const char *host)
{
	return !strcasecmp(host, "localhost") || !strncmp(host, "127.", 4);
}

/* Overwrites each occurrence of secret with as many asterisks. */
static void mask(char *text, const char *secret)
{
	size_t len = secret ? strlen(secret) : 0;
	char *p;

	/* Less would hit ordinary letters and tell what was masked. */
	if (len < 3)
		return;
	for (p = text; *p; p++)
		if (!strncasecmp(p, secret, len))
			memset(p, '*', len);
}

static int conclude(struct exchange *x, enum smtp_outcome outcome, int code,
		    const char *text)
{
	struct smtp_result *r = x->result;
	size_t len, i;

	r->outcome = outcome;
	r->code = code;
	/* Of an answer in several lines the last one is no better. */
	len = text ? strcspn(text, "\r\n") : 0;
	if (len >= sizeof(r->text))
		len = str_utf8_prefix(text, len, sizeof(r->text) - 1);
	memcpy(r->text, text ? text : "", len);
	r->text[len] = '\0';
	for (i = 0; i < len; i++)
		if (!isprint((unsigned char)r->text[i]))
			r->text[i] = '?';
	mask(r->text, x->to);
	mask(r->text, x->conf->user);
	mask(r->text, x->conf->password);
	return outcome == SMTP_ACCEPTED ? 0 : -1;
}

static int give_up(struct exchange *x, const char *text)
{
	return conclude(x, SMTP_TEMPORARY, 0, text);
}

/* smtp_messagecb_t; len NULL means from the start again. */
static const char *read_message(void **ctx, int *len, void *arg)
{
	struct source *s = arg;

	(void)ctx;
	if (!len) {
		s->taken = false;
		return NULL;
	}
	*len = s->taken ? 0 : s->len;
	s->taken = true;
	return s->message;
}

static void on_event(smtp_session_t session, int event, void *arg, ...)
{
	struct exchange *x = arg;
	va_list ap;
	int *ok = NULL;

	(void)session;
	va_start(ap, arg);
	switch (event) {
	case SMTP_EV_CONNECT:
		smtp_alarm_stop(&x->alarm);
		x->connected = true;
		break;
	case SMTP_EV_STARTTLS_OK:
		x->encrypted = true;
		break;
	case SMTP_EV_EXTNA_STARTTLS:
		x->no_starttls = true;
		break;
	case SMTP_EV_UNUSABLE_CLIENT_CERTIFICATE:
		x->bad_client_files = true;
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE:
		/* The handshake went through, so our context agreed. */
		(void)va_arg(ap, long);
		ok = va_arg(ap, int *);
		break;
	case SMTP_EV_WRONG_PEER_CERTIFICATE:
		ok = va_arg(ap, int *); /* smtp_tls.c checked the name */
		break;
	default:
		break;
	}
	if (ok)
		*ok = 1;
	va_end(ap);
}

static int on_credentials(auth_client_request_t request, char **result,
			  int fields, void *arg)
{
	const struct exchange *x = arg;
	int i;

	for (i = 0; i < fields; i++) {
		if (request[i].flags & AUTH_PASS)
			result[i] = (char *)x->conf->password;
		else if (request[i].flags & AUTH_USER)
			result[i] = (char *)x->conf->user;
		else
			result[i] = NULL;
	}
	return 1;
}

/* Before anything goes out; nothing that could end a command's line passes. */
static int check(struct exchange *x, size_t len)
{
	const struct smtp_conf *c = x->conf;

	if (!str_is_email(x->to, strlen(x->to)))
		return conclude(x, SMTP_PERMANENT, 0,
				"the recipient is no mail address");
	if (!str_is_email(x->from, strlen(x->from)))
		return give_up(x, "the sender is no mail address");
	if (!is_set(c->host) || strpbrk(c->host, ":[]/ \t\r\n"))
		return give_up(x,
			       "the relay's host is no name or IPv4 address");
	if (is_set(c->helo_name) &&
	    str_has_control(c->helo_name, strlen(c->helo_name), false))
		return give_up(x, "the name for EHLO holds control characters");
	if (!len || len > INT_MAX)
		return conclude(x, SMTP_PERMANENT, 0,
				"the message is empty or too large");
	x->tls_mode = c->tls;
	if (is_set(c->user) && !is_loopback(c->host)) {
		if (c->tls == CONF_TLS_NONE)
			return give_up(x, "AUTH without TLS is refused");
		x->tls_mode = CONF_TLS_REQUIRED;
	}
	return 0;
}

static int set_up_tls(struct exchange *x)
{
	static const enum starttls_option how[] = {
		[CONF_TLS_NONE] = Starttls_DISABLED,
		[CONF_TLS_OPTIONAL] = Starttls_ENABLED,
		[CONF_TLS_REQUIRED] = Starttls_REQUIRED,
	};
	char error[256];

	smtp_starttls_enable(x->session, how[x->tls_mode]);
	if (x->tls_mode == CONF_TLS_NONE)
		return 0;
	x->tls.wire = &x->wire;
	x->tls.must_verify = x->tls_mode == CONF_TLS_REQUIRED;
	x->ctx = smtp_tls_context(&x->tls, x->conf->host, x->conf->ca_file,
				  error, sizeof(error));
	if (!x->ctx)
		return give_up(x, error);
	smtp_starttls_set_ctx(x->session, x->ctx); /* takes a reference */
	return 0;
}

static int set_up_auth(struct exchange *x)
{
	if (!is_set(x->conf->user))
		return 0;
	x->auth = auth_create_context();
	if (!x->auth)
		return give_up(x, "AUTH cannot be set up");
	auth_set_mechanism_flags(x->auth, AUTH_PLUGIN_PLAIN, 0);
	auth_set_interact_cb(x->auth, on_credentials, x);
	smtp_auth_set_context(x->session, x->auth);
	return 0;
}

static void set_timeouts(struct exchange *x)
{
	static const int which[] = { Timeout_GREETING, Timeout_ENVELOPE,
				     Timeout_DATA, Timeout_TRANSFER,
				     Timeout_DATA2 };
	size_t i;

	/* Without the override RFC 5321's minutes are the minimum. */
	for (i = 0; i < ARRAY_SIZE(which); i++)
		smtp_set_timeout(x->session,
				 which[i] | Timeout_OVERRIDE_RFC2822_MINIMUM,
				 x->conf->timeout_s * 1000L);
}

static int set_up(struct exchange *x)
{
	char server[300];

	x->session = smtp_create_session();
	x->message = x->session ? smtp_add_message(x->session) : NULL;
	if (!x->message)
		return give_up(x, "libesmtp cannot make a session");
	snprintf(server, sizeof(server), "%s:%d", x->conf->host, x->conf->port);
	smtp_set_server(x->session, server);
	if (is_set(x->conf->helo_name))
		smtp_set_hostname(x->session, x->conf->helo_name);
	x->wire.progress = x->conf->progress;
	x->wire.progress_ctx = x->conf->progress_ctx;
	smtp_set_eventcb(x->session, on_event, x);
	smtp_set_monitorcb(x->session, smtp_wire_monitor, &x->wire, 0);
	smtp_set_reverse_path(x->message, x->from);
	x->recipient = smtp_add_recipient(x->message, x->to);
	smtp_set_messagecb(x->message, read_message, &x->source);
	set_timeouts(x);
	if (!x->recipient)
		return give_up(x, "libesmtp cannot make a session");
	return set_up_tls(x) || set_up_auth(x) ? -1 : 0;
}

/* A connection that ended before MAIL was answered. */
static int judge_early(struct exchange *x)
{
	const struct smtp_reply *r = &x->wire.replies[x->wire.phase];
	char text[256], reason[160] = "";
	bool in_tls = x->wire.phase == SMTP_STARTTLS && r->code == 220;

	if (x->wire.injected)
		return give_up(x, "TLS: somebody tampers with the connection");
	if (x->no_starttls)
		return give_up(x, "TLS is required and not offered");
	if (x->bad_client_files)
		return give_up(x, "TLS: libesmtp's directory below the home "
				  "directory cannot be read");
	if (in_tls && x->tls.verify_error != X509_V_OK) {
		snprintf(text, sizeof(text), "TLS: certificate refused: %s",
			 X509_verify_cert_error_string(x->tls.verify_error));
		return give_up(x, text);
	}
	if (in_tls)
		return give_up(x, "TLS: the handshake failed");
	if (r->code >= 400)
		return conclude(x, SMTP_TEMPORARY, r->code, r->text);
	smtp_strerror(smtp_errno(), reason, sizeof(reason));
	snprintf(text, sizeof(text), "%s: %s",
		 x->connected ? "no answer from the relay"
			      : "the relay cannot be reached",
		 reason);
	return give_up(x, text);
}

/* The reply to AUTH, where that was a no. */
static const struct smtp_reply *refused_auth(const struct exchange *x)
{
	const struct smtp_reply *r = &x->wire.replies[SMTP_AUTH];

	return r->code >= 400 ? r : NULL;
}

/* 530, 534, 535 and 538 (RFC 4954) speak of us, never of the recipient. */
static bool is_about_auth(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

static int judge_refusal(struct exchange *x, const smtp_status_t *s)
{
	const struct smtp_reply *auth = refused_auth(x);

	if (auth)
		return conclude(x, SMTP_TEMPORARY, auth->code, auth->text);
	return conclude(x,
			s->code / 100 == 5 && !is_about_auth(s->code)
				? SMTP_PERMANENT
				: SMTP_TEMPORARY,
			s->code, s->text);
}

static int judge(struct exchange *x)
{
	const smtp_status_t *sender = smtp_reverse_path_status(x->message);
	const smtp_status_t *rcpt = smtp_recipient_status(x->recipient);
	const smtp_status_t *data = smtp_message_transfer_status(x->message);

	/* Complete is the sure sign: a chunk of BDAT (RFC 3030) is answered
	 * with 250 too, before the last one was sent. */
	if (rcpt->code / 100 == 2 && data->code / 100 == 2 &&
	    smtp_recipient_check_complete(x->recipient))
		return conclude(x, SMTP_ACCEPTED, data->code, data->text);
	if (rcpt->code >= 400)
		return judge_refusal(x, rcpt);
	if (data->code >= 400)
		return judge_refusal(x, data);
	if (sender->code >= 400) {
		const struct smtp_reply *auth = refused_auth(x);

		return conclude(x, SMTP_TEMPORARY,
				auth ? auth->code : sender->code,
				auth ? auth->text : sender->text);
	}
	if (sender->code / 100 == 2)
		return give_up(x, "the connection broke while the mail was "
				  "sent");
	return judge_early(x);
}

static void tear_down(struct exchange *x)
{
	smtp_alarm_stop(&x->alarm);
	if (x->session) {
		smtp_auth_set_context(x->session, NULL);
		smtp_destroy_session(x->session);
	}
	if (x->auth)
		auth_destroy_context(x->auth);
	SSL_CTX_free(x->ctx);
	/* What a broken handshake leaves would confuse the next caller. */
	ERR_clear_error();
}

int smtp_send(const struct smtp_conf *conf, const char *envelope_from,
	      const char *to, const char *message, size_t len,
	      struct smtp_result *result)
{
	struct exchange x = { .conf = conf,
			      .from = envelope_from,
			      .to = to,
			      .source = { .message = message },
			      .result = result };
	int rc = -1;

	memset(result, 0, sizeof(*result));
	if (check(&x, len))
		return -1;
	x.source.len = (int)len;
	if (!set_up(&x)) {
		smtp_alarm_start(&x.alarm, conf->timeout_s);
		smtp_start_session(x.session);
		smtp_alarm_stop(&x.alarm);
		rc = judge(&x);
	}
	tear_down(&x);
	return rc;
}
