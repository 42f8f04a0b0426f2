// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of mail/: templates, messages, QR codes. */
#include <gmime/gmime.h>

#include "mail/message.h"
#include "mail/qr.h"
#include "mail/qr_png.h"
#include "mail/smtp_wire.h"
#include "mail/template.h"
#include "unit.h"

static const struct template_var vars[] = {
	{ "name", "Tom & \"Jerry\" <'x'>" },
	{ "yes", "1" },
	{ "no", NULL },
	{ "empty", "" },
	{ "braces", "{{name}}" },
};

static void expect(const char *text, enum template_escape escape,
		   const char *want)
{
	struct buf out = BUF_INIT;
	struct fault f = { .code = FAULT_NONE };

	ck_assert_msg(!template_render(text, escape, vars, ARRAY_SIZE(vars),
				       &out, &f),
		      "%s: %s", text, f.detail);
	ck_assert_str_eq(buf_cstr(&out), want);
	buf_finish(&out);
}

START_TEST(variables_are_escaped)
{
	const char *raw = "Tom & \"Jerry\" <'x'>";

	expect("{{name}}", TEMPLATE_HTML,
	       "Tom &amp; &quot;Jerry&quot; &lt;&#39;x&#39;&gt;");
	expect("{{{name}}}", TEMPLATE_HTML, raw);
	expect("{{& name }}", TEMPLATE_HTML, raw);
	expect("{{ name }}", TEMPLATE_TEXT, raw);
	expect("|{{unknown}}|{{no}}|{{empty}}|", TEMPLATE_HTML, "||||");
	expect("{{braces}}", TEMPLATE_TEXT, "{{name}}");
	expect("no tags } {", TEMPLATE_HTML, "no tags } {");
	expect("", TEMPLATE_HTML, "");
}
END_TEST

START_TEST(sections_show_and_hide)
{
	expect("{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", TEMPLATE_TEXT, "a");
	expect("{{#no}}a{{/no}}{{^no}}b{{/no}}", TEMPLATE_TEXT, "b");
	expect("{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", TEMPLATE_TEXT,
	       "b");
	expect("{{#no}}{{#yes}}a{{name}}{{/yes}}b{{/no}}c", TEMPLATE_TEXT, "c");
	expect("{{#yes}}a{{^no}}b{{#no}}x{{/no}}c{{/no}}{{/yes}}",
	       TEMPLATE_TEXT, "abc");
}
END_TEST

/* The cases of the specification's sections.yml and comments.yml. */
START_TEST(standalone_lines_vanish)
{
	expect("| This Is\n{{#yes}}\n|\n{{/yes}}\n| A Line\n", TEMPLATE_TEXT,
	       "| This Is\n|\n| A Line\n");
	expect("| This Is\n  {{#yes}}\n|\n  {{/yes}}\n| A Line", TEMPLATE_TEXT,
	       "| This Is\n|\n| A Line");
	expect("|\r\n{{#yes}}\r\n{{/yes}}\r\n|", TEMPLATE_TEXT, "|\r\n|");
	expect("  {{#yes}}\n#{{/yes}}\n/", TEMPLATE_TEXT, "#\n/");
	expect("#{{#yes}}\n/\n  {{/yes}}", TEMPLATE_TEXT, "#\n/\n");
	expect(" {{#yes}}YES{{/yes}}\n {{#yes}}GOOD{{/yes}}\n", TEMPLATE_TEXT,
	       " YES\n GOOD\n");
	expect("Begin.\n{{! Comment }}\nEnd.\n", TEMPLATE_TEXT,
	       "Begin.\nEnd.\n");
	expect("Begin.\n{{!\nMany\nlines\n}}\nEnd.\n", TEMPLATE_TEXT,
	       "Begin.\nEnd.\n");
	expect("  12 {{! 34 }}\n", TEMPLATE_TEXT, "  12 \n");
	expect("a\n  {{yes}}\nb\n", TEMPLATE_TEXT, "a\n  1\nb\n");
	expect("{{#no}}\nx\n{{/no}}\n{{^no}}\ny\n{{/no}}\n", TEMPLATE_TEXT,
	       "y\n");
}
END_TEST

START_TEST(broken_templates_name_the_place)
{
	static const char *const broken[][2] = {
		{ "ab\n  {{name", "line 2, column 3: this tag is not closed" },
		{ "{{{name}}", "line 1, column 1: this tag is not closed" },
		{ "\u00e4{{#yes}}", "line 1, column 2: this section is not" },
		{ "a{{/yes}}", "line 1, column 2: this closes no section" },
		{ "{{#yes}}\n{{/no}}",
		  "line 2, column 1: this closes another" },
		{ "{{}}", "line 1, column 1: this is no name" },
		{ "{{a b}}", "line 1, column 1: this is no name" },
		{ "{{>part}}", "partials" },
		{ "{{=<% %>=}}", "delimiters" },
	};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(broken); i++) {
		struct fault f = { .code = FAULT_NONE };

		ck_assert_int_eq(template_render(broken[i][0], TEMPLATE_HTML,
						 vars, ARRAY_SIZE(vars), &out,
						 &f),
				 -1);
		ck_assert_int_eq(f.code, FAULT_INTERNAL);
		ck_assert_msg(strstr(f.detail, broken[i][1]), "%s", f.detail);
	}
	buf_finish(&out);
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct fault f = { .code = FAULT_NONE };
	int i;

	for (i = 0; i < 1000; i++)
		buf_str(&text, "{{#yes}}");
	ck_assert_int_eq(template_render(text.data, TEMPLATE_TEXT, vars,
					 ARRAY_SIZE(vars), &out, &f),
			 -1);
	ck_assert_ptr_nonnull(strstr(f.detail, "too deeply"));
	buf_finish(&text);
	buf_finish(&out);
}
END_TEST

