"""The figures of lecture 7: a training on L_I, optimisers, the gap, a lemma by sampling, and a continuous code."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory import barber_agakov_bound, joint, mutual_information
from infotheory.teaching import COLOURS, show_figure, use_lecture_style


def opening() -> None:
    """Draw the codes of a generator before and after its training on L_I, and L_I and I during the training."""
    use_lecture_style()
    before, after, bounds, information = _training()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 3.9), width_ratios=(1, 1, 1.5))
    _table(left, before, "Before: p(x|c)")
    _table(middle, after, "After: p(x|c)")
    left.set_ylabel("code c")
    right.axhline(math.log(4), color="black", linestyle="--", label="H(c) = log 4")
    right.plot(information, color=COLOURS[1], linewidth=3.5, label="I(c;x), not used")
    right.plot(bounds, color=COLOURS[0], label="$L_I$, maximised")
    right.axvline(100, color="0.4", linewidth=1, linestyle=":")
    right.text(108, 0.03, "the generator\nis trained too", fontsize=11, va="bottom")
    right.set(title="A bound that can be computed", xlabel="gradient step", ylabel="nats", ylim=(-0.05, 1.5))
    right.legend(loc="center right", fontsize=12)
    show_figure(
        figure,
        "Left: a table of four codes and six images; each code generates several images. Middle: after the training "
        "each code has images of its own. Right: within 30 steps the bound rises from 0 to the information, 0.2 nats, "
        "and stays there. From step 100 on, both rise together to log 4 = 1.39 nats.",
    )


def _training():
    """The loop of section 7.6 from seed 0: p(x|c) before and after, and L_I and I(c;x) at each step."""
    torch.manual_seed(0)
    g = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)
    r = torch.zeros(4, 6, dtype=torch.float64, requires_grad=True)
    before, p_c = g.softmax(1).detach().numpy(), torch.full((4,), 0.25, dtype=torch.float64)
    of_Q, of_G = torch.optim.Adam([r], lr=0.05), torch.optim.Adam([g], lr=0.05)
    curves = []
    for step in range(500):
        p_cx = joint(p_c, g.softmax(1))
        L_I = barber_agakov_bound(p_cx, r.softmax(0))
        curves.append((L_I.item(), mutual_information(p_cx.detach()).item()))
        of_Q.zero_grad()
        of_G.zero_grad()
        (-L_I).backward()
        of_Q.step()
        if step >= 100:
            of_G.step()
    return before, g.softmax(1).detach().numpy(), *zip(*curves, strict=True)


def _table(axes, p_x_given_c, title):
    """p(x|c) as an image with a number in each cell that is not nearly 0."""
    picture = axes.imshow(p_x_given_c, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (c, x), value in np.ndenumerate(p_x_given_c):
        if value >= 0.05:
            colour = "white" if value > 0.5 else "black"
            axes.text(x, c, f"{value:.1f}", ha="center", va="center", color=colour, fontsize=11)
    axes.set(title=title, xlabel="image x", xticks=range(6), yticks=range(4))
    axes.grid(False)
    return picture


def optimisers(panels, ceiling) -> None:
    """I(c;x) against H(c|x) of many generators: {title: (H(c|x), I)}, with the best generator by each."""
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4), sharey=True)
    for ax, (title, (left_open, information)) in zip(axes, panels.items(), strict=True):
        most, least = information.argmax(), left_open.argmin()
        ax.scatter(left_open, information, s=10, alpha=0.5)
        ax.plot([0, ceiling], [ceiling, 0], "k--", linewidth=1.5, label="sum = log 3")
        ax.plot(left_open[most], information[most], "^", color=COLOURS[1], markersize=12, label="largest I")
        ax.plot(left_open[least], information[least], "v", color=COLOURS[2], markersize=12, label="smallest H(c|x)")
        ax.set(title=title, xlabel="H(c|x) (nats)", xlim=(-0.03, 1.15), ylim=(-0.05, 1.15))
    axes[0].set(ylabel="I(c;x) (nats)")
    axes[0].legend()
    show_figure(
        figure,
        "Two scatter plots of 500 generators. With a fixed p(c) all points lie on a line of slope -1, and the largest "
        "I and the smallest H(c|x) are the same point. With a free p(c) the points fill the triangle below the line, "
        "and the two marks are far apart.",
    )


def gap(groups, random_bounds, information) -> None:
    """I − L_I against E KL for each group of Q: {label: (E KL, I − L_I)}, and a histogram of the random Q's bounds."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
    left.loglog([1e-8, 10], [1e-8, 10], "k--", linewidth=1, label="equality", zorder=3)
    looks = (dict(s=70, color=COLOURS[4]), dict(s=14, color=COLOURS[0]))
    for (label, (mean_kl, missing)), look in zip(groups.items(), looks, strict=True):
        left.scatter(mean_kl, missing, label=label, linewidth=0, **look)
    left.set(title="The gap equals the mean KL", xlabel="E KL(p(c|x) ‖ Q(c|x)) (nats)", ylabel="I − $L_I$ (nats)")
    legend = left.legend()
    for mark in legend.legend_handles[1:]:
        mark.set_sizes([80])
    right.hist(random_bounds, bins=np.linspace(-2.5, 0.5, 61), color=COLOURS[4])
    right.axvline(information, color="black", linestyle="--", label=f"I(c;x) = {information:.3f}")
    right.axvline(0, color="0.4", linestyle=":", label="Q(c|x) = p(c)")
    right.set(title="Most random Q are poor", xlabel="$L_I$ (nats)", ylabel="number of Q (of 1,000)")
    right.legend(loc="upper left")
    show_figure(
        figure,
        "Left: on logarithmic axes all 2,000 points lie on the diagonal, from 1e-8 to 3 nats. Right: a histogram of "
        "the bounds of 1,000 random Q. It ends at I(c;x) = 0.179 nats, and most of it lies below 0.",
    )


