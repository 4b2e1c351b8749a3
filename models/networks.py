"""Encoders and decoders of VAEs, generators and discriminators of GANs, layer by layer, most of them after a paper."""

from typing import Any

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

SIZES = {"mlp": (28,), "conv": (32, 64), "burgess": (64,)}  # of the images that each network takes


def vae_encoder(network: str, size: int, latent_dim: int, hidden: int = 400) -> nn.Sequential:
    """Images [n, 1, size, size] -> [n, 2 · latent_dim], the means and then the log-variances of q(z|x).

    - "mlp", 28×28: two hidden layers of `hidden` units.
    - "conv", 64×64: the large study of Locatello et al. (2019), table 1; 32×32: the same with one layer less.
    - "burgess", 64×64: Burgess et al. (2018), appendix: four convolutions of 32 channels, two dense layers of 256.

    Raises ValueError for a different network, or a size that the network does not take.
    """
    _require_known(network, size)
    n_outputs = 2 * latent_dim
    if network == "mlp":
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, hidden), _relu(),
            nn.Linear(hidden, hidden), _relu(),
            nn.Linear(hidden, n_outputs),
        )  # fmt: skip
    if network == "conv":
        return nn.Sequential(
            nn.Conv2d(1, 32, 4, stride=2, padding=1), _relu(),
            *([nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu()] if size == 64 else []),
            nn.Conv2d(32, 64, 2, stride=2), _relu(),
            nn.Conv2d(64, 64, 2, stride=2), _relu(), nn.Flatten(),
            nn.Linear(64 * 4 * 4, 256), _relu(),
            nn.Linear(256, n_outputs),
        )  # fmt: skip
    return nn.Sequential(
        nn.Conv2d(1, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(), nn.Flatten(),
        nn.Linear(32 * 4 * 4, 256), _relu(),
        nn.Linear(256, 256), _relu(),
        nn.Linear(256, n_outputs),
    )  # fmt: skip


def vae_decoder(network: str, size: int, latent_dim: int, hidden: int = 400) -> nn.Sequential:
    """Latents [n, latent_dim] -> one number for each pixel, [n, 1, size, size]; the networks of `vae_encoder`."""
    _require_known(network, size)
    if network == "mlp":
        return nn.Sequential(
            nn.Linear(latent_dim, hidden), _relu(),
            nn.Linear(hidden, hidden), _relu(),
            nn.Linear(hidden, 28 * 28), nn.Unflatten(1, (1, 28, 28)),
        )  # fmt: skip
    if network == "conv":
        first = [nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1), _relu()] if size == 64 else []
        return nn.Sequential(
            nn.Linear(latent_dim, 256), _relu(),
            nn.Linear(256, 64 * 4 * 4), _relu(), nn.Unflatten(1, (64, 4, 4)),
            *first,
            nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), _relu(),
            nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu(),
            nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
        )  # fmt: skip
    deconvolutions = [  # made before the dense layers: the order decides the first weights
        nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu(),
    ]  # fmt: skip
    return nn.Sequential(
        nn.Linear(latent_dim, 256), _relu(),
        nn.Linear(256, 256), _relu(),
        nn.Linear(256, 32 * 4 * 4), _relu(), nn.Unflatten(1, (32, 4, 4)),
        *deconvolutions,
        nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
    )  # fmt: skip


def latent_discriminator(latent_dim: int, width: int = 1000) -> nn.Sequential:
    """Latents z [n, latent_dim] -> a logit each [n], by six hidden layers. Source: Kim & Mnih (2018), appendix."""
    layers: list[nn.Module] = []
    for n_inputs in [latent_dim] + 5 * [width]:
        layers += [nn.Linear(n_inputs, width), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Linear(width, 1), nn.Flatten(0))


