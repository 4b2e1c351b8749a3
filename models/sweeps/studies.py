"""The question of a large study: does the objective decide how disentangled a model is, or the seed?

Six models, each with several strengths of its penalty and several seeds, all measured by every score, after
Locatello et al., Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations (2019).
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..data.files import require_writable
from ..evaluation.table import write_table
from .runs import Run
from .sweeping import Row, planned, run_all

SMALL = Path(__file__).parent / "study_small.csv"


@dataclass(frozen=True)
class Size:
    """How large a study is: the steps of a run, the numbers of seeds and strengths, and what all networks share."""

    pixels: int
    steps: int
    n_seeds: int
    n_strengths: int
    network: dict[str, Any]
    discriminator: dict[str, Any]  # FactorVAE's
    precision: str
    n_images: int  # different ones in the scores from interventions


SIZES = {
    "small": Size(
        32, 2_000, 3, 2, dict(network="mlp", hidden=256, learning_rate=1e-3),
        dict(width=256, discriminator_learning_rate=3e-4), "float32", 20_000,
    ),
    "medium": Size(
        64, 30_000, 5, 6, dict(network="conv", learning_rate=5e-4),
        dict(width=500, discriminator_learning_rate=3e-4), "bf16", 200_000,
    ),
    "papers": Size(
        64, 300_000, 50, 6, dict(network="conv", learning_rate=1e-4),
        dict(width=1000, discriminator_learning_rate=1e-4), "bf16", 200_000,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """A model of a study: its recipe, the setting whose values are its strengths, and what all its runs share."""

    recipe: str
    strength: str
    values: tuple[float, ...]
    shared: dict[str, Any]
    batch_size: int = 64


def families(size: Size) -> dict[str, Family]:
    """The six models of a study by name, with the strengths of the paper.

    At 32×32 an image has a quarter of the pixels, so penalties in nats have a quarter of the weight; capacities, which
    are nats themselves, stay. Of fewer strengths than six, the weakest and the strongest are among them.
    """
    scale, suffix = (1.0, "") if size.pixels == 64 else (0.25, "-32")
    beta_vae = "beta-vae-dsprites-plain" if size.pixels == 64 else "beta-vae-dsprites-32-beta-4"
    dip, annealing = f"dip-vae-dsprites{suffix}", dict(gamma=1000 * scale, capacity_steps=size.steps // 3)
    chosen = np.linspace(0, 5, size.n_strengths).round().astype(int)

    def of(recipe: str, strength: str, values: Sequence[float], batch_size: int = 64, **own: Any) -> Family:
        unit = 1.0 if strength == "capacity" else scale
        shared = size.network | dict(kl_start=1) | own
        return Family(recipe, strength, tuple(unit * values[i] for i in chosen), shared, batch_size)

    return {
        "β-VAE": of(beta_vae, "beta", (1, 2, 4, 6, 8, 16)),
        "annealed VAE": of(beta_vae, "capacity", (5, 10, 25, 50, 75, 100), **annealing),
        "FactorVAE": of(  # a batch is one half for the VAE and one for the discriminator
            f"factor-vae-dsprites{suffix}", "gamma", (10, 20, 30, 40, 50, 100), 128, **size.discriminator
        ),
        "DIP-VAE-I": of(dip, "off_diagonal", (1, 2, 5, 10, 20, 50), kind="I"),
        "DIP-VAE-II": of(dip, "off_diagonal", (1, 2, 5, 10, 20, 50), kind="II"),
        "β-TCVAE": of(f"beta-tc-vae-dsprites{suffix}", "beta", (1, 2, 4, 6, 8, 10)),
    }


def study(
    size: str = "small", folder: str | os.PathLike = "runs/study", *, device: str = "auto", backend: str = "loky",
    workers: int | None = None, scheduler: str | None = None,
) -> list[Row]:  # fmt: skip
    """Train and measure every run of a study: models × strengths × seeds; return the rows of its table.

        study("small")    6 models × 2 strengths × 3 seeds at 32×32, in about 20 minutes on 2 cores

    A row has the model, the strength of its penalty, the seed, the steps, the terms of the ELBO in nats and all scores.
    The table is `folder`/study.csv and .md, written again after each run. "medium" and "papers" are of 64×64, with 5
    seeds and 30,000 steps, and with the 50 seeds and 300,000 steps of the paper. The other arguments are those of
    `sweep`; started again, a study too does only what is missing.

    Raises ValueError for an unknown size, and as `sweep` does.
    Source: Locatello et al. (2019), §5 and appendix.
    """
    runs = runs_of(size, folder, device)
    path = Path(folder) / "study"
    require_writable(path.with_suffix(".csv"))

    def rows() -> list[Row]:
        done = ((family, run, run.done()) for family, run in runs)
        return [_row(*family, run, numbers) for family, run, numbers in done if numbers is not None]

    def write() -> None:
        if found := rows():
            write_table(found, path)

    run_all([run for _, run in runs], write, backend=backend, workers=workers, scheduler=scheduler)
    return rows()


def runs_of(size: str, folder: str | os.PathLike, device: str = "auto") -> list[tuple[tuple[str, Family], Run]]:
    """The runs of a study, each with its model's name and family."""
    if size not in SIZES:
        raise ValueError(f"found the size {size!r}, expected one of {', '.join(SIZES)}")
    of = SIZES[size]
    found = []
    for name, family in families(of).items():
        settings = {family.strength: family.values} | {key: [value] for key, value in family.shared.items()}
        fixed = dict(n_images=of.n_images, batch_size=family.batch_size, precision=of.precision)
        runs = planned(family.recipe, settings, range(of.n_seeds), folder, steps=of.steps, device=device, **fixed)
        found += [((name, family), run) for run in runs]
    return found


def _row(name: str, family: Family, run: Run, numbers: dict[str, float]) -> Row:
    strength = run.settings[family.strength]
    return {"model": name, "strength": strength, "seed": run.seed, "steps": run.steps} | numbers


def read_study(path: str | os.PathLike = SMALL) -> list[Row]:
    """The rows of the table of a study, by default the one of size "small" that comes with the package.

    Raises ValueError for a file that is not such a table.
    """
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    try:
        return [{"model": row.pop("model")} | {key: float(value) for key, value in row.items()} for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"found {path}, expected the table of a study, study.csv: {error!r}") from None
