// SPDX-License-Identifier: GPL-3.0-or-later
/* Machine readable zones for tests: ICAO's specimens, and those that are
 * changed and made right again. */
#ifndef MRZ_ZONE_H
#define MRZ_ZONE_H

#include "check/mrz.h"
#include "unit.h"

static const struct date today = { 2026, 6, 15 };
static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/* The specimens of Doc 9303 parts 4 to 7. */
static const char *const td3[] = {
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	"L898902C36UTO7408122F1204159ZE184226B<<<<<10"
};
static const char *const td2[] = { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
				   "D231458907UTO7408122F1204159<<<<<<<6" };
static const char *const td1[] = { "I<UTOD231458907<<<<<<<<<<<<<<<",
				   "7408122F1204159UTO<<<<<<<<<<<6",
				   "ERIKSSON<<ANNA<MARIA<<<<<<<<<<" };
static const char *const mrv_a[] = {
	"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	"L8988901C4XXX4009078F96121096ZE184226B<<<<<<"
};
static const char *const mrv_b[] = { "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
				     "L8988901C4XXX4009078F9612109<<<<<<<<" };

/* Those of numbers that run on. */
static const char *const long_td1[] = { "I<UTOD23145890<7349<<<<<<<<<<<",
					"3407127M9507122UTO<<<<<<<<<<<2",
					"STEVENSON<<PETER<JOHN<<<<<<<<<" };
static const char *const long_td2[] = {
	"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
	"D23145890<UTO3407127M95071227349<<<8"
};

static const struct {
	enum mrz_format format;
	const char *const *lines;
	size_t count;
	const char *type, *number, *nationality, *birth, *expiry, *optional;
} specimens[] = {
	{ MRZ_TD1, td1, 3, "id_card", "D23145890", "UTO", "1974-08-12",
	  "2012-04-15", "" },
	{ MRZ_TD2, td2, 2, "id_card", "D23145890", "UTO", "1974-08-12",
	  "2012-04-15", "" },
	{ MRZ_TD3, td3, 2, "passport", "L898902C3", "UTO", "1974-08-12",
	  "2012-04-15", "ZE184226B" },
	{ MRZ_MRV_A, mrv_a, 2, "visa", "L8988901C", "XXX", "1940-09-07",
	  "1996-12-10", "6ZE184226B" },
	{ MRZ_MRV_B, mrv_b, 2, "visa", "L8988901C", "XXX", "1940-09-07",
	  "1996-12-10", "" },
};

static inline int digit_of(const char *s, size_t n, int from)
{
	static const int weights[] = { 7, 3, 1 };
	int sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *c = strchr(chars, s[i]);
		int v = (int)(c - chars);

		v = s[i] == '<' ? 0 : v < 26 ? v + 10 : v - 26;
		sum += v * weights[(from + (int)i) % 3];
	}
	return sum;
}

/* Zones that are changed and then made right again. */
struct zone {
	enum mrz_format format;
	char text[MRZ_LINES][MRZ_LENGTH + 1];
	const char *lines[MRZ_LINES];
	size_t count;
};

static inline void zone_copy(struct zone *z, const char *const *lines,
			     size_t count)
{
	size_t i;

	z->count = count;
	for (i = 0; i < count; i++) {
		memcpy(z->text[i], lines[i], strlen(lines[i]) + 1);
		z->lines[i] = z->text[i];
	}
	z->format = mrz_format_of(count, strlen(lines[0]), lines[0][0]);
}

static inline void seal_digit(struct zone *z, const struct mrz_check_place *c)
{
	int sum = 0, from = 0;
	size_t i;

	if (!c->range_count)
		return;
	for (i = 0; i < c->range_count; i++) {
		const struct mrz_range *r = &c->ranges[i];

		sum += digit_of(z->text[r->line] + r->column, r->length, from);
		from += r->length;
	}
	z->text[c->line][c->column] = (char)('0' + sum % 10);
}

static inline void zone_seal(struct zone *z)
{
	const struct mrz_layout *l = &mrz_layouts[z->format];
	int i;

	for (i = 0; i < MRZ_CHECKS; i++)
		seal_digit(z, &l->checks[i]);
}

static inline void zone_put(struct zone *z, enum mrz_field field, const char *s)
{
	const struct mrz_range *r = &mrz_layouts[z->format].fields[field];
	char *at = z->text[r->line] + r->column;

	ck_assert_uint_le(strlen(s), r->length);
	memset(at, '<', r->length);
	memcpy(at, s, strlen(s));
}

static inline int zone_parse(const struct zone *z, struct mrz *m)
{
	return mrz_parse_on(z->lines, z->count, &today, m);
}

#endif
