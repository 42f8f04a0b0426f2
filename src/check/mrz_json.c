// SPDX-License-Identifier: GPL-3.0-or-later
/* What a machine readable zone says, as words and as JSON. */
#include "base/json.h"
#include "base/str.h"
#include "check/mrz.h"
#include "check/state.h"

/* Residence permits are known by an R (Regulation (EC) 1030/2002 and others),
 * those of the United States by C1 and C2. */
const char *mrz_document_type(const struct mrz *m)
{
	const char *code = m->document_code;

	switch (m->format) {
	case MRZ_TD3:
		return "passport";
	case MRZ_MRV_A:
	case MRZ_MRV_B:
		return "visa";
	case MRZ_TD1:
	case MRZ_TD2:
		if (!*code)
			return NULL;
		if (code[1] == 'R' ||
		    (!strcmp(m->issuer, "USA") && code[0] == 'C' &&
		     (code[1] == '1' || code[1] == '2')))
			return "residence_permit";
		return "id_card";
	default:
		return NULL;
	}
}

const char *mrz_gender(const struct mrz *m)
{
	switch (m->sex) {
	case 'M':
		return "male";
	case 'F':
		return "female";
	case 'X':
		return "other";
	default:
		return NULL;
	}
}

bool mrz_is_specimen(const struct mrz *m)
{
	return !strcmp(m->issuer, "UTO") || !strcmp(m->nationality, "UTO");
}

void mrz_date_text(const struct mrz_date *d, char out[11])
{
	const struct date *p = &d->date;
	char text[40];

	if (!d->there || !p->year)
		*text = '\0';
	else if (!p->month)
		snprintf(text, sizeof(text), "%04d", p->year);
	else if (!p->day)
		snprintf(text, sizeof(text), "%04d-%02d", p->year, p->month);
	else
		snprintf(text, sizeof(text), "%04d-%02d-%02d", p->year,
			 p->month, p->day);
	str_copy(out, 11, text);
}

static void text(struct buf *b, const char *key, const char *s)
{
	json_str(b, key, *s ? s : NULL);
}

static void add_state(struct buf *b, const char *key, const char *alpha2_key,
		      const char *code)
{
	text(b, key, code);
	json_str(b, alpha2_key, state_alpha2(code));
}

static void add_date(struct buf *b, const char *key, const struct mrz_date *d)
{
	char out[11];

	mrz_date_text(d, out);
	text(b, key, out);
}

static void add_optional(struct buf *b, const struct mrz *m)
{
	bool both = m->optional[0][0] && m->optional[1][0];
	char out[2 * sizeof(m->optional[0])];

	snprintf(out, sizeof(out), "%s%s%s", m->optional[0], both ? " " : "",
		 m->optional[1]);
	text(b, "optional_data", out);
}

static void add_errors(struct buf *b, const struct mrz *m)
{
	static const char *const codes[] = {
		[MRZ_WRONG_LINES] = "lines",
		[MRZ_WRONG_LENGTH] = "length",
		[MRZ_WRONG_CHARACTER] = "character",
		[MRZ_WRONG_CODE] = "document_code",
		[MRZ_WRONG_STATE] = "state",
		[MRZ_WRONG_NUMBER] = "document_number",
		[MRZ_WRONG_DATE] = "date",
		[MRZ_WRONG_NAME] = "name",
		[MRZ_WRONG_DIGIT] = "check_digit",
	};
	size_t i;

	json_open(b, "errors", '[');
	for (i = 0; i < m->error_count; i++) {
		const struct mrz_error *e = &m->errors[i];

		json_open(b, NULL, '{');
		json_int(b, "line", e->line);
		json_int(b, "column", e->column);
		json_str(b, "code", codes[e->code]);
		json_str(b, "reason", e->reason);
		json_close(b, '}');
	}
	json_close(b, ']');
}

void mrz_json(struct buf *b, const struct mrz *m)
{
	char sex[2] = { m->sex, '\0' };
	int i;

	json_open(b, NULL, '{');
	json_str(b, "format", m->format ? mrz_layouts[m->format].name : NULL);
	text(b, "document_code", m->document_code);
	json_str(b, "document_type", mrz_document_type(m));
	add_state(b, "issuer", "issuer_country", m->issuer);
	text(b, "document_number", m->document_number);
	add_state(b, "nationality", "nationality_country", m->nationality);
	add_date(b, "date_of_birth", &m->birth);
	text(b, "sex", sex);
	json_str(b, "gender", mrz_gender(m));
	add_date(b, "expiry_date", &m->expiry);
	text(b, "surname", m->surname);
	text(b, "given_names", m->given_names);
	json_flag(b, "names_cut", m->names_cut);
	add_optional(b, m);
	json_open(b, "check_digits", '{');
	for (i = 0; i < MRZ_CHECKS; i++) {
		if (m->check_there[i])
			json_flag(b, mrz_check_names[i], m->check_right[i]);
	}
	json_close(b, '}');
	json_flag(b, "valid", m->format && !m->error_count);
	json_flag(b, "specimen", mrz_is_specimen(m));
	add_errors(b, m);
	json_close(b, '}');
}
