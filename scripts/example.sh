#!/usr/bin/env bash
# An example under examples/ on a slice of its data, in a copy of its own:
#   scripts/example.sh NAME [NLPIPE]     NLPIPE is the binary to check, bin/nlpipe unless given
# Ends with status 0 only if every stage ran, nothing runs again, the integer model answers as the
# float one and the package answers with labels of the data. EXAMPLE_ROWS=all takes all of the data,
# trains as long as the example says and asks that the teacher is no worse than the linear baseline.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=${1:?usage: scripts/example.sh NAME [NLPIPE]}
nlpipe=$(realpath "${2:-$root/bin/nlpipe}")
[ -x "$nlpipe" ] || { echo "example: no binary at '$nlpipe'; hint: make build" >&2; exit 2; }
[ -f "$root/examples/$name/pipeline.yml" ] || { echo "example: no examples/$name" >&2; exit 2; }
rows=${EXAMPLE_ROWS:-300}

work=$(mktemp -d "${TMPDIR:-/tmp}/nlpipe-example.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() { printf 'example: FAILED: %s\n' "$*" >&2; exit 1; }

# The example fetches with the script of the project, so it stands as deep in the copy.
mkdir -p "$work/examples/$name" "$work/data"
find "$root/data" -maxdepth 1 -type f -exec cp {} "$work/data/" \;
(cd "$root" && git ls-files -z "examples/$name") |
    (cd "$root" && xargs -0 tar -cf -) | tar -xf - -C "$work"
cd "$work/examples/$name"
if [ "$rows" != all ]; then
    sed -i -E "s/^  limit: null/  limit: $rows/; s/^( +epochs): [0-9]+/\1: 1/" params.yaml
fi

"$nlpipe" repro </dev/null 2>&1 | tee "$work/log.txt"
for stage in fetch preprocess finetune distill prune quantize export evaluate package; do
    grep -q "^$stage: done" "$work/log.txt" || fail "stage '$stage' did not run"
done
"$nlpipe" repro </dev/null >"$work/log.txt" 2>&1
! grep -q ': runs' "$work/log.txt" || fail "a second run ran something: $(grep ': runs' "$work/log.txt")"

"$nlpipe" predict package "$(tail -n 1 data/raw/*.tsv | cut -f 2)" | tee "$work/answer.txt"
python3 - "$rows" "$work/answer.txt" <<'PYTHON'
import json, sys

rows, answer = sys.argv[1], open(sys.argv[2]).read()
labels = json.load(open("data/prepared/labels.json"))
found = json.load(open("metrics/evaluate.json"))
models = found["models"]
for name in models:
    print(f"{name:8} accuracy {models[name]['accuracy']:.4f}  macro F1 {models[name]['macro_f1']:.4f}")
assert any(label in answer for label in labels), f"no label of {labels} in the answer"
assert found["int8_agreement"] >= 0.95, f"INT8 agrees on {found['int8_agreement']}"
if rows == "all":
    teacher, linear = models["teacher"]["accuracy"], models["linear"]["accuracy"]
    assert teacher >= linear, f"the teacher ({teacher}) is worse than the linear baseline ({linear})"
    lost = models["pruned"]["accuracy"] - models["int8"]["accuracy"]
    assert lost <= 0.005, f"INT8 loses {100 * lost:.2f} points"
PYTHON
echo "example: $name holds"
