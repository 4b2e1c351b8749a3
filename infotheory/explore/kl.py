"""One Gaussian fitted to two modes, by the forward and by the reverse KL."""

from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ..divergences import kl_from_logits
from ..teaching import COLOURS
from .base import LiveExplorer, figure

HIGHEST = 4.0  # nats that the right panel shows


class KLExplorer(LiveExplorer):
    """A Gaussian q by sliders beside a mixture p of two, with KL(p‖q) and KL(q‖p) in nats, and both best fits.

        p(x) = w N(x; -d/2, 1) + (1 - w) N(x; d/2, 0.8²),    q(x) = N(x; mean, sigma²)

    on a grid of steps of 0.05. The forward fit, argmin KL(p‖q), has p's mean and variance; the reverse fit,
    argmin KL(q‖p), is searched from both modes.
    State: `distance` d, `weight` w, `mean` and `sigma`, changed by `set`; `fits` holds (mean, sigma) of both. `set`
    raises ValueError for a value outside `limits`.
    """

    limits: ClassVar = {"distance": (0, 8), "weight": (0.05, 0.95), "mean": (-6, 6), "sigma": (0.3, 5)}
    x = np.linspace(-15, 15, 601)

    def __init__(self, distance: float = 6.0, weight: float = 0.6, mean: float = 0.0, sigma: float = 2.0):
        self.fits: dict[str, tuple[float, float]] = {}
        self.set(distance=distance, weight=weight, mean=mean, sigma=sigma)

    def set(self, **state: float) -> None:
        super().set(**state)
        if not {"distance", "weight"} & set(state):
            return
        half, scale = self.distance / 2, np.array([1, 0.8])
        modes = -(((self.x[:, None] - [-half, half]) / scale) ** 2) / 2 - np.log(scale)
        log_p = np.logaddexp(*(modes + np.log([self.weight, 1 - self.weight])).T)
        self.log_p = log_p - np.logaddexp.reduce(log_p)
        p = np.exp(self.log_p)
        mean = p @ self.x
        self.fits["forward"] = float(mean), float(np.sqrt(p @ (self.x - mean) ** 2))
        self.fits["reverse"] = self._reverse_fit()

    def log_q(self, mean: float, sigma: float) -> np.ndarray:
        """log q at the points of the grid, up to a constant."""
        return -(((self.x - mean) / sigma) ** 2) / 2

    def divergences(self, mean: float, sigma: float) -> tuple[float, float]:
        """KL(p‖q) and KL(q‖p) of a Gaussian q, in nats."""
        log_q = self.log_q(mean, sigma)
        return float(kl_from_logits(self.log_p, log_q)), float(kl_from_logits(log_q, self.log_p))

    def _reverse_fit(self) -> tuple[float, float]:
        from scipy.optimize import minimize

        def reverse(theta):  # KL(q‖p), and its gradient: that of E_q[log q/p] by E_q[score · log q/p]
            mean, sigma = theta[0], np.exp(theta[1])
            logits = self.log_q(mean, sigma)
            log_q = logits - np.logaddexp.reduce(logits)
            q, ratio, z = np.exp(log_q), log_q - self.log_p, (self.x - mean) / sigma
            value, weighted = q @ ratio, q * ratio
            return value, np.array([weighted @ (z - q @ z) / sigma, weighted @ (z**2 - q @ z**2)])

        starts = [(-self.distance / 2, 0.0), (self.distance / 2, 0.0), (self.fits["forward"][0], 1.0)]
        best = min((minimize(reverse, start, jac=True) for start in starts), key=lambda result: result.fun)
        return float(best.x[0]), float(np.exp(best.x[1]))

    def take(self, fit: str) -> None:
        """Let q be the "forward" or the "reverse" fit."""
        if fit not in self.fits:
            raise ValueError(f"found the fit {fit!r}, expected one of {', '.join(self.fits)}")
        mean, sigma = self.fits[fit]
        self.set(mean=mean, sigma=sigma)

    def describe(self) -> str:
        forward, reverse = self.divergences(self.mean, self.sigma)
        fits = ", ".join(f"{name} fit N({mean:z.2f}, {sigma:.2f}²)" for name, (mean, sigma) in self.fits.items())
        return (
            f"q = N({self.mean:z.2f}, {self.sigma:.2f}²): KL(p‖q) = {forward:.3f}, KL(q‖p) = {reverse:.3f} nats; {fits}"
        )

    def build(self):
        fig, left, right = figure(10.5, 4.1, (0.07, 0.15, 0.47, 0.75), (0.62, 0.15, 0.37, 0.75))
        self._p = left.fill([0, 0, 0], [0, 0, 0], color="0.8", label="p, two modes")[0]
        look = (("q, yours", "-", COLOURS[0]), ("forward fit", "--", COLOURS[1]), ("reverse fit", ":", COLOURS[2]))
        self._q = [left.plot([], [], style, color=colour, label=name)[0] for name, style, colour in look]
        left.set(title="one Gaussian for two modes", xlabel="x", ylabel="density (1/unit of x)")
        left.set(xlim=(-9, 9), ylim=(0, 0.65))
        left.legend(loc="upper right", fontsize=11)
        place = np.arange(3)
        colours = [colour for _, _, colour in look]
        self._bars = [
            right.bar(place - 0.2, 0, 0.36, color=colours),
            right.bar(place + 0.2, 0, 0.36, color=colours, alpha=0.45),
        ]
        self._values = [right.text(x + shift, 0, "", ha="center", va="bottom") for shift in (-0.2, 0.2) for x in place]
        right.set(title="KL(p‖q), and paler KL(q‖p)", ylabel="nats", xlabel="which q", ylim=(0, 1.1 * HIGHEST))
        right.set_xticks(place, [name for name, _, _ in look])
        return fig, [self._p, *self._q, *self._bars[0], *self._bars[1], *self._values]

    def update(self):
        step = self.x[1] - self.x[0]
        self._p.set_xy(np.stack([self.x, np.exp(self.log_p) / step], axis=1))
        qs = [(self.mean, self.sigma), *self.fits.values()]
        for line, (mean, sigma) in zip(self._q, qs, strict=True):
            line.set_data(self.x, np.exp(self.log_q(mean, sigma)) / (sigma * np.sqrt(2 * np.pi)))
        forward, reverse = zip(*(self.divergences(*q) for q in qs), strict=True)
        bars = [*self._bars[0], *self._bars[1]]
        for bar, text, value in zip(bars, self._values, (*forward, *reverse), strict=True):
            bar.set_height(min(value, HIGHEST))
            text.set(text=f"{value:.2f}" + ("↑" if value > HIGHEST else ""), y=min(value, HIGHEST))

    def controls(self) -> list[widgets.Widget]:
        sliders = [
            self.slider("mean", "mean of q", 0.1),
            self.slider("sigma", "σ of q", 0.1),
            self.slider("distance", "distance of p's modes", 0.1),
            self.slider("weight", "weight of the left mode", 0.05),
        ]
        buttons = [
            self.button("q ← forward fit", lambda: self.take("forward"), "argmin KL(p‖q): p's mean and variance"),
            self.button("q ← reverse fit", lambda: self.take("reverse"), "argmin KL(q‖p)"),
        ]
        return [widgets.HBox(sliders[:2]), widgets.HBox(sliders[2:]), widgets.HBox(buttons)]
