"""The adversarial game: the losses of the discriminator and the generator, for a GAN and for a conditional GAN.

Goodfellow et al., Generative Adversarial Nets (2014), eq. 1: V(D, G) = E_x log D(x) + E_z log(1 - D(G(z))).
Mirza & Osindero, Conditional Generative Adversarial Nets (2014), eq. 2: the same game for every label y.
The networks are those of InfoGAN's digits (DCGAN-like), so the three models can be compared.
"""

from typing import NamedTuple

import torch
from torch.nn.functional import softplus

from .adversarial import AdversarialModel
from .codes import one_hot
from .data.arguments import require_integers
from .data.images import as_labels, require_pair
from .model import Terms
from .networks import gan_discriminator, gan_generator, shaped


def value(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """V(D, G) in nats, from the logits of D, which maximises it. It is at most 0, and equals -log 4 at D = 1/2."""
    return -softplus(-real_logits).mean() - softplus(fake_logits).mean()


def minimax_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """E_z log(1 - D(G(z))), in nats: G's share of V. Its gradient vanishes where D is sure. Source: eq. 1."""
    return -softplus(fake_logits).mean()


def non_saturating_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """-E_z log D(G(z)), in nats: the generator's loss in practice. Source: the paper, end of section 3."""
    return softplus(-fake_logits).mean()


GENERATOR_LOSSES = {"minimax": minimax_loss, "non-saturating": non_saturating_loss}


class RealAndFake(NamedTuple):
    """Real images, and images that the generator made."""

    real: torch.Tensor
    fake: torch.Tensor


class GAN(AdversarialModel):
    """A generator G of images and a discriminator D; `AdversarialModel` lists the settings.

    A step on a batch x (Goodfellow et al., algorithm 1 with one step of D, but one z for both players):

        1. Draw z ~ N(0, I), one for each image of the batch, and generate G(z).
        2. D: loss = -V = -[log D(x) + log(1 - D(G(z)))]              (eq. 1)
        3. Adam moves D; G stays.
        4. G: loss = -log D(G(z)), or log(1 - D(G(z))) with "minimax"
        5. Adam moves G, on the same z, against the D that has just moved.

    Networks of your own: G maps [n, noise_dim] to images in [0, 1]; D maps images to logits, [n, 1] or [n].
    """

    def __init__(self, **settings):
        super().__init__(**settings)
        if self.generator is None:
            self.generator = gan_generator(self.noise_dim, self.width, self.shape)
        if self.discriminator is None:
            self.discriminator = gan_discriminator(1, self.width, self.normalisation, self.shape)

    def generate(self, noise: torch.Tensor) -> torch.Tensor:
        """Images G(z) in [0, 1]: [n, channels, size, size] from noise [n, noise_dim]."""
        return self.generated(noise)

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Images of n noises drawn from the prior: [n, channels, size, size]."""
        return self.generate(self.draw_noise(n))

    def logits(self, images: torch.Tensor) -> torch.Tensor:
        """log D(x)/(1 - D(x)) of each image: [n]."""
        logits, n = self.discriminator(images), len(images)
        return shaped("discriminator's output", logits, (n, 1), (n,)).float().flatten()

    def draw(self, images: torch.Tensor) -> RealAndFake:
        fake = self.generate(self.draw_noise(len(images)))
        return RealAndFake(self.shown(images), self.shown(fake))

    def discriminator_loss(self, draw: RealAndFake) -> Terms:
        """-V(D, G)."""
        v = value(self.logits(draw.real), self.logits(draw.fake.detach()))
        return {"loss": -v, "V": v}

    def generator_loss(self, draw: RealAndFake) -> Terms:
        """-E log D(G(z)), or E log(1 - D(G(z)))."""
        adversarial = GENERATOR_LOSSES[self.adversarial](self.logits(draw.fake))
        return {"loss": adversarial, "adversarial": adversarial}


class RealAndFakeOfLabels(NamedTuple):
    """Real and generated images of the same labels."""

    real: torch.Tensor
    fake: torch.Tensor
    labels: torch.Tensor


class ConditionalGAN(AdversarialModel):
    """A GAN of images with labels y in 0 … `n_labels` - 1. It trains on `LabelledImages`.

    A step on a batch (x, y) (Mirza & Osindero, §3.2):

        1. Draw z ~ N(0, I) and generate G(z, y), with the same labels as the real images.
        2. D: loss = -V = -[log D(x, y) + log(1 - D(G(z, y), y))]     (eq. 2)
        3. Adam moves D; G stays.
        4. G: loss = -log D(G(z, y), y), or log(1 - D(G(z, y), y)) with "minimax"
        5. Adam moves G, on the same z and y, against the D that has just moved.

    G takes y as a one-hot vector beside z. D has a logit for each label on a shared trunk φ, of which it gives that of
    y: w_y · φ(x) + b_y, as in the projection of Miyato & Koyama (2018), with a bias of each label.
    Networks of your own: G maps [n, noise_dim + n_labels] to images in [0, 1]; D maps images to logits [n, n_labels].
    """

    labelled = True

    def __init__(self, *, n_labels: int = 10, **settings):
        super().__init__(**settings)
        require_integers(n_labels=n_labels)
        if n_labels < 2:
            raise ValueError(f"found n_labels={n_labels}, expected at least 2: a single label has no information")
        self.config |= dict(n_labels=n_labels)
        self.n_labels = n_labels
        if self.generator is None:
            self.generator = gan_generator(self.noise_dim + n_labels, self.width, self.shape)
        if self.discriminator is None:
            self.discriminator = gan_discriminator(n_labels, self.width, self.normalisation, self.shape)

    def check(self, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
        """Raise ValueError unless `batch` is a pair of images and labels, both in range."""
        require_pair(batch)
        super().check(batch[0])
        self._check_labels(batch[1])

    def _check_labels(self, labels: torch.Tensor) -> None:
        if labels.is_floating_point() or labels.min() < 0 or labels.max() >= self.n_labels:
            found = f"{labels.dtype} from {labels.min().item()} to {labels.max().item()}"
            raise ValueError(f"found labels of {found}, expected integers in 0 … {self.n_labels - 1}")

    def generate(self, noise: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Images G(z, y) in [0, 1]: [n, channels, size, size] from noise [n, noise_dim] and labels [n]."""
        self._check_labels(labels)
        return self._generate(noise, labels)

    def _generate(self, noise: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """`generate` without a look at the labels, for which the host would wait; `train` has checked them."""
        return self.generated(noise, one_hot(labels, self.n_labels))

    @torch.no_grad()
    def sample(self, labels: torch.Tensor) -> torch.Tensor:
        """An image of each label [n], with noise drawn from the prior: [n, channels, size, size]."""
        labels = as_labels(labels).to(self.device)
        return self.generate(self.draw_noise(len(labels)), labels)

    def logits(self, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """log D(x, y)/(1 - D(x, y)) of each pair: [n]."""
        of_labels = shaped("discriminator's output", self.discriminator(images), (len(images), self.n_labels))
        return of_labels.float().gather(1, labels[:, None]).squeeze(1)

    def draw(self, batch: tuple[torch.Tensor, torch.Tensor]) -> RealAndFakeOfLabels:
        images, labels = batch
        fake = self._generate(self.draw_noise(len(images)), labels)
        return RealAndFakeOfLabels(self.shown(images), self.shown(fake), labels)

    def discriminator_loss(self, draw: RealAndFakeOfLabels) -> Terms:
        """-V(D, G), with the same labels in both terms."""
        v = value(self.logits(draw.real, draw.labels), self.logits(draw.fake.detach(), draw.labels))
        return {"loss": -v, "V": v}

    def generator_loss(self, draw: RealAndFakeOfLabels) -> Terms:
        """-E log D(G(z, y), y), or E log(1 - D(G(z, y), y))."""
        adversarial = GENERATOR_LOSSES[self.adversarial](self.logits(draw.fake, draw.labels))
        return {"loss": adversarial, "adversarial": adversarial}
