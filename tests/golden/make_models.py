"""Golden values for the learners, calibrations and figures of statistical models.

Made with scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6:
    python tests/golden/make_models.py > tests/golden/models.json
"""

import json
import warnings

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")


def table(seed, classes, sizes, width, apart):
    """Correlated normal features whose means differ between classes; six digits, as they are written."""
    rng = np.random.default_rng(seed)
    mix = np.eye(width) + 0.3 * rng.normal(size=(width, width))
    centres = apart * rng.normal(size=(classes, width))
    y = np.repeat(np.arange(classes), sizes)
    x = centres[y] + rng.normal(size=(len(y), width)) @ mix
    order = rng.permutation(len(y))
    return np.round(x[order], 6), y[order]


def weights(y):
    """Classes weigh the same; the sum is 1 (every row is a subject of its own)."""
    count = np.bincount(y)
    return 1.0 / (len(count) * count[y])


def listed(a):
    return np.asarray(a, dtype=float).ravel().tolist()


out = {"logistic": [], "lda": [], "tree": [], "forest": [], "figures": []}

for classes, sizes, ridge in [(3, [40, 25, 55], 0.1), (3, [30, 30, 30], 0.001), (2, [50, 20], 0.01), (4, [20] * 4, 1.0)]:
    x, y = table(classes * 10 + len(out["logistic"]), classes, sizes, 5, 0.8)
    # Two classes: scikit-learn penalises the one weight vector; here each class has its own, of half the size.
    c = (2 if classes == 2 else 1) / ridge
    fit = LogisticRegression(C=c, tol=1e-12, max_iter=100000, solver="newton-cholesky" if classes == 2 else "lbfgs")
    fit.fit(x, y, sample_weight=weights(y))
    out["logistic"].append(
        {"classes": classes, "ridge": ridge, "x": listed(x), "y": y.tolist(), "p": listed(fit.predict_proba(x))}
    )

for classes, sizes, shrinkage in [(3, [40, 25, 55], 0.3), (2, [15, 30], 0.05), (4, [12] * 4, 0.9)]:
    x, y = table(100 + classes, classes, sizes, 6, 0.7)
    fit = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage, priors=[1 / classes] * classes).fit(x, y)
    out["lda"].append(
        {"classes": classes, "shrinkage": shrinkage, "x": listed(x), "y": y.tolist(), "p": listed(fit.predict_proba(x))}
    )

# Depths at which no two features split equally well: either may be taken then.
for classes, sizes, depth, least in [(3, [80, 80, 80], 2, 0.048), (2, [120, 60], 4, 0.08)]:
    x, y = table(200 + classes, classes, sizes, 4, 0.9)
    new = table(300 + classes, classes, sizes, 4, 0.9)[0]
    fit = DecisionTreeClassifier(max_depth=depth, min_weight_fraction_leaf=least, random_state=0)
    fit.fit(x, y, sample_weight=weights(y))
    out["tree"].append(
        {
            "classes": classes,
            "depth": depth,
            "least_share": least,
            "x": listed(x),
            "y": y.tolist(),
            "new": listed(new),
            "p": listed(fit.predict_proba(new)),
        }
    )

for classes, sizes in [(3, [150, 150, 150]), (2, [200, 200])]:
    x, y = table(400 + classes, classes, sizes, 9, 0.5)
    new = table(500 + classes, classes, [40] * classes, 9, 0.5)[0]
    p = np.mean(
        [
            RandomForestClassifier(500, min_weight_fraction_leaf=0.01, max_features=3, random_state=s).fit(x, y).predict_proba(new)
            for s in range(4)
        ],
        axis=0,
    )
    out["forest"].append({"classes": classes, "x": listed(x), "y": y.tolist(), "new": listed(new), "p": listed(p)})

# Calibration: a model that is too sure, 80 subjects of two classes of unequal size.
rng = np.random.default_rng(7)
y = (np.arange(80) % 8 < 3).astype(int)
logit = np.round(3.0 * (2 * y - 1) + 5.0 * rng.normal(size=80) + 1.0, 6)
p1 = np.clip(np.round(1 / (1 + np.exp(-logit)), 6), 0.001, 0.999)
w = weights(y)
z = np.log(p1) - np.log1p(-p1)


def nll(q):
    return -np.sum(w * (target * np.log(q) + (1 - target) * np.log1p(-q)))


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


up, down = (y.sum() + 1) / (y.sum() + 2), 1 / ((1 - y).sum() + 2)
target = np.where(y == 1, up, down)
t = minimize_scalar(lambda u: nll(sigmoid(z / np.exp(u))), bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-12})
platt = minimize(
    lambda ab: np.sum(w * (np.logaddexp(0, -(ab[0] * z + ab[1])) + (1 - target) * (ab[0] * z + ab[1]))),
    [1.0, 0.0],
    method="BFGS",
    options={"gtol": 1e-12},
)
isotonic = IsotonicRegression(out_of_bounds="clip").fit(p1, y, sample_weight=w)
grid = np.linspace(0, 1, 101)
out["calibration"] = {
    "p": listed(p1),
    "y": y.tolist(),
    "temperature": float(np.exp(t.x)),
    "platt": listed(platt.x),
    "grid": listed(grid),
    "isotonic": listed(isotonic.predict(grid)),
}

for classes, n in [(2, 75), (3, 90), (5, 60)]:
    rng = np.random.default_rng(classes)
    y = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    p = rng.dirichlet(np.ones(classes), n) + 0.6 * np.eye(classes)[y] * rng.random((n, 1))
    p = p / p.sum(axis=1, keepdims=True)
    w = weights(y)
    out["figures"].append(
        {
            "classes": classes,
            "p": listed(p),
            "y": y.tolist(),
            "balanced_accuracy": balanced_accuracy_score(y, p.argmax(axis=1)),
            "auc": roc_auc_score(y, p[:, 1]) if classes == 2 else roc_auc_score(y, p, multi_class="ovr", average="macro"),
            "log_loss": log_loss(y, p, sample_weight=w),
            "brier": float(np.sum(w * ((p - np.eye(classes)[y]) ** 2).sum(axis=1))),
        }
    )

print(json.dumps(out))
