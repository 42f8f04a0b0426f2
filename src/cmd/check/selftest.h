// SPDX-License-Identifier: GPL-3.0-or-later
/* Proof of the jail: tries to get out of it. */
#ifndef CMD_CHECK_SELFTEST_H
#define CMD_CHECK_SELFTEST_H

/* Locks in and does what a decoder that was taken over would do: open, socket,
 * fork, exec, ptrace, memory and more (see selftest.c). Ends by SIGSYS where
 * the filter kills; else status 10 where it was refused, 11 where it was done.
 * "render-" before it takes the jail of pdftoppm; "jail" prints what holds. */
int selftest(const char *what);

#endif
