"""The figures of further/02: two data sets, limits of bins and of noise, chance, bias, shuffled pairs and bins."""

import matplotlib.pyplot as plt
import numpy as np

from ...estimate import empirical_joint
from ...gaussian import gaussian_entropy
from ...measures import mutual_information
from ..style import COLOURS, show_figure, use_lecture_style

GROUPS = (2, 4, 5, 8, 10, 20, 25, 40, 50, 100, 125, 200, 250, 500, 1000)


def opening() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw two data sets of 1,000 pairs, and what counting gives; return x, the unrelated y and the related y."""
    use_lecture_style()
    x, unrelated, noise = np.random.default_rng(0).standard_normal((3, 1_000))
    related = 0.8 * x + 0.6 * noise
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), width_ratios=(1, 1, 1.7))
    for ax, y, colour, title in (
        (axes[0], unrelated, COLOURS[1], "Independent: I = 0"),
        (axes[1], related, COLOURS[0], "ρ = 0.8: I = 0.511 nats"),
    ):
        ax.plot(x, y, ".", markersize=3, color=colour)
        ax.set(title=title, xlabel="x", ylabel="y", xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
        estimates = [_grouped(x, y, k) for k in GROUPS]
        axes[2].semilogx(GROUPS, estimates, "o-", color=colour, markersize=5, label=title.split(":")[0])
    axes[2].axhline(np.log(1_000), color="0.4", linestyle=":", label="log 1000 = 6.908")
    for truth, colour in ((0, COLOURS[1]), (0.511, COLOURS[0])):
        axes[2].axhline(truth, color=colour, linestyle="--", linewidth=1.5)
    axes[2].set(title="Estimates from counts (dashed: the truth)", xlabel="groups for each variable")
    axes[2].set(ylabel="estimate of I (nats)", xticks=[2, 10, 50, 200, 1000], xticklabels=[2, 10, 50, 200, 1000])
    axes[2].minorticks_off()
    axes[2].legend(loc="upper left", bbox_to_anchor=(0, 0.95))
    show_figure(
        figure,
        "Left: 1,000 points without a pattern; the information is 0. Middle: 1,000 points along a diagonal; the "
        "information is 0.511 nats. Right: the estimates from counts rise with the number of groups. From 250 groups "
        "on both curves agree, and with 1,000 groups both equal log 1000, 6.908 nats.",
    )
    return x, unrelated, related


def _grouped(x, y, k: int) -> float:
    """The plug-in estimate of I, with the values sorted into k groups of equal size."""
    x, y = (np.argsort(np.argsort(values)) * k // len(values) for values in (x, y))
    return float(mutual_information(empirical_joint(x, y)))


def limits(widths, of_bins, sigmas, information) -> None:
    """The entropy of a binned Gaussian against the width; I(X;Y) and h(X|Y) of Y = X + noise against the noise."""
    h = float(gaussian_entropy([[1.0]]))
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
    left.semilogx(widths, of_bins, label="H of the bin")
    left.semilogx(widths, h - np.log(widths), "--", label="h − log Δ")
    left.set(title="Bins of X ~ N(0, 1)", xlabel="bin width Δ (units of X)", ylabel="entropy (nats)")
    left.legend()
    right.semilogx(sigmas, information, label="I(X;Y)")
    right.semilogx(sigmas, h - information, label="h(X|Y)")
    right.axhline(h, color="0.4", linestyle="--", linewidth=1.5, label="h(X)")
    right.axhline(0, color="black", linewidth=1)
    right.set(title="Y = X + noise, X ~ N(0, 1)", xlabel="σ of the noise (units of X)", ylabel="nats")
    right.legend(fontsize=11)
    show_figure(
        figure,
        "Left: the entropy of the bin follows h − log Δ for bins up to a width of about 1, and rises without a limit "
        "as bins become narrow. Right: as the noise vanishes, I(X;Y) rises without a limit and h(X|Y) falls below 0.",
    )


def chance(estimates, degrees: int, n: int) -> None:
    """Estimates of I from independent variables, with the scaled chi-squared density and its mean."""
    from scipy.stats import chi2

    figure, axes = plt.subplots(figsize=(8.5, 4))
    axes.hist(estimates, bins=40, density=True, color=COLOURS[5], label=f"{len(estimates):,} data sets, N = {n}")
    grid = np.linspace(0.0005, 1.05 * np.max(estimates), 300)
    axes.plot(grid, 2 * n * chi2.pdf(2 * n * grid, degrees), color=COLOURS[0], label="χ² density of 2NÎ")
    axes.axvline(degrees / (2 * n), color="black", linestyle=":", label="$(n_x-1)(n_y-1)/2N$")
    axes.axvline(0, color=COLOURS[1], linestyle="--", label="the truth")
    axes.set(title="Estimates from independent X and Y", xlabel="Î (nats)", ylabel="density (1/nat)")
    axes.legend(fontsize=11)
    show_figure(
        figure,
        "A histogram of estimates from independent variables. All lie above the true value 0, and their mean is 0.03 "
        "nats. The chi-squared density agrees with the histogram.",
    )


def bias(sizes, of_each: dict) -> None:
    """The exact bias of estimates of an entropy against the number of samples: {name: values}, and Miller's formula."""
    figure, axes = plt.subplots(figsize=(9, 4.2))
    for (name, values), style in zip(of_each.items(), ("o-", "s-", "^-", "--"), strict=True):
        axes.semilogx(sizes, values, style, markersize=5, label=name)
    axes.axhline(0, color="black", linewidth=1)
    axes.set(title="Exact bias for 50 outcomes, p(x) ∝ 1/x", xlabel="samples N", ylabel="bias (nats)", ylim=(-1.6, 0.2))
    axes.legend(fontsize=11)
    show_figure(
        figure,
        "Four curves of the bias against the number of samples, all negative for few samples. The plug-in estimate has "
        "the largest bias, then Miller–Madow, then the jackknife. All tend to 0. The formula of Miller is too negative "
        "below 60 samples.",
    )


