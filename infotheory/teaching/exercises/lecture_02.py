"""The exercises of lecture 2: a KL divergence by hand."""

import numpy as np

from ...divergences import cross_entropy
from ...divergences import kl_divergence as right_kl_divergence
from ...measures import entropy
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
