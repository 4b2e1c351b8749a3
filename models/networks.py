"""The papers' encoders, decoders, generators and critics."""

import torch
from torch import nn


def mlp_encoder(n_outputs: int, hidden: int = 400) -> nn.Sequential:
    """28×28 image -> hidden -> hidden -> n_outputs numbers."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(28 * 28, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, n_outputs),
    )  # fmt: skip


def mlp_decoder(n_inputs: int, hidden: int = 400) -> nn.Sequential:
    """Latents -> hidden -> hidden -> one logit for each pixel of a 28×28 image."""
    return nn.Sequential(
        nn.Linear(n_inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, 28 * 28), nn.Unflatten(1, (1, 28, 28)),
    )  # fmt: skip


def infogan_generator(n_inputs: int, width: float = 1.0) -> nn.Sequential:
    """InfoGAN's generator for MNIST: noise and codes -> image in [0, 1]. Source: Chen et al. (2016), table 1.

    `width` scales the number of units of every hidden layer; 1 is the paper's.
    """
    dense, wide, narrow = round(1024 * width), round(128 * width), round(64 * width)
    return nn.Sequential(
        nn.Linear(n_inputs, dense), nn.BatchNorm1d(dense), nn.ReLU(),
        nn.Linear(dense, 7 * 7 * wide), nn.BatchNorm1d(7 * 7 * wide), nn.ReLU(), nn.Unflatten(1, (wide, 7, 7)),
        nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1), nn.BatchNorm2d(narrow), nn.ReLU(),
        nn.ConvTranspose2d(narrow, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip


class InfoGANCritic(nn.Module):
    """InfoGAN's discriminator and recognition network Q for MNIST: two heads on one trunk.

    image [n, 1, 28, 28] -> (logit of D [n], parameters of Q(c|x) [n, n_parameters]). Source: as the generator.
    """

    def __init__(self, n_parameters: int, width: float = 1.0):
        super().__init__()
        dense, wide, narrow, head = (round(n * width) for n in (1024, 128, 64, 128))
        self.trunk = nn.Sequential(
            nn.Conv2d(1, narrow, 4, stride=2, padding=1), nn.LeakyReLU(0.1),
            nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.BatchNorm2d(wide), nn.LeakyReLU(0.1), nn.Flatten(),
            nn.Linear(7 * 7 * wide, dense), nn.BatchNorm1d(dense), nn.LeakyReLU(0.1),
        )  # fmt: skip
        self.discriminate = nn.Linear(dense, 1)
        self.recognise = nn.Sequential(
            nn.Linear(dense, head), nn.BatchNorm1d(head), nn.LeakyReLU(0.1), nn.Linear(head, n_parameters)
        )

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.trunk(images)
        return self.discriminate(features).squeeze(1), self.recognise(features)
