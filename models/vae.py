"""The variational autoencoder and the β-VAE: an encoder q(z|x), a decoder p(x|z), and the ELBO that trains both.

Kingma & Welling, Auto-Encoding Variational Bayes (2014); Higgins et al., β-VAE (2017); Burgess et al., Understanding
disentangling in β-VAE (2018). Every term is in nats per example: summed over pixels and latents, a mean over the batch.
"""

import math
import warnings
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional as F

import infotheory

from .data.arguments import require_integers, require_numbers, require_tensor
from .data.images import require_images, require_shape
from .model import Model, Player, Terms, require_regulariser
from .networks import default_network, outlines, require_image_shape, shaped, vae_decoder, vae_encoder

if TYPE_CHECKING:
    from .training.history import History

COLLAPSED = 0.001  # nats of KL; the recipes that do not anneal it start at 0.006 or more, and rise


class VAE(Model):
    """Images x [n, channels, size, size], grey (1) or colour (3), and latents z [n, latent_dim] with p(z) = N(0, I).

    A step on a batch x (Kingma & Welling, algorithm 1):

        1. The encoder gives q(z|x) = N(μ(x), diag σ²(x)).
        2. Draw ε ~ N(0, I); then z = μ(x) + σ(x) ε is a sample of q(z|x), with a pathwise gradient.
        3. The decoder gives p(x|z).
        4. loss = -log p(x|z) + KL(q(z|x) ‖ p(z)) = -ELBO, with the KL in closed form (eq. 10).
        5. Adam moves encoder and decoder to lower the loss.

    p(x|z) is a Bernoulli for each pixel (`likelihood="bernoulli"`, for binary images; the default of one channel), or a
    Gaussian (`"gaussian"`, the default of colour) with the same `variance` for every pixel and channel: fixed, or the
    starting value with `learn_variance`. `learning_rate` decays by half over every `half_life` steps, if that is given.

    `network` is "mlp" (any size), "conv" (28, 32, 64 or 128) or "burgess" (64); see `networks.vae_encoder`. By default
    it is "mlp" for 28×28, and "conv" for the other sizes of "conv".
    `encoder` and `decoder` replace it by modules of your own: images -> [n, 2 · latent_dim], the means and then the
    log-variances, and latents -> [n, channels, size, size], the logits or means of the pixels. The model trains these
    very modules, so build new ones for every model.

    With `kl_start` > 1 the KL is annealed from above: kl_start^(1 - step/kl_steps) - 1 is added to its weight for the
    first `kl_steps` steps. Latents then tend to become active one at a time, and fewer factors to spread over several.
    """

    pixels = (0.0, 1.0)
    labelled, per_example = False, ("encode", "log_likelihood")
    remedy = "a BetaVAE with a beta below 1, a smaller variance of a Gaussian likelihood, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, network: str | None = None, size: int = 28, channels: int = 1, hidden: int = 400,
        encoder: nn.Module | None = None, decoder: nn.Module | None = None, likelihood: str | None = None,
        variance: float = 0.1, learn_variance: bool = False, learning_rate: float = 1e-3, half_life: int | None = None,
        kl_start: float = 1.0, kl_steps: int = 10_000,
    ):  # fmt: skip
        super().__init__()
        self.shape, own = require_image_shape(channels, size), outlines(encoder=encoder, decoder=decoder)
        network = default_network(size, own) if network is None else network
        likelihood = ("bernoulli" if channels == 1 else "gaussian") if likelihood is None else likelihood
        self.config = dict(
            latent_dim=latent_dim, network=network, size=size, hidden=hidden, likelihood=likelihood,
            variance=variance, learn_variance=learn_variance, learning_rate=learning_rate, half_life=half_life,
            kl_start=kl_start, kl_steps=kl_steps,
        )  # fmt: skip
        _check(**self.config)
        self.config |= own | ({} if channels == 1 else dict(channels=channels))  # older files know no channels
        self.latent_dim, self.size, self.likelihood = latent_dim, size, likelihood
        self.learning_rate, self.half_life, self.kl_start, self.kl_steps = learning_rate, half_life, kl_start, kl_steps
        self.register_buffer("extra_kl", torch.tensor(0.0), persistent=False)  # the KL's weight beyond the model's own
        self.batch_size = 128 if network == "mlp" else 64
        self.encoder = vae_encoder(network, size, latent_dim, hidden, channels) if encoder is None else encoder
        self.decoder = vae_decoder(network, size, latent_dim, hidden, channels) if decoder is None else decoder
        self.log_decoder_variance = nn.Parameter(torch.tensor(math.log(variance)), requires_grad=learn_variance)

    def check(self, images: torch.Tensor) -> None:
        """Raise ValueError for images of a different shape or range; warn of grey pixels under a Bernoulli."""
        require_shape(images, self.shape)
        require_images(images, self.pixels)
        if self.likelihood == "bernoulli" and ((images > 0) & (images < 1)).any():
            warnings.warn(
                "found grey pixels; a Bernoulli likelihood is one of binary data only, so the ELBO bounds no log p(x): "
                'use binarize(images), or likelihood="gaussian"',
                stacklevel=3,
            )

    def at_step(self, step: int) -> None:
        self.extra_kl.fill_(self.kl_start ** max(0.0, 1 - step / self.kl_steps) - 1)

    def encode(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The mean and log-variance of q(z|x), each [n, latent_dim].

        Raises ValueError unless `images` has the model's shape, dtype and device. Unlike `check`, it reads no pixel.
        """
        require_tensor("images", images, self.log_decoder_variance)
        require_shape(images, self.shape)
        parameters = shaped("encoder's output", self.encoder(images), (len(images), 2 * self.latent_dim))
        return parameters.float().chunk(2, dim=1)

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """The mean image of p(x|z), [n, channels, size, size], of latents [n, latent_dim]; a Bernoulli's in [0, 1]."""
        require_tensor("latents", latents, self.log_decoder_variance)
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise ValueError(f"found latents of shape {tuple(latents.shape)}, expected [n, {self.latent_dim}]")
        output = self._decoder_output(latents)
        return output.sigmoid() if self.likelihood == "bernoulli" else output

    def _decoder_output(self, latents: torch.Tensor) -> torch.Tensor:
        """The logit of each pixel for a Bernoulli, its mean for a Gaussian: [n, channels, size, size]."""
        return shaped("decoder's output", self.decoder(latents), (len(latents), *self.shape)).float()

    def loss(self, images: torch.Tensor) -> Terms:
        """-E_q(z|x) log p(x|z) + regulariser, with one z for each example. A plain VAE's is -ELBO."""
        mean, log_variance = self.encode(images)
        return self.objective(images, mean, log_variance, reparameterise(mean, log_variance))

    def objective(self, images, mean, log_variance, latents) -> Terms:
        """The loss and its terms, given the posteriors and one z of each: a function without randomness."""
        reconstruction = -self.log_likelihood(images, latents).mean()
        kl = infotheory.diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
        regulariser, terms = require_regulariser(type(self), self.regulariser(kl, mean, log_variance, latents))
        loss = reconstruction + regulariser + self.extra_kl * kl
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl, **terms}

    def log_likelihood(self, images: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        """log p(x|z) of each example, in nats: [n]."""
        output = self._decoder_output(latents)
        if self.likelihood == "bernoulli":
            return -F.binary_cross_entropy_with_logits(output, images, reduction="none").flatten(1).sum(1)
        log_variance, squares = self.log_decoder_variance, (images - output).square().flatten(1)
        n_pixels = squares.shape[1]
        return -(squares.sum(1) / log_variance.exp() + n_pixels * (math.log(2 * math.pi) + log_variance)) / 2

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        """All that the loss adds to the reconstruction term (the KL, not its annealing), and its named parts.

        A new model overrides this method. `kl` is a mean over the batch; the other arguments are [n, latent_dim]. The
        parts have names of their own: not loss, reconstruction or kl.
        """
        return kl, {}

    def players(self) -> list[Player]:
        parameters = [parameter for parameter in self.parameters() if parameter.requires_grad]
        return [Player("vae", parameters, self.loss, self.scheduled_rate)]

    def scheduled_rate(self, step: int) -> float:
        """The learning rate at a step, halved every `half_life` steps if that is given."""
        return self.learning_rate * (0.5 ** (step / self.half_life) if self.half_life else 1.0)

    def watch(self, history: "History") -> str | None:
        """Warn of posterior collapse: the median KL of 500 steps after the annealing is almost zero."""
        annealed = self.kl_steps if self.kl_start > 1 else 0
        if "kl" not in history.names or not history.median("kl", after=annealed) < COLLAPSED:
            return None
        return (
            f"posterior collapse: at step {len(history)} the median KL of 500 steps is below {COLLAPSED} nats, so "
            f"q(z|x) nearly equals the prior, and z carries less information about x than that. Try {self.remedy}"
        )

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Mean images of n latents drawn from the prior."""
        require_integers(0, n=n)
        return self.decode(torch.randn(n, self.latent_dim, device=self.device))

    @torch.no_grad()
    def importance_weighted_bound(self, images: torch.Tensor, n_samples: int = 500) -> torch.Tensor:
        """log 1/K Σ_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x), of each example, in nats: [n].

        Its expectation rises with K from the ELBO (K = 1) to log p(x). Source: Burda et al. (2016), §3.
        """
        require_integers(1, n_samples=n_samples)
        mean, log_variance = self.encode(images)
        log_weights = []
        for _ in range(n_samples):
            latents = reparameterise(mean, log_variance)
            log_prior_ratio = ((latents - mean) ** 2 / log_variance.exp() + log_variance - latents**2).sum(1) / 2
            log_weights.append(self.log_likelihood(images, latents) + log_prior_ratio)
        return torch.stack(log_weights).logsumexp(0) - math.log(n_samples)


class BetaVAE(VAE):
    """A VAE whose KL has the weight β, or is held at a capacity C.

    A step is that of a `VAE`, with a different loss:

        4. loss = -log p(x|z) + β KL(q(z|x) ‖ p(z))                              (Higgins, eq. 4)
           loss = -log p(x|z) + γ |KL - C| with the batch's mean KL, if `capacity` is given  (Burgess)

    C rises linearly from 0 to `capacity` nats over `capacity_steps` steps; `beta` is then ignored.
    """

    def __init__(
        self, latent_dim: int = 10, *, beta: float = 4.0, capacity: float | None = None,
        capacity_steps: int = 100_000, gamma: float = 1000.0, **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        held_at = 0 if capacity is None else capacity
        require_numbers(beta=beta, gamma=gamma, capacity=held_at, capacity_steps=capacity_steps)
        if not (beta >= 0 and gamma >= 0 and held_at >= 0 and capacity_steps >= 1):
            found = f"beta={beta}, gamma={gamma}, capacity={capacity}, capacity_steps={capacity_steps}"
            raise ValueError(f"found {found}, expected beta, gamma and capacity >= 0, and capacity_steps >= 1")
        self.config |= dict(beta=beta, capacity=capacity, capacity_steps=capacity_steps, gamma=gamma)
        self.beta, self.capacity, self.capacity_steps, self.gamma = beta, capacity, capacity_steps, gamma
        self.register_buffer("capacity_now", torch.tensor(0.0), persistent=False)

    def at_step(self, step: int) -> None:
        super().at_step(step)
        self.capacity_now.fill_(self.capacity_at(step))

    def capacity_at(self, step: int) -> float:
        return (self.capacity or 0.0) * min(1.0, step / self.capacity_steps)

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        return (self.beta * kl if self.capacity is None else self.gamma * (kl - self.capacity_now).abs()), {}

    @property
    def remedy(self) -> str:
        if self.capacity is None:
            return "a smaller beta, or a capacity that grows from 0, such as capacity=25 with gamma=100"
        return "a larger gamma, so that the KL follows the capacity, or another learning_rate"

    def watch(self, history: "History") -> str | None:
        """Warn of posterior collapse; under a capacity, only once C is well above 0."""
        return super().watch(history) if self.capacity is None or self.capacity_at(len(history)) > 0.5 else None


def reparameterise(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """z = μ + σ ε with ε ~ N(0, I): a sample of q(z|x), with the pathwise gradient of μ and σ."""
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)


def _check(latent_dim, hidden, likelihood, variance, learning_rate, half_life, kl_start, kl_steps, **_) -> None:
    """Raise ValueError for settings of a VAE that are out of range or of a different type."""
    require_integers(latent_dim=latent_dim, hidden=hidden)
    require_numbers(variance=variance, learning_rate=learning_rate, kl_start=kl_start, kl_steps=kl_steps)
    require_numbers(half_life=1 if half_life is None else half_life)
    if latent_dim < 1 or hidden < 1 or not variance > 0:
        raise ValueError(f"found {latent_dim=}, {hidden=}, {variance=}, expected >= 1, >= 1 and > 0")
    if not learning_rate > 0 or not (half_life is None or half_life > 0) or kl_start < 1 or kl_steps < 1:
        found = f"{learning_rate=}, {half_life=}, {kl_start=}, {kl_steps=}"
        raise ValueError(f"found {found}, expected > 0, > 0, >= 1 and >= 1")
    if likelihood not in ("bernoulli", "gaussian"):
        raise ValueError(f'found {likelihood=}, expected "bernoulli" or "gaussian"')
