# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The demo organisation, run/demo.env, and the first session.

# The organisation and its keys are made once and kept with the data.
demo_prepare() {
	: >"$RUN/log/setup.log"
	{ [ -s "$RUN/credentials" ] || demo_organisation; } &&
		{ grep -q CLIENT_SECRET "$RUN/credentials" || demo_client; } && return
	show_log "$RUN/log/setup.log"
	warn "the demo organisation could not be made"
	return 1
}

demo_organisation() {
	local org live test
	org=$(operator org add "Demo" 2>>"$RUN/log/setup.log" |
		sed -n 's/^organisation=//p')
	[ -n "$org" ] &&
		live=$(operator key add --org "$org" --mode live --name demo \
			--permissions all 2>>"$RUN/log/setup.log") && [ -n "$live" ] &&
		test=$(operator key add --org "$org" --mode test --name demo-test \
			--permissions all 2>>"$RUN/log/setup.log") && [ -n "$test" ] ||
		return 1
	cat >"$RUN/credentials.new" <<-END
		VOUCHSAFE_ORG=$org
		VOUCHSAFE_KEY=$live
		VOUCHSAFE_TEST_KEY=$test
	END
	mv "$RUN/credentials.new" "$RUN/credentials"
}

# A service account of that organisation.
demo_client() {
	local org client
	org=$(sed -n 's/^VOUCHSAFE_ORG=//p' "$RUN/credentials")
	client=$(operator client add --org "$org" --name demo-client \
		2>>"$RUN/log/setup.log" | sed 's/^client_id/VOUCHSAFE_CLIENT_ID/
			s/^client_secret/VOUCHSAFE_CLIENT_SECRET/') &&
		[ -n "$client" ] || return 1
	{
		cat "$RUN/credentials"
		echo "$client"
	} >"$RUN/credentials.new"
	mv "$RUN/credentials.new" "$RUN/credentials"
}

demo_env() {
	{
		cat <<-END
			VOUCHSAFE_URL=http://127.0.0.1:$PORT
			VOUCHSAFE_MAIL=$RUN/mail
		END
		cat "$RUN/credentials"
		cat <<-END
			VOUCHSAFE_DB_SOCKET=$SOCKETS/db.sock
			VOUCHSAFE_CONF=$RUN/vouchsafe.conf
			VOUCHSAFE_BIN=$BIN
			VOUCHSAFE_LOGS=$RUN/log
		END
	} >"$RUN/demo.env.new"
	mv "$RUN/demo.env.new" "$RUN/demo.env"
}

json_field() { # NAME: of the object on standard input
	/usr/bin/python3 -c 'import json, sys
print(json.load(sys.stdin)[sys.argv[1]])' "$1" 2>/dev/null
}

mail_newest() { # NEWER_THAN_FILE
	find "$RUN/mail/new" -type f -newer "$1" -print -quit
}

mail_there() { [ -n "$(mail_newest "$1")" ]; }

# One session with an invitation, as an operator's backend would make it.
demo_session() {
	local key answer link
	key=$(sed -n 's/^VOUCHSAFE_KEY=//p' "$RUN/credentials")
	touch "$RUN/before-mail"
	# The key travels by standard input: arguments are everybody's to see.
	answer=$(curl -s --max-time 15 -K - -H 'Content-Type: application/json' \
		-d '{"customerEmail":"ada@example.org","customerName":"Ada Example"}' \
		"http://127.0.0.1:$PORT/kyc-sessions" <<-END
			header = "Authorization: Bearer $key"
		END
	)
	link=$(json_field sessionUrl <<<"$answer") && [ -n "$link" ] || {
		warn "the demo session could not be made: ${answer:-no answer}"
		show_log "$RUN/log/api.log"
		return 1
	}
	say "A session for Ada Example, ada@example.org, valid for an hour:"
	say "  $link"
	operator qr "$link" || warn "the QR code could not be drawn"
	if wait_for 10 mail_there "$RUN/before-mail"; then
		say "Her invitation: $(mail_newest "$RUN/before-mail")"
	else
		warn "her invitation has not arrived within 10 s in $RUN/mail/new"
		show_log "$RUN/log/jobs.log"
	fi
}

demo_where() {
	say "API:            http://127.0.0.1:$PORT"
	say "Keys, for sh:   . $RUN/demo.env"
	say "Mail:           $RUN/mail (Maildir)    Logs: $RUN/log"
}

# watch_part NAME: a part that died is started again, but not for ever.
watch_part() {
	local died=${deaths[$1]:-0}
	part_alive "$1" && return
	stop_asked && return
	warn "$1 has died"
	show_log "$RUN/log/$1.log" 10
	deaths[$1]=$((died + 1))
	[ "$died" -lt 3 ] || {
		warn "$1 died too often; giving up"
		return 1
	}
	part_orphans_end "$1"
	part_start "$1"
	sleep 1
	part_alive "$1" || return 0
	say "$1 is running again"
}

# Workers of a killed parent keep its port or socket.
part_orphans_end() {
	local name pid
	case $1 in
	api) name=vouchsafe.fcgi ;;
	jobs) name=vouchsafe-jobs ;;
	nginx) name=nginx ;;
	*) return 0 ;;
	esac
	for pid in $(stack_leftovers); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$name" ] ||
			kill -KILL "$pid" 2>/dev/null
	done
	sleep 0.2
}

# Another ./bootstrap stop says so before it touches a part.
stop_asked() { [ ! -e "$RUN/port" ] || [ -e "$RUN/stopping" ]; }

# In front until somebody ends it.
demo_watch() {
	declare -A deaths=()
	local part
	while :; do
		# A signal interrupts wait, not sleep.
		sleep 1 9<&- &
		wait $!
		! stop_asked || {
			say "Stopped by another ./bootstrap."
			return 0
		}
		for part in $parts; do
			watch_part "$part" || return 1
		done
	done
}
