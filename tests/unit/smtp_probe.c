// SPDX-License-Identifier: GPL-3.0-or-later
/* mail/ on the command line, for tests that need a real server or another
 * reader: NAME=VALUE arguments, bytes on standard input. */
#include <signal.h>

#include "base/str.h"
#include "mail/message.h"
#include "mail/qr.h"
#include "mail/qr_png.h"
#include "mail/smtp.h"
#include "mail/template.h"

static char **arguments;

static const char *arg(const char *name)
{
	size_t n = strlen(name);
	char **a;

	for (a = arguments; *a; a++)
		if (!strncmp(*a, name, n) && (*a)[n] == '=')
			return *a + n + 1;
	return "";
}

static int number(const char *name, int def)
{
	int64_t v;

	return str_int(arg(name), 0, INT32_MAX, &v) ? def : (int)v;
}

static void read_all(struct buf *b)
{
	char chunk[4096];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		buf_add(b, chunk, n);
}

static int complain(const struct fault *f)
{
	size_t i;

	fprintf(stderr, "%s %s\n", fault_row(f->code)->name, f->detail);
	for (i = 0; i < f->field_count; i++)
		fprintf(stderr, "%s: %s\n", f->fields[i].path,
			f->fields[i].message);
	return 1;
}

/* One line a mail: outcome, code, text. */
static int send_mails(void)
{
	static const char *const outcomes[] = { "accepted", "permanent",
						"temporary" };
	struct smtp_conf conf = { .host = arg("host"),
				  .port = number("port", 25),
				  .tls = (enum conf_tls)number("tls", 0),
				  .ca_file = arg("ca_file"),
				  .user = arg("user"),
				  .password = arg("password"),
				  .timeout_s = number("timeout", 5),
				  .helo_name = arg("helo") };
	struct smtp_result r;
	struct buf b = BUF_INIT;
	int i, failed = 0;

	signal(SIGPIPE, SIG_IGN);
	read_all(&b);
	for (i = 0; i < number("times", 1); i++) {
		failed |= smtp_send(&conf, arg("from"), arg("to"), b.data,
				    b.len, &r) != 0;
		printf("%s %d %s\n", outcomes[r.outcome], r.code, r.text);
		fflush(stdout);
	}
	buf_finish(&b);
	return failed;
}

/* A whole invitation as the job makes it. */
static int invitation(void)
{
	const char *cid = "qr@mail.example.test";
	const struct template_var vars[] = {
		{ "customer_name", arg("name") },
		{ "organisation", arg("organisation") },
		{ "link", arg("link") },
		{ "expires", arg("expires") },
		{ "expires_in", arg("expires_in") },
		{ "qr_cid", cid },
	};
	struct mail_templates t = { .subject = NULL };
	struct buf subject = BUF_INIT, text = BUF_INIT, html = BUF_INIT,
		   png = BUF_INIT, out = BUF_INIT;
	struct mail_message m = { .from_name = arg("organisation"),
				  .from_address = "kyc@mail.example.test",
				  .to_name = arg("name"),
				  .to_address = arg("to"),
				  .message_id = "probe.1@mail.example.test",
				  .date_ms = INT64_C(1767225600000),
				  .image_cid = cid };
	struct fault f = { .code = FAULT_NONE };
	int rc = 1;

	if (mail_templates_load(&t, arg("templates"), arg("locale"), "en",
				"invitation", &f) ||
	    mail_templates_render(&t, vars, ARRAY_SIZE(vars), &subject, &text,
				  &html, &f) ||
	    qr_png(arg("link"), 6, &png))
		goto out;
	m.subject = subject.data;
	m.text = text.data;
	m.html = html.data;
	m.language = t.locale;
	m.image_png = png.data;
	m.image_len = png.len;
	if (message_build(&m, &out, &f))
		goto out;
	fwrite(out.data, 1, out.len, stdout);
	rc = 0;
out:
	if (rc)
		complain(&f);
	mail_templates_finish(&t);
	buf_finish(&subject);
	buf_finish(&text);
	buf_finish(&html);
	buf_finish(&png);
	buf_finish(&out);
	return rc;
}

/* A plain mail whose text is standard input. */
static int message(void)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct mail_message m = { .from_name = arg("from_name"),
				  .from_address = arg("from"),
				  .to_name = arg("to_name"),
				  .to_address = arg("to"),
				  .subject = arg("subject"),
				  .language = arg("language"),
				  .html = arg("html"),
				  .message_id = arg("message_id"),
				  .date_ms = INT64_C(1767225600000) };
	struct fault f = { .code = FAULT_NONE };
	int rc;

	read_all(&text);
	m.text = buf_cstr(&text);
	rc = message_build(&m, &out, &f) ? complain(&f) : 0;
	fwrite(buf_cstr(&out), 1, out.len, stdout);
	buf_finish(&text);
	buf_finish(&out);
	return rc;
}

static int qr(void)
{
	struct buf out = BUF_INIT;
	const char *form = arg("form");
	int rc;

	if (!strcmp(form, "svg"))
		rc = qr_svg(arg("text"), &out);
	else if (!strcmp(form, "png"))
		rc = qr_png(arg("text"), number("scale", 4), &out);
	else
		rc = qr_terminal(arg("text"), &out);
	fwrite(buf_cstr(&out), 1, out.len, stdout);
	buf_finish(&out);
	return rc ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} commands[] = { { "send", send_mails },
			 { "invitation", invitation },
			 { "message", message },
			 { "qr", qr } };
	size_t i;

	if (argc < 2)
		return 2;
	arguments = argv + 2;
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run();
	return 2;
}
