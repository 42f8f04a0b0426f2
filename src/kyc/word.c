// SPDX-License-Identifier: GPL-3.0-or-later
/* Search words: what a session is found by. */
#include "base/str.h"
#include "kyc/word.h"

enum { WORDS_MAX = 32, WHOLE_WORDS = 6, PARTS = 4 };

/* Rows go in by one statement of a size that fits; the last word fills what is
 * left over, and IGNORE drops the repeats. Case and accents are folded by the
 * column's collation. */
#define ROW "(?, ?, ?)"
#define ROWS_2 ROW ", " ROW
#define ROWS_4 ROWS_2 ", " ROWS_2
#define ROWS_8 ROWS_4 ", " ROWS_4
#define ROWS_16 ROWS_8 ", " ROWS_8
#define ROWS_32 ROWS_16 ", " ROWS_16
#define INSERT "INSERT IGNORE INTO word (tenant_id, word, session_id) VALUES "

/* by the index session */
static const struct db_sql DELETE = {
	"DELETE FROM word WHERE tenant_id = ? AND session_id = ?"
};

static const struct {
	size_t rows;
	struct db_sql sql;
} inserts[] = {
	{ 1, { INSERT ROW } },	    { 2, { INSERT ROWS_2 } },
	{ 4, { INSERT ROWS_4 } },   { 8, { INSERT ROWS_8 } },
	{ 16, { INSERT ROWS_16 } }, { 32, { INSERT ROWS_32 } },
};

struct words {
	struct {
		const char *s;
		size_t len;
	} at[WORDS_MAX];
	size_t count;
};

static void add(struct words *w, const char *s, size_t len)
{
	len = str_utf8_prefix(s, len, KYC_WORD_BYTES);
	if (!len || w->count == WORDS_MAX)
		return;
	w->at[w->count].s = s;
	w->at[w->count++].len = len;
}

/* A word is found by its parts as well: "lee" finds ann.lee@example.org,
 * "4711" finds order-4711. */
static bool is_part_end(char c)
{
	return c && strchr("-_.@/:#+", c);
}

static void add_parts(struct words *w, const char *s, size_t len, size_t max)
{
	size_t i;

	for (i = 1; i + 1 < len && max; i++) {
		if (is_part_end(s[i]) && !is_part_end(s[i + 1])) {
			add(w, s + i + 1, len - i - 1);
			max--;
		}
	}
}

/* Each field has a share of its own, so that one with many words does not
 * leave the others unfound. */
static void add_field(struct words *w, const char *text)
{
	size_t len, end = w->count + WHOLE_WORDS;
	const char *s;

	for (s = text; s && *s && w->count < end; s += len + (s[len] == ' ')) {
		len = strcspn(s, " ");
		add(w, s, len);
	}
	for (s = text; s && *s; s += len + (s[len] == ' ')) {
		len = strcspn(s, " ");
		if (w->count < end + PARTS)
			add_parts(w, s, len, end + PARTS - w->count);
	}
}

int kyc_word_index(struct kyc *k, const struct kyc_session *s, struct fault *f)
{
	struct db_val vals[3 * WORDS_MAX];
	char id[UUID_TEXT_SIZE];
	struct words w = { .count = 0 };
	size_t i, n = 0;

	uuid_text(&s->id, id);
	add(&w, id, sizeof(id) - 1);
	add_field(&w, s->external_id);
	add_field(&w, s->customer_email);
	add_field(&w, s->customer_name);
	while (inserts[n].rows < w.count)
		n++;
	for (i = 0; i < inserts[n].rows; i++) {
		size_t j = i < w.count ? i : w.count - 1;

		vals[3 * i] = db_uuid(&s->tenant);
		vals[3 * i + 1] = db_bytes(w.at[j].s, w.at[j].len);
		vals[3 * i + 1].type = DB_VAL_TEXT;
		vals[3 * i + 2] = db_uuid(&s->id);
	}
	if (db_exec_(k->db, &inserts[n].sql, vals, 3 * inserts[n].rows) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_word_replace(struct kyc *k, const struct kyc_session *s,
		     struct fault *f)
{
	if (db_exec(k->db, &DELETE, db_uuid(&s->tenant), db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	return kyc_word_index(k, s, f);
}

static const char *like_prefix(struct arena *a, const char *s, size_t len)
{
	struct buf out;
	size_t i;

	buf_init(&out, a);
	for (i = 0; i < len; i++) {
		if (strchr("%_\\", s[i]))
			buf_chr(&out, '\\');
		buf_chr(&out, s[i]);
	}
	buf_chr(&out, '%');
	return out.data;
}

size_t kyc_word_prefixes(struct arena *a, const char *query, size_t max,
			 const char **out)
{
	size_t n = 0;

	while (*query && n < max) {
		size_t len = strcspn(query, " ");
		size_t use = str_utf8_prefix(query, len, KYC_WORD_BYTES);

		if (use)
			out[n++] = like_prefix(a, query, use);
		query += len + (query[len] == ' ');
	}
	return n;
}