def shuffles(of_pairs: dict) -> None:
    """Estimates of shuffled pairs as histograms, with that of the pairs themselves: {title: (estimate, shuffled)}."""
    figure, axes = plt.subplots(1, len(of_pairs), figsize=(12, 3.7), sharex=True, sharey=True)
    for ax, (title, (estimate, shuffled)) in zip(axes, of_pairs.items(), strict=True):
        ax.hist(shuffled, bins=12, color=COLOURS[5], label="shuffled")
        ax.axvline(estimate, color=COLOURS[1], label="the pairs")
        ax.set(title=title, xlabel="Î (nats)")
        ax.grid(axis="x", visible=False)
    axes[0].set_ylabel("number of shuffles")
    axes[0].legend(fontsize=11)
    show_figure(
        figure,
        "Histograms of the estimates of shuffled pairs, and a line at the estimate of the pairs themselves. For the "
        "independent data the line lies inside the histogram. For ρ = 0.8 it lies far to its right.",
    )


def bins(numbers, estimates: dict, truth: float) -> None:
    """Binned estimates against the number of bins for each number of samples: {N: estimates}."""
    figure, axes = plt.subplots(figsize=(9, 4.6))
    for (n, values), marker in zip(estimates.items(), "os^D", strict=True):
        axes.semilogx(numbers, values, marker + "-", markersize=5, label=f"N = {n:,}")
    axes.axhline(truth, color="black", linestyle="--", linewidth=1.5, label=f"truth, {truth:.3f}")
    axes.set(title="Estimates from bins, ρ = 0.8", xlabel="bins of each variable", ylabel="Î (nats)", ylim=(0, 2.75))
    axes.set_xticks(numbers, numbers)
    axes.minorticks_off()
    axes.legend()
    show_figure(
        figure,
        "Estimates against the number of bins, from 2 to 100. With few bins all lie below the truth of 0.511 nats. "
        "With many bins they rise above it: the fewer the samples, the earlier and the further.",
    )
