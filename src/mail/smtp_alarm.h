// SPDX-License-Identifier: GPL-3.0-or-later
/* Ending a connect() that hangs. For mail/smtp.c only. */
#ifndef MAIL_SMTP_ALARM_H
#define MAIL_SMTP_ALARM_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

struct smtp_alarm {
	timer_t timer;
	sigset_t old_mask;
	bool running;
};

/* SIGALRM to the calling thread after seconds, and again each time they have
 * passed, until it is stopped. Without a timer connect() just waits longer. */
void smtp_alarm_start(struct smtp_alarm *a, int seconds);
void smtp_alarm_stop(struct smtp_alarm *a); /* twice is fine */

#endif
