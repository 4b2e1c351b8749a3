"""An explorer of two latents: which dependence do the penalties of the regularised VAEs notice?"""

import math

import ipywidgets as widgets
import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from infotheory.explore import Explorer
from infotheory.teaching import COLOURS, STYLE


class DependenceExplorer(Explorer):
    """Two latents of N = 2,500 examples, z = μ(x) + σ ε, and what each penalty says of them.

    The means are √(1 - σ²) u with u of a `family`, which `amount`, from 0 to 1, changes:
    "turned square" by 0 to 45 degrees, "turned Gaussian" likewise; "correlated Gaussian" from correlation 0 to .95;
    "ring" from N(0, I) to a circle; "parabola" from independent to u_2 ∝ u_1² - 1. All but the correlated Gaussian have
    Cov[u] = I at every amount, hence Cov[z] = I. `sigma` is the noise, the same for all x. q(z) = 1/N Σ q(z|x_n) is
    exact; its entropies are sums on a grid, good to some .001 nats.
    Raises ValueError for an unknown family, or an amount or a σ out of range.
    """

    caption = "Move the sliders in JupyterLab to see it change."
    families = ("turned square", "turned Gaussian", "correlated Gaussian", "ring", "parabola")
    side = 50  # N = side²
    grid = np.linspace(-5, 5, 121)

    def __init__(self, family: str = "turned square", amount: float = 1.0, sigma: float = 0.2):
        self.move(family, amount, sigma)

    def move(self, family: str, amount: float, sigma: float) -> None:
        """Set the state, and compute what `parts` and `penalties` tell."""
        if family not in self.families or not 0 <= amount <= 1 or not 0.1 <= sigma <= 0.9:
            raise ValueError(
                f"found family={family!r}, amount={amount}, sigma={sigma}, "
                f"expected one of {', '.join(self.families)}, 0 to 1 and 0.1 to 0.9"
            )
        self.family, self.amount, self.sigma = family, float(amount), float(sigma)
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

    def draw(self) -> Figure:
        with rc_context(STYLE):
            figure = Figure(figsize=(10.5, 4.4), layout="none")  # fixed places: a layout to compute costs 0.1 s a move
            left, right = figure.add_axes((0.07, 0.15, 0.33, 0.75)), figure.add_axes((0.66, 0.15, 0.32, 0.75))
            ends = (self.grid[0], self.grid[-1])
            left.imshow(self.density.T, origin="lower", extent=(*ends, *ends), cmap="Blues", aspect="auto")
            for q, colour in zip(self.marginals, COLOURS[1:], strict=False):  # heights are no nats: shapes to compare
                curve = -3 + 4 * q
                left.plot(*((self.grid, curve) if colour == COLOURS[1] else (curve, self.grid)), color=colour)
            left.set(title=f"q(z): {self.family}, {self.amount:.2f}", xlim=(-3, 3), ylim=(-3, 3))
            left.set(
                xlabel="$z_1$, its marginal below",
                ylabel="$z_2$, its marginal at the left",
                xticks=[-2, 0, 2],
                yticks=[-2, 0, 2],
            )
            left.grid(False)
            right.grid(False)
            longest, names, values = 1.0, list(self.penalties), list(self.penalties.values())
            places, shown = range(len(names)), np.clip(values, 0, longest)
            right.hlines(places, 0, shown, colors=[COLOURS[0]] * 3 + [COLOURS[4]] * 4, linewidth=20)
            for place, value, end in zip(places, values, shown, strict=True):
                right.text(end + 0.02, place, _number(value) + (" →" if value > longest else ""), va="center")
            right.set_yticks(places, names)
            right.set(title="what each penalty says", xlim=(0, 1.4), ylim=(6.6, -0.6))
            right.set(xlabel="nats (DIP: squared covariance)", xticks=[0, 0.5, 1])
        return figure

    def controls(self) -> list[widgets.Widget]:
        family = widgets.Dropdown(options=self.families, value=self.family, description="family")
        amount = widgets.FloatSlider(self.amount, min=0, max=1, step=0.05, description="amount")
        sigma = widgets.FloatSlider(self.sigma, min=0.1, max=0.9, step=0.05, description="noise σ")

        def moved(_):
            self.move(family.value, amount.value, sigma.value)
            self.refresh()

        for control in (family, amount, sigma):
            control.observe(moved, "value")
        return [widgets.HBox([family, amount, sigma])]


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
