#!/bin/sh
# Checks what nlpipe needs to build and run, and installs what is missing where that needs no
# question: as root, with apt. Anywhere else it prints the exact line and fails.
set -eu

packages="git ca-certificates pkg-config libgit2-dev libopenblas0-pthread libsqlite3-dev \
libssl-dev python3 python3-pip python3-venv"
wanted_major=6
wanted_minor=2

fail() {
    printf 'deps: %s\n' "$@" >&2
    exit 1
}

command -v swift >/dev/null 2>&1 ||
    fail "no 'swift' on the PATH" "hint: https://www.swift.org/install/linux (6.2 or newer)"
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
case "$major$minor" in
'' | *[!0-9]*) fail "cannot read the version that 'swift --version' prints" ;;
esac
if [ "$major" -lt "$wanted_major" ] ||
    { [ "$major" -eq "$wanted_major" ] && [ "$minor" -lt "$wanted_minor" ]; }; then
    fail "Swift $version is too old" "expected: $wanted_major.$wanted_minor or newer"
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    missing=""
    command -v git >/dev/null 2>&1 || missing="$missing git"
    command -v python3 >/dev/null 2>&1 || missing="$missing python3"
    for library in libgit2 libcrypto sqlite3; do
        pkg-config --exists "$library" 2>/dev/null || missing="$missing $library"
    done
    [ -z "$missing" ] && exit 0
    fail "missing:$missing" \
        "hint: install what your system calls these Debian packages: $packages"
fi

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] && continue
    # The other builds of OpenBLAS serve as well.
    if [ "$package" = libopenblas0-pthread ] &&
        ldconfig -p 2>/dev/null | grep -q 'libopenblas\.so\.0'; then
        continue
    fi
    missing="$missing $package"
done
[ -z "$missing" ] && exit 0

line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    fail "missing packages:$missing" "hint: sudo apt-get update && sudo $line"
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || fail "apt-get update failed"
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing || fail "failed: $line"
