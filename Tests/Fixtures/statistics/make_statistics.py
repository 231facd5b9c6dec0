"""Makes the fixture of StatisticsTests with SciPy, statsmodels and scikit-learn: python make_statistics.py

Writes statistics.json beside this script. What none of the three has (the score statistic of paired
shares) is found by maximising the likelihood numerically, not by the closed form that is tested.
"""
import json
import os
import warnings

import numpy as np
from scipy import optimize, special, stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import f1_score, log_loss
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

HERE = os.path.dirname(os.path.abspath(__file__))
warnings.filterwarnings("ignore")


def normal():
    x = [-38.0, -12.5, -5.0, -1.96, -0.3, 0.0, 0.7, 1.0, 3.3, 8.0]
    p = [1e-300, 1e-100, 1e-20, 1e-8, 0.001, 0.025, 0.31, 0.5, 0.8, 0.95, 0.975, 0.999, 1 - 1e-9]
    return dict(
        below=[dict(x=v, p=float(stats.norm.cdf(v))) for v in x],
        quantile=[dict(p=v, x=float(stats.norm.ppf(v))) for v in p])


def binomial():
    cases = []
    for n, p in [(0, 0.5), (1, 0.5), (7, 0.5), (35, 0.5), (400, 0.5), (1557, 0.84), (200, 0.01),
                 (1_000_000, 0.5), (50, 0.0), (50, 1.0)]:
        d = stats.binom(n, p)
        mid, sd = n * p, max(1.0, (n * p * (1 - p)) ** 0.5)
        ks = sorted({int(min(max(round(mid + z * sd), 0), n)) for z in (-9, -6, -3, -1, 0, 1, 3, 6)} | {0, n})
        for k in ks:
            cases.append(dict(trials=n, probability=p, successes=k, exactly=float(d.pmf(k)),
                              at_most=float(d.cdf(k)), at_least=float(d.sf(k - 1))))
    return cases


def wilson():
    return [
        dict(successes=k, trials=n, confidence=c,
             **dict(zip(("low", "high"), map(float, proportion_confint(k, n, 1 - c, method="wilson")))))
        for k, n in [(1056, 1200), (0, 10), (10, 10), (1, 2), (3, 40), (1321, 1557), (999_999, 1_000_000)]
        for c in (0.8, 0.95, 0.99)]


def tests_of_pairs():
    cases = []
    for gained, lost in [(10, 25), (25, 10), (0, 0), (0, 1), (0, 6), (8, 8), (3, 12), (150, 203), (1000, 1100)]:
        exact = mcnemar([[5, gained], [lost, 5]], exact=True).pvalue
        k, n = min(gained, lost), gained + lost
        mid = 1.0 if gained == lost else exact - stats.binom.pmf(k, n, 0.5)
        cases.append(dict(gained=gained, lost=lost, exact=float(exact), mid=float(mid)))
    return cases


def constrained(gained, lost, n, d):
    """The likeliest rate of losses if gains minus losses is d, by maximising the likelihood."""
    low, high = max(0.0, -d), (1 - d) / 2

    def surprise(q):
        rest = n - gained - lost
        return -(special.xlogy(gained, q + d) + special.xlogy(lost, q) + special.xlogy(rest, 1 - d - 2 * q))

    def slope(q):
        return gained / (q + d) + lost / q - 2 * (n - gained - lost) / (1 - d - 2 * q)

    eps = 1e-14
    a, b = low + eps, high - eps
    if slope(a) <= 0:
        return low
    if slope(b) >= 0:
        return high
    q = optimize.brentq(slope, a, b, xtol=1e-16, rtol=8.9e-16)
    assert surprise(q) <= min(surprise(max(q * 0.99, a)), surprise(min(q * 1.01, b))) + 1e-9
    return q


def score(gained, lost, n, d):
    q = constrained(gained, lost, n, d)
    return (gained - lost - n * d) / (n * (2 * q + d - d * d)) ** 0.5


def paired_differences():
    cases = []
    for n, gained, lost, margin in [
            (1200, 20, 26, 0.01), (1557, 60, 73, 0.015), (1557, 60, 73, 0.03), (200, 1, 9, 0.02),
            (50, 0, 4, 0.05), (300, 5, 0, 0.015), (1000, 150, 40, 0.05), (40, 12, 15, 0.2), (1557, 10, 90, 0.015)]:
        net = gained - lost
        wald = (net + n * margin) / (gained + lost - net * net / n) ** 0.5
        z = score(gained, lost, n, -margin)
        ends = {}
        for confidence in (0.9, 0.95):
            c = stats.norm.ppf(0.5 + confidence / 2)
            at = net / n
            ends[confidence] = [
                optimize.brentq(lambda d: score(gained, lost, n, d) - c, -0.999, at, xtol=1e-13),
                optimize.brentq(lambda d: score(gained, lost, n, d) + c, at, 0.999, xtol=1e-13)]
        cases.append(dict(
            rows=n, gained=gained, lost=lost, margin=margin, wald=float(wald), score=float(z),
            not_worse=float(stats.norm.sf(z)),
            not_better=float(stats.norm.cdf(score(gained, lost, n, margin))),
            ninety=ends[0.9], ninety_five=ends[0.95]))
    return cases


