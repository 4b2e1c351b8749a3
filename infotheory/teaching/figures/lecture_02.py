"""The figures of lecture 2: two fits, information diagrams, Gibbs' and Pinsker's inequality, likelihood, processing."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from ...divergences import kl_from_logits
from ..style import COLOURS, show_figure, use_lecture_style


def opening() -> tuple[np.ndarray, np.ndarray]:
    """Draw the best Gaussians for a density with two modes; return the grid and the density as a pmf on it."""
    use_lecture_style()
    x = np.linspace(-15, 15, 601)
    density = 0.6 * norm.pdf(x, -3, 1) + 0.4 * norm.pdf(x, 3, 0.8)
    p = density / density.sum()

    def logits(mean, sigma):
        return -(((x - mean) / sigma) ** 2) / 2

    def reverse(theta):
        return float(kl_from_logits(logits(theta[0], np.exp(theta[1])), np.log(p)))

    mean = p @ x  # the forward fit has the mean and the variance of p
    forward_fit = mean, np.sqrt(p @ (x - mean) ** 2)
    left_mode = minimize(reverse, [-2, 0]).x
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    left.fill_between(x, density, color="0.8", label="p")
    left.plot(x, norm.pdf(x, *forward_fit), color=COLOURS[0], label="smallest KL(p‖q)")
    left.plot(x, norm.pdf(x, left_mode[0], np.exp(left_mode[1])), color=COLOURS[1], label="smallest KL(q‖p)")
    left.set(title="Two best Gaussians q", xlabel="x", ylabel="density (1/unit of x)", xlim=(-9, 9), ylim=(0, 0.6))
    left.legend(loc="upper right")

    means, sigmas = np.linspace(-6, 6, 121), np.linspace(0.5, 5, 46)
    all_logits = logits(means[:, None, None], sigmas[:, None])  # [mean, sigma, grid]
    right.plot(means, kl_from_logits(np.log(p), all_logits).min(axis=1), color=COLOURS[0], label="KL(p‖q)")
    right.plot(means, kl_from_logits(all_logits, np.log(p)).min(axis=1), color=COLOURS[1], label="KL(q‖p)")
    right.set(title="The best q with each mean", xlabel="mean of q", ylabel="divergence (nats)", ylim=(0, 3))
    right.legend()
    show_figure(
        figure,
        "Left: a density has modes at -3 and 3. A wide Gaussian has its peak between them, and a narrow Gaussian lies "
        "on the left mode. Right: KL(p‖q) has one valley, between the modes, and KL(q‖p) has a valley at each mode.",
    )
    return x, p


def information_diagrams(names, entropies) -> None:
    """H(X,Y), H(X) and H(Y) as bars for several tables, and H(X,Y) cut into H(X|Y), I(X;Y) and H(Y|X)."""
    figure, panels = plt.subplots(1, 3, figsize=(13, 3.6), sharex=True)
    for axes, name, (h_x, h_y, h_xy) in zip(panels, names, entropies, strict=True):
        shared = h_x + h_y - h_xy
        axes.barh(0, h_xy, color="0.75")
        axes.barh(1, h_x, color=COLOURS[0])
        axes.barh(2, h_y, left=h_xy - h_y, color=COLOURS[1])
        for start, width, colour in ((0, h_x - shared, "#b3d4e8"), (h_x - shared, shared, COLOURS[2]),
                                     (h_x, h_y - shared, "#f2c7a8")):  # fmt: skip
            axes.barh(3, width, left=start, color=colour)
            if width > 0.1:
                axes.text(start + width / 2, 3, f"{width:.2f}", ha="center", va="center", fontsize=11)
        for edge in (h_x - shared, h_x):
            axes.plot([edge, edge], [-0.4, 3.5], color="black", linewidth=1, linestyle=":")
        axes.set(title=name, yticks=[], xlim=(0, 1.8), xlabel="nats")
        axes.invert_yaxis()
        axes.grid(visible=False)
    panels[0].set_yticks(range(4), ["H(X,Y)", "H(X)", "H(Y)", "H(X|Y), I(X;Y), H(Y|X)"])
    shared = ", ".join(
        f"{name}: {h_x + h_y - h_xy:.2f}" for name, (h_x, h_y, h_xy) in zip(names, entropies, strict=True)
    )
    show_figure(
        figure,
        "In three diagrams, bars of the same lengths H(X) and H(Y) overlap more and more from left to right. "
        f"The overlap in nats is I(X;Y): {shared}.",
    )


def pointwise(p_xy, product, pmi) -> None:
    """Three tables: the joint pmf, the product of the marginals, and the logarithm of their ratio."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 2.9), sharey=True)
    styles = [{"cmap": "Blues", "vmin": 0, "vmax": 0.6}] * 2 + [{"cmap": "PuOr", "vmin": -1.5, "vmax": 1.5}]
    titles = ("p(x,y)", "p(x) p(y)", "pointwise information (nats)")
    for axes, table, title, style in zip(panels, (p_xy, product, pmi), titles, styles, strict=True):
        axes.imshow(table, aspect="auto", **style)
        for x, y in np.ndindex(table.shape):
            axes.text(y, x, f"{table[x, y]:.3f}", ha="center", va="center", fontsize=15)
        axes.set(title=title, xlabel="evening y")
        axes.set_xticks(range(3), ["sun", "cloud", "rain"])
        axes.set_yticks(range(2), ["dry", "wet"])
        axes.grid(visible=False)
    panels[0].set_ylabel("morning x")
    show_figure(
        figure,
        "Three tables of morning and evening show the joint pmf, the product of the marginals, and their log ratio. "
        "Dry and sun, wet and cloud, wet and rain have positive values; the three other pairs have negative ones.",
    )


