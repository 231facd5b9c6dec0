#!/bin/sh
# Checks the exported models with onnx.checker and runs them in ONNX Runtime beside nlpipe's own
# answers on the test rows; `make onnx` calls it. Status 1 where they differ by more than they may.
#
#   scripts/onnx.sh [FOLDER [ROWS]]             (default: onnx, data/prepared/test.jsonl)
#   scripts/onnx.sh --optimum [FOLDER [ROWS]]   the same folder through optimum and transformers too
#
# The pinned Python packages lie outside the checkout and are installed once per list of packages.
#
#   NLPIPE_PEER_CACHE   the folder for them (default: $XDG_CACHE_HOME/nlpipe or ~/.cache/nlpipe)
set -eu
here=$(cd "$(dirname "$0")" && pwd)

fail() {
    echo "onnx.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

# Installs the packages of $here/onnx/$1.txt where they are missing; prints the path of their Python.
packages() {
    list=$here/onnx/$1
    base=$(command -v python3.11 || command -v python3) ||
        fail "python3 is missing" "apt-get install python3 python3-venv"
    # Another Python, or another list, gets a folder of its own.
    key=$({ "$base" -c 'import platform, sys; print(sys.version, platform.machine())' &&
        cat "$list.in" "$list.txt"; } | cksum | cut -d ' ' -f 1)
    home=${NLPIPE_PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nlpipe}
    place=$home/onnx-$1-$key
    if [ ! -e "$place/installed" ]; then
        echo "onnx.sh: installing $2 into $place (once)" >&2
        mkdir -p "$home"
        rm -rf "$place"
        "$base" -m venv "$place" >&2 || {
            rm -rf "$place"
            fail "cannot make a virtual environment" "apt-get install python3-venv"
        }
        # The digests are those of one Python's packages; another one gets the same versions, unchecked.
        if "$base" -c 'import platform, sys
exact = sys.version_info[:2] == (3, 11) and platform.machine() == "x86_64"
sys.exit(0 if exact else 1)'; then
            set -- --require-hashes -r "$list.txt"
        else
            echo "onnx.sh: not CPython 3.11 on x86-64: digests are not checked" >&2
            set -- -r "$list.in"
        fi
        "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2 || {
            rm -rf "$place"
            fail "pip could not install the packages"
        }
        touch "$place/installed"
    fi
    printf '%s\n' "$place/bin/python"
}

optimum=
if [ "${1:-}" = --optimum ]; then
    optimum=1
    shift
fi
folder=${1:-$here/../onnx}
rows=${2:-$here/../data/prepared/test.jsonl}
for path in "$folder/expected.safetensors" "$rows"; do
    [ -e "$path" ] || fail "$path is missing" "'nlpipe repro export' makes it"
done
python=$(packages requirements "onnx and ONNX Runtime")
"$python" "$here/onnx/fields.py" "$here/../Sources/ONNX/onnx.proto"
"$python" "$here/onnx/compare.py" "$folder" "$rows"
if [ -n "$optimum" ]; then
    python=$(packages optimum "optimum and transformers, 5 GB,")
    HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false \
        "$python" "$here/onnx/optimum_check.py" "$folder" "$rows"
fi
