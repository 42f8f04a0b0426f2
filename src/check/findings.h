// SPDX-License-Identifier: GPL-3.0-or-later
/* All that the engines find in one file. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "base/json.h"

struct mrz_reader;
struct ocr;

/* What engines were loaded with. */
struct models {
	const struct mrz_reader *mrz;
	bool text;	 /* words are wanted as well */
	struct ocr *ocr; /* NULL where the host has none */
};

/* Writes one object: {"media", "width", "height", "cut", then each engine's
 * member}, or {"media", "error": {"kind": "unreadable", "message"}}. With
 * models->text there is "words" as well. */
void findings_write(struct buf *b, const struct models *models,
		    const void *bytes, size_t len);

#endif
