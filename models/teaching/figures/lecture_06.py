"""The figures of lecture 6: the game, the optimal discriminator, two losses, a missing mode, and generated digits."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.stats import norm

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import load_mnist
from ...figures import show_images
from ...weights import load_pretrained


@torch.no_grad()
def opening():
    """Draw ten written and ten generated digits, mixed, and a game on a line; return the full-length GAN."""
    use_lecture_style()
    gan, digits = load_pretrained("gan-mnist"), load_mnist()
    torch.manual_seed(5)
    images = torch.cat([digits.test_images[:10], gan.sample(10)])
    order = torch.randperm(20, generator=torch.Generator().manual_seed(6))  # those below 10 are written
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=(1, 1.15))
    show_images(images[order], 5, ax=left, rows="ABCD", title="Which digits are handwritten?")
    left.set_xticks([30 * (column + 0.5) for column in range(5)], range(1, 6))
    left.xaxis.tick_top()
    x = np.linspace(-5, 5, 401)
    p, g = norm.pdf(x, -1.5, 0.6) * 0.7 + norm.pdf(x, 2, 0.5) * 0.3, norm.pdf(x, 0.5, 1.2)
    for density, colour, name in ((p, COLOURS[0], "real p(x)"), (g, COLOURS[1], "generated g(x)")):
        right.fill_between(x, density, alpha=0.35, color=colour, label=name)
    right.set(title="The best answer on a line", xlabel="x", ylabel="density per unit of x", ylim=(0, 0.7))
    right.plot([], [], color="black", label="D* = p/(p + g)")
    right.legend(loc="upper left", ncols=3, fontsize=10)
    of_D = right.twinx()
    of_D.plot(x, p / (p + g), color="black")
    of_D.set(ylabel="probability of real, D*", ylim=(0, 1.25), yticks=[0, 0.5, 1])
    of_D.spines["right"].set_visible(True)
    of_D.grid(visible=False)
    show_figure(
        figure,
        "Left: twenty digits in rows A to D and columns 1 to 5; handwritten and generated ones look alike. Right: the "
        "densities of real and generated points on a line, and the curve of D*, which is near 1 where real points are "
        "denser and near 0 where generated points are.",
    )
    return gan


def share_of_value(p, g) -> None:
    """The share of V of each image, as a function of D(x), and its maximum."""
    figure, axes = plt.subplots(figsize=(8.5, 3.8))
    D, best = np.linspace(0.005, 0.995, 199), p / (p + g)
    for i, colour in enumerate(COLOURS[: len(p)]):
        axes.plot(D, p[i] * np.log(D) + g[i] * np.log(1 - D), color=colour, label=f"p = {p[i]}, g = {g[i]}")
        axes.plot(best[i], p[i] * np.log(best[i]) + g[i] * np.log(1 - best[i]), "o", color=colour, markersize=10)
    axes.set(title="One image's share of V, with its maximum", xlabel="D(x)", ylabel="f(D) (nats)", ylim=(-1.2, 0))
    axes.legend(fontsize=11, ncols=2, loc="lower center")
    show_figure(
        figure,
        "Four concave curves against D from 0 to 1. Their maxima, marked by dots, lie at 0.8, 0.6, 0.4 and 0.2.",
    )


def discriminator(x, p, g, best, trained) -> None:
    """Two densities on a line, and the optimal and a trained discriminator."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.8))
    left.fill_between(x, p, alpha=0.4, label="data p(x)")
    left.fill_between(x, g, alpha=0.4, label="generator g(x)")
    left.set(title="Two densities", xlabel="x", ylabel="density per unit of x", ylim=(0, 0.6))
    right.plot(x, best, color="black", label="D* = p/(p + g)")
    right.plot(x, trained, "--", color=COLOURS[1], label="trained D")
    right.set(title="The optimal and a trained discriminator", xlabel="x", ylabel="probability of real")
    right.set(ylim=(-0.02, 1.25), yticks=[0, 0.5, 1])
    for axes in (left, right):
        axes.set_xlim(-5, 5)
        axes.legend(loc="upper right", fontsize=11, ncols=2)
    show_figure(
        figure,
        "Left: data with two modes and a Gaussian generator between them. Right: the trained discriminator follows the "
        "optimal one where there are samples, and departs from it at the left end.",
    )


def two_modes(edges, data, generated) -> None:
    """Shares of samples in bins: the data, and a trained generator."""
    figure, axes = plt.subplots(figsize=(8.5, 3.6))
    middles, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    axes.bar(middles, data, width, alpha=0.4, label="data")
    axes.step(middles, generated, where="mid", color=COLOURS[1], label="trained generator")
    axes.set(title="A generator learns two modes from samples", xlabel="x", ylabel=f"share in a bin of {width:g}")
    axes.set(xlim=(-4.5, 4.5), ylim=(0, 0.18))
    axes.legend(fontsize=11)
    show_figure(
        figure,
        "Bars show the data's two modes. The trained generator has two peaks, which follow the bars.",
    )


