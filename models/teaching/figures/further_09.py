"""The figures of further/09: four dependences, estimates from batches, a path of σ, and traversals."""

import matplotlib.pyplot as plt
import numpy as np

import infotheory as it
from infotheory.explore import DependenceExplorer
from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import Sprites
from ...figures import show_images
from ...weights import load_pretrained
from .lecture_09 import FILES, encode, grid_of_sprites, sampler, traversal

__all__ = ["encode", "estimates", "opening", "path", "sampler", "traversals"]

FAMILIES = ("turned square", "ring", "parabola", "correlated Gaussian")


def opening():
    """Draw four distributions of two latents, and two penalties of each; return the encoders and their codes."""
    use_lecture_style()
    pairs = [DependenceExplorer(family, 0.6 if family.startswith("c") else 1.0, sigma=0.2) for family in FAMILIES]
    figure = plt.figure(figsize=(13, 3.6))
    left, right = figure.subfigures(1, 2, width_ratios=(1.9, 1))
    for ax, pair in zip(left.subplots(1, 4, sharey=True), pairs, strict=True):
        ax.imshow(pair.density.T, origin="lower", extent=(-5, 5, -5, 5), cmap="Blues")
        ax.set(title=pair.family, xlim=(-3, 3), ylim=(-3, 3), xlabel="$z_1$", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        ax.title.set_fontsize(12)
        ax.grid(False)
    left.axes[0].set_ylabel("$z_2$")
    ax, places = right.subplots(), np.arange(4)
    tc = [pair.parts["TC(z)"] for pair in pairs]
    moments = [pair.penalties["DIP-II, off-diagonal"] + pair.penalties["DIP-II, diagonal"] for pair in pairs]
    for values, shift, label in ((tc, -0.2, "TC(z) (nats)"), (moments, 0.2, "DIP-VAE-II")):
        bars = ax.barh(places + shift, values, 0.38, label=label)
        ax.bar_label(bars, [f"{value + 1e-9:.2f}" for value in values], padding=3, fontsize=11)
    ax.set_yticks(places, FAMILIES)
    ax.set(xlabel="value of the penalty", xlim=(0, 1.05))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.legend(fontsize=11, loc="lower center", bbox_to_anchor=(0.3, 1), ncols=2, columnspacing=1)
    show_figure(
        figure,
        "Four densities of two latents: a square on its corner, a ring, a parabola and a correlated Gaussian. All "
        "have a positive total correlation; the penalty of DIP-VAE is positive for the last alone.",
    )
    encoders = {name: load_pretrained(file) for name, file in FILES.items()}
    images = Sprites(32).images(grid_of_sprites())
    return encoders, {name: encode(model, images) for name, model in encoders.items()}


def _log_axis(ax, ticks, label) -> None:
    ax.set(xlabel=label, xscale="log", ylabel="nats")
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.legend(fontsize=11)


def estimates(batch_sizes, stratified, naive, exact, log_n) -> None:
    """The stratified estimates of all parts against the batch size, and two estimates of the TC."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    for k, (label, colour) in enumerate(zip(("I(x; z)", "TC(z)", "Σ KL$_j$"), COLOURS, strict=False)):
        left.plot(batch_sizes, stratified[:, k], "o-", color=colour, label=label)
        left.axhline(exact[k], color=colour, linestyle="--")
    left.axhline(log_n, color="black", linestyle=":", label="log N")
    left.set(title="Stratified weights (dashed: exact)", ylim=(-5, 12.5))
    right.plot(batch_sizes, naive[:, 1], "s-", color=COLOURS[3], label="1/B for each")
    right.plot(batch_sizes, stratified[:, 1], "o-", color=COLOURS[1], label="stratified")
    right.axhline(exact[1], color="black", linestyle="--", label="exact")
    right.axhline(0, color="black", linewidth=1)
    right.set(title="Total correlation, two estimates")
    for ax in (left, right):
        _log_axis(ax, batch_sizes, "batch size B")
    left.legend(fontsize=11, ncols=2, loc="upper right")
    show_figure(
        figure,
        "Left: with stratified weights and small batches the estimated information is too large and the estimated TC "
        "too small, below 0; both approach the exact values slowly. Right: with equal weights the TC is too large.",
    )


def path(factors, exact, estimated, log_n) -> None:
    """The exact TC, its estimate, and the sum of the single informations, while all σ grow."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    left.plot(factors, exact[:, 1], "--", color="black", label="TC, exact")
    left.plot(factors, estimated[:, 1], "o-", color=COLOURS[1], label="TC, estimated, B = 64")
    left.plot(factors, exact.sum(1) - log_n, ":", color=COLOURS[2], label="Σ I(x; $z_j$) − log N, exact")
    left.set(title="The penalty")
    right.plot(factors, exact.sum(1), "--", color="black", label="Σ I(x; $z_j$), exact")
    right.plot(factors, estimated.sum(1), "o-", color=COLOURS[2], label="Σ I(x; $z_j$), estimated")
    right.plot(factors, estimated[:, 0], "s-", color=COLOURS[0], label="I(x; z), estimated")
    right.axhline(log_n, color="black", linestyle=":", label="log N")
    right.set(title="Its components")
    for ax in (left, right):
        _log_axis(ax, factors, "all σ multiplied by")
    show_figure(
        figure,
        "Left: for small σ the estimated TC follows the sum of the single informations minus log N, which is steeper "
        "than the exact TC. For large σ it rises while the exact TC falls. Right: for small σ the estimated I is near "
        "log N.",
    )


def traversals(encoders, codes) -> None:
    """The five latents with the largest KL of each encoder, moved from −2 to 2."""
    figure, panels = plt.subplots(2, 3, figsize=(13, 7.2))
    start = Sprites(32).images([[2, 4, 5, 14, 18]])[0]
    for ax, (name, model) in zip(panels.flat, encoders.items(), strict=True):
        kl = it.diagonal_gaussian_kl(*codes[name]).mean(0)
        latents = kl.argsort(descending=True)[:5].tolist()
        rows = [f"$z_{{{j}}}$: {kl[j]:.1f}" for j in latents]
        show_images(traversal(model, start, latents, 7), 7, ax=ax, title=name, rows=rows)
        ax.set_xlabel("value of the latent, −2 to 2")
    for ax in panels[:, 0]:
        ax.set_ylabel("latent: its KL in nats")
    show_figure(
        figure,
        "Six panels of sprites, one for each encoder; each row moves one latent. In β-TCVAE, FactorVAE and DIP-VAE "
        "single rows change a position or the size; in the VAE, the β-VAE and the AAE rows change several factors.",
    )
