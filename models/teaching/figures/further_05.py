"""The figures of further/05: the plane of rate and distortion, a dent, reverse water-filling, and a capacity."""

import matplotlib.pyplot as plt
import numpy as np

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

NOISE = 0.1  # σ² of the decoder


def opening() -> None:
    """Draw the best trades of a Gaussian decoder with a fixed variance, and those of an unrestricted decoder."""
    use_lecture_style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.5))
    rate, constant, h_x = np.linspace(0, 2.6, 200), np.log(2 * np.pi * NOISE) / 2, np.log(2 * np.pi * np.e) / 2
    left.plot(rate, np.exp(-2 * rate) / (2 * NOISE) + constant, color="black", label="smallest D at rate R")
    left.plot(rate, h_x - rate, "--", color=COLOURS[1], label="bound D = h(x) − R")
    left.fill_between(rate, h_x - rate, -1.5, color=COLOURS[1], alpha=0.12)
    step = np.array([-0.3, 0.3])
    for beta, colour in zip((0.25, 1, 4), COLOURS[2:], strict=False):
        R = np.log(1 / (beta * NOISE)) / 2
        D = beta / 2 + constant
        left.plot(R, D, "o", color=colour, markersize=9)
        left.plot(R + step, D - beta * step, color=colour, label=f"β = {beta:g}, slope −{beta:g}")
    left.set(title="Gaussian decoder of fixed variance", ylim=(-1.5, 5), xlim=(0, 2.6))
    rate = np.linspace(0, np.log(4), 5)
    right.plot(rate, np.log(4) - rate, "o-", color="black", label="smallest D at rate R")
    right.fill_between(rate, np.log(4) - rate, 0, color=COLOURS[1], alpha=0.12)
    right.set(title="Any decoder, four images", ylim=(0, 1.8), xlim=(0, 1.8))
    for ax in (left, right):
        ax.set(xlabel="rate R (nats)", ylabel="distortion D (nats)")
        ax.legend(fontsize=11)
    show_figure(
        figure,
        "Left: a convex curve of D against R touches a line of slope -1 at β = 1; tangents at three points have the "
        "slopes -4, -1 and -0.25. Right: the best trades lie on one straight line of slope -1.",
    )


def dent(points, chosen) -> None:
    """Five trades, those that minimise D + βR for some β, and the convex hull."""
    figure, ax = plt.subplots(figsize=(7, 3.8))
    ax.plot(*points.T, "o", color=COLOURS[5], markersize=9, label="minimises D + βR for no β")
    ax.plot(*points[chosen].T, "o-", color=COLOURS[0], markersize=9, label="minimises D + βR for some β")
    ax.set(title="A curve with a dent", xlabel="rate R (nats)", ylabel="distortion D (nats)")
    ax.legend(fontsize=11)
    show_figure(
        figure,
        "Five points of falling distortion. Four of them are joined by straight lines, the lower convex hull; the "
        "fifth lies above the lines.",
    )


def water_filling(variances, betas, rates, distortion, marks) -> None:
    """The logarithm of each variance above the level βσ², and the curve of the total rate and distortion."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    names = [f"λ = {v:g}" for v in variances]
    left.bar(names, variances, color=COLOURS[: len(variances)])
    for beta, style in zip(marks, ("-", "--", ":", "-."), strict=False):
        left.axhline(beta * NOISE, color="black", linestyle=style, label=f"level βσ², β = {beta:g}")
    left.set(title="A latent is active above the level", ylabel="variance", yscale="log", ylim=(0.03, 60))
    left.legend(fontsize=11)
    right.plot(rates.sum(axis=0), distortion, color="black")
    for beta, colour in zip(marks, COLOURS, strict=False):
        at = np.abs(betas - beta).argmin()
        right.plot(rates[:, at].sum(), distortion[at], "o", color=colour, markersize=9, label=f"β = {beta:g}")
    right.set(title="One convex curve", xlabel="rate R (nats)", ylabel="distortion D (nats)")
    right.legend()
    show_figure(
        figure,
        "Left: five bars of falling height on a logarithmic axis, and four levels; a higher level leaves fewer bars "
        "above it. Right: a falling convex curve with four points; a larger β lies further up.",
    )


def capacity(capacities, paths, variances, rate_of_gamma) -> None:
    """The rate of each latent against the capacity for a large γ, and the total rate for a large and a small γ."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=[1.2, 1])
    left.stackplot(capacities, paths[100].T, labels=[f"λ = {v:g}" for v in variances], colors=COLOURS)
    left.set(title="γ = 100: one latent after another", xlabel="capacity C (nats)", ylabel="rate (nats)")
    left.legend(fontsize=11, loc="upper left")
    for (gamma, path), style in zip(paths.items(), ("-", "--"), strict=True):
        right.plot(capacities, path.sum(axis=1), style, label=f"γ = {gamma}", linewidth=3)
    right.axhline(rate_of_gamma, color="black", linestyle=":", label="β-VAE at β = 5")
    right.set(title="Below $R_\\gamma$ the capacity has no effect", xlabel="capacity C (nats)")
    right.set(ylabel="total rate R (nats)")
    right.legend()
    show_figure(
        figure,
        "Left: the rates of five latents, stacked, rise with the capacity; they become active one after another, the "
        "largest λ first. Right: for γ = 100 the total rate equals C; for γ = 5 it is constant up to 2 nats.",
    )
