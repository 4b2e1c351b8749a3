"""Encoders and decoders of VAEs, generators and discriminators of GANs, layer by layer, most of them after a paper."""

from itertools import chain
from typing import Any

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from .data.arguments import require_integers

Shape = tuple[int, int, int]  # of an image: channels, height, width
DIGIT = (1, 28, 28)

# "conv": channels and kernel of each convolution with stride 2, and the channels between the transposed ones
CONVOLUTIONS = {
    28: ((32, 4), (64, 2)),
    32: ((32, 4), (64, 2), (64, 2)),
    64: ((32, 4), (32, 4), (64, 2), (64, 2)),
    128: ((32, 4), (32, 4), (32, 4), (64, 2), (64, 2)),
}
TRANSPOSED = {28: (32,), 32: (32, 32), 64: (32, 32), 128: (32, 32, 32)}  # behind one of 64, from 64×64 on
DOUBLINGS = {28: 2, 32: 2, 64: 3, 128: 4}  # of a GAN's images, from 7×7 or 8×8 on
TAKEN = {"mlp": None, "conv": tuple(CONVOLUTIONS), "burgess": (64,)}  # the sizes of each network; None: any


def vae_encoder(network: str, size: int, latent_dim: int, hidden: int = 400, channels: int = 1) -> nn.Sequential:
    """Images [n, channels, size, size] -> [n, 2 · latent_dim], the means and then the log-variances of q(z|x).

    - "mlp", any size: two hidden layers of `hidden` units.
    - "conv", 64×64: the large study of Locatello et al. (2019), table 1. 28×28 and 32×32: the same with fewer layers;
      128×128: with one more.
    - "burgess", 64×64: Burgess et al. (2018), appendix: four convolutions of 32 channels, two dense layers of 256.

    Raises ValueError for a different network, or a size that the network does not take.
    """
    require_network(network, size)
    n_outputs = 2 * latent_dim
    if network == "mlp":
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * size**2, hidden), _relu(),
            nn.Linear(hidden, hidden), _relu(),
            nn.Linear(hidden, n_outputs),
        )  # fmt: skip
    if network == "conv":
        layers, n_in = [], channels
        for n_out, kernel in CONVOLUTIONS[size]:
            layers += [nn.Conv2d(n_in, n_out, kernel, stride=2, padding=kernel // 4), _relu()]
            n_in = n_out
        return nn.Sequential(
            *layers, nn.Flatten(),
            nn.Linear(64 * coarsest(size) ** 2, 256), _relu(),
            nn.Linear(256, n_outputs),
        )  # fmt: skip
    return nn.Sequential(
        nn.Conv2d(channels, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(),
        nn.Conv2d(32, 32, 4, stride=2, padding=1), _relu(), nn.Flatten(),
        nn.Linear(32 * 4 * 4, 256), _relu(),
        nn.Linear(256, 256), _relu(),
        nn.Linear(256, n_outputs),
    )  # fmt: skip


def vae_decoder(network: str, size: int, latent_dim: int, hidden: int = 400, channels: int = 1) -> nn.Sequential:
    """Latents [n, latent_dim] -> a number for each pixel, [n, channels, size, size]; see `vae_encoder`."""
    require_network(network, size)
    if network == "mlp":
        return nn.Sequential(
            nn.Linear(latent_dim, hidden), _relu(),
            nn.Linear(hidden, hidden), _relu(),
            nn.Linear(hidden, channels * size**2), nn.Unflatten(1, (channels, size, size)),
        )  # fmt: skip
    if network == "conv":
        coarse = coarsest(size)
        widest = [nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1), _relu()] if size >= 64 else []
        layers = [  # made after `widest`: the order decides the first weights
            nn.Linear(latent_dim, 256), _relu(),
            nn.Linear(256, 64 * coarse**2), _relu(), nn.Unflatten(1, (64, coarse, coarse)), *widest,
        ]  # fmt: skip
        n_in = 64
        for n_out in TRANSPOSED[size]:
            layers += [nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1), _relu()]
            n_in = n_out
        return nn.Sequential(*layers, nn.ConvTranspose2d(n_in, channels, 4, stride=2, padding=1))
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
        nn.ConvTranspose2d(32, channels, 4, stride=2, padding=1),
    )  # fmt: skip


def coarsest(size: int) -> int:
    """The height of the smallest feature map of "conv": 7 for 28×28, else 4."""
    return size >> len(CONVOLUTIONS[size])


def latent_discriminator(latent_dim: int, width: int = 1000) -> nn.Sequential:
    """Latents z [n, latent_dim] -> a logit each [n], by six hidden layers. Source: Kim & Mnih (2018), appendix."""
    layers: list[nn.Module] = []
    for n_inputs in [latent_dim] + 5 * [width]:
        layers += [nn.Linear(n_inputs, width), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Linear(width, 1), nn.Flatten(0))


