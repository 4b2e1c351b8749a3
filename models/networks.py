"""Encoders, decoders, generators and discriminators; all but the plain "mlp" are those of papers."""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def vae_networks(network: str, size: int, latent_dim: int, hidden: int = 400) -> tuple[nn.Module, nn.Module]:
    """An encoder, image -> 2 · latent_dim numbers, and a decoder, latents -> one number for each pixel.

    - "mlp", 28×28: two hidden layers of `hidden` units on each side.
    - "conv", 64×64: the large study of Locatello et al. (2019), table 1; 32×32: the same with one layer less each way.
    - "burgess", 64×64: Burgess et al. (2018), appendix: four convolutions of 32 channels, two dense layers of 256.

    Raises ValueError for another network, or a size that it does not take.
    """
    sizes = {"mlp": (28,), "conv": (32, 64), "burgess": (64,)}
    if size not in sizes.get(network, ()):
        pairs = ", ".join(f"{name!r} with {' or '.join(map(str, taken))}" for name, taken in sizes.items())
        raise ValueError(f"found network={network!r} with size={size}, expected {pairs}")
    if network == "mlp":
        return _mlp_encoder(2 * latent_dim, hidden), _mlp_decoder(latent_dim, hidden)
    if network == "conv":
        return _conv_encoder(2 * latent_dim, size), _conv_decoder(latent_dim, size)
    return _burgess_encoder(2 * latent_dim), _burgess_decoder(latent_dim)


def _relu() -> nn.ReLU:
    """In place, which saves a pass over memory: going back needs the input of the layer before, not its output."""
    return nn.ReLU(inplace=True)


def _mlp_encoder(n_outputs: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(28 * 28, hidden), _relu(), nn.Linear(hidden, hidden), _relu(),
        nn.Linear(hidden, n_outputs),
    )  # fmt: skip


def _mlp_decoder(n_inputs: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(n_inputs, hidden), _relu(), nn.Linear(hidden, hidden), _relu(),
        nn.Linear(hidden, 28 * 28), nn.Unflatten(1, (1, 28, 28)),
    )  # fmt: skip


def _conv_encoder(n_outputs: int, size: int) -> nn.Sequential:
    first = [nn.Conv2d(1, 32, 4, stride=2, padding=1), _relu()]
    second = [nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu()] if size == 64 else []
    return nn.Sequential(
        *first, *second, nn.Conv2d(32, 64, 2, stride=2), _relu(), nn.Conv2d(64, 64, 2, stride=2), _relu(),
        nn.Flatten(), nn.Linear(64 * 4 * 4, 256), _relu(), nn.Linear(256, n_outputs),
    )  # fmt: skip


def _conv_decoder(n_inputs: int, size: int) -> nn.Sequential:
    wide = [nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1), _relu()] if size == 64 else []
    return nn.Sequential(
        nn.Linear(n_inputs, 256), _relu(), nn.Linear(256, 64 * 4 * 4), _relu(), nn.Unflatten(1, (64, 4, 4)),
        *wide, nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), _relu(),
        nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
    )  # fmt: skip


def _burgess_encoder(n_outputs: int) -> nn.Sequential:
    convolutions = [
        layer for channels in (1, 32, 32, 32) for layer in (nn.Conv2d(channels, 32, 4, stride=2, padding=1), _relu())
    ]
    return nn.Sequential(
        *convolutions, nn.Flatten(), nn.Linear(32 * 4 * 4, 256), _relu(), nn.Linear(256, 256), _relu(),
        nn.Linear(256, n_outputs),
    )  # fmt: skip


def _burgess_decoder(n_inputs: int) -> nn.Sequential:
    deconvolutions = [
        layer for _ in range(3) for layer in (nn.ConvTranspose2d(32, 32, 4, stride=2, padding=1), _relu())
    ]
    return nn.Sequential(
        nn.Linear(n_inputs, 256), _relu(), nn.Linear(256, 256), _relu(), nn.Linear(256, 32 * 4 * 4), _relu(),
        nn.Unflatten(1, (32, 4, 4)), *deconvolutions, nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1),
    )  # fmt: skip


def latent_discriminator(latent_dim: int, width: int = 1000) -> nn.Sequential:
    """Latents z [n, latent_dim] -> a logit each [n], by six hidden layers. Source: Kim & Mnih (2018), appendix."""
    layers: list[nn.Module] = []
    for n_inputs in [latent_dim] + 5 * [width]:
        layers += [nn.Linear(n_inputs, width), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Linear(width, 1), nn.Flatten(0))


def gan_generator(n_inputs: int, width: float = 1.0) -> nn.Sequential:
    """The generator for MNIST: noise, and codes or labels -> image in [0, 1]. Source: Chen et al. (2016), table 1.

    `width` scales the number of units of every hidden layer; 1 is the paper's.
    """
    dense, wide, narrow = (round(n * width) for n in (1024, 128, 64))
    return nn.Sequential(
        nn.Linear(n_inputs, dense), nn.BatchNorm1d(dense), _relu(),
        nn.Linear(dense, 7 * 7 * wide), nn.BatchNorm1d(7 * 7 * wide), _relu(), nn.Unflatten(1, (wide, 7, 7)),
        nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1), nn.BatchNorm2d(narrow), _relu(),
        nn.ConvTranspose2d(narrow, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip


def _leaky_relu() -> nn.LeakyReLU:
    return nn.LeakyReLU(0.1, inplace=True)


def _discriminator_trunk(width: float, normalisation: str) -> nn.Sequential:
    """image [n, 1, 28, 28] -> features, with "batch" normalisation (table 1) or "spectral" (Miyato et al., 2018)."""
    dense, wide, narrow = (round(n * width) for n in (1024, 128, 64))
    first, second = nn.Conv2d(1, narrow, 4, stride=2, padding=1), nn.Conv2d(narrow, wide, 4, stride=2, padding=1)
    third = nn.Linear(7 * 7 * wide, dense)
    if normalisation == "spectral":
        return nn.Sequential(
            spectral_norm(first), _leaky_relu(), spectral_norm(second), _leaky_relu(), nn.Flatten(),
            spectral_norm(third), _leaky_relu(),
        )  # fmt: skip
    return nn.Sequential(
        first, _leaky_relu(), second, nn.BatchNorm2d(wide), _leaky_relu(), nn.Flatten(),
        third, nn.BatchNorm1d(dense), _leaky_relu(),
    )  # fmt: skip


def gan_discriminator(n_logits: int, width: float = 1.0, normalisation: str = "batch") -> nn.Sequential:
    """The discriminator for MNIST: image -> [n, n_logits]. Source: as the generator."""
    return nn.Sequential(_discriminator_trunk(width, normalisation), nn.Linear(round(1024 * width), n_logits))


class InfoGANDiscriminator(nn.Module):
    """InfoGAN's discriminator and recognition network Q for MNIST: two heads on one trunk.

    image [n, 1, 28, 28] -> (logit of D [n], parameters of Q(c|x) [n, n_parameters]). Source: as the generator.
    """

    def __init__(self, n_parameters: int, width: float = 1.0, normalisation: str = "batch"):
        super().__init__()
        dense, head = round(1024 * width), round(128 * width)
        self.trunk = _discriminator_trunk(width, normalisation)
        self.discriminate = nn.Linear(dense, 1)
        self.recognise = nn.Sequential(
            nn.Linear(dense, head), nn.BatchNorm1d(head), _leaky_relu(), nn.Linear(head, n_parameters)
        )

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.trunk(images)
        return self.discriminate(features).float().squeeze(1), self.recognise(features).float()
