"""What several commands share: their parser, models by name or file, and classes and images of your own."""

import argparse
import importlib
import sys
from pathlib import Path

from infotheory.__main__ import MODEL_COMMANDS

from ..model import Model
from ..weights.pretrained import load_model, load_pretrained, pretrained_names

DATA_HELP = "folder with MNIST's IDX files (default: $INFOTHEORY_DATA, else the 5,000 packaged digits)"
IMAGES_HELP = "images of your own: a folder of image files, or a .npy, .npz or HDF5 file"


def new_parser(command: str, operands: str, epilog: str | None = None) -> argparse.ArgumentParser:
    """The parser of a command, which prints its description from `MODEL_COMMANDS`."""
    prog = f"infotheory {command}"
    return argparse.ArgumentParser(
        prog=prog, usage=f"{prog} {operands} [options]", description=MODEL_COMMANDS[command], epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip


def add_images(parser: argparse.ArgumentParser) -> None:
    """The options that say which images of your own to read, and how."""
    parser.add_argument("--images", metavar="SOURCE", help=IMAGES_HELP)
    parser.add_argument(
        "--channels", type=int, choices=(1, 3), help="of --images: 1 grey, 3 colour (default: as they are)"
    )
    parser.add_argument("--crop", action="store_true", help="take the centre square of images of any size")


def add_workers(parser: argparse.ArgumentParser) -> None:
    """The options that say who does the runs of a sweep or a study."""
    parser.add_argument("--workers", type=int, metavar="N", help="processes of one thread (default: one for each core)")
    parser.add_argument("--backend", choices=("loky", "dask"), default="loky", help="joblib's workers, or Dask's")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, such as tcp://host:8786")


def add_classes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--classes", nargs="+", default=[], metavar="MODULE:CLASS", type=own_class,
        help="classes of your own in the files, such as mymodels:MyVAE",
    )  # fmt: skip


def own_class(text: str) -> type[Model]:
    """The class of "module:Class", from a module that Python finds, in the working folder first."""
    module, _, name = text.partition(":")
    if not module or not name:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected module:Class, such as mymodels:MyVAE")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise argparse.ArgumentTypeError(
            f"found no class {name} in {module} ({error}), expected the name of a Python file here, without .py, and "
            "of a class in it"
        ) from None
    if not (isinstance(found, type) and issubclass(found, Model)):
        raise argparse.ArgumentTypeError(f"found {text}, a {type(found).__name__}, expected a subclass of models.Model")
    return found


def find_model(name: str, device="cpu", classes: list[type[Model]] | tuple = ()) -> Model:
    """The published model of this name, or the model in the checkpoint of this name. Raises ValueError for neither."""
    if name in pretrained_names():
        return load_pretrained(name, device)
    if Path(name).is_file():
        return load_model(name, device, classes=classes)
    raise ValueError(f"found neither a file nor a model {name!r}, expected one of {', '.join(pretrained_names())}")
