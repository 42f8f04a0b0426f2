// SPDX-License-Identifier: GPL-3.0-or-later
/* A licence's barcode: header, directory of subfiles, JSON. */
#include <stdarg.h>

#include "base/json.h"
#include "check/aamva_part.h"

/* Annex D section 12.3: @, three separators, "ANSI ", the issuer's number,
 * the version; from version 2 on the issuer's version; the number of entries.
 * Then ten characters an entry: type, offset, length. */
enum {
	SEPARATORS = 3,
	ISSUER_LEN = 6,
	ENTRY = 10,
	ENTRIES_MAX = 99,
	/* characters that readers of barcodes put in or leave out */
	HEAD_SLACK = 12
};

static void note(char list[][96], size_t *count, const char *fmt, va_list args)
{
	if (*count < AAMVA_NOTES)
		vsnprintf(list[(*count)++], 96, fmt, args);
}

void aamva_wrong(struct aamva *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(a->errors, &a->error_count, fmt, args);
	va_end(args);
}

void aamva_warn(struct aamva *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(a->warnings, &a->warning_count, fmt, args);
	va_end(args);
}

/* Behind the "ANSI " (of old cards "AAMVA") of the header, or 0. */
static size_t find_issuer(const char *s, size_t len)
{
	size_t at;

	if (!len || *s != '@')
		return 0;
	for (at = 1; at <= HEAD_SLACK && at + 5 <= len; at++) {
		if (!memcmp(s + at, "ANSI ", 5) || !memcmp(s + at, "AAMVA", 5))
			return at + 5;
	}
	return 0;
}

bool aamva_is(const void *bytes, size_t len)
{
	return find_issuer(bytes, len) > 0;
}

/* So many digits at *at, which goes behind them; or -1. */
static int number(const char *s, size_t len, size_t *at, size_t count)
{
	size_t i, from = *at;
	int n = 0;

	if (len - from < count)
		return -1;
	*at += count;
	for (i = from; i < from + count; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = 10 * n + (s[i] - '0');
	}
	return n;
}

/* Where the entries begin, and how many; or 0 with an error. */
static size_t read_header(struct aamva *a, const char *s, size_t len,
			  int *entries)
{
	size_t at = find_issuer(s, len);

	if (!at) {
		aamva_wrong(a, "the header is missing");
		return 0;
	}
	if (number(s, len, &at, ISSUER_LEN) < 0) {
		aamva_wrong(a, "the issuer's number is no number");
		return 0;
	}
	memcpy(a->issuer, s + at - ISSUER_LEN, ISSUER_LEN);
	a->version = number(s, len, &at, 2);
	if (a->version < 1) {
		aamva_wrong(a, "the version of the standard is no number");
		a->version = 0;
		return 0;
	}
	if (a->version > 1 && number(s, len, &at, 2) < 0)
		aamva_warn(a, "the issuer's version is no number");
	*entries = number(s, len, &at, 2);
	if (*entries < 1) {
		aamva_wrong(a, "the directory has no entries");
		return 0;
	}
	return at;
}

/* The types that hold a person: licences and identification cards. */
static bool is_person(const char *type)
{
	return !memcmp(type, "DL", 2) || !memcmp(type, "ID", 2);
}

/* Whether a subfile of that type begins there: its type, then an element. */
static bool begins(const char *s, size_t len, size_t at, const char *type)
{
	size_t element = at + 2;

	if (element < len && (s[element] == '\n' || s[element] == '\r'))
		element++;
	return element + 3 <= len && !memcmp(s + at, type, 2) &&
	       s[element] == 'D' && s[element + 1] >= 'A' &&
	       s[element + 1] <= 'D' && s[element + 2] >= 'A' &&
	       s[element + 2] <= 'Z';
}

/* Issuers count offsets and lengths in ways of their own, so that what stands
 * there decides: the type at the offset, else wherever it is; the end of the
 * segment at the length, else wherever that is. */
