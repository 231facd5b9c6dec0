"""Makes quoting.csv, a table full of awkward fields, and quoting.json: its records as Python's csv reads them.

usage: make_quoting.py
"""
import csv, json, os, random

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ["a", "bc", " ", ",", '"', '""', "\n", "\r\n", "\r", "\t", "é", "日本", "🎬", ";", "'", "\\", ""]
rng = random.Random(7)
rows = [["text", "label", "group"]]
for _ in range(300):
    rows.append(["".join(rng.choice(PARTS) for _ in range(rng.randint(0, 6))) for _ in range(3)])
path = os.path.join(HERE, "quoting.csv")
with open(path, "w", encoding="utf-8", newline="") as file:
    for index, row in enumerate(rows):
        ending = ["\n", "\r\n", "\r"][index % 3]
        csv.writer(file, lineterminator=ending, quoting=csv.QUOTE_ALL if index % 4 else csv.QUOTE_MINIMAL).writerow(row)
with open(path, encoding="utf-8", newline="") as file:
    read = [row for row in csv.reader(file) if row]
with open(os.path.join(HERE, "quoting.json"), "w", encoding="utf-8") as file:
    json.dump(read, file)
    file.write("\n")
