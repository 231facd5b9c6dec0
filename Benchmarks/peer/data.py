"""What the pipeline prepared, as the peers read it."""
import json
import os

from safetensors.numpy import load_file


def split(project, name):
    """Token lists and labels of a split."""
    tensors = load_file(os.path.join(project, "data/prepared", name + ".safetensors"))
    ids, offsets = tensors["ids"], tensors["offsets"]
    tokens = [ids[a:b].tolist() for a, b in zip(offsets[:-1], offsets[1:])]
    return tokens, tensors["labels"].tolist()


def texts(project, name):
    """The texts of a split."""
    path = os.path.join(project, "data/prepared", name + ".jsonl")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def plan(scratch):
    """The order of the batches, as nlpipe's side takes them."""
    with open(os.path.join(scratch, "plan.json"), encoding="utf-8") as file:
        return json.load(file)


def quantile(share, values):
    """By the nearest rank, as the other side does."""
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)
    return ordered[min(len(ordered) - 1, max(0, rank - 1))]
