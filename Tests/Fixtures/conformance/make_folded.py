"""Writes folded.jsonl: texts, where they stand, and the YAML that DVC's library makes of them.

Run with the Python of `scripts/peer-dvc.sh`. Texts of which the library itself reads something else
than it wrote are left out.
"""
import io
import json
import os
import random

from ruamel.yaml import YAML

random.seed(7)
yaml = YAML()
yaml.default_flow_style = False


def dump(value):
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


words = [
    "python", "train.py", "--lr", "0.1", "x" * 30, "y" * 85, "'q'", '"d"', "a\\b", "é", "日本",
    "a:b", "c:", "#d", "|", "&&", ">", "$X", "\t", "\n", "\n\n", " ", "  ", "{k}", "[1]", "-", "1",
]
fixed = [
    "", " ", "a ", " a", "y", "no", "true", "True", "null", "~", "<<", "=", "1", "-1", "+1", "1_0",
    "_1", "0x1f", "0o17", "0b1", "017", "1.", "1.5", ".5", ".5e5", ".5e+5", "1e5", "1e", "1.e-3",
    ".inf", "-.INF", ".nan", "+.nan", ".", "..", "...", "---", "--- a", "-", "- a", "-a", "?", "?a",
    "? a", ":", ":a", ": a", "2024-01-01", "2024-1-1", "2024-01-01 10:00:00", "2024-01-01T1:00:00Z",
    "2024-01-01 10:00:00.5 +01:00", "2024-01-01 10:00:00 ", "1:30", "a: b", "a:", "a #b", "a#b", "#a",
    "@a", "`a", "%a", "!a", "&a", "*a", "a\tb", "a\x01b", "a\x7fb", "a\xa0b", "a\x85b", "a\ufeffb",
    "😀", "it's", "it's: x", 'say "x": y', "a\n", "\na", "a\n b", "a \nb", "k" * 90, "k" * 127 + " l",
    "word " * 40, "w  " * 60, "a: " * 50, "it's: " * 30, "l\n" * 50, "'" * 100, "é " * 60,
]
texts = list(fixed)
for _ in range(240):
    glue = random.choice([" ", " ", " ", "", "\n"])
    texts.append(glue.join(random.choice(words) for _ in range(random.randint(1, 40))))
shapes = {
    "value": lambda text: {"k": text},
    "deep": lambda text: {"stages": {"train": {"cmd": text}}},
    "item": lambda text: {"stages": {"train": {"cmd": [text, "b"]}}},
    "key": lambda text: {"stages": {text: {"cmd": ["a", None], "x": None}}},
}
with open(os.path.join(os.path.dirname(__file__), "folded.jsonl"), "w") as file:
    for number, text in enumerate(texts):
        for name, shape in shapes.items():
            if number >= len(fixed) and list(shapes)[number % 4] != name:
                continue
            # Keys are names of stages and parameters.
            if name == "key" and ("\n" in text or "\x85" in text):
                continue
            value = shape(text)
            written = dump(value)
            if json.loads(json.dumps(YAML(typ="safe").load(written))) != value:
                continue
            print(json.dumps({"shape": name, "text": text, "yaml": written}), file=file)
