"""An explorer of the adversarial game on a line, where every density is known: what D sees, and how it pulls at G."""

import math

import ipywidgets as widgets
import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from infotheory.explore import Explorer
from infotheory.teaching import COLOURS, STYLE


class GameExplorer(Explorer):
    """Data p and a generator g on a line, the optimal discriminator, and the pull of both of the generator's losses.

        p(x) = ½ N(x; -2, ½²) + ½ N(x; 2, ½²),      g(x) = (1 - w) N(x; m, s²) + w N(x; -m, s²),
        D*(x) = p(x) / (p(x) + g(x)),               V(D*, G) = 2 JSD(p, g) - log 4.

    State: `mean` m, `width` s and `share` w; the generator is perfect at m = 2, s = ½, w = ½. `jsd` and `value`, in
    nats, are sums on a grid. `slope` has dL/dm, in nats a unit of x, of "minimax", L = E_g log(1 - D*(x)), and of
    "non-saturating", L = -E_g log D*(x), where D* stays as G moves. The first is also the slope of 2 JSD(p, g), the
    second that of KL(g‖p) - 2 JSD(p, g): Arjovsky & Bottou (2017), theorem 2.5.
    Raises ValueError for a mean, a width or a share out of range.
    """

    caption = "Move the sliders in JupyterLab to see it change."
    x = np.linspace(-8, 8, 641)
    means = np.linspace(-4, 4, 81)

    def __init__(self, mean: float = 1.0, width: float = 0.8, share: float = 0.0):
        self.move(mean, width, share)

    def move(self, mean: float, width: float, share: float) -> None:
        """Set the state, and compute what the figure shows."""
        if not (-4 <= mean <= 4 and 0.3 <= width <= 2 and 0 <= share <= 1):
            raise ValueError(f"found mean={mean}, width={width}, share={share}, expected -4 … 4, 0.3 … 2 and 0 … 1")
        self.mean, self.width, self.share = float(mean), float(width), float(share)
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

    def draw(self) -> Figure:
        with rc_context(STYLE):
            figure = Figure(figsize=(10.5, 4.6), layout="none")  # fixed places: a layout to compute costs 0.1 s a move
            left = figure.add_axes((0.065, 0.13, 0.42, 0.78))
            top, bottom = figure.add_axes((0.58, 0.60, 0.41, 0.31)), figure.add_axes((0.58, 0.13, 0.41, 0.31))
            x, p, g = self.x[::4], np.exp(self.log_p()[::4]), np.exp(self.log_g(self.mean)[::4])
            left.fill_between(x, p, color=COLOURS[0], alpha=0.35, linewidth=0)
            left.fill_between(x, g, color=COLOURS[1], alpha=0.35, linewidth=0)
            left.plot(x, self.discriminator[::4], color="black")
            left.axhline(0.5, color="black", linestyle=":", linewidth=1)
            for place, colour, name in ((-5.8, COLOURS[0], "data p(x)"), (-2.2, COLOURS[1], "generator g(x)")):
                left.text(place, 1.28, name, color=colour)  # a legend would cost as much time as an axis
            left.text(3.2, 1.28, "D*(x)")
            left.set(
                xlim=(-6, 6),
                ylim=(0, 1.4),
                xticks=[-4, -2, 0, 2, 4],
                yticks=[0, 0.5, 1],
                xlabel="x",
                ylabel="density per unit of x; D*",
            )
            left.set(title="what the best discriminator sees")
            top.plot(self.means, 2 * self.jsd_at - math.log(4), color="black")
            top.axhline(-math.log(4), color="black", linestyle=":", linewidth=1)
            top.plot(self.mean, self.value, "o", color=COLOURS[1], markersize=9)
            top.set(
                xlim=(-4, 4),
                ylim=(-1.5, 0.1),
                xticks=[-4, -2, 0, 2, 4],
                yticks=[-1, 0],
                title="V(D*, G) = 2 JSD − log 4",
                ylabel="nats",
            )
            for (name, slope), colour, place in zip(self.slope_at.items(), COLOURS[2:4], (-3.8, -1.6), strict=True):
                bottom.plot(self.means, -slope, color=colour)
                bottom.text(place, -2.8, name, color=colour)
                shown = min(max(-self.slope[name], -3), 3)
                bottom.plot(self.mean, shown, "o", color=colour, markersize=9)
            bottom.axhline(0, color="black", linestyle=":", linewidth=1)
            bottom.set(xlim=(-4, 4), ylim=(-3.2, 3.2), title="pull on m: −dL/dm", ylabel="nats per unit")
            bottom.set(xlabel="mean m of the generator", xticks=[-4, -2, 0, 2, 4], yticks=[-3, 0, 3])
        return figure

    def controls(self) -> list[widgets.Widget]:
        mean = widgets.FloatSlider(self.mean, min=-4, max=4, step=0.1, description="mean m")
        width = widgets.FloatSlider(self.width, min=0.3, max=2, step=0.1, description="width s")
        share = widgets.FloatSlider(self.share, min=0, max=1, step=0.05, description="share w")

        def moved(_):
            self.move(mean.value, width.value, share.value)
            self.refresh()

        for control in (mean, width, share):
            control.observe(moved, "value")
        return [widgets.HBox([mean, width, share])]


def log_bell(x: np.ndarray, s: float) -> np.ndarray:
    """log N(x; 0, s²)."""
    return -((x / s) ** 2) / 2 - math.log(2 * math.pi * s**2) / 2


def bell(x: np.ndarray, s: float) -> np.ndarray:
    """N(x; 0, s²)."""
    return np.exp(log_bell(x, s))