def losses(ell, values, slopes, theta, jsd) -> None:
    """Two losses of one generated image and their slopes, and the JSD of two shifted uniforms."""
    figure, axes = plt.subplots(1, 3, figsize=(13.5, 3.8))
    for name in values:
        axes[0].plot(ell, values[name], label=name)
        axes[1].plot(ell, -slopes[name], label=name)
    axes[0].set(title="Two losses of an image", xlabel="logit ℓ of D", ylabel="loss (nats)")
    axes[1].set(title="Their negative slopes", xlabel="logit ℓ of D", ylabel="−dL/dℓ (nats per unit of ℓ)")
    axes[2].plot(theta, jsd, color="black")
    axes[2].axhline(math.log(2), color="black", linestyle=":", label="log 2")
    axes[2].set(title="JSD of two uniforms", xlabel="shift θ of the generator", ylabel="JSD (nats)", ylim=(0, 0.85))
    for ax in axes:
        ax.legend(fontsize=11)
    show_figure(
        figure,
        "Left: both losses fall with the logit; the minimax loss is flat for negative logits. Middle: the negative "
        "slope of the minimax loss rises from 0 to 1, that of the non-saturating loss falls from 1 to 0. Right: JSD "
        "rises from 0 at shift 0 to log 2 at shift 1 and is flat beyond.",
    )


def missing_mode(shares, values, full, pathwise) -> None:
    """V against the share of the missing mode, and two gradients of a collapsed generator as numbers."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=(1.15, 1))
    left.plot(shares, values, color="black")
    left.axhline(-math.log(4), color="black", linestyle=":", label="−log 4, perfect")
    left.plot(0, values[0], "o", color=COLOURS[1], markersize=11, clip_on=False, zorder=3, label="collapsed, w = 0")
    low = int(np.searchsorted(shares, 0.1))
    head = (shares[low], values[low])
    look = {"arrowstyle": "-|>", "color": COLOURS[1], "lw": 3, "shrinkA": 8, "shrinkB": 0}
    left.annotate("", head, (0, values[0]), arrowprops=look)
    for w, value, place in ((0, values[0], (0.04, 0.005)), (0.1, values[low], (0.03, 0.005))):
        left.text(w + place[0], value + place[1], f"V = {value:.3f}", color=COLOURS[1])
    left.set(
        title="V falls as soon as the mode is made", xlabel="share w of the missing mode", ylabel="V(D*, G) (nats)"
    )
    left.set(xlim=(0, 1), ylim=(-1.45, -0.9))
    left.legend(loc="upper center", fontsize=11)
    right.axis("off")
    right.set_title("Gradients of V at m = 2, s = ½, w = 0")
    cells = [[f"{of[i]:z.3f}" for of in (full, pathwise)] for i in range(3)]
    names = ["∂V/∂m  (mean)", "∂V/∂s  (width)", "∂V/∂w  (share)"]
    table = right.table(
        cells, rowLabels=names, colLabels=["full", "pathwise"], cellLoc="center", bbox=(0.34, 0.16, 0.66, 0.7)
    )
    table.auto_set_font_size(False)
    table.set_fontsize(14)
    for column in (0, 1):
        table[3, column].set_facecolor("#fbe3d6")
    show_figure(
        figure,
        f"Left: V against the share w of the missing mode. It falls from {values[0]:.3f} at w = 0 to -1.386 at ½ "
        f"and rises again. Right: a table of gradients at w = 0. Full: {full[0]:z.3f}, {full[1]:z.3f}, {full[2]:z.3f}. "
        "Pathwise: all three are about zero.",
    )


def generated(images) -> None:
    """Fifty images of each GAN."""
    figure, axes = plt.subplots(1, len(images), figsize=(12, 3.6))
    for ax, (name, made) in zip(axes, images.items(), strict=True):
        show_images(made[:50], 10, title=name, ax=ax)
    show_figure(
        figure,
        "Two grids of fifty generated images. After 500 steps most are legible and many have broken strokes; after the "
        "full-length training most look handwritten.",
    )


def walks(images, n) -> None:
    """Images along n walks in the space of the noise."""
    figure, axes = plt.subplots(figsize=(9, 0.62 * n + 0.8))
    show_images(images, len(images) // n, ax=axes, rows=[f"walk {i + 1}" for i in range(n)])
    width = 30 * (len(images) // n)
    axes.set_xticks([15, width / 2, width - 15], ["0", "½", "1"])
    axes.set(title="Walks between two noises", xlabel="part of the way")
    show_figure(figure, f"{n} rows of images. Along each row one digit changes into a different one, in small steps.")


def labels(images, n_labels=10) -> None:
    """Images of a conditional GAN: a column for each label, a row for each noise."""
    figure, axes = plt.subplots(figsize=(8.5, 4.4))
    rows = [f"z {i + 1}" for i in range(len(images) // n_labels)]
    show_images(images, n_labels, ax=axes, rows=rows, title="A conditional GAN", xlabel="label y", ylabel="noise")
    axes.set_xticks([30 * (i + 0.5) for i in range(n_labels)], range(n_labels))
    show_figure(
        figure, "A grid of digits. Each column shows the digit of its label, 0 to 9, in a different style in each row."
    )