def runs(rng):
    """Differences of rows, each the mean over some runs: the statistic of a t-test, its p-value by the normal."""
    cases = []
    for rows, runs, margin, alike in [(300, 3, 0.015, 0.93), (1557, 3, 0.015, 0.93), (80, 5, 0.05, 0.6)]:
        reference = rng.random((rows, runs)) < 0.85
        model = np.where(rng.random((rows, runs)) < alike, reference, rng.random((rows, runs)) < 0.8)
        d = np.round((model.astype(float) - reference).mean(1), 6)
        t = stats.ttest_1samp(d, -margin).statistic
        se = stats.sem(d)
        z = stats.norm.ppf(0.95)
        cases.append(dict(differences=d.tolist(), margin=margin, not_worse=float(stats.norm.sf(t)),
                          low=float(d.mean() - z * se), high=float(d.mean() + z * se)))
    return cases


def holm():
    lists = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9], [1e-5, 0.011, 0.02, 0.4, 1.0, 0.012], []]
    return [dict(raw=p, adjusted=[float(v) for v in multipletests(p, method="holm")[1]] if p else []) for p in lists]


def bootstrap(rng):
    cases = []
    for name, data, statistic in [
            ("mean of a skewed sample", rng.exponential(size=40), np.mean),
            ("median", rng.normal(size=31), np.median),
            ("a share", (rng.random(60) < 0.85).astype(float), np.mean)]:
        without = [float(statistic(np.delete(data, i))) for i in range(len(data))]
        for method in ("percentile", "BCa"):
            found = stats.bootstrap((data,), statistic, n_resamples=199, method=method, vectorized=False,
                                    random_state=np.random.default_rng(5))
            cases.append(dict(
                name=name, method=method.lower(), estimate=float(statistic(data)), without=without,
                resampled=[float(v) for v in found.bootstrap_distribution],
                low=float(found.confidence_interval.low), high=float(found.confidence_interval.high)))
    return cases


def resampled_f1(rng):
    """Macro F1 of 300 rows with SciPy's interval of many resamples, to compare an own one with."""
    labels = rng.integers(0, 3, 300)
    predicted = np.where(rng.random(300) < 0.7, labels, rng.integers(0, 3, 300))

    def statistic(index):
        return f1_score(labels[index], predicted[index], average="macro", labels=[0, 1, 2])

    found = stats.bootstrap((np.arange(300),), statistic, n_resamples=3000, method="BCa", vectorized=False,
                            random_state=np.random.default_rng(6))
    return dict(labels=labels.tolist(), predicted=predicted.tolist(), estimate=float(statistic(np.arange(300))),
                low=float(found.confidence_interval.low), high=float(found.confidence_interval.high))


def reliability(rng):
    confidence = np.round(0.5 + 0.5 * rng.random(200) ** 0.5, 3)
    confidence[:4] = [0.6, 0.6, 0.8, 1.0]
    right = rng.random(200) < confidence - 0.1
    edges = np.linspace(0, 1, 11)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, 9)
    wide = [[int((place == b).sum()), float(confidence[place == b].mean()) if (place == b).any() else 0.0,
             float(right[place == b].mean()) if (place == b).any() else 0.0] for b in range(10)]
    true, mean = calibration_curve(right, confidence, n_bins=10, strategy="uniform")
    assert np.allclose([b[2] for b in wide if b[0]], true) and np.allclose([b[1] for b in wide if b[0]], mean)
    order = np.argsort(confidence, kind="stable")
    mass = [[len(part), float(confidence[part].mean()), float(right[part].mean())]
            for part in np.array_split(order, 10)]

    def error(bins):
        return sum(n * abs(c - a) for n, c, a in bins) / 200

    return dict(confidences=confidence.tolist(), right=[bool(v) for v in right], equal_width=wide, equal_mass=mass,
                width_error=error(wide), mass_error=error(mass), largest=max(abs(c - a) for n, c, a in wide if n))


def temperatures(rng):
    cases = []
    for name, classes, scale, noise, rows in [
            ("too sure", 2, 4.0, 2.0, 80), ("not sure enough", 3, 0.3, 0.1, 80), ("many classes", 7, 2.0, 1.0, 60)]:
        labels = rng.integers(0, classes, rows)
        logits = rng.normal(size=(rows, classes)) * noise
        logits[np.arange(rows), labels] += scale * (rng.random(rows) < 0.8)
        logits = np.round(logits, 6)

        def nll(t):
            return log_loss(labels, special.softmax(logits / t, axis=1), labels=range(classes))

        best = optimize.minimize_scalar(
            lambda b: np.mean(special.logsumexp(logits * b, axis=1) - b * logits[np.arange(rows), labels]),
            bounds=(1 / 20, 20), method="bounded", options=dict(xatol=1e-12))
        t = 1 / best.x
        one_hot = np.eye(classes)[labels]
        cases.append(dict(
            name=name, logits=logits.tolist(), labels=labels.tolist(), temperature=float(t),
            nll=float(nll(1)), nll_scaled=float(nll(t)),
            brier=float(((special.softmax(logits, axis=1) - one_hot) ** 2).sum(1).mean()),
            brier_scaled=float(((special.softmax(logits / t, axis=1) - one_hot) ** 2).sum(1).mean())))
    return cases


def write(value):
    with open(os.path.join(HERE, "statistics.json"), "w") as f:
        f.write("{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + "\n}\n")


if __name__ == "__main__":
    rng = np.random.default_rng(11)
    write(dict(
        normal=normal(), binomial=binomial(), wilson=wilson(), pairs=tests_of_pairs(),
        differences=paired_differences(), holm=holm(), bootstrap=bootstrap(rng), macro_f1=resampled_f1(rng),
        reliability=reliability(rng), temperatures=temperatures(rng), runs=runs(rng)))
