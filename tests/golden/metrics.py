"""Makes GpuQuant.Tests/Golden/metrics.json: what scikit-learn, statsmodels and Python's whole numbers say about small cases.

Run it with Python 3 and these packages; the tests read the file and need none of them. Scores and labels follow a formula that the test
repeats (Spread of PyTorchGolden), so that the file holds only what is to be compared.
"""
import json
import pathlib
from fractions import Fraction
from math import comb

import numpy as np
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve
from statsmodels.stats.multitest import multipletests

# Name, inputs, how strongly the score decides, the step of its values, its scale.
CASES = [("overlapping", 400, 1, 1, 1), ("sharp", 240, 6, 1, 1), ("separable", 90, 1000, 1, 1), ("stepped", 500, 2, 8192, 1),
         ("small", 300, 1, 1, 1 / 1024)]


def spread(stream, count):
    """16 bits per element: the middle of a product modulo 2^32."""
    i = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(7919 * stream)
    return (((i * np.uint64(2654435761)) % np.uint64(1 << 32) >> np.uint64(8)) & np.uint64(0xFFFF)).astype(np.int64)


def case(stream, count, strength, step, scale):
    u, v = spread(2 * stream, count), spread(2 * stream + 1, count)
    return (u // step * step) / 65536 * scale, strength * u + v > (strength + 1) * 32768


def tnr(truths, scores, rate=0.95):
    fpr, tpr, _ = roc_curve(truths, scores, drop_intermediate=False)
    return 1 - fpr[np.argmin(np.abs(tpr - rate))]


def logistic(stream, count, strength, step, scale):
    x, y = case(stream, count, strength, step, scale)
    exact = dict(solver="newton-cholesky", tol=1e-13, max_iter=10000)
    fits = []
    for c in (1e-4, 1.0, 1e4):
        fit = LogisticRegression(C=c, **exact).fit(x[:, None], y)
        fits.append([c, fit.coef_[0, 0], fit.intercept_[0]])
    train = count * 9 // 10
    cv = LogisticRegressionCV(Cs=10, cv=3, **exact).fit(x[:train, None], y[:train])
    scores = cv.decision_function(x[train:, None])
    return {"fits": fits, "cv": [cv.C_[0], cv.coef_[0, 0], cv.intercept_[0]],
            "test": [roc_auc_score(y[train:], scores), average_precision_score(y[train:], scores), tnr(y[train:], scores)],
            "raw": [roc_auc_score(y, x), average_precision_score(y, x), tnr(y, x)]}


def mcnemar(b, c):
    """Exact: the two-sided binomial test with one half, in whole numbers."""
    tail = sum(comb(b + c, k) for k in range(min(b, c) + 1))
    return min(1.0, float(Fraction(2 * tail, 2 ** (b + c))))


def statistics():
    tables = [(0, 0), (3, 11), (12, 12), (1, 23), (5, 20), (40, 61), (100, 260), (3000, 3100)]
    values = np.array([0.01, 0.04, 0.03, 0.005, 0.5, 0.04, 1.0, 0.0005])
    return {"mcnemar": [[b, c, mcnemar(b, c)] for b, c in tables],
            "p_values": values.tolist(), "adjusted": multipletests(values, method="fdr_bh")[1].tolist()}


if __name__ == "__main__":
    golden = {name: logistic(stream, *rest) for stream, (name, *rest) in enumerate(CASES, 200)}
    golden["statistics"] = statistics()
    path = pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "metrics.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")
