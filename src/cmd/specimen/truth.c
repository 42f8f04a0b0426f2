// SPDX-License-Identifier: GPL-3.0-or-later
/* Invented holders: names, numbers, dates. */
#include "base/str.h"
#include "cmd/specimen/truth.h"
#include "cmd/specimen/zone.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits[] = "0123456789";
static const char both[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* As printed, and as Doc 9303-3 section 6 writes it. */
static const char *const surnames[][2] = {
	{ "Abramowitsch", "ABRAMOWITSCH" },
	{ "Ångström", "AANGSTROEM" },
	{ "Balogh", "BALOGH" },
	{ "Bäcker", "BAECKER" },
	{ "Castillo Ibáñez", "CASTILLO<IBANEZ" },
	{ "Chukwuemeka", "CHUKWUEMEKA" },
	{ "Çelik", "CELIK" },
	{ "D'Angelo", "DANGELO" },
	{ "De la Cruz", "DE<LA<CRUZ" },
	{ "Dvořák", "DVORAK" },
	{ "Fjeldsted", "FJELDSTED" },
	{ "Featherstonehaugh", "FEATHERSTONEHAUGH" },
	{ "Gonçalves Pereira", "GONCALVES<PEREIRA" },
	{ "Großmann", "GROSSMANN" },
	{ "Hakimi", "HAKIMI" },
	{ "Ito", "ITO" },
	{ "Jørgensen", "JOERGENSEN" },
	{ "Kapoor", "KAPOOR" },
	{ "Kiss", "KISS" },
	{ "Kask", "KASK" },
	{ "Krüger-Seyfried", "KRUEGER<SEYFRIED" },
	{ "Li", "LI" },
	{ "Łukaszewski", "LUKASZEWSKI" },
	{ "Makkonen", "MAKKONEN" },
	{ "O'Sullivan", "OSULLIVAN" },
	{ "Öztürk", "OEZTUERK" },
	{ "Phiri", "PHIRI" },
	{ "Quispe", "QUISPE" },
	{ "Raghunathan Krishnamurthy", "RAGHUNATHAN<KRISHNAMURTHY" },
	{ "Sørlie", "SOERLIE" },
	{ "Szczepański", "SZCZEPANSKI" },
	{ "Tkachenko", "TKACHENKO" },
	{ "Uhlíř", "UHLIR" },
	{ "Van den Heuvel", "VAN<DEN<HEUVEL" },
	{ "Wu", "WU" },
	{ "Xenakis", "XENAKIS" },
	{ "Yeboah", "YEBOAH" },
	{ "Zou", "ZOU" },
};
static const char *const givens[][2] = {
	{ "Aadhya", "AADHYA" },
	{ "Björn", "BJOERN" },
	{ "Cosima", "COSIMA" },
	{ "Désirée", "DESIREE" },
	{ "Ebba", "EBBA" },
	{ "Fergus", "FERGUS" },
	{ "Goran", "GORAN" },
	{ "Hye Jin", "HYE<JIN" },
	{ "Ignatius", "IGNATIUS" },
	{ "Jürgen", "JUERGEN" },
	{ "Kemal", "KEMAL" },
	{ "Ksenija", "KSENIJA" },
	{ "Leticia", "LETICIA" },
	{ "Mbali", "MBALI" },
	{ "Nils", "NILS" },
	{ "Oksana", "OKSANA" },
	{ "Per", "PER" },
	{ "Rafał", "RAFAL" },
	{ "Sebastiano", "SEBASTIANO" },
	{ "Tomás", "TOMAS" },
	{ "Ursula", "URSULA" },
	{ "Vesna", "VESNA" },
	{ "Xiang", "XIANG" },
	{ "Yusuf", "YUSUF" },
	{ "Zdeněk", "ZDENEK" },
};
static const char *const states[] = {
	"UTO", "D<<", "AUS", "BEL", "BRA", "CAN", "CHE", "CHN", "COL",
	"CZE", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GHA", "GRC",
	"HUN", "IND", "IRL", "ISL", "ITA", "JPN", "KEN", "KOR", "LVA",
	"MEX", "NGA", "NLD", "NOR", "NZL", "PER", "POL", "PRT", "ROU",
	"SVN", "SWE", "TUR", "UKR", "USA", "VNM", "ZAF", "ZMB",
};
static const char *const places[] = {
	"Zenith",    "Port Aurora", "Neuhafen", "Villa Rosada",
	"Sankt Ivo", "Østervåg",    "Kóthalom", "Bad Quellen",
};
static const char *const streets[] = {
	"Harbour Lane",	  "Elm Street",	  "Mill Road",
	"Station Avenue", "Quarry Close",
};

static void join(char *out, size_t size, const char *gap, const char *word)
{
	size_t n = strlen(out);

	snprintf(out + n, size - n, "%s%s", n ? gap : "", word);
}

static void name_make(struct chance *c, struct truth *t)
{
	size_t i = chance_below(c, ARRAY_SIZE(surnames));
	size_t n = 1 + chance_below(c, 3);

	str_copy(t->surname, sizeof(t->surname), surnames[i][0]);
	join(t->zone_name, sizeof(t->zone_name), "", surnames[i][1]);
	join(t->zone_name, sizeof(t->zone_name), "", "<");
	for (; n > 0; n--) {
		i = chance_below(c, ARRAY_SIZE(givens));
		join(t->given, sizeof(t->given), " ", givens[i][0]);
		join(t->zone_name, sizeof(t->zone_name), "<", givens[i][1]);
	}
}

static void add_some(struct chance *c, char *out, const char *characters,
		     size_t n)
{
	out += strlen(out);
	for (; n > 0; n--)
		*out++ = chance_of(c, characters);
	*out = '\0';
}

static void number_make(struct chance *c, struct truth *t,
			enum mrz_format format)
{
	switch (chance_below(c, 5)) {
	case 0:
		add_some(c, t->number, digits, 9);
		break;
	case 1:
		add_some(c, t->number, letters, 1);
		add_some(c, t->number, digits, 5 + chance_below(c, 4));
		break;
	case 2:
		add_some(c, t->number, letters, 2);
		add_some(c, t->number, digits, 7);
		break;
	default:
		add_some(c, t->number, both, 9);
	}
	if ((format == MRZ_TD1 || format == MRZ_TD2) &&
	    strlen(t->number) == 9 && chance_hit(c, 0.15))
		add_some(c, t->number, digits,
			 1 + chance_below(c, format == MRZ_TD1 ? 6 : 3));
}

static void put_two(char *out, size_t n)
{
	out[0] = (char)('0' + n / 10 % 10);
	out[1] = (char)('0' + n % 10);
}

static void date_make(struct chance *c, size_t first, size_t last, char out[7])
{
	put_two(out, first + chance_below(c, last - first + 1));
	put_two(out + 2, 1 + chance_below(c, 12));
	put_two(out + 4, 1 + chance_below(c, 28));
	out[6] = '\0';
}

void truth_make(struct chance *c, enum mrz_format format, struct truth *t)
{
	memset(t, 0, sizeof(*t));
	name_make(c, t);
	number_make(c, t, format);
	str_copy(t->state, sizeof(t->state),
		 states[chance_below(c, ARRAY_SIZE(states))]);
	str_copy(t->nation, sizeof(t->nation),
		 chance_hit(c, 0.75)
			 ? t->state
			 : states[chance_below(c, ARRAY_SIZE(states))]);
	date_make(c, 1938, 2008, t->birth);
	if (chance_hit(c, 0.04))
		memcpy(t->birth + 4, "<<", 2);
	date_make(c, 2023, 2037, t->expiry);
	t->sex = chance_hit(c, 0.06) ? '<' : chance_of(c, "MF");
	str_copy(t->place, sizeof(t->place),
		 places[chance_below(c, ARRAY_SIZE(places))]);
	snprintf(t->street, sizeof(t->street), "%zu %s",
		 1 + chance_below(c, 240),
		 streets[chance_below(c, ARRAY_SIZE(streets))]);
	str_copy(t->city, sizeof(t->city), "Springford");
	add_some(c, t->postcode, digits, 5);
	if (format == MRZ_NONE)
		licence_write(c, t);
	else
		zone_write(c, format, t);
}

void truth_date(const char date[7], int way, char out[24])
{
	static const char *const months[] = { "JAN", "FEB", "MAR", "APR",
					      "MAY", "JUN", "JUL", "AUG",
					      "SEP", "OCT", "NOV", "DEC" };
	int year = (date[0] - '0') * 10 + date[1] - '0';
	int month = (date[2] - '0') * 10 + date[3] - '0';
	const char *day = date[4] == '<' ? "00" : date + 4;

	year += year > 37 ? 1900 : 2000;
	if (month < 1 || month > 12)
		month = 1;
	if (way == 0)
		snprintf(out, 24, "%s.%02d.%04d", day, month, year);
	else if (way == 1)
		snprintf(out, 24, "%s %s %04d", day, months[month - 1], year);
	else if (way == 2)
		snprintf(out, 24, "%04d-%02d-%s", year, month, day);
	else
		snprintf(out, 24, "%s/%02d/%04d", day, month, year);
}
