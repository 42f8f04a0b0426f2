# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# ./bootstrap check: every stage on its own log, told as it ends.

# stage NAME COMMAND…: runs it, prints a line, keeps the result.
stage() {
	local name=$1 log=$STAGES/$1.log began=$SECONDS word=ok
	shift
	# In a group of its own, to end it by when this shell gets a signal. A
	# lane in the background is a group already.
	[ "$BASHPID" != "$$" ] || set -m
	("$@") >"$log" 2>&1 </dev/null &
	child=$!
	set +m
	# Polled: a signal to this shell is heard between two looks.
	while kill -0 "$child" 2>/dev/null; do
		[ $((SECONDS - began)) -lt 3000 ] || {
			echo "no end after 50 minutes" >>"$log"
			group_end "$child" INT
		}
		sleep 0.2
	done
	wait "$child" || word=FAILED
	child=
	echo "$word" >"$STAGES/$name.result"
	{
		printf '== %-14s %6s %4d s\n' "$name" "$word" $((SECONDS - began))
		case $word in
		ok) tail -n 1 "$log" | cut -c 1-100 | sed 's/^./   &/' ;;
		*) tail -n 60 "$log" ;;
		esac
	} >"$STAGES/$name.told"
	# One write, or two lanes would mix their lines.
	cat "$STAGES/$name.told"
	[ "$word" = ok ]
}

# A test that is interrupted stops what it has started; one that is killed
# leaves it behind.
group_end() { # PROCESS_GROUP SIGNAL
	kill "-$2" -- "-$1" 2>/dev/null || return
	wait_for 30 group_gone "$1" || kill -KILL -- "-$1" 2>/dev/null
}

group_gone() { ! kill -0 -- "-$1" 2>/dev/null; }

c_files() {
	find "$TOP/src" "$TOP/tests" \( -name '*.c' -o -name '*.h' -o \
		-name '*.cc' \) | sort
}

