"""Explorers of trained VAEs: latents by sliders, and a slider over β. The pattern is infotheory.explore's."""

import json
from typing import ClassVar

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn import functional as F

from infotheory import diagonal_gaussian_kl
from infotheory.explore import LiveExplorer
from infotheory.explore.base import figure
from infotheory.teaching import COLOURS

from . import pretrained
from .data import binarize, load_mnist
from .sprites import Sprites
from .vae import VAE

FURTHEST = 3.0  # standard deviations of the prior to which sliders and strips go


class MissingWeights(ValueError):
    """Weights that cannot be read, and what to do."""

    def __init__(self, name: str):
        super().__init__(
            f"found no weights of {name}: install the package again (pip install --force-reinstall --no-deps .), "
            f"or train them (python -m models train {name})"
        )


def vae_names() -> list[str]:
    """The names of pretrained models that are VAEs, or grew out of one; read from their cards, none is loaded."""
    cards = [json.loads((pretrained.FOLDER / f"{name}.json").read_text()) for name in pretrained.pretrained_names()]
    return [card["name"] for card in cards if issubclass(pretrained.MODELS.get(card["model"], object), VAE)]


def examples(size: int, n: int) -> torch.Tensor:
    """Images that a pretrained model of this size was made for: sprites drawn with a seed, or binarised test digits."""
    if size == 28:
        return binarize(load_mnist().test_images[:n])
    return Sprites(size).sample(n, seed=1)[1]


def load(name: str) -> VAE:
    """A pretrained VAE. Raises ValueError for another name, MissingWeights if its weights cannot be read."""
    names = vae_names()
    if names and name not in names:
        raise ValueError(f"found {name!r}, expected one of {', '.join(names)}")
    try:
        model = pretrained.load_pretrained(name)
    except (OSError, ValueError) as error:
        raise MissingWeights(name) from error
    return model


class _Trained(LiveExplorer):
    """An explorer of trained weights; without them it shows `problem`, what to do about it, in place of the figure."""

    problem = ""

    def panels(self):
        """What `build` is to others."""
        raise NotImplementedError

    def build(self):
        if not self.problem:
            return self.panels()
        fig, axes = figure(10, 2, (0, 0, 1, 1))
        axes.axis("off")
        axes.text(0.5, 0.5, self.problem, ha="center", va="center", wrap=True, fontsize=14)
        return fig, []


class TraversalExplorer(_Trained):
    """A VAE's latents by sliders, in the order of their KL: start from an image, and see what a latent does to it.

        z = μ(x) at first,    D = -log p(x|z),    KL_j = E_x KL(q(z_j|x) ‖ p(z_j)), in nats

    The image, its reconstruction from μ(x), the image decoded from z, and a strip over the latent moved last.
    State: `name`, one of `vae_names()`; `image`, which of `images`; `z` [d], and `latent`, the one moved last. `kl` [d]
    is a mean over 200 images, `order` sorts it. `take`, `start_from` and `move` change the state; they raise ValueError
    for a name, an image or a latent that there is not. If weights lack, `problem` says what to do, in the picture too.
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
        """Look at another pretrained VAE, from the same image."""
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
        """Put z to the mean of q(z|x) of another image."""
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
            if abs(change.new - float(self.z[latent])) > step / 2 + 1e-6:  # else it followed, and snapped to its steps
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


class BetaExplorer(_Trained):
    """A slider over trained β: rate R and distortion D, the KL of each latent, and traversals, side by side.

        loss = D + β R,    D = E -log p(x|z),    R = E KL(q(z|x) ‖ p(z)),    at the best dD/dR = -β

    R and D are those of the cards, on 10,000 sprites; the KL of each latent is a mean over 200.
    State: `beta`, one of `betas`, and `image`, which of `images`; `choose` changes both, and raises ValueError for
    others. If weights lack, `problem` says what to do, in the picture too.
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
        """Another β, another image to start from."""
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
