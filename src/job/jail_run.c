// SPDX-License-Identifier: GPL-3.0-or-later
/* One run of a jailed child: feed, read, kill in time, reap. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "job/jail.h"

enum { CHUNK = 64 * 1024, REAP_PAUSE_MS = 1 };

struct child {
	const struct jail_run *run;
	struct buf *out;
	size_t out_start;
	pid_t pid;
	int in;	       /* -1 once everything was sent, or nobody reads */
	int from;      /* -1 at the end of the output */
	size_t file;   /* of the input, the one that is being sent */
	size_t sent;   /* of it */
	int64_t until; /* monotonic, in us */
};

/* Signals as a new program expects them, whatever the caller holds back. */
static void set_attributes(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(attr);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
					       POSIX_SPAWN_SETSIGDEF |
					       POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &all);
	posix_spawnattr_setpgroup(attr, 0);
}

/* Libraries, and what they read, may lie where only these variables say: a
 * shared host's. */
static const char *const passed[] = { "LD_LIBRARY_PATH", "TESSDATA_PREFIX" };

struct environment {
	struct buf text[ARRAY_SIZE(passed)];
	char *list[ARRAY_SIZE(passed) + 1];
};

static void set_environment(struct environment *e)
{
	size_t count = 0, i;

	*e = (struct environment){ .list = { NULL } };
	for (i = 0; i < ARRAY_SIZE(passed); i++) {
		const char *value = getenv(passed[i]);

		if (!value)
			continue;
		buf_printf(&e->text[i], "%s=%s", passed[i], value);
		e->list[count++] = e->text[i].data;
	}
}

static int spawn(struct child *c, int in, int out)
{
	struct buf program = BUF_INIT, option = BUF_INIT;
	struct environment environment;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char *argv[3];
	size_t i;
	int rc;

	buf_str(&program, c->run->program);
	if (c->run->option)
		buf_str(&option, c->run->option);
	argv[0] = program.data;
	argv[1] = option.data;
	argv[2] = NULL;
	set_environment(&environment);
	set_attributes(&attr);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	rc = posix_spawn(&c->pid, program.data, &files, &attr, argv,
			 environment.list);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	buf_finish(&program);
	buf_finish(&option);
	for (i = 0; i < ARRAY_SIZE(passed); i++)
		buf_finish(&environment.text[i]);
	return rc ? -1 : 0;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Above 2 whatever the caller has closed, or dup2 would overwrite one by
 * another. */
static int lift(int fd)
{
	int high;

	if (fd > STDERR_FILENO || fd < 0)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

/* A socket to write to, as it can be told not to send SIGPIPE. */
static int start(struct child *c)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, i, rc = -1;

	if (!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) &&
	    !pipe2(out, O_CLOEXEC)) {
		for (i = 0; i < 2; i++) {
			in[i] = lift(in[i]);
			out[i] = lift(out[i]);
		}
		rc = spawn(c, in[1], out[1]);
	}
	close_end(&in[1]);
	close_end(&out[1]);
	c->in = in[0];
	c->from = out[0];
	if (rc)
		return -1;
	return fcntl(c->in, F_SETFL, O_NONBLOCK) |
	       fcntl(c->from, F_SETFL, O_NONBLOCK);
}

static void feed(struct child *c)
{
	while (c->file < c->run->input_count) {
		const struct jail_file *f = &c->run->input[c->file];
		ssize_t n = 0;

		if (c->sent < f->len)
			n = send(c->in, (const char *)f->bytes + c->sent,
				 f->len - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			break;
		c->sent += (size_t)n;
		if (c->sent == f->len) {
			c->file++;
			c->sent = 0;
		}
	}
	close_end(&c->in);
}

/* False where there is more than was agreed on. */
static bool drain(struct child *c)
{
	ssize_t n;

	for (;;) {
		n = read(c->from, buf_reserve(c->out, CHUNK), CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			break;
		c->out->len += (size_t)n;
		c->out->data[c->out->len] = '\0';
		if (c->out->len - c->out_start > c->run->out_max)
			return false;
	}
	close_end(&c->from);
	return true;
}

static int ms_left(const struct child *c)
{
	int64_t left = (c->until - clock_monotonic_us() + 999) / 1000;

	return left < 0 ? 0 : (int)left;
}

/* Until the output ends. */
static enum jail_end talk(struct child *c)
{
	while (c->from >= 0) {
		struct pollfd fds[2] = { { c->from, POLLIN, 0 },
					 { c->in, POLLOUT, 0 } };
		int n = poll(fds, 2, ms_left(c));

		if (n < 0 && errno != EINTR)
			return JAIL_NO_START;
		if (c->in >= 0 && n > 0 && fds[1].revents)
			feed(c);
		if (n > 0 && fds[0].revents && !drain(c))
			return JAIL_TOO_LONG;
		if (!ms_left(c))
			return JAIL_TOO_SLOW;
	}
	return JAIL_EXITED;
}

/* A child that has closed its output may still run. */
static enum jail_end reap(struct child *c, enum jail_end end, int *status)
{
	int told = 0;
	pid_t pid;

	if (end != JAIL_EXITED)
		kill(-c->pid, SIGKILL);
	while ((pid = waitpid(c->pid, &told,
			      end == JAIL_EXITED ? WNOHANG : 0)) <= 0) {
		if (pid < 0 && errno != EINTR)
			return JAIL_NO_START;
		if (end == JAIL_EXITED && !ms_left(c)) {
			end = JAIL_TOO_SLOW;
			kill(-c->pid, SIGKILL);
		} else if (!pid) {
			clock_pause_ms(REAP_PAUSE_MS);
		}
	}
	if (end != JAIL_EXITED)
		return end;
	if (WIFSIGNALED(told)) {
		*status = WTERMSIG(told);
		return JAIL_KILLED;
	}
	*status = WEXITSTATUS(told);
	return JAIL_EXITED;
}

enum jail_end jail_run(const struct jail_run *run, struct buf *out, int *status)
{
	struct child c = {
		.run = run,
		.out = out,
		.out_start = out->len,
		.until = clock_monotonic_us() + run->wall_ms * 1000,
		.in = -1,
		.from = -1,
	};
	enum jail_end end = JAIL_NO_START;

	*status = 0;
	if (!start(&c))
		end = talk(&c);
	close_end(&c.in);
	close_end(&c.from);
	return c.pid > 0 ? reap(&c, end, status) : JAIL_NO_START;
}
