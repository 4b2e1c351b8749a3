"""Scores from classifiers, which are trained on the first two thirds of the rows and tested on the last third."""

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from infotheory import entropy

from ._checks import Array, as_levels, as_numbers, require_levels
from .given import FOR_CLASSIFIERS, codes_and_factors
from .information import top_gap

WIDE = 10.0  # above this standard deviation of a latent, its scale no longer changes `sap`
FLAT = 1e-12  # at most this variance, a latent has no correlation with a factor, as in the reference


class DCI(NamedTuple):
    """The three scores of `dci`, each at most 1."""

    disentanglement: float
    completeness: float
    informativeness: float


def sap(codes: Array, factors: Array, *, continuous_factors: bool = False) -> float:
    """Separated attribute predictability: the gap of MIG, with test accuracies in place of mutual informations.

        SAP = 1/k Σ_v (accuracy of the best latent - accuracy of the second best)

    of a linear support vector machine on one latent (C = .01, balanced classes). SAP lies between 0 and 1. It does not
    change if latents are permuted or shifted. On a small scale of a latent, the penalty C makes SAP depend on the
    scale. A latent whose standard deviation is above 10 is scaled down to 10, so that the fit converges; the penalty
    has no effect there.

    With `continuous_factors=True`, the factors are any finite real numbers, and the squared correlation of a latent and
    a factor, cov² / (var var) over the first two thirds of the rows, replaces the accuracy. A latent whose variance is
    at most 1e-12 has correlation 0. No other scale matters. Ceiling: 1. Blind spot: only linear dependence counts.

    Ceiling: far below 1, and higher with more rows, since C weights the sum of all rows' losses. A threshold on one
    latent separates the outermost levels of a factor from the others, but few of the levels between. Codes that equal
    dSprites' five factors score about .2. Blind spots: this ceiling, and those of MIG.
    Source: Kumar et al., Variational Inference of Disentangled Latent Concepts from Unlabeled Observations (2018), §3.
    """
    from sklearn.svm import LinearSVC

    read = as_numbers if continuous_factors else as_levels
    codes, factors = codes_and_factors(codes, factors, FOR_CLASSIFIERS, latents=2, read=read)
    if continuous_factors:
        return float(top_gap(_squared_correlations(codes, factors)).mean())
    accuracies = np.zeros((codes.shape[1], factors.shape[1]))
    for k, (train, test, v_train, v_test) in enumerate(thirds(codes, factors)):
        centre, scale = train.mean(axis=0), np.maximum(train.std(axis=0) / WIDE, 1)
        train, test = (train - centre) / scale, (test - centre) / scale
        for j in range(codes.shape[1]):
            machine = LinearSVC(C=0.01, class_weight="balanced", random_state=0)
            accuracies[j, k] = machine.fit(train[:, [j]], v_train).score(test[:, [j]], v_test)
    return float(top_gap(accuracies).mean())


