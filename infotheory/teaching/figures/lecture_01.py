"""The figures of lecture 1: a year of weather, bounds of the entropy, two chains, a channel and a guess."""

import matplotlib.pyplot as plt
import numpy as np

from ...explore.entropy import huffman_lengths
from ...measures import entropy
from ..style import COLOURS, show_figure, use_lecture_style

MONTHS = {"Jan": 31, "Feb": 28, "Mar": 31, "Apr": 30, "May": 31, "Jun": 30, "Jul": 31, "Aug": 31, "Sep": 30, "Oct": 31,
          "Nov": 30, "Dec": 31}  # fmt: skip
BLOCKS = (1, 2, 3, 4, 6, 8, 12)  # days


def opening() -> np.ndarray:
    """Draw a year of weather, and the questions that it needs; return the year: 365 days, 1 is wet."""
    use_lecture_style()
    year = (np.random.default_rng(7).random(365) < 0.05).astype(int)
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=(1.15, 1))
    _calendar(left, year)
    questions = [365 / days * _mean_length(days) for days in BLOCKS]
    place = np.arange(len(BLOCKS))
    bars = right.bar(place, questions, color=[COLOURS[1], *[COLOURS[0]] * 6])
    right.bar_label(bars, [f"{number:.0f}" for number in questions], padding=2)
    right.axhline(365 * entropy([0.95, 0.05], base=2), color="black", linestyle="--")
    right.text(len(BLOCKS) + 0.45, 104.5, "104.5", ha="right", va="bottom", fontweight="bold")
    right.set_xticks(place, BLOCKS)
    right.set(title="Yes/no questions a year, on average", xlabel="days in a block", ylim=(0, 400))
    right.set(ylabel="questions a year", xlim=(-0.6, len(BLOCKS) + 0.5))
    right.grid(axis="x", visible=False)
    show_figure(
        figure,
        f"Left: a calendar of one year marks {year.sum()} of 365 days as wet. Right: bars fall from 365 "
        f"questions a year, one for each day, to "
        f"{questions[-1]:.0f} for blocks of 12 days. A dashed line lies at 104.5.",
    )
    return year


def _calendar(axes, year) -> None:
    """A row of squares for each month, the wet days dark."""
    day, of_month = zip(
        *[(d, row) for row, days in enumerate(MONTHS.values()) for d in range(1, days + 1)], strict=True
    )
    axes.scatter(day, of_month, s=95, marker="s", color=np.where(year, COLOURS[0], "#e4e4e4"))
    axes.set_yticks(range(12), MONTHS)
    axes.set_xticks((1, 5, 10, 15, 20, 25, 30))
    axes.set(title=f"One year: {year.sum()} wet days", xlabel="day of the month", ylim=(11.6, -0.6), xlim=(0.2, 31.8))
    axes.grid(visible=False)
    axes.tick_params(length=0)


def _mean_length(days: int) -> float:
    """Mean code length per block of a Huffman code for the weather of some days, in bits."""
    p = np.ones(1)
    for _ in range(days):
        p = np.outer(p, [0.95, 0.05]).ravel()
    return float(p @ huffman_lengths(p))


def bounds(p_head, of_coin, sizes, random_entropy) -> None:
    """The entropy of a coin, and the mean entropy of random pmfs below log n."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    left.plot(p_head, of_coin)
    left.plot(0.5, 1, "o", color=COLOURS[1])
    left.annotate("uniform: 1 bit", (0.5, 1), (0.5, 0.86), ha="center", color=COLOURS[1])
    left.set(title="A coin", xlabel="probability of heads", ylabel="entropy (bits)")
    right.plot(sizes, np.log(sizes), "--", color="black", label="the bound log n")
    right.plot(sizes, random_entropy, label="mean of 200 random pmfs")
    right.set(title="n outcomes", xlabel="number of outcomes n", ylabel="entropy (nats)", ylim=(0, None))
    right.legend()
    show_figure(
        figure,
        "Left: the entropy of a coin is an arch from 0 bits at probability 0 to 1 bit at one half and back to 0. "
        "Right: the mean entropy of random pmfs stays about 0.4 nats below the bound log n as n grows to 32.",
    )


def two_ways(h_x, h_y, x_given_y, y_given_x) -> None:
    """H(X,Y) as a bar, divided in the two ways of the chain rule."""
    figure, axes = plt.subplots(figsize=(10, 2.7))
    parts = [[("H(X,Y)", h_y + x_given_y, "#555555")],
             [("H(Y)", h_y, COLOURS[1]), ("H(X|Y)", x_given_y, COLOURS[0])],
             [("H(X)", h_x, "#00507f"), ("H(Y|X)", y_given_x, "#a33c00")]]  # fmt: skip
    for row, bar in enumerate(parts):
        start = 0.0
        for name, width, colour in bar:
            axes.barh(row, width, left=start, color=colour, edgecolor="white", height=0.8)
            axes.text(start + width / 2, row, f"{name} = {width:.3f}", ha="center", va="center", color="white")
            start += width
    axes.set(title="One joint entropy, divided in two ways", xlabel="nats", ylim=(2.5, -0.5), yticks=[])
    axes.grid(axis="y", visible=False)
    show_figure(
        figure,
        f"Three bars of length {h_x + y_given_x:.3f} nats. The first is H(X,Y). The second consists of H(Y) = "
        f"{h_y:.3f} and H(X|Y) = {x_given_y:.3f}, the third of H(X) = {h_x:.3f} and H(Y|X) = {y_given_x:.3f}.",
    )


def channel(flip, x_given_y, h_x) -> None:
    """H(X|Y) of a binary symmetric channel, between determined and independent."""
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.plot(flip, h_x, "--", color="black", label="H(X)")
    axes.plot(flip, x_given_y, label="H(X|Y)")
    axes.plot([0, 0.5], [0, 1], "o", color=COLOURS[1])
    axes.annotate("X is determined by Y", (0, 0), (0.02, 0.02), color=COLOURS[1])
    axes.annotate("X and Y are independent", (0.5, 1), (0.5, 0.8), ha="right", color=COLOURS[1])
    axes.set(title="A channel that flips one bit", xlabel="probability ε of a flip", ylabel="entropy (bits)")
    axes.legend(loc="center right")
    show_figure(
        figure,
        "H(X|Y) rises from 0 at flip probability 0, where X is determined by Y, to 1 bit at one half, where it meets "
        "the horizontal line H(X) and X and Y are independent.",
    )


def guessing(x_given_y, error, weather) -> None:
    """The error of the best guess of X from Y against H(X|Y), below the line of Hellman and Raviv."""
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.plot(x_given_y, error, ".", markersize=3, color=COLOURS[5], label="10,000 random tables")
    axes.plot([0, 1.6], [0, 0.8], color="black", label="bound ½ H(X|Y)")
    axes.plot(*weather, "o", color=COLOURS[1], markersize=9, label="the weather")
    axes.set(
        title="The best guess of X from Y", xlabel="H(X|Y) (bits)", ylabel="probability of an error", ylim=(0, 0.8)
    )
    axes.legend(loc="upper left", markerscale=1.5)
    show_figure(
        figure,
        "For ten thousand random tables and the weather, no probability of an error lies above the straight line ½ "
        "H(X|Y), and small values of H(X|Y) imply small errors.",
    )
