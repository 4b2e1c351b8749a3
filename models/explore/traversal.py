"""An explorer of the latents of any shipped VAE: move one latent, and see the image."""

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn import functional as F

from infotheory import diagonal_gaussian_kl
from infotheory.explore.base import figure
from infotheory.teaching import COLOURS

from .trained import MissingWeights, Trained, examples, load, vae_names

FURTHEST = 3.0  # standard deviations of the prior to which sliders and strips go


class TraversalExplorer(Trained):
    """A VAE's latents by sliders, in the order of their KL: start from an image, and see what a latent does to it.

        z = μ(x) at first,    D = -log p(x|z),    KL_j = E_x KL(q(z_j|x) ‖ p(z_j)), in nats

    The image, its reconstruction from μ(x), the image decoded from z, and a strip over the latent moved last.
    State: `name`, one of `vae_names()`; `image`, which of `images`; `z` [d], and `latent`, the one moved last. `kl` [d]
    is a mean over 200 images, `order` sorts it. `take`, `start_from` and `move` change the state; they raise ValueError
    for an unknown name, image or latent. If weights are missing, `problem` and the picture say what to do.
    """

    n_images, n_values = 12, 9

    def __init__(self, name: str = "beta-vae-dsprites", image: int = 0):
        self.name, self.image, self.z, self.order = name, 0, torch.zeros(0), []
        try:
            self.take(name)
        except MissingWeights as error:
            self.problem = str(error)
        else:
            self.start_from(image)

    @torch.no_grad()
    def take(self, name: str) -> None:
        """Change to another pretrained VAE, at the same image."""
        model = load(name)
        images = examples(model.size, 200)
        mean, log_variance = model.encode(images)
        self.name, self.model, self.images, self.problem = name, model, images[: self.n_images], ""
        self.means = mean[: self.n_images]
        self.kl = diagonal_gaussian_kl(mean, log_variance).mean(0).numpy()
        self.order = np.argsort(-self.kl, kind="stable").tolist()
        self.latent = self.order[0]
        self.rebuild()
        self.start_from(self.image)

    @torch.no_grad()
    def start_from(self, image: int) -> None:
        """Set z to the mean of q(z|x) of an image."""
        if self.problem:
            return
        if not 0 <= image < len(self.images):
            raise ValueError(f"found image {image}, expected 0 … {len(self.images) - 1}")
        self.image, self.z = image, self.means[image].clone()
        self.reconstruction = self._pictures(self.z[None])[0]

    def move(self, latent: int, value: float) -> None:
        """Set one latent."""
        if not (0 <= latent < len(self.z) and abs(value) <= 10):
            raise ValueError(f"found latent {latent} at {value:g}, expected 0 … {len(self.z) - 1}, within ±10")
        self.latent, self.z[latent] = latent, value

    @torch.no_grad()
    def strip(self) -> torch.Tensor:
        """The image decoded from z, then those with the latent moved last at -3 … 3: [1 + n_values, size, size]."""
        z = self.z.repeat(1 + self.n_values, 1)
        z[1:, self.latent] = torch.linspace(-FURTHEST, FURTHEST, self.n_values)
        return self._pictures(z)

    @torch.no_grad()
    def distortion(self, z: torch.Tensor) -> float:
        """D = -log p(x|z) of the image, in nats."""
        return -self.model.log_likelihood(self.images[self.image, None], z[None]).item()

    def _pictures(self, z: torch.Tensor) -> torch.Tensor:
        return self.model.decode(z)[:, 0].clamp(0, 1)

    def describe(self) -> str:
        if self.problem:
            return self.problem
        here, start = self.distortion(self.z), self.distortion(self.means[self.image])
        return (
            f"{self.name}, image {self.image}: z{self.latent} = {self.z[self.latent]:z.2f}, "
            f"D = −log p(x|z) = {here:.0f} nats, {start:.0f} at the posterior mean"
        )

    def panels(self):
        places = [(0.01 + 0.2 * i, 0.455, 0.188, 0.465) for i in range(3)]
        fig, *axes = figure(10.5, 4.8, *places, (0.69, 0.51, 0.295, 0.41), (0.01, 0.115, 0.975, 0.237))
        *panels, bars, strip = axes
        size = self.model.size
        self._panels = [
            ax.imshow(np.zeros((size, size)), cmap="gray", vmin=0, vmax=1, interpolation="nearest") for ax in panels
        ]
        for ax, title in zip(panels, ("the image x", "decoded from μ(x)", "decoded from z"), strict=True):
            ax.set(title=title, xticks=[], yticks=[])
        edge = FURTHEST * (1 + 1 / (self.n_values - 1))
        tiles = np.zeros((size + 4, (size + 4) * self.n_values))
        self._strip = strip.imshow(
            tiles, cmap="gray", vmin=0, vmax=1, interpolation="nearest", extent=(-edge, edge, 0, 1), aspect="auto"
        )
        values = np.linspace(-FURTHEST, FURTHEST, self.n_values)
        strip.set(xticks=values, yticks=[], xlabel="value of the latent moved last (standard deviations of the prior)")
        self._title = strip.text(0, 1.06, "", ha="center", fontsize=14)
        self._here = strip.plot([], [], "^", color=COLOURS[1], markersize=13, markeredgecolor="white")[0]
        for ax in (*panels, strip):
            ax.grid(False)
            ax.spines[:].set_visible(False)
        ranks = np.arange(len(self.kl))
        self._bars = bars.bar(ranks, self.kl[self.order], color=COLOURS[0])
        bars.set(title="KL of each latent", ylabel="nats", xlabel="latent")
        small = 12 if len(ranks) <= 10 else 8
        bars.set_xticks(ranks, [f"{j}" for j in self.order], fontsize=small)
        bars.grid(False, axis="x")
        return fig, [*self._panels, self._strip, self._title, self._here, *self._bars]

    def update(self):
        if self.problem:
            return
        decoded, *strip = self.strip()
        pictures = (self.images[self.image, 0], self.reconstruction, decoded)
        for panel, picture in zip(self._panels, pictures, strict=True):
            panel.set_data(picture.numpy())
        self._strip.set_data(torch.cat([F.pad(picture, (2, 2, 2, 2), value=1) for picture in strip], dim=1).numpy())
        self._title.set_text(f"latent z{self.latent}: KL {self.kl[self.latent]:.2f} nats")
        self._here.set_data([float(self.z[self.latent].clamp(-FURTHEST, FURTHEST))], [0.06])
        for bar, latent in zip(self._bars, self.order, strict=True):
            bar.set_color(COLOURS[1] if latent == self.latent else COLOURS[0])

    def controls(self) -> list[widgets.Widget]:
        names = vae_names()
        model = widgets.Dropdown(
            options=names or ["none installed"], value=self.name if self.name in names else None, description="model"
        )
        image = widgets.IntSlider(self.image, min=0, max=self.n_images - 1, description="image x")
        latents, step = widgets.Box(layout={"flex_flow": "row wrap"}), 0.1

        def follow():
            if len(latents.children) != len(self.z):
                latents.children = [slider() for _ in self.z]
            for slider_, latent in zip(latents.children, self.order, strict=True):
                slider_.description = f"z{latent} ({self.kl[latent]:.2f})"
                slider_.value = float(self.z[latent])

        def slider():
            new = widgets.FloatSlider(0, min=-FURTHEST, max=FURTHEST, step=step, readout_format=".1f")
            new.layout.width, new.style.description_width = "18em", "5.5em"
            self.listen([new], moved)
            return new

        def moved(change):
            latent = self.order[latents.children.index(change.owner)]
            if abs(change.new - float(self.z[latent])) > step / 2 + 1e-6:  # else it follows z, rounded to a step
                self.move(latent, change.new)

        def chosen(change):
            if change.owner is model:
                self.take(model.value)
            else:
                self.start_from(image.value)
            follow()

        def back():
            self.start_from(self.image)
            follow()

        self.listen([model, image], chosen)
        follow()
        return [widgets.HBox([model, image, self.button("z ← μ(x)", back, "back to the image's own code")]), latents]
