"""Training on dSprites and digits against plain eager PyTorch and pythae, in one run, with equal networks and batches.

    python tests/benchmarks/training.py [--models beta-vae factor-vae …] [--device cuda] [--threads 2] [--long]
                                        [--together 7]

A step is one of `models.train` itself. Every contender draws a new batch from the same images on the device; see
`steps.speeds` for how they take turns. pythae is optional (`pip install --no-deps pythae`); it has no DIP-VAE. Its
adversarial autoencoder has one phase a step, ours the paper's two, which encode the batch three times. Batches have the
recipes' sizes. `--long` estimates the time of 300,000 steps, and `--together N` the speed of N models at once.
"""

import argparse
import os
import tempfile
import time

os.environ.setdefault("TQDM_DISABLE", "1")

import torch
from steps import Step, batches_of, operations, runs_of_train, show, show_peaks, speeds
from torch import nn
from torch.nn import functional as F

from models import (
    VAE,
    AdversarialAutoencoder,
    BetaTCVAE,
    BetaVAE,
    FactorVAE,
    Sprites,
    binarize,
    choose_device,
    load_mnist,
    train,
    train_together,
)  # fmt: skip
from models.networks import latent_discriminator

SETTINGS = dict(network="conv", size=64, learning_rate=5e-4)
MODELS = {  # each with its batch
    "beta-vae": (lambda: BetaVAE(10, beta=4, **SETTINGS), 64),
    "beta-tc-vae": (lambda: BetaTCVAE(10, beta=4, **SETTINGS), 256),
    "factor-vae": (lambda: FactorVAE(10, **SETTINGS), 128),
    "aae": (lambda: AdversarialAutoencoder(10, **SETTINGS), 64),
    "beta-vae in colour": (lambda: BetaVAE(10, beta=4, size=128, channels=3, learning_rate=5e-4), 64),
    "vae of digits": (lambda: VAE(10), 128),
}
BETAS = {"beta-vae": 4, "beta-vae in colour": 4, "vae of digits": 1}  # models that the plain loop trains


def plain_eager(name: str, images: torch.Tensor, n: int) -> Step:
    """A β-VAE in the loop that everyone writes first: contiguous tensors, default Adam, one loss."""
    model, batch, beta = MODELS[name][0]().to(images.device), batches_of(images, n), BETAS[name]
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)

    def step():
        x = batch()
        mean, log_variance = model.encoder(x).chunk(2, 1)
        latents = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        output = model.decoder(latents)
        if model.likelihood == "bernoulli":
            reconstruction = F.binary_cross_entropy_with_logits(output, x, reduction="sum")
        else:
            reconstruction = F.mse_loss(output, x, reduction="sum") / (2 * 0.1)
        loss = (reconstruction - beta / 2 * (1 + log_variance - mean**2 - log_variance.exp()).sum()) / n
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def pythae(name: str, images: torch.Tensor, n: int) -> Step:
    """pythae's model around the same networks, stepped as its trainer does, which waits for each loss."""
    from pythae import models as theirs
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseDiscriminator, BaseEncoder

    ours, batch = MODELS[name][0](), batches_of(images, n)

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
            self.network = nn.Sequential(ours.decoder, *[nn.Sigmoid()][: ours.likelihood == "bernoulli"])

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

    loss = "bce" if ours.likelihood == "bernoulli" else "mse"
    shared = dict(input_dim=ours.shape, latent_dim=10, reconstruction_loss=loss)
    if name in BETAS:
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
        output = model({"data": batch()}, dataset_size=len(images))
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


def compare(name: str, device: torch.device, peaks: dict[str, float]) -> None:
    """Print the table of one model."""
    make, n = MODELS[name]
    sprites = name != "vae of digits"
    images = Sprites(64).sample(4096, seed=0)[1] if sprites else binarize(load_mnist().train_images[:5_000])
    if name == "beta-vae in colour":
        images = F.interpolate(images[:512], scale_factor=2) * torch.rand(512, 3, 1, 1)
        images = images.contiguous()  # as a folder of images is loaded, by us and by others
    images = images.to(device)
    contenders = {"plain eager": plain_eager(name, images, n)} if name in BETAS else {}
    try:
        if sprites:
            contenders["pythae"] = pythae(name, images, n)
    except ImportError as error:
        print(f"without pythae: {error}")
    contenders |= runs_of_train(make, images, device, batch_size=n)
    flops = operations(make, images, device, batch_size=n)
    show(f"{name}, batch {n}", speeds(contenders, device), flops, peaks)


def seconds_of(run, *arguments) -> float:
    """The wall time of a call."""
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start


def long_run(device: torch.device) -> None:
    """Print the time of 300,000 steps of the β-VAE on all sprites, from two short runs with checkpoints."""
    short, long = (20, 60) if device.type == "cpu" else (1_000, 6_000)

    def run(steps):
        with tempfile.TemporaryDirectory() as folder:
            where = dict(device=device, checkpoint=f"{folder}/run.safetensors", checkpoint_every=short)
            train(MODELS["beta-vae"][0](), Sprites(64), steps=steps, precision="bf16", **where)

    run(10)  # libraries are loaded, kernels chosen
    begin = seconds_of(run, short)
    a_step = (seconds_of(run, long) - begin) / (long - short)
    minutes = (begin + (300_000 - short) * a_step) / 60
    print(f"\nbeta-vae, bf16, all sprites, a checkpoint every {short:,} steps: {1 / a_step:.0f} steps/s; "
          f"300,000 steps take {minutes:.1f} minutes")  # fmt: skip


def together(n: int, device: torch.device) -> None:
    """Print the model steps a second of one β-VAE alone and of `n` together, each from two lengths of a run."""
    images = Sprites(64).sample(4096, seed=0)[1].to(device)
    short, long = (4, 12) if device.type == "cpu" else (100, 600)

    def run(models, steps):
        shared = dict(data=images, steps=steps, device=device, precision="bf16")
        train_together([dict(model=MODELS["beta-vae"][0](), **shared) for _ in range(models)])

    run(1, short)
    print()
    for models in (1, n):
        seconds = seconds_of(run, models, long) - seconds_of(run, models, short)
        print(f"beta-vae, bf16, {models} at once: {models * (long - short) / seconds:.0f} model steps/s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="*", choices=MODELS, default=list(MODELS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--together", metavar="N", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    peaks = show_peaks(device)
    for name in arguments.models:
        compare(name, device, peaks)
    if arguments.long:
        long_run(device)
    if arguments.together:
        together(arguments.together, device)


if __name__ == "__main__":
    main()
