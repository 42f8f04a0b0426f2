// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers by chance that are the same on every machine. */
#ifndef CMD_SPECIMEN_CHANCE_H
#define CMD_SPECIMEN_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

struct chance {
	uint64_t state;
};

/* The same stream for the same words. */
void chance_seed(struct chance *c, const uint64_t *words, size_t count);
uint32_t chance_next(struct chance *c);
/* 0 to n - 1. */
size_t chance_below(struct chance *c, size_t n);
double chance_between(struct chance *c, double low, double high);
bool chance_hit(struct chance *c, double share);
/* About 0, with a standard deviation of 1. */
double chance_normal(struct chance *c);
/* One of the characters. */
char chance_of(struct chance *c, const char *characters);

#endif