def running_means(draws, means) -> None:
    """The running mean of each series of draws {name: values}, and the exact means."""
    figure, axes = plt.subplots(figsize=(9, 3.8))
    n = len(next(iter(draws.values())))
    shown = np.unique(np.geomspace(100, n, 400).astype(int))
    for (name, values), style in zip(draws.items(), ("-", "--", "-"), strict=True):
        axes.semilogx(shown, np.cumsum(values)[shown - 1] / shown, style, label=name)
    for mean in means:
        axes.axhline(mean, color="black", linewidth=1, linestyle=":")
        axes.text(1.1 * n, mean, f"{mean:.2f}", va="center", bbox=dict(facecolor="white", edgecolor="none", pad=2))
    axes.set(title="Lemma 5.1 by sampling", xlabel="number of draws", ylabel="running mean of f", ylim=(0.45, 1.6))
    axes.legend(loc="upper right", ncols=3, fontsize=11)
    show_figure(
        figure,
        "Three running means against the number of draws. Those of f(x, y) and of f(x', y) with x' from p(x|y) "
        "approach 1.05; that with an independent x' approaches 0.92.",
    )


def two_parts(left_open, mean_kl) -> None:
    """H(c|x) and E KL during a training in which G is fixed for 100 steps."""
    figure, axes = plt.subplots(figsize=(8.5, 3.8))
    axes.semilogy(left_open, color=COLOURS[4], label="H(c|x), the generator's part")
    axes.semilogy(mean_kl, color=COLOURS[0], label="E KL, Q's part")
    axes.axvline(100, color="0.4", linewidth=1, linestyle=":")
    axes.text(106, 1.6e-4, "G is trained too", fontsize=12)
    axes.set(title="The two parts of H(c) − $L_I$", xlabel="gradient step", ylabel="nats", ylim=(1e-4, 3))
    axes.legend(loc="upper right")
    show_figure(
        figure,
        "Two curves on a logarithmic axis. Q's part falls below 0.0001 nats in 100 steps, while H(c|x) stays at 1.2. "
        "When G is trained too, Q's part rises to 0.02 nats; then both parts fall slowly.",
    )


def pairings(tables) -> None:
    """p(x|c) after the training from each start."""
    figure, axes = plt.subplots(1, len(tables), figsize=(13, 3), sharey=True)
    for start, (ax, table) in enumerate(zip(axes, tables, strict=True)):
        picture = _table(ax, table, f"start {start}")
    axes[0].set_ylabel("code c")
    figure.colorbar(picture, ax=axes, label="p(x|c)", pad=0.01)
    show_figure(
        figure,
        "Four tables of p(x|c), one for each start. In each, every code has one or two images of its own, and the "
        "assignment of images to codes differs.",
    )


def continuous_code(noises, rows) -> None:
    """I(c;x) and the best L_I of each family of Q, {name: values}, against the noise."""
    figure, axes = plt.subplots(figsize=(9, 4.2))
    looks = zip(("black", *COLOURS[:3]), ("-", "-", "--", "-"), strict=True)
    for (name, values), (colour, style) in zip(rows.items(), looks, strict=True):
        axes.semilogx(noises, values, style, color=colour, label=name)
    axes.axhline(0, color="0.4", linewidth=1, linestyle=":")
    axes.annotate("−0.226, the upper limit for σ = 1", (0.03, -0.226), (0.025, 0.4), arrowprops={"arrowstyle": "->"})
    axes.set(title="c ~ Uniform(−1, 1), x = c + s ε", xlabel="noise s (units of c)", ylabel="nats")
    axes.legend()
    show_figure(
        figure,
        "Four curves against the noise s. I(c;x) and the bounds with a learned σ fall together from 3.2 nats; for "
        "large s the information approaches 0 and these bounds approach -0.18. The bound with σ = 1 stays between "
        "-0.23 and -0.39 everywhere.",
    )


def two_readers(curves, information) -> None:
    """L_I of each batch during the training of two readers, {label: values}."""
    figure, axes = plt.subplots(figsize=(8.5, 3.8))
    for (label, curve), colour in zip(curves.items(), (COLOURS[2], COLOURS[1]), strict=True):
        axes.plot(curve, color=colour, linewidth=1.5, label=f"$L_I$ of a batch, {label}")
    axes.axhline(information, color="black", linestyle="--", label=f"I(c;x) = {information:.2f}")
    axes.axhline(-0.226, color=COLOURS[2], linestyle=":", label="−0.226")
    axes.set(title="Equal readings, different bounds (s = 0.1)", xlabel="gradient step", ylabel="nats")
    axes.legend(loc="center right")
    show_figure(
        figure,
        "With a learned σ the bound rises to the dashed line I(c;x) = 1.67 nats within 150 steps. With σ = 1 it "
        "approaches -0.226 nats and stays below it.",
    )
