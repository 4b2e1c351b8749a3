"""The training step of a β-VAE on dSprites, against plain eager PyTorch and pythae, in one run, with equal networks.

    python tests/benchmarks/training.py [--threads 2] [--device cpu]

Batch 64, the 64×64 convolutional network, Adam. The contenders take turns, a block of steps each; a block's speed is
its median step, and the ratio is that of the best blocks. pythae is optional (`pip install --no-deps pythae`).
"""

import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

from models import BetaVAE, Sprites, choose_device
from models.training import _adam, _step

BATCH, BLOCK, ROUNDS = 64, 8, 5


def plain_eager(images: torch.Tensor):
    """The loop that everyone writes first: contiguous tensors, default Adam, one loss."""
    model = BetaVAE(10, network="conv", size=64).to(images.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)

    def step():
        mean, log_variance = model.encoder(images).chunk(2, 1)
        latents = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        reconstruction = F.binary_cross_entropy_with_logits(model.decoder(latents), images, reduction="sum")
        loss = (reconstruction - 2 * (1 + log_variance - mean**2 - log_variance.exp()).sum()) / len(images)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def pythae(images: torch.Tensor):
    """pythae's BetaVAE around the same two networks, stepped as its trainer does."""
    from pythae.models import BetaVAE as PythaeBetaVAE
    from pythae.models import BetaVAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder

    ours = BetaVAE(10, network="conv", size=64)

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.network = ours.encoder

        def forward(self, x):
            mean, log_variance = self.network(x).chunk(2, 1)
            return ModelOutput(embedding=mean, log_covariance=log_variance)

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(ours.decoder, nn.Sigmoid())

        def forward(self, z):
            return ModelOutput(reconstruction=self.network(z))

    config = BetaVAEConfig(input_dim=(1, 64, 64), latent_dim=10, beta=4.0, reconstruction_loss="bce")
    model = PythaeBetaVAE(config, Encoder(), Decoder()).to(images.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)

    def step():
        loss = model({"data": images}).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def this_package(images: torch.Tensor, precision: str):
    """One step of `models.train`."""
    model = BetaVAE(10, network="conv", size=64, learning_rate=5e-4)
    model.to(images.device, memory_format=torch.channels_last).train()
    players = model.players()
    optimizers = {player.name: _adam(player) for player in players}

    def step():
        with torch.autocast(images.device.type, torch.bfloat16, enabled=precision == "bf16"):
            return _step(model, players, optimizers, images, 0)["loss"].item()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    images = Sprites(64, device).sample(BATCH, seed=0)[1].to(device)
    contenders = {
        "plain eager PyTorch": plain_eager(images),
        "this package, float32": this_package(images, "float32"),
        "this package, bf16": this_package(images, "bf16"),
    }
    try:
        contenders["pythae"] = pythae(images)
    except ImportError as error:
        print(f"without pythae: {error}")

    medians = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, step in contenders.items():
            seconds = []
            for _ in range(BLOCK):
                start = time.perf_counter()
                step()
                seconds.append(time.perf_counter() - start)
            medians[name].append(statistics.median(seconds))
    eager = min(medians["plain eager PyTorch"])
    print(f"{device}, {arguments.threads} threads, batch {BATCH}")
    for name, blocks in medians.items():
        print(f"  {name:24s}{1 / min(blocks):8.1f} steps/s   {eager / min(blocks):5.2f} × plain eager")


if __name__ == "__main__":
    main()
