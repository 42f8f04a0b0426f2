// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed words of a page that is written down as text: each line of it is one
 * of the page, each column ten pixels wide. */
#ifndef PRINT_PAGE_H
#define PRINT_PAGE_H

#include "check/words.h"

enum { PAGE_COLUMN = 10, PAGE_ROW = 30, PAGE_WORDS = 200 };

struct print_page {
	char text[4000];
	struct word list[PAGE_WORDS];
	struct words words;
};

/* A word that ends with a question mark was read badly. */
static inline void page_add(struct print_page *p, char *word, size_t column,
			    int line)
{
	struct word *w = &p->list[p->words.count++];
	size_t len = strlen(word), i;

	w->text = word;
	w->confidence = 95;
	if (word[len - 1] == '?') {
		word[--len] = '\0';
		w->confidence = 50;
	}
	w->line = line;
	w->box[0] = (int)column * PAGE_COLUMN;
	w->box[1] = line * PAGE_ROW;
	w->box[2] = (int)len * PAGE_COLUMN;
	w->box[3] = PAGE_ROW / 2;
	for (i = 0; i < 4; i++)
		w->at[i] = w->box[i];
}

static inline const struct words *page_of(struct print_page *p,
					  const char *text)
{
	char *line, *rest = p->text;
	int number;

	p->words = (struct words){ p->list, 0 };
	snprintf(p->text, sizeof(p->text), "%s", text);
	for (number = 0; (line = strsep(&rest, "\n")); number++) {
		char *start = line, *word;

		while ((word = strsep(&line, " "))) {
			if (*word)
				page_add(p, word, (size_t)(word - start),
					 number);
		}
	}
	return &p->words;
}

#endif
