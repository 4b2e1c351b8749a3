"""`infotheory traverse`: a picture of what each latent of a VAE changes."""

import argparse

from ..data.files import require_writable
from ..data.loading import load_images
from ..explore.latents import save_traversal
from ..explore.trained import SHIPPED, examples, require_vae
from ..training.device import choose_device
from ..vae import VAE
from .options import add_classes, add_images, find_model, new_parser


def parser() -> argparse.ArgumentParser:
    options = new_parser("traverse", "NAME --out FILE")
    options.add_argument("name", metavar="NAME", help="a pretrained VAE, or the file of a checkpoint")
    options.add_argument("--out", required=True, metavar="FILE", help="a .png, or a .gif to see the latents move")
    options.add_argument("--image", type=int, default=0, metavar="N", help="the image to start from (default: 0)")
    options.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    add_images(options)
    add_classes(options)
    return options


def run(arguments: argparse.Namespace) -> None:
    """Draw the traversal from an image of your own, or from a shipped one of the model's shape."""
    require_writable(arguments.out)
    model = require_vae(find_model(arguments.name, choose_device(arguments.device), arguments.classes))
    save_traversal(model, _image(model, arguments), arguments.out)
    source = arguments.images or ("the test digits" if model.shape[1] == 28 else "dSprites")
    print(f"from image {arguments.image} of {source}, saved as {arguments.out}")


def _image(model: VAE, arguments: argparse.Namespace):
    channels, size, _ = model.shape
    n = arguments.image
    if n < 0:
        raise ValueError(f"found --image {n}, expected 0 or more")
    if not arguments.images and model.shape not in SHIPPED:
        raise ValueError(
            f"found a model of images {channels}×{size}×{size}, which digits and sprites are not, expected the images "
            "to start from: --images FOLDER"
        )
    if not arguments.images:
        return examples(size, n + 1)[n]
    images = load_images(arguments.images, size, channels=arguments.channels, crop=arguments.crop)
    if n >= len(images):
        raise ValueError(f"found --image {n} of {len(images):,} images, expected 0 … {len(images) - 1}")
    return images[[n]]
