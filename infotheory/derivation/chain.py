"""A derivation as a chain of lines, each with its value: checked on random inputs, and shown with its reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from .inputs import as_input, shapes
from .step import SIGNS, Step
from .table import Table, plain


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
        above = f"line {self.line - 1}:  {plain(f'${self.above.latex}$')}:  {self.above.number(self.above_value)}"
        this = (
            f"line {self.line}:  {self.step.relation} {plain(f'${self.step.latex}$')}:  {self.step.number(self.value)}"
        )
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

    `derive(**inputs)`, if given, returns what follows from the inputs, such as marginals: the lines may use it too.
    `section` is the report's, or "beyond the report"; `equations` names the report's equations that it covers.
    Raises ValueError for fewer than two lines or an unknown relation.
    """

    name: str
    section: str
    steps: Sequence[Step]
    draw: Callable[[np.random.Generator], Mapping[str, Any]]
    equations: tuple[str, ...] = ()
    derive: Callable[..., Mapping[str, Any]] | None = None

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
            lines = zip(self.steps, self.values(self.draw(rng)), strict=True)
            for line, ((above, above_value), (step, value)) in enumerate(pairwise(lines), start=2):
                if line not in failures and not step.follows(above, above_value, value):
                    failures[line] = Failure(line, draw, seed, above, above_value, step, value)
        return Check(self.name, len(self.steps), trials, tuple(failures[line] for line in sorted(failures)))

    @property
    def inputs(self) -> dict[str, Any]:
        """The names of the inputs, each with the shape of a random example; a list of shapes for a list of arrays."""
        return {name: shapes(value) for name, value in self.draw(np.random.default_rng(0)).items()}

    def values(self, inputs: Mapping[str, Any]) -> list[Any]:
        """The value of each line on these inputs."""
        derived = self.derive(**inputs) if self.derive else {}
        return [step.value(**inputs, **derived) for step in self.steps]

    def show(self, on: Mapping[str, Any] | None = None, seed: int = 0, equations: int | None = None) -> Table:
        """The lines as a numbered table: expression, reason, value, and ✓ or ✗ for its relation to the line above.

        `on` gives the inputs by name, those of `inputs`: `show(on={"p": [0.5, 0.5], "q": [0.9, 0.1]})`. Without it
        they are random. An array may have any size, but as many axes as the example. `equations` is the number of the
        second line in a text where the lines are typeset; the first line, the left side, then has no number. Raises
        ValueError for a missing or unknown name, for an array with a different number of axes, and if a line has no
        value on these inputs.
        """
        drawn = self.draw(np.random.default_rng(seed))
        values = self.values(drawn) if on is None else self._evaluated(self._read(on, drawn))
        label = str if equations is None else lambda line: f"({line + equations - 2})" if line > 1 else ""
        rows = [
            (label(1), rf"$\displaystyle {self.steps[0].latex}$", self.steps[0].reason, self._number(0, values), "")
        ]
        for i in range(1, len(values)):
            step = self.steps[i]
            verdict = "✓" if step.follows(self.steps[i - 1], values[i - 1], values[i]) else "✗"
            line = rf"$\displaystyle {SIGNS[step.relation]} {step.latex}$"
            rows.append((label(i + 1), line, step.reason, self._number(i, values), verdict))
        header = ("line", "expression", "reason", "value", "follows")
        return Table(f"{self.name} ({self.section})", header, rows, widths={1: 60})

    def _number(self, i: int, values: list[Any]) -> str:
        return self.steps[i].number(values[i])

    def _read(self, on: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs `on` as arrays with as many axes as the `drawn` ones."""
        expected = ", ".join(drawn)
        if not isinstance(on, Mapping):
            raise ValueError(f"{self.name}: found on={type(on).__name__}, expected a dict with the names {expected}")
        if set(on) != set(drawn):
            derived = set(self.derive(**drawn)) & set(on) if self.derive else ()
            follow = f" ({', '.join(sorted(derived))} is computed from these)" if derived else ""
            raise ValueError(f"{self.name}: found the inputs {', '.join(on) or '(none)'}, expected {expected}{follow}")
        return {name: as_input(f"{self.name}, input {name}", on[name], example) for name, example in drawn.items()}

    def _evaluated(self, inputs: Mapping[str, Any]) -> list[Any]:
        """The values on inputs that are not random, or ValueError with the line that has none."""
        with np.errstate(all="ignore"):
            try:
                values = self.values(inputs)
            except Exception as error:  # shapes that do not fit, or what the package's functions refuse
                raise ValueError(f"{self.name} cannot be evaluated on these inputs: {error}") from error
        for line, value in enumerate(values, start=1):
            if np.isnan(value).any():
                raise ValueError(
                    f"{self.name}, line {line}: found NaN. A sum written out has 0 · log 0 where a probability is 0: "
                    "give inputs without zeros"
                )
        return values

    def __repr__(self) -> str:
        return f"<Derivation {self.name!r}, {len(self.steps)} lines>"
