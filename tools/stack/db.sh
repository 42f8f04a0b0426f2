# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The private stack's MariaDB: own data, own socket, no network.

db_conf() {
	cat >"$RUN/db.cnf" <<-END
		[mysqld]
		datadir = $RUN/db
		socket = $SOCKETS/db.sock
		pid-file = $RUN/db.pid
		tmpdir = $RUN/db-tmp
		skip-networking
		skip-name-resolve
		skip-log-bin
		character-set-server = utf8mb4
		collation-server = utf8mb4_bin
		# What was answered must outlive a crash, in a demo too.
		innodb_flush_log_at_trx_commit = 1
		innodb_buffer_pool_size = 64M
		innodb_log_file_size = 32M
		innodb_use_native_aio = 0
		aria_pagecache_buffer_size = 8M
		key_buffer_size = 1M
		performance_schema = OFF
		max_connections = 300
		max_allowed_packet = 32M
	END
	mkdir -p "$RUN/db-tmp"
}

# root must be named; anybody else is taken as he is.
db_user() { [ "$(id -u)" != 0 ] || echo --user=root; }

db_sql() {
	mariadb --no-defaults --batch --skip-column-names --connect-timeout=5 \
		-u root -S "$SOCKETS/db.sock" "$@"
}

db_answers() { db_sql -e 'SELECT 1' >/dev/null 2>&1; }

# The marker tells a finished data directory from an interrupted one.
db_install() {
	[ ! -e "$RUN/db.installed" ] || return 0
	rm -rf "$RUN/db"
	mkdir -p "$RUN/db"
	# shellcheck disable=SC2046
	mariadb-install-db --defaults-file="$RUN/db.cnf" $(db_user) \
		--auth-root-authentication-method=normal --skip-test-db \
		--skip-name-resolve >"$RUN/log/db-install.log" 2>&1 9<&- || {
		show_log "$RUN/log/db-install.log" 25
		warn "the database could not be set up"
		return 1
	}
	touch "$RUN/db.installed"
}

db_spawn() {
	rm -f "$SOCKETS/db.sock"
	# shellcheck disable=SC2046
	part_spawn db mariadbd --defaults-file="$RUN/db.cnf" $(db_user)
}

db_ready_or_dead() { db_answers || part_dead db; }

db_wait() {
	if ! wait_for 60 db_ready_or_dead || part_dead db; then
		show_log "$RUN/log/db.log" 25
		warn "the database does not come up"
		return 1
	fi
}

# Databases and the account that the programs use.
db_prepare() {
	local password
	[ -s "$RUN/db.password" ] ||
		od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$RUN/db.password"
	password=$(<"$RUN/db.password")
	db_sql <<-END
		CREATE DATABASE IF NOT EXISTS vouchsafe;
		CREATE DATABASE IF NOT EXISTS vouchsafe_keys;
		CREATE USER IF NOT EXISTS vouchsafe@localhost;
		ALTER USER vouchsafe@localhost IDENTIFIED BY '$password';
		GRANT ALL ON vouchsafe.* TO vouchsafe@localhost;
		GRANT ALL ON vouchsafe_keys.* TO vouchsafe@localhost;
	END
}