def gan_generator(n_inputs: int, width: float = 1.0, shape: Shape = DIGIT) -> nn.Sequential:
    """Noise, with codes or labels, [n, n_inputs] -> images [n, *shape] in [0, 1].

    28×28: Chen et al. (2016), table 1. Larger images double the size, and halve the channels, more often, from 8×8 on.
    `width` scales the number of units of every hidden layer; 1 is the paper's.
    """
    channels, size, _ = shape
    *others, widest = _channels(size, width)
    dense, coarse = round(1024 * width), size >> DOUBLINGS[size]
    n_units, n_in = coarse**2 * widest, widest
    layers = [nn.Linear(n_inputs, dense), nn.BatchNorm1d(dense), _relu()]
    layers += [nn.Linear(dense, n_units), nn.BatchNorm1d(n_units), _relu(), nn.Unflatten(1, (widest, coarse, coarse))]
    for n_out in reversed(others):
        layers += [nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1), nn.BatchNorm2d(n_out), _relu()]
        n_in = n_out
    return nn.Sequential(*layers, nn.ConvTranspose2d(n_in, channels, 4, stride=2, padding=1), nn.Sigmoid())


def gan_discriminator(
    n_logits: int, width: float = 1.0, normalisation: str = "batch", shape: Shape = DIGIT
) -> nn.Sequential:
    """Images [n, *shape] -> logits [n, n_logits]. 28×28: Chen et al. (2016), table 1; larger: see `gan_generator`."""
    return nn.Sequential(_discriminator_trunk(width, normalisation, shape), nn.Linear(round(1024 * width), n_logits))


class InfoGANDiscriminator(nn.Module):
    """InfoGAN's discriminator and recognition network Q: two heads on one trunk.

    Images [n, *shape] -> (logit of D [n], parameters of Q(c|x) [n, n_parameters]). Source: Chen et al., table 1.
    """

    def __init__(self, n_parameters: int, width: float = 1.0, normalisation: str = "batch", shape: Shape = DIGIT):
        super().__init__()
        dense, head = round(1024 * width), round(128 * width)
        self.trunk = _discriminator_trunk(width, normalisation, shape)
        self.discriminate = nn.Linear(dense, 1)
        self.recognise = nn.Sequential(
            nn.Linear(dense, head), nn.BatchNorm1d(head), _leaky_relu(),
            nn.Linear(head, n_parameters),
        )  # fmt: skip

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.trunk(images)
        return self.discriminate(features).float().squeeze(1), self.recognise(features).float()


def _discriminator_trunk(width: float, normalisation: str, shape: Shape) -> nn.Sequential:
    """Images -> features, with "batch" normalisation (table 1) or "spectral" (Miyato et al., 2018)."""
    (n_in, size, _), dense = shape, round(1024 * width)
    weighted: list[nn.Module] = []  # made first: the normalisation may draw random numbers, too
    for n_out in _channels(size, width):
        weighted.append(nn.Conv2d(n_in, n_out, 4, stride=2, padding=1))
        n_in = n_out
    weighted.append(nn.Linear((size >> DOUBLINGS[size]) ** 2 * n_in, dense))
    if normalisation == "spectral":
        blocks = [[spectral_norm(layer)] for layer in weighted]
    else:
        first, *others, last = weighted  # the first convolution has no normalisation
        blocks = [[first], *([layer, nn.BatchNorm2d(layer.out_channels)] for layer in others)]
        blocks += [[last, nn.BatchNorm1d(dense)]]
    *convolutions, last = [[*block, _leaky_relu()] for block in blocks]
    return nn.Sequential(*chain(*convolutions), nn.Flatten(), *last)


def _channels(size: int, width: float) -> list[int]:
    """The channels of a GAN's feature maps, from the image on: 64, 128, … times `width`."""
    return [round(64 * 2**i * width) for i in range(DOUBLINGS[size])]


def _relu() -> nn.ReLU:
    """In place, which saves a pass over memory: going back needs the input of the layer before, not its output."""
    return nn.ReLU(inplace=True)


def _leaky_relu() -> nn.LeakyReLU:
    return nn.LeakyReLU(0.1, inplace=True)


def default_network(size: int, own: dict[str, str]) -> str:
    """The network of a VAE that names none: "conv" where there is one, but "mlp" for 28×28 and beside two `own`."""
    return "conv" if size in CONVOLUTIONS and size != 28 and len(own) < 2 else "mlp"


def require_image_shape(channels: Any, size: Any) -> Shape:
    """The shape of an image. Raises ValueError unless `channels` is 1 or 3, and `size` a positive integer."""
    require_integers(1, size=size, channels=channels)
    if channels not in (1, 3):
        raise ValueError(f"found channels={channels}, expected 1 (grey) or 3 (colour)")
    return int(channels), int(size), int(size)


def require_network(network: str, size: int) -> None:
    """Raise ValueError unless `vae_encoder` has the network for this size."""
    taken = TAKEN.get(network, ())
    if taken is not None and size not in taken:
        pairs = ", ".join(f"{name!r} with size {_any_of(sizes)}" for name, sizes in TAKEN.items())
        raise ValueError(
            f"found network={network!r} with size={size}, expected {pairs}, or an encoder and a decoder of your own"
        )


def _any_of(sizes: tuple[int, ...] | None) -> str:
    return "1 or more" if sizes is None else " or ".join(map(str, sizes))


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
