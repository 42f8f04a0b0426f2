// SPDX-License-Identifier: GPL-3.0-or-later
/* The invitation mail of a session. */
#include <time.h>

#include "job/invitation.h"
#include "kyc/link.h"
#include "kyc/org.h"
#include "mail/message.h"
#include "mail/qr_png.h"
#include "mail/template.h"

enum { QR_SCALE = 6, MONTHS = 12 };

/* A point in time in the words of a locale: its template date.txt has the
 * parts of the date and one true section a month ({{#m1}}January{{/m1}}). */
static int date_words(struct kyc *k, const char *locale, int64_t ms,
		      struct buf *out, struct fault *f)
{
	static const char *const months[MONTHS] = { "m1", "m2",	 "m3",	"m4",
						    "m5", "m6",	 "m7",	"m8",
						    "m9", "m10", "m11", "m12" };
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char *text;
	int rc;

	gmtime_r(&seconds, &tm);
	const struct template_var vars[] = {
		{ "day", arena_printf(k->arena, "%d", tm.tm_mday) },
		{ months[tm.tm_mon], "1" },
		{ "year", arena_printf(k->arena, "%d", tm.tm_year + 1900) },
		{ "hour", arena_printf(k->arena, "%02d", tm.tm_hour) },
		{ "minute", arena_printf(k->arena, "%02d", tm.tm_min) },
	};
	text = mail_template_read(k->conf->template_dir, locale, "date.txt", f);
	if (!text)
		return -1;
	rc = template_render(text, TEMPLATE_TEXT, vars, ARRAY_SIZE(vars), out,
			     f);
	free(text);
	while (out->len && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	return rc;
}

struct parts {
	struct mail_templates templates;
	struct buf subject;
	struct buf text;
	struct buf html;
	struct buf qr;
	const char *cid;
};

static int render(struct kyc *k, const struct kyc_mail *mail,
		  const struct kyc_session *s, const char *organisation,
		  struct parts *p, struct fault *f)
{
	struct buf expires;
	const char *link;

	buf_init(&expires, k->arena);
	if (kyc_link_show(k, s, &link, f) ||
	    mail_templates_load(&p->templates, k->conf->template_dir, s->locale,
				k->conf->locale, mail->template, f) ||
	    date_words(k, p->templates.locale, s->expires_at, &expires, f))
		return -1;
	if (qr_png(link, QR_SCALE, &p->qr))
		return fault_internal(f, "a link is too long for a QR code");
	const struct template_var vars[] = {
		{ "customer_name", s->customer_name },
		{ "organisation", organisation },
		{ "link", link },
		{ "expires", expires.data },
		{ "qr_cid", p->cid },
	};

	return mail_templates_render(&p->templates, vars, ARRAY_SIZE(vars),
				     &p->subject, &p->text, &p->html, f);
}

static int compose(struct kyc *k, const struct kyc_mail *mail,
		   const struct kyc_session *s, const char *organisation,
		   const struct parts *p, struct buf *out, struct fault *f)
{
	const char *domain = strrchr(k->conf->mail_from, '@') + 1;
	char id[UUID_TEXT_SIZE];

	uuid_text(&mail->id, id);
	const struct mail_message m = {
		.from_name = organisation,
		.from_address = k->conf->mail_from,
		.to_name = s->customer_name,
		.to_address = s->customer_email,
		.subject = p->subject.data,
		.text = p->text.data,
		.html = p->html.data,
		.language = p->templates.locale,
		.message_id = arena_printf(k->arena, "%s@%s", id, domain),
		.date_ms = clock_now_ms(),
		.image_png = p->qr.data,
		.image_len = p->qr.len,
		.image_cid = p->cid,
	};

	return message_build(&m, out, f);
}

int invitation_build(struct kyc *k, const struct kyc_mail *mail,
		     const struct kyc_session *s, struct buf *out,
		     struct fault *f)
{
	const char *organisation;
	struct parts p = { .cid = "qr@vouchsafe.invalid" };
	int rc;

	buf_init(&p.subject, k->arena);
	buf_init(&p.text, k->arena);
	buf_init(&p.html, k->arena);
	buf_init(&p.qr, k->arena);
	if (kyc_org_name(k, &organisation, f))
		return -1;
	rc = render(k, mail, s, organisation, &p, f);
	if (!rc)
		rc = compose(k, mail, s, organisation, &p, out, f);
	mail_templates_finish(&p.templates);
	return rc;
}
