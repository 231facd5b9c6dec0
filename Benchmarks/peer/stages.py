"""The whole pipeline, stage by stage, as scripts of PyTorch's users do it; sizes from params.yaml."""
import copy
import os
import time

import torch
import yaml
from tokenizers import Tokenizer

import data
import inference
import model as models
import pipeline
import training


def batches(tokens, size, generator):
    """Shuffled batches of similar length: chunks of fifty, sorted."""
    order = torch.randperm(len(tokens), generator=generator).tolist()
    found = []
    for start in range(0, len(order), 50 * size):
        chunk = sorted(order[start : start + 50 * size], key=lambda row: len(tokens[row]))
        found += [chunk[at : at + size] for at in range(0, len(chunk), size)]
    return [found[at] for at in torch.randperm(len(found), generator=generator).tolist()]


class Run:
    """Splits and settings that the stages share."""

    def __init__(self, project, scratch, precision):
        with open(os.path.join(project, "params.yaml"), encoding="utf-8") as file:
            self.params = yaml.safe_load(file)
        self.project, self.scratch, self.precision = project, scratch, precision
        self.generator = torch.Generator().manual_seed(0)
        self.length = self.params["encoder"]["maximum_length"]
        names = ("train", "valid", "test")
        self.texts = {name: data.texts(project, name) for name in names}
        self.labels = {name: torch.tensor(data.split(project, name)[1]) for name in names}

    def tokens(self, folder):
        tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.length)
        return {
            name: [item.ids for item in tokenizer.encode_batch(texts)]
            for name, texts in self.texts.items()
        }

    def accuracy(self, model, tokens, name, precision=None):
        found = training.logits(model, tokens[name], precision or self.precision).argmax(1)
        return (found == self.labels[name]).double().mean().item()

    def train(self, model, tokens, epochs, teacher=None, after=None):
        """Keeps the weights of the epoch that is best on the validation rows."""
        loop, best = None, (-1.0, None)
        for _ in range(epochs):
            plan = batches(tokens["train"], 32, self.generator)
            loop = loop or training.Loop(model, self.precision, epochs * len(plan))
            model.train()
            for rows in plan:
                loop.step(
                    [tokens["train"][row] for row in rows], self.labels["train"][rows],
                    None if teacher is None else teacher[rows], after,
                )
            score = self.accuracy(model, tokens, "valid")
            if score > best[0]:
                best = (score, copy.deepcopy(model.state_dict()))
        model.load_state_dict(best[1])
        return model

    def softened(self, model, tokens):
        scores = training.logits(model, tokens["train"], self.precision)
        return torch.softmax(scores / self.params["distill"]["temperature"], 1)


def shrunk(model, run, tokens, teacher):
    """Cuts heads and neurons by |weight x gradient| over some rows, as the prune stage does."""
    rows = range(run.params["prune"]["importance_rows"])
    model.eval()
    model.zero_grad()
    for start in range(0, len(rows), 32):
        chosen = list(rows[start : start + 32])
        ids, mask = models.padded([tokens["train"][row] for row in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=run.precision == "bfloat16"):
            scores = model(ids, mask)
        torch.nn.functional.cross_entropy(scores.float(), run.labels["train"][chosen]).backward()
    for layer in model.bert.encoder.layer:
        attention, size = layer.attention.self, layer.attention.self.attention_head_size
        output, narrow = layer.attention.output.dense, layer.output.dense
        heads = (output.weight * output.weight.grad).view(len(output.weight), -1, size)
        heads = heads.sum((0, 2)).abs()
        neurons = (narrow.weight * narrow.weight.grad).sum(0).abs()
        few = heads.topk(round(run.params["prune"]["heads_kept"] * len(heads))).indices.sort().values
        many = neurons.topk(round(run.params["prune"]["neurons_kept"] * len(neurons)))
        many = many.indices.sort().values
        channels = (few[:, None] * size + torch.arange(size)).flatten()
        for name in ("query", "key", "value"):
            setattr(attention, name, rows_of(getattr(attention, name), channels))
        attention.num_attention_heads, attention.all_head_size = len(few), len(channels)
        layer.attention.output.dense = columns_of(output, channels)
        layer.intermediate.dense = rows_of(layer.intermediate.dense, many)
        layer.output.dense = columns_of(narrow, many)
    return model


def rows_of(dense, chosen):
    result = torch.nn.Linear(dense.in_features, len(chosen))
    result.weight.data, result.bias.data = dense.weight.data[chosen], dense.bias.data[chosen]
    return result


def columns_of(dense, chosen):
    result = torch.nn.Linear(len(chosen), dense.out_features)
    result.weight.data, result.bias.data = dense.weight.data[:, chosen], dense.bias.data
    return result


def pruned(run, student, tokens, teacher):
    settings = run.params["prune"]
    model, steps = shrunk(student, run, tokens, teacher), 0
    kept, total = [], settings["recovery"]["epochs"] * -(-len(tokens["train"]) // 32)

    def after():
        nonlocal kept, steps
        steps += 1
        share, schedule = steps / total, settings["schedule"]
        if schedule["start"] <= share <= schedule["end"] and steps % schedule["every"] == 0:
            done = (share - schedule["start"]) / (schedule["end"] - schedule["start"])
            kept = pipeline.masks(model, settings["sparsity"] * (1 - (1 - done) ** 3))
        pipeline.apply(kept)

    return run.train(model, tokens, settings["recovery"]["epochs"], teacher, after)


def serve_pipeline(settings, channel):
    """One round: every stage from the prepared texts on."""
    torch.manual_seed(0)
    channel.ready(training.label(settings) + ", ONNX Runtime")
    if not channel.next_round():
        return
    begin = time.perf_counter()
    project, scratch, marks = settings["project"], settings["scratch"], {}

    def mark(name):
        marks[name] = time.perf_counter() - begin - sum(marks.values())

    run = Run(project, scratch, settings["precision"])
    tokens = run.tokens(project + "/data/prepared/tokenizer")
    mark("preprocess")
    teacher = models.load(project + "/models/teacher")
    models.start_over(teacher, project + "/" + run.params["encoder"]["path"])
    run.train(teacher, tokens, run.params["finetune"]["epochs"])
    mark("finetune")
    spelt = run.tokens(project + "/models/student")
    soft = run.softened(teacher, tokens)
    student = models.load(project + "/models/student")
    run.train(student, spelt, run.params["distill"]["epochs"], soft)
    mark("distill")
    small = pruned(run, copy.deepcopy(student), spelt, run.softened(teacher, tokens))
    mark("prune")
    file = os.path.join(scratch, "pipeline-int8.onnx")
    inference.to_onnx_of(small, file + ".float32")
    inference.quantize(file + ".float32", file, "channel")
    mark("quantize")
    scores = {
        "teacher": run.accuracy(teacher, tokens, "test"),
        "student": run.accuracy(student, spelt, "test"),
        "pruned": run.accuracy(small, spelt, "test"),
        "int8": inference.accuracy(file, spelt["test"], run.labels["test"].tolist(), settings),
    }
    mark("evaluate")
    values = {"seconds": sum(marks.values())}
    values |= {f"{name} seconds": value for name, value in marks.items()}
    values |= {f"{name} accuracy": value for name, value in scores.items()}
    channel.send(values=values)
