#!/usr/bin/env bash
# Fuzzes every reader of files that people or other programs may have damaged, for so many seconds
# each: Tests/Fuzz/run.sh [seconds] [reader...]
# What is found lies in .build-fuzz/found and ends the script with 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
shift || true
readers=("$@")
[ ${#readers[@]} -gt 0 ] || readers=(pipeline params lock trace manifest state list)

build=(build --package-path Tests/Fuzz -c release --sanitize=fuzzer --scratch-path .build-fuzz
    --product fuzz -Xswiftc -enable-testing)
"${SWIFT:-swift}" "${build[@]}"
program=.build-fuzz/release/fuzz

mkdir -p .build-fuzz/found
status=0
for reader in "${readers[@]}"; do
    corpus=.build-fuzz/corpus/$reader
    mkdir -p "$corpus"
    log=.build-fuzz/$reader.log
    # Swift's own handler would take the signal, and the input would not be kept.
    if NLPIPE_FUZZ_READER=$reader SWIFT_BACKTRACE=enable=no "$program" "$corpus" \
        "Tests/Fuzz/seeds/$reader" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -max_len=8192 -print_final_stats=1 -artifact_prefix=".build-fuzz/found/$reader-" \
        >"$log" 2>&1; then
        result=nothing
    else
        result="an input in .build-fuzz/found, see $log"
        status=1
    fi
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-9s %10s executions in %s s, found: %s\n' "$reader" "${count:-?}" "$seconds" "$result"
done
exit $status
