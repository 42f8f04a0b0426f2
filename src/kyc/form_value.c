// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside form: values that are strings, by the type of their field. */
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/str.h"
#include "kyc/form.h"
#include "kyc/form_value.h"
#include "kyc/wallet.h"

enum { STRING_MAX = 255, URL_MAX = 2048, TEXT_MAX = 4000 };

/* ITU-T E.164 6.1: up to 15 digits, of which none is a leading zero. */
enum { PHONE_MIN = 7, PHONE_MAX = 15 };

/* ISO 3166-1, as of 2024. */
static const char countries[] =
	"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBT"
	"BVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEH"
	"ERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHT"
	"HUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLS"
	"LTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNI"
	"NLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESG"
	"SHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUG"
	"UMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

bool kyc_country_is(const char *s)
{
	size_t i;

	if (!s[0] || !s[1] || s[2])
		return false;
	for (i = 0; i + 1 < sizeof(countries); i += 2) {
		if (countries[i] == s[0] && countries[i + 1] == s[1])
			return true;
	}
	return false;
}

int64_t form_length_max(enum kyc_field_type type)
{
	if (type == KYC_FIELD_TEXT)
		return TEXT_MAX;
	return type == KYC_FIELD_URL ? URL_MAX : STRING_MAX;
}

static const char *check_date(struct arena *a, const struct kyc_field *field,
			      const char *s)
{
	struct date day;

	if (date_parse(s, &day))
		return "must be a day of the calendar as YYYY-MM-DD";
	if (field->from && strcmp(s, field->from) < 0)
		return arena_printf(a, "must not be before %s", field->from);
	if (field->to && strcmp(s, field->to) > 0)
		return arena_printf(a, "must not be after %s", field->to);
	return NULL;
}

/* What people write between the digits goes (ITU-T E.123). */
static const char *check_phone(struct arena *a, const char **s)
{
	char *out = arena_strdup(a, *s), *to = out;
	const char *from;
	size_t digits;

	for (from = *s; *from; from++) {
		if (!strchr(" -().", *from))
			*to++ = *from;
	}
	*to = '\0';
	digits = strspn(out + (*out == '+'), "0123456789");
	if (*out != '+' || out[1] == '0' || out[1 + digits] ||
	    digits < PHONE_MIN || digits > PHONE_MAX)
		return "must be a phone number with its country code, such as "
		       "+49 30 1234567";
	*s = out;
	return NULL;
}

static const char *check_country(struct arena *a, const char **s)
{
	char *out = arena_strdup(a, *s), *p;

	for (p = out; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 32);
	}
	if (!kyc_country_is(out))
		return "must be a country's two letters (ISO 3166-1 alpha-2)";
	*s = out;
	return NULL;
}

static const char *check_choice(const struct kyc_field *field, const char *s)
{
	size_t i;

	for (i = 0; i < field->choice_count; i++) {
		if (!strcmp(field->choices[i].value, s))
			return NULL;
	}
	return "is none of the choices";
}

/* http or https, a host, and nothing that a browser shows as something else:
 * no user before the host, no blanks, no quotes. */
static const char *check_url(const char *s)
{
	static const char why[] = "must be an address that starts with "
				  "https:// or http://";
	size_t host;

	if (!strncasecmp(s, "https://", 8))
		s += 8;
	else if (!strncasecmp(s, "http://", 7))
		s += 7;
	else
		return why;
	host = strcspn(s, "/?#");
	if (!host || *s == '.' || *s == ':' || memchr(s, '@', host))
		return why;
	return strpbrk(s, " \"<>\\^`{|}") ? why : NULL;
}

/* A name has a letter: anything but ASCII that is none. */
static const char *check_name(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80 || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			return NULL;
	}
	return "must hold a letter";
}

const char *form_value_check(struct arena *a, const struct kyc_field *field,
			     const char **s)
{
	switch (field->type) {
	case KYC_FIELD_NAME:
		return check_name(*s);
	case KYC_FIELD_DATE:
		return check_date(a, field, *s);
	case KYC_FIELD_EMAIL:
		return str_is_email(*s, strlen(*s)) ? NULL
						    : "must be a mail address";
	case KYC_FIELD_PHONE:
		return check_phone(a, s);
	case KYC_FIELD_COUNTRY:
		return check_country(a, s);
	case KYC_FIELD_CHOICE:
		return check_choice(field, *s);
	case KYC_FIELD_URL:
		return check_url(*s);
	default:
		return NULL;
	}
}

bool form_network_is(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && len <= 32 && !name[len];
}

const char *form_wallet_check(const char *address, const char **network)
{
	static const char *const names[] = { NULL, "bitcoin", "ethereum" };
	enum kyc_network of =
		*network ? kyc_network(*network) : kyc_wallet_network(address);

	if (!kyc_wallet_is(of, address))
		return of ? "is no address of that network: look for a typing "
			    "error"
			  : "is no address of a wallet";
	if (!*network)
		*network = names[of];
	return NULL;
}
