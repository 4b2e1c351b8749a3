"""The question of the large study: does the objective decide how disentangled a model is, or the seed?

Locatello et al., Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations (2019):
models × strengths of their penalty × seeds on dSprites, each measured by every score.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .runs import Run
from .sweeping import Row, planned, run_all


@dataclass(frozen=True)
class Size:
    """How large a study is: the size of the images, the steps of a run, and its numbers of seeds and strengths."""

    pixels: int
    steps: int
    n_seeds: int
    n_strengths: int
    n_images: int  # different ones in the scores from interventions


SIZES = {
    "small": Size(32, 2_000, 3, 3, 20_000),
    "medium": Size(64, 30_000, 5, 6, 200_000),
    "papers": Size(64, 300_000, 50, 6, 200_000),
}


@dataclass(frozen=True)
class Family:
    """A model of the study: its recipe, the setting whose values are its strengths, and what all its runs share."""

    recipe: str
    strength: str
    values: tuple[float, ...]
    shared: dict[str, Any]


def families(size: Size) -> dict[str, Family]:
    """The six models of the study by name. At 32×32 the strengths are about a quarter of the paper's at 64×64.

    All share one schedule, without KL annealing, and the recipe's networks. Source: table 2 of the paper.
    """
    scale, suffix = (1.0, "") if size.pixels == 64 else (0.25, "-32")
    plain = dict(kl_start=1, learning_rate=5e-4)
    beta_vae = "beta-vae-dsprites-plain" if size.pixels == 64 else "beta-vae-dsprites-32-beta-4"
    dip, annealing = f"dip-vae-dsprites{suffix}", dict(gamma=1000 * scale, capacity_steps=size.steps // 3)

    def of(recipe: str, strength: str, values: Sequence[float], **shared: Any) -> Family:
        chosen = np.linspace(0, len(values) - 1, min(size.n_strengths, len(values))).round().astype(int)
        return Family(recipe, strength, tuple(scale * values[i] for i in chosen), plain | shared)

    return {
        "β-VAE": of(beta_vae, "beta", (1, 2, 4, 6, 8, 16)),
        "annealed VAE": of(beta_vae, "capacity", (5, 10, 25, 50, 75, 100), **annealing),
        "FactorVAE": of(f"factor-vae-dsprites{suffix}", "gamma", (10, 20, 30, 40, 50, 100)),
        "DIP-VAE-I": of(dip, "off_diagonal", (1, 2, 5, 10, 20, 50), kind="I"),
        "DIP-VAE-II": of(dip, "off_diagonal", (1, 2, 5, 10, 20, 50), kind="II"),
        "β-TCVAE": of(f"beta-tc-vae-dsprites{suffix}", "beta", (1, 2, 4, 6, 8, 10)),
    }


def runs_of(size: Size, folder: str | os.PathLike, device: str = "auto") -> dict[str, list[Run]]:
    """The runs of each model."""
    return {
        name: planned(
            family.recipe, {family.strength: family.values} | {key: [value] for key, value in family.shared.items()},
            range(size.n_seeds), folder, steps=size.steps, device=device, n_images=size.n_images,
        )
        for name, family in families(size).items()
    }  # fmt: skip
