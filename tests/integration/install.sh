#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# install.sh BUILD: installs into an empty folder, and tries what was installed.
set -euo pipefail

build=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
	echo "install.sh: $*" >&2
	exit 1
}

DESTDIR=$root cmake --install "$build" >"$root/log" 2>&1 || { cat "$root/log"; fail "cmake --install failed"; }
prefix=$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$build/CMakeCache.txt")

for file in sbin/microcatd bin/microcat share/man/man1/microcat.1 share/man/man5/microcat.conf.5 share/man/man8/microcatd.8 \
	share/bash-completion/completions/microcat share/bash-completion/completions/microcatd lib/systemd/system/microcat.service \
	lib/systemd/system/microcat-query.socket lib/systemd/system/microcat-admin.socket \
	lib/sysusers.d/microcat.conf lib/tmpfiles.d/microcat.conf; do
	[ -s "$root$prefix/$file" ] || fail "$file was not installed"
done
[ -s "$root/etc/microcat/microcat.conf" ] || fail "no /etc/microcat/microcat.conf"

# What an operator edited stays.
echo "# mine" >>"$root/etc/microcat/microcat.conf"
DESTDIR=$root cmake --install "$build" >"$root/log" 2>&1
grep -q '^# mine$' "$root/etc/microcat/microcat.conf" || fail "an edited configuration was overwritten"

"$root$prefix/sbin/microcatd" --check -c "$root/etc/microcat/microcat.conf" ||
	fail "the installed configuration is refused"
"$root$prefix/bin/microcat" --version >/dev/null || fail "microcat does not run"

service=$root$prefix/lib/systemd/system/microcat.service
grep -q "^ExecStart=$prefix/sbin/microcatd -c /etc/microcat/microcat.conf$" "$service" ||
	fail "the unit does not start what was installed: $(grep ^ExecStart "$service")"

# The exposure is computed without the program's path being there.
if command -v systemd-analyze >/dev/null; then
	sed "s#^ExecStart=.*#ExecStart=/bin/true#" "$service" >"$root/microcat.service"
	systemd-analyze security --offline=true "$root/microcat.service" >"$root/exposure" 2>&1 || true
	exposure=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$root/exposure")
	[ -n "$exposure" ] || fail "systemd-analyze tells no exposure: $(tail -3 "$root/exposure")"
	echo "exposure by systemd-analyze security: $exposure (at most 2.0)"
	awk -v e="$exposure" 'BEGIN { exit !(e <= 2.0) }' || fail "exposure $exposure is above 2.0"
else
	echo "exposure not computed: there is no systemd-analyze (script/bootstrap systemd)"
fi
echo "installed and tried"
