"""The adversarial game: what the discriminator and the generator each lose, for a GAN and for a conditional GAN.

Goodfellow et al., Generative Adversarial Nets (2014), eq. 1: V(D, G) = E_x log D(x) + E_z log(1 - D(G(z))).
Mirza & Osindero, Conditional Generative Adversarial Nets (2014), eq. 2: the same game for every label y.
The networks are those of InfoGAN's digits (DCGAN-like), so that the three models compare.
"""

from typing import NamedTuple

import torch
from torch.nn.functional import one_hot, softplus

from .adversarial import AdversarialModel
from .data.arguments import require_integers
from .data.images import as_labels, require_pair
from .model import Terms
from .networks import gan_discriminator, gan_generator


def value(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """V(D, G) in nats, from the logits of D. The discriminator maximises it; at most 0, and -log 4 at D = 1/2."""
    return -softplus(-real_logits).mean() - softplus(fake_logits).mean()


def minimax_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """E_z log(1 - D(G(z))), in nats: the generator's share of V. Its gradient dies where D is sure. Source: eq. 1."""
    return -softplus(fake_logits).mean()


def non_saturating_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """-E_z log D(G(z)), in nats: the generator's loss in practice. Source: the paper, end of section 3."""
    return softplus(-fake_logits).mean()


GENERATOR_LOSSES = {"minimax": minimax_loss, "non-saturating": non_saturating_loss}


class Draw(NamedTuple):
    """What one step plays with: real images, and images that the generator made."""

    real: torch.Tensor
    fake: torch.Tensor


class GAN(AdversarialModel):
    """Images G(z) that a discriminator D cannot tell from real ones; `AdversarialModel` lists the settings."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.generator = gan_generator(self.noise_dim, self.width)
        self.discriminator = gan_discriminator(1, self.width, self.normalisation)

    def generate(self, noise: torch.Tensor) -> torch.Tensor:
        """Images G(z) in [0, 1]: [n, 1, 28, 28] from noise [n, noise_dim]."""
        return self.generator(noise)

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Images of n noises drawn from the prior: [n, 1, 28, 28]."""
        return self.generate(self.draw_noise(n))

    def logits(self, images: torch.Tensor) -> torch.Tensor:
        """log D(x)/(1 - D(x)) of each image: [n]."""
        return self.discriminator(images).float().squeeze(1)

    def draw(self, images: torch.Tensor) -> Draw:
        fake = self.generate(self.draw_noise(len(images)))
        return Draw(self.shown(images), self.shown(fake))

    def discriminator_loss(self, draw: Draw) -> Terms:
        """-V(D, G): D raises both terms of V; G stays."""
        v = value(self.logits(draw.real), self.logits(draw.fake.detach()))
        return {"loss": -v, "V": v}

    def generator_loss(self, draw: Draw) -> Terms:
        """E log(1 - D(G(z))) or -E log D(G(z)): G lowers it; D stays."""
        adversarial = GENERATOR_LOSSES[self.adversarial](self.logits(draw.fake))
        return {"loss": adversarial, "adversarial": adversarial}


class LabelledDraw(NamedTuple):
    """A draw in which real and generated images have the same labels."""

    real: torch.Tensor
    fake: torch.Tensor
    labels: torch.Tensor


class ConditionalGAN(AdversarialModel):
    """Images G(z, y) of a given label y in 0 … `n_labels` - 1. It trains on `LabelledImages`.

    V(D, G) = E_y [E_x|y log D(x, y) + E_z log(1 - D(G(z, y), y))]. The labels are those of the batch, so p(y) is the
    same on both sides. G sees y as a one-hot vector beside z. D has one logit for each label on a shared trunk φ and
    answers with that of y: w_y · φ(x) + b_y, the projection of Miyato & Koyama (2018) with a linear ψ.
    """

    labelled = True

    def __init__(self, *, n_labels: int = 10, **settings):
        super().__init__(**settings)
        require_integers(n_labels=n_labels)
        if n_labels < 2:
            raise ValueError(f"found n_labels={n_labels}, expected at least 2: one label tells nothing")
        self.config |= dict(n_labels=n_labels)
        self.n_labels = n_labels
        self.generator = gan_generator(self.noise_dim + n_labels, self.width)
        self.discriminator = gan_discriminator(n_labels, self.width, self.normalisation)

    def check(self, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
        """Raise ValueError unless this is a pair of images and labels, both in range."""
        require_pair(batch)
        super().check(batch[0])
        self._check_labels(batch[1])

    def _check_labels(self, labels: torch.Tensor) -> None:
        if labels.is_floating_point() or labels.min() < 0 or labels.max() >= self.n_labels:
            found = f"{labels.dtype} from {labels.min().item()} to {labels.max().item()}"
            raise ValueError(f"found labels of {found}, expected integers in 0 … {self.n_labels - 1}")

    def generate(self, noise: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Images G(z, y) in [0, 1]: [n, 1, 28, 28] from noise [n, noise_dim] and labels [n]."""
        self._check_labels(labels)
        return self.generator(torch.cat([noise, one_hot(labels, self.n_labels)], dim=1))

    @torch.no_grad()
    def sample(self, labels: torch.Tensor) -> torch.Tensor:
        """An image of each label [n], with noise drawn from the prior: [n, 1, 28, 28]."""
        labels = as_labels(labels).to(self.device)
        return self.generate(self.draw_noise(len(labels)), labels)

    def logits(self, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """log D(x, y)/(1 - D(x, y)) of each pair: [n]."""
        return self.discriminator(images).float().gather(1, labels[:, None]).squeeze(1)

    def draw(self, batch: tuple[torch.Tensor, torch.Tensor]) -> LabelledDraw:
        images, labels = batch
        fake = self.generate(self.draw_noise(len(images)), labels)
        return LabelledDraw(self.shown(images), self.shown(fake), labels)

    def discriminator_loss(self, draw: LabelledDraw) -> Terms:
        """-V(D, G), with the label on both sides: D raises both terms of V; G stays."""
        v = value(self.logits(draw.real, draw.labels), self.logits(draw.fake.detach(), draw.labels))
        return {"loss": -v, "V": v}

    def generator_loss(self, draw: LabelledDraw) -> Terms:
        """E log(1 - D(G(z, y), y)) or -E log D(G(z, y), y): G lowers it; D stays."""
        adversarial = GENERATOR_LOSSES[self.adversarial](self.logits(draw.fake, draw.labels))
        return {"loss": adversarial, "adversarial": adversarial}
