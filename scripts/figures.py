#!/usr/bin/env python3
"""Writes the numbers of the committed metrics into README.md, between its two marks.

  scripts/figures.py            writes them
  scripts/figures.py --check    status 1 where README.md says something else
"""

import json
import pathlib
import sys

BEGIN = "<!-- figures: written by scripts/figures.py from metrics/ -->"
END = "<!-- end of figures -->"

root = pathlib.Path(__file__).resolve().parent.parent


def metrics(name):
    return json.loads((root / "metrics" / f"{name}.json").read_text())


def percent(share):
    return f"{100 * share:.1f} %"


def points(share):
    """A loss of accuracy in words."""
    lost = round(100 * share, 1)
    if lost == 0:
        return "as accurate"
    return f"{abs(lost):.1f} points {'less' if lost > 0 else 'more'}"


def text():
    evaluate, speed, split = metrics("evaluate"), metrics("speed"), metrics("preprocess")
    student, pruned = metrics("distill"), metrics("prune")
    models, times = evaluate["models"], speed["models"]
    teacher = models["teacher"]

    def beside(name):
        model = models[name]
        smaller = teacher["bytes"] / model["bytes"]
        return f"{smaller:.1f} times smaller, {points(teacher['accuracy'] - model['accuracy'])}"

    words = {
        "linear": ("linear n-grams", "the baseline to beat"),
        "teacher": ("teacher", "the fine-tuned encoder"),
        "student": (
            "student",
            f"{student['layers']} layers, {student['vocabulary']:,} word pieces: {beside('student')}",
        ),
        "pruned": (
            "pruned",
            f"fewer heads and neurons, {100 * pruned['sparsity']:.0f} % of the weights zero: "
            + beside("pruned"),
        ),
        "int8": (
            "INT8",
            f"{evaluate['size_ratio']:.1f} times smaller, "
            f"{percent(evaluate['accuracy_kept'])} of the teacher's accuracy",
        ),
    }
    rows = sum(split[f"{part}_rows"] for part in ("train", "valid", "test"))
    lines = [
        f"From {rows:,} film reviews and MiniLM (6 layers, {teacher['parameters'] / 1e6:.1f} M "
        f"parameters), on {speed['threads']} CPU cores:",
        "",
        "| model | test accuracy | macro F1 | weights | p50, one sentence | what it is |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, (title, what) in words.items():
        model, time = models[name], times[name]["latency_ms_p50"]
        cells = [
            title,
            percent(model["accuracy"]),
            percent(model["macro_f1"]),
            f"{model['bytes'] / 1e6:.1f} MB",
            f"{time:.2f} ms" if time < 0.1 else f"{time:.1f} ms",
            what,
        ]
        if name == "int8":
            cells = [f"**{cell}**" for cell in cells]
        lines.append(f"| {' | '.join(cells)} |")
    design = evaluate["design"]
    verdicts = "; ".join(
        verdict(words[name][0], evaluate["against"]["teacher"][name])
        for name in ("student", "pruned", "int8")
    )
    lines += [
        "",
        f"Is a model at most {design['margin']:.1f} points worse than the teacher, on the same "
        f"{evaluate['test_rows']:,} test rows? {verdicts}. See [evaluation](docs/evaluation.md).",
    ]
    return "\n".join(lines)


def verdict(title, comparison):
    """What the test of non-inferiority says of a model."""
    word = {1: "pass", 0: "inconclusive", -1: "fail"}[comparison["verdict"]]
    needed = comparison.get("rows_needed")
    return f"{title}: {word}" + (f" ({needed:,} rows needed)" if needed else "")


def main():
    readme = root / "README.md"
    old = readme.read_text()
    begin, end = old.find(BEGIN), old.find(END)
    if begin < 0 or end < begin:
        sys.exit(f"README.md: expected the marks '{BEGIN}' and '{END}'")
    new = old[: begin + len(BEGIN)] + "\n" + text() + "\n" + old[end:]
    if new == old:
        return
    if "--check" in sys.argv[1:]:
        sys.exit("README.md does not say what metrics/ says\nhint: make figures")
    readme.write_text(new)


main()
