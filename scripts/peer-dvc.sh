#!/bin/sh
# Makes sure that there is the DVC which the conformance suite compares with, and prints the path of
# its Python. The environment lies outside the checkout and is made once per list of packages.
#
#   scripts/peer-dvc.sh          install it where it is missing
#   scripts/peer-dvc.sh --find   install nothing; fail where it is missing
#
#   NLPIPE_PEER_CACHE   the folder for it (default: $XDG_CACHE_HOME/nlpipe or ~/.cache/nlpipe)
set -eu
cd "$(dirname "$0")/.."
list=Tests/Fixtures/conformance/requirements

fail() {
    echo "peer-dvc.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

base=$(command -v python3.11 || command -v python3) ||
    fail "python3 is missing" "apt-get install python3 python3-venv"
# Another Python, or another list, gets a folder of its own.
key=$({ "$base" -c 'import platform, sys; print(sys.version, platform.machine())' &&
    cat "$list.in" "$list.txt"; } | cksum | cut -d ' ' -f 1)
home=${NLPIPE_PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nlpipe}
place=$home/dvc-$key
if [ ! -e "$place/installed" ]; then
    [ "${1:-}" != --find ] || fail "DVC is not installed in $place" "scripts/peer-dvc.sh installs it"
    echo "peer-dvc.sh: installing DVC into $place (once)" >&2
    mkdir -p "$home"
    rm -rf "$place"
    "$base" -m venv "$place" >&2 || {
        rm -rf "$place"
        fail "cannot make a virtual environment" "apt-get install python3-venv"
    }
    # The digests are those of one Python's packages; another one gets the same DVC, unchecked.
    if "$base" -c 'import platform, sys
exact = sys.version_info[:2] == (3, 11) and platform.machine() == "x86_64"
sys.exit(0 if exact else 1)'; then
        set -- --require-hashes -r "$list.txt"
    else
        echo "peer-dvc.sh: not CPython 3.11 on x86-64: digests are not checked" >&2
        set -- -r "$list.in"
    fi
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 || {
        rm -rf "$place"
        fail "pip could not install DVC"
    }
    touch "$place/installed"
fi
printf '%s\n' "$place/bin/python"
