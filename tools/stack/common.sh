# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Words to the user, waiting, the lock, and processes that outlive the shell.

say() { printf '%s\n' "$*"; }
warn() { printf 'bootstrap: %s\n' "$*" >&2; }
die() {
	warn "$@"
	exit 1
}

# show_log FILE [LINES]: what a failure looked like from inside.
show_log() {
	[ -s "$1" ] || return 0
	printf -- '--- the end of %s\n' "$1" >&2
	tail -n "${2:-15}" "$1" >&2
	printf -- '---\n' >&2
}

# wait_for SECONDS COMMAND…: polls; false when the time is up.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# One bootstrap at a time changes a checkout. The lock is on this very script,
# so it leaves nothing behind; daemons are started without the descriptor.
lock_take() {
	exec 9<"$TOP/bootstrap" || die "cannot read $TOP/bootstrap"
	flock -n 9 && return
	say "Another ./bootstrap is at work here; waiting for it (5 minutes at most) …"
	flock -w 300 9 ||
		die "the other ./bootstrap still holds the lock; try again later"
}

lock_drop() { exec 9<&-; }

# A pid alone may be somebody else's by now; with its start time it is not.
start_time() {
	local stat
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	# The name in parentheses may hold spaces: count after it.
	stat=${stat##*) }
	[ "${stat%% *}" != Z ] || return 1
	# shellcheck disable=SC2086
	set -- $stat
	echo "${20}"
}

part_pid() { # NAME: its pid, if it lives
	local pid started
	{ read -r pid started <"$RUN/pid/$1"; } 2>/dev/null || return 1
	[ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
	echo "$pid"
}

part_alive() { part_pid "$1" >/dev/null; }

# part_spawn NAME COMMAND…: in the background, in a session of its own, so
# that neither Ctrl-C nor the end of this shell reaches it. The variable marks
# it and its children for stack_leftovers.
part_spawn() {
	local name=$1
	shift
	(
		cd "$RUN" || exit 1
		umask 077
		exec setsid env "VOUCHSAFE_STACK=$RUN" "$@" 9<&-
	) >>"$RUN/log/$name.log" 2>&1 </dev/null &
	echo "$! $(start_time $!)" >"$RUN/pid/$name"
	# Or bash would report each end of it in words of its own.
	disown $!
}

# part_stop NAME SIGNAL SECONDS: asks, waits, and kills what does not listen.
part_stop() {
	local pid
	pid=$(part_pid "$1") || {
		rm -f "$RUN/pid/$1"
		return 0
	}
	kill "-$2" "$pid" 2>/dev/null
	wait_for "$3" part_dead "$1" || {
		warn "$1 (pid $pid) did not end within $3 s; killing it"
		kill -KILL "$pid" 2>/dev/null
		wait_for 5 part_dead "$1"
	}
	rm -f "$RUN/pid/$1"
}

part_dead() { ! part_alive "$1"; }

# Whatever this stack started and no pid file knows: workers whose parent was
# killed, for instance. nginx overwrites its environment, so it is known by
# its name and working directory.
stack_leftovers() {
	local p dir
	grep -lsFxz "VOUCHSAFE_STACK=$RUN" /proc/[0-9]*/environ |
		sed 's#/proc/\([0-9]*\)/.*#\1#'
	for p in /proc/[0-9]*; do
		{ [ "$(<"$p/comm")" = nginx ]; } 2>/dev/null || continue
		dir=$(readlink "$p/cwd" 2>/dev/null)
		[ "${dir% (deleted)}" = "$RUN" ] && echo "${p#/proc/}"
	done
}

stack_sweep() {
	local pid signal
	for signal in TERM KILL; do
		local pids
		pids=$(stack_leftovers)
		[ -n "$pids" ] || return 0
		for pid in $pids; do
			kill "-$signal" "$pid" 2>/dev/null
		done
		wait_for 5 no_leftovers && return 0
	done
	return 1
}

no_leftovers() {
	local pid
	for pid in $(stack_leftovers); do
		start_time "$pid" >/dev/null && return 1
	done
	return 0
}

# Does anybody listen on that TCP port? /proc answers without any tool.
port_taken() {
	local hex
	hex=$(printf '%04X' "$1")
	grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]+ 0A " \
		/proc/net/tcp /proc/net/tcp6
}

# need_space DIRECTORY MEGABYTES
need_space() {
	local free
	free=$(df -Pm "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
	[ -z "$free" ] || [ "$free" -ge "$2" ] ||
		die "the disk is nearly full: $free MB are free in $1, $2 MB are needed"
}
