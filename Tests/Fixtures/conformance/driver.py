"""Runs DVC commands in one process, since starting DVC takes longer than most of its commands.

Each line of standard input is {"cd": folder, "args": [...], "env": {...}}; each answer is one line
{"code": exit code, "out": standard output, "error": standard error}. Both outputs are taken as the
operating system sees them, so what the commands of stages print is in them too.
"""
import json
import os
import sys
import tempfile

requests = os.fdopen(os.dup(0), encoding="utf-8")
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
null = os.open(os.devnull, os.O_RDONLY)
os.dup2(null, 0)
# Nothing but answers may reach the suite.
os.dup2(2, 1)

from dvc.cli import main  # noqa: E402


def call(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        kept = os.dup(1), os.dup(2)
        os.dup2(out.fileno(), 1)
        os.dup2(error.fileno(), 2)
        try:
            code = main(arguments)
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in zip((1, 2), kept):
                os.dup2(copy, number)
                os.close(copy)
        texts = []
        for file in (out, error):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return {"code": code, "out": texts[0], "error": texts[1]}


for line in requests:
    request = json.loads(line)
    os.environ.update(request["env"])
    os.chdir(request["cd"])
    answer = call(request["args"])
    os.chdir("/")
    print(json.dumps(answer), file=answers, flush=True)
