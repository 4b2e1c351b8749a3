"""The commands train, evaluate and publish of `infotheory`; `python -m models` is the same command."""

import argparse
import os
import sys
from pathlib import Path

import torch

import infotheory.__main__
from infotheory.__main__ import MODEL_COMMANDS

from .data.files import require_writable
from .data.mnist import DATA_VARIABLE, load_mnist
from .evaluation.reports import evaluate, is_of_digits
from .evaluation.table import to_markdown, write_table
from .model import Model
from .recipes import RECIPES, load_data
from .training.checkpoint import read_checkpoint
from .training.checks import PRECISIONS
from .training.device import choose_device
from .training.together import train_together
from .weights.pretrained import load_model, load_pretrained, pretrained_names
from .weights.publishing import publish, rounded, seed_of

DATA_HELP = "folder with MNIST's IDX files (default: $INFOTHEORY_DATA, else the 5,000 packaged digits)"


def train_command(arguments: argparse.Namespace) -> None:
    """Train the named model for every seed; a run continues from its file if the file exists."""
    recipe = RECIPES[arguments.name]
    if arguments.out and len(arguments.seed) > 1:
        raise ValueError(f"found --out with {len(arguments.seed)} seeds, expected one: each seed has a file of its own")
    device = choose_device(arguments.device)
    data, _ = load_data(recipe.data, arguments.data, device)
    steps, runs = recipe.steps if arguments.steps is None else arguments.steps, []
    for seed in arguments.seed:
        torch.manual_seed(seed)  # the first weights
        out = arguments.out or Path("runs") / f"{arguments.name}-{seed}.safetensors"
        runs.append(dict(
            model=recipe.make(), data=data, steps=steps, batch_size=recipe.batch_size, seed=seed, device=device,
            precision=arguments.precision or recipe.precision, graph=False if arguments.no_graph else "auto",
            checkpoint=out, checkpoint_every=arguments.checkpoint_every,
        ))  # fmt: skip
    for run, history in zip(runs, train_together(runs), strict=True):
        already = f", already past step {steps}: nothing to do" if len(history) > steps else ""
        print(f"{run['checkpoint']}: {history}{already}")


def evaluate_command(arguments: argparse.Namespace) -> None:
    """Measure every named model; the table is written again after each model, so that no result is lost."""
    require_writable(f"{arguments.out}.csv")
    device = choose_device(arguments.device)
    models = {name: find_model(name, device) for name in arguments.names}  # finds a wrong name now, not after hours
    of_digits = [name for name, model in models.items() if is_of_digits(model)]
    if arguments.data and not of_digits:
        raise ValueError(
            f"found the folder {arguments.data} for {', '.join(models)}, measured on sprites, which are rendered and "
            "read no files: leave it out; metrics.scores(model, data) takes images of your own"
        )
    if arguments.data:
        load_mnist(arguments.data)  # and so is a wrong folder
    rows = []
    for name, model in models.items():
        found, report = evaluate(
            model, arguments.data if name in of_digits else None, seed=arguments.seed, booster=arguments.booster,
            n_images=None if arguments.all_images else 200_000,
        )  # fmt: skip
        print(f"{name}\n{report}\n" if report else "", end="")
        rows.append({"model": name.removesuffix(".safetensors")} | found)
        write_table(rows, arguments.out)
    print(to_markdown(rows) + f"\nsaved as {arguments.out}.csv and {arguments.out}.md")
    seen = [name for name in of_digits if examples_of(name) > 4_000]
    if seen and not (arguments.data or os.environ.get(DATA_VARIABLE)):
        print(
            f"{', '.join(seen)}: measured on packaged digits, which are training digits of MNIST and not held out "
            f"for a model of all of them; give --data FOLDER or {DATA_VARIABLE} for test digits",
            file=sys.stderr,
        )


