"""The adversarial game on a line, where every density is known: the optimal D, and the gradient that reaches G."""

import math
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ..teaching import COLOURS
from .base import LiveExplorer, figure

STRONGEST = 3.0  # nats per unit that the lower panels show


class GameExplorer(LiveExplorer):
    """Data p and a generator g on a line, the optimal discriminator, and the "pull" -dL/dm and -dL/dw on g.

        p(x) = ½ N(x; -2, ½²) + ½ N(x; 2, ½²),      g(x) = (1 - w) N(x; m, s²) + w N(x; -m, s²),
        D*(x) = p(x) / (p(x) + g(x)),               V(D*, G) = 2 JSD(p, g) - log 4.

    State: `mean` m, `width` s and `share` w; the generator is perfect at m = 2, s = ½, w = ½. `jsd` and `value`, in
    nats, are sums on a grid. `slope` has dL/dm, in nats a unit of x, of "minimax", L = E_g log(1 - D*(x)), and of
    "non-saturating", L = -E_g log D*(x), where D* stays as G moves; `share_slope` has dL/dw, in nats. The slopes of
    "minimax" are also those of 2 JSD(p, g), the others those of KL(g‖p) - 2 JSD(p, g): Arjovsky & Bottou (2017),
    theorem 2.5. All are slopes of the density g. Samples x = ±m + s ε of given noise do not move with w, so that their
    pathwise gradient has dL/dm, but 0 in the place of dL/dw.
    `set` changes the state, and raises ValueError for a value outside `limits`.
    """

    limits: ClassVar = {"mean": (-4, 4), "width": (0.3, 2), "share": (0, 1)}
    x = np.linspace(-8, 8, 641)
    means = np.linspace(-4, 4, 81)
    shares = np.linspace(0, 1, 81)

    def __init__(self, mean: float = 1.0, width: float = 0.8, share: float = 0.0):
        self.set(mean=mean, width=width, share=share)

    def set(self, **state: float) -> None:
        super().set(**state)
        if {"width", "share"} & set(state):  # the curves over every mean, and over every share
            self.jsd_at, self.slope_at, _ = self._game(self.means, self.share)
        if {"mean", "width"} & set(state):
            self.jsd_at_share, _, self.share_slope_at = self._game(self.mean, self.shares)
        jsd, *slopes = self._game(self.mean, self.share)
        self.jsd = float(jsd[0])
        self.slope, self.share_slope = ({name: float(values[0]) for name, values in of.items()} for of in slopes)
        self.value = 2 * self.jsd - math.log(4)

    def _game(self, m, w) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]:
        """JSD(p, g), dL/dm and dL/dw of both losses, for each mean or share: [n]. Logarithms never underflow."""
        m, w = (each[:, None] for each in np.broadcast_arrays(*np.atleast_1d(m, w)))
        step, s = self.x[1] - self.x[0], self.width
        log_p, log_g = self.log_p(), self.log_g(m[:, 0], w[:, 0])
        log_sum = np.logaddexp(log_p, log_g)
        p, g = np.exp(log_p), np.exp(log_g)
        jsd = (p * (log_p - log_sum) + g * (log_g - log_sum)).sum(axis=1) * step / 2 + math.log(2)
        away, mirrored = bell(self.x - m, s), bell(self.x + m, s)
        dg_dm = ((1 - w) * (self.x - m) * away - w * (self.x + m) * mirrored) / s**2
        dm, dw = (
            {
                "minimax": (dg * (log_g - log_sum)).sum(axis=1) * step,
                "non-saturating": -(dg * (log_p - log_sum)).sum(axis=1) * step,
            }
            for dg in (dg_dm, mirrored - away)
        )
        return np.maximum(jsd, 0), dm, dw

    def log_p(self) -> np.ndarray:
        """log p(x) on the grid: [641]."""
        return np.logaddexp(log_bell(self.x + 2, 0.5), log_bell(self.x - 2, 0.5)) - math.log(2)

    def log_g(self, m, w=None) -> np.ndarray:
        """log g(x) on the grid for each mean m, and share w instead of the state's: [..., 641]."""
        m, w = np.asarray(m)[..., None], np.asarray(self.share if w is None else w)[..., None]
        with np.errstate(divide="ignore"):  # log 0 = -inf is right here
            return np.logaddexp(
                np.log(1 - w) + log_bell(self.x - m, self.width), np.log(w) + log_bell(self.x + m, self.width)
            )

    @property
    def discriminator(self) -> np.ndarray:
        """D*(x) on the grid: [641]."""
        log_p = self.log_p()
        return np.exp(log_p - np.logaddexp(log_p, self.log_g(self.mean)))

    def describe(self) -> str:
        on_m, on_w = (
            ", ".join(f"{name} {-slope + 0:z.3f}" for name, slope in of.items())
            for of in (self.slope, self.share_slope)
        )
        return (
            f"m {self.mean:.2f}, s {self.width:.2f}, w {self.share:.2f}: JSD {self.jsd:.3f} of at most 0.693 nats, "
            f"V(D*, G) {self.value:.3f}; pull on m, −dL/dm: {on_m} nats per unit; pull on w, −dL/dw: {on_w} nats"
        )

    def build(self):
        rows = ((0.61, 0.3), (0.12, 0.3))
        places = [(left, bottom, 0.265, height) for left in (0.055, 0.39, 0.725) for bottom, height in rows]
        fig, density, D, *of_m_and_w = figure(13, 5.4, *places)
        density.fill_between(self.x, np.exp(self.log_p()), color=COLOURS[0], alpha=0.35, linewidth=0, label="data p")
        self._g = density.fill(self.x, 0 * self.x, color=COLOURS[1], alpha=0.35, linewidth=0, label="generator g")[0]
        density.set(title="data and generator", xlabel="x", ylabel="density per unit", ylim=(0, 1.4), yticks=[0, 1])
        density.legend(loc="upper center", ncols=2, fontsize=11)
        self._d = D.plot([], [], color="black")[0]
        D.axhline(0.5, color="black", linestyle=":", linewidth=1)
        D.set(title="optimal discriminator D*(x)", xlabel="x", ylabel="probability", yticks=[0, 0.5, 1])
        D.set_ylim(-0.05, 1.05)
        for axes in (density, D):
            axes.set(xlim=(-6, 6), xticks=[-4, -2, 0, 2, 4])
        self._of_mean = self._column(*of_m_and_w[:2], "m", "mean m of the generator", [-4, -2, 0, 2, 4])
        self._of_share = self._column(*of_m_and_w[2:], "w", "share w of the generator at −m", [0, 0.5, 1])
        return fig, [self._g, self._d, *(artist for pair in self._of_mean + self._of_share for artist in pair)]

    def _column(self, value, pull, name: str, label: str, ticks: list[float]) -> list[tuple]:
        """Axes of V and of the pulls against one number of the state: each curve, and the dot of the state on it."""
        value.axhline(-math.log(4), color="black", linestyle=":", linewidth=1)
        value.set(title="V(D*, G) = 2 JSD − log 4", ylabel="nats", yticks=[-1, 0], ylim=(-1.5, 0.1))
        pull.axhline(0, color="black", linestyle=":", linewidth=1)
        pull.set(title=f"pull on {name}: −dL/d{name}", ylabel=f"nats per unit of {name}", yticks=[-3, 0, 3])
        pull.set_ylim(-STRONGEST - 0.4, STRONGEST + 0.4)
        for axes in (value, pull):
            axes.set(xlim=(ticks[0], ticks[-1]), xticks=ticks, xlabel=label)
        curves = [value.plot([], [], color="black")[0]]
        for loss, colour, style in zip(self.slope, COLOURS[2:4], ("-", "--"), strict=True):
            curves.append(pull.plot([], [], style, color=colour, label=loss)[0])
        if name == "w":
            pull.legend(loc="lower left", fontsize=11)
        colours = COLOURS[1], *COLOURS[2:4]
        look = dict(markersize=9, clip_on=False, zorder=3)
        dots = [curve.axes.plot([], [], "o", color=of, **look)[0] for curve, of in zip(curves, colours, strict=True)]
        return list(zip(curves, dots, strict=True))

    def update(self):
        self._g.set_xy(np.stack([self.x, np.exp(self.log_g(self.mean))], axis=1))
        self._d.set_data(self.x, self.discriminator)
        for column, places, place, jsd_at, slope_at, slope in (
            (self._of_mean, self.means, self.mean, self.jsd_at, self.slope_at, self.slope),
            (self._of_share, self.shares, self.share, self.jsd_at_share, self.share_slope_at, self.share_slope),
        ):
            over = [2 * jsd_at - math.log(4), *(-slopes for slopes in slope_at.values())]
            now = [self.value, *(-each for each in slope.values())]
            for (curve, dot), values, height in zip(column, over, now, strict=True):
                curve.set_data(places, values)
                dot.set_data([place], [np.clip(height, -STRONGEST, STRONGEST)])
                dot.set_marker("o" if abs(height) <= STRONGEST else "^" if height > 0 else "v")  # beyond the frame

    def controls(self) -> list[widgets.Widget]:
        sliders = [
            self.slider("mean", "mean m", 0.1),
            self.slider("width", "width s", 0.1),
            self.slider("share", "share w at −m", 0.05),
        ]
        return [widgets.HBox(sliders, layout={"flex_flow": "row wrap"})]


def log_bell(x: np.ndarray, s: float) -> np.ndarray:
    """log N(x; 0, s²)."""
    return -((x / s) ** 2) / 2 - math.log(2 * math.pi * s**2) / 2


def bell(x: np.ndarray, s: float) -> np.ndarray:
    """N(x; 0, s²)."""
    return np.exp(log_bell(x, s))
