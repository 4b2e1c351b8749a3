"""The figures of lecture 3: four lower bounds, a thousand models, ascent, EM, and the gap of every Gaussian q."""

import matplotlib.pyplot as plt
import numpy as np

from ...evidence import elbo, log_evidence, posterior
from ..style import COLOURS, show_figure, use_lecture_style

FLOOR = -2.0  # nats


def opening() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Draw four guesses about a patient, and their bounds. Return p(z), p(x|z) at the observed x, and the guesses."""
    use_lecture_style()
    p_z, p_x_given_z = np.array([0.5, 0.4, 0.1]), np.array([0.2, 0.5, 0.5])
    log_joint = np.log(p_z * p_x_given_z)
    guesses = {
        "A": posterior(log_joint),
        "B": p_z,
        "C": np.array([0.0, 1.0, 0.0]),
        "D": np.array([0.3, 0.5, 0.2]),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
    place = np.arange(4)
    shades = ("#cfe3f1", "#6fa8d0", "#1f4e79")
    for state, name in enumerate(("none", "mild", "severe")):
        heights = [q[state] for q in guesses.values()]
        left.bar(place + 0.27 * (state - 1), heights, 0.25, color=shades[state], edgecolor="0.3", label=name)
    left.set(title="Four guesses q(z) about a disease", ylabel="probability", xlabel="guess", ylim=(0, 1.3))
    left.set_xticks(place, guesses)
    left.legend(ncols=3, loc="upper center")
    _bounds(right, log_evidence(log_joint), {name: elbo(log_joint, q) for name, q in guesses.items()})
    show_figure(
        figure,
        "Left: four probability mass functions over the states none, mild and severe. Right: four stacked bars, drawn "
        "upwards from -2 nats. The lower parts end at -1.05, -1.15, -1.61 and -1.07; the upper parts, of length 0, "
        "0.10, 0.56 and 0.02, complete all of them to the same dashed line at -1.05 nats.",
    )
    return p_z, p_x_given_z, guesses


def _bounds(axes, log_p_x: float, bounds: dict[str, float]) -> None:
    """A bar for each bound, upwards from the floor, and the part that is missing to log p(x)."""
    values = np.array(list(bounds.values()))
    place = np.arange(len(values))
    axes.bar(place, values - FLOOR, 0.7, bottom=FLOOR, color=COLOURS[0], label="computable without the sum")
    axes.bar(place, log_p_x - values, 0.7, bottom=values, color=COLOURS[4], label="missing part")
    axes.axhline(log_p_x, color="black", linestyle="--")
    axes.text(3.5, log_p_x + 0.02, f"log p(x) = {log_p_x:.3f}".replace("-", "−"), ha="right", va="bottom")
    for x, value in zip(place, values, strict=True):
        text = f"{value:.3f}".replace("-", "−")
        axes.text(x, value - 0.03, text, ha="center", va="top", color="white", fontweight="bold")
    axes.set(title="One log p(x), four lower bounds", xlabel="guess", ylabel="nats", ylim=(FLOOR, -0.7))
    axes.set_xticks(place, bounds)
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper left", fontsize=12, ncols=2)


def thousand_models(evidences, elbos, gaps) -> None:
    """The ELBO against log p(x), and their difference against the KL, for random models and q."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    ends = [evidences.min(), evidences.max()]
    left.scatter(evidences, elbos, s=8, alpha=0.5)
    left.plot(ends, ends, "k--", label="ELBO = log p(x)")
    left.set(title="No ELBO lies above log p(x)", xlabel="log p(x) (nats)", ylabel="ELBO (nats)", ylim=(-9, 0.5))
    left.legend(loc="lower right")
    right.plot([0, gaps.max()], [0, gaps.max()], "k--", label="equality")
    right.scatter(gaps, evidences - elbos, s=8, alpha=0.5, color=COLOURS[1])
    right.set(title="The gap equals the KL", xlabel="KL(q(z) ‖ p(z|x)) (nats)", ylabel="log p(x) − ELBO (nats)")
    right.legend(loc="lower right")
    show_figure(
        figure,
        "Left: a thousand points, all below the diagonal on which the ELBO equals log p(x). Right: the same thousand "
        "points lie exactly on the diagonal on which the gap equals the KL to the posterior.",
    )


def ascent(curve, log_p_x) -> None:
    """The ELBO during gradient ascent in q, below log p(x)."""
    figure, axes = plt.subplots(figsize=(8, 3.6))
    axes.axhline(log_p_x, color="black", linestyle="--", label="log p(x)")
    axes.plot(curve, label="ELBO")
    axes.set(title="Gradient ascent in q", xlabel="gradient step", ylabel="nats")
    axes.legend(loc="lower right")
    show_figure(
        figure, "The ELBO rises within about twenty gradient steps to the dashed line log p(x), and stays there."
    )


def em(names, bounds, evidences) -> None:
    """The ELBO and log p(x) after each half step of EM."""
    figure, axes = plt.subplots(figsize=(9, 3.8))
    steps = range(len(names))
    axes.plot(steps, evidences, "o-", color="black", label="log p(x)", markersize=8)
    axes.plot(steps, bounds, "s-", color=COLOURS[4], label="ELBO", markersize=5)
    axes.set(title="EM on twenty people", xlabel="half step: E changes q, M changes θ", ylabel="nats, all people")
    axes.set_xticks(steps, names)
    axes.legend(loc="lower right")
    show_figure(
        figure,
        "Two rising curves over alternating E and M steps. At each E step the ELBO meets log p(x); at each M step both "
        "rise and a gap opens. After three rounds they are nearly flat.",
    )


def gaussian_gaps(means, variances, gaps, x) -> None:
    """Contours of log p(x) - ELBO for q = N(m, v), with the posterior and the prior."""
    figure, axes = plt.subplots(figsize=(8.5, 4.6))
    levels = [0, 0.05, 0.1, 0.25, 0.5, 1, 2, 4]
    filled = axes.contourf(means, variances, gaps, levels=levels, cmap="Blues_r", extend="max")
    figure.colorbar(filled, label="log p(x) − ELBO (nats)")
    axes.plot(x / 2, 0.5, "o", color=COLOURS[1], markersize=10, label="the posterior: gap 0")
    axes.plot(0, 1, "s", color=COLOURS[4], markersize=10, label="the prior")
    axes.set(
        title=f"The gap for every Gaussian q, at x = {x}", xlabel="mean of q", ylabel="variance of q", yscale="log"
    )
    axes.set_yticks((0.1, 0.2, 0.5, 1, 2), ("0.1", "0.2", "0.5", "1", "2"))
    axes.minorticks_off()
    axes.grid(False)
    axes.legend(frameon=True, loc="lower left")
    show_figure(
        figure,
        "A contour map of the gap over mean and variance of q. Its minimum, 0, lies at the posterior, mean 0.75 and "
        "variance 0.5. The prior, mean 0 and variance 1, lies on a higher contour.",
    )


def importance_bounds(bounds, log_p_x) -> None:
    """The bounds L_1, L_2, ... below log p(x)."""
    figure, axes = plt.subplots(figsize=(8, 3.4))
    number = range(1, len(bounds) + 1)
    axes.axhline(log_p_x, color="black", linestyle="--", label="log p(x)")
    axes.plot(number, bounds, "o-", label="importance-weighted bound")
    axes.set(title="More samples, a tighter bound", xlabel="samples K inside the logarithm", ylabel="nats")
    axes.set_xticks(number)
    axes.legend(loc="lower right")
    show_figure(
        figure, "The bound rises with K from the ELBO at K = 1 towards the dashed line log p(x), ever more slowly."
    )
