// SPDX-License-Identifier: GPL-3.0-or-later
/* What the self-test of documents is made of: processes whose cost is
 * measured, readers, and a table. */
#ifndef CMD_TOOL_SELFTEST_H
#define CMD_TOOL_SELFTEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

/* A process of its own: a program, or a function of this one. */
struct apart {
	const char *const *words;   /* NULL-ended; NULL for the function */
	int (*act)(const void *of); /* writes to fd 1; the exit status */
	const void *of;
	const char *input; /* on fd 0, as a file */
	size_t input_len;
	bool quiet; /* its fd 2 is nobody's */

	struct buf out;
	int status; /* 127: there is no such program */
	double cpu_ms;
	double peak_mb;

	pid_t pid; /* while it runs */
	int from;
};

void apart_start(struct apart *a);
/* Blocks until it ended; 0 where its status is 0. The caller ends out. */
int apart_end(struct apart *a);
int apart_run(struct apart *a);

/* One photo, and what is on it. */
struct specimen {
	struct buf bytes;
	struct json_object *truth;
	const char *jpeg, *strip; /* within bytes */
	size_t jpeg_len, strip_len;
};

/* 0, or -1 with the reason on standard error. */
int specimen_make(const char *set, const char *format, const char *level,
		  int turn, int64_t seed, int index, struct specimen *out);
/* The same without its strip, where dir has it; else -1. */
int specimen_find(const char *dir, const char *set, int64_t seed, int index,
		  struct specimen *out);
void specimen_finish(struct specimen *s);
/* Writes a file and adds the truth to truth.json; 0, or -1 with errno. */
int specimen_keep(const struct specimen *s, const char *dir);

/* What a reader made of a photo. */
struct reading {
	bool ran;
	bool exact;	/* each character, or byte, is right */
	bool accepted;	/* every check digit is right, and nothing doubtful */
	bool wrong;	/* accepted, and a number or date is not as printed */
	double ms;	/* of the engine alone; -1 where that is not known */
	double cpu_ms;	/* of the whole process */
	double peak_mb; /* of it */
};

/* The same child that the server uses. */
void read_by_child(const struct specimen *s, struct reading *out);
/* Debian's program on the same file, and on the zone cut out and straight. */
void read_page_by_tesseract(const struct specimen *s, struct reading *out);
void read_strip_by_tesseract(const struct specimen *s, struct reading *out);

#endif
