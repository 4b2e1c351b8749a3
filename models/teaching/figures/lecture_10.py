"""The figures of lecture 10: nine codes, tables of scores, dependent factors, and latents beside factors."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...evaluation.metrics import factor_vae_score, mig
from ...evaluation.metrics.information import entropies, mutual_informations
from ...figures import show_images
from ...sweeps.study_figures import draw_rank_correlations, draw_shares
from ..known_codes import CODES, Factors, draw_factors

SHORT = ["shape", "scale", "orient.", "posX", "posY"]


def opening():
    """Draw the nine codes, each as a table of latents and factors; return factors [9000, 5] and codes by name."""
    use_lecture_style()
    factors = draw_factors(9_000)
    codes = {name: represent(factors) for name, represent in CODES.items()}
    figure, axes = plt.subplots(2, 5, figsize=(14, 7.4))
    picture = None
    for ax, (name, z) in zip(axes.flat, codes.items(), strict=False):
        share = mutual_informations(z, factors) / entropies(factors)
        picture = ax.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        ax.set_title(f"{name}\nMIG {mig(z, factors):.2f} · FactorVAE {_vote(name):.2f}", fontsize=12)
        ax.set_xticks(range(5), SHORT, rotation=45, fontsize=11)
        ax.set_yticks(range(len(share)), range(1, len(share) + 1), fontsize=11)
        ax.grid(visible=False)
    for ax in axes[:, 0]:
        ax.set_ylabel("latent")
    axes[1, 4].axis("off")
    bar = figure.colorbar(picture, cax=axes[1, 4].inset_axes((0.2, 0.05, 0.1, 0.9)))
    bar.set_label("I(latent; factor) / H(factor)")
    show_figure(
        figure,
        "Nine tables of ten latents and five factors. The aligned code has one dark cell in each column. Turned codes "
        "have pale cells in many rows. A code that holds every latent twice has two dark diagonals. In one code shape "
        "and scale share a row. Noise has no dark cell. Above each table stand two scores.",
    )
    return factors, codes


def _vote(name: str) -> float:
    return factor_vae_score(CODES[name], Factors(), n_train=2_000, n_test=1_000, n_images=50_000)


def scores(table, rows, columns, title, *, boundaries=(), best=False) -> None:
    """A table of scores: a row for each code, a column for each score, in groups of columns."""
    figure, ax = plt.subplots(figsize=(2.6 + 1.05 * len(columns), 1.4 + 0.5 * len(rows)))
    picture = ax.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in np.ndindex(table.shape):
        mark = " ◂" if best and table[row, column].round(2) == table[:, column].max().round(2) else ""
        ink = "white" if table[row, column] > 0.6 else "black"
        ax.text(column, row, f"{table[row, column]:z.2f}{mark}", ha="center", va="center", color=ink, fontsize=12)
    ax.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
    ax.set_yticks(range(len(rows)), rows)
    ax.set(title=title, xlabel="score", ylabel="code")
    ax.grid(visible=False)
    for boundary in boundaries:
        ax.axvline(boundary, color="black", linewidth=1.5)
    figure.colorbar(picture, label="score, at most 1")
    marked = " A triangle marks the largest score of each column." if best else ""
    show_figure(
        figure,
        f"A table with a row for each of the codes {', '.join(rows)} and a column for each of the scores "
        f"{', '.join(columns)}; no two columns have the same order.{marked}",
    )


def dependent(shares, both, one) -> None:
    """The MIG of two positions against their dependence, for two encoders."""
    figure, ax = plt.subplots(figsize=(8, 3.8))
    ax.plot(shares, both, "o-", label="aligned: a latent for each position")
    ax.plot(shares, one, "s--", label="a latent for posX alone")
    ax.set(title="The same two codes on data with dependent positions", ylim=(0, 1))
    ax.set(xlabel="share of images in which posY = posX", ylabel="MIG of the two positions")
    ax.legend()
    show_figure(
        figure,
        "Two curves against the share of images with equal positions. The MIG of the aligned code falls from 0.8 to 0; "
        "the MIG of a code that ignores posY rises from 0.4 to above 0.8.",
    )


def information(tables, active) -> None:
    """I(latent; factor)/H(factor) of trained encoders, latents by KL; `active` latents are above the line."""
    figure, panels = plt.subplots(1, len(tables), figsize=(13, 4.8), sharey=True)
    for ax, (name, share) in zip(panels, tables.items(), strict=True):
        picture = ax.imshow(share, cmap="Blues", vmin=0, vmax=0.7, aspect="auto")
        for row, column in np.ndindex(share.shape):
            ink = "white" if share[row, column] > 0.4 else "black"
            ax.text(column, row, f"{share[row, column]:.2f}", ha="center", va="center", fontsize=10, color=ink)
        ax.axhline(active[name] - 0.5, color=COLOURS[1])
        ax.set_xticks(range(5), SHORT, rotation=30)
        ax.set_yticks(range(10), range(1, 11))
        ax.set(title=name, xlabel="factor")
        ax.grid(visible=False)
    panels[0].set_ylabel("latent, by KL")
    figure.colorbar(picture, ax=panels, label="I(latent; factor) / H(factor)")
    show_figure(
        figure,
        f"Tables of latents and factors for {', '.join(tables)}. A line separates active from collapsed latents. In "
        "the last table each position and the scale have their own latent; in the others the positions are shared.",
    )


def study(rows) -> None:
    """What decides each score of a study, and how alike two scores order its runs."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 5.4), width_ratios=(1, 1.15))
    draw_shares(rows, left)
    draw_rank_correlations(rows, right)
    show_figure(
        figure,
        "Left, eight bars of three parts each, for the model, the strength and the seed. In MIG and the FactorVAE "
        "score the seed has about half; in modularity and IRS the model has about half. Right, a matrix of rank "
        "correlations of the eight scores, from -0.5 to 0.7 outside the diagonal.",
    )


@torch.no_grad()
def traversals(models, means, latents, sprite=0) -> None:
    """The latents of each model moved from −2 to 2, from the code of one sprite."""
    figure, axes = plt.subplots(1, len(models), figsize=(13, 0.75 * max(map(len, latents.values())) + 0.9))
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        rows = len(latents[name])
        codes = means[name][sprite].repeat(rows, 9, 1)
        for row, latent in enumerate(latents[name]):
            codes[row, :, latent] = torch.linspace(-2, 2, 9)
        names = [f"latent {rank + 1}" for rank in range(rows)]
        show_images(model.decode(codes.flatten(0, 1)), 9, ax=ax, title=name, rows=names,
                    xlabel="value of the latent, −2 to 2")  # fmt: skip
    show_figure(
        figure,
        f"Traversals of the active latents of {' and '.join(models)}. Each row moves one latent. On the left several "
        "rows move a sprite in both directions; on the right rows move it along x, along y, or change its size.",
    )
