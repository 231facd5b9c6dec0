"""Writes minilm.json: the first 8 mean-pooled values of three sentences by all-MiniLM-L6-v2.

Run: python make_minilm.py ENCODER_FOLDER   (torch 2.x, transformers 5.x)
"""

import json
import os
import sys

import torch
from transformers import AutoModel, AutoTokenizer

SENTENCES = ["a gripping film .", "the plot never quite works", "superb"]

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModel.from_pretrained(sys.argv[1]).double().eval()
rows = []
for sentence in SENTENCES:
    ids = tokenizer(sentence)["input_ids"]
    with torch.no_grad():
        pooled = model(torch.tensor([ids])).last_hidden_state[0].mean(0)
    rows.append({"ids": ids, "pooled": [round(float(x), 7) for x in pooled[:8]]})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "minilm.json"), "w") as file:
    json.dump(rows, file, indent=1)
    file.write("\n")
