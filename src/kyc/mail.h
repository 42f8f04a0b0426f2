// SPDX-License-Identifier: GPL-3.0-or-later
/* Mails to customers and to the operator's people: queued with the change that
 * wants them. */
#ifndef KYC_MAIL_H
#define KYC_MAIL_H

#include "kyc/channel.h"
#include "kyc/job.h"
#include "kyc/session.h"

/* Stored: append, never renumber. */
enum kyc_mail_status {
	KYC_MAIL_QUEUED = 1,
	KYC_MAIL_SENT,
	KYC_MAIL_FAILED,  /* given up, or refused for good */
	KYC_MAIL_DROPPED, /* the link ended or was replaced before */
};

struct kyc_mail {
	struct uuid id;
	struct uuid session;
	const char *template;
	uint32_t generation;
	struct uuid channel;	/* nil: to the customer */
	const char *event_type; /* what a notification tells of, else NULL */
	enum kyc_mail_status status;
	int64_t created_at;
};

/* Whether mail goes to the address: in test mode only to the domains that the
 * configuration allows. */
bool kyc_mail_reaches(const struct kyc *k, const char *email);

/* Row and job, in the caller's transaction; nothing where mail does not reach
 * the customer. */
int kyc_mail_queue(struct kyc *k, const struct kyc_session *s,
		   const char *template, struct fault *f);

/* The same for a notification: template "notification" to the channel. */
int kyc_mail_notify(struct kyc *k, const struct kyc_session *s,
		    const struct kyc_channel *c, const char *type,
		    struct fault *f);

/* Within k->who.tenant; FAULT_NOT_FOUND. */
int kyc_mail_load(struct kyc *k, const struct uuid *id, struct kyc_mail *out,
		  struct fault *f);

/* Sets the status and ends the job in one transaction of its own: with
 * KYC_MAIL_FAILED the job is given up and why is kept. */
int kyc_mail_end(struct kyc *k, const struct kyc_mail *mail,
		 const struct kyc_job *job, enum kyc_mail_status status,
		 const char *why, struct fault *f);

#endif