static void expect_locale(const char *locale, const char *want)
{
	struct mail_templates t;
	struct fault f = { .code = FAULT_NONE };

	ck_assert_msg(!mail_templates_load(&t, TEMPLATES, locale, "en",
					   "invitation", &f),
		      "%s", f.detail);
	ck_assert_str_eq(t.locale, want);
	mail_templates_finish(&t);
}

START_TEST(locales_fall_back)
{
	expect_locale("ar", "ar");
	expect_locale("ar-EG", "ar");
	expect_locale("en-GB", "en");
	expect_locale("pt-BR", "en");
	expect_locale("", "en");
	expect_locale(NULL, "en");
	expect_locale("../mail/ar", "en");
	expect_locale("ar/", "en");
	expect_locale("ar-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ar");
	ck_assert(!mail_locale_is_valid("a"));
	ck_assert(!mail_locale_is_valid("en/x"));
	ck_assert(!mail_locale_is_valid("abcdefghijklmnopq"));
	ck_assert(mail_locale_is_valid("zh-Hant-TW"));
}
END_TEST

START_TEST(missing_templates_are_faults)
{
	static const char *const names[] = { "nothing", "../en/invitation", "",
					     "Invitation" };
	struct mail_templates t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct fault f = { .code = FAULT_NONE };

		ck_assert_int_eq(mail_templates_load(&t, TEMPLATES, "en", "en",
						     names[i], &f),
				 -1);
		ck_assert_int_eq(f.code, FAULT_INTERNAL);
		ck_assert_ptr_null(t.subject);
	}
}
END_TEST

/* Every variable that our own templates use is one that the caller sets. */
START_TEST(own_templates_render)
{
	static const char *const locales[] = { "en", "ar" };
	static const struct template_var all[] = {
		{ "customer_name", "<Eve>" },
		{ "organisation", "A & B" },
		{ "link", "https://x.test/?a=1&b=2" },
		{ "expires", "tomorrow" },
		{ "expires_in", "in a day" },
		{ "qr_cid", "qr@x.test" },
	};
	struct mail_templates t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(locales); i++) {
		struct buf subject = BUF_INIT, text = BUF_INIT, html = BUF_INIT;
		struct fault f = { .code = FAULT_NONE };

		ck_assert(!mail_templates_load(&t, TEMPLATES, locales[i], "en",
					       "invitation", &f));
		ck_assert(!mail_templates_render(&t, all, ARRAY_SIZE(all),
						 &subject, &text, &html, &f));
		ck_assert_ptr_nonnull(strstr(subject.data, "A & B"));
		ck_assert_ptr_null(strchr(subject.data, '\n'));
		ck_assert_ptr_nonnull(strstr(text.data, "<Eve>"));
		ck_assert_ptr_nonnull(strstr(text.data, "(in a day)"));
		ck_assert_ptr_nonnull(strstr(html.data, "&lt;Eve&gt;"));
		ck_assert_ptr_nonnull(strstr(
			html.data, "href=\"https://x.test/?a=1&amp;b=2\""));
		ck_assert_ptr_null(strstr(html.data, "<Eve>"));
		buf_finish(&subject);
		buf_finish(&text);
		buf_finish(&html);
		mail_templates_finish(&t);
	}
}
END_TEST

static GMimeMessage *parse(const struct buf *b)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(b->data, b->len);
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(s);
	return m;
}

static void expect_name(const char *name)
{
	struct mail_message m = { .from_name = name,
				  .from_address = "a@example.test",
				  .to_name = name,
				  .to_address = "b@example.test",
				  .subject = name,
				  .text = "hello\n",
				  .message_id = "1.x@example.test",
				  .date_ms = INT64_C(1767225600000) };
	struct buf out = BUF_INIT;
	struct fault f = { .code = FAULT_NONE };
	GMimeMessage *back;
	InternetAddressList *to;
	InternetAddress *one;

	ck_assert(!message_build(&m, &out, &f));
	back = parse(&out);
	ck_assert_ptr_nonnull(back);
	to = g_mime_message_get_addresses(back, GMIME_ADDRESS_TYPE_TO);
	ck_assert_int_eq(internet_address_list_length(to), 1);
	one = internet_address_list_get_address(to, 0);
	ck_assert_str_eq(internet_address_get_name(one), name);
	ck_assert_str_eq(internet_address_mailbox_get_addr(
				 INTERNET_ADDRESS_MAILBOX(one)),
			 "b@example.test");
	ck_assert_str_eq(g_mime_message_get_subject(back), name);
	ck_assert_str_eq(g_mime_message_get_message_id(back),
			 "1.x@example.test");
	g_object_unref(back);
	buf_finish(&out);
}

