"""InfoGAN: a GAN whose generator must keep its codes readable, by a lower bound on their mutual information.

Chen et al., InfoGAN (2016), eq. 6: min over G and Q, max over D of V(D, G) - λ L_I(G, Q).
"""

from typing import NamedTuple

import torch

import infotheory

from . import gan
from .codes import Categorical, Code, Uniform, describe, parse
from .model import Model, Player, Terms
from .networks import InfoGANCritic, infogan_generator


class Draw(NamedTuple):
    """What one step plays with: real images, codes, and the images that the generator made of them."""

    real: torch.Tensor
    codes: list[torch.Tensor]
    fake: torch.Tensor


class InfoGAN(Model):
    """A generator G(z, c), and a discriminator D and a recognition network Q(c|x) that share a trunk.

    `codes` is a list of `Categorical`, `Uniform` and `Normal`; `weight` is the paper's λ; `width` scales the
    hidden layers, 1 for the paper's network.
    """

    batch_size = 128
    betas = (0.5, 0.999)

    def __init__(
        self,
        codes: list[Code] | None = None,
        *,
        noise_dim: int = 62,
        weight: float = 1.0,
        width: float = 1.0,
        critic_learning_rate: float = 2e-4,
        generator_learning_rate: float = 1e-3,
    ):
        super().__init__()
        if noise_dim < 0 or weight < 0 or not width > 0:
            raise ValueError(f"found noise_dim={noise_dim}, weight={weight}, width={width}, expected >= 0, >= 0, > 0")
        self.codes = parse([Categorical(10), Uniform(-1, 1), Uniform(-1, 1)] if codes is None else codes)
        self.noise_dim, self.weight = noise_dim, weight
        self.critic_learning_rate, self.generator_learning_rate = critic_learning_rate, generator_learning_rate
        self.config = dict(
            codes=describe(self.codes), noise_dim=noise_dim, weight=weight, width=width,
            critic_learning_rate=critic_learning_rate, generator_learning_rate=generator_learning_rate,
        )  # fmt: skip
        self.generator = infogan_generator(noise_dim + sum(code.size for code in self.codes), width)
        self.critic = InfoGANCritic(sum(code.n_parameters for code in self.codes), width)

    def sample_codes(self, n: int) -> list[torch.Tensor]:
        """One draw of n rows from each code's prior p(c)."""
        return [code.sample(n, self.device) for code in self.codes]

    def generate(self, noise: torch.Tensor, codes: list[torch.Tensor]) -> torch.Tensor:
        """Images G(z, c) in [0, 1]: [n, 1, 28, 28] from noise [n, noise_dim] and one [n, size] tensor a code."""
        return self.generator(torch.cat([noise, *codes], dim=1))

    def recognise(self, images: torch.Tensor) -> list[torch.Tensor]:
        """The parameters of Q(c|x) for each code: logits of a Categorical, the mean of a continuous code."""
        return list(self.critic(images)[1].split([code.n_parameters for code in self.codes], dim=1))

    def draw(self, images: torch.Tensor) -> Draw:
        codes = self.sample_codes(len(images))
        noise = torch.randn(len(images), self.noise_dim, device=images.device)
        return Draw(images, codes, self.generate(noise, codes))

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

    def critic_loss(self, draw: Draw) -> Terms:
        """-V(D, G) - λ L_I: D maximises V, and Q, which owns the same trunk, raises L_I (as in the authors' code)."""
        real_logits, _ = self.critic(draw.real)
        fake_logits, parameters = self.critic(draw.fake.detach())
        value = gan.value(real_logits, fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": -value - self.weight * sum(bounds.values()), "V": value}

    def generator_loss(self, draw: Draw) -> Terms:
        """-E log D(G(z, c)) - λ L_I: G wants to fool D and to keep its codes readable for Q."""
        fake_logits, parameters = self.critic(draw.fake)
        adversarial = gan.non_saturating_loss(fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": adversarial - self.weight * sum(bounds.values()), "adversarial": adversarial, **bounds}

    def players(self) -> list[Player]:
        critic, generator = list(self.critic.parameters()), list(self.generator.parameters())
        return [
            Player("D and Q", critic, self.critic_loss, self.critic_learning_rate, self.betas),
            Player("G", generator, self.generator_loss, self.generator_learning_rate, self.betas),
        ]
