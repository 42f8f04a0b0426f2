// SPDX-License-Identifier: GPL-3.0-or-later
/* Names in any script, written in small Latin letters and taken apart. */
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/str.h"
#include "check/names_part.h"

struct names {
	UTransliterator *latin;
	const UNormalizer2 *compose;
};

/* Doc 9303-3 section 6: what differs from the letter without its mark. Where
 * that leaves a choice by language it is the one of most. XX behind a letter,
 * as in NXX for Ñ, is taken off later. */
static const struct {
	UChar letter;
	char latin[5];
} icao[] = {
	{ 0xc4, "ae" },	 { 0xc5, "aa" },  { 0xc6, "ae" },  { 0xd0, "d" },
	{ 0xd6, "oe" },	 { 0xd8, "oe" },  { 0xdc, "ue" },  { 0xde, "th" },
	{ 0xdf, "ss" },	 { 0x132, "ij" }, { 0x152, "oe" }, { 0x1e9e, "ss" },
	{ 0x401, "e" },	 { 0x402, "d" },  { 0x403, "g" },  { 0x404, "ie" },
	{ 0x405, "dz" }, { 0x406, "i" },  { 0x407, "i" },  { 0x408, "j" },
	{ 0x409, "lj" }, { 0x40a, "nj" }, { 0x40b, "c" },  { 0x40c, "k" },
	{ 0x40e, "u" },	 { 0x40f, "dz" }, { 0x410, "a" },  { 0x411, "b" },
	{ 0x412, "v" },	 { 0x413, "g" },  { 0x414, "d" },  { 0x415, "e" },
	{ 0x416, "zh" }, { 0x417, "z" },  { 0x418, "i" },  { 0x419, "i" },
	{ 0x41a, "k" },	 { 0x41b, "l" },  { 0x41c, "m" },  { 0x41d, "n" },
	{ 0x41e, "o" },	 { 0x41f, "p" },  { 0x420, "r" },  { 0x421, "s" },
	{ 0x422, "t" },	 { 0x423, "u" },  { 0x424, "f" },  { 0x425, "kh" },
	{ 0x426, "ts" }, { 0x427, "ch" }, { 0x428, "sh" }, { 0x429, "shch" },
	{ 0x42a, "ie" }, { 0x42b, "y" },  { 0x42c, "" },   { 0x42d, "e" },
	{ 0x42e, "iu" }, { 0x42f, "ia" }, { 0x490, "g" },
};

struct names *names_create(void)
{
	static const char rules[] = "NFKC; Any-Latin; Latin-ASCII; Lower";
	struct names *n = mem_alloc(sizeof(*n));
	UErrorCode error = U_ZERO_ERROR;
	UChar id[64];

	u_uastrcpy(id, rules);
	n->latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	n->compose = unorm2_getNFKCInstance(&error);
	if (U_SUCCESS(error))
		return n;
	names_destroy(n);
	return NULL;
}

void names_destroy(struct names *n)
{
	if (n && n->latin)
		utrans_close(n->latin);
	free(n);
}

/* Letters of the table in place of those of the text; the length. */
static int32_t put_icao(const UChar *s, int32_t len, UChar *out, int32_t room)
{
	int32_t i, n = 0;
	size_t k;

	for (i = 0; i < len && n + 4 < room; i++) {
		UChar32 upper = u_toupper(s[i]);
		const char *latin;

		for (k = 0; k < ARRAY_SIZE(icao); k++) {
			if (icao[k].letter == upper)
				break;
		}
		if (k == ARRAY_SIZE(icao)) {
			out[n++] = s[i];
			continue;
		}
		for (latin = icao[k].latin; *latin; latin++)
			out[n++] = (UChar)*latin;
	}
	return n;
}

/* Composed and in UTF-16; the length or -1. */
static int32_t compose(const struct names *n, const char *text,
		       UChar out[NAMES_TEXT])
{
	UErrorCode error = U_ZERO_ERROR;
	UChar raw[NAMES_TEXT];
	int32_t len;

	u_strFromUTF8(raw, NAMES_TEXT, &len, text, -1, &error);
	if (U_FAILURE(error) || error == U_STRING_NOT_TERMINATED_WARNING)
		return -1;
	len = unorm2_normalize(n->compose, raw, len, out, NAMES_TEXT / 2,
			       &error);
	return U_FAILURE(error) || len >= NAMES_TEXT / 2 ? -1 : len;
}

