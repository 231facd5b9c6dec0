"""Makes steps.json, training with learned steps (LSQ), with PyTorch: python make_steps.py

The six matrices of one small layer, in 8 bits and in 4-bit groups, and four steps. The loss of a
step is the sum of given numbers times the rounded weights, so autograd finds what a model would hand
back. Rounding and clipping are written out and left to autograd; the factors have AdamW without
decay, the weights plain descent. A factor's slope is that of the scale it makes.
"""
import json
import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
HIDDEN, WIDTH, NEURONS = 8, 4, 6
SHAPES = [(WIDTH, HIDDEN)] * 3 + [(HIDDEN, WIDTH), (NEURONS, HIDDEN), (HIDDEN, NEURONS)]
STEPS, RATE, FACTOR_RATE = 4, 0.05, 0.02


def flat(tensors):
    return [float(x) for t in tensors for x in t.detach().double().flatten()]


def run(bits, group, seed):
    g = torch.Generator().manual_seed(seed)
    low, high = (-127, 127) if bits == 8 else (-8, 7)
    weights, scales, multipliers = [], [], []
    for rows, columns in SHAPES:
        w = torch.randn((rows, columns), generator=g)
        w[torch.rand((rows, columns), generator=g) < 0.2] = 0
        weights.append(w.requires_grad_())
        # Steps that are too small for some of the weights, so that these are clipped.
        reach = 0.83 * w.detach().abs().max(1).values
        scales.append((reach / (127 if bits == 8 else 28)).float())
        groups = -(-columns // group) if bits == 4 else 1
        multipliers.append(torch.randint(2, 6, (rows, groups), generator=g) if bits == 4 else torch.ones(rows, 1))
    factors = [torch.ones(len(s), requires_grad=True) for s in scales]
    start = flat(weights)
    adam = torch.optim.AdamW(factors, lr=FACTOR_RATE, weight_decay=0.0)
    steps = []
    for _ in range(STEPS):
        loss, used, leaves = 0.0, [], []
        slopes = [torch.randn(s, generator=g) for s in SHAPES]
        for w, s, f, m, x in zip(weights, scales, factors, multipliers, slopes):
            scale = (s * f.detach()).requires_grad_()
            leaves.append(scale)
            spread = m.float().repeat_interleave(group if bits == 4 else w.shape[1], 1)[:, :w.shape[1]]
            level = torch.clamp(w / (scale[:, None] * spread), low, high)
            code = level + (torch.round(level) - level).detach()
            u = scale[:, None] * (spread * code)
            u = torch.where(w == 0, torch.zeros_like(u), u)
            used.append(u)
            loss = loss + (u * x).sum()
        for p in weights + factors:
            p.grad = None
        loss.backward()
        gradients = flat([torch.where(w == 0, torch.zeros_like(w), w.grad) for w in weights])
        for f, leaf in zip(factors, leaves):
            f.grad = leaf.grad.clone()
        adam.step()
        with torch.no_grad():
            for w in weights:
                w -= RATE * torch.where(w == 0, torch.zeros_like(w), w.grad)
        steps.append(dict(used=flat(used), slopes=flat(slopes), gradients=gradients, factors=flat(factors)))
    return dict(
        bits=bits, group=group, start=start, scales=flat(scales),
        multipliers=[int(m) for t in multipliers for m in t.flatten()], steps=steps)


with open(os.path.join(HERE, "steps.json"), "w") as f:
    json.dump(dict(
        hidden=HIDDEN, width=WIDTH, neurons=NEURONS, rate=RATE, factor_rate=FACTOR_RATE,
        cases=[run(8, 0, 1), run(4, 4, 2)]), f)
    f.write("\n")
