#!/usr/bin/env bash
# The pipeline's promises, checked on a slice of the real data in a folder of its own:
#   scripts/slice.sh [NLPIPE]      NLPIPE is the binary to check, bin/nlpipe unless given
# Ends with status 0 only if every check held. SLICE_KEEP=1 leaves the folder for a look.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
nlpipe=$(realpath "${1:-$root/bin/nlpipe}")
[ -x "$nlpipe" ] || { echo "slice: no binary at '$nlpipe'; hint: make build" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/nlpipe-slice.XXXXXX")
cleanup() {
    if [ "${SLICE_KEEP:-}" = 1 ]; then echo "slice: kept in $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT
log=$work/log.txt
project=$work/project
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=slice GIT_AUTHOR_EMAIL=slice@example.org
export GIT_COMMITTER_NAME=slice GIT_COMMITTER_EMAIL=slice@example.org

step() { printf '\n-- %s\n' "$*"; }
fail() { printf 'slice: FAILED: %s\n' "$*" >&2; exit 1; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
lock() { sha256sum pipeline.lock | cut -d ' ' -f 1; }
# One digest over the names and contents of all files below the paths.
tree() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; }
commit() { git add -A && git commit -q -m "$1"; }

# Runs nlpipe, showing and keeping what it says.
run() { "$nlpipe" "$@" </dev/null 2>&1 | tee "$log"; }
# The stages that the kept output says were run, in one line.
ran() { sed -n 's/^\([A-Za-z0-9_@-]*\): runs\b.*/\1/p' "$log" | tr '\n' ' ' | sed 's/ $//'; }
expect_ran() { [ "$(ran)" = "$1" ] || fail "ran '$(ran)', expected '$1'"; }

# expect_status CODE TEXT ARGUMENTS...: the exit code, and a word that the message must hold.
expect_status() {
    local wanted=$1 text=$2 status=0
    shift 2
    "$nlpipe" "$@" </dev/null >"$log" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] || { cat "$log"; fail "'nlpipe $*': exit $status, not $wanted"; }
    grep -q -- "$text" "$log" || { cat "$log"; fail "'nlpipe $*' does not say '$text'"; }
    printf 'exit %s: %s\n' "$status" "$(grep -m 1 -- "$text" "$log")"
}

# number KEY: one value of metrics/evaluate.json, by dotted key.
number() {
    python3 - "$1" <<'PYTHON'
import functools, json, sys
data = json.load(open("metrics/evaluate.json"))
print(functools.reduce(lambda value, key: value[key], sys.argv[1].split("."), data))
PYTHON
}
at_least() {
    python3 -c 'import sys; sys.exit(not float(sys.argv[1]) >= float(sys.argv[2]))' "$2" "$3" ||
        fail "$1 is $2, less than $3"
    printf '%s: %s (at least %s)\n' "$1" "$2" "$3"
}

mkdir -p "$project/data"
cp "$root/pipeline.yml" "$root/.gitignore" "$project/"
cp "$root/.ci/slice.params.yaml" "$project/params.yaml"
find "$root/data" -maxdepth 1 -type f -exec cp {} "$project/data/" \;
cd "$project"
git init -q -b main
"$nlpipe" init
commit "Start"

step "first run"
start=$(milliseconds)
run repro
echo "first run: $((($(milliseconds) - start) / 1000)) s"
expect_ran "fetch preprocess finetune distill prune quantize export evaluate package"
commit "First run"
first=$(lock)
first_tree=$(tree models onnx evaluation package metrics/evaluate.json)

step "numbers"
run metrics show
at_least size_ratio "$(number size_ratio)" 4
at_least int8_agreement "$(number int8_agreement)" 0.95
at_least models.teacher.accuracy "$(number models.teacher.accuracy)" 0.7
at_least models.int8.accuracy "$(number models.int8.accuracy)" 0.65
at_least models.int8.calibrated.temperature "$(number models.int8.calibrated.temperature)" 0.05
at_least against.teacher.int8.verdict "$(number against.teacher.int8.verdict)" -1

step "the package predicts"
"$nlpipe" predict package "a moving and beautifully acted film" "dull, lazy and far too long" |
    tee "$log"
[ "$(wc -l <"$log")" -eq 2 ] || fail "predict: two texts gave $(wc -l <"$log") lines"

step "the exported models say the same in ONNX Runtime"
ONNX_LEAST_ROWS=1 sh "$root/scripts/onnx.sh" onnx data/prepared/test.jsonl

step "a copy of them says its commit"
"$nlpipe" export onnx "$work/delivered"
grep -q "$(git rev-parse HEAD)" "$work/delivered/model.onnx" || fail "the copy does not say its commit"

step "nothing to do"
best=1000000
for _ in 1 2 3 4 5; do
    start=$(milliseconds)
    "$nlpipe" repro </dev/null >"$log" 2>&1
    took=$(($(milliseconds) - start))
    [ "$took" -lt "$best" ] && best=$took
    expect_ran ""
done
[ "$(lock)" = "$first" ] || fail "a run of nothing rewrote pipeline.lock"
[ -z "$(git status --porcelain)" ] || fail "a run of nothing left changes: $(git status --short)"
echo "no-op: $best ms (at most ${SLICE_NOOP_MS:-100})"
[ "$best" -le "${SLICE_NOOP_MS:-100}" ] || fail "a run of nothing took $best ms"

step "a lost and an edited out come back from the cache"
rm models/int8/model.safetensors
echo "stray" >>evaluation/confusion.json
run repro
expect_ran ""
[ "$(tree models onnx evaluation package metrics/evaluate.json)" = "$first_tree" ] ||
    fail "the restored files differ"

step "one parameter of quantize"
sed -i 's/embedding_bits: 8/embedding_bits: 4/' params.yaml
run repro --dry
run repro
expect_ran "quantize export evaluate package"
commit "Embeddings of 4 bits"
run metrics diff HEAD~1
grep -q 'models.int8.bytes' "$log" || fail "metrics diff HEAD~1 does not show models.int8.bytes"
run metrics diff HEAD~1 --test
grep -Eq 'evaluation/int8.jsonl .*(pass|fail|inconclusive)' "$log" ||
    fail "metrics diff HEAD~1 --test has no verdict on evaluation/int8.jsonl"
run params diff HEAD~1
grep -q 'quantize.embedding_bits' "$log" || fail "params diff HEAD~1 does not show the edit"

step "the edit taken back"
sed -i 's/embedding_bits: 4/embedding_bits: 8/' params.yaml
run repro
expect_ran ""
[ "$(lock)" = "$first" ] || fail "pipeline.lock is not the first run's"
[ "$(tree models onnx evaluation package metrics/evaluate.json)" = "$first_tree" ] ||
    fail "the restored files differ from the first run's"
commit "Embeddings of 8 bits"

step "history: another temperature, here and in a fresh clone"
sed -i '0,/temperature: 4/s//temperature: 2/' params.yaml
run repro
expect_ran "distill prune quantize export evaluate package"
grep -q "distill: runs: params.yaml:[0-9:]*: param 'distill.temperature': 4 → 2" "$log" ||
    fail "repro does not say which parameter changed"
commit "Temperature 2"
run metrics diff HEAD~1
cp "$log" "$work/diff.txt"
for key in 'metrics/distill.json *train_loss' 'metrics/evaluate.json *models.student'; do
    grep -q "$key" "$log" || fail "metrics diff HEAD~1 does not show $key"
done
git clone -q "$project" "$work/clone"
(cd "$work/clone" && "$nlpipe" metrics diff HEAD~1 2>&1) | diff "$work/diff.txt" - ||
    fail "metrics diff differs in a fresh clone"
sed -i '0,/temperature: 2/s//temperature: 4/' params.yaml
run repro
expect_ran ""
[ "$(lock)" = "$first" ] || fail "pipeline.lock is not the first run's"
commit "Temperature 4"

step "everything again, forced, at 1 and at 2 threads"
for threads in 1 2; do
    run repro -f --threads "$threads" | tail -n 1
    [ "$(lock)" = "$first" ] || {
        git diff --stat HEAD
        git diff HEAD -- pipeline.lock
        fail "pipeline.lock differs at $threads thread(s)"
    }
    [ "$(tree models onnx evaluation package metrics/evaluate.json)" = "$first_tree" ] ||
        fail "files differ at $threads thread(s)"
    echo "same bytes at $threads thread(s)"
done

step "killed in the middle, and again to the end"
sed -i 's/^seed: 0/seed: 1/' params.yaml
"$nlpipe" repro </dev/null >"$log" 2>&1 &
victim=$!
until grep -q '^finetune: [2-9][0-9]%' "$log"; do
    kill -0 "$victim" 2>/dev/null || { cat "$log"; fail "it ended before it could be killed"; }
    sleep 0.1
done
kill -9 "$victim"
wait "$victim" 2>/dev/null || true
[ "$(lock)" = "$first" ] || fail "a killed run changed pipeline.lock"
sed -i 's/^seed: 1/seed: 0/' params.yaml
run repro
expect_ran ""
[ "$(tree models onnx evaluation package metrics/evaluate.json)" = "$first_tree" ] ||
    fail "a killed run changed files"

step "wrong input"
cp pipeline.yml "$work/pipeline.yml"
cp params.yaml "$work/params.yaml"
restore() { cp "$work/pipeline.yml" "$work/params.yaml" .; }

sed -i 's/run: quantize/run: quantise/' pipeline.yml
expect_status 2 "quantise" repro && restore
sed -i 's|      - data/requirements.txt|      - data/absent.txt|' pipeline.yml
expect_status 2 "data/absent.txt" repro && restore
sed -i 's|      - data/requirements.txt|      - package|' pipeline.yml
expect_status 2 "depend on each other" repro && restore
sed -i 's|      - data/requirements.txt|      - ../outside.txt|' pipeline.yml
expect_status 2 "../outside.txt" repro && restore
sed -i 's/^seed:.*//' params.yaml
expect_status 2 "seed" repro && restore
sed -i 's/embedding_bits: 8/embedding_bits: eight/' params.yaml
expect_status 1 "parameter .quantize.embedding_bits. of stage" repro && restore
sed -i 's/layers: \[0, 5\]/layers: [0, 9]/' params.yaml
expect_status 1 "failed: .*distill.layers" repro && restore
# Data and an encoder of one's own, damaged in turn; each message names the file and the place.
own() {
    sed -i 's|^  file: .*|  file: data/own.csv|' params.yaml
    # shellcheck disable=SC2059
    printf "$1" >data/own.csv
}
own 'text,category,name\nfine,fresh,a\n'
expect_status 1 "movie_name" repro preprocess && restore
own 'text,category,movie_name\nfine,fresh,a\ngood,stale,b\n'
expect_status 1 "data/own.csv:3.*stale" repro preprocess && restore
own ''
expect_status 1 "data/own.csv: the file is empty" repro preprocess && restore
own 'te\377t,category,movie_name\nfine,fresh,a\n'
expect_status 1 "data/own.csv:1: .*not UTF-8" repro preprocess && restore
own 'text,category,movie_name\n"never closed,fresh,a\n'
expect_status 1 "data/own.csv:2" repro preprocess && restore
rm data/own.csv
cp -r data/raw/encoder data/own
chmod -R u+w data/own
truncate -s 1000000 data/own/model.safetensors
sed -i 's|path: data/raw/encoder|path: data/own|' params.yaml
expect_status 1 "model.safetensors" repro finetune && restore
cp data/raw/encoder/model.safetensors data/own/
sed -i 's/"intermediate_size": 1536/"intermediate_size": 1024/' data/own/config.json
sed -i 's|path: data/raw/encoder|path: data/own|' params.yaml
expect_status 1 "intermediate" repro finetune && restore
rm -r data/own

expect_status 2 "nowhere" metrics diff nowhere
expect_status 2 "unheard" unheard
expect_status 2 "manifest.json" predict metrics "a text"
run repro
expect_ran ""

step "all promises held"
