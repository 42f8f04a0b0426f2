// SPDX-License-Identifier: GPL-3.0-or-later
/* Mails to customers and to the operator's people: queued with the change that
 * wants them. */
#include <strings.h>

#include "kyc/mail.h"

static const struct db_sql INSERT = {
	"INSERT INTO mail (tenant_id, id, session_id, template, generation,"
	" status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql INSERT_NOTIFICATION = {
	"INSERT INTO mail (tenant_id, id, session_id, template, generation,"
	" channel_id, event_type, status, created_at)"
	" VALUES (?, ?, ?, 'notification', 0, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT session_id, template, generation, status, created_at,"
	" channel_id, event_type FROM mail"
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql END = {
	"UPDATE mail SET status = ?, sent_at = ? WHERE tenant_id = ? AND id = ?"
};

/* Whether the comma list holds the address's domain, or "*". */
static bool domain_listed(const char *list, const char *email)
{
	const char *domain = strrchr(email, '@');

	if (!domain++)
		return false;
	while (*list) {
		size_t len = strcspn(list, ", ");

		if (len == 1 && *list == '*')
			return true;
		if (len == strlen(domain) && !strncasecmp(list, domain, len))
			return true;
		list += len;
		list += strspn(list, ", ");
	}
	return false;
}

bool kyc_mail_reaches(const struct kyc *k, const char *email)
{
	return k->who.live || domain_listed(k->conf->mail_test_domains, email);
}

int kyc_mail_queue(struct kyc *k, const struct kyc_session *s,
		   const char *template, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);

	if (!kyc_mail_reaches(k, s->customer_email))
		return 0;
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&id),
		    db_uuid(&s->id), db_text(template),
		    db_int(s->link_generation), db_int(KYC_MAIL_QUEUED),
		    db_int(now)) < 0)
		return db_fault(k->db, f);
	return kyc_job_add(k, KYC_LANE_MAIL, KYC_JOB_MAIL, &id, 0, f);
}

int kyc_mail_notify(struct kyc *k, const struct kyc_session *s,
		    const struct kyc_channel *c, const char *type,
		    struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);

	if (!kyc_mail_reaches(k, c->address))
		return 0;
	if (db_exec(k->db, &INSERT_NOTIFICATION, db_uuid(&s->tenant),
		    db_uuid(&id), db_uuid(&s->id), db_uuid(&c->id),
		    db_text(type), db_int(KYC_MAIL_QUEUED), db_int(now)) < 0)
		return db_fault(k->db, f);
	return kyc_job_add(k, KYC_LANE_MAIL, KYC_JOB_MAIL, &id, 0, f);
}

int kyc_mail_load(struct kyc *k, const struct uuid *id, struct kyc_mail *out,
		  struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Mail not found.");
	*out = (struct kyc_mail){
		.id = *id,
		.session = db_get_uuid(&rows, 0),
		.template = db_get_text(&rows, 1),
		.generation = (uint32_t)db_get_int(&rows, 2),
		.status = (enum kyc_mail_status)db_get_int(&rows, 3),
		.created_at = db_get_int(&rows, 4),
		.channel = db_get_uuid(&rows, 5),
		.event_type = db_get_text(&rows, 6),
	};
	return 0;
}

struct end {
	const struct kyc_mail *mail;
	const struct kyc_job *job;
	enum kyc_mail_status status;
	const char *why;
};

static int end(struct kyc *k, void *ctx, struct fault *f)
{
	const struct end *e = ctx;
	int64_t at = e->status == KYC_MAIL_SENT ? clock_now_ms() : -1;

	if (db_exec(k->db, &END, db_int(e->status), db_time(at),
		    db_uuid(&k->who.tenant), db_uuid(&e->mail->id)) < 0)
		return db_fault(k->db, f);
	if (e->status == KYC_MAIL_FAILED)
		return kyc_job_give_up(k, e->job, e->why, f);
	return kyc_job_done(k, e->job, f);
}

int kyc_mail_end(struct kyc *k, const struct kyc_mail *mail,
		 const struct kyc_job *job, enum kyc_mail_status status,
		 const char *why, struct fault *f)
{
	struct end e = { mail, job, status, why };

	return kyc_transact(k, end, &e, f);
}
