#!/bin/sh
# Sets up the peers, builds the benchmark and runs it; `make bench` calls it.
#
#   Benchmarks/run.sh [bench's arguments]      such as: train --rounds 3, or --help
#   Benchmarks/run.sh --engine [arguments]     the engine beside real DVC, such as: dep-noop --quick
#
#   BENCH_PYTHON   a Python that has the peers already (default: Benchmarks/.venv, made when missing)
#   BENCH_DVC      a DVC to measure against (default: the pinned one, see scripts/peer-dvc.sh)
#   BENCH_SCRATCH  where the engine's projects are made (default: Benchmarks/.work)
#   SWIFT          the Swift command (default: swift)
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

fail() {
    echo "run.sh: $1" >&2
    [ $# -lt 2 ] || echo "hint: $2" >&2
    exit 1
}

if [ "${1:-}" = --engine ]; then
    shift
    [ -x bin/nlpipe ] || fail "bin/nlpipe is missing" "run 'make build' first"
    dvc=${BENCH_DVC:-$(dirname "$(sh scripts/peer-dvc.sh)")/dvc}
    mkdir -p "${BENCH_SCRATCH:-Benchmarks/.work}" docs/benchmarks
    "$swift" build --package-path Benchmarks -c release --product enginebench 1>&2
    exec "$("$swift" build --package-path Benchmarks -c release --show-bin-path)/enginebench" "$@" \
        --nlpipe "$(readlink -f bin/nlpipe)" --dvc "$dvc" --output docs/benchmarks \
        --scratch "$(cd "${BENCH_SCRATCH:-Benchmarks/.work}" && pwd)"
fi

# The digests are those of one Python's packages; another one gets the same versions, unchecked.
install_peers() {
    if "$1" -c 'import platform, sys
exact = sys.version_info[:2] == (3, 11) and platform.machine() == "x86_64"
sys.exit(0 if exact else 1)'; then
        "$1" -m pip install --quiet --require-hashes -r Benchmarks/peer/requirements.txt
    else
        echo "run.sh: not CPython 3.11 on x86-64: the peers' digests are not checked" >&2
        "$1" -m pip install --quiet -r Benchmarks/peer/requirements.in
    fi
}

python=${BENCH_PYTHON:-Benchmarks/.venv/bin/python}
if [ -z "${BENCH_PYTHON:-}" ]; then
    stamp=Benchmarks/.venv/installed
    if ! cmp -s Benchmarks/peer/requirements.txt "$stamp"; then
        base=$(command -v python3.11 || command -v python3) ||
            fail "python3 is missing" "apt-get install python3 python3-venv"
        echo "run.sh: installing the peers into Benchmarks/.venv (5 GB, once)"
        rm -rf Benchmarks/.venv
        "$base" -m venv Benchmarks/.venv || fail "cannot make a virtual environment" \
            "apt-get install python3-venv"
        install_peers "$python" || fail "pip could not install the peers"
        cp Benchmarks/peer/requirements.txt "$stamp"
    fi
fi

for path in data/prepared models/teacher models/pruned package; do
    [ -e "$path" ] && continue
    [ -x bin/nlpipe ] || fail "$path is missing, and so is bin/nlpipe" "run 'make repro' first"
    echo "run.sh: $path is missing; running the pipeline"
    bin/nlpipe repro
    break
done

"$swift" build --package-path Benchmarks -c release --product bench 1>&2
exec "$("$swift" build --package-path Benchmarks -c release --show-bin-path)/bench" "$@" \
    --project . --python "$python"
