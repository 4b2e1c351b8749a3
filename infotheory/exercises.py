"""Exercises of the lectures: each knows its solution, and the slips that it recognises by their values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import measures


@dataclass(frozen=True)
class Exercise:
    """A function to write. `solution` is right on every one of `cases`.

    `mistakes` maps a remark to the student to the function that is often written instead.
    """

    task: str
    solution: Callable
    cases: tuple
    mistakes: dict[str, Callable]

    def check(self, answer: Callable) -> bool:
        """Run `answer` on every case; print whether it is right, else on which case it is not and why."""
        for case in self.cases:
            expected = float(self.solution(case))
            try:
                value = answer(case)
                if value is None or value is ...:
                    print(f"✗ {self.task}: your function returns nothing yet; end it with `return`.")
                    return False
                value = float(value)
            except Exception as error:  # whatever a student's function may raise
                print(f"✗ {self.task}: on {_show(case)} your function raises {type(error).__name__}: {error}")
                return False
            if not _agree(value, expected):
                print(f"✗ {self.task}: on {_show(case)} your function gives {value:.6f}, expected {expected:.6f}.")
                print(f"  {self.diagnose(case, value)}")
                return False
        print(f"✓ {self.task}: right on all {len(self.cases)} cases.")
        return True

    def diagnose(self, case, value: float) -> str:
        """The remark of the first mistake that gives `value` on `case`."""
        remarks = (remark for remark, mistaken in self.mistakes.items() if _agree(value, float(mistaken(case))))
        return next(remarks, "It is none of the usual slips: work that case out by hand, line by line.")


def _agree(value: float, expected: float) -> bool:
    return bool(np.isclose(value, expected, rtol=1e-9, atol=1e-9, equal_nan=True))


def _show(case) -> str:
    return " ".join(np.array2string(np.asarray(case), precision=3, separator=", ").split())


def _joint_pmfs(n: int = 20) -> tuple:
    """The table of the lecture, one with an impossible cell, and random ones."""
    rng = np.random.default_rng(0)
    random = [rng.dirichlet(np.ones(6)).reshape(2, 3).tolist() for _ in range(n - 2)]
    return ([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]], [[0.5, 0.0, 0.25], [0.125, 0.125, 0.0]], *random)


CONDITIONAL_ENTROPY = Exercise(
    task="H(X|Y) of a joint pmf, in nats",
    solution=measures.conditional_entropy,
    cases=_joint_pmfs(),
    mistakes={
        "That is H(X|Y) in bits: nats take the natural logarithm, np.log.": lambda p: measures.conditional_entropy(
            p, base=2
        ),
        "That is H(Y|X): to be given y, divide by p(y), the sums of the columns (axis 0).": lambda p: (
            measures.conditional_entropy(p, given="x")
        ),
        "That is H(X,Y): the entropy of y, H(Y), is still to be subtracted.": measures.joint_entropy,
        "That is H(X): nothing is given yet.": lambda p: measures.entropy(measures.marginal(p, of="x")),
        "That is I(X;Y) = H(X) - H(X|Y), what Y tells about X; asked is what it leaves open.": (
            measures.mutual_information
        ),
        "The sign is wrong: log p is negative, so the sum needs a minus.": lambda p: -measures.conditional_entropy(p),
        "The entropies of the columns p(x|y) are all there, but each must be weighted by p(y).": lambda p: np.nansum(
            measures.entropy(np.nan_to_num(measures.conditional(p)), axis=-2, check=False)
        ),
        "0 · log 0 came out as NaN: leave cells of probability 0 out of the sum.": lambda p: (
            np.nan if np.min(p) == 0 else measures.conditional_entropy(p)
        ),
    },
)
