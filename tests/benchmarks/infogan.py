"""The training step of the paper's InfoGAN for digits, against plain eager PyTorch, in one run, on equal networks.

    python tests/benchmarks/infogan.py [--device cuda] [--threads 1] [--width 1] [--data FOLDER]

Batch 128, Adam, λ = 1; a step is one of `models.train` itself, and `steps.speeds` says how the contenders take turns.
The speed comes from bfloat16 networks, from fused Adam, from activations in place, and from backward passes that
compute only the gradients of the player that moves. On CUDA the step is also launched as one CUDA graph.
"""

import argparse
import math
import os

os.environ.setdefault("TQDM_DISABLE", "1")

import torch
from steps import Step, batches_of, operations, runs_of_train, show, show_peaks, speeds
from torch import nn
from torch.nn import functional as F

from models import InfoGAN, choose_device, load_mnist

BATCH = 128


def plain_eager(images: torch.Tensor, width: float) -> Step:
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
    ones, zeros = torch.ones(BATCH, 1, device=images.device), torch.zeros(BATCH, 1, device=images.device)
    batch = batches_of(images, BATCH)

    def information(parameters, classes, numbers):
        squares = (parameters[:, 10:] - numbers) ** 2 / 2
        return (
            math.log(10) - F.cross_entropy(parameters[:, :10], classes)
            + 2 * (math.log(2) - math.log(2 * math.pi) / 2) - squares.sum(1).mean()
        )  # fmt: skip

    def step():
        classes = torch.randint(10, (BATCH,), device=images.device)
        numbers = 2 * torch.rand(BATCH, 2, device=images.device) - 1
        noise = torch.randn(BATCH, 62, device=images.device)
        fake = generator(torch.cat([noise, F.one_hot(classes, 10), numbers], 1))

        real_logits, features = d_head(trunk(batch())), trunk(fake.detach())
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
    peaks = show_peaks(device)
    images = load_mnist(arguments.data).train_images.to(device)

    def make() -> InfoGAN:
        return InfoGAN(width=arguments.width)

    contenders = {"plain eager": plain_eager(images, arguments.width)}
    contenders |= runs_of_train(make, images, device, batch_size=BATCH)
    flops = operations(make, images, device, batch_size=BATCH)
    show(f"InfoGAN, batch {BATCH}, {arguments.width:g} × the paper's width", speeds(contenders, device), flops, peaks)


if __name__ == "__main__":
    main()
