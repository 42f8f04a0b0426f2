// SPDX-License-Identifier: GPL-3.0-or-later
/* libesmtp connects with a blocking connect(), which the kernel ends after two
 * minutes only, for each address of the host. A signal whose handler is set
 * without SA_RESTART ends it with EINTR, and libesmtp tries the next address.
 * Its polls go on after EINTR, so nothing else is disturbed. */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mail/smtp_alarm.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static void on_alarm(int sig)
{
	(void)sig;
}

static void install_handler(void)
{
	struct sigaction sa;

	if (sigaction(SIGALRM, NULL, &sa))
		return;
	if (sa.sa_handler != SIG_DFL && sa.sa_handler != SIG_IGN)
		return;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_alarm;
	sigaction(SIGALRM, &sa, NULL);
}

void smtp_alarm_start(struct smtp_alarm *a, int seconds)
{
	struct itimerspec when = { { seconds, 0 }, { seconds, 0 } };
	struct sigevent event;
	sigset_t unblock;

	a->running = false;
	install_handler();
	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGALRM;
	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &a->timer))
		return;
	sigemptyset(&unblock);
	sigaddset(&unblock, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &unblock, &a->old_mask);
	timer_settime(a->timer, 0, &when, NULL);
	a->running = true;
}

void smtp_alarm_stop(struct smtp_alarm *a)
{
	if (!a->running)
		return;
	a->running = false;
	timer_delete(a->timer);
	pthread_sigmask(SIG_SETMASK, &a->old_mask, NULL);
}