def publish_command(arguments: argparse.Namespace) -> None:
    """Measure the checkpoint of each seed, and publish weights and card of the seed that the recipe's rule chooses."""
    recipe, files = RECIPES[arguments.name], arguments.checkpoints
    if len(files) > 1 and recipe.choice is None:
        raise ValueError(
            f"found {len(files)} files, expected one: the recipe {arguments.name} has no rule for the choice of a seed"
        )
    results = [evaluate(load_model(file), arguments.data)[0] for file in files]
    chosen, more = 0, {}
    if recipe.choice:
        chosen = recipe.choice.pick(results)
        more = {
            "choice": recipe.choice.words,
            "seeds": {seed_of(f): rounded(r) for f, r in zip(files, results, strict=True)},
        }
    path = publish(arguments.name, files[chosen], recipe.data, results[chosen], **more)
    print(path.read_text())


def find_model(name: str, device="cpu") -> Model:
    """The published model of this name, or the model in the checkpoint of this name. Raises ValueError for neither."""
    if name in pretrained_names():
        return load_pretrained(name, device)
    if Path(name).is_file():
        return load_model(name, device)
    raise ValueError(f"found neither a file nor a model {name!r}, expected one of {', '.join(pretrained_names())}")


def examples_of(name: str) -> int:
    """The number of examples that `find_model(name)` was trained on; 0 for a file of weights, which lacks it."""
    if name in pretrained_names():
        return load_pretrained(name).card["examples"]
    try:
        return read_checkpoint(name).run["examples"]
    except ValueError:  # `find_model` has read the file, so it is whole
        return 0


def train_parser() -> argparse.ArgumentParser:
    recipes = "\n".join(f"  {name:32s}{recipe.steps:7,} steps on {recipe.data}" for name, recipe in RECIPES.items())
    parser = _parser("train", "NAME", epilog=f"names:\n{recipes}")
    parser.add_argument("name", choices=RECIPES, metavar="NAME", help="one of the names below")
    parser.add_argument("--steps", type=int, help="the last step (default: the recipe's)")
    parser.add_argument("--seed", "--seeds", type=int, nargs="+", default=[0], help="one run for each (default: 0)")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="ieee: no TF32 on CUDA; bf16: networks in bfloat16 (default: the recipe's)",
    )
    parser.add_argument("--no-graph", action="store_true", help="do not capture the step as a CUDA graph")
    parser.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    parser.add_argument("--out", metavar="FILE", help="checkpoint (default: runs/NAME-SEED.safetensors)")
    parser.add_argument(
        "--checkpoint-every", type=int, metavar="STEPS", help="save every STEPS steps (default: once a minute)"
    )
    return parser


def evaluate_parser() -> argparse.ArgumentParser:
    parser = _parser("evaluate", "NAME [NAME ...]")
    parser.add_argument("names", nargs="+", metavar="NAME", help="a pretrained model, or the file of a checkpoint")
    parser.add_argument("--out", default="runs/evaluation", metavar="PATH",
                        help="the table's files, without suffix (default: %(default)s)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="seed of the images that are drawn (default: %(default)s)")
    parser.add_argument("--booster", choices=("histogram", "gradient"), default="histogram",
                        help="trees of DCI: fast, or the reference's slow ones (default: %(default)s)")  # fmt: skip
    parser.add_argument("--all-images", action="store_true", help="draw from all sprites instead of 200,000")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    parser.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    return parser


def publish_parser() -> argparse.ArgumentParser:
    parser = _parser("publish", "NAME FILE [FILE ...]")
    parser.add_argument("name", choices=RECIPES, metavar="NAME", help="the name for load_pretrained")
    parser.add_argument("checkpoints", nargs="+", metavar="FILE", help="the checkpoint of each seed")
    parser.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    return parser


def _parser(command: str, operands: str, epilog: str | None = None) -> argparse.ArgumentParser:
    prog = f"infotheory {command}"
    return argparse.ArgumentParser(
        prog=prog, usage=f"{prog} {operands} [options]", description=MODEL_COMMANDS[command], epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip


COMMANDS = {
    "train": (train_parser, train_command),
    "evaluate": (evaluate_parser, evaluate_command),
    "publish": (publish_parser, publish_command),
}


def main(arguments: list[str]) -> int:
    """Run the command `arguments[0]`, one of the three; returns the exit code."""
    parser, command = COMMANDS[arguments[0]]
    parsed = parser().parse_args(arguments[1:])
    try:
        command(parsed)
    except (OSError, ValueError, FloatingPointError) as error:
        print(f"infotheory: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(infotheory.__main__.main())
