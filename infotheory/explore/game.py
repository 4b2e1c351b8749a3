"""The adversarial game on a line, where every density is known: the optimal D, and the gradient that reaches G."""

import math
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ..teaching import COLOURS
from .base import LiveExplorer, figure

STRONGEST = 3.0  # nats per unit that the lower panel shows


class GameExplorer(LiveExplorer):
    """Data p and a generator g on a line, the optimal discriminator, and the "pull" -dL/dm of both losses of g.

        p(x) = ½ N(x; -2, ½²) + ½ N(x; 2, ½²),      g(x) = (1 - w) N(x; m, s²) + w N(x; -m, s²),
        D*(x) = p(x) / (p(x) + g(x)),               V(D*, G) = 2 JSD(p, g) - log 4.

    State: `mean` m, `width` s and `share` w; the generator is perfect at m = 2, s = ½, w = ½. `jsd` and `value`, in
    nats, are sums on a grid. `slope` has dL/dm, in nats a unit of x, of "minimax", L = E_g log(1 - D*(x)), and of
    "non-saturating", L = -E_g log D*(x), where D* stays as G moves. The first is also the slope of 2 JSD(p, g), the
    second that of KL(g‖p) - 2 JSD(p, g): Arjovsky & Bottou (2017), theorem 2.5.
    `set` changes the state, and raises ValueError for a value outside `limits`.
    """

    limits: ClassVar = {"mean": (-4, 4), "width": (0.3, 2), "share": (0, 1)}
    x = np.linspace(-8, 8, 641)
    means = np.linspace(-4, 4, 81)

    def __init__(self, mean: float = 1.0, width: float = 0.8, share: float = 0.0):
        self.set(mean=mean, width=width, share=share)

    def set(self, **state: float) -> None:
        super().set(**state)
        if {"width", "share"} & set(state):
            self.jsd_at, self.slope_at = self._game(self.means)  # of every mean, for the curves
        jsd, slope = self._game(np.array([self.mean]))
        self.jsd, self.slope = float(jsd[0]), {name: float(values[0]) for name, values in slope.items()}
        self.value = 2 * self.jsd - math.log(4)

    def _game(self, m: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """JSD(p, g), and dL/dm of both losses, for each mean: [means]. Logarithms of densities never underflow."""
        step, s = self.x[1] - self.x[0], self.width
        log_p, log_g = self.log_p(), self.log_g(m)
        log_sum = np.logaddexp(log_p, log_g)
        p, g = np.exp(log_p), np.exp(log_g)
        jsd = (p * (log_p - log_sum) + g * (log_g - log_sum)).sum(axis=1) * step / 2 + math.log(2)
        away, mirrored = self.x - m[:, None], self.x + m[:, None]
        dg_dm = (1 - self.share) * away * bell(away, s) - self.share * mirrored * bell(mirrored, s)
        dg_dm /= s**2
        return np.maximum(jsd, 0), {
            "minimax": (dg_dm * (log_g - log_sum)).sum(axis=1) * step,
            "non-saturating": -(dg_dm * (log_p - log_sum)).sum(axis=1) * step,
        }

    def log_p(self) -> np.ndarray:
        """log p(x) on the grid: [641]."""
        return np.logaddexp(log_bell(self.x + 2, 0.5), log_bell(self.x - 2, 0.5)) - math.log(2)

    def log_g(self, m: np.ndarray) -> np.ndarray:
        """log g(x) on the grid for each mean: [means, 641]."""
        with np.errstate(divide="ignore"):  # log 0 = -inf is right here
            log_shares = np.log([1 - self.share, self.share])
        m = np.asarray(m)[..., None]
        return np.logaddexp(
            log_shares[0] + log_bell(self.x - m, self.width), log_shares[1] + log_bell(self.x + m, self.width)
        )

    @property
    def discriminator(self) -> np.ndarray:
        """D*(x) on the grid: [641]."""
        log_p = self.log_p()
        return np.exp(log_p - np.logaddexp(log_p, self.log_g(self.mean)))

    def describe(self) -> str:
        slopes = ", ".join(f"{name} {-slope + 0:z.3f}" for name, slope in self.slope.items())
        return (
            f"m {self.mean:.2f}, s {self.width:.2f}, w {self.share:.2f}: JSD {self.jsd:.3f} of at most 0.693 nats, "
            f"V(D*, G) {self.value:.3f}; pull on m, −dL/dm: {slopes} nats per unit"
        )

    def build(self):
        fig, left, top, bottom = figure(
            10.5, 4.6, (0.065, 0.13, 0.42, 0.78), (0.58, 0.655, 0.41, 0.255), (0.58, 0.13, 0.41, 0.29)
        )
        left.fill_between(self.x, np.exp(self.log_p()), color=COLOURS[0], alpha=0.35, linewidth=0, label="data p(x)")
        self._g = left.fill(self.x, 0 * self.x, color=COLOURS[1], alpha=0.35, linewidth=0, label="generator g(x)")[0]
        self._d = left.plot([], [], color="black", label="D*(x)")[0]
        left.axhline(0.5, color="black", linestyle=":", linewidth=1)
        left.set(title="the optimal discriminator", xlabel="x", ylabel="density per unit of x; D*")
        left.set(xlim=(-6, 6), ylim=(0, 1.4), xticks=[-4, -2, 0, 2, 4], yticks=[0, 0.5, 1])
        left.legend(loc="upper center", ncols=3, fontsize=11)
        self._v = top.plot([], [], color="black")[0]
        top.axhline(-math.log(4), color="black", linestyle=":", linewidth=1)
        top.set(
            title="V(D*, G) = 2 JSD − log 4",
            xlabel="mean m of the generator",
            ylabel="nats",
            yticks=[-1, 0],
            ylim=(-1.5, 0.1),
        )
        self._pulls = {}
        for name, colour, style in zip(self.slope, COLOURS[2:4], ("-", "--"), strict=True):
            self._pulls[name] = bottom.plot([], [], style, color=colour, label=name)[0]
        bottom.axhline(0, color="black", linestyle=":", linewidth=1)
        bottom.set(title="pull on m: −dL/dm", xlabel="mean m of the generator", ylabel="nats per unit")
        bottom.set(yticks=[-3, 0, 3], ylim=(-STRONGEST - 0.2, STRONGEST + 0.2))
        bottom.legend(loc="lower left", ncols=2, fontsize=11)
        for axes in (top, bottom):
            axes.set(xlim=(-4, 4), xticks=[-4, -2, 0, 2, 4])
        look = dict(marker="o", markersize=9)
        self._dots = [
            axes.plot([], [], color=colour, **look)[0]
            for axes, colour in ((top, COLOURS[1]), (bottom, COLOURS[2]), (bottom, COLOURS[3]))
        ]
        return fig, [self._g, self._d, self._v, *self._pulls.values(), *self._dots]

    def update(self):
        self._g.set_xy(np.stack([self.x, np.exp(self.log_g(self.mean))], axis=1))
        self._d.set_data(self.x, self.discriminator)
        self._v.set_data(self.means, 2 * self.jsd_at - math.log(4))
        for name, line in self._pulls.items():
            line.set_data(self.means, -self.slope_at[name])
        pulls = [float(np.clip(-slope, -STRONGEST, STRONGEST)) for slope in self.slope.values()]
        for dot, height in zip(self._dots, (self.value, *pulls), strict=True):
            dot.set_data([self.mean], [height])

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
