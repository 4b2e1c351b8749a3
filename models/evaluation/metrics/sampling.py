"""The images of a data set by number, pairs of them that share a factor, and the codes of those that are drawn."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from ...data.arguments import require_integers
from ._checks import Array, as_array, parts
from .data_sets import Places, is_listed, levels_of

Represent = Callable[[Places], Array]  # the places of n images -> their codes [n, d]
STORED = 2_000_000  # the codes of so many images are kept; a score of the standard sizes draws 1,920,000


def grid(factor_sizes: Sequence[int], n_images: int | None, seed: int) -> np.ndarray:
    """The factors of all images in order, or of `n_images` different images at random: [n, k]."""
    rows = some_rows(math.prod(factor_sizes), n_images, seed)
    return np.stack(np.unravel_index(rows, tuple(factor_sizes)), axis=1)


def some_rows(total: int, n: int | None, seed: int) -> np.ndarray:
    """All of `total` rows in order, or `n` different ones at random."""
    if n is None or n >= total:
        return np.arange(total)
    return np.random.default_rng([seed, 1]).choice(total, n, replace=False)


def different(data: Any, n: int, seed: int) -> tuple[Places, np.ndarray]:
    """The places and the factors [n, k] of `n` different images of a data set, or of all if there are fewer."""
    if not is_listed(data):
        factors = grid(data.factor_sizes, n, seed)
        return factors, factors
    levels = levels_of(data)
    rows = some_rows(len(levels), n, seed)
    return rows, levels[rows]


def draw(data: Any, n: int, seed: int) -> tuple[Places, np.ndarray]:
    """The places and the factors [n, k] of random images, with replacement in a grid of all factors.

    If the data set lists its images, they are drawn without replacement, all of them if there are fewer than `n`: no
    image is then among those that train a classifier and those that test it.
    """
    rng = np.random.default_rng([seed, 2])
    if not is_listed(data):
        factors = np.stack([rng.integers(size, size=n) for size in data.factor_sizes], axis=1)
        return factors, factors
    levels = levels_of(data)
    rows = rng.permutation(len(levels))[:n]
    return rows, levels[rows]


class Images:
    """A data set's images by number, all of them or a random subset, and the factors of each."""

    def __init__(self, factor_sizes: Sequence[int], n_images: int | None = None, seed: int = 0):
        self.sizes = _checked_sizes(factor_sizes, n_images, seed)
        total = math.prod(self.sizes)
        if total >= 2**53:
            raise ValueError(f"found {total:.3g} images, expected fewer than 2^53, about 9e15: leave out some factors")
        self.subset = None if n_images is None or n_images >= total else grid(self.sizes, n_images, seed)
        self.length = total if self.subset is None else len(self.subset)

    def __len__(self) -> int:
        return self.length

    def factors(self, numbers: np.ndarray) -> np.ndarray:
        """The factors of these images: [..., k]."""
        if self.subset is not None:
            return self.subset[numbers]
        return np.stack(np.unravel_index(numbers, self.sizes), axis=-1)

    def places(self, numbers: np.ndarray) -> Places:
        """What the encoder is given to find these images: their factors."""
        return self.factors(numbers)

    def with_equal(self, factor: np.ndarray, numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each image of `numbers` [n, m], a random image with the same value of the row's `factor` [n]: [n, m]."""
        equal = np.empty(numbers.shape, np.int64)
        for k in range(len(self.sizes)):
            of_this = numbers[factor == k]
            equal[factor == k] = self._drawn(k, self.factors(of_this)[..., k], rng.random(of_this.shape))
        return equal

    def _drawn(self, k: int, value: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """The image at the share `uniform` of the ordered images whose factor `k` has the value."""
        if self.subset is None:  # the number is (before · size + value) · after + behind, in mixed radix
            after = math.prod(self.sizes[k + 1 :])
            place = (uniform * (len(self) // self.sizes[k])).astype(np.int64)
            return (place // after * self.sizes[k] + value) * after + place % after
        values = self.subset[:, k]
        by_value, sizes = np.argsort(values, kind="stable"), np.bincount(values)
        place = (uniform * sizes[value]).astype(np.int64)
        return by_value[(sizes.cumsum() - sizes)[value] + place]


class ListedImages(Images):
    """The images of a data set that lists them, by number, all of them or a random subset: `levels` [n, k] of all."""

    def __init__(self, levels: np.ndarray, n_images: int | None = None, seed: int = 0):
        self.sizes = _checked_sizes(levels.max(axis=0) + 1, n_images, seed)
        self.rows = some_rows(len(levels), n_images, seed)
        self.subset, self.length = levels[self.rows], len(self.rows)

    def places(self, numbers: np.ndarray) -> Places:
        """What the encoder is given to find these images: their rows."""
        return self.rows[numbers]


def _checked_sizes(factor_sizes: Sequence[int], n_images: int | None, seed: int) -> tuple[int, ...]:
    require_integers(0, seed=seed)
    if n_images is not None:
        require_integers(1, n_images=n_images)
    sizes = tuple(map(int, factor_sizes))
    if len(sizes) < 2 or min(sizes) < 2:
        raise ValueError(f"found factor_sizes={sizes}, expected two factors of two values or more")
    return sizes


def images_of(data: Any, n_images: int | None, seed: int) -> Images:
    """The images of a data set by number, all of them or `n_images` at random."""
    if is_listed(data):
        return ListedImages(levels_of(data), n_images, seed)
    return Images(data.factor_sizes, n_images, seed)


class StoredCodes:
    """The codes of all images, in memory: each image is encoded once. `codes[numbers]` is [..., d] after `encode`."""

    def __init__(self, represent: Represent, images: Images, *, silent: bool = True):
        self.represent, self.images, self.silent = represent, images, silent
        self.values: np.ndarray | None = None  # [number of images, d], once the first images are encoded
        self.known = np.zeros(len(images), bool)

    def encode(self, *numbers: np.ndarray) -> None:
        """Encode those of these images that have no code yet."""
        asked = np.zeros(len(self.known), bool)
        for some in numbers:
            asked[some] = True
        missing = np.flatnonzero(asked & ~self.known)
        with tqdm(total=len(missing), desc="encode", unit="image", leave=False, disable=self.silent) as progress:
            for (part,) in parts(missing, size=1024):
                codes = encoded(self.represent, self.images.places(part))
                if self.values is None:
                    self.values = np.zeros((len(self.known), codes.shape[1]), codes.dtype)
                self.values[part] = codes
                progress.update(len(part))
        self.known |= asked

    def __getitem__(self, numbers: np.ndarray) -> np.ndarray:
        return self.values[numbers]


class FreshCodes:
    """The codes of a set too large to store: they are computed at each request, so memory grows with the request."""

    def __init__(self, represent: Represent, images: Images):
        self.represent, self.images = represent, images

    def encode(self, *numbers: np.ndarray) -> None:
        """Nothing is encoded in advance."""

    def __getitem__(self, numbers: np.ndarray) -> np.ndarray:
        different, place = np.unique(numbers, return_inverse=True)
        codes = [encoded(self.represent, self.images.places(part)) for (part,) in parts(different, size=1024)]
        return np.concatenate(codes)[place.reshape(numbers.shape)]


Codes = StoredCodes | FreshCodes


def codes_for(represent: Represent, images: Images, *, silent: bool = True) -> Codes:
    """The codes of these images, stored if there are at most two million."""
    return StoredCodes(represent, images, silent=silent) if len(images) <= STORED else FreshCodes(represent, images)


def encoded(represent: Represent, places: Places) -> np.ndarray:
    """The codes [n, d] of images at these places. Raises ValueError unless they are finite and below 1e15 in size."""
    codes = as_array(represent(places))
    if codes.ndim != 2 or len(codes) != len(places) or codes.dtype.kind not in "fiub":
        raise ValueError(
            f"found codes of shape {codes.shape} and {codes.dtype} for {len(places)} images, expected real "
            "numbers [n, d]"
        )
    codes = codes.astype(np.result_type(codes, np.float32), copy=False)
    if not np.isfinite(codes).all() or abs(codes).max(initial=0) > 1e15:  # whose squares float32 can hold
        raise ValueError(
            f"found codes that are not finite, or beyond 1e15, among {len(places)} images, expected numbers"
        )
    return codes
