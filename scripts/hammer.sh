#!/usr/bin/env bash
# Sixteen processes at once work on one project with one cache, or on some with one remote (with
# `shared` with one cache too), and some of them are killed:
# scripts/hammer.sh [seconds] [program] [projects] [shared]
# In the end every cache is sound, every result right, and nothing is left over.
set -euo pipefail

seconds=${1:-60}
program=$(realpath "${2:-bin/nlpipe}")
projects=${3:-1}
shared=${4:-}
work=$(mktemp -d)
workers=()
cleanup() {
    touch "$work/stop"
    wait "${workers[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
export LC_ALL=C

fail() {
    printf 'hammer: %s\n' "$@" >&2
    exit 1
}

for project in $(seq "$projects"); do
    mkdir -p "$work/$project/.nlpipe"
    cd "$work/$project"
    echo "n: 1" >params.yaml
    cat >pipeline.yml <<'YAML'
stages:
  first:
    cmd: cat params.yaml > first.txt
    params: [n]
    outs: [first.txt]
  folder:
    cmd: mkdir -p made && for i in 1 2 3 4 5 6; do cat first.txt > made/$i; echo $i >> made/$i; done
    deps: [first.txt]
    outs: [made]
  last:
    cmd: cat made/* > last.txt
    deps: [made]
    outs: [last.txt]
YAML
    printf 'remotes:\n  store:\n    url: ../remote\ndefault_remote: store\n' >.nlpipe/config.yml
    [ -z "$shared" ] || printf 'cache:\n  dir: ../cache\n' >>.nlpipe/config.yml
    "$program" repro -q
done
mkdir -p "$work/remote" "$work/said"
# Whoever collects keeps what the others need.
others=()
[ -z "$shared" ] || for project in $(seq "$projects"); do others+=("$work/$project"); done

# One worker: random commands, some of them killed after a moment. It ends with the number of commands.
worker() {
    local id=$1 count=0 killed=0 command child status
    RANDOM=$((id * 7919))
    while [ ! -e "$work/stop" ]; do
        cd "$work/$((RANDOM % projects + 1))"
        case $((RANDOM % 10)) in
        0 | 1)
            echo "n: $((RANDOM % 4))" >"params.$id" && mv "params.$id" params.yaml
            command=(repro -q --wait)
            ;;
        2) command=(repro -q --wait) ;;
        3) command=(gc -w -f ${others[@]+-p "${others[@]}"}) ;;
        4) command=(cache verify) ;;
        5) command=(push) ;;
        6) command=(pull) ;;
        7) command=(checkout) ;;
        8) command=(status) ;;
        9) command=(commit -f) ;;
        esac
        "$program" "${command[@]}" >"$work/said/$id.out" 2>"$work/said/$id.err" &
        child=$!
        if [ $((RANDOM % 3)) = 0 ]; then
            sleep "0.$((RANDOM % 30 + 10))"
            # Only ever the process that was just started here.
            kill -9 "$child" 2>/dev/null && killed=$((killed + 1))
        fi
        status=0
        wait "$child" 2>/dev/null || status=$?
        count=$((count + 1))
        case $status in
        0 | 1 | 2 | 137) ;;
        *) echo "${command[*]} ended with $status: $(cat "$work/said/$id.err")" >>"$work/wrong" ;;
        esac
        # A damaged object is what must never be; the rest of ones and twos is people in each other's way.
        if grep -qs 'damaged\|not UTF-8\|cannot be read' "$work/said/$id.err"; then
            echo "${command[*]}: $(cat "$work/said/$id.err")" >>"$work/wrong"
        fi
    done
    echo "$count $killed" >"$work/count.$id"
}

for id in $(seq 16); do
    worker "$id" &
    workers+=($!)
done
sleep "$seconds"
touch "$work/stop"
wait "${workers[@]}"

[ ! -e "$work/wrong" ] || fail "something went wrong:" "$(sort "$work/wrong" | uniq -c | head -20)"
for project in $(seq "$projects"); do
    cd "$work/$project"
    "$program" cache verify >out 2>&1 || fail "the cache of project $project is damaged" "$(cat out)"
    echo "n: 7" >params.yaml
    "$program" repro -q || fail "project $project does not run"
    expected=$(for i in 1 2 3 4 5 6; do echo "n: 7" && echo $i; done)
    [ "$(cat last.txt)" = "$expected" ] || fail "the result of project $project is wrong"
    [ "$(cat first.txt)" = "n: 7" ] || fail "first.txt of project $project is wrong"
    for i in 1 2 3 4 5 6; do
        [ "$(cat made/$i)" = "n: 7
$i" ] || fail "made/$i of project $project is wrong"
    done
    [ "$(ls made | wc -l)" = 6 ] || fail "strange files are in 'made' of project $project"
    # What the cache has is the same, byte for byte.
    mkdir "$work/kept" && cp -r first.txt made last.txt "$work/kept" && rm -rf first.txt made last.txt
    "$program" checkout >out 2>&1 || fail "project $project is not all in the cache" "$(cat out)"
    for out in first.txt made last.txt; do
        diff -r "$out" "$work/kept/$out" || fail "the cache has another $out of project $project"
    done
    rm -r "$work/kept"
    "$program" push --verify >out 2>&1 || fail "project $project cannot be pushed" "$(cat out)"
    "$program" status >out 2>&1 || fail "project $project has no status" "$(cat out)"
    left=$(ls -A .nlpipe/tmp | grep -v '^lock$\|^logs$\|^checkpoints$' || true)
    [ -z "$left" ] || fail "left in project $project: $left"
done
left=$(ls -A "$work/remote/tmp")
[ -z "$left" ] || fail "left at the remote: $left"
cat "$work"/count.* | awk -v s="$seconds" -v p="$projects" '{ n += $1; k += $2 } END {
    printf "hammer: %d commands of 16 processes on %d projects in %d s, %d killed: all caches sound, all outs right\n", n, p, s, k
}'
