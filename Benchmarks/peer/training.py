"""Training steps as nlpipe makes them: the same batches, loss, optimiser and schedule."""
import time

import torch
import torch.nn.functional as F

import data
import model as models

EPOCHS, RATE, DECAY, WARMUP, CLIP = 3, 5e-5, 0.01, 0.1, 1.0


class Loop:
    """A model in training; `step` does one batch and returns its tokens."""

    def __init__(self, model, precision, total):
        self.model, self.bf16, self.total, self.done = model.train(), precision == "bfloat16", total, 0
        matrices = [p for p in model.parameters() if p.dim() > 1]
        others = [p for p in model.parameters() if p.dim() <= 1]
        groups = [dict(params=matrices, weight_decay=DECAY), dict(params=others, weight_decay=0.0)]
        self.optimizer = torch.optim.AdamW(groups, lr=RATE, fused=True)

    def rate(self):
        rise = max(1, int(WARMUP * self.total))
        if self.done < rise:
            return RATE * (self.done + 1) / rise
        return RATE * max(0, self.total - self.done) / (self.total - rise)

    def step(self, rows, labels, teacher=None, after=None):
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        ids, mask = models.padded(rows)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            logits = self.model(ids, mask)
        loss = F.cross_entropy(logits.float(), labels)
        if teacher is not None:
            soft = F.log_softmax(logits.float() / 4, 1)
            loss = 0.3 * loss + 0.7 * 16 * F.kl_div(soft, teacher, reduction="batchmean")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        if after is not None:
            after()
        self.done += 1
        return sum(map(len, rows))


def logits(model, tokens, precision="float32", size=32):
    """Scores of every row, in batches sorted by length."""
    model.eval()
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    result = torch.zeros(len(tokens), model.classifier.out_features)
    with torch.inference_mode():
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            ids, mask = models.padded([tokens[row] for row in rows])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
                result[rows] = model(ids, mask).float()
    return result


def label(settings):
    kind = "bf16 autocast" if settings["precision"] == "bfloat16" else "float32"
    return f"PyTorch, {kind}"


def serve_training(settings, channel):
    """Rounds of so many steps of one training run."""
    torch.manual_seed(0)
    tokens, labels = data.split(settings["project"], "train")
    labels = torch.tensor(labels)
    batches = data.plan(settings["scratch"])["batches"]
    model = models.load(settings["project"] + "/models/teacher")
    loop = Loop(model, settings["precision"], EPOCHS * len(batches))
    channel.ready(label(settings))
    at = 0
    while channel.next_round():
        count, start = 0, time.perf_counter()
        for _ in range(settings["steps"]):
            rows = batches[at % len(batches)]
            count += loop.step([tokens[row] for row in rows], labels[rows])
            at += 1
        spent = time.perf_counter() - start
        channel.report(tokens_per_second=count / spent, seconds_per_step=spent / settings["steps"])


def peak_megabytes():
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def serve_memory(settings, channel):
    """One short fine-tuning in a process of its own."""
    torch.manual_seed(0)
    plan = data.plan(settings["scratch"])
    tokens, labels = data.split(settings["project"], "train")
    tokens = [tokens[row] for row in plan["memoryRows"]]
    labels = torch.tensor([labels[row] for row in plan["memoryRows"]])
    valid = data.split(settings["project"], "valid")[0][: plan["memoryValidation"]]
    model = models.load(settings["project"] + "/models/teacher")
    loop = Loop(model, settings["precision"], sum(map(len, plan["memoryEpochs"])))
    channel.ready(label(settings), f"PyTorch holds {peak_megabytes():.0f} MB before the first step")
    if not channel.next_round():
        return
    for batches in plan["memoryEpochs"]:
        model.train()
        for rows in batches:
            loop.step([tokens[row] for row in rows], labels[rows])
        logits(model, valid, settings["precision"])
        # The best epoch goes to disk on both sides, so that neither holds it in memory.
        torch.save(model.state_dict(), settings["scratch"] + "/memory-kept.pt")
    channel.report(megabytes=peak_megabytes())
