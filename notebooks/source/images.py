"""Pictures in notebooks: small ones in outputs, and those of the folder pictures as attachments of a cell."""

import base64
import io
import mimetypes
import re
from pathlib import Path

import numpy as np
from nbformat import NotebookNode
from PIL import Image

PICTURE = re.compile(r"(!\[[^\]]*\]\()(?![a-z]+:)([^)\s]+)(\))")  # ![in words](a path, not an address)
TABLE_ROW = re.compile(r"^\|.*$", re.MULTILINE)
IN_A_TABLE = 480  # pixels that a picture is wide


def attach(cell: NotebookNode, folder: Path) -> None:
    """Make each picture that a markdown cell shows, by a path relative to `folder`, an attachment of the cell.

    Raises FileNotFoundError for a picture that is not there, and ValueError for two of one name.
    """
    attached: dict[str, Path] = {}
    in_tables = {Path(path).name for _, path, _ in PICTURE.findall("\n".join(TABLE_ROW.findall(cell.source)))}

    def link(match: re.Match) -> str:
        path = (folder / match[2]).resolve()
        if attached.setdefault(path.name, path) != path:
            raise ValueError(f"found two pictures called {path.name} in one cell, expected different names")
        return f"{match[1]}attachment:{path.name}{match[3]}"

    cell.source = PICTURE.sub(link, cell.source)
    if attached:
        cell["attachments"] = {
            name: {mimetypes.guess_type(name)[0]: base64.b64encode(narrow(path, name in in_tables)).decode()}
            for name, path in attached.items()
        }


def narrow(path: Path, in_table: bool) -> bytes:
    """A picture file, with `IN_A_TABLE` pixels in its width for a table if this saves bytes."""
    written = path.read_bytes()
    if not in_table:
        return written
    picture = Image.open(path).convert("RGB")
    height = round(picture.height * IN_A_TABLE / picture.width)
    return min(written, palette_png(picture.resize((IN_A_TABLE, height), Image.Resampling.LANCZOS)), key=len)


def small(png: str) -> str:
    """A picture in base64 with a palette of 256 colours, a third to a half of the bytes, unless one would see it."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    return base64.b64encode(palette_png(picture)).decode()


def palette_png(picture: Image.Image) -> bytes:
    """The PNG of a picture in RGB, with a palette unless one would see it."""
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    written = io.BytesIO()
    (picture if visibly_different(picture, palette) else palette).save(written, "PNG", optimize=True)
    return written.getvalue()


def visibly_different(picture: Image.Image, palette: Image.Image) -> bool:
    """Whether one sees bands (a mean over 0.4 of 255 levels) or marks of another colour (over 16, in 0.1 %)."""
    before, after = (np.asarray(each, dtype=int) for each in (picture, palette.convert("RGB")))
    error = abs(before - after).max(-1)
    return error.mean() > 0.4 or (error > 16).mean() > 0.001
