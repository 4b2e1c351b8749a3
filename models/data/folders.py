"""The image files of a folder, decoded on all cores into one array of bytes."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps
from tqdm.auto import tqdm

IGNORED = ("Thumbs.db", "desktop.ini")  # what file managers leave, beside hidden files
MODES = {1: "L", 3: "RGB"}  # Pillow's name of each number of channels
SIXTEEN_BITS = ("I", "F")  # the first letters of Pillow's modes of more than 8 bits
BLOCK = 1024  # files whose pixels wait in memory
MOST_PROBLEMS = 100  # after so many, the other files are not read


class Wanted(NamedTuple):
    """How images are decoded: their size and channels, and whether the centre square is cut out."""

    size: int
    channels: int
    crop: bool


class Found(NamedTuple):
    """What the first image shows, which all others must share: its file, channels, width and height."""

    path: Path
    channels: int
    width: int
    height: int


class Unsuitable(ValueError):
    """An image that cannot be taken; the text begins behind "found"."""


def image_files(folder: Path) -> list[Path]:
    """The image files in a folder and its subfolders, in the order of their paths, without hidden ones.

    Raises ValueError for a folder without images, and for a file of a different kind, which it names.
    """
    known, files = Image.registered_extensions(), []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(place, name) for name in names if not name.startswith(".") and name not in IGNORED]
    others = sorted(path for path in files if path.suffix.lower() not in known)
    if others:
        more = f" and {len(others) - 1:,} other files" if len(others) > 1 else ""
        raise ValueError(
            f"found {others[0]}{more} among the images, expected files such as .png or .jpg alone: move it elsewhere"
        )
    if not files:
        raise ValueError(f"found no images in the folder {folder}, expected files such as .png or .jpg in it")
    return sorted(files)


def labels_of(files: Sequence[Path], folder: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """The label of each file, and the names of the labels: the subfolders of `folder`, in alphabetical order.

    Raises ValueError for a file outside every subfolder, and for a single subfolder.
    """
    parts = [path.relative_to(folder).parts for path in files]
    bare = [path for path, part in zip(files, parts, strict=True) if len(part) < 2]
    if bare:
        raise ValueError(
            f"found {bare[0]} without a label, expected every image in a subfolder of {folder} that is named after its "
            "label: move it there, or leave out labels=True"
        )
    names = sorted({part[0] for part in parts})
    if len(names) < 2:
        raise ValueError(f"found the label {names[0]} alone in {folder}, expected two subfolders or more")
    return np.array([names.index(part[0]) for part in parts]), tuple(names)


def first_of(path: Path) -> Found:
    """The channels and the size of an image file. Raises ValueError if it cannot be taken."""
    try:
        with _opened(path) as image:
            return Found(path, 1 if image.mode == "L" else 3, *image.size)
    except Unsuitable as problem:
        raise ValueError(f"found {problem}") from None


def decode(files: Sequence[Path], wanted: Wanted, first: Found, *, any_channels: bool, out: np.ndarray) -> None:
    """Fill `out` [n, size, size, channels] with the bytes of the files.

    Raises ValueError, at the end, which names the first three files that cannot be read, differ from the `first` in
    size, or, unless `any_channels`, in channels.
    """

    def pixels(path: Path) -> np.ndarray | str:
        try:
            with _opened(path) as image:
                if not any_channels and (image.mode == "L") != (first.channels == 1):
                    kinds = ("grey", "in colour") if image.mode == "L" else ("in colour", "grey")
                    raise Unsuitable(
                        f"{path} {kinds[0]} and {first.path} {kinds[1]}, expected one kind: channels=1 or 3 for all"
                    )
                return _fitted(image, path, wanted, first)
        except Unsuitable as problem:
            return str(problem)

    problems = []
    for block, those in _blocks(files, pixels):
        for i, image in enumerate(those, start=block):
            if isinstance(image, str):
                problems.append(image)
            else:
                out[i] = image
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        more = f" (and {len(problems) - 3:,} more such files)" if len(problems) > 3 else ""
        raise ValueError("; ".join(f"found {problem}" for problem in problems[:3]) + more)


def _blocks(files: Sequence[Path], work: Callable) -> Iterator[tuple[int, list]]:
    """The results of `work` on each file, block by block, with the number of a block's first file, and a bar."""
    with (
        ThreadPoolExecutor(os.cpu_count()) as pool,
        tqdm(total=len(files), unit="image", disable=bool(os.environ.get("TQDM_DISABLE"))) as progress,
    ):
        for start in range(0, len(files), BLOCK):
            some = files[start : start + BLOCK]
            yield start, list(pool.map(work, some))
            progress.update(len(some))


def _opened(path: Path) -> Image.Image:
    """The image in a file, upright, in 8 bits of grey ("L") or colour ("RGB"). Raises Unsuitable, which names it."""
    try:
        with open(path, "rb") as file:
            image = Image.open(file)
            if getattr(image, "is_animated", False):
                raise Unsuitable(f"{image.n_frames} frames in {path}, expected a single image: save each as a file")
            image.load()
    except (FileNotFoundError, Unsuitable):
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # at damaged bytes
        reason = str(error).partition(" <")[0]  # without the address of the file object
        raise Unsuitable(
            f"{path}, which cannot be read ({reason}), expected a whole image: delete or replace it"
        ) from None
    image = ImageOps.exif_transpose(image) if "exif" in image.info else image
    if image.mode in ("L", "RGB"):
        return image
    if image.mode[0] in SIXTEEN_BITS:
        raise Unsuitable(
            f"{path} with more than 8 bits a pixel (Pillow's mode {image.mode}), expected 8: convert it first"
        )
    if image.has_transparency_data:
        image = image.convert("LA" if image.mode in ("LA", "La") else "RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            raise Unsuitable(
                f"{path} with transparent pixels ({image.mode}), expected grey or RGB: paste it on a background first"
            )
        return image.convert("L" if image.mode == "LA" else "RGB")
    if image.mode not in ("1", "P"):
        raise Unsuitable(f"{path} in {image.mode}, expected grey or RGB: save Image.open(path).convert('RGB') instead")
    return image.convert("L" if image.mode == "1" else "RGB")


def _fitted(image: Image.Image, path: Path, wanted: Wanted, first: Found) -> np.ndarray:
    """The bytes [size, size, channels] of an image, reduced by averaging areas. Raises Unsuitable for other sizes."""
    (width, height), size = image.size, wanted.size
    shorter = min(width, height)
    if not wanted.crop:
        if image.size != (first.width, first.height):
            raise Unsuitable(
                f"{path} of {width}×{height} and {first.path} of {first.width}×{first.height}, expected one size: "
                "crop=True (--crop) takes the centre square of each"
            )
        if width != height:
            raise Unsuitable(f"{path} of {width}×{height}, expected a square: crop=True (--crop) takes its centre")
    if shorter < size:
        raise Unsuitable(f"{path} of {width}×{height}, expected {size}×{size} or more: use size={shorter} or less")
    image = image if image.mode == MODES[wanted.channels] else image.convert(MODES[wanted.channels])
    if image.size != (size, size):
        left, top = (width - shorter) // 2, (height - shorter) // 2
        box = (left, top, left + shorter, top + shorter)
        image = image.resize((size, size), Image.Resampling.BOX, box=box)
    return np.asarray(image).reshape(size, size, wanted.channels)
