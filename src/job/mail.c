// SPDX-License-Identifier: GPL-3.0-or-later
/* Sending a mail: render, hand over, record. */
#include "base/str.h"
#include "job/invitation.h"
#include "job/job.h"
#include "kyc/mail.h"
#include "mail/relay.h"

enum {
	GIVE_UP_AFTER_MS = 5 * CLOCK_DAY,
	FIRST_DELAY_MS = 15 * CLOCK_SECOND,
	LAST_DELAY_MS = 4 * CLOCK_HOUR,
};

/* 15 s, 30 s, 1 min, … 4 h. */
static int64_t delay_ms(int64_t attempts)
{
	int64_t delay = FIRST_DELAY_MS;

	while (--attempts > 0 && delay < LAST_DELAY_MS)
		delay *= 2;
	return delay < LAST_DELAY_MS ? delay : LAST_DELAY_MS;
}

static int fail(struct kyc *k, const struct kyc_mail *mail,
		const struct kyc_job *job, const struct smtp_result *r,
		struct fault *f)
{
	const char *why =
		arena_strndup(k->arena, r->text,
			      str_utf8_prefix(r->text, strlen(r->text), 250));

	if (r->outcome == SMTP_PERMANENT ||
	    clock_now_ms() - job->created_at > GIVE_UP_AFTER_MS)
		return kyc_mail_end(k, mail, job, KYC_MAIL_FAILED, why, f);
	return kyc_job_retry(k, job, delay_ms(job->attempts), why, f);
}

/* Between the server's 250 and our commit a crash sends the mail again: the
 * same Message-ID lets the receiver see one. */
static int deliver(struct kyc *k, const struct kyc_mail *mail,
		   const struct kyc_session *s, const struct kyc_job *job,
		   struct fault *f)
{
	struct smtp_result result = { .outcome = SMTP_TEMPORARY };
	struct buf message;

	buf_init(&message, k->arena);
	if (invitation_build(k, mail, s, &message, f))
		return -1;
	if (!relay_send(k->conf, s->customer_email, &message, &result))
		return kyc_mail_end(k, mail, job, KYC_MAIL_SENT, NULL, f);
	return fail(k, mail, job, &result, f);
}

/* A customer who has finished, or whose link has ended or was replaced, needs
 * no invitation any more. */
static bool is_moot(const struct kyc_mail *mail, const struct kyc_session *s)
{
	return s->due_at < 0 || s->due_at <= clock_now_ms() ||
	       mail->generation != s->link_generation;
}

int job_mail(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	struct kyc_session s;
	struct kyc_mail mail;
	struct fault later = { 0 };

	if (kyc_mail_load(k, &job->subject, &mail, f) ||
	    kyc_session_load(k, &mail.session, false, &s, f)) {
		if (f->code == FAULT_NOT_FOUND) /* erased meanwhile */
			return kyc_job_done(k, job, &later);
		return -1;
	}
	if (is_moot(&mail, &s))
		return kyc_mail_end(k, &mail, job, KYC_MAIL_DROPPED, NULL, f);
	if (!deliver(k, &mail, &s, job, f))
		return 0;
	/* a template or a name that cannot be rendered: for the admin */
	return kyc_job_retry(
		k, job, delay_ms(job->attempts),
		arena_printf(k->arena, "%s %s", f->message, f->detail), &later);
}
