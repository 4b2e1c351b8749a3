"""The variational autoencoder, and its β: an encoder q(z|x), a decoder p(x|z), and the ELBO that trains both.

Kingma & Welling, Auto-Encoding Variational Bayes (2014); Higgins et al., β-VAE (2017); Burgess et al., Understanding
disentangling in β-VAE (2018). Every term is in nats per example: summed over pixels and latents, a mean over the batch.
"""

import math
import warnings

import torch
from torch import nn
from torch.nn import functional as F

import infotheory

from .data.arguments import require_integers, require_numbers, require_tensor
from .data.images import require_images, require_shape
from .model import Model, Player, Terms, stayed_below
from .networks import vae_networks
from .training.history import History

COLLAPSED = 0.001  # nats of KL; the recipes that do not anneal it start at 0.006 or more, and rise


class VAE(Model):
    """Images x [n, 1, size, size] and latents z [n, latent_dim] with the prior p(z) = N(0, I).

    The encoder gives q(z|x) = N(μ(x), diag σ²(x)); the decoder gives p(x|z), a Bernoulli for each pixel
    (`likelihood="bernoulli"`, for binary images) or a Gaussian (`"gaussian"`) whose `variance` is the same for every
    pixel: fixed, or with `learn_variance` where its training starts.
    `learning_rate` decays by half over every `half_life` steps, if that is given.

    With `kl_start` above 1, (kl_start^(1 - step/kl_steps) - 1) KL is added to the loss over the first `kl_steps` steps.
    A plain VAE's KL is so at first kl_start times dearer, and a β-VAE's weighs β + kl_start - 1; this falls to the
    model's own weight. Penalties beside the KL are not raised, except a β-TCVAE's TC. Latents then tend to wake one
    after another, the most useful first, instead of all at once, which tends to leave fewer factors spread over several
    latents.
    `network` is "mlp" (28×28), "conv" (32×32 or 64×64) or "burgess" (64×64); see `networks.vae_networks`.
    """

    pixels = (0.0, 1.0)
    labelled = False
    remedy = "a BetaVAE with a beta below 1, a smaller variance of a Gaussian likelihood, or another learning_rate"

    def __init__(
        self,
        latent_dim: int = 10,
        *,
        network: str = "mlp",
        size: int = 28,
        hidden: int = 400,
        likelihood: str = "bernoulli",
        variance: float = 0.1,
        learn_variance: bool = False,
        learning_rate: float = 1e-3,
        half_life: int | None = None,
        kl_start: float = 1.0,
        kl_steps: int = 10_000,
    ):
        super().__init__()
        require_integers(latent_dim=latent_dim, hidden=hidden, size=size)
        require_numbers(variance=variance, learning_rate=learning_rate, kl_start=kl_start, kl_steps=kl_steps)
        require_numbers(half_life=1 if half_life is None else half_life)
        if latent_dim < 1 or hidden < 1 or not variance > 0:
            raise ValueError(
                f"found latent_dim={latent_dim}, hidden={hidden}, variance={variance}, expected >= 1, >= 1 and > 0"
            )
        if not learning_rate > 0 or (half_life is not None and not half_life > 0):
            raise ValueError(f"found learning_rate={learning_rate}, half_life={half_life}, expected both > 0")
        if kl_start < 1 or kl_steps < 1:
            raise ValueError(f"found kl_start={kl_start}, kl_steps={kl_steps}, expected both >= 1")
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f'found likelihood={likelihood!r}, expected "bernoulli" or "gaussian"')
        self.config = dict(
            latent_dim=latent_dim, network=network, size=size, hidden=hidden, likelihood=likelihood,
            variance=variance, learn_variance=learn_variance, learning_rate=learning_rate, half_life=half_life,
            kl_start=kl_start, kl_steps=kl_steps,
        )  # fmt: skip
        self.latent_dim, self.size, self.likelihood = latent_dim, size, likelihood
        self.learning_rate, self.half_life = learning_rate, half_life
        self.kl_start, self.kl_steps = kl_start, kl_steps
        self.extra_kl = 0.0  # what the KL weighs now beyond the model's own loss
        self.batch_size = 128 if network == "mlp" else 64
        self.encoder, self.decoder = vae_networks(network, size, latent_dim, hidden)
        self.log_decoder_variance = nn.Parameter(torch.tensor(math.log(variance)), requires_grad=learn_variance)

    def check(self, images: torch.Tensor) -> None:
        """Raise ValueError for images of another shape or range; warn of grey values under a Bernoulli."""
        require_shape(images, (1, self.size, self.size))
        require_images(images, self.pixels)
        if self.likelihood == "bernoulli" and ((images > 0) & (images < 1)).any():
            warnings.warn(
                "found grey pixels; a Bernoulli likelihood is one of binary data only, so the ELBO bounds no log p(x): "
                "use binarize(images), or the Gaussian likelihood",
                stacklevel=3,
            )

    def encode(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The mean and log-variance of q(z|x), each [n, latent_dim].

        Raises ValueError unless `images` is a tensor of the model's shape, dtype and device. The pixels' values are
        not checked, since reading them would wait for the device: `check(images)` does that.
        """
        require_tensor("images", images, self.log_decoder_variance)
        require_shape(images, (1, self.size, self.size))
        mean, log_variance = self.encoder(images).float().chunk(2, dim=1)
        return mean, log_variance

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """The mean image of p(x|z): [n, 1, size, size], for a Bernoulli in [0, 1]; `latents` are [n, latent_dim]."""
        require_tensor("latents", latents, self.log_decoder_variance)
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise ValueError(f"found latents of shape {tuple(latents.shape)}, expected [n, {self.latent_dim}]")
        output = self.decoder(latents).float()
        return output.sigmoid() if self.likelihood == "bernoulli" else output

    def log_likelihood(self, images: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        """log p(x|z) of each example, in nats: [n]."""
        output = self.decoder(latents).float()
        if self.likelihood == "bernoulli":
            per_pixel = -F.binary_cross_entropy_with_logits(output, images, reduction="none")
        else:
            log_variance = self.log_decoder_variance
            per_pixel = -(((images - output) ** 2) / log_variance.exp() + math.log(2 * math.pi) + log_variance) / 2
        return per_pixel.flatten(1).sum(1)

    def loss(self, images: torch.Tensor) -> Terms:
        """-E_q(z|x) log p(x|z) + regulariser, one sample of z for each example. A plain VAE's is -ELBO."""
        mean, log_variance = self.encode(images)
        return self.objective(images, mean, log_variance, reparameterise(mean, log_variance))

    def objective(self, images, mean, log_variance, latents) -> Terms:
        """The loss and its terms, given the posteriors and one z of each: a function without randomness."""
        reconstruction = -self.log_likelihood(images, latents).mean()
        kl = infotheory.diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
        regulariser, terms = self._named(self.regulariser(kl, mean, log_variance, latents))
        loss = reconstruction + regulariser + self.extra_kl * kl
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl, **terms}

    def _named(self, penalty) -> tuple[torch.Tensor, Terms]:
        """What a `regulariser` returned. Raises ValueError unless it is a pair, with names of its own."""
        if not (isinstance(penalty, tuple) and len(penalty) == 2 and isinstance(penalty[1], dict)):
            raise ValueError(
                f"found a {type(penalty).__name__} from {type(self).__name__}.regulariser, expected a pair: a scalar "
                "tensor to add to the loss, and a dict of named terms, {} for none"
            )
        terms = penalty[1]
        if not terms.keys().isdisjoint(("loss", "reconstruction", "kl")):
            raise ValueError(
                f"found the terms {', '.join(map(str, terms))} from {type(self).__name__}.regulariser, expected names "
                "other than loss, reconstruction and kl, which the model records itself"
            )
        return penalty

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        """What is added to the reconstruction term, and its named parts; a new model overrides this."""
        return kl, {}

    def at_step(self, step: int) -> None:
        self.extra_kl = self.kl_start ** max(0.0, 1 - step / self.kl_steps) - 1

    def watch(self, history: History) -> str | None:
        """Warn of posterior collapse: after KL annealing, the median KL of 500 steps is almost zero."""
        annealed = self.kl_steps if self.kl_start > 1 else 0
        if "kl" not in history.names or not stayed_below(history["kl"], COLLAPSED, after=annealed):
            return None
        return (
            f"posterior collapse: at step {len(history)} the median KL of 500 steps is below {COLLAPSED} nats, so "
            f"q(z|x) nearly equals the prior, and z carries less information about x than that. Try {self.remedy}"
        )

    def players(self) -> list[Player]:
        parameters = [parameter for parameter in self.parameters() if parameter.requires_grad]
        return [Player("vae", parameters, self.loss, self.scheduled_rate)]

    def scheduled_rate(self, step: int) -> float:
        """The learning rate at a step, halved every `half_life` steps if that is given."""
        return self.learning_rate * (0.5 ** (step / self.half_life) if self.half_life else 1.0)

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Mean images of n latents drawn from the prior."""
        require_integers(0, n=n)
        return self.decode(torch.randn(n, self.latent_dim, device=self.device))

    @torch.no_grad()
    def importance_weighted_bound(self, images: torch.Tensor, n_samples: int = 500) -> torch.Tensor:
        """log 1/K Σ_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x), of each example, in nats: [n].

        Between the ELBO (K = 1) and log p(x) in expectation, and consistent in K. Source: Burda et al. (2016), §3.
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

    Without `capacity` the loss is reconstruction + β KL (Higgins et al.). With it, reconstruction + γ |KL - C|
    (Burgess et al.), C growing from 0 to `capacity` nats over `capacity_steps` steps; then `beta` has no part.
    """

    def __init__(
        self,
        latent_dim: int = 10,
        *,
        beta: float = 4.0,
        capacity: float | None = None,
        capacity_steps: int = 100_000,
        gamma: float = 1000.0,
        **keywords,
    ):
        super().__init__(latent_dim, **keywords)
        require_numbers(beta=beta, gamma=gamma, capacity=0 if capacity is None else capacity)
        require_numbers(capacity_steps=capacity_steps)
        if not (beta >= 0 and gamma >= 0 and (capacity is None or capacity >= 0) and capacity_steps >= 1):
            raise ValueError(
                f"found beta={beta}, gamma={gamma}, capacity={capacity}, capacity_steps={capacity_steps}, "
                "expected beta, gamma and capacity >= 0, and capacity_steps >= 1"
            )
        self.config |= dict(beta=beta, capacity=capacity, capacity_steps=capacity_steps, gamma=gamma)
        self.beta, self.capacity, self.capacity_steps, self.gamma = beta, capacity, capacity_steps, gamma
        self.capacity_now = 0.0

    @property
    def remedy(self) -> str:
        if self.capacity is None:
            return "a smaller beta, or a capacity that grows from 0, such as capacity=25 with gamma=100"
        return "a larger gamma, so that the KL follows the capacity, or another learning_rate"

    def watch(self, history: History) -> str | None:
        """Warn of posterior collapse; under a capacity, only once this is well above 0."""
        return super().watch(history) if self.capacity is None or self.capacity_now > 0.5 else None

    def at_step(self, step: int) -> None:
        super().at_step(step)
        if self.capacity is not None:
            self.capacity_now = self.capacity * min(1.0, step / self.capacity_steps)

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        if self.capacity is None:
            return self.beta * kl, {}
        return self.gamma * (kl - self.capacity_now).abs(), {}


def reparameterise(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """z = μ + σ ε with ε ~ N(0, I): a sample of q(z|x) whose gradient reaches μ and σ."""
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)
