#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A stack for tests that kill its parts: stack.sh start | stop | part NAME.
# As ./bootstrap's, by the same functions, but with the programs that are under
# test and leases short enough to wait for. VOUCHSAFE_RUN and VOUCHSAFE_BIN
# say where.
set -uo pipefail
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P) || exit 1
for file in common build db parts demo; do
	# shellcheck source=/dev/null
	. "$TOP/tools/stack/$file.sh"
done
RUN=$VOUCHSAFE_RUN
BIN=$VOUCHSAFE_BIN

eval "conf_write_all() $(declare -f conf_write | tail -n +2)"
conf_write() {
	conf_write_all
	sed -i 's/^\(slow_\)\?workers = .*/\1workers = 4/
		s/^\[http\]$/&\nidempotency_lease_s = 5/
		s/^\[mail\]$/&\ntimeout_s = 2/' "$RUN/vouchsafe.conf"
	printf '\n[jobs]\nlease_s = 5\npoll_ms = 50\n' >>"$RUN/vouchsafe.conf"
}

# Whoever asks may be interrupted: nothing half-started stays.
trap 'stack_stop; exit 1' INT TERM HUP
case $1 in
start)
	run_prepare
	port_find "${VOUCHSAFE_PORTS:-18180-18279}"
	stack_start && demo_prepare && demo_env || {
		stack_stop
		exit 1
	}
	;;
stop) sockets_find && stack_stop ;;
# As ./bootstrap run does for a part that died.
part)
	sockets_find
	part_orphans_end "$2"
	part_start "$2"
	;;
esac