# Versions of clang-format do not agree on macros of several lines. Debian
# 12's is the judge; another one only tells what it would do.
check_format() {
	local files version
	check_rooms || return 1
	version=$(clang-format --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
	mapfile -t files < <(c_files)
	if (cd "$TOP" && clang-format --dry-run -Werror "${files[@]}"); then
		echo "${#files[@]} files, by clang-format $version"
	elif [ "$version" = 14 ]; then
		return 1
	else
		echo "clang-format $version would change some; 14 is the judge"
	fi
}

# Includes follow the house's arrows, down and never sideways; one room speaks
# to a library.
check_rooms() {
	# shellcheck disable=SC2016
	(cd "$TOP/src" && find . -name '*.[ch]' -o -name '*.cc' | sort | xargs awk '
		BEGIN {
			split("base 1 http 2 check 2 crypto 2 mail 2 net 2 " \
			      "db 3 store 3 hook 3 kyc 4 api 5 job 5 cmd 6", w, " ")
			for (i = 1; w[i]; i += 2)
				floor[w[i]] = w[i + 1]
			keeper["mysql"] = keeper["mysqld_error"] = "^db/"
			keeper["curl"] = "^net/"
			keeper["openssl"] = "^crypto/|^mail/smtp"
			keeper["fcgiapp"] = "^http/"
			keeper["libesmtp"] = keeper["gmime"] = "^mail/"
			keeper["qrencode"] = "^mail/"
			keeper["png"] = "^mail/|^check/image"
			keeper["jpeglib"] = "^check/image|^cmd/specimen/"
			keeper["webp"] = "^check/image"
			keeper["ft2build"] = "^cmd/specimen/type"
			keeper["MultiFormatWriter"] = "^cmd/specimen/pdf417"
			keeper["ReadBarcode"] = "^check/barcode_zxing"
			keeper["seccomp"] = "^cmd/check/"
			keeper["tesseract"] = "^check/ocr"
			keeper["unicode"] = "^check/names"
			keeper["leptonica"] = "^check/(image|mrz_)"
		}
		function wrong(why) {
			printf "%s:%d: %s: %s\n", file, FNR, $0, why
			failed = 1
		}
		/^#include/ {
			file = substr(FILENAME, 3)
			split(file, here, "/")
			split($2, to, /[<>"\/.]/)
			if ($2 ~ /^</ && (to[2] in keeper) &&
			    file !~ keeper[to[2]])
				wrong("another room speaks to this library")
			if ($2 !~ /^"/ || $2 == "\"config.h\"" ||
			    here[1] == to[2])
				next
			if (!(here[1] in floor) || !(to[2] in floor))
				wrong("no room of the house")
			else if (floor[to[2]] >= floor[here[1]])
				wrong("not a floor below")
			else if (here[1] == "kyc" && to[2] == "http")
				wrong("kyc never sees HTTP")
		}
		END { exit failed }') && echo "includes follow the arrows"
}

# The files share variables, which looks like typing errors from each alone.
check_shell() {
	(cd "$TOP" && shellcheck -x -e SC2015,SC2034,SC2153,SC2154 \
		bootstrap .ci/run tools/stack/*.sh) &&
		echo "bootstrap, .ci/run and $(find "$TOP/tools/stack" -name '*.sh' | wc -l) files of tools/stack"
}

cc_flags() {
	echo "-std=c11 -D_GNU_SOURCE -I$TOP/src -I$BUILD
		-DDATADIR=\"/x\" -DSYSCONFDIR=\"/x\" -DSTATEDIR=\"/x\"
		-DLIBEXECDIR=\"/x\" -DMODELS=\"$TOP/models\""
	sed -nE 's/^(CRYPTO|JSON|MARIADB|FCGI|QRENCODE|PNG|GMIME|ESMTP|CURL|JPEG|WEBP|SECCOMP|ICU|LEPT|TESSERACT|FREETYPE)_CFLAGS = (.*)/\2/p' \
		"$BUILD/Makefile"
}

# ctuuninitvar takes every output parameter for a use.
check_cppcheck() {
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability -j2 \
		--suppress=missingIncludeSystem --suppress=missingInclude \
		--suppress=ctuuninitvar --suppress=normalCheckLevelMaxBranches \
		--suppress=checkersReport --suppress=toomanyconfigs \
		--suppress=unknownMacro --suppress=*:/usr/include/* \
		-D_GNU_SOURCE -DDATADIR='""' -DSYSCONFDIR='""' -DSTATEDIR='""' \
		-DLIBEXECDIR='""' \
		-I "$TOP/src" "$TOP/src"
}

# A few files a process: starting it costs as much as reading a file.
check_tidy() {
	local flags
	read -r -d '' -a flags < <(cc_flags | tr '\n\t' '  ')
	# shellcheck disable=SC2016
	find "$TOP/src" -name '*.c' -print0 | xargs -0 -n 6 -P "$(cores)" \
		bash -c 'n=$1; shift
			exec clang-tidy --quiet "${@:n + 1}" -- "${@:1:n}"' \
		tidy "${#flags[@]}" "${flags[@]}" || return 1
	echo "no finding"
}

# Each parser of foreign bytes for a minute; FUZZ_SECONDS gives another time.
# What crashes one is kept in build/fuzz.
check_fuzz() {
	local seconds=${FUZZ_SECONDS:-60} name work file count=0
	make -C "$BUILD" -s fuzz 9<&- || return 1
	for file in "$TOP"/tests/fuzz/fuzz_*.c; do
		name=$(basename "$file" .c)
		name=${name#fuzz_}
		work=$BUILD/fuzz/$name
		rm -rf "$work" && mkdir -p "$work/corpus" || return 1
		[ ! -d "$TOP/tests/fuzz/seeds/$name" ] ||
			cp "$TOP/tests/fuzz/seeds/$name"/* "$work/corpus"
		"$BUILD/fuzz-$name" -max_total_time="$seconds" -timeout=20 \
			-rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix="$work/" "$work/corpus" || return 1
		count=$((count + 1))
	done
	echo "$count parsers, $seconds s each"
}

check_distcheck() {
	tree_configure "$TOP/build-dist" --enable-developer && make -C "$TOP/build-dist" \
		-j2 distcheck DISTCHECK_CONFIGURE_FLAGS=--enable-developer 9<&- &&
		echo "the archive builds, passes its tests and uninstalls"
}

check_units() { # DIRECTORY
	make -C "$1" -j"$(cores)" check 9<&- || {
		find "$1" -name test-suite.log -exec cat {} +
		return 1
	}
	sed -n 's/^# \(TOTAL\|PASS\|FAIL\):/\1/p' "$1"/test-suite.log |
		tr '\n' ' '
}

check_stack() {
	port_find "$PORTS"
	stack_start && demo_prepare && demo_env &&
		echo "http://127.0.0.1:$PORT, programs of ${BIN#"$TOP"/}"
}

# stage runs in a subshell; what it found out lies in the state directory.
check_pytest() {
	local dirs=() dir
	for dir in api browser fault; do
		find "$TOP/tests/$dir" -name 'test_*.py' 2>/dev/null |
			grep . >/dev/null &&
			dirs+=("tests/$dir")
	done
	[ ${#dirs[@]} -gt 0 ] || {
		echo "no tests found"
		return 1
	}
	cd "$TOP" && VOUCHSAFE_ENV=$RUN/demo.env PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 -m pytest -q -p no:cacheprovider \
		--durations=5 "${dirs[@]}" 9<&-
}

check_logs() {
	if grep -nE 'ERROR: AddressSanitizer|runtime error:|LeakSanitizer' \
		"$RUN"/log/*; then
		return 1
	fi
	echo "$(find "$RUN/log" -type f | wc -l) logs, no finding"
}

# What needs no running program goes beside what does, on the other core and
# with the lower priority.
lane_static() {
	renice -n 10 -p "$BASHPID" >/dev/null 2>&1
	stage format check_format
	stage shell check_shell
	stage cppcheck check_cppcheck
	stage clang-tidy check_tidy
	stage distcheck check_distcheck
	stage fuzz check_fuzz
}

lane_programs() {
	stage unit check_units "$BUILD"
	stage build-asan build_tree "$TOP/build-asan" --enable-developer \
		--enable-sanitizers || return
	stage unit-asan check_units "$TOP/build-asan"
	programs_find "$TOP/build-asan"
	if stage stack check_stack; then
		# Among the tests is one of ./bootstrap itself.
		lock_drop
		stage tests check_pytest
		lock_take
	fi
	stage stop stack_stop
	stage logs check_logs
}

stages_all="format shell cppcheck clang-tidy distcheck fuzz
	unit build-asan unit-asan stack tests stop logs"

check_everything() {
	local name passed=0 failed=0 missed=
	STAGES=$TOP/build/stages
	rm -rf "$STAGES" && mkdir -p "$STAGES"
	say "Checking; the whole of each stage's output is in build/stages/"
	# A process group of its own, so that it can be ended with its children.
	set -m
	lane_static 9<&- &
	static=$!
	set +m
	lane_programs
	# Its results are files; one that has ended already is no child any more.
	wait "$static" 2>/dev/null
	static=
	for name in $stages_all; do
		case $(cat "$STAGES/$name.result" 2>/dev/null) in
		ok) passed=$((passed + 1)) ;;
		*)
			failed=$((failed + 1))
			missed="$missed $name"
			;;
		esac
	done
	[ "$failed" = 0 ] || say "Failed or not run:$missed"
	say "$passed passed, $failed failed in $SECONDS s"
	[ "$failed" = 0 ]
}
