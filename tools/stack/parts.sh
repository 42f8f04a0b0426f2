# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The private stack: where its things lie, starting, watching and stopping it.

parts="db smtp api jobs nginx"

# A Unix socket's path has 107 bytes at most, whatever the checkout's has.
sockets_find() {
	SOCKETS=$RUN/sock
	if [ $((${#RUN} + 14)) -gt 100 ]; then
		SOCKETS=$(cat "$RUN/sock.path" 2>/dev/null)
		private_dir "$SOCKETS" ||
			SOCKETS=$(mktemp -d /tmp/vouchsafe.XXXXXX) || return 1
		echo "$SOCKETS" >"$RUN/sock.path"
	fi
	mkdir -p "$SOCKETS"
}

# Is it a directory of ours that nobody else may enter? What stands under /tmp
# by a remembered name could be anybody's after a reboot.
private_dir() {
	[ -n "$1" ] && [ -d "$1" ] && [ ! -L "$1" ] &&
		[ "$(stat -c '%u %a' "$1")" = "$(id -u) 700" ]
}

# nginx keeps bodies of requests there, documents among them: no disk.
temp_find() {
	local base
	TEMP=$(cat "$RUN/temp.path" 2>/dev/null)
	private_dir "$TEMP" && return
	for base in /dev/shm "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"; do
		[ -w "$base" ] && [ "$(stat -f -c %T "$base")" = tmpfs ] || continue
		TEMP=$(mktemp -d "$base/vouchsafe.XXXXXX" 2>/dev/null) || continue
		echo "$TEMP" >"$RUN/temp.path"
		return
	done
	warn "there is no tmpfs to write to; uploads pass through $RUN/temp on the disk"
	TEMP=$RUN/temp
	mkdir -p "$TEMP"
}

# Removes only what is remembered and looks as it was made.
dirs_forget() {
	local file dir
	for file in "$RUN/temp.path" "$RUN/sock.path"; do
		dir=$(cat "$file" 2>/dev/null)
		case $dir in
		*/vouchsafe.??????) private_dir "$dir" && rm -rf "$dir" ;;
		esac
		rm -f "$file"
	done
}

# Its mode is changed and clean removes it, so it had better be a stack's.
run_is_ours() {
	[ -e "$RUN/.vouchsafe-stack" ] || rmdir "$RUN" 2>/dev/null
}

# Two users in one run/ would block each other at the next start.
run_prepare() {
	local stray
	if [ -e "$RUN" ]; then
		run_is_ours ||
			die "$RUN is there and holds something else: remove it, or name another VOUCHSAFE_RUN"
		stray=$(find "$RUN" -maxdepth 2 ! -user "$(id -u)" -print -quit 2>/dev/null)
		[ -z "$stray" ] ||
			die "$stray belongs to $(stat -c %U "$stray"), from an earlier start: as that user, run ./bootstrap clean, or go on as that user"
	fi
	umask 077
	mkdir -p "$RUN" && chmod 700 "$RUN" ||
		die "cannot make $RUN"
	touch "$RUN/.vouchsafe-stack"
	mkdir -p "$RUN"/{log,pid,nginx,state,store} "$RUN"/mail/{new,cur,tmp}
	if [ -e "$RUN/db.installed" ]; then
		need_space "$RUN" 100
	else
		need_space "$RUN" 300
	fi
	sockets_find || die "cannot make a directory for sockets"
	temp_find
}

# Logs of the last start stay one generation.
logs_rotate() {
	local file
	for file in "$RUN"/log/*.log; do
		[ ! -s "$file" ] || mv -f "$file" "$file.old"
	done
}

port_find() { # FIRST-LAST
	local first=${1%-*} last=${1#*-}
	PORT=$first
	while port_taken "$PORT"; do
		PORT=$((PORT + 1))
		[ "$PORT" -le "$last" ] ||
			die "every port from $first to $last is in use; free one, or name others: VOUCHSAFE_PORTS=9000-9099"
	done
}

conf_write() {
	local workers
	workers=$(($(cores) * 4))
	[ "$workers" -ge 8 ] || workers=8
	[ "$workers" -le 32 ] || workers=32
	cat >"$RUN/vouchsafe.conf" <<-END
		# Written by ./bootstrap at every start.
		[service]
		public_url = http://127.0.0.1:$PORT
		www_dir = $TOP/www
		template_dir = $TOP/templates
		sql_dir = $TOP/sql
		state_dir = $RUN/state
		store_dir = $RUN/store
		keyring_file = $RUN/keyring

		[http]
		socket = $SOCKETS/api.sock
		slow_socket = $SOCKETS/slow.sock
		socket_mode = 0600
		workers = $workers
		slow_workers = $workers

		[database]
		socket = $SOCKETS/db.sock
		user = vouchsafe
		password_file = $RUN/db.password
		name = vouchsafe
		keys_name = vouchsafe_keys

		[mail]
		host = 127.0.0.1
		port = $(cat "$RUN/smtp.port")
		tls = none
		from = noreply@vouchsafe.invalid
		test_domains = *

		[net]
		allow = 127.0.0.0/8
		plain_http = yes
	END
}

nginx_conf() {
	local user=
	[ "$(id -u)" != 0 ] || user="user root root;"
	rm -rf "$RUN/nginx/snippets"
	ln -s "$TOP/nginx/snippets" "$RUN/nginx/snippets"
	sed -e "s|@USER_LINE@|$user|" -e "s|@RUN@|$RUN|g" \
		-e "s|@TEMP@|$TEMP|g" -e "s|@SOCKETS@|$SOCKETS|g" \
		-e "s|@PORT@|$PORT|g" -e "s|@WWW@|$TOP/www|g" \
		-e "s|@EXEMPT@|127.0.0.0/8|" \
		"$TOP/nginx/private.conf.in" >"$RUN/nginx/nginx.conf"
}

nginx_program() { PATH=$PATH:/usr/sbin:/sbin command -v nginx; }

smtp_spawn() {
	part_spawn smtp /usr/bin/python3 "$TOP/tools/stack/smtp.py" \
		"$RUN/mail" "$1" "$RUN/smtp.port"
}

# Findings of the sanitizers go to each part's log; a leak counts.
san_env() {
	echo "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:exitcode=99"
	echo "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99"
	echo "LSAN_OPTIONS=report_objects=1"
}

program_spawn() { # PART PROGRAM
	# shellcheck disable=SC2046
	part_spawn "$1" env $(san_env) "$BIN/$2" --conf "$RUN/vouchsafe.conf"
}

part_start() { # NAME: as at a start, for one that died
	case $1 in
	db) db_spawn ;;
	smtp) smtp_spawn "$(cat "$RUN/smtp.port")" ;;
	api) program_spawn api vouchsafe.fcgi ;;
	jobs) program_spawn jobs vouchsafe-jobs ;;
	nginx) part_spawn nginx "$(nginx_program)" -p "$RUN" \
		-c "$RUN/nginx/nginx.conf" -e stderr ;;
	esac
}

operator() { "$BIN/vouchsafe" --conf "$RUN/vouchsafe.conf" "$@" 9<&-; }

# step WHAT COMMAND…: shows what the command said only where it failed.
step() {
	local what=$1 log=$RUN/log/setup.log
	shift
	: >"$log"
	"$@" >>"$log" 2>&1 && return
	show_log "$log"
	warn "$what failed"
	return 1
}

file_or_dead() { [ -s "$1" ] || part_dead "$2"; }
http_ok() { curl -sf -o /dev/null --max-time 3 "http://127.0.0.1:$PORT$1"; }
ready_or_dead() { http_ok /readyz || part_dead api || part_dead nginx; }

stack_running() {
	local part
	for part in $parts; do
		part_alive "$part" || return 1
	done
	PORT=$(cat "$RUN/port" 2>/dev/null) && [ -n "$PORT" ]
}

# Starts every part. What fails has said so; the caller stops the rest.
stack_start() {
	logs_rotate
	rm -f "$RUN/smtp.port" "$RUN/port" "$RUN/stopping"
	db_conf
	db_install || return 1
	smtp_spawn 0
	db_spawn
	db_wait || return 1
	step "preparing the databases" db_prepare || return 1
	if ! wait_for 20 file_or_dead "$RUN/smtp.port" smtp ||
		part_dead smtp; then
		show_log "$RUN/log/smtp.log"
		warn "the mail server does not come up"
		return 1
	fi
	conf_write
	step "making the keyring" operator keys init || return 1
	step "migrating the databases" operator migrate || return 1
	part_start api
	part_start jobs
	nginx_start || return 1
	if ! wait_for 30 ready_or_dead || ! http_ok /readyz; then
		show_log "$RUN/log/api.log"
		show_log "$RUN/log/nginx.log"
		warn "the service does not become ready"
		return 1
	fi
	echo "$PORT" >"$RUN/port"
}

nginx_listens() { port_taken "$PORT" || part_dead nginx; }

# Somebody else may take the port between our look and nginx's bind.
nginx_start() {
	local try
	for try in 1 2 3; do
		nginx_conf
		part_start nginx
		wait_for 10 nginx_listens
		part_alive nginx && return 0
		grep -q 'Address already in use' "$RUN/log/nginx.log" || break
		port_find "$PORTS"
		conf_write
		kill -HUP "$(part_pid api)" 2>/dev/null
	done
	show_log "$RUN/log/nginx.log"
	warn "nginx does not come up (try $try)"
	return 1
}

stack_stop() {
	[ -d "$RUN/pid" ] || {
		stack_sweep
		return
	}
	touch "$RUN/stopping"
	part_stop nginx QUIT 15
	part_stop jobs TERM 20
	part_stop api TERM 20
	part_stop smtp TERM 5
	part_stop db TERM 60
	stack_sweep || warn "some processes of the stack do not end: $(stack_leftovers | tr '\n' ' ')"
	dirs_forget
	rm -f "$RUN/port" "$RUN/stopping"
}

# Something of an earlier start is there, but not all of it.
stack_recover() {
	local part found=
	for part in $parts; do
		[ ! -e "$RUN/pid/$part" ] || found=1
	done
	[ -n "$found$(stack_leftovers)" ] || return 0
	say "Cleaning up after an earlier start that did not end well …"
	stack_stop
}
