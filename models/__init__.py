"""The models of the report, trained: ELBO models and the InfoGAN bound, on what `infotheory` derives."""

from .adversarial_autoencoder import AdversarialAutoencoder
from .beta_tc_vae import BetaTCVAE
from .codes import Categorical, Normal, Uniform
from .data import MNIST, binarize, load_mnist
from .decomposition import decompose
from .dip_vae import DIPVAE
from .factor_vae import FactorVAE
from .gan import GAN, ConditionalGAN
from .history import History
from .images import LabelledImages
from .infogan import InfoGAN
from .linear_vae import LinearVAE, ppca
from .model import Model, Player
from .pretrained import load_model, load_pretrained, pretrained_names
from .sprites import Sprites
from .training import choose_device, train
from .vae import VAE, BetaVAE

__all__ = [
    "DIPVAE",
    "GAN",
    "MNIST",
    "VAE",
    "AdversarialAutoencoder",
    "BetaTCVAE",
    "BetaVAE",
    "Categorical",
    "ConditionalGAN",
    "FactorVAE",
    "History",
    "InfoGAN",
    "LabelledImages",
    "LinearVAE",
    "Model",
    "Normal",
    "Player",
    "Sprites",
    "Uniform",
    "binarize",
    "choose_device",
    "decompose",
    "load_mnist",
    "load_model",
    "load_pretrained",
    "ppca",
    "pretrained_names",
    "train",
]
