"""The figures of further 11: a proof as a sum of rows, and the slack of two inequalities on four points."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

from ...statements import Statement
from ..style import COLOURS, show_figure, use_lecture_style

GROUPS = ("X", "Y", "Z", "XY", "XZ", "YZ", "XYZ")
ELEMENTAL = ("H(X|Y,Z)", "H(Y|X,Z)", "H(Z|X,Y)", "I(X;Y)", "I(X;Z)", "I(Y;Z)", "I(X;Y|Z)", "I(X;Z|Y)", "I(Y;Z|X)")
HAN = "1/2 H(X,Y) + 1/2 H(X,Z) + 1/2 H(Y,Z) - H(X,Y,Z)"


def opening() -> None:
    """Draw the nine elemental inequalities of three variables as rows, and Han's inequality below them."""
    use_lecture_style()
    factors = {text.removesuffix(" >= 0"): factor for factor, text in Statement(f"{HAN} >= 0").prove().parts[0]}
    rows = [_row(name) for name in (*ELEMENTAL, HAN)]
    labels = [f"{factors[name]} ×  {name}" if name in factors else name for name in ELEMENTAL]
    figure, axes = plt.subplots(figsize=(9, 5.6))
    axes.imshow(np.array(rows, float), cmap="PuOr", vmin=-2, vmax=2, aspect="auto")
    for i, j in np.ndindex(len(rows), 7):
        used = i == 9 or ELEMENTAL[i] in factors
        text, weight = (f"{rows[i][j]}" if rows[i][j] else "·"), ("bold" if used else "normal")
        axes.text(j, i, text, ha="center", va="center", weight=weight, alpha=1 if used else 0.45)
        if used and i < 9 and j == 0:
            axes.add_patch(plt.Rectangle((-0.5, i - 0.46), 7, 0.92, fill=False, edgecolor=COLOURS[2], linewidth=3))
    axes.axhline(8.5, color="black", linewidth=2)
    axes.set(title="Nine inequalities, and a sum of three of them", xlabel="joint entropy")
    axes.set_xticks(range(7), [f"H({','.join(group)})" for group in GROUPS], fontsize=11)
    axes.set_yticks(range(10), [*labels, "Han: right − left"])
    axes.grid(visible=False)
    show_figure(
        figure,
        "A table has a row for each of nine elemental inequalities and a column for each of seven joint entropies. "
        "Three rows are framed; with the factors "
        + ", ".join(str(factor) for factor in factors.values())
        + " they sum to the last row, Han's inequality.",
    )


def _row(text: str) -> list[Fraction]:
    form = Statement(f"{text} >= 0").form
    return [form.get(frozenset(group), Fraction(0)) for group in GROUPS]


def slacks(t, curves) -> None:
    """Right minus left of inequalities {name: slack} for pmfs on four points."""
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    for (name, slack), style in zip(curves.items(), ("-", "--"), strict=True):
        axes.plot(t, slack, style, label=name)
    axes.axhline(0, color="black", linewidth=1)
    axes.set(title="Four points break Ingleton's inequality", xlabel="t, the probability of 0101 and of 1010")
    axes.set(ylabel="right − left (nats)")
    axes.legend()
    lowest = {name: f"{slack.min():.3f}" for name, slack in curves.items()}
    show_figure(
        figure,
        "Two curves show the slack of two inequalities. Their smallest values are "
        + " and ".join(f"{value} nats for {name}" for name, value in lowest.items())
        + ".",
    )
