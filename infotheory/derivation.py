"""A derivation as a chain of lines, each with its value: checked on random inputs, and shown with its reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

TOLERANCE = 1e-9  # relative to the numbers compared, if they are above 1
SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "equivalent": r"\Longleftrightarrow"}


def holds(relation: str, left: Any, right: Any, atol: float = TOLERANCE) -> bool:
    """Whether `left relation right` is true of all elements. With NaN it is false.

    "=", "<=" and ">=" allow an error of `atol` · max(1, |left|, |right|); "!=", "<" and ">" need a larger difference.
    """
    left, right = np.asarray(left, float), np.asarray(right, float)
    if np.isnan(left).any() or np.isnan(right).any():
        return False
    finite = np.isfinite(left) & np.isfinite(right)
    gap = np.where(finite, left, 0) - np.where(finite, right, 0)
    equal = (left == right) | (finite & (abs(gap) <= atol * np.maximum(1, np.maximum(abs(left), abs(right)))))
    if relation in ("=", "!="):
        return bool((equal if relation == "=" else ~equal).all())
    beyond = {"<": left < right, ">": left > right}[relation[0]]
    return bool((beyond | equal if relation[1:] == "=" else beyond & ~equal).all())


def number(value: Any) -> str:
    """A number with six decimals, without a minus on zero."""
    text = f"{float(value):.6f}"
    return text.removeprefix("-") if float(text) == 0 else text


@dataclass(frozen=True)
class Step:
    """One line: its LaTeX, its relation to the line above, its value on an input, and the reason for it.

    `relation` is that of the line above to this line: "=", "<=", ">=", or "equivalent" for "has the same optimiser".
    The relation of the first line is ignored. `value(**inputs)` returns a number. In a chain about maxima or minima it
    returns an array, with one value for each candidate, and `best` is "max" or "min". Between two such lines "=" means
    equal at every candidate, and "equivalent" means that the same candidates are best.
    """

    latex: str
    relation: str
    value: Callable[..., Any]
    reason: str
    best: str = "max"

    def winners(self, value: Any) -> np.ndarray:
        """Which candidates have the best value, up to rounding. If a value is NaN, none has."""
        ranked = np.asarray(value, float) * (1 if self.best == "max" else -1)
        return ranked >= ranked.max() - TOLERANCE * max(1, abs(ranked.max()))

    def follows(self, above: "Step", above_value: Any, value: Any) -> bool:
        """Whether this line stands in its relation to the line above."""
        if self.relation != "equivalent":
            return holds(self.relation, above_value, value)
        before, now = above.winners(above_value), self.winners(value)
        return bool(before.any() and (before == now).all())

    def number(self, value: Any) -> str:
        """The value as text; for candidates, the best value and its candidate."""
        if np.ndim(value) == 0:
            return number(value)
        winner = self.winners(value).argmax()
        return f"{number(value[winner])} ({self.best}, at candidate {winner + 1} of {len(value)})"


@dataclass(frozen=True)
class Failure:
    """The first draw on which a line does not follow from the line above."""

    line: int  # 1 is the first line
    draw: int
    seed: int
    above: Step
    above_value: Any
    step: Step
    value: Any

    def __str__(self) -> str:
        above = f"line {self.line - 1}:  {self.above.latex}:  {self.above.number(self.above_value)}"
        this = f"line {self.line}:  {self.step.relation} {self.step.latex}:  {self.step.number(self.value)}"
        return f"line {self.line} fails on draw {self.draw} of seed {self.seed}:\n    {above}\n    {this}"


@dataclass(frozen=True)
class Check:
    """What `Derivation.check` found: true if every line followed on every draw."""

    name: str
    lines: int
    trials: int
    failures: tuple[Failure, ...]

    def __bool__(self) -> bool:
        return not self.failures

    def __str__(self) -> str:
        if self:
            return f"✓ {self.name}: {self.lines} lines hold on {self.trials} draws"
        return "\n".join([f"✗ {self.name}", *(f"  {failure}" for failure in self.failures)])

    __repr__ = __str__

    def or_raise(self) -> "Check":
        """This check, or AssertionError with the lines that failed."""
        if not self:
            raise AssertionError(str(self))
        return self


@dataclass(frozen=True, repr=False)
class Derivation:
    """A chain of lines about inputs that `draw(rng)` returns as a dict of arrays. See `Step` for a line.

    `section` is the report's, or "beyond the report"; `equations` names the report's equations that it covers.
    Raises ValueError for fewer than two lines or an unknown relation.
    """

    name: str
    section: str
    steps: Sequence[Step]
    draw: Callable[[np.random.Generator], Mapping[str, Any]]
    equations: tuple[str, ...] = ()

    def __post_init__(self):
        if len(self.steps) < 2:
            raise ValueError(f"{self.name} has {len(self.steps)} lines, expected at least two")
        for line, step in enumerate(self.steps, start=1):
            if line > 1 and step.relation not in SIGNS:
                raise ValueError(f"{self.name}, line {line}: found relation {step.relation!r}, expected {list(SIGNS)}")
            if step.best not in ("max", "min"):
                raise ValueError(f'{self.name}, line {line}: found best={step.best!r}, expected "max" or "min"')

    def check(self, trials: int = 100, seed: int = 0) -> Check:
        """Check every relation between neighbouring lines on `trials` random inputs, within `TOLERANCE`.

        A line that fails raises nothing: the result lists it, with the input and both numbers. Raises ValueError for
        `trials` below 1.
        """
        if trials < 1:
            raise ValueError(f"found trials={trials}, expected 1 or more")
        rng, failures = np.random.default_rng(seed), {}
        for draw in range(trials):
            for line, ((above, above_value), (step, value)) in enumerate(pairwise(self._lines(rng)), start=2):
                if line not in failures and not step.follows(above, above_value, value):
                    failures[line] = Failure(line, draw, seed, above, above_value, step, value)
        return Check(self.name, len(self.steps), trials, tuple(failures[line] for line in sorted(failures)))

    def show(self, seed: int = 0) -> "Table":
        """The lines as a table for a notebook: LaTeX, reason, value on one random input, and ✓ or ✗."""
        lines = self._lines(np.random.default_rng(seed))
        first, value = lines[0]
        rows = [(rf"$\displaystyle {first.latex}$", first.reason, first.number(value), "")]
        for (above, above_value), (step, value) in pairwise(lines):
            verdict = "✓" if step.follows(above, above_value, value) else "✗"
            line = rf"$\displaystyle {SIGNS[step.relation]} {step.latex}$"
            rows.append((line, step.reason, step.number(value), verdict))
        return Table(f"{self.name} ({self.section})", ("line", "reason", "number", ""), rows)

    def _lines(self, rng: np.random.Generator) -> list[tuple[Step, Any]]:
        inputs = self.draw(rng)
        return [(step, step.value(**inputs)) for step in self.steps]

    def __repr__(self) -> str:
        return f"<Derivation {self.name!r}, {len(self.steps)} lines>"


def cell(text: str) -> str:
    """A cell of a markdown table. A bare | would end it, so it is replaced in the $LaTeX$ and outside."""
    parts = text.split("$")
    parts[::2] = (part.replace("|", r"\|") for part in parts[::2])
    parts[1::2] = (part.replace(r"\|", r"\Vert ").replace("|", r"\vert ") for part in parts[1::2])
    return "$".join(parts)


@dataclass(frozen=True)
class Table:
    """A titled table: markdown in a notebook (with $LaTeX$, as JupyterLab and GitHub render it), text elsewhere."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def _repr_markdown_(self) -> str:
        rows = [" | ".join(map(cell, row)) for row in (self.header, *self.rows)]
        head, *body = [f"| {row} |" for row in rows]
        return "\n".join([f"**{self.title}**", "", head, "|---" * len(self.header) + "|", *body])

    def __repr__(self) -> str:
        rows = ["  ".join(filter(None, row)) for row in self.rows]
        return "\n".join([self.title, *rows]).replace(r"$\displaystyle ", "").replace("$", "")
