"""Loads an exported folder with optimum and transformers, and compares with nlpipe's own answers.

    optimum_check.py ONNX_FOLDER TEST_ROWS.jsonl

Each file goes through ORTModelForSequenceClassification and AutoTokenizer as they are; status 1
when labels differ on more than one row in 200, or float32 logits by more than 1e-4.
"""
import json
import os
import sys

import numpy as np
import optimum.version
import torch
import transformers
from optimum.onnxruntime import ORTModelForSequenceClassification
from safetensors.numpy import load_file
from transformers import AutoConfig, AutoTokenizer, pipeline

from compare import BATCH, FORMS, LARGEST_DIFFERENCE, LEAST_AGREEMENT


def main(folder, file):
    expected = load_file(os.path.join(folder, "expected.safetensors"))
    with open(file, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    config = AutoConfig.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    print(f"optimum {optimum.version.__version__}, transformers {transformers.__version__}")
    problems = []
    for form, name in FORMS.items():
        key = f"logits.{form}"
        if key not in expected:
            continue
        model = ORTModelForSequenceClassification.from_pretrained(folder, file_name=name)
        found = []
        with torch.no_grad():
            for first in range(0, len(texts), BATCH):
                inputs = tokenizer(
                    texts[first : first + BATCH],
                    padding=True,
                    truncation=True,
                    return_tensors="pt",
                )
                found.append(model(**inputs).logits.numpy())
        found = np.concatenate(found)
        difference = np.abs(found - expected[key]).max()
        equal = (found.argmax(1) == expected[key].argmax(1)).mean()
        print(f"{name}: {100 * equal:.2f} % equal labels, logits within {difference:.1e}")
        if not equal >= LEAST_AGREEMENT:
            problems.append(f"{name}: {100 * equal:.2f} % equal labels, less than 99.5 %")
        if form == "float32" and not difference <= LARGEST_DIFFERENCE:
            problems.append(f"{name}: a logit differs by {difference:.1e}, more than 1e-4")
        answers = pipeline("text-classification", model=model, tokenizer=tokenizer)(texts[:3])
        labels = [config.id2label[int(row.argmax())] for row in expected[key][:3]]
        if [answer["label"] for answer in answers] != labels:
            problems.append(f"{name}: the pipeline says {answers}, nlpipe {labels}")
    for problem in problems:
        print(f"onnx: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
