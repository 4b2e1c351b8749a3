"""An explorer of the latents of any VAE, shipped or your own: move one latent, and see the image."""

from numbers import Integral
from typing import Any

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn import functional as F

from infotheory import diagonal_gaussian_kl
from infotheory.explore.base import figure
from infotheory.teaching import COLOURS

from ..data.images import as_images, require_images, require_shape
from ..vae import VAE
from .trained import SHIPPED, MissingWeights, Trained, as_pictures, examples, load, pictures, require_vae, vae_names

FURTHEST = 3.0  # standard deviations of the prior to which sliders and strips go
YOURS = "your model"  # the name of a model that is given as an object
N_MEASURED = 200  # images, over which the KL of each latent is a mean


class TraversalExplorer(Trained):
    """A VAE's latents by sliders, in the order of their KL: start from an image, and see what a latent does to it.

        z = μ(x) at first,    D = -log p(x|z),    KL_j = E_x KL(q(z_j|x) ‖ p(z_j)), in nats

    The image, its reconstruction from μ(x), the image decoded from z, and a strip over the latent moved last.
    `model` is one of `vae_names()`, or a VAE of your own in eval mode, of any size, grey or in colour, which is then
    offered as "your model" beside the shipped ones. `images` [n, channels, size, size] replace the shipped sprites and
    digits for all models of this shape; a model of a different shape than the shipped ones needs them.

    State: `name` of the model; `image`, which of `images`, the first 12; `z` [d], and `latent`, the one moved last.
    `kl` [d] is a mean over the first 200 images, `order` sorts it. `take`, `start_from` and `move` change the state.
    Raises ValueError for an unknown name, image or latent, a model without an encoder or in training mode, and images
    of a shape or range that the model does not take. If weights are missing, `problem` and the picture say what to do.
    """

    n_images, n_values = 12, 9

    def __init__(self, model: str | VAE = "beta-vae-dsprites", images: Any = None, *, image: int = 0):
        if isinstance(images, Integral):
            raise ValueError(
                f"found images={images}, expected images [n, channels, height, width]: image={images} is one"
            )
        self._yours = None if isinstance(model, str) else require_vae(model)
        self._given = None if images is None else as_images(images)
        self.name, self.image, self.z, self.order = model if self._yours is None else YOURS, 0, torch.zeros(0), []
        try:
            self._take(self.name, self._given)
        except MissingWeights as error:
            self.problem = str(error)
        else:
            self.start_from(image)

    def names(self) -> list[str]:
        """The names that `take` knows: "your model", if one was given, and those of the shipped VAEs."""
        return ([] if self._yours is None else [YOURS]) + vae_names()

    def take(self, name: str) -> None:
        """Change to another pretrained VAE, or back to your model, at the same image."""
        self._take(name, None)

    @torch.no_grad()
    def _take(self, name: str, images: torch.Tensor | None) -> None:
        """Change to a model, at `images` or, by default, at those given of the model's shape or the shipped ones."""
        model = self._yours if name == YOURS and self._yours is not None else load(name)
        images = self._images_of(model) if images is None else images
        require_shape(images, model.shape)
        require_images(images, model.pixels)
        if not len(images):
            raise ValueError(f"found no images, expected at least one: [n, {', '.join(map(str, model.shape))}]")
        images = images[:N_MEASURED]
        mean, log_variance = (part.cpu() for part in model.encode(images.to(model.log_decoder_variance)))
        self.name, self.model, self.images, self.problem = name, model, images[: self.n_images].cpu(), ""
        self.means = mean[: self.n_images]
        self.kl = diagonal_gaussian_kl(mean, log_variance).mean(0).numpy()
        self.order = np.argsort(-self.kl, kind="stable").tolist()
        self.latent = self.order[0]
        self.rebuild()
        self.start_from(min(self.image, len(self.images) - 1))

    def _images_of(self, model: VAE) -> torch.Tensor:
        """The images given, if the model takes their shape, or else the shipped ones."""
        if self._given is not None and tuple(self._given.shape[1:]) == model.shape:
            return self._given
        if model.shape not in SHIPPED:
            shape = ", ".join(map(str, model.shape))
            raise ValueError(
                f"found a model of images [{shape}], for which no examples are shipped, expected images=…, at least "
                f"one: [n, {shape}]"
            )
        return examples(model.size, N_MEASURED)

    @torch.no_grad()
    def start_from(self, image: int) -> None:
        """Set z to the mean of q(z|x) of an image."""
        if self.problem:
            return
        if not 0 <= image < len(self.images):
            raise ValueError(f"found image {image}, expected 0 … {len(self.images) - 1}")
        self.image, self.z = image, self.means[image].clone()
        self.reconstruction = pictures(self.model, self.z[None])[0]

    def move(self, latent: int, value: float) -> None:
        """Set one latent."""
        if not (0 <= latent < len(self.z) and abs(value) <= 10):
            raise ValueError(f"found latent {latent} at {value:g}, expected 0 … {len(self.z) - 1}, within ±10")
        self.latent, self.z[latent] = latent, value

    @torch.no_grad()
    def strip(self) -> torch.Tensor:
        """The image decoded from z, then those with the latent moved last at -3 … 3: [1 + n_values, size, size].

        In colour [1 + n_values, size, size, 3].
        """
        z = self.z.repeat(1 + self.n_values, 1)
        z[1:, self.latent] = torch.linspace(-FURTHEST, FURTHEST, self.n_values)
        return pictures(self.model, z)

    @torch.no_grad()
    def distortion(self, z: torch.Tensor) -> float:
        """D = -log p(x|z) of the image, in nats."""
        like = self.model.log_decoder_variance
        return -self.model.log_likelihood(self.images[self.image, None].to(like), z[None].to(like)).item()

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
        blank = self.reconstruction.numpy()
        self._panels = [
            ax.imshow(np.zeros_like(blank), cmap="gray", vmin=0, vmax=1, interpolation="nearest") for ax in panels
        ]
        for ax, title in zip(panels, ("the image x", "decoded from μ(x)", "decoded from z"), strict=True):
            ax.set(title=title, xticks=[], yticks=[])
        edge = FURTHEST * (1 + 1 / (self.n_values - 1))
        tiles = np.hstack([_framed(self.reconstruction)] * self.n_values)
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
        small, every = 12 if len(ranks) <= 10 else 8, 1 + (len(ranks) - 1) // 20  # more labels would overlap
        bars.set_xticks(ranks[::every], [f"{j}" for j in self.order[::every]], fontsize=small)
        bars.grid(False, axis="x")
        return fig, [*self._panels, self._strip, self._title, self._here, *self._bars]

    def update(self):
        if self.problem:
            return
        decoded, *strip = self.strip()
        image = as_pictures(self.images[self.image, None])[0]
        for panel, picture in zip(self._panels, (image, self.reconstruction, decoded), strict=True):
            panel.set_data(picture.numpy())
        self._strip.set_data(np.hstack([_framed(picture) for picture in strip]))
        self._title.set_text(f"latent z{self.latent}: KL {self.kl[self.latent]:.2f} nats")
        self._here.set_data([float(self.z[self.latent].clamp(-FURTHEST, FURTHEST))], [0.06])
        for bar, latent in zip(self._bars, self.order, strict=True):
            bar.set_color(COLOURS[1] if latent == self.latent else COLOURS[0])

    def controls(self) -> list[widgets.Widget]:
        names = self.names()
        model = widgets.Dropdown(
            options=names or ["none installed"], value=self.name if self.name in names else None, description="model"
        )
        image = widgets.IntSlider(self.image, min=0, max=self._last_image(), description="image x")
        latents, step = widgets.Box(layout={"flex_flow": "row wrap"}), 0.1

        def follow():
            image.max = self._last_image()
            image.value = self.image
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

    def _last_image(self) -> int:
        return (self.n_images if self.problem else len(self.images)) - 1


def _framed(picture: torch.Tensor) -> np.ndarray:
    """A picture in a white frame of two pixels."""
    return F.pad(picture, (0, 0) * (picture.ndim - 2) + (2, 2, 2, 2), value=1).numpy()
