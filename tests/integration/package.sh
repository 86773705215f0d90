#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# package.sh BUILD: makes the Debian package, which lintian accepts, and installs,
# tries and purges it in a clean Debian of its own; what was there before is there
# again after. Needs root and the machine's package sources, takes minutes: run by
# script/test --long alone (exit 77 otherwise: skipped).
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1

skip() {
	echo "skipped: $*"
	exit 77
}
fail() {
	echo "package.sh: $*" >&2
	exit 1
}
[ -n "${MICROCAT_TEST_LONG:-}" ] || skip "takes minutes; script/test --long runs it"
[ "$(id -u)" -eq 0 ] || skip "a clean Debian needs root (chroot)"
script/bootstrap debootstrap
# Where this machine gets its own packages from; no other place is asked.
. /etc/os-release
read -r mirror components < <(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' \
	'Created-By: Packages' "Codename: $VERSION_CODENAME" "Origin: Debian" | head -1) ||
	skip "no package source of Debian is configured here"

script/package "$build/package"
deb=$(ls "$build"/package/microcat_*.deb)

# /tmp may be mounted without devices or programs; the build folder holds programs.
root=$(mktemp -d "$(realpath "$build")/clean-root.XXXXXX")
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
chmod 755 "$root" # others than root must find their way in
debootstrap --variant=minbase --components="$components" "$VERSION_CODENAME" "$root" "$mirror" \
	>"$build/debootstrap.log" 2>&1 || {
	tail -5 "$build/debootstrap.log" >&2
	grep -q "Failed getting release file\|Couldn't download" "$build/debootstrap.log" &&
		skip "the package source does not answer"
	fail "debootstrap failed"
}
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp -a /etc/apt/sources.list.d/. "$root/etc/apt/sources.list.d/" 2>/dev/null || true
cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/" 2>/dev/null || true
# No service starts in there.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

inside() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive "$@"
}
quietly_inside() {
	inside "$@" >"$build/clean-root.log" 2>&1 || {
		cat "$build/clean-root.log" >&2
		fail "in the clean root: $*"
	}
}
# What can be found there, and who; without what apt and dpkg keep for themselves.
picture() {
	inside sh -c 'find / -xdev \( -path /proc -o -path /var/cache -o -path /var/lib/apt -o \
		-path /var/log -o -path "/var/lib/dpkg/*-old" -o -path /tmp -o -path /var/lib/dpkg/lock \) \
		-prune -o -print | LC_ALL=C sort; getent passwd; getent group; dpkg-query -W'
}

cp "$deb" "$root/tmp/microcat.deb"
quietly_inside apt-get update -qq
# Its dependencies first: they stay.
quietly_inside apt-get satisfy -y --no-install-recommends "$(dpkg-deb -f "$deb" Depends)"
picture >"$build/before.txt"

quietly_inside dpkg -i /tmp/microcat.deb
picture >"$build/installed.txt"
inside microcat --version
inside microcatd --version
inside microcatd --check
inside getent passwd microcat >/dev/null || fail "there is no user microcat"
[ "$(inside stat -c '%a %U %G' /etc/microcat/secrets)" = "750 root microcat" ] ||
	fail "/etc/microcat/secrets: $(inside stat -c '%a %U %G' /etc/microcat/secrets)"
for unit in microcat.service microcat-query.socket microcat-admin.socket; do
	[ "$(inside systemctl is-enabled "$unit")" = enabled ] || fail "$unit is not enabled"
done
# It runs as the user it made, and answers.
inside install -d -o microcat -g microcat /var/lib/microcat /run/microcat
inside setpriv --reuid=microcat --regid=microcat --clear-groups microcatd --once ||
	fail "microcatd --once ends with $?"
# What an operator edits stays through an upgrade.
echo '# mine' >>"$root/etc/microcat/microcat.conf"
quietly_inside dpkg --force-confold -i /tmp/microcat.deb
grep -q '^# mine$' "$root/etc/microcat/microcat.conf" || fail "an upgrade overwrote the configuration"

quietly_inside dpkg --remove microcat
[ -e "$root/etc/microcat/microcat.conf" ] || fail "removing took the configuration"
[ -e "$root/var/lib/microcat" ] || fail "removing took the database"
quietly_inside dpkg --purge microcat
picture >"$build/after.txt"
diff "$build/before.txt" "$build/after.txt" || fail "purging left or took something (< before, > after)"
echo "installed, tried and purged: $(basename "$deb"), $(diff "$build/before.txt" "$build/installed.txt" |
	grep -c '^>') files, users and packages came and went"
