"""ONNX Runtime's INT8, and the exporter that makes its files."""
import os
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
    """The variant with the lowest `summary` of its times, the second of two passes."""
    found = None
    for variant in VARIANTS:
        file = path(settings, variant)
        if not os.path.exists(file):
            continue
        run = session(file, settings["threads"])
        timed(run, inputs)
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


def export(folder, name, target):
    """ONNX files of a model: INT8 by tensor and by channel, from the plain and the fused graph."""
    import logging

    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    import model as models

    logging.getLogger().setLevel(logging.ERROR)
    model = models.load(folder, attention="eager").eval()
    os.makedirs(target, exist_ok=True)
    plain = os.path.join(target, f"{name}-float32.onnx")
    ids = torch.randint(5, 500, (2, 16))
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        model, (ids, mask), plain, opset_version=17, dynamo=False,
        input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
    )
    sources = {"": plain}
    first = model.bert.encoder.layer[0].attention.self
    try:
        fused = optimizer.optimize_model(
            plain, model_type="bert", num_heads=first.num_attention_heads,
            hidden_size=first.all_head_size, opt_level=0, optimization_options=FusionOptions("bert"),
        )
        sources["fused-"] = os.path.join(target, f"{name}-fused-float32.onnx")
        fused.save_model_to_file(sources["fused-"])
    except Exception as error:  # A pruned graph may have no fused form.
        print(f"{name}: not fused: {error}")
    check = session(plain, 1).run(None, feed([ids[0].tolist()]))[0]
    for prefix, source in sources.items():
        for kind in ("tensor", "channel"):
            file = os.path.join(target, f"{name}-{prefix}{kind}.onnx")
            quantize_dynamic(
                source, file, weight_type=QuantType.QInt8, per_channel=kind == "channel",
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
            try:
                found = session(file, 1).run(None, feed([ids[0].tolist()]))[0]
                if np.abs(found - check).max() > 1.0:
                    raise ValueError(f"differs from float32 by {np.abs(found - check).max():.2f}")
            except Exception as error:
                os.remove(file)
                print(f"{os.path.basename(file)}: left out: {error}")
    for source in sources.values():
        os.remove(source)
