"""The models of the report: VAEs, GANs and InfoGAN, trained by the bounds that `infotheory` derives."""

from infotheory._lazy import lazily

from .adversarial_autoencoder import AdversarialAutoencoder
from .beta_tc_vae import BetaTCVAE
from .codes import Categorical, Normal, Uniform
from .data import MNIST, FactorImages, LabelledImages, Sprites, StoredImages, binarize, load_images, load_mnist
from .dip_vae import DIPVAE
from .evaluation import decompose
from .factor_vae import FactorVAE
from .gan import GAN, ConditionalGAN
from .infogan import InfoGAN
from .linear_vae import LinearVAE, ppca
from .model import Model, Player
from .training import History, choose_device, train, train_together
from .vae import VAE, BetaVAE
from .weights import load_model, load_pretrained, pretrained_names

__all__ = [
    "DIPVAE", "GAN", "MNIST", "VAE", "AdversarialAutoencoder", "BetaTCVAE", "BetaVAE", "Categorical",
    "ConditionalGAN", "FactorImages", "FactorVAE", "History", "InfoGAN", "LabelledImages", "LinearVAE", "Model",
    "Normal", "Player", "Sprites", "StoredImages", "Uniform", "binarize", "choose_device", "decompose",
    "latent_traversal", "load_images", "load_mnist", "load_model", "load_pretrained", "metrics", "ppca",
    "pretrained_names", "train", "train_together",
]  # fmt: skip

__getattr__ = lazily(__name__, {"latent_traversal": "explore", "metrics": "evaluation"})[0]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
