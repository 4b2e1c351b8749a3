"""The figures of lecture 5: sprites, a solved β-VAE, a sweep over β, its codes and traversals, and turned latents."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory import diagonal_gaussian_kl
from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import Sprites
from ...figures import show_images
from ...weights import load_pretrained

START = [[2, 4, 5, 14, 18]]  # the factors of the sprite at which each traversal starts
BETAS = (0.25, 0.5, 1, 2, 4)


def opening():
    """Draw the traversals of two β-VAEs; return the five models of the sweep."""
    use_lecture_style()
    sweep = {beta: load_pretrained(f"beta-vae-dsprites-32-beta-{beta:g}") for beta in BETAS}
    traversals({f"β = {beta:g}": sweep[beta] for beta in (0.25, 4)}, rows=6)
    return sweep


@torch.no_grad()
def traversals(models, rows) -> None:
    """For each model, the latents with the largest KL moved from −2 to 2; the KL is a mean over 500 sprites."""
    figure, axes = plt.subplots(1, len(models), figsize=(13, 0.68 * rows + 0.4))
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        sprites = Sprites(model.size)
        kl = diagonal_gaussian_kl(*model.encode(sprites.sample(500, seed=2)[1])).mean(0)
        latents = kl.argsort(descending=True)[:rows]
        codes = model.encode(sprites.images(START))[0].repeat(rows, 9, 1)
        for row, latent in enumerate(latents):
            codes[row, :, latent] = torch.linspace(-2, 2, 9)
        names = [f"$z_{{{latent}}}$: {kl[latent]:.1f}" for latent in latents]
        images = model.decode(codes.flatten(0, 1))
        show_images(images, 9, ax=ax, title=name, rows=names, xlabel="value of the latent, −2 to 2")
    axes[0].set_ylabel("latent: its KL in nats")
    still = " On the right, the last two rows do not change." if rows == 6 else ""
    show_figure(
        figure,
        f"Traversals of two models, {' and '.join(models)}. Each row moves one latent of a sprite, and stands beside "
        f"its KL. On the left every row changes the sprite.{still}",
    )


def factors(images) -> None:
    """Ten values of each factor, in a row."""
    figure, ax = plt.subplots(figsize=(8, 3.9))
    show_images(images, 10, ax=ax, rows=Sprites.factor_names, xlabel="ten values of the factor (shape has three)")
    show_figure(
        figure,
        "Five rows of white sprites on black. From left to right the shape, the scale, the orientation and the two "
        "positions change, one in each row.",
    )


def solved(betas, rates, distortion, variances, curve) -> None:
    """The rate of each latent against β, and the curve of one latent with its tangents of slope −β."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.3))
    left.stackplot(betas, rates, labels=[f"λ = {v:g}" for v in variances], colors=COLOURS)
    for v, colour in zip(variances, COLOURS, strict=False):
        left.axvline(v / 0.1, ymax=0.55, color=colour, linestyle=":", linewidth=1.8)
    left.set(title="A latent collapses at β = λ/σ² (dotted)", xlabel="β", ylabel="rate (nats)", xscale="log")
    left.legend(fontsize=11)
    right.plot(*curve, color="black")
    step = np.array([-0.3, 0.3])
    for (beta, (R, D)), colour in zip(distortion.items(), COLOURS, strict=False):
        right.plot(R, D, "o", color=colour, markersize=9)
        right.plot(R + step, D - beta * step, color=colour, label=f"β = {beta:g}: tangent of slope −{beta:g}")
    right.set(title="One latent, λ = 1", xlabel="rate R (nats)", ylabel="distortion D (nats)")
    right.legend(fontsize=11)
    show_figure(
        figure,
        "Left: the rates of five latents, stacked, fall with β on a logarithmic axis; each reaches 0 at a dotted line, "
        "the smallest λ first. Right: a convex curve of D against R. The tangent is steeper where β is larger.",
    )


def first_steps(history, least) -> None:
    """The loss of the first 200 steps, and the smallest loss without information."""
    figure, ax = plt.subplots(figsize=(8, 3.4))
    history.plot("loss", smooth=10, ax=ax)
    ax.axhline(least, color="black", linestyle="--", label="least D at R = 0")
    ax.set(title="β = 4: the first 200 steps", xlabel="step", ylabel="nats per sprite", ylim=(100, 400))
    ax.legend()
    show_figure(figure, f"The loss falls from above 400 nats and stays just above the dashed line at {least:.0f} nats.")


