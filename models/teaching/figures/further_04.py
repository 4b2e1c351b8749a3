"""The figures of further/04: a rotation of the latent space, Gram matrices, eigenvalues, and collapsed latents."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

EIGENVALUES, NOISE = np.array([4.0, 1.0]), 0.3


def opening() -> None:
    """Draw data with two decoders of the same p(x), and log p(x) and the best ELBO against the angle."""
    use_lecture_style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=(1, 1.3))
    axes_of_data = _turn(np.radians(25))
    covariance = axes_of_data @ np.diag(EIGENVALUES) @ axes_of_data.T
    points = np.random.default_rng(0).multivariate_normal([0, 0], covariance, size=400)
    left.plot(*points.T, ".", color="#bbbbbb", markersize=5)
    weight = axes_of_data @ np.diag(np.sqrt(EIGENVALUES - NOISE))
    for degrees, colour in ((0, COLOURS[0]), (30, COLOURS[1])):
        for column in (weight @ _turn(np.radians(degrees))).T:
            left.annotate("", column, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 3})
        left.plot([], [], color=colour, lw=3, label=f"W, rotated by {degrees}°" if degrees else "W, principal axes")
    left.set(title="Two decoders with the same p(x)", xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    left.legend(loc="lower right", fontsize=11)
    angles = np.arange(0, 181)
    log_p = -(np.log((2 * np.pi * np.e) ** 2 * EIGENVALUES.prod())) / 2
    rotated = [_turn(np.radians(a)).T @ np.diag(EIGENVALUES) @ _turn(np.radians(a)) for a in angles]
    gaps = np.array([(np.log(np.diag(m)).sum() - np.linalg.slogdet(m)[1]) / 2 for m in rotated])
    right.plot(angles, np.full(181, log_p), "--", color="black", label="log p(x)")
    right.plot(angles, log_p - gaps, color=COLOURS[0], label="ELBO of the best diagonal encoder")
    right.set(title="Mean over the data", xlabel="rotation of the latent space (degrees)", ylabel="nats")
    right.set(xticks=range(0, 181, 45), ylim=(log_p - 0.28, log_p + 0.09))
    right.legend(loc="upper center", ncols=2, fontsize=11)
    show_figure(
        figure,
        "Left: a cloud of points has two arrows along its principal axes and two arrows of a rotated decoder. Right: "
        "log p(x) is a horizontal line; the ELBO touches it at 0, 90 and 180 degrees and falls 0.22 nats below at 45.",
    )


def _turn(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def gram_and_eigenvalues(trained, rotated, eigenvalues, variance) -> None:
    """WᵀW of two decoders with its numbers, and the data's eigenvalues with the trained noise variance."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.9), width_ratios=[1, 1, 1.3])
    largest = float(torch.stack([trained, rotated]).abs().max())
    for ax, gram, name in zip(axes, (trained, rotated), ("trained", "rotated"), strict=False):
        ax.imshow(gram, cmap="PuOr", vmin=-1.6 * largest, vmax=1.6 * largest)
        for row in range(3):
            for column in range(3):
                value = f"{float(gram[row, column]):.1f}".replace("-0.0", "0.0")
                ax.text(column, row, value, ha="center", va="center", fontsize=15)
        names = [f"$z_{j}$" for j in range(3)]
        ax.set(title=f"$W^\\top W$, {name}", xticks=range(3), yticks=range(3), xticklabels=names, yticklabels=names)
        ax.grid(visible=False)
    axes[2].plot(range(1, 9), eigenvalues, "o-", label="eigenvalues of the data")
    axes[2].axhline(variance, color="black", linestyle="--", label="trained σ²")
    axes[2].set(title="σ² is the mean of the last five", xlabel="principal component", ylabel="variance", yscale="log")
    axes[2].legend()
    show_figure(
        figure,
        "Left: all entries off the diagonal of the trained matrix WᵀW are about 0. Middle: the rotated "
        "matrix has large entries off the diagonal. Right: eight eigenvalues fall; the trained σ² is a horizontal "
        "line through the last five.",
    )


def collapse(predicted, trained) -> None:
    """The predicted and the trained KL of three latents for each fixed decoder variance."""
    figure, axes = plt.subplots(1, len(predicted), figsize=(12, 3.6), sharey=True)
    for ax, variance in zip(axes, predicted, strict=True):
        place = np.arange(3)
        ax.bar(place - 0.2, predicted[variance], 0.38, label="predicted by (11)", color=COLOURS[5])
        ax.bar(place + 0.2, trained[variance], 0.38, label="trained", color=COLOURS[0])
        active = int((predicted[variance] > 0).sum())
        ax.set(title=f"σ² = {variance:g}: {active} active", xlabel="latent, by KL", xticks=place, xticklabels=(1, 2, 3))
        ax.grid(axis="x", visible=False)
    axes[0].set_ylabel("KL (nats)")
    axes[-1].legend()
    show_figure(
        figure,
        "Three groups of bars belong to a small, a medium and a large decoder variance. Predicted and trained KL "
        "agree. Three, two and one latents are active, and the KL of the others is zero.",
    )
