"""The pipeline's stages in PyTorch and ONNX Runtime: some steps of each, or all of them."""
import os
import shutil
import tempfile
import time

import torch

import data
import inference
import model as models
import training


def masks(model, share):
    """Keeps the largest weights of every encoder matrix."""
    kept = []
    for name, weight in model.bert.encoder.named_parameters():
        if weight.dim() == 2:
            size = weight.detach().abs().flatten()
            limit = size.kthvalue(max(1, int(share * size.numel()))).values
            kept.append((weight, (weight.detach().abs() > limit).to(weight.dtype)))
    return kept


def apply(kept):
    with torch.no_grad():
        for weight, mask in kept:
            weight.mul_(mask)


def quantized(folder):
    """Seconds of the export to ONNX and its dynamic quantization by channel."""
    target = tempfile.mkdtemp()
    start = time.perf_counter()
    inference.export_one(folder, os.path.join(target, "int8.onnx"))
    spent = time.perf_counter() - start
    shutil.rmtree(target)
    return spent


def serve_slice(settings, channel):
    """Rounds of some steps of every stage."""
    torch.manual_seed(0)
    project, precision, steps = settings["project"], settings["precision"], settings["steps"]
    plan = data.plan(settings["scratch"])
    tokens, labels = data.split(project, "train")
    labels = torch.tensor(labels)
    test = data.split(project, "test")[0]
    folders = {
        "teacher": project + "/models/teacher",
        "student": project + "/models/student",
        "pruned": settings["scratch"] + "/pruned",
    }
    nets = {name: models.load(folder) for name, folder in folders.items()}
    kept = masks(nets["pruned"], 0.3)
    soft = torch.full((len(tokens), nets["teacher"].classifier.out_features), 0.5)

    def step(name, batches, rows, teacher, after=None):
        loop = training.Loop(nets[name], precision, 3 * len(batches))
        start = 0.0
        for at in range(2 + steps):
            if at == 2:
                start = time.perf_counter()
            places = batches[at]
            chosen = None if teacher is None else teacher[places]
            loop.step([rows[row] for row in places], labels[places], chosen, after)
        return (time.perf_counter() - start) / steps

    def sentence(name, rows):
        start = time.perf_counter()
        training.logits(nets[name], rows, precision)
        return (time.perf_counter() - start) / len(rows)

    channel.ready(training.label(settings) + ", ONNX Runtime")
    while channel.next_round():
        student = plan["studentBatches"], plan["studentTrain"]
        channel.send(values={
            "finetune step": step("teacher", plan["batches"], tokens, None),
            "distill step": step("student", *student, soft),
            "recover step": step("pruned", *student, soft, lambda: apply(kept)),
            "teacher sentence": sentence("teacher", test),
            "student sentence": sentence("student", plan["studentTest"]),
            "pruned sentence": sentence("pruned", plan["studentTest"]),
            "quantize": quantized(folders["pruned"]),
        })
