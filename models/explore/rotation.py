"""An explorer of turned codes: which scores notice that two latents were rotated?"""

import copy
import math
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from infotheory.explore import Explorer
from infotheory.teaching import COLOURS, STYLE

from ..metrics import mig, modularity
from ..metrics.interventions import Images, beta_vae_score_of, factor_vae_score_of


class RotationExplorer(Explorer):
    """Turn two latents by an angle, and see which scores notice.

        z_i' = cos θ z_i - sin θ z_j,    z_j' = sin θ z_i + cos θ z_j,    all other latents as they are.

    If z ~ N(0, I), so is z': no turn changes the distribution of such codes. The scores of every 5 degrees are computed
    once, from `n_images` different images; a move only draws. `represent` takes images to codes [n, d]; `data` has
    `factor_sizes`, `images(factors)` and, for a legend, `factor_names`. State: `angle` in degrees, and `factor`, the
    number of the one that colours the codes.
    Raises ValueError for latents that are not two different ones of the d.
    """

    caption = "Move the angle in JupyterLab to see it change."
    angles = np.arange(0, 91, 5)

    def __init__(
        self,
        represent: Callable[[Any], Any],
        data,
        latents: tuple[int, int] = (0, 1),
        *,
        angle: int = 0,
        n_images: int = 3_000,
        seed: int = 0,
    ):
        self._images = Images(lambda factors: represent(data.images(factors)), data.factor_sizes, n_images, seed)
        self._images.encode(np.arange(len(self._images)))
        self.codes, self.factors = self._images.codes, self._images.factors
        n_latents = self.codes.shape[1]
        if len(set(latents)) != 2 or not all(0 <= latent < n_latents for latent in latents):
            raise ValueError(f"found latents={latents}, expected two different ones of 0 … {n_latents - 1}")
        self.latents, self.seed = tuple(latents), seed
        self.names = list(getattr(data, "factor_names", [f"factor {k}" for k in range(len(data.factor_sizes))]))
        self.factor = int(np.argmax(self._share_of_factors(self.latents[0])))
        at_each = [self.scores(angle) for angle in self.angles]
        self.curves = {name: np.array([scores[name] for scores in at_each]) for name in at_each[0]}
        self.angle = angle

    def turned(self, angle: float) -> np.ndarray:
        """The codes [n, d] with the two latents turned by `angle` degrees."""
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        codes, pair = self.codes.copy(), list(self.latents)
        codes[:, pair] = self.codes[:, pair] @ np.array([[cosine, sine], [-sine, cosine]], codes.dtype)
        return codes

    def scores(self, angle: float) -> dict[str, float]:
        """Four scores of the turned codes, by name; those from interventions with 1,500 points and 500 more."""
        images = copy.copy(self._images)
        images.codes = self.turned(angle)
        return {
            "MIG": mig(images.codes, self.factors),
            "modularity": modularity(images.codes, self.factors),
            "BetaVAE": beta_vae_score_of(images, self.seed, 1_500, 500),
            "FactorVAE": factor_vae_score_of(images, self.seed, 1_500, 500, len(images)),
        }

    def now(self) -> dict[str, float]:
        """The scores at the present angle, read off the stored curves (between two of their angles, on a line)."""
        return {name: float(np.interp(self.angle, self.angles, curve)) for name, curve in self.curves.items()}

    def describe(self) -> str:
        scores = ", ".join(f"{name} {score:.2f}" for name, score in self.now().items())
        return f"latents {self.latents[0]} and {self.latents[1]} turned by {self.angle}°: {scores}"

    def draw(self) -> Figure:
        i, j = self.latents
        with rc_context(STYLE):
            figure = Figure(figsize=(10, 4.2), layout="none")  # fixed places: a layout to compute costs 0.1 s a move
            left, right = figure.add_axes((0.075, 0.15, 0.34, 0.74)), figure.add_axes((0.53, 0.15, 0.45, 0.74))
            shown = self.turned(self.angle)[:1_000]
            left.scatter(*shown[:, [i, j]].T, c=self.factors[:1_000, self.factor], s=9, cmap="viridis")
            size = 1.5 * abs(self.codes[:, [i, j]]).max()
            left.set(title=f"turned by {self.angle}°; bright: high {self.names[self.factor]}")
            left.set(xlabel=f"latent {i}", ylabel=f"latent {j}", xlim=(-size, size), ylim=(-size, size))
            styles = ("-", "--", ":", "-.")
            for (name, curve), colour, style in zip(self.curves.items(), COLOURS, styles, strict=False):
                right.plot(self.angles, curve, style, color=colour, label=name)
                right.plot(self.angle, self.now()[name], "o", color=colour)
            right.axvline(self.angle, color="black", linewidth=1)
            right.set(title="which scores notice?", xlabel="angle (degrees)", ylabel="score", ylim=(0, 1.05))
            right.set_xticks(range(0, 91, 15))
            right.legend(loc="lower left", ncols=2, fontsize=11)
        return figure

    def controls(self) -> list[widgets.Widget]:
        angle = widgets.IntSlider(self.angle, min=0, max=90, step=5, description="angle (°)")
        factor = widgets.Dropdown(
            options=[(name, k) for k, name in enumerate(self.names)], value=self.factor, description="colour"
        )

        def moved(_):
            self.angle, self.factor = angle.value, factor.value
            self.refresh()

        for control in (angle, factor):
            control.observe(moved, "value")
        return [widgets.HBox([angle, factor])]

    def _share_of_factors(self, latent: int) -> list[float]:
        """Of a latent's variance, the share between the levels of each factor: which one to colour by."""
        z = self.codes[:, latent].astype(float)
        shares = []
        for values in self.factors.T:
            n = np.bincount(values)
            means = np.bincount(values, z) / np.maximum(n, 1)
            shares.append(float(n @ (means - z.mean()) ** 2 / (len(z) * z.var() or 1)))
        return shares
