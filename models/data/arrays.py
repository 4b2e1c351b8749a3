"""Images, labels and factors from .npy, .npz and HDF5 files of unknown origin, memory-mapped where that is possible.

Objects are never unpickled, and an array is compared with its header before it is read.
"""

import math
import os
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

IMAGES = ("images", "imgs")  # the names under which archives hold images
FACTORS = ("factors", "latents_classes", "labels")  # one row of numbers for each image
SHAPES_3D = ("floor hue", "wall hue", "object hue", "scale", "shape", "orientation")
SHAPES_3D_SIZES = (10, 10, 10, 8, 4, 15)
IN_MEMORY = 2 << 30  # bytes that an array may take there


class Arrays(NamedTuple):
    """The arrays of a file: images, their labels [n] or factors [n, k] or None, and the factors' names or None."""

    images: Any
    of_images: np.ndarray | None
    names: tuple[str, ...] | None


def read_arrays(path: Path) -> Arrays:
    """The arrays of a .npy, .npz or HDF5 file. Raises ValueError, which names the file, for a damaged or other one."""
    read = {".npy": _npy, ".npz": _npz, ".h5": _hdf5, ".hdf5": _hdf5}[path.suffix.lower()]
    try:
        return read(path)
    except (FileNotFoundError, _Unexpected, ImportError) as error:
        if isinstance(error, _Unexpected):
            raise ValueError(str(error)) from None
        raise
    except Exception as error:  # numpy, zipfile and h5py raise a dozen types at damaged bytes
        reason = str(error) or type(error).__name__
        raise ValueError(f"{path} is not a complete {path.suffix} file of plain arrays: {reason}") from None


class _Unexpected(Exception):
    """The file is whole, but it holds something else."""


def _npy(path: Path) -> Arrays:
    return Arrays(np.load(path, mmap_mode="r", allow_pickle=False), None, None)


def _npz(path: Path) -> Arrays:
    with zipfile.ZipFile(path) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        of_images = next((name for name in FACTORS if name in names), None)
        images = _named(path, "array", names, of_images)
        found = _npz_array(path, archive, images)
        labels = None if of_images is None else np.asarray(_npz_array(path, archive, of_images))
    return Arrays(found, _rows_of(labels, of_images), None)


def _rows_of(values: np.ndarray | None, name: str | None) -> np.ndarray | None:
    """Factors as rows [n, k], also if there is one factor; labels stay [n]."""
    return values[:, None] if name == "factors" and values.ndim == 1 else values


def _named(path: Path, kind: str, names: list[str], of_images: str | None) -> str:
    """The name of the images among the names of arrays."""
    others = [name for name in names if name != of_images]
    image = next((name for name in IMAGES if name in others), others[0] if len(others) == 1 else None)
    if image is None:
        raise _Unexpected(
            f"found the {kind}s {', '.join(names) or '(none)'} in {path}, expected one named {IMAGES[0]!r}, and "
            f"{FACTORS[0]!r} or 'labels' if they are known"
        )
    return image


def _npz_array(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """An array of an archive: mapped where it lies if it is not compressed, else in memory."""
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        with warnings.catch_warnings():  # Python 2 wrote the original dSprites, with long integers
            warnings.simplefilter("ignore")
            shape, by_columns, dtype = read_header[version](member)
        if dtype.hasobject:
            raise _Unexpected(f"found {name} of Python objects in {path}, expected numbers")
        start, size = member.tell(), dtype.itemsize * math.prod(shape)
        if info.file_size != start + size:
            raise ValueError(f"{name} promises {size:,} bytes and holds {info.file_size - start:,}")
        if info.compress_type == zipfile.ZIP_STORED and size:
            with open(path, "rb") as file:  # the local header has a name and extra fields of its own lengths
                file.seek(info.header_offset + 26)
                lengths = np.frombuffer(file.read(4), "<u2").tolist()
            offset, order = info.header_offset + 30 + sum(lengths) + start, "F" if by_columns else "C"
            return np.memmap(path, dtype, "r", offset, shape, order)
        if size > IN_MEMORY:
            remedy = "np.savez (without compression) writes one that is read in place"
            if name == "imgs":
                remedy = "Sprites.from_npz reads the original dSprites"
            raise _Unexpected(
                f"found {size / 2**30:.1f} GiB of compressed {name} in {path}, expected 2 at most: {remedy}"
            )
    with archive.open(info) as member:
        return np.lib.format.read_array(member, allow_pickle=False)


def _hdf5(path: Path) -> Arrays:
    try:
        import h5py
    except ImportError:
        raise ImportError(f"found no h5py, which reads {path}: pip install h5py") from None
    if not path.is_file():
        raise FileNotFoundError(f"found no file {path}")
    file = h5py.File(path, "r")  # stays open, as long as the images are read from it
    names = [name for name, item in file.items() if isinstance(item, h5py.Dataset)]
    of_images = next((name for name in FACTORS if name in names), None)
    images = file[_named(path, "dataset", names, of_images)]
    factors = _rows_of(None if of_images is None else file[of_images][:], of_images)
    names = None
    if factors is not None and factors.ndim == 2 and factors.shape[1] == len(SHAPES_3D):
        sizes = tuple(len(np.unique(column)) for column in factors.T)
        names = SHAPES_3D if sizes == SHAPES_3D_SIZES else None
    return Arrays(_mapped(path, images), factors, names)


def _mapped(path: Path, images: Any) -> Any:
    """An HDF5 data set as an array: mapped where it lies in one piece, in memory if it is small, else the data set."""
    offset = images.id.get_offset()
    if offset is not None and os.path.getsize(path) >= offset + images.size * images.dtype.itemsize:
        return np.memmap(path, images.dtype, "r", offset, images.shape)
    return images[:] if images.size * images.dtype.itemsize <= IN_MEMORY else images