def sweep(R, D, kl_of_latent, H_x) -> None:
    """The trained models in the plane of rate and distortion, and the KL of each latent."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), width_ratios=(1.1, 1))
    left.plot(R.values(), D.values(), "o-", color="black")
    for beta in R:
        beside = (-58, -16) if beta == 1 else (9, 5)
        left.annotate(f"β = {beta:g}", (R[beta], D[beta]), beside, textcoords="offset points")
    best = min(R[beta] + D[beta] for beta in R)
    left.plot([0, best], [best, 0], "--", color=COLOURS[0], label="D + R of the best ELBO")
    left.plot([0, H_x], [H_x, 0], color=COLOURS[1], label="lower bound D + R = H(x)")
    left.fill_between([0, H_x], [H_x, 0], color=COLOURS[1], alpha=0.12)
    left.axvline(H_x, color=COLOURS[2], linestyle=":", label="R = H(x)")
    left.set(title="Rate and distortion", xlabel="rate R (nats)", ylabel="distortion D (nats)")
    left.set(xlim=(0, 28), ylim=(0, 37))
    left.legend(fontsize=11, loc="upper right")
    for offset, (beta, kl) in enumerate(kl_of_latent.items()):
        right.bar(np.arange(1, 11) + 0.16 * (offset - 2), kl, 0.16, label=f"β = {beta:g}")
    right.set(title="KL of each latent, sorted", xlabel="rank of the latent", ylabel="KL (nats)", xticks=range(1, 11))
    right.legend()
    show_figure(
        figure,
        "Left: five points on a falling convex curve, from β = 4 at the upper left to β = 0.25 at the lower right, "
        "above the line D + R = H(x). Right: bars of the KL of ten latents; a larger β leaves fewer and lower bars.",
    )


def excess(table) -> None:
    """The loss of each model at each β, minus the smallest loss of the row."""
    figure, ax = plt.subplots(figsize=(6.6, 4.4))
    picture = ax.imshow(table, cmap="Blues", vmax=20)
    for row, column in np.ndindex(table.shape):
        ink = "white" if table[row, column] > 10 else "black"
        ax.text(column, row, f"{table[row, column]:.1f}", ha="center", va="center", color=ink)
    ax.set(title="Excess over the best model of the row", xlabel="model trained at β", ylabel="loss at β")
    ax.set_xticks(range(5), BETAS)
    ax.set_yticks(range(5), BETAS)
    ax.grid(visible=False)
    figure.colorbar(picture, label="nats", extend="max")
    show_figure(
        figure,
        "A table of five losses and five models. The smallest entry of a row is on the diagonal, or beside it in the "
        "row of β = 0.5; far from the diagonal the excess reaches tens of nats.",
    )


def images(rows, title) -> None:
    """Rows of images by name."""
    pictures = {name: list(of_row) for name, of_row in rows.items()}
    columns = len(next(iter(pictures.values())))
    figure, ax = plt.subplots(figsize=(0.75 * columns + 1.4, 0.75 * len(pictures) + 0.5))
    stacked = torch.stack([image for of_row in pictures.values() for image in of_row])
    show_images(stacked, columns, ax=ax, rows=list(pictures), title=title)
    show_figure(
        figure, f"{title}. Rows: {', '.join(pictures)}. A larger β gives blurred discs, a smaller one outlines."
    )


def information(of_means, of_samples, active) -> None:
    """I(latent; factor) of each latent and factor, of means and of samples; `active` latents are above the line."""
    figure, panels = plt.subplots(2, len(of_means), figsize=(13, 7.2), sharex=True, sharey=True)
    for line, tables, name in zip(panels, (of_means, of_samples), ("means μ", "samples z"), strict=True):
        for ax, (beta, table) in zip(line, tables.items(), strict=True):
            picture = ax.imshow(table, cmap="Blues", vmin=0, vmax=0.8, aspect="auto")
            edge = ax.axhline(active[beta] - 0.5, color=COLOURS[1], label="latents below this line have collapsed")
            ax.set(title=f"{name}, β = {beta:g}", yticks=range(10), yticklabels=range(1, 11))
            ax.set_xticks(range(5), ["shape", "scale", "orient.", "posX", "posY"], rotation=30, fontsize=11)
            ax.grid(visible=False)
        line[0].set_ylabel("latent, by KL")
    figure.colorbar(picture, ax=panels, label="I(latent; factor) (nats)")
    figure.legend(handles=[edge], loc="outside lower center")
    show_figure(
        figure,
        "Eight tables of latents and factors. The dark cells are those of the two positions. Below a line, the means "
        "of collapsed latents have pale cells for the positions; those of samples are almost white.",
    )


def turns(linear, sweep_costs) -> None:
    """The cost against β of a turn by 45° of two linear latents, and of rotations of all latents of trained models."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.9))
    left.plot(*linear, color=COLOURS[0])
    left.set(title="Linear: two latents turned by 45°", xlabel="β", ylabel="increase of the loss (nats)")
    right.loglog(list(sweep_costs), list(sweep_costs.values()), "o-", color=COLOURS[1], label="trained models")
    first = next(iter(sweep_costs.items()))
    right.loglog(BETAS, [first[1] * beta / first[0] for beta in BETAS], "--", color="black", label="proportional to β")
    right.set(title="Sprites: mean of three rotations", xlabel="β", ylabel="increase of the loss (nats)")
    right.set_xticks(BETAS, BETAS)
    right.minorticks_off()
    right.legend()
    show_figure(
        figure,
        "Left: the cost rises in a straight line up to β = 10, where the weaker latent collapses, and falls to 0 at "
        "β = 40. Right: the cost in five trained models rises with β, close to a line of proportionality.",
    )
