"""The training step of the paper's InfoGAN for digits, against plain eager PyTorch, in one run, on equal networks.

    python tests/benchmarks/infogan.py [--threads 1] [--device cpu] [--width 1] [--data FOLDER]

Batch 128, Adam, λ = 1. The contenders take turns, a block of steps each; a block's speed is its median step, and the
ratio is that of the best blocks. Where the speed comes from: bfloat16 networks, one graph's gradients for one player
(the discriminator's own are not computed in the generator's turn), fused Adam, and activations in place.
"""

import argparse
import math
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

from models import InfoGAN, choose_device, load_mnist
from models.training.step import adam, train_step

BATCH, BLOCK, ROUNDS = 128, 8, 5


def plain_eager(images: torch.Tensor, width: float):
    """The loop that everyone writes first: contiguous tensors, default Adam, every gradient of both losses."""
    dense, wide, narrow, head = (round(n * width) for n in (1024, 128, 64, 128))
    generator = nn.Sequential(
        nn.Linear(74, dense), nn.BatchNorm1d(dense), nn.ReLU(),
        nn.Linear(dense, 49 * wide), nn.BatchNorm1d(49 * wide), nn.ReLU(), nn.Unflatten(1, (wide, 7, 7)),
        nn.ConvTranspose2d(wide, narrow, 4, 2, 1), nn.BatchNorm2d(narrow), nn.ReLU(),
        nn.ConvTranspose2d(narrow, 1, 4, 2, 1), nn.Sigmoid(),
    ).to(images.device)  # fmt: skip
    trunk = nn.Sequential(
        nn.Conv2d(1, narrow, 4, 2, 1), nn.LeakyReLU(0.1),
        nn.Conv2d(narrow, wide, 4, 2, 1), nn.BatchNorm2d(wide), nn.LeakyReLU(0.1), nn.Flatten(),
        nn.Linear(49 * wide, dense), nn.BatchNorm1d(dense), nn.LeakyReLU(0.1),
    ).to(images.device)  # fmt: skip
    d_head = nn.Linear(dense, 1).to(images.device)
    q_head = nn.Sequential(nn.Linear(dense, head), nn.BatchNorm1d(head), nn.LeakyReLU(0.1), nn.Linear(head, 12)).to(
        images.device
    )
    discriminator = nn.ModuleList([trunk, d_head, q_head])
    d_optimizer = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    g_optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    ones, zeros = torch.ones(len(images), 1, device=images.device), torch.zeros(len(images), 1, device=images.device)

    def information(parameters, classes, numbers):
        squares = (parameters[:, 10:] - numbers) ** 2 / 2
        return (
            math.log(10) - F.cross_entropy(parameters[:, :10], classes)
            + 2 * (math.log(2) - math.log(2 * math.pi) / 2) - squares.sum(1).mean()
        )  # fmt: skip

    def step():
        n = len(images)
        classes = torch.randint(10, (n,), device=images.device)
        numbers = 2 * torch.rand(n, 2, device=images.device) - 1
        noise = torch.randn(n, 62, device=images.device)
        fake = generator(torch.cat([noise, F.one_hot(classes, 10), numbers], 1))

        real_logits, features = d_head(trunk(images)), trunk(fake.detach())
        d_loss = F.binary_cross_entropy_with_logits(real_logits, ones)
        d_loss = d_loss + F.binary_cross_entropy_with_logits(d_head(features), zeros)
        d_loss = d_loss - information(q_head(features), classes, numbers)
        d_optimizer.zero_grad()
        d_loss.backward()
        d_optimizer.step()

        features = trunk(fake)
        g_loss = F.binary_cross_entropy_with_logits(d_head(features), ones)
        g_loss = g_loss - information(q_head(features), classes, numbers)
        g_optimizer.zero_grad()
        g_loss.backward()
        g_optimizer.step()
        return g_loss.item()

    return step


def this_package(images: torch.Tensor, width: float, precision: str):
    """One step of `models.train`."""
    model = InfoGAN(width=width)
    model.to(images.device, memory_format=torch.channels_last).train()
    players = model.players()
    optimizers = {player.name: adam(player) for player in players}

    def step():
        with torch.autocast(images.device.type, torch.bfloat16, enabled=precision == "bf16"):
            return train_step(model, players, optimizers, images, 0)["G loss"].item()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--data", metavar="FOLDER")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    images = load_mnist(arguments.data).train_images[:BATCH].to(device)
    contenders = {
        "plain eager PyTorch": plain_eager(images, arguments.width),
        "this package, float32": this_package(images, arguments.width, "float32"),
        "this package, bf16": this_package(images, arguments.width, "bf16"),
    }
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
    print(f"{device}, {arguments.threads} threads, batch {BATCH}, {arguments.width:g} × the paper's width")
    for name, blocks in medians.items():
        print(f"  {name:24s}{1 / min(blocks):8.1f} steps/s   {eager / min(blocks):5.2f} × plain eager")


if __name__ == "__main__":
    main()