def gan_generator(n_inputs: int, width: float = 1.0) -> nn.Sequential:
    """Noise, with codes or labels, [n, n_inputs] -> digits [n, 1, 28, 28] in [0, 1].

    Source: Chen et al. (2016), table 1. `width` scales the number of units of every hidden layer; 1 is the paper's.
    """
    dense, wide, narrow = (round(n * width) for n in (1024, 128, 64))
    return nn.Sequential(
        nn.Linear(n_inputs, dense), nn.BatchNorm1d(dense), _relu(),
        nn.Linear(dense, 7 * 7 * wide), nn.BatchNorm1d(7 * 7 * wide), _relu(), nn.Unflatten(1, (wide, 7, 7)),
        nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1), nn.BatchNorm2d(narrow), _relu(),
        nn.ConvTranspose2d(narrow, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip


def gan_discriminator(n_logits: int, width: float = 1.0, normalisation: str = "batch") -> nn.Sequential:
    """Digits [n, 1, 28, 28] -> logits [n, n_logits]. Source: Chen et al. (2016), table 1."""
    return nn.Sequential(_discriminator_trunk(width, normalisation), nn.Linear(round(1024 * width), n_logits))


class InfoGANDiscriminator(nn.Module):
    """InfoGAN's discriminator and recognition network Q for digits: two heads on one trunk.

    Digits [n, 1, 28, 28] -> (logit of D [n], parameters of Q(c|x) [n, n_parameters]). Source: Chen et al., table 1.
    """

    def __init__(self, n_parameters: int, width: float = 1.0, normalisation: str = "batch"):
        super().__init__()
        dense, head = round(1024 * width), round(128 * width)
        self.trunk = _discriminator_trunk(width, normalisation)
        self.discriminate = nn.Linear(dense, 1)
        self.recognise = nn.Sequential(
            nn.Linear(dense, head), nn.BatchNorm1d(head), _leaky_relu(),
            nn.Linear(head, n_parameters),
        )  # fmt: skip

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.trunk(images)
        return self.discriminate(features).float().squeeze(1), self.recognise(features).float()


def _discriminator_trunk(width: float, normalisation: str) -> nn.Sequential:
    """Digits -> features, with "batch" normalisation (table 1) or "spectral" (Miyato et al., 2018)."""
    dense, wide, narrow = (round(n * width) for n in (1024, 128, 64))
    first, second = nn.Conv2d(1, narrow, 4, stride=2, padding=1), nn.Conv2d(narrow, wide, 4, stride=2, padding=1)
    third = nn.Linear(7 * 7 * wide, dense)
    if normalisation == "spectral":
        return nn.Sequential(
            spectral_norm(first), _leaky_relu(),
            spectral_norm(second), _leaky_relu(), nn.Flatten(),
            spectral_norm(third), _leaky_relu(),
        )  # fmt: skip
    return nn.Sequential(
        first, _leaky_relu(),
        second, nn.BatchNorm2d(wide), _leaky_relu(), nn.Flatten(),
        third, nn.BatchNorm1d(dense), _leaky_relu(),
    )  # fmt: skip


def _relu() -> nn.ReLU:
    """In place, which saves a pass over memory: going back needs the input of the layer before, not its output."""
    return nn.ReLU(inplace=True)


def _leaky_relu() -> nn.LeakyReLU:
    return nn.LeakyReLU(0.1, inplace=True)


def _require_known(network: str, size: int) -> None:
    if size not in SIZES.get(network, ()):
        pairs = ", ".join(f"{name!r} with {' or '.join(map(str, taken))}" for name, taken in SIZES.items())
        raise ValueError(f"found network={network!r} with size={size}, expected {pairs}")


# Networks of one's own


def outlines(**networks: nn.Module | None) -> dict[str, str]:
    """The layers of each network that is given, in a line of text, which a model's `config` holds in its place.

    Raises ValueError unless each is a module or None.
    """
    for name, network in networks.items():
        if isinstance(network, type):
            raise ValueError(
                f"found the class {network.__name__} as the {name}, expected an object: {network.__name__}(…)"
            )
        if network is not None and not isinstance(network, nn.Module):
            raise ValueError(f"found a {type(network).__name__} as the {name}, expected a torch.nn.Module, or None")
    return {name: " ".join(repr(network).split()) for name, network in networks.items() if network is not None}


def shaped(name: str, output: Any, *shapes: tuple[int, ...]) -> torch.Tensor:
    """The output of a network. Raises ValueError unless it is a tensor of one of the shapes."""
    expected = f"expected a tensor of shape {' or '.join(map(str, shapes))}"
    if not isinstance(output, torch.Tensor):
        raise ValueError(f"found a {type(output).__name__} as the {name}, {expected}")
    if tuple(output.shape) not in shapes:
        raise ValueError(f"found the {name} of shape {tuple(output.shape)}, {expected}")
    return output
