"""`infotheory evaluate`: the numbers of models as a table."""

import argparse
import os
import sys

from ..data.files import require_writable
from ..data.loading import load_images
from ..data.mnist import DATA_VARIABLE, load_mnist
from ..evaluation.reports import evaluate, evaluate_own, is_of_digits, require_known_images
from ..evaluation.table import to_markdown, write_table
from ..model import Model
from ..training.checkpoint import read_checkpoint
from ..training.device import choose_device
from ..weights.pretrained import load_pretrained, pretrained_names
from .options import DATA_HELP, add_classes, add_images, find_model, new_parser


def parser() -> argparse.ArgumentParser:
    options = new_parser("evaluate", "NAME [NAME ...]")
    options.add_argument("names", nargs="+", metavar="NAME", help="a pretrained model, or the file of a checkpoint")
    options.add_argument("--out", default="runs/evaluation", metavar="PATH",
                        help="the table's files, without suffix (default: %(default)s)")  # fmt: skip
    options.add_argument("--seed", type=int, default=0, help="seed of the images that are drawn (default: %(default)s)")
    options.add_argument("--booster", choices=("histogram", "gradient"), default="histogram",
                        help="trees of DCI: fast, or the reference's slow ones (default: %(default)s)")  # fmt: skip
    options.add_argument("--all-images", action="store_true", help="draw from all sprites instead of 200,000")
    options.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    options.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    add_images(options)
    add_classes(options)
    return options


def run(arguments: argparse.Namespace) -> None:
    """Measure every named model; the table is written again after each model, so that no result is lost."""
    require_writable(f"{arguments.out}.csv")
    device = choose_device(arguments.device)
    # finds a wrong name now, not after hours
    models = {name: find_model(name, device, arguments.classes) for name in arguments.names}
    rows: list[dict] = []
    if arguments.images:
        for name, model in models.items():
            _add(rows, name, _on_own_images(model, arguments), arguments.out)
    else:
        _on_known_images(models, rows, arguments)
    print(to_markdown(rows) + f"\nsaved as {arguments.out}.csv and {arguments.out}.md")


def _add(rows: list[dict], name: str, numbers: dict[str, float], out: str) -> None:
    rows.append({"model": name.removesuffix(".safetensors")} | numbers)
    write_table(rows, out)


def _on_own_images(model: Model, arguments: argparse.Namespace) -> dict[str, float]:
    """The numbers of a model on --images, which are read in its size and its channels."""
    if arguments.data:
        raise ValueError("found --data and --images, expected one of them: MNIST, or images of your own")
    if not hasattr(model, "shape"):
        raise ValueError(
            f"found a {type(model).__name__} without `shape`, expected (channels, height, width) of its images"
        )
    data = load_images(arguments.images, model.shape[1], channels=arguments.channels, crop=arguments.crop)
    n_images = None if arguments.all_images else 200_000
    return evaluate_own(model, data, seed=arguments.seed, booster=arguments.booster, n_images=n_images)


def _on_known_images(models: dict[str, Model], rows: list[dict], arguments: argparse.Namespace) -> None:
    """Add the numbers of models of digits and of sprites to the rows."""
    for name, model in models.items():
        require_known_images(name, model)
    of_digits = [name for name, model in models.items() if is_of_digits(model)]
    if arguments.data and not of_digits:
        raise ValueError(
            f"found the folder {arguments.data} for {', '.join(models)}, measured on sprites, which are rendered and "
            "read no files: leave it out, or give --images for images of your own"
        )
    if arguments.data:
        load_mnist(arguments.data)  # and so is a wrong folder
    for name, model in models.items():
        found, report = evaluate(
            model, arguments.data if name in of_digits else None, seed=arguments.seed, booster=arguments.booster,
            n_images=None if arguments.all_images else 200_000,
        )  # fmt: skip
        print(f"{name}\n{report}\n" if report else "", end="")
        _add(rows, name, found, arguments.out)
    seen = [name for name in of_digits if examples_of(name) > 4_000]
    if seen and not (arguments.data or os.environ.get(DATA_VARIABLE)):
        print(
            f"{', '.join(seen)}: measured on packaged digits, which are training digits of MNIST and not held out "
            f"for a model of all of them; give --data FOLDER or {DATA_VARIABLE} for test digits",
            file=sys.stderr,
        )


def examples_of(name: str) -> int:
    """The number of examples that `find_model(name)` was trained on; 0 for a file of weights, which lacks it."""
    if name in pretrained_names():
        return load_pretrained(name).card["examples"]
    try:
        return read_checkpoint(name).run["examples"]
    except ValueError:  # `find_model` has read the file, so it is whole
        return 0
