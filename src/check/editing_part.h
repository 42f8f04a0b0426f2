// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the parts that look for JPEG's traces of editing. */
#ifndef CHECK_EDITING_PART_H
#define CHECK_EDITING_PART_H

#include "check/signal.h"

enum {
	HISTORY_FREQS = 15,    /* low ones of a block */
	HISTORY_LEVELS = 256,  /* multiples of the file's step */
	HISTORY_HEIGHTS = 1024 /* of what nobody has rounded, by ones */
};

/* The steps that a file rounds its brightness to. */
struct history_steps {
	uint16_t step[64]; /* in rows, as the picture is stored */
	int orientation;
};

/* 0, or -1 where the file is none whose steps are known. PNG has steps of 1. */
int history_steps(const void *bytes, size_t len, struct history_steps *out);

/* A picture in JPEG's blocks. */
struct history_blocks {
	int width, height; /* in blocks */
	int step[HISTORY_FREQS];
	/* HISTORY_FREQS of each block: how many steps high a frequency is; 0
	 * where light or darkness has cut it off. */
	uint8_t *level;
	/* How often a level occurs. */
	uint32_t count[HISTORY_FREQS][HISTORY_LEVELS];
	/* How often a height does in blocks that lie across JPEG's. */
	uint32_t across[HISTORY_FREQS][HISTORY_HEIGHTS];
};

void history_blocks_make(const struct image *image,
			 const struct history_steps *steps,
			 struct history_blocks *out);
void history_blocks_finish(struct history_blocks *b);

/* What a level says for an earlier JPEG of the whole picture, and against it,
 * as natural logarithms of likelihood; all 0 for a frequency without trace of
 * one. */
struct history_trace {
	float says[HISTORY_FREQS][HISTORY_LEVELS];
	double expected[HISTORY_FREQS]; /* in the mean of such a picture */
	int known;			/* frequencies with levels enough */
	int found;			/* of these, with a trace */
};

void history_trace_find(const struct history_blocks *b,
			struct history_trace *out);
/* What levels say, as a share of what they would be expected to. */
double history_trace_fit(const struct history_trace *t,
			 uint32_t count[HISTORY_FREQS][HISTORY_LEVELS]);

#endif
