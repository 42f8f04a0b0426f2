# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Building out of the tree, and only what is needed.

cores() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# The stamp tells: autoconf leaves an unchanged configure's date alone.
autoreconf_needed() {
	local stamp=$TOP/autom4te.cache/bootstrap.stamp file
	[ -x "$TOP/configure" ] && [ -f "$TOP/Makefile.in" ] || return 0
	for file in configure.ac Makefile.am; do
		[ "$TOP/$file" -ot "$stamp" ] || return 0
	done
	return 1
}

configure_needed() { # DIRECTORY
	local file
	[ -f "$1/Makefile" ] || return 0
	for file in configure Makefile.in config.h.in; do
		[ "$TOP/$file" -nt "$1/config.status" ] && return 0
	done
	return 1
}

writable() { # DIRECTORY that may not be there yet
	[ ! -e "$1" ] || [ -w "$1" ] ||
		die "$1 belongs to $(stat -c %U "$1"): remove it as that user, or run this as that user"
}

build_prepare() { # LOG
	autoreconf_needed || return 0
	say "Preparing the build (autoreconf) …"
	(cd "$TOP" && mkdir -p m4 build-aux && autoreconf -fi) >>"$1" 2>&1 9<&- &&
		touch "$TOP/autom4te.cache/bootstrap.stamp"
}

# tree_configure DIRECTORY CONFIGURE_ARGUMENT…
tree_configure() {
	local dir=$1 log=$1/bootstrap.log
	shift
	writable "$TOP"
	writable "$dir"
	mkdir -p "$dir" || return 1
	: >"$log"
	build_prepare "$log" || {
		show_log "$log" 30
		return 1
	}
	configure_needed "$dir" || return 0
	say "Configuring ${dir#"$TOP"/} …"
	(cd "$dir" && "$TOP/configure" -q "$@") >>"$log" 2>&1 9<&- && return
	show_log "$log" 30
	return 1
}

# build_tree DIRECTORY CONFIGURE_ARGUMENT…
build_tree() {
	local log=$1/bootstrap.log
	tree_configure "$@" || return 1
	# make -q is of no use with automake; the silent rules tell what is due.
	! make -n -C "$1" all 2>/dev/null 9<&- |
		grep 'echo "  [A-Z]' >/dev/null ||
		say "Building ${1#"$TOP"/} …"
	make -C "$1" -j"$(cores)" all >>"$log" 2>&1 9<&- && return
	show_log "$log" 30
	return 1
}

# The viewer of /docs/ is one script of one npm package, pinned by its bytes.
# Without it the page links to the documents, so its absence stops nothing.
viewer=rapidoc-9.3.8
viewer_sha256=b04086a71c2002169c43e5b0f25d7f694b20eee7a95ddc233b491cf9a54b3ef0

viewer_build() { # BUILD_DIRECTORY
	local dir=$1/docs log=$1/docs.log script=$TOP/www/docs/rapidoc-min.js
	[ ! -f "$script" ] || return 0
	command -v npm >/dev/null || return 0
	say "Fetching the viewer of /docs/ …"
	rm -rf "$dir"
	mkdir -p "$dir" && (
		cd "$dir" &&
			timeout 90 npm pack "${viewer%-*}@${viewer##*-}" \
				--fetch-retries=2 --fetch-timeout=20000 &&
			echo "$viewer_sha256  $viewer.tgz" | sha256sum -c &&
			tar xzf "$viewer.tgz" package/dist/rapidoc-min.js
	) >"$log" 2>&1 9<&- &&
		cp "$dir/package/dist/rapidoc-min.js" "$script.new" &&
		mv "$script.new" "$script" && rm -rf "$dir" && return
	warn "the viewer of /docs/ could not be fetched (see $log); the page links to the documents instead"
}

# One of the issuers that the tests get tokens from is a package of npm, with
# all that it needs in the versions of the lock file. Without it those tests
# say so and are skipped.
issuers_build() { # BUILD_DIRECTORY
	local dir=$1/issuers log=$1/issuers.log from=$TOP/tests/issuers
	! cmp -s "$from/package-lock.json" "$dir/package-lock.json" || return 0
	command -v npm >/dev/null || return 0
	say "Fetching the issuer of the tests …"
	rm -rf "$dir" "$dir.new"
	mkdir -p "$dir.new" &&
		cp "$from/package.json" "$from/package-lock.json" "$dir.new" && (
		cd "$dir.new" &&
			timeout 120 npm ci --ignore-scripts --no-audit --no-fund \
				--fetch-retries=2 --fetch-timeout=20000
	) >"$log" 2>&1 9<&- && mv "$dir.new" "$dir" && return
	warn "npm's issuer could not be fetched (see $log); its tests are skipped"
}

# The programs lie in a build directory, or in the tree for those who built
# there.
programs_find() { # BUILD_DIRECTORY
	BIN=$1
	[ -x "$BIN/vouchsafe" ] || [ ! -x "$TOP/vouchsafe" ] || BIN=$TOP
	local name
	for name in vouchsafe vouchsafe.fcgi vouchsafe-jobs vouchsafe-check \
		vouchsafe-specimen; do
		[ -x "$BIN/$name" ] || die "the build left no $BIN/$name"
	done
}
