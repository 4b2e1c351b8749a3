"""A conjecture about entropies: proved, refuted or open, as it is typed."""

import html
import math
import re
from functools import lru_cache
from itertools import combinations

import ipywidgets as widgets
import numpy as np

from ..statements import Statement, StatementError, Verdict
from ..statements.form import Form, largest, value
from ..statements.networks import joint, random_network
from ..teaching import COLOURS
from .base import LiveExplorer, figure

LINES, WIDTH = 13, 50  # what the right panel has room for


class ConjectureExplorer(LiveExplorer):
    """A line such as `H(X|Y) <= H(X)`, and conditions with `and` between: a proof, a counterexample, or open.

    Each dot is one of 600 random distributions that satisfy the conditions: its x is the left side, its y the right
    side, in nats. After a proof, no distribution's dot lies in the shaded half; a counterexample's dot does.
    State: `text` and `given`, changed by `read`; `verdict`, a `Verdict`. If the line cannot be read, `verdict` is
    None, `error` gives the reason, and the picture stays.
    """

    caption = "Type a conjecture of your own in JupyterLab to see it settled."

    def __init__(self, text: str = "I(X;Y|Z) <= I(X;Y)", given: str = ""):
        self.text = self.given = self.error = ""
        self.verdict = self.statement = None
        self.read(text, given)
        if self.error:
            raise StatementError(self.error)

    def read(self, text: str, given: str = "") -> None:
        """Take a line and its conditions, and find the verdict; if it cannot be read, `error` gives the reason."""
        self.text, self.given, self.error = text, given, ""
        conditions = [line for line in re.split(r"\s+and\s+|&", given.strip()) if line.strip()]
        try:
            self.statement = Statement(text, given=conditions)
        except StatementError as error:
            self.verdict, self.error = None, str(error)
            return
        if hasattr(self, "_text"):  # a search over four or five variables can take seconds
            self.show_text(f"{self.statement}: looking for a proof, then for a counterexample …")
        self.verdict = verdict_of(text, tuple(conditions))

    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Left and right side, in nats, of random distributions that satisfy the conditions."""
        names, entropies = self.statement.variables, joint_entropies(len(self.statement.variables))
        groups = [frozenset(group) for size in range(len(names)) for group in combinations(names, size + 1)]

        def values(form: Form) -> np.ndarray:
            return entropies @ [float(form.get(group, 0)) for group in groups]

        kept = np.ones(len(entropies), bool)
        for condition in self.statement.given:
            kept &= abs(values(condition.form)) < 1e-9 * float(largest(condition.form))
        return values(self.statement.line.left)[kept], values(self.statement.line.right)[kept]

    def describe(self) -> str:
        if self.error:
            return self.error
        says = {
            "proved": "proved, for every distribution",
            "refuted": "refuted, by the distribution that is shown",
            "open": "open: no sum of Shannon's inequalities proves it, and no counterexample was found",
        }[self.verdict]
        return f"{self.statement}: {says}"

    def show_text(self, text: str) -> None:
        """Show text in a monospaced font, in which a caret points at the part that cannot be read."""
        self._text.value = f'<pre style="line-height: 1.3">{html.escape(text, quote=False)}</pre>'

    def build(self):
        fig, left, right = figure(11, 4.4, (0.065, 0.14, 0.33, 0.76), (0.44, 0.03, 0.55, 0.87))
        self._wrong = left.fill([0], [0], color=COLOURS[1], alpha=0.12)[0]
        self._line = left.plot([], [], color="black", linewidth=1.5)[0]
        self._dots = left.plot([], [], ".", color=COLOURS[0], alpha=0.5, markersize=5)[0]
        self._broken = left.plot([], [], "X", color=COLOURS[1], markersize=13, markeredgecolor="black")[0]
        left.set(title="random distributions; shaded: it breaks", xlabel="left side (nats)", ylabel="right side (nats)")
        self._axes = left
        right.axis("off")
        self._title = right.text(0, 1, "", va="top", fontsize=17, fontweight="bold")
        self._lines = right.text(0, 0.88, "", va="top", fontsize=12.5, family="monospace", linespacing=1.35)
        return fig, [self._wrong, self._line, self._dots, self._broken, self._title, self._lines]

    def update(self):
        if self.verdict is None:
            return  # the last statement's picture stays
        sides, found = self.sides(), ([], [])
        if self.verdict.pmf is not None:
            line, names = self.statement.line, self.statement.variables
            found = [[float(value(side, names, self.verdict.pmf))] for side in (line.left, line.right)]
        low, high = self._limits(np.concatenate([*sides, *found]))
        corner = {"<=": [high, low], ">=": [low, high], "=": [low, low]}[self.statement.line.relation]
        self._wrong.set_xy([[low, low], corner, [high, high]])  # an equality fails everywhere off the line
        self._line.set_data([low, high], [low, high])
        self._dots.set_data(*sides)
        self._broken.set_data(*found)
        self._title.set(
            text=str(self.verdict), color={"proved": COLOURS[2], "refuted": COLOURS[1]}.get(self.verdict, "0.3")
        )
        self._lines.set_text("\n".join(self._shown()))

    def _limits(self, values: np.ndarray) -> tuple[float, float]:
        """The limits of both axes, one of a few pairs, since a new pair redraws the whole figure."""
        size = 0.8 * 2 ** max(0, math.ceil(math.log2(abs(values).max(initial=0.8) / 0.8)))
        self.view = (-size if values.min(initial=0) < -1e-9 else -size / 16, 1.05 * size)
        self._axes.set(xlim=self.view, ylim=self.view)
        return self.view

    def _shown(self) -> list[str]:
        """The proof or the counterexample, as far as there is room."""
        if self.verdict.proof:
            lines = ["a sum of simple inequalities and conditions:", ""]
            lines += [f"{factor:>6s}  {text}" for factor, text, _ in self.verdict.proof.rows()]
        else:
            lines = repr(self.verdict).replace(": ", ":\n", 1).splitlines()[1:]
        if len(lines) > LINES:
            lines = [*lines[: LINES - 1], f"… and {len(lines) - LINES + 1} more lines"]
        return [line if len(line) <= WIDTH else line[: WIDTH - 1] + "…" for line in lines]

    def controls(self) -> list[widgets.Widget]:
        wide = {"width": "34em"}
        text = widgets.Text(self.text, description="conjecture", layout=wide)
        given = widgets.Text(self.given, description="given", layout=wide, placeholder="I(X;Z|Y) = 0 and H(X|Y) = 0")
        self.listen([text, given], lambda _: self.read(text.value, given.value))
        return [widgets.HBox([text, given], layout={"flex_flow": "row wrap"})]


@lru_cache(maxsize=64)
def verdict_of(text: str, conditions: tuple[str, ...]) -> Verdict:
    """The verdict. The last ones are cached, since the same line often returns while it is typed."""
    return Statement(text, given=conditions).verdict()


@lru_cache(maxsize=5)
def joint_entropies(n: int, samples: int = 600) -> np.ndarray:
    """H of each group of n variables, small groups first, for random distributions: [samples, 2ⁿ - 1], in nats."""
    rng, names = np.random.default_rng(0), tuple(range(n))
    size = 3 if n <= 3 else 2
    networks = np.stack([joint(random_network(n, size, rng)) for _ in range(samples // 2)])
    spread = rng.dirichlet(np.full(size**n, 0.3), samples - len(networks)).reshape(-1, *[size] * n)
    pmfs = np.concatenate([networks, spread])
    groups = (frozenset(group) for k in range(n) for group in combinations(names, k + 1))
    return np.stack([value({group: 1}, names, pmfs) for group in groups], axis=1)