/* Letters and digits; apostrophes join, anything else parts. */
static int put_ascii(const UChar *s, int32_t len, char out[NAMES_TEXT])
{
	int32_t i, n = 0;

	for (i = 0; i < len && n + 1 < NAMES_TEXT; i++) {
		UChar c = s[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = (char)c;
		else if (c != '\'' && c != '`' && c != 0x2019 && c != 0x2bc &&
			 n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return i < len ? -1 : 0;
}

/* ASCII has no other forms: most names need no tables. */
static int fold_ascii(const char *text, char out[NAMES_TEXT])
{
	UChar small[NAMES_TEXT] = { 0 };
	int32_t n = 0;

	for (; n < NAMES_TEXT && text[n]; n++) {
		bool capital = text[n] >= 'A' && text[n] <= 'Z';

		small[n] = (UChar)(text[n] + (capital ? 'a' - 'A' : 0));
	}
	return n == NAMES_TEXT ? -1 : put_ascii(small, n, out);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text > 0x7e)
			return false;
	}
	return true;
}

int names_fold(const struct names *n, const char *text, bool by_icao,
	       char out[NAMES_TEXT])
{
	UChar composed[NAMES_TEXT], latin[2 * NAMES_TEXT];
	UErrorCode error = U_ZERO_ERROR;
	int32_t len, limit;

	*out = '\0';
	if (is_ascii(text))
		return fold_ascii(text, out);
	len = compose(n, text, composed);
	if (len < 0)
		return -1;
	if (by_icao)
		len = put_icao(composed, len, latin, NAMES_TEXT);
	else
		memcpy(latin, composed, (size_t)len * sizeof(*latin));
	limit = len;
	utrans_transUChars(n->latin, latin, &len, 2 * NAMES_TEXT, 0, &limit,
			   &error);
	if (U_FAILURE(error) || len > 2 * NAMES_TEXT)
		return -1;
	return put_ascii(latin, len, out);
}

static bool is_sign(UChar32 c)
{
	UErrorCode error = U_ZERO_ERROR;

	switch (uscript_getScript(c, &error)) {
	case USCRIPT_HAN:
	case USCRIPT_HANGUL:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
		return true;
	default:
		return false;
	}
}

/* The signs of a name that is written in them; what does not fit is left out,
 * and with it both names. */
static void put_signs(const struct names *n, const char *text,
		      char out[2 * PART_LEN])
{
	UChar composed[NAMES_TEXT], signs[NAMES_TEXT];
	int32_t len = compose(n, text, composed), i, count = 0, bytes;
	UErrorCode error = U_ZERO_ERROR;

	*out = '\0';
	for (i = 0; i < len; i++) {
		if (is_sign(composed[i]))
			signs[count++] = composed[i];
	}
	u_strToUTF8(out, 2 * PART_LEN, &bytes, signs, count, &error);
	if (U_FAILURE(error) || error == U_STRING_NOT_TERMINATED_WARNING)
		*out = '\0';
}

/* Titles and particles say nothing of who it is. Those of fathers do; see
 * is_bin. */
static bool is_small(const char *word)
{
	static const char *const words[] = {
		"mr",	     "mrs",	  "ms",		"miss",	  "mx",
		"dr",	     "prof",	  "sir",	"dame",	  "sheikh",
		"shaikh",    "shaykh",	  "haji",	"hajji",  "sayyid",
		"president", "prasident", "praesident", "herr",	  "frau",
		"monsieur",  "madame",	  "senor",	"senora", "don",
		"dona",	     "jr",	  "sr",		"ii",	  "iii",
		"de",	     "del",	  "della",	"di",	  "da",
		"do",	     "dos",	  "das",	"du",	  "des",
		"la",	     "las",	  "los",	"le",	  "van",
		"von",	     "der",	  "den",	"ter",	  "ten",
		"zu",	     "zur",	  "af",		"av",	  "al",
		"el",	     "ul",	  "ur",		"as",	  "ad",
		"ar",	     "y",	  "e",		"na"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i], word))
			return true;
	}
	return false;
}

static bool is_bin(const char *word)
{
	return !strcmp(word, "bin") || !strcmp(word, "ibn") ||
	       !strcmp(word, "ben") || !strcmp(word, "bint") ||
	       !strcmp(word, "bn");
}

/* NXX and UXX are Ñ and Ü in a machine readable zone. */
static void take_off_xx(char *word)
{
	char *at = word;

	while ((at = strstr(at, "xx"))) {
		if (at > word && (at[-1] == 'n' || at[-1] == 'u'))
			memmove(at, at + 2, strlen(at + 2) + 1);
		else
			at++;
	}
}

/* The words of a folded name; their number. */
static size_t words_of(char *folded, const char *words[PARTS_MAX * 2])
{
	char *word;
	size_t n = 0;

	while ((word = strsep(&folded, " ")) && n < 2 * (size_t)PARTS_MAX) {
		if (!*word)
			continue;
		take_off_xx(word);
		words[n++] = word;
	}
	return n;
}

static void add_parts(struct name_parts *p, const char *const *plain,
		      const char *const *other, size_t count)
{
	bool after_bin = false;
	size_t i;

	for (i = 0; i < count; i++) {
		struct name_part *part;

		if (is_bin(plain[i]) && i + 1 < count && count > 2) {
			after_bin = true;
			continue;
		}
		part = &p->part[p->count++];
		str_copy(part->form[0], PART_LEN, plain[i]);
		str_copy(part->form[1], PART_LEN, other[i]);
		part->small = is_small(plain[i]);
		part->after_bin = after_bin && !part->small;
		after_bin &= part->small;
	}
}

int names_split(const struct names *n, const char *text, struct name_parts *out)
{
	const char *words[FORMS][PARTS_MAX * 2];
	char folded[FORMS][NAMES_TEXT];
	size_t count[FORMS];
	int i;

	memset(out, 0, sizeof(*out));
	if (!text)
		return -1;
	for (i = 0; i < FORMS; i++) {
		if (names_fold(n, text, i == 1, folded[i]))
			return -1;
		count[i] = words_of(folded[i], words[i]);
	}
	if (count[0] > PARTS_MAX)
		return -1;
	/* a table that splits a word makes other words than its fellow */
	i = count[0] == count[1] ? 1 : 0;
	add_parts(out, words[0], words[i], count[0]);
	put_signs(n, text, out->signs);
	return out->count ? 0 : -1;
}

void names_compare(const struct names *n, const struct name *a,
		   const struct name *b, struct comparison *out)
{
	struct name_parts left, right;

	if (names_split(n, a->text, &left) || names_split(n, b->text, &right)) {
		*out = (struct comparison){
			.verdict = VERDICT_UNKNOWN,
			.reason = "one of them is not known"
		};
		return;
	}
	names_compare_parts(&left, a->cut, &right, b->cut, out);
}
