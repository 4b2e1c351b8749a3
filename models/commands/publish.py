"""`infotheory publish`: weights and card of a trained model into the package."""

import argparse

from ..evaluation.reports import evaluate
from ..recipes import RECIPES
from ..weights.pretrained import load_model
from ..weights.publishing import publish, rounded, seed_of
from .options import DATA_HELP, new_parser


def parser() -> argparse.ArgumentParser:
    options = new_parser("publish", "NAME FILE [FILE ...]")
    options.add_argument("name", choices=RECIPES, metavar="NAME", help="the name for load_pretrained")
    options.add_argument("checkpoints", nargs="+", metavar="FILE", help="the checkpoint of each seed")
    options.add_argument("--data", metavar="FOLDER", help=DATA_HELP)
    options.add_argument("--whole", action="store_true", help="keep what only training needs, a VAE's discriminator")
    return options


def run(arguments: argparse.Namespace) -> None:
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
    path = publish(arguments.name, files[chosen], recipe.data, results[chosen], whole=arguments.whole, **more)
    print(path.read_text())
