"""The figures of further/07: tangents of I, gradient ascent in Q, overlapping classes, and three bounds compared."""

import math

import matplotlib.pyplot as plt
import numpy as np

from infotheory.teaching import COLOURS, show_figure, use_lecture_style


def opening() -> None:
    """Draw I of ten classes against the generator's error rate, bounds of fixed Q, and the bound of one generator."""
    use_lecture_style()
    rates = np.linspace(0.0005, 0.9, 400)
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.3), sharey=True)
    left.plot(rates, _bound(rates, rates), color="black", label="I(c;x)")
    for colour, assumed in zip(COLOURS, (0.05, 0.3, 0.6), strict=False):
        left.plot(rates, _bound(rates, assumed), color=colour, linewidth=1.5, label=f"$L_I$, Q assumes {assumed}")
        left.plot(assumed, _bound(assumed, assumed), "o", color=colour, markersize=8)
    left.set(title="One Q, many generators", xlabel="error rate ε of the generator", ylabel="nats")
    right.plot(rates, _bound(0.3, rates), color=COLOURS[3], label="$L_I$ at ε = 0.3")
    right.axhline(_bound(0.3, 0.3), color="black", linestyle="--", label="I(c;x) at ε = 0.3")
    right.set(title="One generator, many Q", xlabel="error rate δ that Q assumes", ylim=(-0.7, 2.4))
    for axes in (left, right):
        axes.axhline(0, color="0.4", linewidth=1, linestyle=":")
        axes.legend(fontsize=12)
    show_figure(
        figure,
        "Left: the information falls along a convex curve from 2.3 nats to 0 as the error rate rises to 0.9. Three "
        "straight lines, the bounds of three Q, touch it at 0.05, 0.3 and 0.6 and lie below it elsewhere. Right: the "
        "bound of one generator against the error rate that Q assumes. It has one maximum, at 0.3, on the dashed line.",
    )


def _bound(epsilon, delta):
    return math.log(10) + (1 - epsilon) * np.log(1 - delta) + epsilon * np.log(delta / 9)


def ascent(curves, information) -> None:
    """L_I during gradient ascent in Q, {title: (what a batch gives, the exact value)}."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 3.9), sharey=True)
    for ax, (title, (batch, exact)) in zip(axes, curves.items(), strict=True):
        if "batch" in title:
            ax.plot(batch, ".", color=COLOURS[5], markersize=5, label="estimate from the batch")
        ax.plot(exact, color=COLOURS[0], label="$L_I$, exact")
        ax.axhline(information, color="black", linestyle="--", label="I(c;x)")
        ax.set(title=title, xlabel="gradient step", ylim=(-0.28, 0.38))
        ax.legend(loc="lower right", fontsize=12, markerscale=2.5)
    axes[0].set_ylabel("nats")
    show_figure(
        figure,
        "Two rising curves that approach the dashed line I(c;x) = 0.18 nats within about 60 steps. In the right panel "
        "the estimates from batches scatter around the curve by 0.1 nats, on both sides of the dashed line.",
    )


def overlaps(m, beliefs, bounds, information) -> None:
    """The density of x by class, for m classes of width 2, and L_I against Q's probability of the lower class."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    segment, below = np.arange(m + 1), np.zeros(m + 1)
    for k in range(m):
        height = ((segment == k) | (segment == k + 1)) / (2 * m)
        look = dict(color=COLOURS[k], alpha=0.7, edgecolor="white", label=f"c = {k}")
        left.bar(segment + 0.5, height, 1, bottom=below, **look)
        below = below + height
    left.set(title="Density of x, by class", xlabel="x", ylabel="density p(c, x) (1/unit of x)", ylim=(0, 0.29))
    left.legend(ncols=5, fontsize=11, columnspacing=0.8, handlelength=1)
    right.plot(beliefs, bounds, label="$L_I(a)$")
    right.axhline(information, color="black", linestyle="--", label=f"I(c;x) = {information:.3f}")
    right.axhline(0, color="0.4", linestyle=":", label="Q(c|x) = 1/m")
    right.set(title="Tight at a = ½ only", xlabel="a, Q's probability of the lower class", ylabel="nats")
    right.set_ylim(-0.9, 1.3)
    right.legend(loc="lower center")
    show_figure(
        figure,
        "Left: stacked bars; between 1 and 5 each piece of the line belongs to two classes in equal parts, the two "
        "ends to one class. Right: the bound against a is a symmetric arch. It touches I(c;x) = 1.055 nats at a = 1/2 "
        "and falls below 0 near both ends.",
    )


def three_bounds(truths, over_information, sizes, over_size) -> None:
    """Estimates of L_I, InfoNCE and NWJ, [truths or sizes, 3, batches]: at K = 64 by I, and at I = 5 by K."""
    names = {"$L_I$": COLOURS[2], "InfoNCE": COLOURS[0], "NWJ": COLOURS[1]}
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.6))
    for i, (name, colour) in enumerate(names.items()):
        for ax, places, values in ((left, truths, over_information), (middle, sizes, over_size)):
            ends = np.quantile(values[:, i], [0.05, 0.95], axis=1)
            ax.plot(places, np.median(values[:, i], axis=1), color=colour, label=name)
            ax.fill_between(places, *ends, color=colour, alpha=0.22, linewidth=0)
        right.semilogy(truths, over_information[:, i].std(axis=1), color=colour, label=name)
    left.plot(truths, truths, "k--", linewidth=1.5, label="true I")
    left.axhline(math.log(64), color=COLOURS[0], linestyle=":", label="log K")
    left.set(title="K = 64: median, 5 % to 95 %", xlabel="true I(c;x) (nats)", ylabel="estimate (nats)", ylim=(0, 12))
    left.legend(loc="upper left", fontsize=11)
    middle.axhline(5, color="black", linestyle="--", linewidth=1.5)
    middle.plot(sizes, np.log(sizes), ":", color=COLOURS[0])
    middle.set(title="I = 5: median, 5 % to 95 %", xlabel="pairs K in a batch", ylabel="estimate (nats)", ylim=(0, 12))
    middle.set_xscale("log", base=2)
    least = np.sqrt(np.expm1(2 * truths) / (64 * 63))
    right.semilogy(truths, least, "k:", label="NWJ's second mean, at least")
    right.set(title="K = 64: scatter of one batch", xlabel="true I(c;x) (nats)", ylabel="standard deviation (nats)")
    right.legend(loc="upper left", fontsize=11)
    show_figure(
        figure,
        "Left: at K = 64 the estimates by L_I and NWJ follow the true information up to 9 nats, NWJ with a growing "
        "scatter; InfoNCE flattens below log 64 = 4.2. Middle: at I = 5, InfoNCE rises with K and nears 5 only at "
        "1,024 pairs. Right: the scatter of L_I stays near 0.3 nats, that of NWJ grows, but less than its theoretical "
        "lower limit, which rises exponentially.",
    )
