"""The figures of lecture 11: three claims, random tables, wrong and loose claims, errata by kind, and the best of k."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np

from ...bounds import barber_agakov_bound
from ...divergences import kl_divergence
from ...measures import mutual_information
from ..style import COLOURS, show_figure, use_lecture_style


def opening(n: int = 1_000) -> None:
    """Draw both sides of three claims of the report on n random inputs each."""
    use_lecture_style()
    rng = np.random.default_rng(0)
    tables = rng.dirichlet(0.4 * np.ones(6), size=n).reshape(-1, 2, 3)
    readers = np.moveaxis(rng.dirichlet(2 * np.ones(2), size=(n, 3)), -1, -2)
    f = rng.normal(size=(n, 2, 3))
    apart = tables.sum(axis=2, keepdims=True) * tables.sum(axis=1, keepdims=True)
    heads = rng.uniform(0.02, 0.98, size=(n, 2))
    heads[:12, 1] = 1 - heads[:12, 0]
    coins = np.stack([heads, 1 - heads], axis=-1)
    forward, reverse = kl_divergence(coins[:, 0], coins[:, 1]), kl_divergence(coins[:, 1], coins[:, 0])
    figure, panels = plt.subplots(1, 3, figsize=(13, 4.5))
    claims = {
        "$I(c;x)\\geq L_I$": (mutual_information(tables), barber_agakov_bound(tables, readers)),
        "$E\\,f(x,y)=E\\,f(x',y)$": (np.sum(tables * f, axis=(1, 2)), np.sum(apart * f, axis=(1, 2))),
        "$\\mathrm{KL}(p\\|q)\\neq\\mathrm{KL}(q\\|p)$": (forward, reverse),
    }
    limits = ((-0.6, 0.75), (-3, 3), (0, 2.5))
    labels = (("$I(c;x)$ (nats)", "$L_I$ (nats)"), ("$E\\,f(x,y)$", "$E\\,f(x',y)$"),
              ("KL(p‖q) (nats)", "KL(q‖p) (nats)"))  # fmt: skip
    for axes, (claim, sides), limit, names in zip(panels, claims.items(), limits, labels, strict=True):
        axes.scatter(*sides, s=6, color=COLOURS[0], alpha=0.5, linewidths=0)
        axes.plot(limit, limit, "--", color="black", linewidth=1)
        axes.set(title=claim, xlabel=names[0], ylabel=names[1], xlim=limit, ylim=limit, aspect="equal")
    panels[0].set_xlim(0, 0.75)
    panels[0].set_aspect("auto")
    panels[2].scatter(forward[:12], reverse[:12], s=40, color=COLOURS[1], zorder=3)
    show_figure(
        figure,
        "Three scatter plots of the two sides of a claim. Left: all points lie below the diagonal. Middle: the points "
        "scatter about the diagonal. Right: the points avoid the diagonal, but twelve marked points lie on it.",
    )


def noticed(claims, broken, verdicts) -> None:
    """How many of 1,000 random tables break each claim, coloured by the verdict of the prover."""
    figure, axes = plt.subplots(figsize=(9.5, 4.2))
    colours = [COLOURS[2] if verdict == "proved" else COLOURS[1] for verdict in verdicts]
    bars = axes.barh(range(len(claims)), broken, color=colours)
    axes.bar_label(bars, padding=4)
    axes.set_yticks(
        range(len(claims)), [f"{claim}  ({verdict!s})" for claim, verdict in zip(claims, verdicts, strict=True)]
    )
    axes.set(title="Random tables that break a claim", xlabel="tables of 1,000", xlim=(0, 1_090))
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    few, none = (sum(low <= n < high for n, v in zip(broken, verdicts, strict=True) if v == "refuted")
                 for low, high in ((1, 20), (0, 1)))  # fmt: skip
    show_figure(
        figure,
        f"Bars count the random tables that break each of eight claims. Two false equations are broken by all tables. "
        f"Of the false inequalities, {few} are broken by fewer than 20 tables and {none} by none.",
    )


def lemma(laws, runs, shown, values) -> None:
    """The distribution of (x′, y) for two draws of x′, and running means of f, {name: means}."""
    figure, panels = plt.subplots(1, 3, figsize=(13, 3.8), width_ratios=(1, 1, 1.9))
    for axes, (title, law) in zip(panels, laws.items(), strict=False):
        axes.imshow(law, cmap="Blues", vmin=0, vmax=0.6, aspect="auto")
        for x, y in np.ndindex(law.shape):
            axes.text(y, x, f"{law[x, y]:.2f}", ha="center", va="center", fontsize=15)
        axes.set(title=title, xlabel="y", ylabel="x′", xticks=range(3), yticks=range(2))
        axes.grid(visible=False)
    for style, (name, means) in zip(("-", "--", ":"), runs.items(), strict=True):
        panels[2].semilogx(shown, means, style, label=name)
    for value in values:
        panels[2].axhline(value, color="black", linewidth=1)
    panels[2].set(title="Running means of f", xlabel="draws", ylabel="mean", xlim=(100, shown[-1]), ylim=(0.75, 1.4))
    panels[2].legend(fontsize=11)
    show_figure(
        figure,
        "Two tables show the distribution of x′ and y. With x′ from p(x|y) it equals the joint pmf, and with an "
        f"independent x′ the product of the marginals. The running means tend to {values[0]:.2f} and {values[1]:.2f}.",
    )


def bound_rises(way, evidence, bound) -> None:
    """log p(x) and the ELBO on the way from one decoder to a second, with a fixed q."""
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    axes.plot(way, evidence, color=COLOURS[1], label="log p(x)")
    axes.plot(way, bound, color=COLOURS[0], label="ELBO")
    axes.fill_between(way, bound, evidence, color=COLOURS[2], alpha=0.2, label="gap, KL(q ‖ p(z|x))")
    axes.axvline(way[bound.argmax()], color="0.4", linestyle=":", linewidth=1.5)
    axes.set(
        title="The ELBO rises up to the dotted line", xlabel="share of the way to the second decoder", ylabel="nats"
    )
    axes.legend(loc="lower right")
    show_figure(
        figure,
        "log p(x) falls along the whole way. The ELBO below it rises for more than two thirds of the way, until the "
        "gap between the curves is 0, and then falls too.",
    )


def squared_error(grid, densities, sigma, weights) -> None:
    """Which variance a squared error implies, and the weight of the KL for each decoder variance."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
    for (name, values), style in zip(densities.items(), ("-", "--", ":"), strict=True):
        left.plot(grid, values, style, label=name)
    left.set(
        title="The variance in |x − x̂|²", xlabel="x − x̂ (units of x)", ylabel="density (1/unit of x)", ylim=(0, 1.6)
    )
    left.legend(fontsize=11, loc="upper left")
    for (beta, weight), style in zip(weights.items(), ("-", "--"), strict=True):
        right.loglog(sigma, weight, style, label=f"printed β = {beta}")
        right.plot(np.sqrt(beta / 2), 1, "o", color="black")
    right.axhline(1, color="black", linewidth=1)
    right.set(title="The weight of the KL in the ELBO", xlabel="σ of the decoder", ylabel="β / 2σ²")
    right.set_xticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    right.legend(fontsize=11)
    show_figure(
        figure,
        "Left: the printed exponential has the shape of N(0, ½), but its area is √π. Right: the weight β/2σ² falls "
        "with the decoder's σ; it is 1 at σ² = β/2.",
    )