static struct aamva_span subfile_of(struct aamva *a, const char *s, size_t len,
				    const char *entry)
{
	struct aamva_span out = { NULL, 0 };
	size_t at = 2, end;
	int offset = number(entry, ENTRY, &at, 4), length;

	length = number(entry, ENTRY, &at, 4);
	at = offset < 0 ? len : (size_t)offset;
	if (!begins(s, len, at, entry)) {
		for (at = 0; at < len && !begins(s, len, at, entry);)
			at++;
		if (at == len)
			return out;
		aamva_warn(a, "the offset of subfile %.2s is wrong", entry);
	}
	end = at + (size_t)(length < 3 ? 3 : length);
	if (end > len || s[end - 1] != '\r') {
		const char *cr = memchr(s + at + 3, '\r', len - at - 3);

		end = cr ? (size_t)(cr - s) : len;
		aamva_warn(a, "the length of subfile %.2s is wrong", entry);
	}
	out.s = s + at + 2;
	out.len = end - at - 2;
	return out;
}

static int read_subfiles(struct aamva *a, const char *s, size_t len, size_t at,
			 int entries)
{
	size_t end = at + ENTRY * (size_t)entries;
	struct aamva_span found;

	if (end > len) {
		aamva_warn(a, "the directory is longer than the whole");
		end = len - (len - at) % ENTRY;
	}
	for (; at + ENTRY <= end; at += ENTRY) {
		if (!is_person(s + at))
			continue;
		found = subfile_of(a, s, len, s + at);
		if (!found.s)
			continue;
		a->is_licence = s[at] == 'D';
		aamva_read_elements(a, found);
		return 0;
	}
	aamva_wrong(a, "there is no subfile of a licence or card");
	return -1;
}

int aamva_parse(const void *bytes, size_t len, struct aamva *out)
{
	int entries;
	size_t at;

	memset(out, 0, sizeof(*out));
	if (len > AAMVA_TEXT_MAX) {
		aamva_wrong(out, "the text is longer than a barcode can be");
		return -1;
	}
	at = read_header(out, bytes, len, &entries);
	if (!at || read_subfiles(out, bytes, len, at, entries))
		return -1;
	return out->error_count ? -1 : 0;
}

static void add_fields(struct buf *b, const struct aamva *a,
		       enum aamva_field from, enum aamva_field to)
{
	static const char *const names[AAMVA_FIELDS] = {
		[AAMVA_NUMBER] = "document_number",
		[AAMVA_FIRST_NAME] = "first_name",
		[AAMVA_MIDDLE_NAME] = "middle_name",
		[AAMVA_LAST_NAME] = "last_name",
		[AAMVA_SUFFIX] = "suffix",
		[AAMVA_FULL_NAME] = "full_name",
		[AAMVA_BIRTH] = "date_of_birth",
		[AAMVA_ISSUED] = "issue_date",
		[AAMVA_EXPIRY] = "expiry_date",
		[AAMVA_GENDER] = "gender",
		[AAMVA_LINE1] = "line1",
		[AAMVA_LINE2] = "line2",
		[AAMVA_CITY] = "city",
		[AAMVA_STATE] = "state",
		[AAMVA_POSTCODE] = "postcode",
		[AAMVA_COUNTRY] = "country",
	};
	int i;

	for (i = (int)from; i <= (int)to; i++)
		json_str(b, names[i], *a->field[i] ? a->field[i] : NULL);
}

static void add_notes(struct buf *b, const char *key, const char list[][96],
		      size_t count)
{
	size_t i;

	json_open(b, key, '[');
	for (i = 0; i < count; i++)
		json_str(b, NULL, list[i]);
	json_close(b, ']');
}

void aamva_json(struct buf *b, const struct aamva *a)
{
	const char *country = a->field[AAMVA_COUNTRY];

	json_open(b, NULL, '{');
	json_str(b, "standard", "AAMVA");
	json_int(b, "version", a->version);
	json_str(b, "issuer", *a->issuer ? a->issuer : NULL);
	json_str(b, "document_type",
		 a->is_licence ? "driving_license" : "id_card");
	add_fields(b, a, AAMVA_NUMBER, AAMVA_GENDER);
	if (*a->field[AAMVA_LINE1] || *a->field[AAMVA_CITY]) {
		json_open(b, "address", '{');
		add_fields(b, a, AAMVA_LINE1, AAMVA_COUNTRY);
		json_close(b, '}');
	} else {
		json_null(b, "address");
	}
	json_str(b, "document_country", *country ? country : NULL);
	json_flag(b, "names_cut", a->names_cut);
	json_int_or_null(b, "height_cm", a->height_cm ? a->height_cm : -1);
	json_flag(b, "valid", !a->error_count);
	add_notes(b, "errors", a->errors, a->error_count);
	add_notes(b, "warnings", a->warnings, a->warning_count);
	json_close(b, '}');
}
