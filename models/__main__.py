"""Train models from a shell: `python -m models train vae --steps 2000`."""

import argparse
import sys

from . import InfoGAN, binarize, load_mnist, train
from .vae import VAE

MODELS = {"vae": VAE, "infogan": InfoGAN}


def train_command(arguments: argparse.Namespace) -> None:
    """Train the named model on MNIST, going on from the file `--out` where it exists."""
    import torch

    torch.manual_seed(arguments.seed)  # the first weights
    model = MODELS[arguments.model]()
    images = load_mnist(arguments.data).train_images
    if arguments.model == "vae":
        images = binarize(images)
    out = arguments.out or f"runs/{arguments.model}.safetensors"
    history = train(
        model, images, steps=arguments.steps, seed=arguments.seed, device=arguments.device,
        checkpoint=out, checkpoint_every=arguments.checkpoint_every,
    )  # fmt: skip
    print(f"{out}: {history}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(required=True)
    trainer = commands.add_parser("train", help="train a model; a run that was stopped goes on where it was")
    trainer.add_argument("model", choices=MODELS)
    trainer.add_argument("--steps", type=int, default=5000, help="train up to this step (default: %(default)s)")
    trainer.add_argument("--seed", type=int, default=0, help="of weights, batches and noise (default: %(default)s)")
    trainer.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    trainer.add_argument(
        "--data", metavar="FOLDER", help="with MNIST's IDX files (default: $INFOTHEORY_DATA, or 5,000 digits)"
    )
    trainer.add_argument("--out", metavar="FILE", help="checkpoint (default: runs/MODEL.safetensors)")
    trainer.add_argument("--checkpoint-every", type=int, default=1000, metavar="STEPS", help="default: %(default)s")
    trainer.set_defaults(run=train_command)
    parsed = parser.parse_args(arguments)
    try:
        parsed.run(parsed)
    except (OSError, ValueError, FloatingPointError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
