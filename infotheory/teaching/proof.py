"""An exercise whose answer is a derivation."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..derivation import Derivation, Step, holds, number
from .answers import Fault, array, called, misshapen
from .task import Task, Verdict, count

UNREAD = "The check does not read your reasons."


@dataclass(frozen=True, kw_only=True)
class ProofExercise(Task):
    """A chain of `Step`s to write: `answer()` returns their list, or (the list, the line that needs the assumption).

    `draw(rng)` gives inputs {name: array} under the assumption, and `otherwise(rng)` such without it. `ends(**inputs)`
    are the values of the first and the last line, computed in a different way. Each line must hold on `trials` draws.
    Without the assumption, the named line must fail and all others hold. A proof has `least` lines or more, whose
    relations are "=", or `claim`.
    """

    draw: Callable[[np.random.Generator], Mapping[str, Any]]
    ends: Callable[..., tuple[Any, Any]]
    otherwise: Callable[[np.random.Generator], Mapping[str, Any]] | None = None
    claim: str = "="
    least: int = 4
    trials: int = 100
    seed: int = 0

    def unseen(self) -> "ProofExercise":
        return replace(self, seed=self.seed + 1)

    def judged(self, answer: Callable) -> Verdict:
        steps, named = self._lines(called(answer, ()))
        self._look_at(steps)
        self._compare_ends(steps)
        derivation = Derivation(self.task, "exercise", steps, read_only(self.draw))
        if not (found := derivation.check(self.trials, self.seed)):
            raise Fault(f"not every line follows from the one above.\n  {found.failures[0]}")
        held = f"{self.task}: {len(steps)} lines hold on {self.trials} draws"
        if self.otherwise is None:
            return Verdict(True, f"{held}. {UNREAD}")
        failures = (
            Derivation(self.task, "exercise", steps, read_only(self.otherwise)).check(self.trials, self.seed).failures
        )
        fail = [failure.line for failure in failures]
        if fail != [named]:
            lines = f"lines {fail} fail" if fail else "no line fails"
            raise Fault(
                f"every line holds under the assumption. You name line {named} as the one that needs it, "
                f"but without the assumption {lines}."
            )
        return Verdict(True, f"{held}. Without the assumption, line {named} alone fails. {UNREAD}")

    def _lines(self, found: Any) -> tuple[list[Step], int | None]:
        steps, named = found, None
        if self.otherwise is not None:
            if not (isinstance(found, tuple | list) and len(found) == 2 and isinstance(found[1], int | np.integer)):
                raise Fault("expected the lines and the number of one of them: `return [first, …, last], 2`.")
            steps, named = found[0], int(found[1])
        if not isinstance(steps, list | tuple) or not all(isinstance(step, Step) for step in steps):
            raise Fault("expected a list of lines, Step(latex, relation, value, reason): `return [first, …, last]`.")
        if len(steps) < self.least:
            raise Fault(f"found {count(len(steps), 'line')}, expected {self.least} or more: one reason a line.")
        return list(steps), named

    def _look_at(self, steps: list[Step]) -> None:
        allowed = {"=", self.claim}
        for line, (above, step) in enumerate(pairwise(steps), start=2):
            if step.relation not in allowed:
                raise Fault(
                    f"line {line}: found the relation {step.relation!r}, expected {' or '.join(sorted(allowed))}."
                )
            if not step.reason.strip():
                raise Fault(f"line {line} has no reason.")
            if (step.latex, step.relation) == (above.latex, above.relation) or step.value is above.value:
                raise Fault(f"line {line} repeats line {line - 1}.")

    def _compare_ends(self, steps: list[Step]) -> None:
        rng = np.random.default_rng([self.seed, 1])
        for _ in range(2):
            inputs = read_only(self.draw)(rng)
            ends = self.ends(**inputs)
            for line, step in enumerate(steps, start=1):
                if wrong := _evaluated(step, inputs, like=ends[0]):
                    raise Fault(f"line {line} {wrong}")
            for name, step, expected in zip(("first", "last"), (steps[0], steps[-1]), ends, strict=True):
                if not holds("=", step.value(**inputs), expected):
                    found = number(step.value(**inputs))
                    raise Fault(f"your {name} line gives {found}, expected {number(expected)}.")


def _evaluated(step: Step, inputs: Mapping[str, Any], like: Any) -> str:
    """What is wrong with the value of a line on these inputs, expected to have the form of `like`; "" if nothing is."""
    try:
        inspect.signature(step.value).bind(**inputs)
    except TypeError:
        return f"has a value that does not take the inputs: begin it with `lambda {', '.join(inputs)}:`."
    try:
        value = step.value(**inputs)
        if value is None:
            return "has a value that returns nothing."
        if wrong := misshapen(value, like):
            return f"{wrong}."
    except Exception as error:  # whatever a student's line may raise
        if "read-only" in str(error):
            return "changes one of its inputs, which later lines use: work on a copy, np.array(input)."
        return f"raises {type(error).__name__}: {error}"
    if np.isnan(array(value)).any():
        return "gives NaN, which comes from 0 · log 0 or from 0/0: leave the terms of probability 0 out of the sum."
    return ""


def read_only(draw: Callable[[np.random.Generator], Mapping[str, Any]]) -> Callable:
    """The same draws, in arrays that a line cannot change for the lines after it."""

    def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
        inputs = draw(rng)
        for value in inputs.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        return inputs

    return drawn
