// SPDX-License-Identifier: GPL-3.0-or-later
/* Starts the jailed child on documents, and survives whatever it does. */
#ifndef JOB_JAIL_H
#define JOB_JAIL_H

#include "base/buf.h"

struct jail_file {
	const void *bytes;
	size_t len;
};

/* How a run of a child ended. */
enum jail_end {
	JAIL_EXITED,   /* status is what it exited with */
	JAIL_KILLED,   /* status is the signal: a crash, or a limit */
	JAIL_TOO_SLOW, /* killed by us after wall_ms */
	JAIL_TOO_LONG, /* killed by us: more output than out_max */
	JAIL_NO_START
};

struct jail_run {
	const char *program;	       /* its path */
	const char *option;	       /* the one word behind it, or NULL */
	const struct jail_file *input; /* one behind the other on fd 0 */
	size_t input_count;
	int64_t wall_ms;
	size_t out_max;
};

/* Blocks until the child is gone; what it wrote is appended to out. It gets
 * fds 0, 1 and 2, and of the environment where libraries and their data
 * lie. */
enum jail_end jail_run(const struct jail_run *run, struct buf *out,
		       int *status);

/* What became of documents. */
enum jail_outcome {
	JAIL_READ,	 /* every file was looked at */
	JAIL_UNREADABLE, /* a file is broken: the answer says which and why */
	JAIL_FAILED	 /* the check could not run: why is for the log */
};

struct jail_answer {
	struct buf json; /* {"files":[…],"jail":[…]} unless JAIL_FAILED */
	char why[160];
};

/* Decodes the files (at most 8) and runs the engines on them. Each file has
 * its member in "files", in order; a PDF's has "pages". */
enum jail_outcome jail_documents(const struct jail_file *files, size_t count,
				 struct jail_answer *answer);
/* Likewise, and each image has "words" (see check/words.h), null where the
 * host has no Tesseract. It takes seconds where there is much text. */
enum jail_outcome jail_documents_text(const struct jail_file *files,
				      size_t count, struct jail_answer *answer);
void jail_finish(struct jail_answer *answer);

/* The same for one file and its quality alone, in a few seconds at most:
 * somebody waits. */
enum jail_outcome jail_quality(const struct jail_file *file,
			       struct jail_answer *answer);

/* Where vouchsafe-check lies: beside this program, or where it is
 * installed. */
const char *jail_program(void);

#endif