def rotation(f, z, angles, curves) -> None:
    """Factors and rotated latents with the same colours, and the information of z₁ for each angle."""
    figure, panels = plt.subplots(1, 3, figsize=(13, 4), width_ratios=(1, 1, 1.35))
    for axes, points, name in ((panels[0], f, "f"), (panels[1], z, "z")):
        dots = axes.scatter(*points.T, c=f[:, 0], cmap="coolwarm", s=7, vmin=-2.5, vmax=2.5)
        title = "Factors" if name == "f" else "Latents, rotated by 45°"
        axes.set(title=title, xlabel=f"${name}_1$", ylabel=f"${name}_2$", aspect="equal", xlim=(-4, 4), ylim=(-4, 4))
    figure.colorbar(dots, ax=panels[1], label="factor $f_1$", shrink=0.8)
    for (name, curve), style in zip(curves.items(), ("-", "--", ":"), strict=True):
        panels[2].plot(angles, curve, style, label=name)
    panels[2].set(title="Information of $z_1$", xlabel="angle (degrees)", ylabel="nats", xticks=range(0, 91, 15))
    panels[2].legend()
    show_figure(
        figure,
        "Two round clouds look alike, but the colours run along an axis in the left one and along a diagonal in the "
        "right one. The information of the first latent about the two factors is equal at 45 degrees.",
    )


def clouds(samples, titles) -> None:
    """Four data sets {name: (x, y)} with a title each."""
    figure, panels = plt.subplots(1, 4, figsize=(13, 3.6))
    for axes, (name, (x, y)), title in zip(panels, samples.items(), titles, strict=True):
        axes.scatter(x, y, s=4, color=COLOURS[0], alpha=0.5)
        axes.set(title=f"{name}\n{title}", xlabel="x", ylabel="y")
    show_figure(
        figure, "Four clouds of points: a line, a parabola, a ring, and a round cloud. " + "; ".join(titles) + "."
    )


def by_section_and_kind(counts) -> None:
    """The number of errata {kind: {section: number}} as stacked bars."""
    figure, axes = plt.subplots(figsize=(9, 3.9))
    below = 0
    for (kind, numbers), hatch in zip(counts.items(), ("", "//", ".."), strict=True):
        number = np.array([*numbers.values()])
        axes.bar([*numbers], number, bottom=below, label=kind, hatch=hatch, edgecolor="white")
        below = below + number
    axes.set(title=f"{below.sum()} errata", xlabel="section of the report", ylabel="number of errata")
    axes.set_yticks(range(0, 17, 4))
    axes.legend()
    axes.grid(axis="x", visible=False)
    kinds = ", ".join(f"{sum(numbers.values())} {kind}" for kind, numbers in counts.items())
    show_figure(figure, f"Stacked bars count {kinds} by section. Sections 3, 4.1.1 and 4.2.1 have the most.")


def _means_of_the_best(scores) -> list[float]:
    """The mean score of the best of 1, 2, … runs, over all subsets."""
    subsets = (combinations(scores, k) for k in range(1, len(scores) + 1))
    return [float(np.mean([max(subset) for subset in of_k])) for of_k in subsets]


def best_of_k(scores) -> dict[str, list[float]]:
    """Draw the expected best score of 1, 2, … runs from {model: all scores}; return it by model."""
    curves = {name: (of_model, _means_of_the_best(of_model)) for name, of_model in scores.items()}
    figure, axes = plt.subplots(figsize=(8.5, 3.9))
    for (name, (scores, means)), style in zip(curves.items(), ("o-", "s--", "^:"), strict=True):
        line = axes.plot(range(1, len(means) + 1), means, style, label=name)[0]
        axes.plot(np.full(len(scores), 0.85), scores, "_", color=line.get_color(), markersize=14)
    axes.set(title="The best of k runs", xlabel="runs k", ylabel="expected largest MIG", xticks=range(1, 6))
    axes.legend()
    show_figure(figure, "The expected best score of each of three models rises with the number of runs.")
    return {name: means for name, (_, means) in curves.items()}