START_TEST(names_survive)
{
	struct buf b = BUF_INIT;

	expect_name("Anna");
	expect_name("Dr. \"Quote\" O'Neill, Jr. (3rd) \\ <x@y>; a:b");
	expect_name("\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f");
	expect_name("Zo\u00eb \U0001f469\u200d\U0001f469 \U0001f1e9");
	expect_name("=?utf-8?q?=0A?=");
	while (b.len < 255)
		buf_chr(&b, 'x');
	expect_name(b.data);
	buf_reset(&b);
	while (b.len < 4 * 255)
		buf_str(&b, "\U0001f600");
	expect_name(b.data);
	buf_finish(&b);
}
END_TEST

START_TEST(each_bad_field_is_named)
{
	struct mail_message m = { .from_name = "a\nb",
				  .from_address = "a\r@example.test",
				  .to_name = "\xc2\x85",
				  .to_address = "nobody",
				  .subject = "",
				  .text = "a\x01",
				  .html = "\xff",
				  .language = "../x",
				  .message_id = "<x@y.test>",
				  .image_png = "x",
				  .image_len = 1,
				  .image_cid = "a\r\nb" };
	static const char *const fields[] = {
		"from_name",  "from_address", "to_name", "to_address",
		"subject",    "text",	      "html",	 "language",
		"message_id", "image_cid",
	};
	struct buf out = BUF_INIT;
	struct fault f = { .code = FAULT_NONE };
	size_t i;

	ck_assert_int_eq(message_build(&m, &out, &f), -1);
	ck_assert_int_eq(f.code, FAULT_INVALID);
	ck_assert_uint_eq(f.field_count, ARRAY_SIZE(fields));
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		ck_assert_str_eq(f.fields[i].path, fields[i]);
	ck_assert_uint_eq(out.len, 0);
	buf_finish(&out);
}
END_TEST

START_TEST(qr_codes_have_limits)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	while (text.len < 2331)
		buf_chr(&text, 'x');
	ck_assert_int_eq(qr_svg(text.data, &out), 0);
	ck_assert_ptr_nonnull(strstr(out.data, "viewBox=\"0 0 185 185\""));
	buf_reset(&out);
	ck_assert_int_eq(qr_png(text.data, 1, &out), 0);
	ck_assert_int_eq(memcmp(out.data, "\x89PNG", 4), 0);
	buf_chr(&text, 'x');
	buf_reset(&out);
	ck_assert_int_eq(qr_svg(text.data, &out), -1);
	ck_assert_int_eq(qr_png(text.data, 1, &out), -1);
	ck_assert_int_eq(qr_terminal(text.data, &out), -1);
	ck_assert_int_eq(qr_svg("", &out), -1);
	ck_assert_int_eq(qr_png("x", 0, &out), -1);
	ck_assert_int_eq(qr_png("x", 65, &out), -1);
	ck_assert_uint_eq(out.len, 0);
	buf_finish(&text);
	buf_finish(&out);
}
END_TEST

static void hear(struct smtp_wire *w, const char *bytes)
{
	smtp_wire_monitor(bytes, (int)strlen(bytes), 0, w);
}

static void say(struct smtp_wire *w, const char *bytes)
{
	smtp_wire_monitor(bytes, (int)strlen(bytes), 1, w);
}

START_TEST(the_wire_is_followed)
{
	struct smtp_wire w = { .phase = SMTP_GREETING };

	hear(&w, "220-first\r\n220 se");
	ck_assert_int_eq(w.replies[SMTP_GREETING].code, 0);
	hear(&w, "cond\r\n");
	ck_assert_int_eq(w.replies[SMTP_GREETING].code, 220);
	say(&w, "EHLO x\r\n");
	hear(&w, "250-a\r\n250 STARTTLS\r\n");
	say(&w, "STARTTLS\r\n");
	hear(&w, "220-go\r\n220 on\r\n");
	ck_assert(!w.injected);
	say(&w, "EHLO x\r\n");
	hear(&w, "250 hello\r\n");
	ck_assert(!w.injected);
	say(&w, "AUTH PLAIN xxxx\r\n");
	hear(&w, "535 no\r\n");
	ck_assert_int_eq(w.replies[SMTP_AUTH].code, 535);
	ck_assert_int_eq(w.phase, SMTP_AUTH);
	say(&w, "STARTTLS\r\n");
	hear(&w, "220 go\r\n2");
	ck_assert(w.injected);
}
END_TEST

UNIT_MAIN("mail", variables_are_escaped, sections_show_and_hide,
	  standalone_lines_vanish, broken_templates_name_the_place,
	  deep_nesting_is_refused, locales_fall_back,
	  missing_templates_are_faults, own_templates_render, names_survive,
	  each_bad_field_is_named, qr_codes_have_limits, the_wire_is_followed)
