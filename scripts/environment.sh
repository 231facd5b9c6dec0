#!/bin/sh
# Makes a Python environment from a list of pinned packages, outside of the checkout, once for each
# list, and prints its folder:
#
#   scripts/environment.sh NAME LIST      packages of LIST.txt with their digests
#
#   NLPIPE_PEER_CACHE   the folder for it (default: $XDG_CACHE_HOME/nlpipe or ~/.cache/nlpipe)
set -eu
name=$1
list=$2

fail() {
    echo "environment.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

base=$(command -v python3.11 || command -v python3) ||
    fail "python3 is missing" "apt-get install python3 python3-venv"
key=$({ "$base" -V && cat "$list.txt"; } | cksum | cut -d ' ' -f 1)
home=${NLPIPE_PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nlpipe}
place=$home/$name-$key
if [ ! -e "$place/installed" ]; then
    echo "environment.sh: installing $name into $place (once)" >&2
    mkdir -p "$home"
    rm -rf "$place"
    "$base" -m venv "$place" >&2 ||
        fail "cannot make a virtual environment" "apt-get install python3-venv"
    # The digests are those of one Python's packages; another one gets the same versions, unchecked.
    if "$base" -c 'import platform, sys
sys.exit(0 if sys.version_info[:2] == (3, 11) and platform.machine() == "x86_64" else 1)'; then
        set -- --require-hashes -r "$list.txt"
    else
        echo "environment.sh: not CPython 3.11 on x86-64: digests are not checked" >&2
        set -- -r "$list.in"
    fi
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 ||
        fail "pip could not install $name"
    touch "$place/installed"
fi
printf '%s\n' "$place"
