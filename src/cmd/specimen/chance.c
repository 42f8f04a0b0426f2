// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers by chance that are the same on every machine. */
#include <math.h>

#include "cmd/specimen/chance.h"

/* SplitMix64, by S. Vigna: in the public domain. */
static uint64_t step(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

void chance_seed(struct chance *c, const uint64_t *words, size_t count)
{
	size_t i;

	c->state = count;
	for (i = 0; i < count; i++) {
		c->state ^= words[i];
		c->state = step(&c->state);
	}
}

uint32_t chance_next(struct chance *c)
{
	return (uint32_t)(step(&c->state) >> 32);
}

size_t chance_below(struct chance *c, size_t n)
{
	return (size_t)((uint64_t)chance_next(c) * n >> 32);
}

double chance_between(struct chance *c, double low, double high)
{
	return low + (high - low) * chance_next(c) / 4294967296.0;
}

bool chance_hit(struct chance *c, double share)
{
	return chance_between(c, 0, 1) < share;
}

double chance_normal(struct chance *c)
{
	double far = sqrt(-2 * log(1 - chance_between(c, 0, 1)));

	return far * cos(2 * M_PI * chance_between(c, 0, 1));
}

char chance_of(struct chance *c, const char *characters)
{
	return characters[chance_below(c, strlen(characters))];
}
