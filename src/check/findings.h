// SPDX-License-Identifier: GPL-3.0-or-later
/* All that the engines find in one file. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "base/json.h"

struct mrz_reader;
struct ocr;

/* Which engines run. */
enum findings {
	FINDINGS_CODES,	 /* all but the words in print */
	FINDINGS_TEXT,	 /* all */
	FINDINGS_QUALITY /* quality alone, for somebody who waits */
};

/* What engines were loaded with; of what is not wanted NULL. */
struct models {
	enum findings wanted;
	const struct mrz_reader *mrz;
	struct ocr *ocr; /* NULL where the host has none */
};

/* Writes one object: {"media", "width", "height", "cut", then each engine's
 * member, "cpu_ms": {engine: what it took of the processor}}, or {"media",
 * "error": {"kind": "unreadable", "message"}}. */
void findings_write(struct buf *b, const struct models *models,
		    const void *bytes, size_t len);

#endif
