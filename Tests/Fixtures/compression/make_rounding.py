"""Makes the fixture of the rounding tests with NumPy: python make_rounding.py

Writes rounding.json beside this script: small matrices, the inputs of their layers, and the 4-bit
codes of rounding to the nearest and of GPTQ (arXiv:2210.17323), on the grid of docs/numerics.md.
Every multiplier is tried, and the triangle comes from the inverse's own Cholesky factor: neither is
how the tested code does it.
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
REACHES = [120, 96, 104, 112, 128, 136, 144, 152]
DAMPING = 0.01


def code(value, step):
    if step == 0:
        return np.zeros_like(value)
    return np.clip(np.rint(value / step), -8, 7)


def best_multiplier(values, costs, scale):
    if scale == 0 or not np.any(values):
        return 0, 0.0
    errors = [float(np.sum(costs * (values - scale * m * code(values, scale * m)) ** 2)) for m in range(1, 16)]
    m = int(np.argmin(errors))
    return m + 1, errors[m]


def best_scale(row, costs, group):
    largest = np.max(np.abs(row))
    best = (0.0, np.inf)
    if largest == 0:
        return 0.0
    for reach in REACHES:
        scale = float(np.float32(largest / reach))
        error = sum(best_multiplier(row[i:i + group], costs[i:i + group], scale)[1] for i in range(0, len(row), group))
        if error < best[1]:
            best = (scale, error)
    return best[0]


def nearest(weights, group):
    codes, multipliers, scales = [], [], []
    for row in weights:
        ones = np.ones(len(row))
        scale = best_scale(row, ones, group)
        scales.append(scale)
        line = []
        for i in range(0, len(row), group):
            m, _ = best_multiplier(row[i:i + group], ones[i:i + group], scale)
            multipliers.append(m)
            line += list(code(row[i:i + group], scale * m))
        codes += line
    return codes, multipliers, scales


def triangle(x):
    h = x.T @ x
    mean = np.mean(np.diag(h))
    dead = np.diag(h) <= 0
    h[dead, dead] = mean
    h += DAMPING * mean * np.eye(len(h))
    # numpy's factor is lower: inverse = L Lᵀ, so Lᵀ is the upper one.
    return np.linalg.cholesky(np.linalg.inv(h)).T


def gptq(weights, x, group):
    u = triangle(x)
    n = weights.shape[1]
    work = weights.copy()
    kept = weights != 0
    costs = np.where(kept, 1 / np.diag(u) ** 2, 0)
    scales = np.array([best_scale(row, cost, group) for row, cost in zip(weights, costs)])
    codes = np.zeros_like(weights)
    multipliers = np.zeros((len(weights), (n + group - 1) // group), dtype=int)
    for j in range(n):
        if j % group == 0:
            part = slice(j, min(j + group, n))
            for r in range(len(weights)):
                shown = np.where(kept[r, part], work[r, part], 0)
                multipliers[r, j // group] = best_multiplier(shown, costs[r, part], scales[r])[0]
        steps = scales * multipliers[:, j // group]
        codes[:, j] = [c if k else 0 for c, k in zip(
            [float(code(np.array(w), s)) for w, s in zip(work[:, j], steps)], kept[:, j])]
        error = (work[:, j] - steps * codes[:, j]) / u[j, j]
        work[:, j + 1:] -= np.outer(error, u[j, j + 1:])
    return codes.ravel().tolist(), multipliers.ravel().tolist(), scales.tolist()


def main():
    cases = []
    for seed, (rows, columns, group, tokens, zeros) in enumerate([
            (4, 12, 4, 60, 0.0), (3, 17, 8, 50, 0.0), (5, 33, 16, 20, 0.0), (4, 40, 32, 200, 0.3), (2, 1, 2, 5, 0.0)]):
        rng = np.random.default_rng(seed)
        mix = rng.normal(size=(columns, columns)) / np.sqrt(columns)
        x = (rng.normal(size=(tokens, columns)) @ (np.eye(columns) + 2 * mix)).astype(np.float32)
        if columns > 20:
            x[:, 5] = 0
        weights = rng.normal(size=(rows, columns)).astype(np.float32)
        weights[rng.random(size=weights.shape) < zeros] = 0
        w, inputs = weights.astype(np.float64), x.astype(np.float64)
        moments = inputs.T @ inputs
        case = dict(rows=rows, columns=columns, group=group, weights=[float(v) for v in weights.ravel()],
                    moments=[float(v) for v in moments.ravel()])
        for name, (codes, multipliers, scales) in dict(
                nearest=nearest(w, group), compensated=gptq(w, inputs, group)).items():
            case[name] = dict(codes=[int(c) for c in codes], multipliers=[int(m) for m in multipliers], scales=scales)
        cases.append(case)
    with open(os.path.join(HERE, "rounding.json"), "w") as file:
        json.dump(cases, file)
        file.write("\n")


if __name__ == "__main__":
    main()
