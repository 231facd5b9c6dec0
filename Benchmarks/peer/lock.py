"""Writes requirements.txt from requirements.in: every package that pip would install, with its digest.

  python -m pip install --dry-run --ignore-installed --quiet --report report.json -r requirements.in
  python lock.py report.json > requirements.txt
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
machine = report["environment"]
print(
    f"# Written by lock.py for CPython {machine['python_version']}, "
    f"{machine['sys_platform']} {machine['platform_machine']}: change requirements.in instead."
)
lines = [
    f"{item['metadata']['name']}=={item['metadata']['version']} "
    f"--hash=sha256:{item['download_info']['archive_info']['hashes']['sha256']}"
    for item in report["install"]
]
print("\n".join(sorted(lines, key=str.lower)))