def _squared_correlations(codes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """cov(z_j, v_k)² / (var(z_j) var(v_k)) of the training rows: [d, k]; 0 of a latent of no variance."""
    n = 2 * len(codes) // 3
    require_levels(factors[:n], f"the first {n} rows, from which correlations are computed")
    varies = (codes[:n].min(axis=0) < codes[:n].max(axis=0)) & (codes[:n].var(axis=0, ddof=1) > FLAT)
    z, v = (part - part.mean(axis=0) for part in (codes[:n], factors[:n]))
    v = v / abs(v).max(axis=0)  # so that the squares of the smallest numbers are not 0
    z, v = z / np.where(varies, np.linalg.norm(z, axis=0), np.inf), v / np.linalg.norm(v, axis=0)
    return np.minimum((z.T @ v) ** 2, 1)


def explicitness(codes: Array, factors: Array) -> float:
    """Explicitness: how well a linear classifier predicts each level of each factor from all latents together.

        1/k Σ_v mean over levels of v of the area under the ROC curve of that level against the others

    of multinomial logistic regression on codes scaled to mean 0 and variance 1. The score is at most 1; chance level is
    .5. A level that the test rows lack has no curve and is left out. The score does not change if latents are permuted,
    shifted or scaled.

    Ceiling: 1. Blind spot: the score measures how much all latents encode together, so a rotation changes it only
    through the penalty.
    Source: Ridgeway & Mozer (2018), §3.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    codes, factors = codes_and_factors(codes, factors, FOR_CLASSIFIERS)
    areas = []
    for train, test, v_train, v_test in thirds(codes, factors):
        centre, scale = train.mean(axis=0), train.std(axis=0)
        scale = np.where(scale > 0, scale, 1)
        classifier = quietly(LogisticRegression(), (train - centre) / scale, v_train)
        probabilities = classifier.predict_proba((test - centre) / scale)
        levels = [(column, v_test == v) for column, v in enumerate(classifier.classes_) if (v_test == v).any()]
        areas.append(np.mean([roc_auc_score(own, probabilities[:, column]) for column, own in levels]))
    return float(np.mean(areas))


def dci(codes: Array, factors: Array, *, booster: str = "gradient") -> DCI:
    """Disentanglement, completeness and informativeness, from the importance of each latent for boosted trees.

    With R [d, k], the importance of each latent for each factor, and H_n the entropy in units of log n,

        disentanglement = Σ_i ρ_i (1 - H_k(row i of R)),       ρ_i the share of row i in R,
        completeness    = Σ_v ρ_v (1 - H_d(column v of R)),    ρ_v the share of column v,
        informativeness = mean test accuracy.

    `booster="gradient"` is the reference, scikit-learn's `GradientBoostingClassifier()` with its impurity importances.
    It has 100 trees of depth 3 for each level and takes minutes for dSprites' 113 levels and 10,000 rows. "histogram"
    is fast: `HistGradientBoostingClassifier` with the same number, depth and rate of trees, on codes in 255 bins. Its
    importances are the gains summed over splits (Friedman, 2001, §8.1). Latents that split the training rows alike
    share the gain of the split. On the calibration data the two agree within .04.

    The scores lie between 0 and 1. They do not change if latents are permuted, shifted or scaled. Ceiling: 1 for the
    first two, even with collapsed latents; informativeness is 1 if every level is predicted. Blind spot: trees of
    depth 3 cut along the axes, so a rotation lowers informativeness, too. Disentanglement ignores a factor in two
    latents; completeness ignores two factors in one latent. Compare only scores of one booster.
    Source: Eastwood & Williams, A Framework for the Quantitative Evaluation of Disentangled Representations (2018).
    """
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    if booster not in ("gradient", "histogram"):
        raise ValueError(f'found booster={booster!r}, expected "gradient" or "histogram"')
    codes, factors = codes_and_factors(codes, factors, FOR_CLASSIFIERS, latents=2, factors_needed=2)
    importances, accuracies = np.zeros((codes.shape[1], factors.shape[1])), []
    with threadpool_limits(1):  # trees so small are slower on two threads, ten times so on a busy machine
        for k, (train, test, v_train, v_test) in enumerate(thirds(codes, factors)):
            if booster == "gradient":
                trees = GradientBoostingClassifier(random_state=0).fit(train, v_train)
                importances[:, k] = trees.feature_importances_
            else:
                trees = HistGradientBoostingClassifier(max_depth=3, early_stopping=False, random_state=0)
                importances[:, k] = _gains(trees.fit(train, v_train), train)
            accuracies.append(trees.score(test, v_test))
    return DCI(_concentration(importances), _concentration(importances.T), float(np.mean(accuracies)))


def _gains(trees, x: np.ndarray) -> np.ndarray:
    """The gain of all splits on each latent of the training codes `x` [n, d], as shares: [d].

    scikit-learn stores the gains without a public name. If several latents can send the same rows to each side of a
    split, their gains are equal, and the tree uses the first of these latents. Here they share the gain.
    """
    gains, columns = np.zeros(x.shape[1]), np.ascontiguousarray(x.T)
    for tree in (tree for iteration in trees._predictors for tree in iteration):
        nodes = {name: tree.nodes[name].tolist() for name in ("feature_idx", "num_threshold", "left", "right", "gain")}
        is_leaf, to_do = tree.nodes["is_leaf"], [(0, np.arange(len(x)))]
        while to_do:
            i, rows = to_do.pop()
            if is_leaf[i]:
                continue
            latent = nodes["feature_idx"][i]
            is_left = columns[latent, rows] <= nodes["num_threshold"][i]
            left, right = rows[is_left], rows[~is_left]
            equal = _separating(x, left[:20], right[:20])  # a quick test that rules out nearly all others
            if equal.sum() > 1:
                equal = _separating(x, left, right)
            equal[latent] = True
            gains[equal] += nodes["gain"][i] / equal.sum()
            to_do += [(nodes["left"][i], left), (nodes["right"][i], right)]
    return gains / (gains.sum() or 1)


def _separating(x: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whether each latent has all rows of `left` on one side of some threshold and those of `right` beyond it: [d]."""
    left, right = x[left], x[right]
    return (left.max(axis=0) < right.min(axis=0)) | (left.min(axis=0) > right.max(axis=0))


def _concentration(importances: np.ndarray) -> float:
    """1 - the entropy of each row in units of its log length, weighted by the row's share of the whole."""
    shares = importances + 1e-11  # as in the reference: a row of zeros becomes uniform and scores 0
    shares = shares / shares.sum(axis=1, keepdims=True)
    weights = importances.sum(axis=1) / (importances.sum() or 1)
    return float(weights @ (1 - entropy(shares, base=shares.shape[1])))


def thirds(codes: np.ndarray, factors: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """For each factor, the codes of the first two thirds of the rows and of the last third, and the factor's values."""
    n = 2 * len(codes) // 3
    require_levels(factors[:n], f"the first {n} rows, from which classifiers learn")
    require_levels(factors[n:], f"the last {len(factors) - n} rows, on which classifiers are tested")
    for k, values in enumerate(factors.T):
        if not np.isin(values[n:], values[:n]).any():
            raise ValueError(f"found no value of factor {k} in both parts of the rows, expected rows in random order")
        yield codes[:n], codes[n:], values[:n], values[n:]


def quietly(classifier, x: np.ndarray, y: np.ndarray):
    """Fit without a warning if the optimiser stops at its last iteration, as in the reference."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return classifier.fit(x, y)
