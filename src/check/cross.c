// SPDX-License-Identifier: GPL-3.0-or-later
/* What several sources say of one person, set against one another. */
#include "base/json.h"
#include "check/cross.h"

enum cross_kind cross_kind(const char *field)
{
	static const struct {
		const char *field;
		enum cross_kind kind;
	} kinds[] = {
		{ "full_name", CROSS_NAMES },
		{ "first_name", CROSS_NAMES },
		{ "middle_name", CROSS_NAMES },
		{ "last_name", CROSS_NAMES },
		{ "given_names", CROSS_NAMES },
		{ "surname", CROSS_NAMES },
		{ "date_of_birth", CROSS_DATES },
		{ "expiry_date", CROSS_DATES },
		{ "issue_date", CROSS_DATES },
		{ "document_number", CROSS_NUMBERS },
		{ "personal_number", CROSS_NUMBERS },
		{ "nationality", CROSS_STATES },
		{ "document_country", CROSS_STATES },
		{ "issuer", CROSS_STATES },
		{ "country", CROSS_STATES },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].field, field))
			return kinds[i].kind;
	}
	return CROSS_WORDS;
}

static void compare(const struct names *n, const struct cross_value *a,
		    const struct cross_value *b, struct comparison *out)
{
	const struct name left = { a->value, a->cut };
	const struct name right = { b->value, b->cut };

	switch (cross_kind(a->field)) {
	case CROSS_NAMES:
		if (n) {
			names_compare(n, &left, &right, out);
			return;
		}
		*out = (struct comparison){
			.verdict = VERDICT_UNKNOWN,
			.reason = "names can't be compared here"
		};
		return;
	case CROSS_DATES:
		compare_dates(a->value, b->value, out);
		return;
	case CROSS_NUMBERS:
		compare_numbers(a->value, b->value, out);
		return;
	case CROSS_STATES:
		compare_states(a->value, b->value, out);
		return;
	default:
		compare_words(a->value, b->value, out);
	}
}

static void add_side(struct buf *b, const char *key,
		     const struct cross_value *v)
{
	json_open(b, key, '{');
	json_str(b, "source", v->source);
	json_str(b, "value", v->value);
	json_close(b, '}');
}

static void add_comparison(struct buf *b, const struct cross_value *left,
			   const struct cross_value *right,
			   const struct comparison *c)
{
	json_open(b, NULL, '{');
	json_str(b, "field", left->field);
	add_side(b, "a", left);
	add_side(b, "b", right);
	json_str(b, "verdict", verdict_names[c->verdict]);
	json_str(b, "reason", c->reason);
	json_close(b, '}');
}

static void add_sentence(struct buf *b, const struct cross_value *left,
			 const struct cross_value *right,
			 const struct comparison *c)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s of %s and %s: %s", left->field, left->source,
		   right->source, c->reason);
	json_str(b, NULL, text.data);
	buf_finish(&text);
}

static bool is_pair(const struct cross_value *a, const struct cross_value *b)
{
	return a->value && *a->value && b->value && *b->value &&
	       (!a->group || !b->group || a->group == b->group) &&
	       !strcmp(a->field, b->field) && strcmp(a->source, b->source) != 0;
}

/* The three lists, as they grow, and the worst of what is in them. */
struct lists {
	struct buf errors, warnings, comparisons;
	enum cross_status worst;
};

static void note(struct lists *l, const struct cross_value *left,
		 const struct cross_value *right, const struct comparison *c)
{
	bool mismatch = c->verdict == VERDICT_MISMATCH;
	enum cross_status status = mismatch	     ? CROSS_FAILED
				   : c->only_missing ? CROSS_PASSED
						     : CROSS_WARNING;

	add_comparison(&l->comparisons, left, right, c);
	if (c->verdict == VERDICT_MATCH)
		return;
	add_sentence(mismatch ? &l->errors : &l->warnings, left, right, c);
	if (status > l->worst)
		l->worst = status;
}

static void compare_all(struct lists *l, const struct names *n,
			const struct cross_value *values, size_t count)
{
	struct comparison c;
	size_t i, j;

	for (i = 0; i < count; i++) {
		for (j = i + 1; j < count; j++) {
			if (!is_pair(&values[i], &values[j]))
				continue;
			compare(n, &values[i], &values[j], &c);
			note(l, &values[i], &values[j], &c);
		}
	}
	if (l->comparisons.len)
		return;
	json_str(&l->warnings, NULL, "nothing could be compared");
	l->worst = CROSS_NOTHING;
}

static void add_list(struct buf *b, const char *key, struct buf *list)
{
	json_open(b, key, '[');
	buf_add(b, list->data, list->len);
	json_close(b, ']');
	buf_finish(list);
}

enum cross_status cross_validate(struct buf *b, const char *key,
				 const struct names *n,
				 const struct cross_value *values, size_t count)
{
	static const char *const words[] = { "passed", "warning", "warning",
					     "failed" };
	struct lists l = { BUF_INIT, BUF_INIT, BUF_INIT, CROSS_PASSED };

	compare_all(&l, n, values, count);
	json_open(b, key, '{');
	json_str(b, "status", words[l.worst]);
	add_list(b, "warnings", &l.warnings);
	add_list(b, "errors", &l.errors);
	add_list(b, "comparisons", &l.comparisons);
	json_close(b, '}');
	return l.worst;
}
