"""The figures of a study: scores by model, their rank correlations, scores against the ELBO, and what decides them."""

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from infotheory.teaching.style import COLOURS, STYLE

from ..data.files import write_whole
from .comparison import SCORES, column, rank_correlations, shares
from .sweeping import Row


def draw_distributions(rows: Sequence[Row], figure) -> None:
    """Draw each score of every run by model, in a panel for each score; a line marks the median of a model."""
    names = list(dict.fromkeys(row["model"] for row in rows))
    rng = np.random.default_rng(0)  # of the places beside each other
    for ax, (score, label) in zip(figure.subplots(2, 4, sharex=True).flat, SCORES.items(), strict=True):
        for i, name in enumerate(names):
            own = [row for row in rows if row["model"] == name]
            strengths = sorted({row["strength"] for row in own})
            for row in own:
                shade = 0.25 + 0.75 * strengths.index(row["strength"]) / max(1, len(strengths) - 1)
                place = i + rng.uniform(-0.25, 0.25)
                ax.plot(place, row[score], "o", color=COLOURS[0], alpha=shade, markersize=5, markeredgewidth=0)
            ax.plot([i - 0.35, i + 0.35], 2 * [np.median(column(own, score))], color=COLOURS[1])
        ax.set(title=label, xticks=range(len(names)))
        ax.set_xticklabels(names, rotation=40, ha="right", rotation_mode="anchor")
    figure.suptitle("Every run by model: dark dots have the larger strength, and lines mark medians")


def draw_rank_correlations(rows: Sequence[Row], ax) -> None:
    """Draw `rank_correlations` as a matrix with its numbers."""
    names = list(SCORES.values())
    correlations = rank_correlations(rows)
    picture = ax.imshow(correlations, cmap="PuOr", vmin=-1, vmax=1)
    for (i, j), value in np.ndenumerate(correlations):
        ink = "white" if abs(value) > 0.65 else "black"
        ax.text(j, i, f"{value:z.2f}", ha="center", va="center", fontsize=11, color=ink)
    ax.set(title="Rank correlation of two scores", xticks=range(len(names)), yticks=range(len(names)))
    ax.set_xticklabels(names, rotation=40, ha="right", rotation_mode="anchor")
    ax.set_yticklabels(names)
    ax.grid(visible=False)
    ax.figure.colorbar(picture, ax=ax, label="Spearman's ρ")


def draw_against_elbo(rows: Sequence[Row], ax, score: str = "mig") -> None:
    """Draw a score against the ELBO of every run, with a colour for each model."""
    markers = "os^Dv*"
    for i, name in enumerate(dict.fromkeys(row["model"] for row in rows)):
        own = [row for row in rows if row["model"] == name]
        style = dict(color=COLOURS[i % len(COLOURS)], marker=markers[i % len(markers)], linestyle="")
        ax.plot(column(own, "elbo"), column(own, score), label=name, **style)
    ax.set(xlabel="ELBO (nats per image)", ylabel=SCORES[score], title=f"{SCORES[score]} against the ELBO")
    ax.legend(fontsize=11)


def draw_shares(rows: Sequence[Row], ax) -> None:
    """Draw the `shares` of each score's variance as bars.

    The dashed lines are what the first share and the sum of the first two would be by chance, if a score depended on
    nothing but the seed.
    """
    found = np.array([shares(rows, score) for score in SCORES])
    ends = found.cumsum(axis=1)
    for i, name in enumerate(("model", "strength", "seed")):
        ax.barh(range(len(found)), found[:, i], left=ends[:, i] - found[:, i], color=COLOURS[i], label=name)
    n_models = len({row["model"] for row in rows})
    n_groups = len({(row["model"], row["strength"]) for row in rows})
    for n, label in ((n_models, "by chance"), (n_groups, None)):
        ax.axvline((n - 1) / (len(rows) - 1), color="black", linestyle="--", linewidth=1.5, label=label)
    ax.set(yticks=range(len(found)), yticklabels=list(SCORES.values()), xlim=(0, 1), xlabel="share of the variance",
           title="What decides a score?")  # fmt: skip
    ax.grid(visible=False)
    ax.invert_yaxis()
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4, fontsize=11)


def save_figures(rows: Sequence[Row], folder: str | os.PathLike) -> list[Path]:
    """Write the four figures of a study as PNG files into a folder; return their paths.

    They are distributions.png, rank_correlations.png, against_elbo.png and shares.png. Raises ValueError for fewer than
    two runs, and OSError if a file cannot be written.
    """
    from matplotlib import cycler, rc_context
    from matplotlib.figure import Figure

    if len(rows) < 2:
        raise ValueError(f"found {len(rows)} runs, expected at least two to compare")
    drawings = {
        "distributions": ((13, 6.6), draw_distributions), "rank_correlations": ((8.4, 6.8), draw_rank_correlations),
        "against_elbo": ((8.4, 5), draw_against_elbo), "shares": ((8.4, 5), draw_shares),
    }  # fmt: skip
    paths = []
    with rc_context(STYLE | {"axes.prop_cycle": cycler(color=COLOURS)}):
        for name, (size, draw) in drawings.items():
            figure, buffer = Figure(figsize=size, layout="constrained"), io.BytesIO()
            draw(rows, figure if name == "distributions" else figure.subplots())
            figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
            paths.append(Path(folder) / f"{name}.png")
            write_whole(paths[-1], buffer.getvalue())
    return paths
