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


def attach(cell: NotebookNode, folder: Path) -> None:
    """Make each picture that a markdown cell shows, by a path relative to `folder`, an attachment of the cell.

    Raises FileNotFoundError for a picture that is not there, and ValueError for two of one name.
    """
    attached: dict[str, Path] = {}

    def link(match: re.Match) -> str:
        path = (folder / match[2]).resolve()
        if attached.setdefault(path.name, path) != path:
            raise ValueError(f"found two pictures called {path.name} in one cell, expected different names")
        return f"{match[1]}attachment:{path.name}{match[3]}"

    cell.source = PICTURE.sub(link, cell.source)
    if attached:
        cell["attachments"] = {
            name: {mimetypes.guess_type(name)[0]: base64.b64encode(path.read_bytes()).decode()}
            for name, path in attached.items()
        }


def small(png: str) -> str:
    """A picture in base64 with a palette of 256 colours, a third to a half of the bytes, unless one would see it."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    written = io.BytesIO()
    (picture if visibly_different(picture, palette) else palette).save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


def visibly_different(picture: Image.Image, palette: Image.Image) -> bool:
    """Whether one sees bands (a mean over 0.4 of 255 levels) or marks of another colour (over 16, in 0.1 %)."""
    before, after = (np.asarray(each, dtype=int) for each in (picture, palette.convert("RGB")))
    error = abs(before - after).max(-1)
    return error.mean() > 0.4 or (error > 16).mean() > 0.001
