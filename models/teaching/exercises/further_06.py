"""The exercises of further/06: the JSD of a collapsed generator, the Fréchet distance, and what D should see."""

import math

import numpy as np

import infotheory as it
from infotheory.teaching.exercise import Exercise, Experiment

from ..solutions import further_06 as solutions
from .judging_gans import frechet_distance, judge_view, success_view  # noqa: F401, the first is for the lecture

# ---- 1: the JSD after collapse


def mode_pmfs(k, j):
    """The data's pmf over k modes, and that of a generator that makes the first j of them."""
    return np.full(k, 1 / k), np.where(np.arange(k) < j, 1 / j, 0)


def _jsd(k, j):
    return it.js_divergence(*mode_pmfs(k, j))


collapse = Exercise(
    task="JSD of k modes and j of them",
    unit="nats",
    answer=solutions.collapse,
    cases=[(10, 1), (10, 5), (8, 2), (4, 4), (3, 2)],
    others=[(12, 5), (6, 1)],
    slips={
        "That is 2 JSD: the definition has a factor ½.": lambda k, j: 2 * _jsd(k, j),
        "That is V(D*, G) = 2 JSD − log 4.": lambda k, j: 2 * _jsd(k, j) - math.log(4),
        "That is KL(g‖p) = log k/j, the reverse KL: JSD compares both with their mean.": lambda k, j: math.log(k / j),
        "The modes that the generator misses are missing: each adds (1/k) log 2 before the ½.": lambda k, j: (
            _jsd(k, j) - (1 - j / k) * math.log(2) / 2
        ),
    },
    hints=[
        "A mode that both have: p = 1/k and g = 1/j. A mode that only the data have adds (1/k) log 2 to KL(p‖(p+g)/2).",
        "(1/k) / ((1/k + 1/j)/2) = 2j/(j + k), and the other way round 2k/(j + k).",
    ],
)

# ---- 2: the Fréchet distance


def _gaussians(sizes: tuple[int, ...], seed: int) -> list[tuple]:
    rng, cases = np.random.default_rng(seed), []
    for d in sizes:
        roots = rng.normal(size=(2, d, d))
        cases.append((rng.normal(size=d), roots[0] @ roots[0].T, rng.normal(size=d), roots[1] @ roots[1].T))
    return cases


_LINE = np.diag([1.0, 0.0])  # the covariance of points on a line


def _distance(root_of=None, of_mean=lambda d: d @ d, factor=2.0):
    """A slip: the Fréchet distance with something changed."""

    def by_eigenvalues(one, two):
        return np.sqrt(np.maximum(np.linalg.eigvals(one @ two).real, 0)).sum()

    def slip(mean_1, covariance_1, mean_2, covariance_2):
        cross = (root_of or by_eigenvalues)(covariance_1, covariance_2)
        return of_mean(mean_1 - mean_2) + np.trace(covariance_1) + np.trace(covariance_2) - factor * cross

    return slip


frechet = Exercise(
    task="the Fréchet distance of two Gaussians",
    answer=solutions.frechet,
    cases=[*_gaussians((1, 2, 3, 3), seed=0), (np.zeros(2), _LINE, np.ones(2), np.array([[2.0, 0.5], [0.5, 1.0]]))],
    others=[*_gaussians((2, 4), seed=1), (np.zeros(2), 2 * np.eye(2), np.array([1.0, 0.0]), _LINE)],
    tolerance=1e-7,
    slips={
        "np.sqrt takes the root of each entry; a matrix root has the roots of the eigenvalues.": _distance(
            lambda one, two: np.trace(np.sqrt(np.abs(one @ two)))
        ),
        "The squared distance of the means is missing.": _distance(of_mean=lambda d: 0.0),
        "Square the distance of the means.": _distance(of_mean=lambda d: np.sqrt(d @ d)),
        "The trace of the root has the factor 2.": _distance(factor=1.0),
        "That takes the root of each covariance: tr(Σ₁^½ Σ₂^½) is smaller unless the two commute.": _distance(
            lambda one, two: np.trace(_root(one) @ _root(two))
        ),
    },
    hints=(
        "The eigenvalues of Σ₁Σ₂ are not negative: `np.linalg.eigvals`.",
        "The trace of a root is the sum of the roots of the eigenvalues. Cut rounding errors below 0.",
    ),
)


def _root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


# ---- 3: what D should see


def _view(shown):
    return lambda: shown


what_D_sees = Experiment(
    task="the slow game with a different view for D",
    answer=solutions.what_D_sees,
    judge=judge_view,
    success=success_view,
    hints=(
        "A single point cannot show that all points are alike.",
        "Put two points of the batch side by side: the inputs of D are then [64, 4].",
    ),
    slips={
        "Which input of D shows that all points are alike?": _view(lambda points: 2 * points),
        "no gradient reaches the points": _view(lambda points: points.detach().reshape(-1, 4)),
        "expected a tensor [m, d]": _view(lambda points: points.mean()),
        "expected a function of the points": lambda: 4,
        "expected 8 or more: the losses are means of rows": _view(lambda points: points.reshape(1, -1)),
    },
)
