// SPDX-License-Identifier: GPL-3.0-or-later
/* Sending a mail: render, hand over, record. */
#include "base/log.h"
#include "job/invitation.h"
#include "job/job.h"
#include "job/notification.h"
#include "kyc/mail.h"
#include "mail/relay.h"

enum { RECORD_PAUSE_MS = 200, RECORD_TRIES = 3000, STOPPING_TRIES = 50 };

/* The lease is renewed while the relay answers, so that a slow one does not
 * make a second process send the same mail. */
struct renewal {
	struct kyc *k;
	const struct kyc_job *job;
	int64_t last_us;
};

static void renew(void *ctx)
{
	struct renewal *r = ctx;
	int64_t now = clock_monotonic_us();
	struct fault ignored = { 0 };

	if (now - r->last_us < r->k->conf->job_lease_s * 1000000 / 4)
		return;
	r->last_us = now;
	kyc_job_extend(r->k, r->job, &ignored);
}

/* The relay has the mail: nothing but a crash may make it go out again. So a
 * database that is away is waited for, well over the lease; the row is ours
 * while nobody has taken it. */
static int record_sent(struct kyc *k, const struct kyc_mail *mail,
		       const struct kyc_job *job, struct fault *f)
{
	int i, tries = RECORD_TRIES;

	for (i = 0; i < tries; i++) {
		fault_clear(f);
		if (!kyc_mail_end(k, mail, job, KYC_MAIL_SENT, NULL, f))
			return 0;
		if (f->code == FAULT_CONFLICT) /* an unknown COMMIT did it */
			return -1;
		if (!job_pause(RECORD_PAUSE_MS)) {
			clock_pause_ms(RECORD_PAUSE_MS);
			tries = tries < i + STOPPING_TRIES ? tries
							   : i + STOPPING_TRIES;
		}
	}
	return -1;
}

static int refused(struct kyc *k, const struct kyc_mail *mail,
		   const struct kyc_job *job, const struct smtp_result *r,
		   struct fault *f)
{
	if (r->outcome == SMTP_PERMANENT || job_is_old(job)) {
		log_warn("a mail was given up: %s", r->text);
		return kyc_mail_end(k, mail, job, KYC_MAIL_FAILED, r->text, f);
	}
	log_warn("a mail was put off: %s", r->text);
	return job_again(k, job, r->text, f);
}

static int hand_over(struct kyc *k, const struct kyc_mail *mail,
		     const char *address, const struct buf *message,
		     const struct kyc_job *job, struct fault *f)
{
	struct renewal renewal = { k, job, clock_monotonic_us() };
	struct smtp_result result = { .outcome = SMTP_TEMPORARY };

	if (relay_send(k->conf, address, message, renew, &renewal, &result))
		return refused(k, mail, job, &result, f);
	return record_sent(k, mail, job, f);
}

static int deliver(struct kyc *k, const struct kyc_mail *mail,
		   const struct kyc_session *s, const struct kyc_job *job,
		   struct fault *f)
{
	struct buf message;

	buf_init(&message, k->arena);
	if (invitation_build(k, mail, s, &message, f))
		return -1;
	return hand_over(k, mail, s->customer_email, &message, job, f);
}

static int notify(struct kyc *k, const struct kyc_mail *mail,
		  const struct kyc_job *job, struct fault *f)
{
	struct kyc_channel channel;
	struct buf message;

	buf_init(&message, k->arena);
	if (kyc_channel_load(k, &mail->channel, &channel, f) ||
	    notification_build(k, mail, &channel, &message, f))
		return -1;
	return hand_over(k, mail, channel.address, &message, job, f);
}

/* A customer who has finished, or whose link has ended or was replaced, needs
 * no invitation any more. */
static bool is_moot(const struct kyc_mail *mail, const struct kyc_session *s)
{
	return s->due_at < 0 || s->due_at <= clock_now_ms() ||
	       mail->generation != s->link_generation;
}

/* What ends the job must end the row too: a mail that nobody sends any more
 * is not queued. */
static int close_row(struct kyc *k, const struct kyc_mail *mail,
		     const struct kyc_job *job, const struct fault *f)
{
	struct fault later = { 0 };

	if (f->code == FAULT_NOT_FOUND || f->code == FAULT_GONE)
		return kyc_mail_end(k, mail, job, KYC_MAIL_DROPPED, NULL,
				    &later);
	if (f->code != FAULT_CONFLICT && job_is_old(job))
		return kyc_mail_end(k, mail, job, KYC_MAIL_FAILED, f->message,
				    &later);
	return -1;
}

int job_mail(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	struct kyc_session s;
	struct kyc_mail mail;

	if (kyc_mail_load(k, &job->subject, &mail, f))
		return -1;
	if (!uuid_is_nil(&mail.channel))
		return notify(k, &mail, job, f) ? close_row(k, &mail, job, f)
						: 0;
	if (kyc_session_load(k, &mail.session, false, &s, f))
		return -1;
	if (!is_moot(&mail, &s))
		return deliver(k, &mail, &s, job, f)
			       ? close_row(k, &mail, job, f)
			       : 0;
	log_warn("a mail was not sent: its link has ended or was replaced");
	return kyc_mail_end(k, &mail, job, KYC_MAIL_DROPPED, NULL, f);
}