def gibbs(p, q, terms, lifted) -> None:
    """The logarithm below its tangent, and the terms of a KL divergence with and without q - p."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    t = np.linspace(0.05, 3.2, 300)
    left.plot(t, t - 1, color=COLOURS[1], label="t − 1")
    left.plot(t, np.log(t), color=COLOURS[0], label="log t")
    left.plot(q / p, np.log(q / p), "o", color="black", label="t = q(x)/p(x)")
    left.set(title="The logarithm lies below its tangent", xlabel="t", ylabel="value", ylim=(-3, 2.4))
    left.legend(loc="lower right")
    place = np.arange(len(p))
    right.bar(place - 0.2, terms, 0.4, color=COLOURS[4], label="p log(p/q)")
    right.bar(place + 0.2, lifted, 0.4, color=COLOURS[2], label="p log(p/q) − p + q")
    right.axhline(0, color="black", linewidth=1)
    right.set(title="The same sum, term by term", xlabel="outcome x", ylabel="term (nats)", xticks=place)
    right.legend()
    show_figure(
        figure,
        "Left: log t touches the line t - 1 at t = 1 and lies below it elsewhere. Right: the terms p log(p/q) have "
        "both signs, and none of the terms p log(p/q) - p + q is negative.",
    )


def two_directions(heads, difference) -> None:
    """KL(a‖b) - KL(b‖a) of two coins as a map; a in the rows of `difference`."""
    figure, axes = plt.subplots(figsize=(6.2, 4.4))
    image = axes.pcolormesh(heads, heads, difference.T, cmap="PuOr", vmin=-1, vmax=1)
    axes.contour(heads, heads, difference.T, levels=[0], colors="black", linewidths=1.5)
    axes.set(title="KL(a‖b) − KL(b‖a) of two coins", xlabel="probability a", ylabel="probability b")
    axes.grid(visible=False)
    figure.colorbar(image, label="difference (nats)", extend="both")
    show_figure(
        figure,
        "A square map shows all pairs of coins. The difference is 0 on both diagonals and changes sign at each.",
    )


def pinsker(points) -> None:
    """KL against total variation for pairs of pmfs, {name: (TV, KL)}, above Pinsker's parabola."""
    figure, axes = plt.subplots(figsize=(8, 4))
    for size, (name, (distance, divergence)) in zip((5, 22), points.items(), strict=True):
        axes.scatter(distance, divergence, size, alpha=0.6, linewidths=0, label=name)
    distance = np.linspace(0, 1, 101)
    axes.plot(distance, 2 * distance**2, color="black", label="2 TV²")
    axes.set(title="No pair lies below the parabola", xlabel="total variation", ylabel="KL (nats)", ylim=(0, 3))
    axes.legend(loc="upper left")
    show_figure(
        figure,
        "Thousands of pairs of pmfs lie above the parabola 2 TV². Pairs of coins near one half lie almost on it.",
    )


def likelihood(thetas, loss, divergence, best) -> None:
    """The negative mean log-likelihood and the KL to the model, a constant apart."""
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.plot(thetas, loss, label="−mean log-likelihood")
    axes.plot(thetas, divergence, label="KL(p̂ ‖ q_θ)")
    axes.axvline(best, color="black", linestyle=":", label="sample mean / 4")
    axes.annotate("", (0.6, divergence[100]), (0.6, loss[100]), arrowprops={"arrowstyle": "<->", "linewidth": 1.5})
    axes.text(0.61, (divergence[100] + loss[100]) / 2, "H(p̂)", va="center")
    axes.set(title="Binomial(4, θ) and 500 samples", xlabel="θ, the probability of success", ylabel="nats per sample")
    axes.set_ylim(-0.1, 3.3)
    axes.legend(loc="upper left")
    show_figure(
        figure,
        f"Two parallel curves differ by the entropy of the sample. Both are smallest at θ = {best:.2f}.",
    )


def processing(information, divergence) -> None:
    """I and KL after each pass through a noisy channel."""
    figure, axes = plt.subplots(figsize=(8, 3.6))
    axes.plot(divergence, "o-", label="KL(pKᵏ ‖ qKᵏ)")
    axes.plot(information, "s-", label="I(X; Y after k passes)")
    axes.set(title="Processing never adds information", xlabel="passes k through the noisy channel", ylabel="nats")
    axes.legend()
    show_figure(figure, "Both curves fall with each pass through the channel and tend to 0.")
