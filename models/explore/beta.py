"""An explorer of β: rate, distortion and traversals of the models trained at each."""

from typing import ClassVar

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn import functional as F

from infotheory import diagonal_gaussian_kl
from infotheory.explore.base import figure
from infotheory.teaching import COLOURS

from .trained import MissingWeights, Trained, examples, load, vae_names


class BetaExplorer(Trained):
    """A slider over trained β: rate R and distortion D, the KL of each latent, and traversals, side by side.

        loss = D + β R,    D = E -log p(x|z),    R = E KL(q(z|x) ‖ p(z)),    at the best dD/dR = -β

    R and D are those of the cards, on 10,000 sprites; the KL of each latent is a mean over 200.
    State: `beta`, one of `betas`, and `image`, an index into `images`; `choose` changes both, and raises ValueError
    for others. If weights are missing, `problem` and the picture say what to do.
    """

    caption = "Move β in JupyterLab to see it change."
    prefix: ClassVar[str] = "beta-vae-dsprites-32-beta-"
    n_images, n_rows, n_values = 12, 6, 9

    def __init__(self, beta: float = 4.0, image: int = 0):
        names = [name for name in vae_names() if name.startswith(self.prefix)]
        try:
            self.models = {float(name.removeprefix(self.prefix)): load(name) for name in names}
            if not self.models:
                raise MissingWeights(f"{self.prefix}{beta:g}")
        except MissingWeights as error:
            self.problem, self.models = str(error), {}
            return
        self.betas = sorted(self.models)
        self._measure()
        self.choose(beta, image)

    @torch.no_grad()
    def _measure(self) -> None:
        images = examples(32, 200)
        self.images, self.means, self.kl, self.terms = images[: self.n_images], {}, {}, {}
        for beta, model in self.models.items():
            mean, log_variance = model.encode(images)
            self.means[beta] = mean[: self.n_images]
            self.kl[beta] = diagonal_gaussian_kl(mean, log_variance).mean(0).sort(descending=True)
            self.terms[beta] = model.card["terms"]["kl"], model.card["terms"]["reconstruction"]

    def choose(self, beta: float, image: int) -> None:
        """Set β, and the image to start from."""
        if beta not in self.betas or not 0 <= image < self.n_images:
            raise ValueError(
                f"found beta={beta}, image={image}, expected one of {', '.join(f'{b:g}' for b in self.betas)}, "
                f"and 0 … {self.n_images - 1}"
            )
        self.beta, self.image = beta, image

    @torch.no_grad()
    def traversals(self) -> torch.Tensor:
        """A row for each of the latents with the largest KL, at -2 … 2: [n_rows, n_values, size, size]."""
        z = self.means[self.beta][self.image].repeat(self.n_rows, self.n_values, 1)
        for row, latent in enumerate(self.kl[self.beta].indices[: self.n_rows]):
            z[row, :, latent] = torch.linspace(-2, 2, self.n_values)
        pictures = self.models[self.beta].decode(z.flatten(0, 1))[:, 0].clamp(0, 1)
        return pictures.unflatten(0, (self.n_rows, self.n_values))

    def describe(self) -> str:
        if self.problem:
            return self.problem
        rate, distortion = self.terms[self.beta]
        used = int((self.kl[self.beta].values > 0.1).sum())
        return (
            f"β = {self.beta:g}: rate {rate:.1f}, distortion {distortion:.1f}, ELBO {-rate - distortion:.1f} nats; "
            f"{used} latents with more than 0.1 nats"
        )

    def panels(self):
        fig, plane, bars, grid = figure(
            11.5, 4.4, (0.055, 0.15, 0.27, 0.76), (0.385, 0.15, 0.2, 0.76), (0.67, 0.15, 0.325, 0.76)
        )
        rates, distortions = zip(*(self.terms[beta] for beta in self.betas), strict=True)
        plane.plot(rates, distortions, "o-", color=COLOURS[0], markersize=7)
        for beta, rate, distortion in zip(self.betas, rates, distortions, strict=True):
            plane.text(rate + 0.8, distortion + 0.8, f"{beta:g}", fontsize=12)
        self._slope = plane.plot([], [], "--", color=COLOURS[1], linewidth=1.5, label="slope −β")[0]
        self._here = plane.plot([], [], "o", color=COLOURS[1], markersize=13)[0]
        plane.set(title="rate and distortion, by β", xlabel="rate R (nats)", ylabel="distortion D (nats)")
        plane.set(xlim=(0, 28), ylim=(0, 40))
        plane.legend(loc="upper right", fontsize=12)
        n_latents = len(self.kl[self.beta].values)
        self._bars = bars.bar(range(1, n_latents + 1), 0, color=COLOURS[0])
        highest = max(float(kl.values[0]) for kl in self.kl.values())
        bars.set(title="KL of each latent", xlabel="rank of the latent", ylabel="nats", ylim=(0, 1.1 * highest))
        bars.set_xticks(range(1, n_latents + 1, 2))
        tiles, edge = np.zeros((34 * self.n_rows, 34 * self.n_values)), 2 + 2 / (self.n_values - 1)
        extent = (-edge, edge, self.n_rows + 0.5, 0.5)
        self._tiles = grid.imshow(
            tiles, cmap="gray", vmin=0, vmax=1, interpolation="nearest", aspect="auto", extent=extent
        )
        self._names = [grid.text(-edge - 0.08, row + 1, "", ha="right", va="center") for row in range(self.n_rows)]
        grid.set(title="each latent moved", xlabel="value of the latent (standard deviations)", yticks=[])
        grid.set_xticks([-2, -1, 0, 1, 2])
        grid.grid(False)
        grid.spines[:].set_visible(False)
        return fig, [self._slope, self._here, *self._bars, self._tiles, *self._names]

    def update(self):
        if self.problem:
            return
        rate, distortion = self.terms[self.beta]
        run = np.array([-30, 30])
        self._slope.set_data(rate + run, distortion - self.beta * run)
        self._here.set_data([rate], [distortion])
        kl = self.kl[self.beta]
        for bar, nats in zip(self._bars, kl.values.tolist(), strict=True):
            bar.set_height(nats)
        rows = [torch.cat([F.pad(tile, (1, 1, 1, 1), value=1) for tile in row], dim=1) for row in self.traversals()]
        self._tiles.set_data(torch.cat(rows).numpy())
        for name, latent, nats in zip(self._names, kl.indices.tolist(), kl.values.tolist(), strict=False):
            name.set_text(f"z{latent}: {nats:.1f}")

    def controls(self) -> list[widgets.Widget]:
        if self.problem:
            return []
        beta = widgets.SelectionSlider(options=[(f"{b:g}", b) for b in self.betas], value=self.beta, description="β")
        image = widgets.IntSlider(self.image, min=0, max=self.n_images - 1, description="image x")
        self.listen([beta, image], lambda _: self.choose(beta.value, image.value))
        return [widgets.HBox([beta, image])]
