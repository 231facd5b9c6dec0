#!/usr/bin/env python3
"""Keeps the runs that docs/compression-study.md is about, and draws its table and its picture.

  scripts/study.py add RECIPE SEED FILE    takes the models of a metrics/evaluate.json into the study
  scripts/study.py                         writes the table and the picture
  scripts/study.py --check                 status 1 where they say something else than the runs
"""

import json
import math
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parent.parent
RUNS = root / "docs/compression-study.json"
PAGE = root / "docs/compression-study.md"
PICTURE = root / "docs/compression-study.svg"
BEGIN = "<!-- runs: written by scripts/study.py -->"
END = "<!-- end of runs -->"
NAMES = {"linear": "linear", "teacher": "teacher", "student": "student", "pruned": "pruned", "int8": "quantized"}


def add(recipe, seed, file):
    models = json.loads(pathlib.Path(file).read_text())["models"]
    runs = json.loads(RUNS.read_text()) if RUNS.exists() else []
    runs = [run for run in runs if (run["recipe"], run["seed"]) != (recipe, seed)]
    runs.append({
        "recipe": recipe, "seed": seed,
        "models": {n: {k: models[n][k] for k in ("accuracy", "bytes", "macro_f1")} for n in NAMES if n in models},
    })
    runs.sort(key=lambda run: (run["recipe"], run["seed"]))
    RUNS.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n")


def points():
    """Recipe, model, bytes and the accuracies over the seeds, the largest model first."""
    found = {}
    for run in json.loads(RUNS.read_text()):
        for name, model in run["models"].items():
            # The baseline is the same whatever the recipe.
            recipe = "" if name == "linear" else run["recipe"]
            point = found.setdefault((recipe, name), {"bytes": model["bytes"], "by_seed": {}, "teacher": {}})
            point["by_seed"][run["seed"]] = model["accuracy"]
            point["teacher"][run["seed"]] = run["models"]["teacher"]
    rows = [{"recipe": recipe, "model": name, **point} for (recipe, name), point in found.items()]
    return sorted(rows, key=lambda row: (row["recipe"], -row["bytes"]))


def mean(values):
    return sum(values) / len(values)


def table(rows):
    lines = ["| recipe | model | bytes | smaller | seeds | accuracy | lowest, highest | of the teacher's |",
             "|---|---|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        scores = [row["by_seed"][seed] for seed in sorted(row["by_seed"])]
        teachers = [row["teacher"][seed] for seed in sorted(row["by_seed"])]
        kept = mean(scores) / mean([teacher["accuracy"] for teacher in teachers])
        lines.append(
            f"| {row['recipe'] or '–'} | {NAMES[row['model']]} | {row['bytes']:,} | {teachers[0]['bytes'] / row['bytes']:.1f} "
            f"| {len(scores)} | {100 * mean(scores):.2f} | {100 * min(scores):.1f}, {100 * max(scores):.1f} | {kept:.3f} |")
    return "\n".join(lines)


def picture(rows):
    """Accuracy by size on a logarithmic axis; bars go from the lowest to the highest seed."""
    width, height, left, bottom, top, right = 720, 400, 60, 50, 20, 20
    sizes = [row["bytes"] / 1e6 for row in rows]
    low, high = math.log10(min(sizes)) - 0.15, math.log10(max(sizes)) + 0.15
    scores = [100 * score for row in rows for score in row["by_seed"].values()]
    floor, ceiling = math.floor(min(scores)) - 1, math.ceil(max(scores)) + 1
    recipes = sorted({row["recipe"] for row in rows if row["recipe"]})
    colours = ["#1b6ca8", "#c8553d", "#3a7d44", "#7d5ba6"]

    def x(size):
        return left + (math.log10(size) - low) / (high - low) * (width - left - right)

    def y(score):
        return height - bottom - (score - floor) / (ceiling - floor) * (height - bottom - top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        "<title>Test accuracy by size of the weights</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for score in range(floor, ceiling + 1):
        parts.append(f'<path d="M{left} {y(score):.1f}H{width - right}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y(score) + 4:.1f}" text-anchor="end">{score} %</text>')
    for size in (0.5, 1, 2, 5, 10, 20, 50, 100):
        if low <= math.log10(size) <= high:
            parts.append(f'<path d="M{x(size):.1f} {top}V{height - bottom}" stroke="#eee"/>')
            parts.append(f'<text x="{x(size):.1f}" y="{height - bottom + 18}" text-anchor="middle">{size:g} MB</text>')
    for row in rows:
        colour = colours[recipes.index(row["recipe"]) % len(colours)] if row["recipe"] else "#666"
        at = x(row["bytes"] / 1e6)
        scores = [100 * score for score in row["by_seed"].values()]
        parts.append(f'<path d="M{at:.1f} {y(min(scores)):.1f}V{y(max(scores)):.1f}" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<circle cx="{at:.1f}" cy="{y(mean(scores)):.1f}" r="5" fill="{colour}"/>')
        # Recipes share the neighbourhood: one's names stand below its points, the next one's above.
        below = row["recipe"] and recipes.index(row["recipe"]) % 2 == 0
        side = f'x="{at + 8:.1f}"' if at < width - 90 else f'x="{at - 8:.1f}" text-anchor="end"'
        line = y(mean(scores)) + (18 if below else -8)
        parts.append(f'<text {side} y="{line:.1f}" fill="{colour}">{NAMES[row["model"]]}</text>')
    for place, recipe in enumerate(recipes):
        colour = colours[place % len(colours)]
        parts.append(f'<circle cx="{left + 14}" cy="{top + 14 + 18 * place}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{left + 26}" y="{top + 18 + 18 * place}">{recipe}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def main(arguments):
    if arguments[:1] == ["add"] and len(arguments) == 4:
        add(arguments[1], int(arguments[2]), arguments[3])
        return 0
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    rows = points()
    page = PAGE.read_text()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    wanted = {PAGE: f"{page[:begin]}\n{table(rows)}\n{page[end:]}", PICTURE: picture(rows)}
    different = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if arguments == ["--check"]:
        for path in different:
            print(f"{path.relative_to(root)} differs from docs/compression-study.json; hint: scripts/study.py")
        return 1 if different else 0
    for path in different:
        path.write_text(wanted[path])
    return 0


sys.exit(main(sys.argv[1:]))
