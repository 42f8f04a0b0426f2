// SPDX-License-Identifier: GPL-3.0-or-later
/* Proof of the jail: tries to get out of it. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/check/lock.h"
#include "cmd/check/selftest.h"

enum { REFUSED = 10, DONE = 11, MEGABYTE = 1024 * 1024 };

static long try_open(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static long try_create(void)
{
	return open("vouchsafe-escaped", O_WRONLY | O_CREAT, 0600);
}

static long try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid;
}

static long try_exec(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };

	return execv("/bin/true", argv);
}

static long try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_kill(void)
{
	return kill(getppid(), 0);
}

static long try_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

/* More than the limit, and every page of it. */
static long try_memory(void)
{
	size_t i;
	char *p;

	for (i = 0; i < 1024; i++) {
		p = mmap(NULL, MEGABYTE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return -1;
		*p = 1;
	}
	return 0;
}

static long try_loop(void)
{
	volatile unsigned long turns = 0;

	for (;;)
		turns++;
	return 0;
}

static long try_crash(void)
{
	raise(SIGSEGV);
	abort();
}

static long try_garbage(void)
{
	return write(STDOUT_FILENO, "{\"files\":[", 10) == 10 ? 0 : -1;
}

static long try_flood(void)
{
	static char bytes[MEGABYTE];
	int i;

	for (i = 0; i < 4; i++) {
		if (write(STDOUT_FILENO, bytes, sizeof(bytes)) < 0)
			return -1;
	}
	return 0;
}

static const struct attempt {
	const char *name;
	long (*run)(void); /* negative: it was refused */
} attempts[] = {
	{ "open", try_open },	  { "create", try_create },
	{ "socket", try_socket }, { "fork", try_fork },
	{ "exec", try_exec },	  { "ptrace", try_ptrace },
	{ "kill", try_kill },	  { "code", try_code },
	{ "memory", try_memory }, { "loop", try_loop },
	{ "crash", try_crash },	  { "garbage", try_garbage },
	{ "flood", try_flood },
};

static void tell_jail(const struct lock *held)
{
	struct buf b = BUF_INIT;
	ssize_t n;

	json_open(&b, NULL, '{');
	lock_json(&b, "jail", held);
	json_close(&b, '}');
	buf_chr(&b, '\n');
	n = write(STDOUT_FILENO, b.data, b.len);
	_exit(n == (ssize_t)b.len ? 0 : 1);
}

int selftest(const char *what)
{
	static const char render[] = "render-";
	enum lock_profile profile = LOCK_DECODE;
	struct lock held;
	size_t i;

	if (!strncmp(what, render, sizeof(render) - 1)) {
		what += sizeof(render) - 1;
		profile = LOCK_RENDER;
	}
	lock_in(profile, &held);
	if (!strcmp(what, "jail"))
		tell_jail(&held);
	for (i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!strcmp(attempts[i].name, what))
			_exit(attempts[i].run() < 0 ? REFUSED : DONE);
	}
	_exit(2);
}
