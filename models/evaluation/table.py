"""A table of models and numbers, as CSV and as Markdown."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from ..data.files import write_whole

Row = dict[str, str | float]


def write_table(rows: list[Row], path: str | os.PathLike) -> None:
    """Write the rows as `path`.csv, in full precision, and `path`.md; an old file stays until the new one is whole."""
    path = Path(path)
    for suffix, text in ((".csv", to_csv(rows)), (".md", to_markdown(rows))):
        write_whole(path.with_name(path.name + suffix), text.encode())


def to_csv(rows: list[Row]) -> str:
    """A line of column names and a line for each row; a cell is empty if the row lacks the number."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _columns(rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_markdown(rows: list[Row]) -> str:
    """The rows as a Markdown table: nats with one decimal, scores with three, names in words."""
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
