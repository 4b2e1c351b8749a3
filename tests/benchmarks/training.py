"""Training steps on dSprites against plain eager PyTorch and pythae, in one run, with equal networks and batches.

    python tests/benchmarks/training.py [--models beta-vae factor-vae …] [--threads 2] [--device cpu]

The 64×64 convolutional network, Adam. The contenders take turns, a block of steps each; a block's speed is its median
step, and the ratio is that of the best blocks. pythae is optional (`pip install --no-deps pythae`); it has no DIP-VAE.
Its adversarial autoencoder has one phase a step, ours the paper's two, which encode the batch three times.
"""

import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

from models import AdversarialAutoencoder, BetaTCVAE, BetaVAE, FactorVAE, Sprites, choose_device
from models.networks import latent_discriminator
from models.training.step import adam, train_step

BLOCK, ROUNDS = 8, 5
SETTINGS = dict(network="conv", size=64, learning_rate=5e-4)
MODELS = {
    "beta-vae": lambda: BetaVAE(10, beta=4, **SETTINGS),
    "beta-tc-vae": lambda: BetaTCVAE(10, beta=4, n_examples=737_280, **SETTINGS),
    "factor-vae": lambda: FactorVAE(10, **SETTINGS),
    "aae": lambda: AdversarialAutoencoder(10, **SETTINGS),
}


def plain_eager(images: torch.Tensor):
    """A β-VAE in the loop that everyone writes first: contiguous tensors, default Adam, one loss."""
    model = MODELS["beta-vae"]().to(images.device)
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


def pythae(name: str, images: torch.Tensor):
    """pythae's model around the same networks, stepped as its trainer does."""
    from pythae import models as theirs
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder

    ours = MODELS[name]()

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

    class Discriminator(BaseDiscriminator):
        def __init__(self, n_outputs):
            super().__init__()
            layers = list(latent_discriminator(10))[:-2]
            self.network = nn.Sequential(*layers, nn.Linear(1000, n_outputs), *[nn.Sigmoid()][: n_outputs == 1])

        def forward(self, z):
            output = self.network(z)
            return ModelOutput(embedding=output) if output.shape[1] == 1 else output

    shared = dict(input_dim=(1, 64, 64), latent_dim=10, reconstruction_loss="bce")
    if name == "beta-vae":
        model = theirs.BetaVAE(theirs.BetaVAEConfig(beta=4.0, **shared), Encoder(), Decoder())
    elif name == "beta-tc-vae":
        config = theirs.BetaTCVAEConfig(beta=4.0, use_mss=True, **shared)
        model = theirs.BetaTCVAE(config, Encoder(), Decoder())
    elif name == "factor-vae":
        model = theirs.FactorVAE(theirs.FactorVAEConfig(gamma=35.0, **shared), Encoder(), Decoder())
        model.discriminator = Discriminator(2)
    else:
        model = theirs.Adversarial_AE(theirs.Adversarial_AE_Config(**shared), Encoder(), Decoder(), Discriminator(1))
    model.to(images.device)
    discriminator = list(model.discriminator.parameters()) if hasattr(model, "discriminator") else []
    of_discriminator = set(map(id, discriminator))
    vae = torch.optim.Adam([p for p in model.parameters() if id(p) not in of_discriminator], lr=5e-4)
    adversary = torch.optim.Adam(discriminator, lr=1e-4) if discriminator else None

    def step():
        output = model({"data": images}, dataset_size=737_280)
        if adversary is None:
            vae.zero_grad()
            output.loss.backward()
        else:
            vae.zero_grad()
            output.autoencoder_loss.backward(retain_graph=True)
            adversary.zero_grad()
            output.discriminator_loss.backward()
            adversary.step()
        vae.step()
        return output.loss.item()

    return step


def this_package(name: str, images: torch.Tensor, precision: str):
    """One step of `models.train`."""
    model = MODELS[name]()
    model.to(images.device, memory_format=torch.channels_last).train()
    players = model.players()
    optimizers = {player.name: adam(player) for player in players}

    def step():
        with torch.autocast(images.device.type, torch.bfloat16, enabled=precision == "bf16"):
            return next(iter(train_step(model, players, optimizers, images, 0).values())).item()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    print(f"{device}, {arguments.threads} threads")
    for name in arguments.models:
        compare(name, Sprites(64, device).sample(128 if name == "factor-vae" else 64, seed=0)[1].to(device))


def compare(name: str, images: torch.Tensor) -> None:
    """Print the speed of each contender, and its ratio to the slowest of the others' float32 loops."""
    contenders = {"plain eager PyTorch": plain_eager(images)} if name == "beta-vae" else {}
    try:
        contenders["pythae"] = pythae(name, images)
    except ImportError as error:
        print(f"without pythae: {error}")
    ours = ("this package, float32", "this package, bf16")
    contenders |= {label: this_package(name, images, label.split()[-1]) for label in ours}

    medians = {label: [] for label in contenders}
    for _ in range(ROUNDS):
        for label, step in contenders.items():
            seconds = []
            for _ in range(BLOCK):
                start = time.perf_counter()
                step()
                seconds.append(time.perf_counter() - start)
            medians[label].append(statistics.median(seconds))
    best = {label: min(blocks) for label, blocks in medians.items()}
    others = {label: seconds for label, seconds in best.items() if label not in ours}
    print(f"{name}, batch {len(images)}")
    for label, seconds in best.items():
        ratios = "".join(f"   {other / seconds:5.2f} × {which}" for which, other in others.items() if label in ours)
        print(f"  {label:24s}{1 / seconds:8.1f} steps/s{ratios}")


if __name__ == "__main__":
    main()
