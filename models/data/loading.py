"""Images of your own: a folder of image files, or arrays in memory or in a file, as data for every model."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate

from .arguments import require_integers
from .arrays import IN_MEMORY, read_arrays
from .files import replacing, require_writable
from .folders import Wanted, decode, first_of, image_files, labels_of
from .images import LabelledImages, require_images
from .stored import FactorImages, StoredImages

Loaded = torch.Tensor | LabelledImages | StoredImages | FactorImages
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in grey, as Pillow converts: ITU-R BT.601
ARRAYS = (".npy", ".npz", ".h5", ".hdf5")
PICTURES = tuple(ending for ending in Image.registered_extensions() if ending not in ARRAYS)


def load_images(
    source: Any, size: int = 64, *, channels: int | None = None, labels: bool = False, crop: bool = False,
    store: str | os.PathLike | None = None,
) -> Loaded:  # fmt: skip
    """Images as float32 [n, channels, size, size] in [0, 1], ready for `train`.

    `source` is a folder of image files (PNG, JPEG and all else that Pillow reads), nested or not; one such file; a
    .npy or .npz file; an HDF5 file of the layout of 3D Shapes; or an array or tensor of bytes, or of floats in [0, 1]:
    [n, height, width], [n, channels, height, width] or [n, height, width, channels].

    - `size`: larger images are reduced by averaging areas; smaller ones are refused. All must be squares of one size;
      with `crop`, the centre square of each is taken instead.
    - `channels`: 1 makes them grey, 3 colour; None leaves them as they are, if all are alike.
    - `labels`: from the names of a folder's subfolders, which become 0, 1, … in alphabetical order, or from the array
      "labels" [n] of a file. The result is then a `LabelledImages`, with these `names`.
    - `store`: the name of a .npy file to write the decoded bytes to, as load_images reads it again without decoding.

    What takes more than 2 GiB as floats becomes `StoredImages`, which reads batch by batch, from a memory map where
    the file allows one. A file with "factors" [n, k] (or "labels" of two axes, as 3D Shapes has) gives `FactorImages`,
    on which all scores work. A folder shows a progress bar unless TQDM_DISABLE is set.
    Raises FileNotFoundError for a missing source, and ValueError, which names the files, for images that cannot be
    read, have transparent pixels or more than 8 bits, or differ in size or channels, and for missing labels.
    """
    require_integers(1, size=size)
    if channels not in (None, 1, 3):
        raise ValueError(f"found channels={channels!r}, expected 1 (grey), 3 (colour) or None (as the images are)")
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.exists():
            raise FileNotFoundError(f"found neither a folder nor a file {path}, expected images there")
        if path.is_file() and path.suffix.lower() not in (*ARRAYS, *PICTURES):
            raise ValueError(
                f"found {path}, expected a folder of images, an image file such as .png, or arrays in one of "
                f"{', '.join(ARRAYS)}: read other files first, and give their array"
            )
        if path.is_dir() or path.suffix.lower() in PICTURES:
            return _from_files(path, size, channels, labels, crop, store)
        where, (images, of_images, names) = f" in {path}", read_arrays(path)
    else:
        where, (images, of_images, names) = "", (source, None, None)
    if store is not None:
        raise ValueError(f"found store={str(store)!r} for arrays{where}, expected None: they need no decoding")
    images = _resized(images, where, size, channels, crop)
    return _with_factors(images, of_images, names, where, labels)


def _from_files(path: Path, size: int, channels: int | None, labels: bool, crop: bool, store) -> Loaded:
    """The images of a folder, or of one file."""
    files = image_files(path) if path.is_dir() else [path]
    of_images, names = labels_of(files, path) if labels else (None, ())
    first = first_of(files[0])
    wanted = Wanted(size, channels or first.channels, crop)
    shape = (len(files), size, size, wanted.channels)
    if store is None:
        if np.prod(shape) > IN_MEMORY:
            raise ValueError(
                f"found {len(files):,} images in {path}, {np.prod(shape) / 2**30:.1f} GiB of bytes, expected 2 at most "
                'in memory: give store="images.npy", a file to keep them in'
            )
        decoded = np.empty(shape, np.uint8)
        decode(files, wanted, first, any_channels=channels is not None, out=decoded)
    else:
        decoded = _stored(
            Path(store), shape, lambda out: decode(files, wanted, first, any_channels=channels is not None, out=out)
        )
    stored = StoredImages(decoded, of_images, names)
    return _in_memory(stored)


def _stored(path: Path, shape: tuple[int, ...], fill: Callable[[np.ndarray], None]) -> np.ndarray:
    """Bytes of this shape in a new .npy file, mapped into memory, once `fill` has written them."""
    if path.suffix != ".npy":
        raise ValueError(f"found store={str(path)!r}, expected the name of a .npy file")
    require_writable(path)
    with replacing(path) as temporary:
        mapped = np.lib.format.open_memmap(temporary, "w+", np.uint8, shape)
        fill(mapped)
        mapped.flush()
    return np.load(path, mmap_mode="r")


def _resized(images: Any, where: str, size: int, channels: int | None, crop: bool) -> StoredImages:
    """Arrays as images of this size and these channels; arrays that have both stay where they are."""
    try:
        stored = StoredImages(_array(images))
    except ValueError as error:
        raise ValueError(f"{error} ({where.strip()})" if where else str(error)) from None
    found, height, width = stored.shape
    shorter = min(height, width)
    if not len(stored):
        raise ValueError(f"found no images{where}, expected one at least")
    if height != width and not crop:
        raise ValueError(f"found images of {height}×{width}{where}, expected squares: crop=True takes their centres")
    if shorter < size:
        raise ValueError(f"found images of {height}×{width}{where}, expected {size}×{size} or more: use size={shorter}")
    if (height, width) == (size, size) and channels in (None, found):
        return stored
    if 4 * len(stored) * (channels or found) * size**2 > IN_MEMORY:
        raise ValueError(
            f"found {len(stored):,} images of {found}×{height}×{width}{where}, too many to change in memory, expected "
            f"images of {channels or found}×{size}×{size}, or a part of them"
        )
    return StoredImages(
        torch.cat([_changed(stored[rows], size, channels or found) for rows in torch.arange(len(stored)).split(1024)])
    )


def _array(images: Any) -> Any:
    """Images as one array. Raises ValueError, with a remedy, for what is none."""
    if hasattr(images, "dtype") and hasattr(images, "shape"):
        return images
    if isinstance(images, Image.Image):
        return np.asarray(images)[None]
    found = type(images).__name__
    if isinstance(images, list | tuple) and images and isinstance(images[0], str | os.PathLike):
        raise ValueError(f"found a {found} of paths, expected the folder that holds the files, or their images")
    if not isinstance(images, list | tuple):
        raise ValueError(
            f"found a {found}, expected a folder, a file, or an array of images: `train` takes a data set "
            "of torch as it is"
        )
    try:
        return np.stack([np.asarray(image) for image in images])
    except ValueError:
        raise ValueError(
            f"found a {found} of images of different shapes, expected one shape: resize or crop them first"
        ) from None


def _changed(images: torch.Tensor, size: int, channels: int) -> torch.Tensor:
    """The centre squares of images, reduced by averaging areas, with these channels."""
    height, width = images.shape[2:]
    shorter = min(height, width)
    top, left = (height - shorter) // 2, (width - shorter) // 2
    images = interpolate(images[:, :, top : top + shorter, left : left + shorter], (size, size), mode="area")
    if channels == images.shape[1]:
        return images
    if channels == 3:
        return images.repeat(1, 3, 1, 1)
    return (images * images.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)


def _with_factors(images: StoredImages, of_images, names, where: str, labels: bool) -> Loaded:
    """Images with the labels [n] or the factors [n, k] that came with them."""
    if of_images is not None and of_images.ndim == 2:
        return FactorImages(images, of_images, names)
    if not labels:
        return _in_memory(images)
    if of_images is None:
        raise ValueError(f'found no labels{where}, expected an array "labels" [n] beside the images')
    values, numbers = np.unique(of_images, return_inverse=True)
    return _in_memory(StoredImages(images.stored, numbers, [str(value) for value in values]))


def _in_memory(stored: StoredImages) -> torch.Tensor | LabelledImages | StoredImages:
    """Images as one float32 tensor in [0, 1], with their labels; what takes too much memory stays as it is."""
    channels, height, width = stored.shape
    if 4 * len(stored) * channels * height * width > IN_MEMORY:
        return stored
    images = StoredImages(stored.stored)[torch.arange(len(stored))]
    require_images(images, (0.0, 1.0))
    return images if stored.labels is None else LabelledImages(images, stored.labels, stored.names)
