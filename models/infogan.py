"""InfoGAN: a GAN whose generator must keep its codes readable, by a lower bound on their mutual information.

Chen et al., InfoGAN (2016), eq. 6: min over G and Q, max over D of V(D, G) - λ L_I(G, Q).
"""

from typing import NamedTuple

import torch

import infotheory

from . import gan
from .adversarial import AdversarialModel
from .codes import Categorical, Code, Uniform, describe, parse
from .data.arguments import require_integers, require_numbers
from .model import Player, Terms, stayed_below
from .networks import InfoGANDiscriminator, gan_generator
from .training.history import History


class Draw(NamedTuple):
    """What one step plays with: real images, codes, and the images that the generator made of them."""

    real: torch.Tensor
    codes: list[torch.Tensor]
    fake: torch.Tensor


class InfoGAN(AdversarialModel):
    """A generator G(z, c), and a discriminator D and a recognition network Q(c|x) that share a trunk.

    `codes` is a list of `Categorical`, `Uniform` and `Normal`; `weight` is the paper's λ; `AdversarialModel` lists the
    other settings. With an `augmentation` T, D and Q see T(x), and L_I bounds I(c; T(x)), which is at most I(c; x).
    """

    def __init__(self, codes: list[Code] | None = None, *, weight: float = 1.0, **settings):
        super().__init__(**settings)
        require_numbers(weight=weight)
        if not weight >= 0:
            raise ValueError(f"found weight={weight}, expected 0 or more")
        self.codes = parse([Categorical(10), Uniform(-1, 1), Uniform(-1, 1)] if codes is None else codes)
        self.weight = weight
        self.config = dict(codes=describe(self.codes), weight=weight) | self.config
        self.generator = gan_generator(self.noise_dim + sum(code.size for code in self.codes), self.width)
        self.discriminator = InfoGANDiscriminator(
            sum(code.n_parameters for code in self.codes), self.width, self.normalisation
        )

    def sample_codes(self, n: int) -> list[torch.Tensor]:
        """One draw of n rows from each code's prior p(c)."""
        require_integers(0, n=n)
        return [code.sample(n, self.device) for code in self.codes]

    def generate(self, noise: torch.Tensor, codes: list[torch.Tensor]) -> torch.Tensor:
        """Images G(z, c) in [0, 1]: [n, 1, 28, 28] from noise [n, noise_dim] and one [n, size] tensor a code."""
        return self.generator(torch.cat([noise, *codes], dim=1))

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Images of n noises and codes drawn from their priors: [n, 1, 28, 28]."""
        return self.generate(self.draw_noise(n), self.sample_codes(n))

    def recognise(self, images: torch.Tensor) -> list[torch.Tensor]:
        """The parameters of Q(c|x) for each code: logits of a Categorical, mean (and log σ) of a continuous code."""
        return list(self.discriminator(images)[1].split([code.n_parameters for code in self.codes], dim=1))

    def draw(self, images: torch.Tensor) -> Draw:
        codes = self.sample_codes(len(images))
        fake = self.generate(self.draw_noise(len(images)), codes)
        return Draw(self.shown(images), codes, self.shown(fake))

    def information(self, codes: list[torch.Tensor], parameters: torch.Tensor) -> Terms:
        """L_I of each code c_i, in nats: a bound on I(c_i; x), tight when Q_i is the posterior.

        The codes are independent, so the sum bounds I(c; x); it is tight if they are independent given x too.
        """
        bounds, start = {}, 0
        for i, (code, value) in enumerate(zip(self.codes, codes, strict=True)):
            log_q = code.log_q(value, parameters[:, start : start + code.n_parameters])
            bounds[f"L_I[{i}]"] = infotheory.mutual_information_bound(log_q, code.entropy, check=False)
            start += code.n_parameters
        return bounds

    def discriminator_loss(self, draw: Draw) -> Terms:
        """-V(D, G) - λ L_I: moves D and Q. D's head raises V, Q's head L_I, their trunk both (as the authors' code).

        The L_I here is that of Q before it moves.
        """
        real_logits, _ = self.discriminator(draw.real)
        fake_logits, parameters = self.discriminator(draw.fake.detach())
        value = gan.value(real_logits, fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": -value - self.weight * sum(bounds.values()), "V": value, **bounds}

    def generator_loss(self, draw: Draw) -> Terms:
        """-E log D(G(z, c)) - λ L_I: moves G alone, which wants to fool D and to keep its codes readable for Q.

        The L_I here is that of Q after it moved on the same draw; it is the one that a history records.
        """
        fake_logits, parameters = self.discriminator(draw.fake)
        adversarial = gan.GENERATOR_LOSSES[self.adversarial](fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": adversarial - self.weight * sum(bounds.values()), "adversarial": adversarial, **bounds}

    def watch(self, history: History) -> str | None:
        """Warn if the median L_I of a code over 500 steps is hardly higher than for a Q that ignores the image."""
        ignored = [
            f"L_I[{i}]"
            for i, code in enumerate(self.codes)
            if f"L_I[{i}]" in history.names
            and stayed_below(history[f"L_I[{i}]"], getattr(code, "ignored", 0.0) + 0.02, after=500)
        ]
        if not ignored:
            return super().watch(history)
        return (
            f"codes are ignored: at step {len(history)} the median {' and '.join(ignored)} of 500 steps is hardly "
            "higher than for a Q that ignores the image. Either G ignores the code, or Q cannot read it. Try a larger "
            f"weight than {self.weight:g}, fewer codes, or a smaller discriminator_learning_rate"
        )

    def players(self) -> list[Player]:
        """D and Q move together on their loss; then G."""
        discriminator, generator = list(self.discriminator.parameters()), list(self.generator.parameters())
        return [
            Player("D and Q", discriminator, self.discriminator_loss, self.discriminator_learning_rate, self.betas),
            Player("G", generator, self.generator_loss, self.generator_learning_rate, self.betas),
        ]
