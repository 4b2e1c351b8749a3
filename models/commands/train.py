"""`infotheory train`: a recipe's model on its data, or on images of your own."""

import argparse
from pathlib import Path
from typing import Any

import torch

from ..recipes import RECIPES, Recipe, load_data, load_own_images
from ..training.checks import PRECISIONS
from ..training.device import choose_device
from ..training.processes import join_processes, rank
from ..training.together import train_together
from .options import DATA_HELP, add_images, new_parser


def parser() -> argparse.ArgumentParser:
    recipes = "\n".join(f"  {name:32s}{recipe.steps:7,} steps on {recipe.data}" for name, recipe in RECIPES.items())
    options = new_parser("train", "NAME", epilog=f"names:\n{recipes}")
    options.add_argument("name", choices=RECIPES, metavar="NAME", help="one of the names below")
    options.add_argument("--steps", type=int, help="the last step (default: the recipe's)")
    options.add_argument("--batch-size", type=int, metavar="N", help="images in a step (default: the recipe's)")
    options.add_argument("--seed", "--seeds", type=int, nargs="+", default=[0], help="one run for each (default: 0)")
    options.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    options.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="ieee: no TF32 on CUDA; bf16: networks in bfloat16 (default: the recipe's)",
    )
    options.add_argument("--no-graph", action="store_true", help="do not capture the step as a CUDA graph")
    options.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    add_images(options)
    options.add_argument(
        "--size", type=int, metavar="PIXELS", help="of --images: 28, 32, 64 or 128 (default: the recipe's)"
    )
    options.add_argument("--out", metavar="FILE", help="checkpoint (default: runs/NAME-SEED.safetensors)")
    options.add_argument(
        "--checkpoint-every", type=int, metavar="STEPS", help="save every STEPS steps (default: once a minute)"
    )
    return options


def run(arguments: argparse.Namespace) -> None:
    """Train the named model for every seed; a run continues from its file if the file exists."""
    recipe = RECIPES[arguments.name]
    if arguments.out and len(arguments.seed) > 1:
        raise ValueError(f"found --out with {len(arguments.seed)} seeds, expected one: each seed has a file of its own")
    device = choose_device(join_processes(arguments.device))
    data, shape = _data(recipe, arguments, device)
    steps, runs = recipe.steps if arguments.steps is None else arguments.steps, []
    batch_size = arguments.batch_size or recipe.batch_size
    for seed in arguments.seed:
        torch.manual_seed(seed)  # the first weights
        out = arguments.out or Path("runs") / f"{arguments.name}-{seed}.safetensors"
        runs.append(dict(
            model=recipe.make(**shape), data=data, steps=steps, batch_size=batch_size, seed=seed, device=device,
            precision=arguments.precision or recipe.precision, graph=False if arguments.no_graph else "auto",
            checkpoint=out, checkpoint_every=arguments.checkpoint_every,
        ))  # fmt: skip
    for one, history in zip(runs, train_together(runs), strict=True):
        if rank() > 0:
            continue
        already = f", already past step {steps}: nothing to do" if len(history) > steps else ""
        print(f"{one['checkpoint']}: {history}{already}")


def _data(recipe: Recipe, arguments: argparse.Namespace, device: torch.device) -> tuple[Any, dict[str, Any]]:
    """The data to train on, and the arguments of the model that differ from the recipe's for them."""
    if not arguments.images:
        given = [f"--{name}" for name in ("size", "channels", "crop") if getattr(arguments, name)]
        if given:
            raise ValueError(f"found {' and '.join(given)} without --images, expected the images that they are for")
        return load_data(recipe.data, arguments.data, device)[0], {}
    if arguments.data:
        raise ValueError("found --data and --images, expected one of them: MNIST, or images of your own")
    data, shape = load_own_images(
        recipe,
        arguments.images,
        batch_size=arguments.batch_size,
        size=arguments.size,
        channels=arguments.channels,
        crop=arguments.crop,
    )
    kind = "grey" if shape["channels"] == 1 else "colour"
    likelihood = f", a {shape['likelihood'].title()} likelihood" if "likelihood" in shape else ""
    if rank() == 0:
        print(f"{len(data):,} images of {shape['size']}×{shape['size']} in {kind}{likelihood}")
    return data, shape
