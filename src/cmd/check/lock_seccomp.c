// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of system calls that remain. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/check/lock.h"

/* Memory, time, the end. A call that the architecture lacks is skipped. */
static const char *const decode_calls[] = {
	"brk",		"clock_getres",	  "clock_gettime", "close",
	"exit",		"exit_group",	  "fstat",	   "futex",
	"getpid",	"getrandom",	  "gettid",	   "gettimeofday",
	"madvise",	"mremap",	  "munmap",	   "restart_syscall",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn",  "sched_getaffinity",
	"sched_yield",	"sysinfo", /* qsort() of glibc 2.36 */
	"time",
};

/* What a dynamically linked program that only reads needs besides. */
static const char *const render_calls[] = {
	"access",
	"arch_prctl",
	"dup",
	"execve",
	"faccessat",
	"faccessat2",
	"fadvise64",
	"fcntl",
	"fstatfs",
	"getcwd",
	"getdents64",
	"getegid",
	"geteuid",
	"getgid",
	"getuid",
	"lseek",
	"lstat",
	"mmap",
	"mprotect",
	"newfstatat",
	"pread64",
	"read",
	"readlink",
	"readlinkat",
	"readv",
	"rseq",
	"set_robust_list",
	"set_tid_address",
	"sigaltstack",
	"stat",
	"statfs",
	"statx",

	"uname",
	"write",
	"writev",
};

/* What AddressSanitizer cannot end without. */
static const char *const sanitizer_calls[] = {
	"getrlimit",
	"prlimit64",
	"sigaltstack",
};

static int add(scmp_filter_ctx filter, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		int call = seccomp_syscall_resolve_name(names[i]);

		if (call != __NR_SCMP_ERROR &&
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0))
			return -1;
	}
	return 0;
}

/* Where the argument, masked, is so. */
static int add_if(scmp_filter_ctx filter, int call, unsigned argument,
		  uint64_t mask, uint64_t value)
{
	return seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, call, 1,
		SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

/* Input, output, errors; memory that is never executed. */
static int add_decode(scmp_filter_ctx filter)
{
	const uint64_t all = UINT32_MAX;

	return add_if(filter, SCMP_SYS(read), 0, all, STDIN_FILENO) ||
	       add_if(filter, SCMP_SYS(write), 0, all, STDOUT_FILENO) ||
	       add_if(filter, SCMP_SYS(write), 0, all, STDERR_FILENO) ||
	       add_if(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0) ||
	       add_if(filter, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
}

static int add_render(scmp_filter_ctx filter)
{
	const uint64_t changes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
	int open_call = seccomp_syscall_resolve_name("open");

	if (add(filter, render_calls, ARRAY_SIZE(render_calls)) ||
	    add_if(filter, SCMP_SYS(openat), 2, changes, 0))
		return -1;
	if (open_call >= 0 && add_if(filter, open_call, 1, changes, 0))
		return -1;
	/* limits may be read */
	return add_if(filter, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
}

/* A decoder that calls anything else was taken over. pdftoppm and sanitizers
 * try this and that, and get on without. */
bool lock_seccomp(enum lock_profile profile)
{
	bool kill = profile == LOCK_DECODE && !LOCK_SANITIZED;
	scmp_filter_ctx filter = seccomp_init(kill ? SCMP_ACT_KILL_PROCESS
						   : SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (!filter)
		return false;
	rc = add(filter, decode_calls, ARRAY_SIZE(decode_calls));
	if (!rc && profile == LOCK_DECODE && LOCK_SANITIZED)
		rc = add(filter, sanitizer_calls, ARRAY_SIZE(sanitizer_calls));
	/* abort() */
	if (!rc)
		rc = add_if(filter, SCMP_SYS(tgkill), 0, UINT64_MAX,
			    (uint64_t)getpid());
	if (!rc)
		rc = profile == LOCK_RENDER ? add_render(filter)
					    : add_decode(filter);
	if (!rc)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return !rc;
}
