"""Train, measure and publish models from a shell, and copy the lectures into a folder.

infotheory lectures FOLDER
infotheory lectures FOLDER --no-solutions
infotheory train vae --steps 2000
infotheory train beta-vae-dsprites --seeds 0 1 2
infotheory sweep beta-vae-dsprites-32-beta-4 --set beta=1,2,4 --seeds 0 1 2 --out runs/beta
infotheory study --size small
infotheory evaluate vae-dsprites beta-vae-dsprites runs/beta-vae-dsprites-1.safetensors
infotheory traverse beta-vae-dsprites --out traversal.gif
infotheory publish beta-vae-dsprites runs/beta-vae-dsprites-?.safetensors

`infotheory COMMAND --help` lists the options of a command. `models.load_model(FILE)` loads the model of a checkpoint.
"""

import argparse
import json
import platform
import shlex
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import infotheory

INSTALLED = Path(infotheory.__file__).parents[1]  # the folder that holds `infotheory` and `models`
MODEL_COMMANDS = {
    "train": "train a model; a run that was stopped continues from its last checkpoint",
    "sweep": "train and measure a model for many settings and seeds; it continues where it was stopped",
    "study": "compare six models over strengths and seeds by every score: what decides a score, the model or the seed?",
    "evaluate": "write a table of the ELBO terms and scores of models, as CSV and Markdown",
    "traverse": "draw what each latent of a VAE changes, as a PNG or a GIF",
    "publish": "put a trained model into the package, with its card",
}
SUBFOLDERS = ("further", "solutions")  # of the folder of the lectures
LECTURES_HELP = "copy the lectures (Jupyter notebooks) into a folder"


def main(arguments: list[str] | None = None) -> int:
    """Run one command, by default from `sys.argv`; returns the exit code, which is 130 after Ctrl-C."""
    try:
        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt as stopped:
        if arguments is None:  # the process ends here; a further Ctrl-C would only print a traceback
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"\ninfotheory: {str(stopped) or 'stopped'}", file=sys.stderr)
        return 130


def run(arguments: list[str]) -> int:
    """Run one command; returns the exit code. Help, version and lectures do not import torch."""
    if arguments and arguments[0] in MODEL_COMMANDS:
        try:
            command = models_main()
        except ImportError as error:
            print(f"infotheory: {error}", file=sys.stderr)
            return 1
        return command(arguments)

    names = " | ".join(["lectures", *MODEL_COMMANDS])
    parser = argparse.ArgumentParser(
        prog="infotheory",
        usage=f"infotheory {names} ...",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"infotheory {infotheory.__version__}")
    parser.set_defaults(run=lambda _: parser.print_help(sys.stderr) or 2)
    commands = parser.add_subparsers(metavar=names, prog="infotheory")
    lectures = commands.add_parser(
        "lectures", usage="infotheory lectures FOLDER [--no-solutions]", help=LECTURES_HELP, description=LECTURES_HELP
    )
    lectures.add_argument("folder", metavar="FOLDER", type=folder_name, help="it is made if it does not exist")
    lectures.add_argument("--no-solutions", action="store_true", help="leave out the folder solutions")
    lectures.set_defaults(run=lectures_command)
    for name, what in MODEL_COMMANDS.items():
        commands.add_parser(name, help=what)
    parsed = parser.parse_args(arguments)
    return parsed.run(parsed)


def folder_name(text: str) -> Path:
    """The folder of this name. An empty name is an error, since `Path("")` is the working folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("found an empty name, expected the name of a folder")
    return Path(text)


def lectures_command(parsed: argparse.Namespace) -> int:
    """Copy the lectures, and print the command that opens them."""
    try:
        copies = copy_lectures(parsed.folder, solutions=not parsed.no_solutions)
    except OSError as error:
        reason = f"found that {parsed.folder} cannot be written ({error.strerror}), expected a folder of yours"
        print(f"infotheory: {reason if error.strerror else error}", file=sys.stderr)
        return 1
    numbers = {name: sum(path.parent == parsed.folder / name for path in copies) for name in SUBFOLDERS}
    counts = "".join(f", {number} of them in {name}" for name, number in numbers.items() if number)
    print(f"Copied {len(copies)} notebooks to {parsed.folder}{counts}.")
    print(f"Open them with: jupyter lab {shlex.quote(str(parsed.folder))}")
    return 0


def models_main() -> Callable[[list[str]], int]:
    """`models.__main__.main` of the package `models` in this installation, even if a file of yours is called models.py.

    Raises ImportError, with a remedy, if a different `models` is imported already or if this one cannot be imported.
    """
    init = INSTALLED / "models" / "__init__.py"
    imported = sys.modules.get("models")
    if imported is not None:
        file = getattr(imported, "__file__", None) or "a folder without __init__.py"
        if Path(file).resolve() != init.resolve():
            raise ImportError(
                f"found that models is imported from {file}, expected {init}: rename your file, or run the command "
                "infotheory in a process of its own"
            )
    try:
        if imported is None:
            if not init.is_file():
                raise ImportError(f"there is no {init}")
            # Import by file, not by name: a models.py in the working directory may come first on sys.path.
            spec = spec_from_file_location("models", init, submodule_search_locations=[str(init.parent)])
            sys.modules["models"] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules["models"])
        return import_module("models.__main__").main
    except ImportError as error:
        sys.modules.pop("models", None)
        raise ImportError(
            f"found an installation that cannot be imported ({error}), expected models and what it needs: "
            "install the package again, or rename a file of yours that has the name of an installed package"
        ) from error


def lecture_folder() -> Path:
    """The folder of the notebooks: in the package, or beside it in a clone and an editable install.

    Raises FileNotFoundError if neither folder exists.
    """
    folders = [INSTALLED / "infotheory" / "lectures", INSTALLED / "notebooks"]
    for folder in folders:
        if (folder / "01_entropy.ipynb").is_file():
            return folder
    raise FileNotFoundError(f"found no lectures in {folders[0]} or {folders[1]}: install the package again")


def copy_lectures(folder: Path, solutions: bool = True) -> list[Path]:
    """Copy every notebook into `folder`, which is made if it does not exist, with its subfolders; returns the copies.

    Raises FileExistsError if a notebook of that name is there, before anything is written; OSError for a folder that
    cannot be written.
    """
    source = lecture_folder()
    folders = ["", *SUBFOLDERS] if solutions else ["", *(name for name in SUBFOLDERS if name != "solutions")]
    names = [path.relative_to(source) for name in folders for path in sorted((source / name).glob("*.ipynb"))]
    taken = [name for name in names if (folder / name).exists()]
    if taken:
        raise FileExistsError(
            f"found {taken[0]}{' and others' * (len(taken) > 1)} in {folder}, expected a folder without the lectures, "
            "since a copy would overwrite your answers: name a different folder, or move them away"
        )
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"found the file {folder}, expected a folder or a new name")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_copy(source / name, folder / name)
    return [folder / name for name in names]


def write_copy(notebook: Path, copy: Path) -> None:
    """Copy a notebook, with this Python's version in its metadata.

    JupyterLab writes the version of the running Python into a notebook that it opens, and calls the notebook changed if
    it was a different one.
    """
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["metadata"]["language_info"]["version"] = platform.python_version()
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    copy.write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
