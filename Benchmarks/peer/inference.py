"""ONNX Runtime's INT8, and the exporter that makes its files."""
import os
import subprocess
import sys
import time

import numpy as np

import data

VARIANTS = ("tensor", "channel", "fused-tensor", "fused-channel")


def path(settings, variant, model="teacher"):
    return os.path.join(settings["scratch"], "onnx", f"{model}-{variant}.onnx")


def session(file, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def feed(rows):
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def timed(run, inputs):
    times = []
    for item in inputs:
        start = time.perf_counter()
        run.run(None, item)
        times.append(time.perf_counter() - start)
    return times


def best(settings, inputs, summary):
    """The variant with the lowest `summary` of its times in one pass."""
    found = None
    for variant in VARIANTS:
        file = path(settings, variant)
        if not os.path.exists(file):
            continue
        run = session(file, settings["threads"])
        timed(run, inputs[:2] + inputs[-2:])
        score = summary(timed(run, inputs))
        if found is None or score < found[0]:
            found = (score, variant, run)
    return found[1], found[2]


def serve_batch(settings, channel):
    """Rounds of one pass over the test set; padding the batches is not timed."""
    tokens, labels = data.split(settings["project"], "test")
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    groups = [order[start : start + 32] for start in range(0, len(order), 32)]
    inputs = [feed([tokens[row] for row in group]) for group in groups]
    variant, run = best(settings, inputs, sum)
    right = 0
    for group, item in zip(groups, inputs):
        found = run.run(None, item)[0].argmax(1)
        right += sum(int(label == labels[row]) for label, row in zip(found, group))
    channel.ready(
        f"ONNX Runtime INT8, {variant}",
        f"ONNX Runtime's test accuracy {100 * right / len(tokens):.1f} %",
        "ONNX Runtime's batches were padded before the clock started",
    )
    while channel.next_round():
        channel.report(sentences_per_second=len(tokens) / sum(timed(run, inputs)))


def accuracy(file, tokens, labels, settings):
    """The share of rows that a file's model labels right."""
    run = session(file, settings["threads"])
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    right = 0
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        found = run.run(None, feed([tokens[row] for row in rows]))[0].argmax(1)
        right += sum(int(label == labels[row]) for label, row in zip(found, rows))
    return right / len(tokens)


def serve_latency(settings, channel):
    """Rounds of single sentences."""
    tokens = data.split(settings["project"], "test")[0]
    length = settings.get("length")
    chosen = tokens[:: 30 if length else 7]
    if length:
        chosen = [(row * (length // len(row) + 1))[:length] for row in chosen]
    inputs = [feed([row]) for row in chosen]
    variant, run = best(settings, inputs, lambda times: data.quantile(0.5, times))
    channel.ready(f"ONNX Runtime INT8, {variant}")
    while channel.next_round():
        times = [1e3 * value for value in timed(run, inputs)]
        channel.report(p50=data.quantile(0.5, times), p95=data.quantile(0.95, times))


def serve_load(settings, channel):
    """Session and tokenizer of the packaged model, to the first answer; the imports are done."""
    from tokenizers import Tokenizer

    text = "A fine film that knows when to stop."
    folder = os.path.join(settings["project"], "package")

    def load(variant):
        start = time.perf_counter()
        run = session(path(settings, variant, "pruned"), settings["threads"])
        tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        run.run(None, feed([tokenizer.encode(text).ids]))
        return 1e3 * (time.perf_counter() - start)

    have = [v for v in VARIANTS if os.path.exists(path(settings, v, "pruned"))]
    for variant in have:
        load(variant)
    variant = min(have, key=lambda v: min(load(v) for _ in range(3)))
    channel.ready(f"ONNX Runtime INT8, {variant}, and tokenizers")
    while channel.next_round():
        channel.report(milliseconds=data.quantile(0.5, [load(variant) for _ in range(5)]))


def answer(file, folder, text):
    """One label from nothing but files, for the time of a whole process."""
    from tokenizers import Tokenizer

    run = session(file, 1)
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    print(run.run(None, feed([tokenizer.encode(text).ids]))[0].argmax())


def serve_process(settings, channel):
    """Rounds of whole processes that answer once; the first variant there is."""
    folder = os.path.join(settings["project"], "package")
    variant = next(v for v in reversed(VARIANTS) if os.path.exists(path(settings, v, "pruned")))
    command = [sys.executable, os.path.join(os.path.dirname(__file__), "peer.py"), "answer"]
    command += [path(settings, variant, "pruned"), folder, "A fine film that knows when to stop."]
    channel.ready(f"Python, ONNX Runtime INT8, {variant}, and tokenizers")
    while channel.next_round():
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        channel.report(milliseconds=1e3 * (time.perf_counter() - start))


def to_onnx(folder, file):
    """Writes a folder's model in float32 and returns it."""
    import model as models

    return to_onnx_of(models.load(folder), file)


def to_onnx_of(model, file):
    """Writes a model in float32; its attention as single steps, which fuse."""
    import torch

    model.eval().bert.set_attn_implementation("eager")
    ids = torch.randint(5, 500, (2, 16))
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        model, (ids, mask), file, opset_version=17, dynamo=False,
        input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
    )
    return model


def quantize(source, file, kind):
    """Dynamic INT8 with a scale by tensor or by channel."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source, file, weight_type=QuantType.QInt8, per_channel=kind == "channel",
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def export_one(folder, file):
    """One INT8 file, as a pipeline would make it."""
    plain = file + ".float32"
    to_onnx(folder, plain)
    quantize(plain, file, "channel")


def fuse(model, source, file):
    """The graph with attention, norms and GELU as one node each."""
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    first = model.bert.encoder.layer[0].attention.self
    fused = optimizer.optimize_model(
        source, model_type="bert", num_heads=first.num_attention_heads,
        hidden_size=first.all_head_size, opt_level=0, optimization_options=FusionOptions("bert"),
    )
    fused.save_model_to_file(file)


def export(folder, name, target):
    """ONNX files of a model: INT8 by tensor and by channel, from the plain and the fused graph."""
    os.makedirs(target, exist_ok=True)
    sources = {"": os.path.join(target, f"{name}-float32.onnx")}
    model = to_onnx(folder, sources[""])
    probe = feed([[101, 2023, 2003, 1037, 2518, 102]])
    expected = session(sources[""], 1).run(None, probe)[0]
    try:
        fused = os.path.join(target, f"{name}-fused-float32.onnx")
        fuse(model, sources[""], fused)
        sources["fused-"] = fused
    except Exception as error:  # Not every graph has a fused form.
        print(f"{name}: not fused: {error}")
    for prefix, source in sources.items():
        for kind in ("tensor", "channel"):
            file = os.path.join(target, f"{name}-{prefix}{kind}.onnx")
            quantize(source, file, kind)
            try:
                found = session(file, 1).run(None, probe)[0]
                if np.abs(found - expected).max() > 1.0:
                    raise ValueError("answers otherwise than in float32")
            except Exception as error:
                os.remove(file)
                print(f"{os.path.basename(file)}: left out: {error}")
    for source in sources.values():
        os.remove(source)
