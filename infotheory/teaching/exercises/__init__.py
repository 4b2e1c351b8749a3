"""Exercises of the lectures: each has a solution, and the usual mistakes, which it recognises by their values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...divergences import cross_entropy, kl_divergence
from ...measures import conditional, conditional_entropy, entropy, joint_entropy, marginal, mutual_information


@dataclass(frozen=True)
class Exercise:
    """A function to write. `solution` gives the right value for each of `cases`.

    `mistakes` maps a remark for the student to the function that is often written instead.
    """

    task: str
    solution: Callable
    cases: tuple
    mistakes: dict[str, Callable]

    def check(self, answer: Callable) -> bool:
        """Run `answer` on every case. Print that it is right, or the first case where it is wrong, with a remark."""
        for case in self.cases:
            expected = float(self.solution(case))
            try:
                value = answer(case)
                if value is None or value is ...:
                    print(f"✗ {self.task}: your function returns nothing yet; end it with `return`.")
                    return False
                if np.size(value) != 1:
                    shape = np.shape(value)
                    print(f"✗ {self.task}: your function returns an array of shape {shape}: is a sum missing?")
                    return False
                value = float(value)
            except Exception as error:  # whatever a student's function may raise
                print(f"✗ {self.task}: on {_show(case)}\n  your function raises {type(error).__name__}: {error}")
                return False
            if not _agree(value, expected):
                digits = 6 if f"{value:.6f}" != f"{expected:.6f}" else 12
                print(f"✗ {self.task}: on {_show(case)}")
                print(f"  your function gives {value:.{digits}f}, expected {expected:.{digits}f}.")
                print(f"  {self.diagnose(case, value)}")
                return False
        print(f"✓ {self.task}: right on all {len(self.cases)} cases.")
        return True

    def diagnose(self, case, value: float) -> str:
        """The remark of the first mistake that gives `value` on `case`."""
        remarks = (remark for remark, mistaken in self.mistakes.items() if _agree(value, float(mistaken(case))))
        nearly = abs(value - float(self.solution(case))) < 1e-4
        otherwise = (
            "Nearly: did you add a small number inside the logarithm? Leave the zeros out of the sum instead."
            if nearly
            else "It is none of the usual slips: work that case out by hand, line by line."
        )
        return next(remarks, otherwise)


def _agree(value: float, expected: float) -> bool:
    return bool(np.isclose(value, expected, rtol=1e-9, atol=1e-9, equal_nan=True))


def _show(case) -> str:
    try:
        return " ".join(np.array2string(np.asarray(case), precision=3, separator=", ").split())
    except ValueError:  # parts of different lengths, which make no array
        return repr(case)


def _joint_pmfs(n: int = 20) -> tuple:
    """The table of the lecture, a table with impossible cells, and random tables."""
    rng = np.random.default_rng(0)
    random = [rng.dirichlet(np.ones(6)).reshape(2, 3).tolist() for _ in range(n - 2)]
    return ([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]], [[0.5, 0.0, 0.25], [0.125, 0.125, 0.0]], *random)


CONDITIONAL_ENTROPY = Exercise(
    task="H(X|Y) of a joint pmf, in nats",
    solution=conditional_entropy,
    cases=_joint_pmfs(),
    mistakes={
        "That is H(X|Y) in bits: nats take the natural logarithm, np.log.": lambda p: conditional_entropy(p, base=2),
        "That is H(Y|X): to be given y, divide by p(y), the sums of the columns (axis 0).": lambda p: (
            conditional_entropy(p, given="x")
        ),
        "That is H(X,Y): the entropy of y, H(Y), is still to be subtracted.": joint_entropy,
        "That is H(X): nothing is given yet.": lambda p: entropy(marginal(p, of="x")),
        "That is I(X;Y) = H(X) - H(X|Y): subtract it from H(X) to get H(X|Y).": mutual_information,
        "The sign is wrong: log p is negative, so the sum needs a minus.": lambda p: -conditional_entropy(p),
        "The entropies of the columns p(x|y) are all there, but each must be weighted by p(y).": lambda p: np.nansum(
            entropy(np.nan_to_num(conditional(p)), axis=-2, check=False)
        ),
        "0 · log 0 came out as NaN: leave cells of probability 0 out of the sum.": lambda p: (
            np.nan if np.min(p) == 0 else conditional_entropy(p)
        ),
    },
)


def _pairs_of_pmfs(n: int = 20) -> tuple:
    """Two pmfs that differ, two with p(x) = 0 for an outcome, two with q(x) = 0 < p(x), and random pairs."""
    rng = np.random.default_rng(0)
    random = [rng.dirichlet(np.ones(4), size=2).tolist() for _ in range(n - 3)]
    return (
        ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5]),
        ([0.0, 0.3, 0.7], [0.2, 0.4, 0.4]),
        ([0.5, 0.3, 0.2], [0.4, 0.6, 0.0]),
        *random,
    )


def _kl_where_both_are_possible(pair) -> float:
    p, q = np.asarray(pair)
    both = (p > 0) & (q > 0)
    return np.sum(p[both] * np.log(p[both] / q[both]))


KL_DIVERGENCE = Exercise(
    task="KL(p‖q) of a pair (p, q), in nats",
    solution=lambda pair: kl_divergence(*pair),
    cases=_pairs_of_pmfs(),
    mistakes={
        "That is KL(p‖q) in bits: nats take the natural logarithm, np.log.": lambda pair: kl_divergence(*pair, base=2),
        "That is KL(q‖p): the first of the pair weighs the terms and stands above in p/q.": lambda pair: kl_divergence(
            *pair[::-1]
        ),
        "That is the cross-entropy -Σ p log q: H(p) is still to be subtracted.": lambda pair: cross_entropy(*pair),
        "The sign is wrong: it is Σ p log(p/q), or with a minus -Σ p log(q/p).": lambda pair: -kl_divergence(*pair),
        "That is H(q) - H(p): both logarithms are to be averaged under p.": lambda pair: (
            entropy(pair[1]) - entropy(pair[0])
        ),
        "That is the mean of the terms: p weighs them already, so take their sum.": lambda pair: (
            kl_divergence(*pair) / len(pair[0])
        ),
        "0 · log 0 came out as NaN: leave outcomes of p(x) = 0 out of the sum.": lambda pair: (
            np.nan if np.min(pair[0]) == 0 else kl_divergence(*pair)
        ),
        "Outcomes of q(x) = 0 < p(x) were left out: there the term is +inf, and so is KL.": _kl_where_both_are_possible,
    },
)


def _count_tables(n: int = 20) -> tuple:
    """Counts of pairs (x, y) in small samples, with every row and column seen."""
    rng = np.random.default_rng(0)
    return tuple((1 + rng.poisson(4, size=(2 + i % 2, 3 + i % 3))).tolist() for i in range(n))


def _corrected(counts, correction: Callable, base: float | None = None) -> float:
    """The plug-in I(X;Y) of a table of counts, less `correction(nx, ny, N)`."""
    counts = np.asarray(counts)
    n = counts.sum()
    return mutual_information(counts / n, base=base) - correction(*counts.shape, n)


CORRECTED_MUTUAL_INFORMATION = Exercise(
    task="I(X;Y) from counts, less its first-order bias, in nats",
    solution=lambda counts: _corrected(counts, lambda nx, ny, n: (nx - 1) * (ny - 1) / (2 * n)),
    cases=_count_tables(),
    mistakes={
        "That is the plug-in estimate: its bias is still to be subtracted.": lambda counts: _corrected(
            counts, lambda nx, ny, n: 0
        ),
        "The correction has the wrong sign: the plug-in estimate of I is too large.": lambda counts: _corrected(
            counts, lambda nx, ny, n: -(nx - 1) * (ny - 1) / (2 * n)
        ),
        "The correction is twice too large: the bias is (nx - 1)(ny - 1) / 2N.": lambda counts: _corrected(
            counts, lambda nx, ny, n: (nx - 1) * (ny - 1) / n
        ),
        "The correction counts all cells: only (nx - 1)(ny - 1) of them count, over 2N.": lambda counts: _corrected(
            counts, lambda nx, ny, n: (nx * ny - 1) / (2 * n)
        ),
        "The correction divides by the number of cells: N is the number of samples, counts.sum().": lambda counts: (
            _corrected(counts, lambda nx, ny, n: (nx - 1) * (ny - 1) / (2 * nx * ny))
        ),
        "That is in bits before the correction: nats take the natural logarithm, np.log.": lambda counts: _corrected(
            counts, lambda nx, ny, n: (nx - 1) * (ny - 1) / (2 * n), base=2
        ),
    },
)

BEST_VARIANCE = Exercise(
    task="the variance that makes a Gaussian's -log p smallest",
    solution=lambda case: case[0] / case[1],
    cases=tuple((float(s), d) for s, d in zip((25, 3, 0.5, 100), (784, 2, 10, 50), strict=True)),
    mistakes={
        "That is the standard deviation; the variance is its square.": lambda case: np.sqrt(case[0] / case[1]),
        "A factor ½ too many: differentiate s/2v and (d/2) log v once more.": lambda case: case[0] / (2 * case[1]),
        "A factor 2 too many: both terms of the loss carry a ½.": lambda case: 2 * case[0] / case[1],
        "Upside down: a larger error needs a larger variance.": lambda case: case[1] / case[0],
        "That is the whole squared error: divide it by the number d of pixels.": lambda case: case[0],
    },
)
