"""Exercises: a function, a proof or an experiment that a student writes, and a verdict that says what is wrong."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Any

import numpy as np

from .answers import Fault, NoFunction, NothingYet, agree, array, called, misshapen, shown, text
from .experiment import Experiment
from .proof import ProofExercise
from .task import Task, Verdict, count

__all__ = ["Exercise", "Experiment", "ProofExercise", "Verdict"]


@dataclass(frozen=True, kw_only=True)
class Exercise(Task):
    """A function to write. Its value is compared with that of `answer` on each of `cases`, tuples of arguments.

    A list of numbers in a case, or of such lists of equal length, is given to the function as an array.

    A value is a number, an array, a text, or a tuple, list or dict of these, in `unit` if it has one. A wrong value is
    compared with those of the slips, and then with bits, the opposite sign and nearly right. `others` are cases for
    grading alone. `errors` translates exceptions, as for an `Experiment`.
    """

    cases: Sequence[tuple]
    others: Sequence[tuple] = ()
    unit: str = ""
    tolerance: float = 1e-9  # relative to values above 1
    errors: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("cases", "others"):
            object.__setattr__(self, name, [tuple(map(as_array, case)) for case in getattr(self, name)])

    def unseen(self) -> "Exercise":
        return replace(self, cases=[*self.cases, *self.others], others=())

    def judged(self, answer: Callable) -> Verdict:
        for case in self.cases:
            expected, value = called(self.answer, case), self._value(answer, case)
            if wrong := misshapen(value, expected):
                raise Fault(f"your function {wrong}.")
            if not agree(value, expected, self.tolerance):
                return Verdict(False, self._remark(case, value, expected))
        return Verdict(True, f"{self.task}: right on {count(len(self.cases), 'case')}.")

    def _value(self, answer: Callable, case: tuple) -> Any:
        try:
            return called(answer, case)
        except (NothingYet, NoFunction):
            raise
        except Fault as fault:
            remark = next((remark for part, remark in self.errors.items() if part in str(fault)), fault)
            raise Fault(f"on {shown(self.answer, case)}\n  {remark}") from fault

    def _remark(self, case: tuple, value: Any, expected: Any) -> str:
        digits = 6 if text(value) != text(expected) else 12
        found, right = f"{text(value, digits)} {self.unit}".strip(), f"{text(expected, digits)} {self.unit}".strip()
        return (
            f"{self.task}: on {shown(self.answer, case)}\n  your function gives {found}, expected {right}.\n"
            f"  {self._diagnosis(case, value, expected)}"
        )

    def _diagnosis(self, case: tuple, value: Any, expected: Any) -> str:
        for remark, slip in self.slips.items():
            try:
                if agree(value, called(slip, case), self.tolerance):
                    return remark
            except Fault:  # a slip that fails on this case explains nothing
                continue
        for remark, transformed in (IN_NATS if self.unit == "nats" else USUAL).items():
            if transformed(value, expected, self.tolerance):
                return remark
        return "It is none of the usual slips: work that case out by hand, line by line."


def as_array(argument: Any) -> Any:
    """A list of numbers as an array, and anything else as it is."""
    if isinstance(argument, list):
        with contextlib.suppress(TypeError, ValueError):  # a list of texts, or of lists of different lengths
            return array(argument)
    return argument


def _numbers(value: Any) -> list[np.ndarray]:
    """All numbers and arrays of a value."""
    if isinstance(value, Mapping):
        return [a for each in value.values() for a in _numbers(each)]
    if isinstance(value, list | tuple):
        return [a for each in value for a in _numbers(each)]
    return [] if isinstance(value, str) else [array(value)]


def _is(factor: float) -> Callable:
    """Whether all numbers are `factor` times the expected ones."""

    def compared(value, expected, tolerance):
        return all(agree(a, b * factor, tolerance) for a, b in zip(_numbers(value), _numbers(expected), strict=True))

    return compared


def _has_nan(value, expected, tolerance) -> bool:
    return any(np.isnan(a).any() for a in _numbers(value))


def _single(value, expected, tolerance) -> bool:
    """Whether the numbers are right to the seven digits of float32, which they have."""
    pairs = [*zip(_numbers(value), _numbers(expected), strict=True)]
    return any(a.dtype == np.float32 for a, _ in pairs) and all(np.allclose(a, b, 1e-5, 1e-6) for a, b in pairs)


def _nearly(value, expected, tolerance) -> bool:
    pairs = zip(_numbers(value), _numbers(expected), strict=True)
    return all(np.allclose(a, b, rtol=0, atol=1e-4) for a, b in pairs)


# remark: whether it explains (value, expected, tolerance)
USUAL: dict[str, Callable] = {
    "NaN comes from 0/0, from ∞ − ∞, or from the logarithm or root of a negative number.": _has_nan,
    "The sign is wrong.": _is(-1),
    "Nearly: these are the seven digits of float32. Compute in float64.": _single,
}
IN_NATS: dict[str, Callable] = {
    "NaN comes from 0 · log 0 or from 0/0: leave the terms of probability 0 out of the sum.": _has_nan,
    "That is in bits: nats take the natural logarithm, np.log.": _is(1 / log(2)),
    **USUAL,
    "Nearly: did you add a small number inside the logarithm? Leave the zeros out of the sum instead.": _nearly,
}
