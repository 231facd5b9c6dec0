"""The peers' side of the benchmark.

  peer.py serve                    does works: JSON lines in, JSON lines out
  peer.py export FOLDER NAME DIR   writes the ONNX files of a model
  peer.py answer FILE FOLDER TEXT  labels one text with an ONNX file
  peer.py versions                 prints the peers' versions as JSON
"""
import json
import logging
import os
import sys
import warnings


class Channel:
    """Our end of the conversation; everything else that is printed goes to standard error."""

    def __init__(self):
        self.out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def settings(self):
        line = sys.stdin.readline()
        return json.loads(line) if line else None

    def send(self, **answer):
        self.out.write(json.dumps(answer) + "\n")
        self.out.flush()

    def ready(self, name, *notes):
        self.send(name=name, notes=list(notes))

    def next_round(self):
        return bool(sys.stdin.readline())

    def report(self, **values):
        self.send(values=values)


def work(name):
    if name in ("train", "memory", "slice", "pipeline"):
        import torch

        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        import training

        if name in ("slice", "pipeline"):
            import pipeline
            import stages

            return {"slice": pipeline.serve_slice, "pipeline": stages.serve_pipeline}[name]
        return {"train": training.serve_training, "memory": training.serve_memory}[name]
    if name == "tokenize":
        import tokenizing

        return tokenizing.serve_tokenize
    import inference

    return {
        "batch": inference.serve_batch,
        "latency": inference.serve_latency,
        "load": inference.serve_load,
        "process": inference.serve_process,
    }[name]


def serve():
    channel = Channel()
    settings = channel.settings()
    if settings is None:
        return
    try:
        work(settings["work"])(settings, channel)
    except Exception as error:
        channel.send(error=f"{type(error).__name__}: {error}")
        raise


def versions():
    from importlib.metadata import version

    # Their own metadata: importing PyTorch for its version takes seconds.
    names = ("torch", "transformers", "onnxruntime", "tokenizers", "numpy")
    found = {name: version(name) for name in names}
    found["python"] = sys.version.split()[0]
    print(json.dumps(found))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "serve":
        serve()
    elif command == "export":
        import inference

        inference.export(*arguments)
    elif command == "answer":
        import inference

        inference.answer(*arguments)
    elif command == "versions":
        versions()
    else:
        raise SystemExit(__doc__)
