"""Integer arrays from .npz archives of unknown origin; no more is read than the header promises."""

import math
import os
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO

import numpy as np

PLAIN = b"\x93NUMPY\x01"  # how a .npy file begins; only records need the longer headers of versions 2 and 3


class _Unexpected(Exception):
    """The archive is whole, but it holds something else."""


def npz_blocks(path: str | os.PathLike, name: str, shape: tuple[int, ...], rows: int = 4096) -> Iterator[np.ndarray]:
    """The integer array `name` of an archive, `rows` rows at a time; objects are never unpickled.

    The header is compared with `shape` before the array is read. Raises FileNotFoundError if there is no such file.
    Raises ValueError for an archive that is damaged, encrypted or packed in an unusual way, and for an array of a
    different shape or type.
    """
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive, _opened(archive, path, name, shape) as member:
                yield from _blocks(member, path, name, shape, rows)
        except _Unexpected as error:
            raise ValueError(str(error)) from None
        except Exception as error:  # zipfile, its decompressors and numpy raise a dozen types at damaged bytes
            reason = str(error) or type(error).__name__
            raise ValueError(f"{path} is not a complete .npz archive of plain arrays: {reason}") from None


def _opened(archive: zipfile.ZipFile, path, name: str, shape: tuple[int, ...]) -> zipfile.ZipExtFile:
    if f"{name}.npy" not in archive.namelist():
        raise _Unexpected(f"found no {name} in {path}, expected an array of shape {shape}")
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # only these unpack by pieces
        raise ValueError(f"{name} is packed by method {info.compress_type}, expected 0 or 8 as numpy writes")
    return archive.open(info)


def _blocks(member: zipfile.ZipExtFile, path, name: str, shape: tuple[int, ...], rows: int) -> Iterator[np.ndarray]:
    found, by_columns, dtype = _header(member)
    if found != shape:
        raise _Unexpected(f"found {name} of shape {found} in {path}, expected {shape}")
    if dtype.kind not in "bui":
        raise _Unexpected(f"found {name} of {dtype} in {path}, expected integers")
    rows = shape[0] if by_columns else rows  # in this order the first row is complete only at the end
    row = dtype.itemsize * math.prod(shape[1:])
    for first in range(0, shape[0], rows):
        count = min(rows, shape[0] - first)
        block = member.read(count * row)
        if len(block) < count * row:
            raise ValueError(f"{name} ends in row {first + len(block) // row:,} of {shape[0]:,}")
        yield np.frombuffer(block, dtype).reshape(count, *shape[1:], order="F" if by_columns else "C")
    if member.read(1):  # this read also compares the archive's checksum
        raise ValueError(f"{name} goes on after its {shape[0]:,} rows")


def _header(member: zipfile.ZipExtFile) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, order and dtype of the .npy file that begins here."""
    start = member.read(10)
    if start[:7] != PLAIN:
        raise ValueError(f"an array begins with {start[:7]!r}, expected {PLAIN!r}")
    header = BytesIO(start[8:] + member.read(int.from_bytes(start[8:], "little")))
    with warnings.catch_warnings():  # Python 2 wrote the original, with long integers
        warnings.simplefilter("ignore")
        return np.lib.format.read_array_header_1_0(header)
