"""Makes the fixtures of TrainingTests with PyTorch and scikit-learn: python make_training.py

Writes losses.json, adamw.json, metrics.json and ngrams.json beside this script.
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, confusion_matrix, f1_score, log_loss

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, value):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump(value, f, indent=1, ensure_ascii=False)
        f.write("\n")


def flat(t):
    return [float(x) for x in t.detach().double().flatten()]


def losses():
    g = torch.Generator().manual_seed(3)
    cases = []
    weighted = torch.Generator().manual_seed(4)
    settings = [
        ("labels alone", 2, [0, 1, 1, 0], None),
        ("labels alone, some missing", 3, [2, -1, 0, -1], None),
        ("teacher and labels", 2, [0, 1, 1, 0], (0.7, 4.0)),
        ("teacher and some labels", 3, [2, -1, 0, -1], (0.5, 2.0)),
        ("teacher without labels", 2, [-1, -1, -1, -1], (0.7, 4.0)),
        ("teacher alone", 4, [0, 1, 2, 3], (1.0, 1.0)),
        ("weighted labels", 3, [2, 0, -1, 2, 1], None, [0.5, 4.0, 1.25]),
        ("teacher and weighted labels", 3, [0, 0, 2, -1], (0.4, 3.0), [0.25, 2.0, 1.5]),
    ]
    for name, classes, labels, soft, *weights in settings:
        source = weighted if weights else g
        z = (torch.randn(len(labels), classes, generator=source) * 3).requires_grad_()
        t = torch.randn(len(labels), classes, generator=source) * 3
        w = torch.tensor(weights[0], dtype=torch.float64) if weights else None
        y = torch.tensor(labels)
        zd, td = z.double(), t.double()
        ce = F.cross_entropy(zd, y, weight=w, ignore_index=-1) if (y >= 0).any() else zd.sum() * 0
        if soft:
            a, T = soft
            kl = F.kl_div(F.log_softmax(zd / T, 1), F.softmax(td / T, 1), reduction="batchmean")
            loss = a * T * T * kl + (1 - a) * ce
        else:
            loss = ce
        loss.backward()
        cases.append(dict(
            name=name, classes=classes, labels=labels, logits=flat(z), teacher=flat(t) if soft else None,
            weights=weights[0] if weights else [], alpha=soft[0] if soft else 0.0, temperature=soft[1] if soft else 1.0, loss=float(loss.detach()),
            gradient=flat(z.grad)))
    a = torch.randn(6, generator=g, dtype=torch.float64).requires_grad_()
    b = torch.randn(6, generator=g)
    d = 1 - F.cosine_similarity(a[None], b.double()[None])[0]
    d.backward()
    write("losses.json", dict(cases=cases, cosine=dict(
        a=flat(a), b=flat(b), distance=float(d.detach()), gradient=flat(a.grad))))


def adamw():
    """Three steps on a matrix (decays), a vector (does not) and a second matrix."""
    g = torch.Generator().manual_seed(5)
    shapes = [("a.weight", [5, 7]), ("a.bias", [5]), ("b.weight", [3, 11])]
    ps = [torch.nn.Parameter(torch.randn(s, generator=g)) for _, s in shapes]
    start = [x for p in ps for x in flat(p)]
    lr, wd, steps, warm = 0.01, 0.1, 3, 0.4
    rise = int(np.ceil(steps * warm))
    opt = torch.optim.AdamW([
        dict(params=[p for p in ps if p.dim() > 1], weight_decay=wd),
        dict(params=[p for p in ps if p.dim() == 1], weight_decay=0.0)], lr=lr)
    sched = torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: (s + 1) / rise if s < rise else (steps - s) / (steps - rise))
    rows = []
    for scale in (3.0, 0.05, 1.0):  # clipped, not clipped, clipped
        grads = []
        for p in ps:
            p.grad = torch.randn(p.shape, generator=g) * scale
            grads += flat(p.grad)
        norm = torch.nn.utils.clip_grad_norm_(ps, 1.0)
        rate = opt.param_groups[0]["lr"]
        opt.step()
        sched.step()
        rows.append(dict(gradients=grads, norm=float(norm), rate=rate,
                         parameters=[x for p in ps for x in flat(p)]))
    moments = [opt.state[p] for p in ps]
    write("adamw.json", dict(
        names=[n for n, _ in shapes], shapes=[s for _, s in shapes], start=start, rate=lr, decay=wd,
        warmup=warm, clip=1.0, steps=rows, first=[x for m in moments for x in flat(m["exp_avg"])],
        second=[x for m in moments for x in flat(m["exp_avg_sq"])]))


def calibration_error(p, y, bins=15):
    top, hit = p.max(1), p.argmax(1) == y
    total = 0.0
    for k in range(bins):
        inside = (top > k / bins) & (top <= (k + 1) / bins)
        if inside.any():
            total += abs(hit[inside].mean() - top[inside].mean()) * inside.mean()
    return float(total)


def metrics():
    rng = np.random.default_rng(7)
    cases = []
    for classes, n in ((2, 60), (4, 80)):
        y = rng.integers(0, classes, n)
        if classes == 4:
            y[y == 3] = 0  # a class that never occurs
        z = rng.normal(size=(n, classes)).astype(np.float32) * 2
        z[np.arange(n), y] += 1
        p = torch.softmax(torch.tensor(z).double(), 1).numpy()
        got = z.argmax(1)
        labels = list(range(classes))
        cases.append(dict(
            classes=classes, labels=y.tolist(), logits=[float(v) for v in z.flatten()],
            accuracy=accuracy_score(y, got),
            macro_f1=f1_score(y, got, labels=labels, average="macro", zero_division=0),
            confusion=confusion_matrix(y, got, labels=labels).tolist(),
            calibration_error=calibration_error(p, y),
            brier=brier_score_loss(y, p, labels=labels, scale_by_half=False),
            nll=log_loss(y, p, labels=labels)))
    write("metrics.json", cases)


TEXTS = [
    ("A warm, funny, engaging film.", 1), ("Dull and lifeless: a bad film.", 0),
    ("Funny, FUNNY and warm!", 1), ("The plot is dull; the jokes are bad.", 0),
    ("Été à Paris, un film engaging", 1), ("a b c 42 lifeless jokes x_y", 0),
    ("An engaging plot, warm jokes, x_y 42", 1), ("bad bad bad film", 0),
    ("engaging film about été", 1), ("the jokes are lifeless", 0), ("", 0),
    ("Ωραία ταινία – ½ funny ²³", 1), ("Ωραία ταινία but dull", 0), ("don't-miss warm film", 1),
]


def ngrams():
    texts = [t for t, _ in TEXTS]
    y = [c for _, c in TEXTS]
    v = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    x = v.fit_transform(texts)
    y3 = [(i * 7) % 3 for i in range(len(y))]
    m = LogisticRegression(C=3, max_iter=5000, tol=1e-10).fit(x, y)
    m3 = LogisticRegression(C=3, max_iter=5000, tol=1e-10).fit(x, y3)
    new = ["funny film", "a dull, dull plot", "unseen words only", "Warm jokes are bad"]
    wide = lambda s: [float(t) for t in np.asarray(s).flatten()]
    write("ngrams.json", dict(
        texts=texts, labels=y, labels3=y3, penalty=3.0,
        grams=sorted(v.vocabulary_, key=lambda w: w.encode()), new=new,
        rows=[sorted([[float(a) for a in r.data]][0]) for r in v.transform(new)],
        decision=wide(m.decision_function(v.transform(new))),
        decision3=wide(torch.log_softmax(torch.tensor(m3.decision_function(v.transform(new))), 1))))


losses()
adamw()
metrics()
ngrams()
