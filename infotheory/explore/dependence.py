"""Two latents of known distribution: which dependence do the penalties of the regularised VAEs notice?"""

import math
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ..teaching import COLOURS
from .base import LiveExplorer, figure

LONGEST = 1.0  # nats that a bar shows


class DependenceExplorer(LiveExplorer):
    """Two latents of N = 2,500 examples, z = μ(x) + σ ε, and the value of each penalty.

    The means are √(1 - σ²) u with u of a `family`, which `amount`, from 0 to 1, changes:
    "turned square" by 0 to 45 degrees, "turned Gaussian" likewise; "correlated Gaussian" from correlation 0 to .95;
    "ring" from N(0, I) to a circle; "parabola" from independent to u_2 ∝ u_1² - 1. All but the correlated Gaussian have
    Cov[u] = I at every amount, hence Cov[z] = I. `sigma` is the noise, the same for all x. q(z) = 1/N Σ q(z|x_n) is
    exact; its entropies are sums on a grid, good to some .001 nats. `parts` and `penalties` hold the values.
    State: `family`, `amount` and `sigma`, changed by `set`, which raises ValueError outside `limits`.
    """

    families = ("turned square", "turned Gaussian", "correlated Gaussian", "ring", "parabola")
    limits: ClassVar = {"family": families, "amount": (0, 1), "sigma": (0.1, 0.9)}
    side = 50  # N = side²
    grid = np.linspace(-5, 5, 121)

    def __init__(self, family: str = "turned square", amount: float = 1.0, sigma: float = 0.2):
        self.set(family=family, amount=amount, sigma=sigma)

    def set(self, **state) -> None:
        super().set(**state)
        self._measure()

    def _measure(self) -> None:
        sigma = self.sigma
        self.mean = math.sqrt(1 - sigma**2) * self._structure()
        step = self.grid[1] - self.grid[0]
        bells = np.exp(-(((self.grid[:, None, None] - self.mean) / sigma) ** 2) / 2) / (math.sqrt(2 * math.pi) * sigma)
        self.density = bells[..., 0] @ bells[..., 1].T / len(self.mean)  # q(z) [z_1, z_2]
        self.marginals = bells.mean(axis=1).T  # q(z_1) and q(z_2): [2, grid]
        entropies = -_x_log_x(self.marginals).sum(axis=1) * step
        joint_entropy = -_x_log_x(self.density).sum() * step**2
        of_noise = 1 + math.log(2 * math.pi * sigma**2)  # H(z|x), two latents
        moments = (self.mean**2).mean(axis=0) + sigma**2  # E z_j²
        cross = (math.log(2 * math.pi) + moments) / 2  # -E log p(z_j)
        self.parts = {
            "I(x; z)": joint_entropy - of_noise,
            "TC(z)": entropies.sum() - joint_entropy,
            "Σ KL(q(z_j)‖p(z_j))": (cross - entropies).sum(),
        }
        of_means = np.cov(self.mean.T, bias=True)
        covariance = of_means + sigma**2 * np.eye(2)
        information, tc, marginal_kl = self.parts.values()
        self.penalties = {
            "β-VAE: KL": information + tc + marginal_kl,
            "β-TCVAE, FactorVAE: TC": tc,
            "AAE: KL(q(z)‖p(z))": tc + marginal_kl,
            "DIP-I, off-diagonal": 2 * of_means[0, 1] ** 2,
            "DIP-I, diagonal": ((of_means.diagonal() - 1) ** 2).sum(),
            "DIP-II, off-diagonal": 2 * covariance[0, 1] ** 2,
            "DIP-II, diagonal": ((covariance.diagonal() - 1) ** 2).sum(),
        }

    def _structure(self) -> np.ndarray:
        """u, [N, 2]: a square lattice, or points that stand for N(0, I), changed by `amount`."""
        if self.family == "turned square":
            line = (np.arange(self.side) + 0.5) / self.side - 0.5
            u = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2) / line.std()
        else:
            u = _gaussian_points(self.side**2)
        if self.family.startswith("turned"):
            angle = self.amount * math.pi / 4
            return u @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        if self.family == "correlated Gaussian":
            rho = 0.95 * self.amount
            return np.stack([u[:, 0], rho * u[:, 0] + math.sqrt(1 - rho**2) * u[:, 1]], axis=1)
        if self.family == "parabola":
            bent = self.amount * (u[:, 0] ** 2 - 1) / math.sqrt(2) + math.sqrt(1 - self.amount**2) * u[:, 1]
            return _whitened(np.stack([u[:, 0], bent], axis=1))
        radius = np.sqrt((u**2).sum(axis=1, keepdims=True))
        return _whitened(u / radius * ((1 - self.amount) * radius + self.amount * math.sqrt(2)))

    def describe(self) -> str:
        parts = ", ".join(f"{name} {_number(value)}" for name, value in self.parts.items())
        off_diagonal = self.penalties["DIP-II, off-diagonal"]
        return (
            f"{self.family} at {self.amount:.2f}, σ {self.sigma:.2f}: {parts} nats; "
            f"DIP-II off-diagonal {_number(off_diagonal)}"
        )

    def build(self):
        fig, left, right = figure(10.5, 4.4, (0.07, 0.15, 0.33, 0.75), (0.66, 0.15, 0.32, 0.75))
        ends = (self.grid[0], self.grid[-1])
        self._q = left.imshow(self.density.T, origin="lower", extent=(*ends, *ends), cmap="Blues", aspect="auto")
        self._marginals = [left.plot([], [], color=colour)[0] for colour in COLOURS[1:3]]
        left.set(xlim=(-3, 3), ylim=(-3, 3), xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        left.set(xlabel="$z_1$, its marginal below", ylabel="$z_2$, its marginal at the left")
        left.grid(False)
        left.spines[:].set_visible(False)  # else the picture lies over them
        places = np.arange(len(self.penalties))
        colours = [COLOURS[4] if name.startswith("DIP") else COLOURS[0] for name in self.penalties]
        self._bars = right.barh(places, 0, 0.6, color=colours)
        self._values = [right.text(0, place, "", va="center") for place in places]
        right.set_yticks(places, list(self.penalties))
        right.set(title="value of each penalty", xlim=(0, 1.4 * LONGEST), ylim=(len(places) - 0.4, -0.6))
        right.set(xlabel="nats (DIP: squared covariance)", xticks=[0, 0.5, 1])
        right.grid(False)
        return fig, [self._q, *self._marginals, left.title, *self._bars, *self._values]

    def update(self):
        self._q.axes.set_title(f"q(z): {self.family}, {self.amount:.2f}")
        self._q.set(data=self.density.T, clim=(0, self.density.max()))
        below, beside = -3 + 4 * self.marginals  # only the shapes matter: the heights have no unit
        self._marginals[0].set_data(self.grid, below)
        self._marginals[1].set_data(beside, self.grid)
        for bar, text, value in zip(self._bars, self._values, self.penalties.values(), strict=True):
            shown = min(max(value, 0), LONGEST)
            bar.set_width(shown)
            text.set(x=shown + 0.02, text=_number(value) + (" →" if value > LONGEST else ""))

    def controls(self) -> list[widgets.Widget]:
        family = widgets.Dropdown(options=self.families, value=self.family, description="family")
        self.listen([family], lambda change: self.set(family=change.new))
        sliders = [self.slider("amount", "amount", 0.05), self.slider("sigma", "noise σ", 0.05)]
        return [widgets.HBox([family, *sliders], layout={"flex_flow": "row wrap"})]


def _gaussian_points(n: int) -> np.ndarray:
    """n points [n, 2] with mean 0 and covariance I, spread like N(0, I) on a sunflower: no direction is special."""
    k = np.arange(n)
    radius, angle = np.sqrt(-2 * np.log((k + 0.5) / n)), k * math.pi * (3 - math.sqrt(5))
    return _whitened(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))


def _whitened(u: np.ndarray) -> np.ndarray:
    """The same points with mean 0 and covariance I, exactly."""
    u = u - u.mean(axis=0)
    return u @ np.linalg.inv(np.linalg.cholesky(np.cov(u.T, bias=True))).T


def _x_log_x(x: np.ndarray) -> np.ndarray:
    return x * np.log(np.maximum(x, 1e-300))


def _number(value: float) -> str:
    return f"{value + 0.0 if abs(value) >= 0.005 else 0.0:.2f}"
