"""Trained models side by side: the terms of the ELBO and every score, or what a model of digits does, as one table."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from .checkpoint import read_checkpoint
from .data import load_mnist
from .digits import evaluate_digits, numbers, to_text
from .files import write_whole
from .gan import GAN, ConditionalGAN
from .infogan import InfoGAN
from .metrics import scores
from .model import Model
from .pretrained import held_out_terms, load_model, load_pretrained, pretrained_names
from .recipes import load_data
from .vae import VAE

Row = dict[str, str | float]


def find_model(name: str, device="cpu") -> Model:
    """The model that was published under this name, or a checkpoint's, by its file. Raises ValueError for neither."""
    if name in pretrained_names():
        return load_pretrained(name, device)
    if Path(name).is_file():
        return load_model(name, device)
    raise ValueError(f"found neither a file nor a model {name!r}, expected one of {', '.join(pretrained_names())}")


def examples_of(name: str) -> int:
    """How many examples `find_model(name)` was trained on; 0 for a file of published weights, which lacks it."""
    if name in pretrained_names():
        return load_pretrained(name).card["examples"]
    try:
        return read_checkpoint(name).run["examples"]
    except ValueError:  # `find_model` has read the file, so it is whole
        return 0


def is_of_digits(model: Model) -> bool:
    """Whether `evaluate` measures the model on MNIST's digits, and not on sprites."""
    return not isinstance(model, VAE) or model.size == 28


def evaluate(model: Model, folder: str | None = None, **settings) -> tuple[dict[str, float], str]:
    """The numbers of `evaluate_vae`, which takes the settings, or of `evaluate_digits`; and the latter's whole report.

    Raises ValueError for another model, and for images that the model cannot take.
    """
    if isinstance(model, VAE):
        return evaluate_vae(model, folder, **settings), ""
    if not isinstance(model, InfoGAN | ConditionalGAN | GAN):
        hint = "; metrics.scores(model, data) takes any encoder" if hasattr(model, "encode") else ""
        raise ValueError(
            f"found a {type(model).__name__}, expected a VAE, InfoGAN, ConditionalGAN or GAN, or one's subclass{hint}"
        )
    report = evaluate_digits(model, load_mnist(folder))
    return numbers(report), to_text(report)


def evaluate_vae(
    model: VAE, folder: str | None = None, *, seed: int = 0, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """ELBO, reconstruction and KL, in nats per image; for a model of sprites all `metrics.scores` too.

    The terms are those of 10,000 sprites, or of MNIST's test digits (from `folder`, see `load_mnist`), binarised with
    a fixed seed. An adversarial autoencoder has an ELBO as well, though none of its losses is that.
    Raises ValueError unless the model is a VAE of such images, and for a `folder` if it is one of sprites, which are
    rendered.
    """
    if not isinstance(model, VAE):
        raise ValueError(
            f"found a {type(model).__name__}, expected a VAE; metrics.scores(model, data) takes any encoder"
        )
    data, images = load_data(f"sprites-{model.size}" if model.size > 28 else "binary digits", folder, model.device)
    model.check(images[:4])
    terms = held_out_terms(model, images)
    if model.size == 28:
        return terms
    return terms | scores(model, data, seed, booster=booster, n_images=n_images)


def write_table(rows: list[Row], path: str | os.PathLike) -> None:
    """Write the rows as `path`.csv, in full precision, and as `path`.md; what was there stays until both are whole."""
    path = Path(path)
    for suffix, text in ((".csv", to_csv(rows)), (".md", to_markdown(rows))):
        write_whole(path.with_name(path.name + suffix), text.encode())


def to_csv(rows: list[Row]) -> str:
    """A line of column names, and one of each row; empty where a row has no such number."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _columns(rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_markdown(rows: list[Row]) -> str:
    """The same as a table for reading: nats with one decimal, scores with three, names in words."""
    columns = _columns(rows)
    names = [column.replace("_", " ") for column in columns]
    cells = [[_cell(column, row.get(column, "")) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    lines = [_line(names, widths), _line(["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]], widths)]
    return "\n".join(lines + [_line(row, widths) for row in cells]) + "\n"


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row))


def _cell(column: str, value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:z.1f}" if column in ("elbo", "reconstruction", "kl") else f"{value:z.3f}"


def _line(cells: list[str], widths: list[int]) -> str:
    padded = [cells[0].ljust(widths[0])]
    padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join(padded)} |"
