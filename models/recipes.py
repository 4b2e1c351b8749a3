"""The recipe of each named model for `infotheory train NAME`: its settings, its data and its number of steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from .adversarial_autoencoder import AdversarialAutoencoder
from .beta_tc_vae import BetaTCVAE
from .data.images import LabelledImages
from .data.loading import load_images
from .data.mnist import binarize, load_mnist
from .data.sprites import Sprites
from .dip_vae import DIPVAE
from .factor_vae import FactorVAE
from .gan import GAN, ConditionalGAN
from .infogan import InfoGAN
from .model import Model
from .vae import VAE, BetaVAE


@dataclass(frozen=True)
class Choice:
    """The rule by which one of several seeds is published, fixed before training: in words, and as a function.

    `pick` takes the results of every seed, in order, and gives the index of the one to publish.
    """

    words: str
    pick: Callable[[list[dict[str, float]]], int]


def _median_mig(results: list[dict[str, float]]) -> int:
    ranked = sorted(range(len(results)), key=lambda i: results[i]["mig"])
    return ranked[(len(ranked) - 1) // 2]


MEDIAN_MIG = Choice("the seed with the median MIG; of an even number, the lower of the two in the middle", _median_mig)
# L_I saturates whatever the codes mean, so it cannot rank the seeds.
LOWEST_CODE_ERROR = Choice(
    "the seed with the lowest code error on the training digits; no test label is asked",
    lambda results: min(range(len(results)), key=lambda i: results[i]["train_error"]),
)


@dataclass(frozen=True)
class Recipe:
    """A model to build, the name of its data (see `load_data`), its training, and the choice among its seeds.

    `make` takes keyword arguments of the model that replace the recipe's, for images of another shape.
    """

    make: Callable[..., Model]
    data: str
    steps: int
    precision: str = "float32"
    choice: Choice | None = None
    batch_size: int | None = None  # None: the model's own


def _sprites(model: type[VAE], size: int, steps: int, batch_size: int | None = None, **keywords) -> Recipe:
    """Ten latents, the convolutional network of the large study, and a shorter training at five times its rate."""
    keywords = dict(network="conv", size=size, learning_rate=5e-4) | keywords
    return Recipe(lambda **own: model(10, **keywords | own), f"sprites-{size}", steps, "bf16", MEDIAN_MIG, batch_size)


N_SPRITES = len(Sprites())
KL_ANNEALING_64, KL_ANNEALING_32 = dict(kl_start=100, kl_steps=12_000), dict(kl_start=30, kl_steps=6_000)
# The paper's learning rate and, as far as a CPU allows, its large batch: small ones estimate the TC badly.
BETA_TC_VAE_SETTINGS = dict(
    beta=6, sampling="weighted", n_examples=N_SPRITES, learning_rate=1e-3, kl_steps=3_000, batch_size=256
)
# Half the paper's width: a smaller discriminator takes less time.
FACTOR_VAE_DISCRIMINATOR = dict(discriminator_learning_rate=3e-4, width=500)
# With rates as equal as the paper's, D wins outright. An encoder as fast as the autoencoder undoes its reconstruction.
AAE_GAME = dict(discriminator_learning_rate=2e-5, adversarial_learning_rate=2e-4, width=500)
RECIPES = {
    "vae": Recipe(lambda **own: VAE(10, **own), "binary digits", 5_000),
    "infogan": Recipe(InfoGAN, "digits", 5_000),
    "infogan-quarter": Recipe(lambda **own: InfoGAN(width=0.25, **own), "digits", 1_000),
    "infogan-mnist": Recipe(
        lambda **own: InfoGAN(width=0.25, augmentation=1.0, **own), "digits", 6_000, "bf16", LOWEST_CODE_ERROR
    ),
    "gan-mnist": Recipe(lambda **own: GAN(width=0.25, **own), "digits", 3_000, "bf16"),
    "conditional-gan-mnist": Recipe(lambda **own: ConditionalGAN(width=0.25, **own), "labelled digits", 5_000, "bf16"),
    "vae-mnist": Recipe(lambda **own: VAE(20, hidden=500, half_life=10_000, **own), "binary digits", 40_000),
    "vae-dsprites": _sprites(VAE, 64, 30_000),
    "beta-vae-dsprites-plain": _sprites(BetaVAE, 64, 30_000, beta=4),
    "beta-vae-dsprites": _sprites(BetaVAE, 64, 20_000, beta=4, **KL_ANNEALING_64),
    "factor-vae-dsprites": _sprites(FactorVAE, 64, 20_000, gamma=35, **FACTOR_VAE_DISCRIMINATOR, **KL_ANNEALING_64),
    "dip-vae-dsprites": _sprites(DIPVAE, 64, 20_000, kind="II", off_diagonal=10, **KL_ANNEALING_64),
    "beta-tc-vae-dsprites": _sprites(BetaTCVAE, 64, 6_000, kl_start=100, **BETA_TC_VAE_SETTINGS),
    "aae-dsprites": _sprites(AdversarialAutoencoder, 64, 20_000, **AAE_GAME),
    "factor-vae-dsprites-32": _sprites(FactorVAE, 32, 12_000, gamma=10, **FACTOR_VAE_DISCRIMINATOR, **KL_ANNEALING_32),
    "dip-vae-dsprites-32": _sprites(DIPVAE, 32, 12_000, kind="II", off_diagonal=2.5, **KL_ANNEALING_32),
    "beta-tc-vae-dsprites-32": _sprites(BetaTCVAE, 32, 6_000, kl_start=30, **BETA_TC_VAE_SETTINGS),
    "aae-dsprites-32": _sprites(AdversarialAutoencoder, 32, 10_000, **AAE_GAME),
    **{
        f"beta-vae-dsprites-32-beta-{beta:g}": _sprites(BetaVAE, 32, 10_000, beta=beta)
        for beta in (0.25, 0.5, 1, 2, 4)
    },
}  # fmt: skip


def load_own_images(
    recipe: Recipe,
    source: str,
    *,
    batch_size: int | None = None,
    size: int | None = None,
    channels: int | None = None,
    crop: bool = False,
) -> tuple[Any, dict[str, Any]]:
    """Images of your own, as `load_images` reads them, and the arguments that a recipe's model needs for them.

    `size` is by default that of the recipe's images. The likelihood of a VAE is a Bernoulli for grey images whose
    pixels are all 0 or 1, else a Gaussian. A conditional GAN gets labels from the names of subfolders.
    Raises ValueError as `load_images` does, and for fewer images than a batch.
    """
    model = recipe.make()
    size = model.shape[1] if size is None else size
    data = load_images(source, size, channels=channels, labels=bool(model.labelled), crop=crop)
    batch_size = batch_size or recipe.batch_size or model.batch_size
    if len(data) < batch_size:
        raise ValueError(
            f"found {len(data):,} image{'s' * (len(data) > 1)} in {source}, expected at least one batch, "
            f"{batch_size}: batch_size={len(data)} (--batch-size) takes fewer"
        )
    some = data[torch.linspace(0, len(data) - 1, min(len(data), 1000)).long()]
    some = some[0] if isinstance(some, tuple) else some
    arguments: dict[str, Any] = dict(size=size, channels=some.shape[1])
    if isinstance(model, VAE):
        binary = some.shape[1] == 1 and bool(((some == 0) | (some == 1)).all())
        arguments |= dict(likelihood="bernoulli" if binary else "gaussian")
    if isinstance(model, ConditionalGAN):
        arguments |= dict(n_labels=len(data.names))
    return data, arguments


def load_data(name: str, folder: str | None = None, device: torch.device | None = None):
    """Training data, and images to evaluate on, by the name in a recipe.

    Test digits are held out. Sprites are not: their images are a fixed sample of the whole set, which is trained on.
    Raises ValueError for a folder with sprites, which are rendered, and as `load_mnist` does.
    """
    if name.startswith("sprites-"):
        if folder is not None:
            raise ValueError(
                f"found the folder {folder} for {name}, which are rendered and read no files: leave it out; for images "
                "of your own, give --images"
            )
        sprites = Sprites(int(name.removeprefix("sprites-")), device)
        return sprites, sprites.sample(10_000, seed=0)[1]
    digits = load_mnist(folder)
    if name == "binary digits":
        return binarize(digits.train_images, seed=0), binarize(digits.test_images, seed=1)
    if name == "labelled digits":
        train = LabelledImages(digits.train_images, digits.train_labels)
        return train, LabelledImages(digits.test_images, digits.test_labels)
    return digits.train_images, digits.test_images
