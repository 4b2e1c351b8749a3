"""The exercises of further/02: the bias as a divergence, two corrections, and an estimate on unknown scales."""

from collections.abc import Callable
from itertools import product
from math import factorial

import numpy as np
from scipy.special import entr
from scipy.stats import binom

from ...derivation import Step
from ...estimate import empirical_joint, miller_madow_entropy
from ...measures import entropy, mutual_information
from ..exercise import Exercise, Experiment, ProofExercise
from ..solutions import further_02 as solutions
from .judging_estimates import judge_estimate, of_raw_samples, success_estimate

# ---- 1: the bias of the plug-in entropy is a mean KL divergence

OUTCOMES, SAMPLES = 3, 5
COUNTS = np.array([c for c in product(range(SAMPLES + 1), repeat=OUTCOMES) if sum(c) == SAMPLES])
ORDERS = np.array([factorial(SAMPLES) / np.prod([factorial(n) for n in c]) for c in COUNTS])


def _pmf(rng) -> np.ndarray:
    return 0.9 * rng.dirichlet(np.ones(OUTCOMES)) + 0.1 / OUTCOMES


def _samples_from(p, q) -> dict:
    """p, all empirical pmfs of the samples, and their probabilities if the samples come from q. All are read-only."""
    inputs = {"p": p, "p_hat": COUNTS / SAMPLES, "weight": ORDERS * np.prod(q**COUNTS, axis=1)}
    for array in inputs.values():
        array.setflags(write=False)
    return inputs


def _from_p(rng) -> dict:
    p = _pmf(rng)
    return _samples_from(p, p)


def _both_ends(p, p_hat, weight) -> tuple[float, float]:
    """The bias by the binomial law of each count, and the mean KL term by term."""
    n = np.arange(SAMPLES + 1)[:, None]
    bias = np.sum(entr(p)) - np.sum(binom.pmf(n, SAMPLES, p) * entr(n / SAMPLES))
    terms = [w * s * np.log(s / p_x) for row, w in zip(p_hat, weight, strict=True)
             for s, p_x in zip(row, p, strict=True) if s > 0]  # fmt: skip
    return bias, sum(terms)


def _proof() -> list[Step]:
    return solutions.bias_is_a_divergence()[0]


bias_is_a_divergence = ProofExercise(
    task="the bias of the plug-in entropy",
    answer=solutions.bias_is_a_divergence,
    draw=_from_p,
    otherwise=lambda rng: _samples_from(_pmf(rng), _pmf(rng)),
    ends=_both_ends,
    hints=(
        "Write both entropies as sums. The mean of a row of p_hat is weight @ p_hat, which equals p.",
        "Replace p(x) by the mean of p_hat(x) where it is a factor, and not inside a logarithm.",
    ),
    slips={
        "without the assumption lines [3] fail": lambda: (_proof(), 4),
        "expected 4 or more": lambda: (_proof()[::4], 2),
        "your last line gives": lambda: ([*_proof()[:-1], Step("0", "=", lambda **_: 0.0, "KL ≥ 0")], 3),
        "not every line follows from the one above": lambda: (
            [*_proof()[:2], Step("…", "=", lambda p, p_hat, weight: 0.0, "p̂ = p"), *_proof()[3:]], 3
        ),
        "found the relation '>='": lambda: ([*_proof()[:-1], Step("0", ">=", lambda **_: 0.0, "KL ≥ 0")], 3),
    },
)  # fmt: skip

# ---- 2: mutual information without its first-order bias


def _count_tables(n: int = 20, seed: int = 0) -> list[tuple]:
    """Counts of pairs (x, y) in small samples, with every row and column seen."""
    rng = np.random.default_rng(seed)
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
    others=_count_tables(5, seed=1),
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

# ---- 3: the jackknife


def _jackknifed(weights: Callable, factor: Callable = lambda n: n - 1, renormalised: bool = True) -> Callable:
    """A slip: the jackknife with other weights of the outcomes, a different factor, or shares that do not sum to 1."""

    def estimate(counts):
        counts = np.asarray(counts)
        n, seen = counts.sum(), np.flatnonzero(counts)
        rests = (counts - np.eye(len(counts), dtype=int)[seen]) / (n - renormalised)
        return n * entropy(counts / n) - factor(n) * np.average(entr(rests).sum(axis=1), weights=weights(counts[seen]))

    return estimate


jackknife_entropy = Exercise(
    task="the jackknife estimate of H",
    unit="nats",
    answer=solutions.jackknife_entropy,
    cases=[([3, 1, 2],), ([5, 0, 1, 4],), ([1, 1, 1, 1],), ([12, 7, 3, 1, 1, 0],), ([2, 2],)],
    others=[([2, 0, 5, 1],), ([1, 1, 7],)],
    slips={
        "That is the plug-in estimate: the estimates without one sample are still to be used.": lambda counts: entropy(
            np.asarray(counts) / np.sum(counts)
        ),
        "That is the Miller-Madow estimate: the jackknife leaves out each sample in turn.": lambda counts: (
            miller_madow_entropy(np.asarray(counts))
        ),
        "Leave out each sample, not each outcome once: the outcome x has the weight counts[x] / N.": _jackknifed(
            lambda seen: np.ones(len(seen))
        ),
        "The factor of the mean is N - 1.": _jackknifed(lambda seen: seen, factor=lambda n: n),
        "Without one sample, counts must be divided by N - 1.": _jackknifed(lambda seen: seen, renormalised=False),
    },
    hints=(
        "Samples with the same outcome leave the same counts behind: one estimate for each seen outcome suffices.",
        "Weight the estimate without a sample of outcome x by counts[x] / N; its counts sum to N - 1.",
    ),
)

# ---- 4: an estimate on unknown scales


def _counted(k: int, by_rank: bool) -> Callable:
    def estimate(x, y):
        if by_rank:
            x, y = (np.argsort(np.argsort(values)) * k // len(values) for values in (x, y))
        return mutual_information(empirical_joint(x, y, bins=None if by_rank else k))

    return lambda: estimate


information_on_unknown_scales = Experiment(
    task="I(X;Y) on unknown scales",
    answer=solutions.information_on_unknown_scales,
    judge=judge_estimate,
    success=success_estimate,
    hints=(
        "An increasing function changes neither I(X;Y) nor the ranks, np.argsort(np.argsort(x)).",
        "Turn the ranks into numbers that are distributed like N(0, 1): `scipy.special.ndtri` gives quantiles.",
    ),
    slips={
        "needs Gaussian samples": lambda: of_raw_samples,
        "too large on average": _counted(40, by_rank=True),
        "too small on average": _counted(8, by_rank=False),
        "bins are too few": _counted(4, by_rank=True),
        "expected a function of x and y": lambda: 0.511,
        "expected one finite number": lambda: lambda x, y: x,
    },
)
