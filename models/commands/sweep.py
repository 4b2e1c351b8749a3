"""`infotheory sweep`: a recipe's model for every combination of settings and every seed."""

import argparse
import json
from typing import Any

from ..evaluation.table import to_markdown
from ..recipes import RECIPES
from ..sweeps.sweeping import sweep
from .options import DATA_HELP, add_workers, new_parser

EPILOG = """\
infotheory sweep beta-vae-dsprites-32-beta-4 --set beta=1,2,4,8 --seeds 0 1 2 --out runs/beta

The table is OUT/NAME.csv and OUT/NAME.md. Started again, a sweep does only what is missing."""


def parser() -> argparse.ArgumentParser:
    options = new_parser("sweep", "NAME --set SETTING=VALUE,VALUE", epilog=EPILOG)
    options.add_argument("name", choices=RECIPES, metavar="NAME", help="a recipe; `infotheory train --help` lists them")
    options.add_argument("--set", nargs="+", default=[], type=setting, metavar="SETTING=VALUES", dest="settings",
                         help="values of a setting of the model, separated by commas")  # fmt: skip
    options.add_argument("--seeds", type=int, nargs="+", default=[0], help="one run for each (default: 0)")
    options.add_argument("--steps", type=int, help="the last step of each run (default: the recipe's)")
    options.add_argument("--out", default="runs/sweep", metavar="FOLDER", help="default: %(default)s")
    options.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    add_workers(options)
    options.add_argument("--images-for-scores", type=int, default=200_000, metavar="N",
                         help="different images in the scores from interventions (default: %(default)s)")  # fmt: skip
    options.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    return options


def setting(text: str) -> tuple[str, list[Any]]:
    """A setting and its values, from "beta=1,2,4". A value that is no number, true, false or null is a text."""
    name, sign, values = text.partition("=")
    if not name.isidentifier() or not sign or not values:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected SETTING=VALUE,VALUE, such as beta=1,2,4")
    return name, [_value(value) for value in values.split(",")]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def run(arguments: argparse.Namespace) -> None:
    """Do what the sweep lacks, and print its table."""
    names = [name for name, _ in arguments.settings]
    if len(set(names)) < len(names):
        raise ValueError(f"found the settings {', '.join(names)}, expected each once: --set beta=1,2,4")
    rows = sweep(
        arguments.name, dict(arguments.settings), arguments.seeds, arguments.out, steps=arguments.steps,
        device=arguments.device, backend=arguments.backend, workers=arguments.workers, scheduler=arguments.scheduler,
        n_images=arguments.images_for_scores, data=arguments.data,
    )  # fmt: skip
    print(to_markdown(rows) + f"\nsaved as {arguments.out}/{arguments.name}.csv and .md")
