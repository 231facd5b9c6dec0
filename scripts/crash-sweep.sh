#!/usr/bin/env bash
# Stops the built program at every system call that changes something, and looks what the next run
# makes of what is left: scripts/crash-sweep.sh [--short] [program]
#
# 1. failpoints in the program (docs/reliability.md): killed, and refused with errors;
# 2. strace from outside, which knows nothing of the program's own idea of its steps.
# After each the same command, run again, needs no help, and leaves what an undisturbed one leaves,
# byte for byte and without litter. --short takes every seventh step, for CI.
set -euo pipefail

step=1
if [ "${1:-}" = --short ]; then
    step=7
    shift
fi
program=$(realpath "${1:-bin/nlpipe}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C GIT_CONFIG_GLOBAL=/dev/null

fail() {
    printf 'crash-sweep: %s\n' "$@" >&2
    exit 1
}

# The project and its remote lie side by side in a folder that is copied for each trial.
make_project() {
    mkdir -p "$1/project/data" "$1/project/.nlpipe"
    cd "$1/project"
    printf 'b\na\n' >data/raw.txt
    printf 'scale: 1\n' >params.yaml
    cat >pipeline.yml <<'YAML'
stages:
  sort:
    cmd: sort data/raw.txt > sorted.txt
    deps: [data/raw.txt]
    outs: [sorted.txt]
  folder:
    cmd: |
      mkdir -p made/in && cat sorted.txt params.yaml > made/in/one && echo two > made/two
      echo '{"n": 2}' > count.json
    deps: [sorted.txt]
    params: [scale]
    outs: [made]
    metrics:
      - count.json: {cache: false}
YAML
    printf 'remotes:\n  store:\n    url: ../remote\ndefault_remote: store\n' >.nlpipe/config.yml
    cd "$work"
}

# What the command begins with.
prepare() {
    local place=$1/project
    case $2 in
    repro) "$program" -C "$place" repro -q && sed -i 's/1/2/' "$place/params.yaml" ;;
    gc)
        "$program" -C "$place" repro -q
        sed -i 's/1/2/' "$place/params.yaml"
        "$program" -C "$place" repro -q
        ;;
    push) "$program" -C "$place" repro -q ;;
    pull)
        "$program" -C "$place" repro -q
        "$program" -C "$place" push >/dev/null
        rm -rf "$place"/{made,sorted.txt,.nlpipe/cache,.nlpipe/runs,.nlpipe/state{,-folders,-answers},.nlpipe/tmp}
        ;;
    checkout) "$program" -C "$place" repro -q && rm -rf "$place"/{made,sorted.txt} ;;
    commit) "$program" -C "$place" repro -q --no-commit ;;
    esac
}

arguments() {
    case $1 in
    repro) echo repro -q ;;
    gc) echo gc -w -f ;;
    commit) echo commit -f -q ;;
    *) echo "$1" ;;
    esac
}

# Everything but times, the history and what only saves time, as text.
picture() {
    (cd "$1" && find . -type f ! -path '*/.nlpipe/state*' ! -path '*/.nlpipe/history.sqlite*' \
        ! -path '*/.nlpipe/tmp/lock' ! -path '*/.nlpipe/cache/lock' \
        ! -path '*/.nlpipe/tmp/logs/*' ! -path '*/runs/??/*' \
        -exec sha256sum {} + | sort -k 2
    find . -path '*/runs/??/*' -o -path '*/.nlpipe/tmp/*' ! -name lock ! -path '*/logs*' | sort)
}

trials=0
# Runs the command again after a trial, and compares.
require_whole() {
    local command=$1 what=$2
    trials=$((trials + 1))
    # shellcheck disable=SC2046
    "$program" -C trial/project $(arguments "$command") >out 2>&1 ||
        fail "$command after $what: the next run failed" "$(cat out)"
    picture trial >found
    diff "$command.expected" found >difference ||
        fail "$command after $what: the result differs" "$(cat difference)"
}

begin() {
    rm -rf trial
    cp -a "$1.start" trial
}

cd "$work"
for command in repro gc push pull checkout commit; do
    make_project "$work/$command.start"
    prepare "$work/$command.start" "$command"
    begin "$command"
    # shellcheck disable=SC2046
    "$program" -C trial/project $(arguments "$command") >out 2>&1 || fail "$command" "$(cat out)"
    picture trial >"$command.expected"

    number=1
    while :; do
        begin "$command"
        status=0
        # shellcheck disable=SC2046
        { NLPIPE_FAILPOINT=any:$number:kill "$program" -C trial/project $(arguments "$command") \
            >out 2>&1; } 2>/dev/null || status=$?
        [ $status = 0 ] || [ $status = 137 ] || fail "$command, any:$number:kill" "$(cat out)"
        require_whole "$command" "any:$number:kill"
        [ $status = 137 ] || break
        number=$((number + step))
    done
    printf '%-9s killed at each of %d changes\n' "$command" $((number - 1))

    for failure in any:%d:EIO any:%d+:ENOSPC open:%d:EMFILE read:%d:EIO fsync:%d:EIO \
        rename:%d:EXDEV write:%d:short write:%d:EINTR read:%d:short fsync:%d:EINTR; do
        for ((n = 1; n < number; n += step * 2)); do
            # shellcheck disable=SC2059
            point=$(printf "$failure" "$n")
            begin "$command"
            status=0
            # shellcheck disable=SC2046
            NLPIPE_FAILPOINT=$point "$program" -C trial/project $(arguments "$command") \
                >out 2>&1 || status=$?
            case $point in
            *short | *EINTR) [ $status = 0 ] || fail "$command, $point is no error" "$(cat out)" ;;
            esac
            [ $status -lt 126 ] || fail "$command, $point: ended with $status" "$(cat out)"
            [ $status = 0 ] || grep -q "'.*/.*'" out ||
                fail "$command, $point: the message names no path" "$(cat out)"
            require_whole "$command" "$point"
        done
    done
    printf '%-9s refused with errors at the same places\n' "$command"
done
printf 'failpoints: %d trials held\n' "$trials"

# Limits of the shell: an error, and not the end of the process by a signal.
begin push
head -c 4096 /dev/zero >trial/project/data/raw.txt
"$program" -C trial/project repro -q
status=0
(ulimit -f 2 && exec "$program" -C trial/project push) >out 2>&1 || status=$?
[ $status = 1 ] && grep -q 'file too large' out || fail "file too large: $status" "$(cat out)"
status=0
(ulimit -n 12 && exec "$program" -C trial/project push) >out 2>&1 || status=$?
[ $status -le 1 ] || fail "few open files: $status" "$(cat out)"
"$program" -C trial/project push >out 2>&1 || fail "after the limits" "$(cat out)"
echo "limits of file size and open files held"

if ! strace -qq -o /dev/null true 2>/dev/null; then
    echo "strace: NOT DONE, it is not installed or not allowed to trace"
    exit 0
fi
trials=0
for command in repro gc push pull; do
    for call in rename fsync mkdir unlink pwrite64 write; do
        number=1
        # A kill of a stage's own process is a failure of the stage, and ends nothing here.
        while [ $number -le 60 ]; do
            begin "$command"
            status=0
            # shellcheck disable=SC2046
            { strace -f -qq -o trace -e trace="$call" -e signal=none \
                -e inject="$call:signal=KILL:when=$number" \
                "$program" -C trial/project $(arguments "$command") >out 2>&1; } 2>/dev/null ||
                status=$?
            require_whole "$command" "strace $call $number"
            [ $status != 0 ] || break
            number=$((number + step))
        done
    done
done
printf 'strace: %d trials held\n' "$trials"
