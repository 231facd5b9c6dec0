#!/bin/sh
# Installs the server that speaks S3, with which remotes are tested, outside the checkout, once per
# list of packages, and prints its path.
#
#   scripts/peer-s3.sh          install it where it is missing
#
#   NLPIPE_PEER_CACHE   the folder for it (default: $XDG_CACHE_HOME/nlpipe or ~/.cache/nlpipe)
set -eu
cd "$(dirname "$0")/.."
list=Tests/Fixtures/s3/requirements

fail() {
    echo "peer-s3.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

place=${NLPIPE_PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nlpipe}/s3
if ! cmp -s "$list.txt" "$place/installed"; then
    base=$(command -v python3.11 || command -v python3) ||
        fail "python3 is missing" "apt-get install python3 python3-venv"
    echo "peer-s3.sh: installing moto into $place (once)" >&2
    mkdir -p "$(dirname "$place")"
    rm -rf "$place"
    "$base" -m venv "$place" >&2 ||
        fail "cannot make a virtual environment" "apt-get install python3-venv"
    # The digests are those of one Python's packages; another one gets the same version, unchecked.
    if "$base" -c 'import platform, sys
sys.exit(0 if sys.version_info[:2] == (3, 11) and platform.machine() == "x86_64" else 1)'; then
        set -- --require-hashes -r "$list.txt"
    else
        echo "peer-s3.sh: not CPython 3.11 on x86-64: digests are not checked" >&2
        set -- -r "$list.in"
    fi
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 ||
        fail "pip could not install moto"
    cp "$list.txt" "$place/installed"
fi
printf '%s\n' "$place/bin/moto_server"
