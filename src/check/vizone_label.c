// SPDX-License-Identifier: GPL-3.0-or-later
/* The labels of a document: which words they are, and what they stand at. */
#include "base/str.h"
#include "check/vizone_part.h"

/* One of the words, in small letters without marks, and behind what it is no
 * label of that field. */
static const struct label {
	const char *field;
	const char *words;
	const char *not_behind;
} labels[] = {
	{ "last_name",
	  "surname surnames nom nachname familienname apellidos cognome "
	  "apelido apelidos nazwisko achternaam efternamn",
	  "birth naissance" },
	{ "first_name",
	  "given forenames prenom prenoms vorname vornamen nombre nombres "
	  "imiona voornamen fornamn",
	  "" },
	{ "date_of_birth",
	  "birth naissance geburtsdatum geburtstag nacimiento nascita "
	  "nascimento urodzenia geboortedatum dob",
	  "place lieu lugar luogo local" },
	{ "expiry_date",
	  "expiry expiration expires ablaufdatum caducidad vencimiento "
	  "scadenza validade waznosci until bis",
	  "" },
	{ "issue_date",
	  "issue issued delivrance ausstellungsdatum expedicion emision "
	  "rilascio emissao wydania",
	  "place authority lieu" },
	{ "document_number",
	  "passport passeport passnummer pasaporte passaporto document "
	  "licence license card ausweisnummer",
	  "type" },
};

/* Words that stand in labels without being in one of those lists. */
static const char others[] =
	"date name names first last no nr number numero nummer sex sexe sexo "
	"nationality nationalite place lieu type code country issuing "
	"authority autorite pays signature titulaire holder personal "
	"geschlecht datum";

/* The next run of letters from *s on, small; é and è as e, what is marked
 * otherwise is left out. False where there is none. */
static bool next_run(const char **s, char out[WORD_TEXT_MAX])
{
	size_t n = 0;

	for (; **s; (*s)++) {
		unsigned char c = (unsigned char)**s;
		unsigned char next = (unsigned char)(*s)[1];

		if (c >= 'A' && c <= 'Z')
			out[n++] = (char)(c - 'A' + 'a');
		else if (c >= 'a' && c <= 'z')
			out[n++] = (char)c;
		else if (c == 0xc3 && (next & 0x9f) >= 0x88 &&
			 (next & 0x9f) <= 0x8b)
			out[n++] = 'e';
		else if (!(c & 0x80) && n)
			break;
	}
	out[n] = '\0';
	return n > 0;
}

/* A part of the word, as of "Nom/Name", is in the list. */
static bool says(const char *word, const char *list)
{
	char run[WORD_TEXT_MAX];

	while (next_run(&word, run)) {
		if (str_listed(list, run))
			return true;
	}
	return false;
}

static bool is_behind(const struct words *w, size_t i, const char *list)
{
	size_t back;

	for (back = 1; back <= 3 && back <= i; back++) {
		if (w->list[i - back].line != w->list[i].line)
			break;
		if (says(w->list[i - back].text, list))
			return true;
	}
	return false;
}

/* "Passport No": what such a number's label goes on with. */
static bool goes_on(const struct words *w, size_t i)
{
	size_t k;

	for (k = i + 1; k <= i + 3 && k < w->count; k++) {
		if (w->list[k].line != w->list[i].line)
			break;
		if (says(w->list[k].text, "no nr n number numero nummer num"))
			return true;
	}
	return false;
}

static const struct label *label_of(const char *field)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		if (!strcmp(labels[i].field, field))
			return &labels[i];
	}
	return NULL;
}

int vizone_label(const struct words *w, const char *field, size_t *at)
{
	const struct label *l = label_of(field);
	size_t i;

	for (i = *at; l && i < w->count; i++) {
		if (!says(w->list[i].text, l->words) ||
		    is_behind(w, i, l->not_behind) ||
		    (!strcmp(field, "document_number") && !goes_on(w, i)))
			continue;
		*at = i + 1;
		return (int)i;
	}
	return -1;
}

bool vizone_is_label(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		if (says(word, labels[i].words))
			return true;
	}
	return says(word, others);
}

int vizone_distance(const struct word *label, const struct word *w)
{
	int h = label->at[3] > 0 ? label->at[3] : 1;
	int right = w->at[0] - label->at[0] - label->at[2];
	int down = w->at[1] - label->at[1] - label->at[3];
	int middle = 2 * w->at[1] + w->at[3] - 2 * label->at[1] - label->at[3];

	if (right >= 0 && right < 12 * h && abs(middle) < 2 * h)
		return right;
	if (down > -h && down < 3 * h && middle > h &&
	    w->at[0] + w->at[2] > label->at[0] - 12 * h && right < 4 * h)
		return (down > 0 ? down : 0) + (right > 0 ? right : 0);
	return -1;
}
