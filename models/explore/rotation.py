"""An explorer of rotated codes: which scores change when two latents are rotated?"""

import copy
import math
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import numpy as np

from infotheory.explore.base import LiveExplorer, figure
from infotheory.teaching import COLOURS

from ..evaluation.metrics import mig, modularity
from ..evaluation.metrics.encoders import codes_of
from ..evaluation.metrics.interventions import beta_vae_score_of, factor_vae_score_of
from ..evaluation.metrics.sampling import StoredCodes, images_of


class RotationExplorer(LiveExplorer):
    """Rotate two latents by an angle, and see which scores change.

        z_i' = cos θ z_i - sin θ z_j,    z_j' = sin θ z_i + cos θ z_j,    all other latents as they are.

    If z ~ N(0, I), then z' ~ N(0, I): no rotation changes the distribution. The scores at every 5 degrees are computed
    once, from `n_images` different images; a move only draws. `represent` takes images to codes [n, d], or is a model
    whose `encode` does; `data` has `factor_sizes`, `images(factors)` and, for a legend, `factor_names`.
    State: `angle` in degrees, and `factor`, the number of the one that colours the codes, changed by `set`.
    Pictures number the latents from 1.
    Raises ValueError unless `latents` are two different ones of the d, and for a state outside `limits`.
    """

    caption = "Move the angle in JupyterLab to see it change."
    angles = np.arange(0, 91, 5)
    n_shown = 1_000

    def __init__(
        self, represent: Callable[[Any], Any], data, latents: tuple[int, int] = (0, 1), *, angle: float = 0, n_images:
        int = 3_000, seed: int = 0,
    ):  # fmt: skip
        self._images = images_of(data, n_images, seed)
        self._stored = StoredCodes(codes_of(represent, data), self._images)
        everything = np.arange(len(self._images))
        self._stored.encode(everything)
        self.codes, self.factors = self._stored[everything], self._images.factors(everything)
        n_latents = self.codes.shape[1]
        if len(set(latents)) != 2 or not all(0 <= latent < n_latents for latent in latents):
            raise ValueError(f"found latents={latents}, expected two different ones of 0 … {n_latents - 1}")
        self.latents, self.seed = tuple(latents), seed
        self.names = list(getattr(data, "factor_names", [f"factor {k}" for k in range(len(data.factor_sizes))]))
        self.limits = {"angle": (0, 90), "factor": (0, len(self.names) - 1)}
        at_each = [self.scores(angle) for angle in self.angles]
        self.curves = {name: np.array([scores[name] for scores in at_each]) for name in at_each[0]}
        self.set(angle=angle, factor=int(np.argmax(self._share_of_factors(self.latents[0]))))

    def turned(self, angle: float) -> np.ndarray:
        """The codes [n, d] with the two latents turned by `angle` degrees."""
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        codes, pair = self.codes.copy(), list(self.latents)
        codes[:, pair] = self.codes[:, pair] @ np.array([[cosine, sine], [-sine, cosine]], codes.dtype)
        return codes

    def scores(self, angle: float) -> dict[str, float]:
        """Four scores of the turned codes, by name; those from interventions with 1,500 points and 500 more."""
        images, turned = self._images, copy.copy(self._stored)
        codes = turned.values = self.turned(angle)
        return {
            "MIG": mig(codes, self.factors),
            "modularity": modularity(codes, self.factors),
            "BetaVAE": beta_vae_score_of(images, turned, self.seed, 1_500, 500),
            "FactorVAE": factor_vae_score_of(images, turned, self.seed, 1_500, 500, len(images)),
        }

    def now(self) -> dict[str, float]:
        """The scores at the current angle, by linear interpolation of the stored curves."""
        return {name: float(np.interp(self.angle, self.angles, curve)) for name, curve in self.curves.items()}

    def describe(self) -> str:
        scores = ", ".join(f"{name} {score:.2f}" for name, score in self.now().items())
        return f"latents {self.latents[0] + 1} and {self.latents[1] + 1} turned by {self.angle:g}°: {scores}"

    def build(self):
        i, j = self.latents
        fig, left, right = figure(10, 4.2, (0.075, 0.15, 0.34, 0.74), (0.53, 0.15, 0.45, 0.74))
        self._points = left.scatter(*np.zeros((2, self.n_shown)), c=np.zeros(self.n_shown), s=9, cmap="viridis")
        size = 1.5 * abs(self.codes[:, [i, j]]).max()
        left.set(xlabel=f"latent {i + 1}", ylabel=f"latent {j + 1}", xlim=(-size, size), ylim=(-size, size))
        # the scores from interventions are often equal: the thin curve leaves the wide one below it visible
        look = zip(self.curves.items(), COLOURS, ("-", ":", "-", "--"), (2, 2, 5, 2), strict=False)
        self._dots = {}
        for (name, curve), colour, style, width in look:
            right.plot(self.angles, curve, style, color=colour, linewidth=width, label=name)
            self._dots[name] = right.plot([], [], "o", color=colour, markersize=5 + width, zorder=4)[0]
        self._here = right.axvline(0, color="black", linewidth=1, zorder=3)
        right.set(title=f"the scores of {len(self.codes):,} images", xlabel="angle (degrees)", ylabel="score")
        right.set(ylim=(0, 1.05), xticks=range(0, 91, 15))
        right.legend(loc="lower left", ncols=2, fontsize=11)
        return fig, [self._points, left.title, self._here, *self._dots.values()]

    def update(self):
        codes, values = self.turned(self.angle)[: self.n_shown], self.factors[: self.n_shown, self.factor]
        self._points.axes.set_title(f"turned by {self.angle:g}°; bright: high {self.names[self.factor]}")
        self._points.set(offsets=codes[:, list(self.latents)], array=values, clim=(values.min(), values.max()))
        self._here.set_xdata([self.angle] * 2)
        for name, score in self.now().items():
            self._dots[name].set_data([self.angle], [score])

    def controls(self) -> list[widgets.Widget]:
        options = [(name, k) for k, name in enumerate(self.names)]
        factor = widgets.Dropdown(options=options, value=self.factor, description="colour")
        self.listen([factor], lambda change: self.set(factor=change.new))
        return [widgets.HBox([self.slider("angle", "angle (degrees)", 5, readout_format="d"), factor])]

    def _share_of_factors(self, latent: int) -> list[float]:
        """The share of a latent's variance that each factor explains; the largest chooses the colours."""
        z = self.codes[:, latent].astype(float)
        shares = []
        for values in self.factors.T:
            n = np.bincount(values)
            means = np.bincount(values, z) / np.maximum(n, 1)
            shares.append(float(n @ (means - z.mean()) ** 2 / (len(z) * z.var() or 1)))
        return shares
