"""InfoGAN: a GAN that raises a lower bound on the mutual information of its codes and its images.

Chen et al., InfoGAN (2016), eq. 6: min over G and Q, max over D of V(D, G) - λ L_I(G, Q).
"""

from typing import TYPE_CHECKING, NamedTuple

import torch

import infotheory

from . import gan
from .adversarial import AdversarialModel
from .codes import Categorical, Code, Uniform, describe, parse
from .data.arguments import require_integers, require_numbers
from .model import Terms
from .networks import InfoGANDiscriminator, gan_generator, shaped

if TYPE_CHECKING:
    from .training.history import History


class RealAndFakeOfCodes(NamedTuple):
    """Real images, codes, and the images that the generator made of the codes."""

    real: torch.Tensor
    codes: list[torch.Tensor]
    fake: torch.Tensor


class InfoGAN(AdversarialModel):
    """A generator G(z, c), and a discriminator D and a recognition network Q(c|x) that share a trunk.

    A step on a batch x (eq. 6):

        1. Draw c ~ p(c) and z ~ N(0, I) for each image of the batch, and generate G(z, c).
        2. D and Q: loss = -V - λ L_I, with V = log D(x) + log(1 - D(G(z, c)))
           and L_I = log Q(c|G(z, c)) + H(c)    (eq. 5)
        3. Adam moves D and Q: D's head raises V, Q's head L_I, and their trunk both, as in the
           authors' code.
        4. G: loss = -log D(G(z, c)) - λ L_I, or with "minimax" log(1 - D(G(z, c))) - λ L_I
        5. Adam moves G, on the same z and c, against the D and Q that have just moved.

    `codes` is a list of `Categorical`, `Uniform` and `Normal`; `weight` is λ; `AdversarialModel` lists the other
    settings. With an `augmentation` T, D and Q see T(x), and L_I bounds I(c; T(x)), which is at most I(c; x).
    Networks of your own: G maps [n, noise_dim + the codes' sizes] to images in [0, 1]; D maps images to a pair, its
    logits [n] and the parameters of Q [n, k], with k the sum of the codes' `n_parameters`.
    """

    discriminating = "D and Q"

    def __init__(self, codes: list[Code] | None = None, *, weight: float = 1.0, **settings):
        super().__init__(**settings)
        require_numbers(weight=weight)
        if not weight >= 0:
            raise ValueError(f"found weight={weight}, expected 0 or more")
        self.codes = parse([Categorical(10), Uniform(-1, 1), Uniform(-1, 1)] if codes is None else codes)
        self.weight = weight
        self.config = dict(codes=describe(self.codes), weight=weight) | self.config
        self.n_parameters = sum(code.n_parameters for code in self.codes)
        self.register_buffer("entropies", torch.tensor([code.entropy for code in self.codes]), persistent=False)
        if self.generator is None:
            self.generator = gan_generator(
                self.noise_dim + sum(code.size for code in self.codes), self.width, self.shape
            )
        if self.discriminator is None:
            self.discriminator = InfoGANDiscriminator(self.n_parameters, self.width, self.normalisation, self.shape)

    def sample_codes(self, n: int) -> list[torch.Tensor]:
        """One draw of n rows from each code's prior p(c)."""
        require_integers(0, n=n)
        return [code.sample(n, self.device) for code in self.codes]

    def generate(self, noise: torch.Tensor, codes: list[torch.Tensor]) -> torch.Tensor:
        """Images G(z, c) [n, channels, size, size] in [0, 1] from noise [n, noise_dim] and a tensor for each code."""
        return self.generated(noise, *codes)

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Images of n noises and codes drawn from their priors: [n, channels, size, size]."""
        return self.generate(self.draw_noise(n), self.sample_codes(n))

    def recognise(self, images: torch.Tensor) -> list[torch.Tensor]:
        """The parameters of Q(c|x) for each code: logits of a Categorical, mean (and log σ) of a continuous code."""
        return list(self.read(images)[1].split([code.n_parameters for code in self.codes], dim=1))

    def read(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits of D [n], and the parameters of Q(c|x) side by side [n, k]."""
        pair = self.discriminator(images)
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"found a {type(pair).__name__} from the discriminator, expected (logits, parameters of Q)"
            )
        n = len(images)
        logits = shaped("discriminator's logits", pair[0], (n,), (n, 1))
        parameters = shaped("discriminator's parameters of Q", pair[1], (n, self.n_parameters))
        return logits.float().flatten(), parameters.float()

    def draw(self, images: torch.Tensor) -> RealAndFakeOfCodes:
        codes = self.sample_codes(len(images))
        fake = self.generate(self.draw_noise(len(images)), codes)
        return RealAndFakeOfCodes(self.shown(images), codes, self.shown(fake))

    def information(self, codes: list[torch.Tensor], parameters: torch.Tensor) -> Terms:
        """L_I of each code c_i, in nats: a lower bound on I(c_i; x), tight when Q_i is the posterior. Source: eq. 5.

        The codes are independent, so the sum bounds I(c; x). It is tight if they are also independent given x.
        """
        bounds, start = {}, 0
        for i, (code, value, entropy) in enumerate(zip(self.codes, codes, self.entropies, strict=True)):
            log_q = code.log_q(value, parameters[:, start : start + code.n_parameters])
            bounds[f"L_I[{i}]"] = infotheory.mutual_information_bound(log_q, entropy, check=False)
            start += code.n_parameters
        return bounds

    def discriminator_loss(self, draw: RealAndFakeOfCodes) -> Terms:
        """-V(D, G) - λ L_I, with the L_I of Q before it moves."""
        real_logits, _ = self.read(draw.real)
        fake_logits, parameters = self.read(draw.fake.detach())
        value = gan.value(real_logits, fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": -value - self.weight * sum(bounds.values()), "V": value, **bounds}

    def generator_loss(self, draw: RealAndFakeOfCodes) -> Terms:
        """-E log D(G(z, c)) - λ L_I, with the L_I of Q after it has moved on the same draw, which a history records."""
        fake_logits, parameters = self.read(draw.fake)
        adversarial = gan.GENERATOR_LOSSES[self.adversarial](fake_logits)
        bounds = self.information(draw.codes, parameters)
        return {"loss": adversarial - self.weight * sum(bounds.values()), "adversarial": adversarial, **bounds}

    def watch(self, history: "History") -> str | None:
        """Warn if the median L_I of a code over 500 steps is hardly higher than for a Q that ignores the image."""
        ignored = [
            f"L_I[{i}]"
            for i, code in enumerate(self.codes)
            if f"L_I[{i}]" in history.names
            and history.median(f"L_I[{i}]", after=500) < getattr(code, "ignored", 0.0) + 0.02
        ]
        if not ignored:
            return super().watch(history)
        return (
            f"codes are ignored: at step {len(history)} the median {' and '.join(ignored)} of 500 steps is hardly "
            "higher than for a Q that ignores the image. Either G ignores the code, or Q cannot read it. Try a larger "
            f"weight than {self.weight:g}, fewer codes, or a smaller discriminator_learning_rate"
        )
