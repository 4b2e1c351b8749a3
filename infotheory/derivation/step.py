"""A line of a derivation: an expression, its value on inputs, and its relation to the line above."""

from collections.abc import Callable
from dataclasses import dataclass
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
