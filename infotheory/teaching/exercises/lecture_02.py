"""The exercises of lecture 2: a KL divergence by hand, and an estimate of I(X;Y) without its bias."""

from collections.abc import Callable

import numpy as np

from ...divergences import cross_entropy
from ...divergences import kl_divergence as right_kl_divergence
from ...measures import entropy, mutual_information
from ..exercise import Exercise
from ..solutions import lecture_02 as solutions


def _pairs_of_pmfs(n: int = 20) -> list[tuple]:
    """Two pmfs that differ, two with p(x) = 0 for an outcome, two with q(x) = 0 < p(x), and random pairs."""
    rng = np.random.default_rng(0)
    pairs = [
        ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5]),
        ([0.0, 0.3, 0.7], [0.2, 0.4, 0.4]),
        ([0.5, 0.3, 0.2], [0.4, 0.6, 0.0]),
    ]
    return pairs + [tuple(rng.dirichlet(np.ones(4), size=2).tolist()) for _ in range(n - len(pairs))]


def _where_both_are_possible(p, q) -> float:
    p, q = np.asarray(p), np.asarray(q)
    both = (p > 0) & (q > 0)
    return np.sum(p[both] * np.log(p[both] / q[both]))


kl_divergence = Exercise(
    task="KL(p‖q)",
    unit="nats",
    answer=solutions.kl_divergence,
    cases=_pairs_of_pmfs(),
    slips={
        "That is KL(q‖p): p weights the terms, and p is the numerator of p/q.": lambda p, q: right_kl_divergence(q, p),
        "That is the cross-entropy -Σ p log q: H(p) is still to be subtracted.": lambda p, q: cross_entropy(p, q),
        "That is H(q) - H(p): both logarithms must be averaged under p.": lambda p, q: entropy(q) - entropy(p),
        "That is the mean of the terms: p weights them already, so take their sum.": lambda p, q: (
            right_kl_divergence(p, q) / len(p)
        ),
        "Outcomes of q(x) = 0 < p(x) were left out: there the term is +inf, and so is KL.": _where_both_are_possible,
    },
    hints=(
        "Only outcomes with p(x) > 0 contribute: select them with a mask.",
        "If q is 0 for one of these, return np.inf before you divide.",
    ),
)


def _count_tables(n: int = 20) -> list[tuple]:
    """Counts of pairs (x, y) in small samples, with every row and column seen."""
    rng = np.random.default_rng(0)
    return [((1 + rng.poisson(4, size=(2 + i % 2, 3 + i % 3))).tolist(),) for i in range(n)]


def _corrected(correction: Callable, base: float | None = None) -> Callable:
    """A function of counts: the plug-in I(X;Y), less `correction(n_x, n_y, N)`."""

    def estimate(counts):
        counts = np.asarray(counts)
        n = counts.sum()
        return mutual_information(counts / n, base=base) - correction(*counts.shape, n)

    return estimate


corrected_information = Exercise(
    task="I(X;Y) from counts, less its first-order bias",
    unit="nats",
    answer=solutions.corrected_information,
    cases=_count_tables(),
    slips={
        "That is the plug-in estimate: its bias is still to be subtracted.": _corrected(lambda x, y, n: 0),
        "The correction has the wrong sign: the plug-in estimate of I is too large.": _corrected(
            lambda x, y, n: -(x - 1) * (y - 1) / (2 * n)
        ),
        "The correction is twice too large: the bias is (nx - 1)(ny - 1) / 2N.": _corrected(
            lambda x, y, n: (x - 1) * (y - 1) / n
        ),
        "The correction counts all cells: only (nx - 1)(ny - 1) of them count, over 2N.": _corrected(
            lambda x, y, n: (x * y - 1) / (2 * n)
        ),
        "The correction divides by the number of cells: N is the number of samples, counts.sum().": _corrected(
            lambda x, y, n: (x - 1) * (y - 1) / (2 * x * y)
        ),
        "That is in bits before the correction: nats take the natural logarithm, np.log.": _corrected(
            lambda x, y, n: (x - 1) * (y - 1) / (2 * n), base=2
        ),
    },
    hints=(
        "counts / counts.sum() is the empirical joint pmf, and it.mutual_information gives the plug-in estimate.",
        "n_x and n_y are counts.shape, and N is counts.sum().",
    ),
)
