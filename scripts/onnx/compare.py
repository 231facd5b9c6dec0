"""Runs the models of an exported folder in ONNX Runtime beside nlpipe's own answers.

    compare.py ONNX_FOLDER TEST_ROWS.jsonl

ONNX_LEAST_ROWS   fewer rows are an error (default: 1000)

Checks each file with onnx.checker, tokenizes the texts by the folder's tokenizer.json, and compares
ids, labels and logits. Status 1 when something is missing or differs by more than it may.
"""
import json
import os
import sys
import time

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file
from tokenizers import Tokenizer

FORMS = {
    "float32": "model.onnx",
    "dynamic": "model_int8_dynamic.onnx",
    "static": "model_int8_static.onnx",
}
LEAST_ROWS = int(os.environ.get("ONNX_LEAST_ROWS", "1000"))
LEAST_AGREEMENT = 0.995
LARGEST_DIFFERENCE = 1e-4  # of float32 logits
BATCH = 32


def rows_of(expected):
    ids, offsets = expected["ids"], expected["offsets"]
    return [ids[a:b].astype(np.int64) for a, b in zip(offsets, offsets[1:])]


def tokenized(folder, file, limit):
    """The ids of the rows' texts, by Hugging Face's tokenizer."""
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.enable_truncation(limit)
    with open(file, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return [np.array(each.ids, np.int64) for each in tokenizer.encode_batch(texts)]


def feed(rows, names, length=None):
    """Ids and mask of rows, padded to the longest or to `length`."""
    length = length or max(map(len, rows))
    ids = np.zeros((len(rows), length), np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    all_inputs = {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": np.zeros_like(ids),
    }
    return {name: all_inputs[name] for name in names}


def check(path):
    """What onnx itself says of a file, shapes inferred through every node; the metadata."""
    model = onnx.load(path)
    onnx.checker.check_model(path, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    output = inferred.graph.output[0].type.tensor_type.shape.dim
    if output[0].dim_param != "batch":
        raise SystemExit(f"{path}: the first dimension of the output is not free")
    for value in inferred.graph.input:
        dims = [dim.dim_param for dim in value.type.tensor_type.shape.dim]
        if dims != ["batch", "sequence"]:
            raise SystemExit(f"{path}: input {value.name} has dimensions {dims}")
    return {entry.key: entry.value for entry in model.metadata_props}


def logits(path, rows):
    """The logits of all rows in batches by length, and the seconds that took."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    found = [None] * len(rows)
    start = time.perf_counter()
    for first in range(0, len(order), BATCH):
        part = order[first : first + BATCH]
        (result,) = session.run(["logits"], feed([rows[row] for row in part], names))
        for row, values in zip(part, result):
            found[row] = values
    seconds = time.perf_counter() - start
    # Alone and with padding behind it, a row must say the same.
    alone = session.run(["logits"], feed([rows[order[0]]], names))[0][0]
    length = min(len(rows[order[0]]) + 7, max(map(len, rows)))
    padded = session.run(["logits"], feed([rows[order[0]]], names, length))[0][0]
    spread = max(np.abs(alone - found[order[0]]).max(), np.abs(padded - alone).max())
    return np.stack(found), seconds, spread


def main(folder, file):
    expected = load_file(os.path.join(folder, "expected.safetensors"))
    rows = rows_of(expected)
    problems = []
    if len(rows) < LEAST_ROWS:
        problems.append(f"{len(rows)} rows to compare, fewer than {LEAST_ROWS}")
    theirs = tokenized(folder, file, max(map(len, rows)))
    other = sum(not np.array_equal(a, b) for a, b in zip(rows, theirs))
    if len(theirs) != len(rows) or other:
        problems.append(f"tokenizer.json gives other ids for {other} of {len(theirs)} texts")
    print(f"onnx {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}, {len(rows)} rows")
    print("| model | MB | equal labels | largest difference of logits | mean | padding | rows/s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for form, name in FORMS.items():
        path = os.path.join(folder, name)
        key = f"logits.{form}"
        if not os.path.exists(path) and key not in expected:
            problems.append(f"{name} is missing")
            continue
        metadata = check(path)
        if not any(entry.startswith("sha256.") for entry in metadata):
            problems.append(f"{name}: no digest of an input in its metadata")
        found, seconds, spread = logits(path, rows)
        difference = np.abs(found - expected[key])
        equal = (found.argmax(1) == expected[key].argmax(1)).mean()
        print(
            f"| {form} | {os.path.getsize(path) / 1e6:.2f} | {100 * equal:.2f} % | "
            f"{difference.max():.2e} | {difference.mean():.2e} | {spread:.1e} | "
            f"{len(rows) / seconds:.0f} |"
        )
        # Of a few rows one may differ.
        if not equal >= min(LEAST_AGREEMENT, 1 - 1 / len(rows)):
            problems.append(f"{name}: {100 * equal:.2f} % equal labels, less than 99.5 %")
        if form == "float32" and not difference.max() <= LARGEST_DIFFERENCE:
            problems.append(f"{name}: a logit differs by {difference.max():.2e}, more than 1e-4")
        if not spread <= 1e-3:
            problems.append(f"{name}: padding or company changes a row's logits by {spread:.1e}")
    for problem in problems:
        print(f"onnx: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
