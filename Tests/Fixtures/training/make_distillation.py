"""Makes distillation.json, the losses on token states, with PyTorch: python make_distillation.py

Everything is computed in double precision from inputs that float32 holds exactly.
"""
import json
import os

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)
G = torch.Generator().manual_seed(11)


def draw(*shape, deviation=1.0):
    return (torch.randn(*shape, generator=G) * deviation).double()


def flat(t):
    return [float(x) for x in t.detach().flatten()]


def projections():
    """Three pairs of states of widths 6 and 10, seven tokens."""
    weight, tokens, narrow, wide = 0.7, 7, 6, 10
    states = [draw(tokens, narrow).requires_grad_() for _ in range(3)]
    targets = [draw(tokens, wide) for _ in range(3)]
    maps = [torch.nn.Linear(narrow, wide, bias=False).double() for _ in range(3)]
    for m in maps:
        m.weight.data = draw(wide, narrow, deviation=0.5)
    loss = weight * sum(F.mse_loss(m(s), t) for m, s, t in zip(maps, states, targets)) / 3
    loss.backward()
    return dict(
        weight=weight, tokens=tokens, student_width=narrow, teacher_width=wide,
        states=[flat(s) for s in states], targets=[flat(t) for t in targets],
        matrices=[flat(m.weight) for m in maps], loss=float(loss.detach()),
        gradients=[flat(s.grad) for s in states], matrix_gradients=[flat(m.weight.grad) for m in maps])


def relations():
    """Four texts of different lengths, packed; models of other widths and other own heads."""
    weight, heads, lengths, narrow, wide = 0.9, 2, [1, 4, 2, 6], 6, 8
    total = sum(lengths)
    student = draw(total, 3 * narrow, deviation=1.5).requires_grad_()
    teacher = draw(total, 3 * wide, deviation=1.5)

    def scores(states, width, part, first, length):
        x = states[first:first + length, part * width:(part + 1) * width]
        x = x.reshape(length, heads, width // heads).transpose(0, 1)
        return x @ x.transpose(1, 2) / (width // heads) ** 0.5

    loss, first = 0.0, 0
    for length in lengths:
        for part in range(3):
            ours = F.log_softmax(scores(student, narrow, part, first, length), -1)
            theirs = F.log_softmax(scores(teacher, wide, part, first, length), -1)
            kl = F.kl_div(ours, theirs, reduction="none", log_target=True).sum(-1).mean()
            loss = loss + weight * kl / 3 / len(lengths)
        first += length
    loss.backward()
    return dict(
        weight=weight, heads=heads, lengths=lengths, student_width=narrow, teacher_width=wide,
        student=flat(student), teacher=flat(teacher), loss=float(loss.detach()),
        gradient=flat(student.grad))


def teachers():
    """The mean of three teachers' probabilities at a temperature, and what a student is to learn."""
    temperature = 3.0
    logits = [draw(5, 3, deviation=4.0) for _ in range(3)]
    shares = sum(F.softmax(t / temperature, 1) for t in logits) / 3
    return dict(
        temperature=temperature, classes=3, logits=[flat(t) for t in logits],
        mean=flat(sum(logits) / 3), probabilities=flat(shares))


with open(os.path.join(HERE, "distillation.json"), "w") as f:
    json.dump(dict(projection=projections(), relation=relations(), teachers=teachers()), f, indent=1)
    f.write("\n")
