"""The figures of further/10: two perfect models, warped codes, a heart under shifts, actions, and agreement."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.stats import norm

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import Sprites
from ...figures import show_images
from ..known_codes import SIZES

START = (0.6, 0.9, 0.3, 0.1, -0.1)  # the code of the sprite in the middle of each traversal
WALK = np.linspace(-1.6, 1.6, 11)


def opening() -> np.ndarray:
    """Draw the traversals of two models with the same p(x); return the rotation [5, 5] between their codes."""
    use_lecture_style()
    R = np.linalg.qr(np.random.default_rng(2).normal(size=(5, 5)))[0]
    figure, panels = plt.subplots(1, 2, figsize=(13, 3.9))
    for ax, matrix, title in zip(panels, (np.eye(5), R), ("first model", "second model"), strict=True):
        rows = []
        for latent in range(5):
            path = np.tile(START, (11, 1)) @ matrix.T  # the same sprite in the code of this model
            path[:, latent] = WALK
            levels = np.minimum((norm.cdf(path @ matrix) * SIZES).astype(int), SIZES - 1)
            rows.append(Sprites(64).images(torch.as_tensor(levels)))
        show_images(torch.cat(rows), 11, ax=ax, rows=[f"$z_{latent + 1}$" for latent in range(5)], title=title,
                    xlabel="value of the latent, −1.6 to 1.6", ylabel="latent")  # fmt: skip
    show_figure(
        figure,
        "Traversals of two models with five latents. On the left, each row changes one factor: shape, scale, "
        "orientation, posX or posY. On the right, each row changes several factors at once.",
    )
    return R


def warped(maps) -> None:
    """Straight lines of two code spaces after a map that leaves the prior as it is: {title: (map, values, along)}."""
    figure, panels = plt.subplots(1, len(maps), figsize=(10, 4.8))
    for ax, (title, (function, values, along)) in zip(panels, maps.items(), strict=True):
        for value in values:
            constant = np.full(len(along), value)
            ax.plot(*function(np.stack([constant, along], axis=-1)).T, color=COLOURS[0], linewidth=1.2)
            ax.plot(*function(np.stack([along, constant], axis=-1)).T, color=COLOURS[1], linewidth=1.2)
        ax.set(title=title, xlabel="first latent after T", ylabel="second latent after T", aspect="equal")
    show_figure(
        figure,
        "Two grids of curved lines. Left, the lines of a square are turned in the middle and bent towards its edges. "
        "Right, the lines of a plane form a spiral around the origin.",
    )


def hearts(images) -> None:
    """Eight steps of two elements of the group."""
    figure, ax = plt.subplots(figsize=(9, 2.8))
    show_images(images, 8, ax=ax, rows=["(4, 0)", "(0, 4)"], title="A heart under two elements of the group",
                xlabel="the element applied 0, 1, … 7 times", ylabel="group element")  # fmt: skip
    show_figure(
        figure, "Two rows of eight hearts. Above, the heart moves along x and wraps; below, it moves along y and wraps."
    )


def actions(matrices) -> None:
    """Matrices of four latents, with their numbers."""
    figure, panels = plt.subplots(1, len(matrices), figsize=(12.6, 4), sharey=True)
    for ax, (title, matrix) in zip(panels, matrices.items(), strict=True):
        picture = ax.imshow(matrix, cmap="PuOr", vmin=-1.5, vmax=1.5)
        for row, column in np.ndindex(matrix.shape):
            ink = "white" if abs(matrix[row, column]) > 0.9 else "black"
            ax.text(column, row, f"{matrix[row, column]:z.2f}", ha="center", va="center", fontsize=12, color=ink)
        ax.set(title=title, xlabel="latent before", xticks=range(4), yticks=range(4))
        ax.grid(visible=False)
    panels[0].set_ylabel("latent after")
    figure.colorbar(picture, ax=panels, label="entry of the matrix", extend="both")
    show_figure(
        figure,
        "Three matrices of size four. The first is block diagonal with a turn of 45 degrees and the identity. The "
        "second has no zeros. The third is block diagonal again.",
    )


def agreement(table, names, gaps) -> None:
    """The agreement of each pair of models, and the MIG of each."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5.2), width_ratios=(1.5, 1), sharey=True)
    table = np.where(np.eye(len(table), dtype=bool), np.nan, table)  # the diagonal stays blank
    picture = left.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in np.ndindex(table.shape):
        ink = "white" if table[row, column] > 0.6 else "black"
        text = "" if row == column else f"{table[row, column]:.2f}"
        left.text(column, row, text, ha="center", va="center", fontsize=11, color=ink)
    left.set_xticks(range(len(names)), names, rotation=40, ha="right")
    left.set_yticks(range(len(names)), names)
    left.set(title="Agreement of two models, without factors", xlabel="model", ylabel="model")
    left.grid(visible=False)
    bar = figure.colorbar(picture, ax=left)
    bar.ax.set_title("agreement\n(no unit)", fontsize=11)  # above: at its side it would seem to belong to the MIG
    right.barh(range(len(names)), gaps, color=COLOURS[1])
    right.set(title="MIG, with factors", xlabel="MIG (no unit)")
    show_figure(
        figure,
        "Left: a table of the agreement of eight models. Three models, and only these, agree above 0.9. "
        "Right: bars of MIG; the same three models have a MIG above 0.2, the others below 0.05.",
    )
