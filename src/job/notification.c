// SPDX-License-Identifier: GPL-3.0-or-later
/* The mail that tells the operator's people of an event. */
#include "job/notification.h"
#include "kyc/org.h"
#include "mail/message.h"
#include "mail/template.h"

struct parts {
	struct mail_templates templates;
	struct buf subject;
	struct buf text;
	struct buf html;
};

/* The word behind the last dot stands for itself in a template's sections:
 * {{#manual_review}}…{{/manual_review}}. */
static int render(struct kyc *k, const struct kyc_mail *mail,
		  const struct kyc_channel *c, const char *organisation,
		  struct parts *p, struct fault *f)
{
	const char *word = strrchr(mail->event_type, '.');
	char session[UUID_TEXT_SIZE];

	uuid_text(&mail->session, session);
	if (mail_templates_load(&p->templates, k->conf->template_dir, c->locale,
				k->conf->locale, mail->template, f))
		return -1;
	const struct template_var vars[] = {
		{ "organisation", organisation },
		{ "session_id", session },
		{ "event", mail->event_type },
		{ word ? word + 1 : mail->event_type, "1" },
		{ "link", arena_printf(k->arena, "%s/console/#/sessions/%s",
				       k->conf->public_url, session) },
	};

	return mail_templates_render(&p->templates, vars, ARRAY_SIZE(vars),
				     &p->subject, &p->text, &p->html, f);
}

static int compose(struct kyc *k, const struct kyc_mail *mail,
		   const struct kyc_channel *c, const struct parts *p,
		   struct buf *out, struct fault *f)
{
	const char *domain = strrchr(k->conf->mail_from, '@') + 1;
	char id[UUID_TEXT_SIZE];

	uuid_text(&mail->id, id);
	const struct mail_message m = {
		.from_name = k->conf->mail_from_name,
		.from_address = k->conf->mail_from,
		.to_address = c->address,
		.subject = p->subject.data,
		.text = p->text.data,
		.html = p->html.data,
		.language = p->templates.locale,
		.message_id = arena_printf(k->arena, "%s@%s", id, domain),
		.date_ms = clock_now_ms(),
	};

	return message_build(&m, out, f);
}

int notification_build(struct kyc *k, const struct kyc_mail *mail,
		       const struct kyc_channel *c, struct buf *out,
		       struct fault *f)
{
	struct parts p = { .templates = { .subject = NULL } };
	const char *organisation;
	int rc;

	buf_init(&p.subject, k->arena);
	buf_init(&p.text, k->arena);
	buf_init(&p.html, k->arena);
	if (kyc_org_name(k, &organisation, f))
		return -1;
	rc = render(k, mail, c, organisation, &p, f);
	if (!rc)
		rc = compose(k, mail, c, &p, out, f);
	mail_templates_finish(&p.templates);
	return rc;
}
