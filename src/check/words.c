// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed words, as the jailed child read them off a page. */
#include <json-c/json.h>

#include "base/str.h"
#include "check/words.h"

enum { PIXEL_MAX = 100 * 1000, LINES_MAX = 100 * 1000 };

static int take_int(struct json_object *from, int least, int most, int *out)
{
	int64_t v;

	if (!json_object_is_type(from, json_type_int))
		return -1;
	v = json_object_get_int64(from);
	*out = (int)v;
	return v < least || v > most ? -1 : 0;
}

static int take_box(struct json_object *from, int out[4])
{
	size_t i;

	if (!json_object_is_type(from, json_type_array) ||
	    json_object_array_length(from) != 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if (take_int(json_object_array_get_idx(from, i), 0, PIXEL_MAX,
			     &out[i]))
			return -1;
	}
	return 0;
}

static int take_text(struct json_object *from, const char **out)
{
	size_t len;

	if (!json_object_is_type(from, json_type_string))
		return -1;
	*out = json_object_get_string(from);
	len = (size_t)json_object_get_string_len(from);
	if (!len || len >= WORD_TEXT_MAX || len != strlen(*out))
		return -1;
	return str_is_utf8(*out, len) && !str_has_control(*out, len, false) &&
			       !strchr(*out, ' ')
		       ? 0
		       : -1;
}

static int take_word(struct json_object *from, struct word *out)
{
	if (!json_object_is_type(from, json_type_object))
		return -1;
	return take_text(json_object_object_get(from, "text"), &out->text) ||
			       take_int(json_object_object_get(from,
							       "confidence"),
					0, 100, &out->confidence) ||
			       take_int(json_object_object_get(from, "line"), 0,
					LINES_MAX, &out->line) ||
			       take_box(json_object_object_get(from, "box"),
					out->box)
		       ? -1
		       : 0;
}

/* Twice the middle, along x or y. */
static int middle(const struct word *w, int axis)
{
	return 2 * w->box[axis] + w->box[axis + 2];
}

/* Quarters clockwise until words follow one another from left to right. */
static int turn_of(const struct words *w)
{
	int64_t along[2] = { 0, 0 };
	size_t i;
	int axis;

	for (i = 1; i < w->count; i++) {
		for (axis = 0; axis < 2; axis++) {
			if (w->list[i].line == w->list[i - 1].line)
				along[axis] += middle(&w->list[i], axis) -
					       middle(&w->list[i - 1], axis);
		}
	}
	if (llabs(along[0]) >= llabs(along[1]))
		return along[0] < 0 ? 2 : 0;
	return along[1] < 0 ? 1 : 3;
}

/* Around the photo's corner: upright places may be negative. */
static void turn_upright(struct words *w)
{
	int turn = turn_of(w);
	size_t i;

	for (i = 0; i < w->count; i++) {
		const int *b = w->list[i].box;
		int *at = w->list[i].at;

		at[0] = turn == 0   ? b[0]
			: turn == 1 ? -b[1] - b[3]
			: turn == 2 ? -b[0] - b[2]
				    : b[1];
		at[1] = turn == 0   ? b[1]
			: turn == 1 ? b[0]
			: turn == 2 ? -b[1] - b[3]
				    : -b[0] - b[2];
		at[2] = turn & 1 ? b[3] : b[2];
		at[3] = turn & 1 ? b[2] : b[3];
	}
}

int words_read(struct json_object *array, struct words *out)
{
	size_t count, i;
	int line = 0;

	*out = (struct words){ NULL, 0 };
	if (!json_object_is_type(array, json_type_array))
		return -1;
	count = json_object_array_length(array);
	count = count < WORDS_MAX ? count : WORDS_MAX;
	out->list = mem_alloc((count + 1) * sizeof(*out->list));
	for (i = 0; i < count; i++) {
		struct word *w = &out->list[out->count];

		if (take_word(json_object_array_get_idx(array, i), w) ||
		    w->line < line)
			continue;
		line = w->line;
		out->count++;
	}
	turn_upright(out);
	return 0;
}

void words_finish(struct words *w)
{
	free(w->list);
	*w = (struct words){ NULL, 0 };
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

void words_mend(const char *text, char out[WORD_TEXT_MAX])
{
	size_t n = 0;
	char last = 0;

	for (; *text && n + 2 < WORD_TEXT_MAX; last = *text++) {
		if (*text == 'B' && is_small(last)) {
			out[n++] = 's';
			out[n++] = 's';
		} else {
			out[n++] = *text;
		}
	}
	out[n] = '\0';
}

size_t words_line_end(const struct words *w, size_t i)
{
	int line = w->list[i].line;

	while (i < w->count && w->list[i].line == line)
		i++;
	return i;
}

int words_text(const struct words *w, size_t first, size_t last, char *out,
	       size_t size)
{
	int confidence = 100;
	size_t len = 0, i;

	*out = '\0';
	for (i = first; i < last; i++) {
		size_t n = strlen(w->list[i].text);

		if (w->list[i].confidence < confidence)
			confidence = w->list[i].confidence;
		if (len + n + 2 > size)
			continue;
		if (len)
			out[len++] = ' ';
		str_copy(out + len, size - len, w->list[i].text);
		len += n;
	}
	return confidence;
}

static int lesser(int a, int b)
{
	return a < b ? a : b;
}

static int greater(int a, int b)
{
	return a > b ? a : b;
}

void words_box(const struct words *w, size_t first, size_t last, int out[4])
{
	int right = 0, bottom = 0;
	size_t i;

	out[0] = out[1] = PIXEL_MAX;
	for (i = first; i < last; i++) {
		const int *box = w->list[i].box;

		out[0] = lesser(out[0], box[0]);
		out[1] = lesser(out[1], box[1]);
		right = greater(right, box[0] + box[2]);
		bottom = greater(bottom, box[1] + box[3]);
	}
	out[2] = right - out[0];
	out[3] = bottom - out[1];
}
