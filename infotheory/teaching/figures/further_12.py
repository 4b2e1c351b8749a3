"""The figures of further 12: the error of a guess, a tangent, entropies of one variance, two coins, and a bias."""

import matplotlib.pyplot as plt
import numpy as np

from ...measures import conditional_entropy, entropy
from ..style import COLOURS, show_figure, use_lecture_style


def opening(n: int = 3, tables: int = 6_000) -> None:
    """Draw the error of the best guess of one of n values against H(X|Y), between its two bounds."""
    use_lecture_style()
    rng = np.random.default_rng(0)
    sizes = [0.05, 0.2, 1.0]  # concentrations: from nearly determined to noisy
    p = np.concatenate([rng.dirichlet(size * np.ones(3 * n), size=tables // 3) for size in sizes]).reshape(-1, n, 3)
    left_open, error = conditional_entropy(p, base=2), 1 - p.max(axis=1).sum(axis=-1)
    e = np.linspace(0, (n - 1) / n, 200)
    fano = entropy(np.stack([e, 1 - e], axis=-1), base=2) + e * np.log2(n - 1)
    figure, axes = plt.subplots(figsize=(9, 4.4))
    axes.scatter(left_open, error, s=5, color=COLOURS[0], alpha=0.4, linewidths=0)
    axes.plot(fano, e, color=COLOURS[1], label="Fano: no smaller error")
    axes.plot([0, np.log2(n)], [0, np.log2(n) / 2], "--", color=COLOURS[2], label="½ H(X|Y): no larger error")
    axes.set(title="The best guess of X from Y", xlabel="H(X|Y) (bits)", ylabel="probability of an error")
    axes.legend(loc="upper left")
    show_figure(
        figure,
        f"{len(p):,} points show the entropy of X given Y and the error of the best guess. All lie between a convex "
        "curve, Fano's bound, and a straight line of slope one half.",
    )


def jensen(w, q) -> None:
    """The logarithm, its tangent at the mean of w, and the two sides of Jensen's inequality."""
    mean, grid = q @ w, np.linspace(0.03, 1.1 * w.max(), 300)
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    axes.plot(grid, np.log(grid), label="log t")
    axes.plot(grid, np.log(mean) + (grid - mean) / mean, "--", label="tangent at the mean")
    axes.plot(w, np.log(w), "o", color="black", label="the values of t")
    axes.plot([mean, mean], [np.log(mean), q @ np.log(w)], color=COLOURS[2], linewidth=4, label="the gap")
    axes.set(title="A concave function lies below its tangents", xlabel="t", ylabel="nats", ylim=(-3.5, 0.2))
    axes.legend(loc="lower right")
    show_figure(figure, "The logarithm lies below its tangent. The log of the mean is above the mean of the logs.")


def largest_entropy(x, densities, entropies) -> None:
    """Densities {name: values} of variance 1, and their differential entropies."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4), width_ratios=(1.3, 1))
    for (name, density), style in zip(densities.items(), ("-", "--", ":", "-."), strict=True):
        left.plot(x, density, style, label=name)
    left.set(title="Four densities of variance 1", xlabel="x", ylabel="density", xlim=(-4, 4))
    left.legend(fontsize=11)
    bars = right.barh([*entropies], [*entropies.values()], color=COLOURS[: len(entropies)])
    right.bar_label(bars, [f"{value:.3f}" for value in entropies.values()], padding=4)
    right.set(title="The Gaussian has the largest entropy", xlabel="h (nats)", xlim=(0, 1.7))
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
    numbers = ", ".join(f"{name} {value:.3f}" for name, value in entropies.items())
    show_figure(figure, f"Four densities of variance 1, and bars of their differential entropies in nats: {numbers}.")


def posterior(z, x, mean, deviation, at, window) -> None:
    """Samples of z and x, the line of posterior means, and the samples in a window of x."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
    left.scatter(x[:4_000], z[:4_000], s=4, alpha=0.4, linewidths=0)
    ends = np.array([-4.5, 4.5])
    left.plot(ends, ends / 2, color=COLOURS[1], label="posterior mean x/2")
    left.axvspan(at - window, at + window, color=COLOURS[4], alpha=0.4)
    left.set(title="Samples of x and z", xlabel="x", ylabel="z")
    left.legend(loc="upper left")
    grid = np.linspace(mean - 3.5 * deviation, mean + 3.5 * deviation, 200)
    right.hist(z[abs(x - at) < window], bins=30, density=True, color=COLOURS[0], alpha=0.5, label="z in the band")
    height = np.exp(-(((grid - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    right.plot(grid, height, color=COLOURS[1], label="posterior")
    right.set(title=f"z for x near {at}", xlabel="z", ylabel="density")
    right.legend()
    show_figure(
        figure,
        "Left: samples of x and z scatter about the line z = x/2. Right: a histogram of z in a narrow band of x agrees "
        "with the Gaussian posterior.",
    )


def two_coins(q, p, excess) -> None:
    """KL(p‖q) - 2(p - q)² of two coins as a function of q, for several p."""
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    for value, curve, style in zip(p, excess, ("-", "--", ":"), strict=True):
        axes.plot(q, curve, style, label=f"p = {value}")
        axes.plot(value, 0, "o", color="black")
    axes.set(title="KL(p‖q) − 2 (p − q)² for two coins", xlabel="q", ylabel="nats", ylim=(-0.02, 0.6))
    axes.legend()
    show_figure(figure, "Three curves fall to 0 at q = p, and rise after it. None of them is negative.")


def bias(N, exact, formula) -> None:
    """N times the bias of the plug-in entropy, {name: exact values}, and the limit of each."""
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    for (name, values), style in zip(exact.items(), ("o-", "s-", "^-"), strict=True):
        axes.semilogx(N, values, style, markersize=4, label=name)
        axes.axhline(formula[name], color="black", linestyle=":", linewidth=1.2)
    axes.set(title="Miller's bias is the limit", xlabel="samples N", ylabel="N · (H − mean of Ĥ) (nats)")
    axes.legend()
    show_figure(figure, "Three curves tend to dotted lines at (n − 1)/2 as the number of samples grows.")
