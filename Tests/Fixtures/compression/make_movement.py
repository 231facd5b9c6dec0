"""Makes movement.json, pruning by movement, with PyTorch: python make_movement.py

Two matrices of one layer and eight steps. The loss of a step is the sum of given numbers times the
weights that are computed with, so autograd finds what a model would hand back. Scores have AdamW
without decay, the weights plain descent; masks are chosen in float64 by sorting.
"""
import json
import math
import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS, START, END = 8, 0.125, 0.75
SCORE_RATE, RATE = 0.05, 0.1
NAMES = ["bert.encoder.layer.0.intermediate.dense.weight", "bert.encoder.layer.0.output.dense.weight"]
SHAPES = [(5, 4), (4, 5)]


class Through(torch.autograd.Function):
    """A mask whose gradient goes to the scores as it is."""

    @staticmethod
    def forward(context, scores, mask):
        return mask

    @staticmethod
    def backward(context, gradient):
        return gradient, None


def flat(tensors):
    return [float(x) for t in tensors for x in t.detach().double().flatten()]


def share(step):
    first, last = int(START * STEPS), math.ceil(END * STEPS)
    if step >= last:
        return 1.0
    if step < first:
        return 0.0
    return 1 - (1 - (step - first) / (last - first)) ** 3


def lowest(scores, count):
    """A mask of zeros for the `count` lowest of a vector; of equals the earlier."""
    mask = torch.ones(len(scores))
    for place in sorted(range(len(scores)), key=lambda i: (float(scores[i]), i))[:count]:
        mask[place] = 0
    return mask


def masks(kind, scores, step):
    sizes = [s.numel() for s in scores]
    if kind["kind"] == "soft":
        limit = kind["threshold"] * share(step)
        return [(torch.sigmoid(s.double()) > limit).float() for s in scores]
    part = kind["sparsity"] * share(step)
    if kind["kind"] == "layer":
        flat_masks = [lowest(s.flatten(), round(part * n)) for s, n in zip(scores, sizes)]
    else:
        every = torch.cat([s.flatten() for s in scores])
        flat_masks = lowest(every, round(part * len(every))).split(sizes)
    return [m.view(shape) for m, shape in zip(flat_masks, SHAPES)]


def run(kind, seed):
    g = torch.Generator().manual_seed(seed)
    weights = [torch.randn(s, generator=g).requires_grad_() for s in SHAPES]
    scores = [torch.zeros(s).requires_grad_() for s in SHAPES]
    start = flat(weights)
    adam = torch.optim.AdamW(scores, lr=SCORE_RATE, weight_decay=0.0)
    last = math.ceil(END * STEPS)
    rows, chosen = [], None
    for step in range(STEPS):
        if int(START * STEPS) <= step <= last:
            chosen = masks(kind, [s.detach() for s in scores], step)
        if chosen is None:
            chosen = [torch.ones(s) for s in SHAPES]
        used = [w * Through.apply(s, m) for w, s, m in zip(weights, scores, chosen)]
        slopes = [torch.randn(s, generator=g) for s in SHAPES]
        loss = sum((u * x).sum() for u, x in zip(used, slopes))
        if kind["kind"] == "soft":
            penalty = kind["penalty"] * share(step)
            loss = loss + penalty * sum(torch.sigmoid(s).mean() for s in scores) / len(scores)
        for p in weights + scores:
            p.grad = None
        loss.backward()
        gradients = flat([w.grad for w in weights])
        if step < last:
            adam.step()
        with torch.no_grad():
            for w in weights:
                w -= RATE * w.grad
        rows.append(dict(used=flat(used), slopes=flat(slopes), gradients=gradients, scores=flat(scores)))
    return dict(kind, start=start, steps=rows)


KINDS = [
    dict(kind="layer", sparsity=0.6, threshold=0.0, penalty=0.0),
    dict(kind="global", sparsity=0.5, threshold=0.0, penalty=0.0),
    dict(kind="soft", sparsity=0.0, threshold=0.45, penalty=30.0),
]
with open(os.path.join(HERE, "movement.json"), "w") as f:
    json.dump(dict(
        names=NAMES, shapes=SHAPES, total=STEPS, start=START, end=END, score_rate=SCORE_RATE, rate=RATE,
        cases=[run(kind, seed) for seed, kind in enumerate(KINDS)]), f)
    f.write("\n")
