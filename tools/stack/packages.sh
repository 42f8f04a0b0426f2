# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What has to be installed, and installing it: one look at dpkg, and apt only
# where something is missing.

# The -core packages of MariaDB bring the server without a service of it.
packages_run="gcc g++ libc6-dev make autoconf automake pkgconf
	libfcgi-dev libjson-c-dev libmariadb-dev libssl-dev libesmtp-dev
	libcurl4-openssl-dev libqrencode-dev libpng-dev libgmime-3.0-dev check
	libjpeg62-turbo-dev libwebp-dev libzxing-dev libseccomp-dev libicu-dev
	libleptonica-dev libfreetype-dev fonts-ocr-b fonts-dejavu-core
	poppler-utils libtesseract-dev tesseract-ocr-eng
	mariadb-server-core mariadb-client-core nginx curl
	python3 python3-aiosmtpd"
# Some bring npm with a nodejs of their own, which Debian's npm refuses.
command -v npm >/dev/null || packages_run="$packages_run npm"
packages_check="$packages_run clang libclang-rt-dev clang-format clang-tidy
	cppcheck shellcheck xz-utils openssl python3-pytest python3-selenium
	python3-yaml python3-jsonschema python3-cryptography
	python3-numpy python3-pil
	chromium chromium-driver tesseract-ocr zbar-tools lighttpd
	apache2-bin glewlwyd"
# glewlwyd needs one of dbconfig's packages. This one makes no database, and
# would drive out one that an admin has chosen.
case $(dpkg-query -W -f '${db:Status-Abbrev}' dbconfig-mysql dbconfig-pgsql \
	dbconfig-sqlite3 2>/dev/null) in
*ii*) ;;
*) packages_check="$packages_check dbconfig-no-thanks" ;;
esac

packages_missing() { # NAME…: those that are not installed
	local have name
	have=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null |
		sed -n 's/^ii  *//p')
	for name; do
		case "
$have
" in
		*"
$name
"*) ;;
		*) echo "$name" ;;
		esac
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# glewlwyd takes its first configuration from its documents, which small
# images leave out.
apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends -o DPkg::Lock::Timeout=120 \
		-o 'DPkg::Options::=--path-include=/usr/share/doc/glewlwyd/*' \
		-o Acquire::Retries=3 -o Acquire::http::Timeout=30 "$@"
}

# Left to its default answer, glewlwyd's installation makes a user and a
# database for a service that nobody asked for.
packages_answer() { # NAME…: about to be installed
	case " $* " in
	*" glewlwyd "*) ;;
	*) return 0 ;;
	esac
	command -v debconf-set-selections >/dev/null || return 0
	# As long as apt waits for another one, which has debconf locked as well.
	wait_for 120 glewlwyd_answer 2>/dev/null
}

glewlwyd_answer() {
	echo "glewlwyd glewlwyd/config_type select No configuration" |
		as_root debconf-set-selections
}

# A package's own service must not come up because of us. Debian asks
# policy-rc.d before it starts one; an admin's own policy stays as it is.
services_hold() {
	policy=
	# One of ours can be left over from a bootstrap that was killed.
	[ ! -e /usr/sbin/policy-rc.d ] ||
		grep -q 'vouchsafe bootstrap' /usr/sbin/policy-rc.d || return 0
	printf '#!/bin/sh\n# vouchsafe bootstrap\nexit 101\n' |
		as_root tee /usr/sbin/policy-rc.d >/dev/null || return 0
	policy=ours
	as_root chmod 755 /usr/sbin/policy-rc.d
}

services_release() { # PACKAGE…: just installed, so nobody relies on them
	local name
	[ -z "$policy" ] || as_root rm -f /usr/sbin/policy-rc.d
	policy=
	for name in nginx lighttpd glewlwyd; do
		case " $* " in
		*" $name "*) ;;
		*) continue ;;
		esac
		if command -v systemctl >/dev/null; then
			as_root systemctl disable --quiet "$name"
		else
			as_root update-rc.d "$name" disable
		fi
	done >/dev/null 2>&1
	return 0
}

packages_ensure() { # NAME…
	local missing log ok=
	command -v dpkg-query >/dev/null || {
		warn "this is no Debian, so nothing was installed; going on with what is there"
		return 0
	}
	missing=$(packages_missing "$@" | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null ||
		die "packages are missing, and this is neither root nor a user with sudo. Install them with:
  apt-get install --no-install-recommends $missing"
	log=$(mktemp) || exit 1
	say "Installing packages: $missing"
	packages_answer "$missing"
	services_hold
	# An interrupted installation must not leave the policy behind.
	trap 'services_release; exit 130' INT TERM HUP
	# Fresh lists only where the ones there will not do.
	# shellcheck disable=SC2086
	if apt_install $missing >"$log" 2>&1 9<&-; then
		ok=1
	elif as_root apt-get update -q >>"$log" 2>&1 9<&- &&
		apt_install $missing >>"$log" 2>&1 9<&-; then
		ok=1
	fi
	services_release "$missing"
	trap - INT TERM HUP
	[ -n "$ok" ] || {
		show_log "$log"
		rm -f "$log"
		die "apt could not install: $missing"
	}
	rm -f "$log"
}
