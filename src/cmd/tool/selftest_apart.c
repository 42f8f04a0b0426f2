// SPDX-License-Identifier: GPL-3.0-or-later
/* A process of its own, and what it cost: the kernel tells of a process with
 * all that it waited for. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/tool/selftest.h"

enum { NO_PROGRAM = 127, CHUNK = 64 * 1024 };

static void become(const struct apart *a, int in, int out)
{
	int nobody = a->quiet ? open("/dev/null", O_WRONLY) : -1;

	/* whoever is killed leaves nothing running */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (nobody >= 0)
		dup2(nobody, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	if (!a->words)
		_exit(a->act(a->of));
	/* one thread: what is compared is the work */
	setenv("OMP_THREAD_LIMIT", "1", 1);
	execvp(a->words[0], (char *const *)(uintptr_t)a->words);
	_exit(NO_PROGRAM);
}

static void drain(struct apart *a)
{
	ssize_t n;

	for (;;) {
		n = read(a->from, buf_reserve(&a->out, CHUNK), CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		a->out.len += (size_t)n;
		a->out.data[a->out.len] = '\0';
	}
	close(a->from);
}

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1000 + (double)t.tv_usec / 1000;
}

static void reap(struct apart *a)
{
	struct rusage used;
	int status = 0;

	while (wait4(a->pid, &status, 0, &used) < 0) {
		if (errno != EINTR)
			return;
	}
	a->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	a->cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
	a->peak_mb = (double)used.ru_maxrss / 1024;
}

void apart_start(struct apart *a)
{
	FILE *input = tmpfile();
	int out[2];

	a->status = -1;
	a->pid = -1;
	fflush(stdout);
	if (!input)
		return;
	if ((!a->input_len ||
	     fwrite(a->input, 1, a->input_len, input) == a->input_len) &&
	    !fflush(input) && !fseek(input, 0, SEEK_SET) &&
	    !pipe2(out, O_CLOEXEC)) {
		a->pid = fork();
		if (!a->pid)
			become(a, fileno(input), out[1]);
		close(out[1]);
		a->from = out[0];
		if (a->pid < 0)
			close(a->from);
	}
	fclose(input);
}

int apart_end(struct apart *a)
{
	if (a->pid > 0) {
		drain(a);
		reap(a);
	}
	return a->status ? -1 : 0;
}

int apart_run(struct apart *a)
{
	apart_start(a);
	return apart_end(a);
}
