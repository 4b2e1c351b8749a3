"""The figures of further/06: four generators on a ring, two games, gradients, and remedies."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

ANGLES = np.arange(8) * math.pi / 4
CENTRES = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)


def opening() -> dict[str, torch.Tensor]:
    """Draw four generators beside the data; return 4,000 points of the data and of each."""
    use_lecture_style()
    rng = np.random.default_rng(0)
    made = {"data": (8, 1, 0.1), "A": (8, 1, 0.3), "B": (1, 1, 0.1), "C": (4, 2, 0.1), "D": (8, 1, 0.0)}
    points = {}
    for name, (modes, stride, spread) in made.items():
        centres = CENTRES[stride * rng.integers(modes, size=4_000)]
        points[name] = torch.tensor(centres + spread * rng.normal(size=(4_000, 2)), dtype=torch.float32)
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.7), sharex=True, sharey=True)
    for ax, name in zip(axes, "ABCD", strict=True):
        _scatter(ax, points["data"][:400], points[name][:400], f"generator {name}", 3.2)
    axes[0].set_ylabel("$x_2$")
    axes[0].legend(loc="center", fontsize=10, markerscale=3)
    show_figure(
        figure,
        "Four panels with the same grey data, eight clusters on a ring. Generator A makes all eight, but blurred; B "
        "makes one of them; C makes every other one; D makes all eight, each as a single point.",
    )
    return points


def _scatter(ax, data, generated, title: str, limit: float) -> None:
    ax.scatter(*data.T, s=4, color="#999999", alpha=0.4, label="data")
    ax.scatter(*generated.T, s=8, color=COLOURS[1], alpha=0.6, label="generator")
    ax.set(title=title, xlabel="$x_1$", aspect="equal", xlim=(-limit, limit), ylim=(-limit, limit))


def games(data, snapshots) -> None:
    """Points of the generator at some steps of two games; the axes of a row hold all its points."""
    n = len(next(iter(snapshots.values())))
    figure, axes = plt.subplots(len(snapshots), n, figsize=(3.2 * n, 3.5 * len(snapshots)), sharex="row", sharey="row")
    for row, (name, of) in zip(axes, snapshots.items(), strict=True):
        limit = 1.05 * max(3.0, *(float(points.abs().max()) for points in of.values()))
        for ax, (step, points) in zip(row, of.items(), strict=True):
            _scatter(ax, data[:400], points[:500], f"{name}, step {step}", limit)
        row[0].set_ylabel("$x_2$")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=3)
    show_figure(
        figure,
        "Two rows of four panels with the eight modes in grey. With the slow discriminator the generated points form "
        "one streak or cloud, which lies in a different place in each panel. With the fast one they cover the ring.",
    )


def entropies(pmf_games, network_games) -> None:
    """H of the modes against the step: of pmfs with the full gradient, and of networks with pathwise gradients."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
    colours = {"slow D": COLOURS[1], "fast D": COLOURS[0]}
    for name, H in pmf_games.items():
        left.semilogx(range(1, len(H) + 1), H, color=colours[name], label=name)
    for name, runs in network_games.items():
        for i, (steps, H) in enumerate(runs):
            right.plot(steps, H, color=colours[name], alpha=0.8, label=name if i == 0 else None)
    for ax in (left, right):
        ax.axhline(math.log(8), color="black", linestyle=":", label="log 8")
        ax.set(xlabel="step", ylim=(-0.1, 2.3))
    left.legend(fontsize=11, loc="lower right")
    right.legend(fontsize=11, loc="center right", bbox_to_anchor=(1, 0.69))  # between the curves
    left.set(title="A pmf, full gradient", ylabel="H of the modes (nats)")
    right.set_title("Networks, pathwise gradient, three seeds")
    show_figure(
        figure,
        "Left: from a nearly collapsed pmf, H rises to log 8 with the slow and with the fast discriminator. Right: for "
        "the networks H ends near log 8 with the fast discriminator, and far below with the slow one.",
    )


def remedies(data, points) -> None:
    """Points of the generators of several games."""
    figure, axes = plt.subplots(1, len(points), figsize=(3.25 * len(points), 4.5), sharex=True, sharey=True)
    limit = 1.05 * max(3.0, *(float(of.abs().max()) for of in points.values()))
    for ax, (name, of) in zip(axes, points.items(), strict=True):
        _scatter(ax, data[:400], of[:500], name, limit)
    axes[0].set_ylabel("$x_2$")
    figure.get_layout_engine().set(h_pad=0.08)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=3)
    show_figure(
        figure,
        "Four panels with the eight modes in grey. The slow game has one streak. With pairs, with batch statistics and "
        "with a fast discriminator the generated points lie near all eight modes; the fast one places them best.",
    )
