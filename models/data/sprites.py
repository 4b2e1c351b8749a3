"""dSprites, rendered on request from its geometry: white shapes on black with five known factors.

Source: Matthey, Higgins, Hassabis & Lerchner (2017), "dSprites: Disentanglement testing Sprites dataset".
"""

import math
import os
from collections.abc import Iterator

import numpy as np
import torch
from torch.nn.functional import embedding

from .npz import npz_blocks
from .sprite_shapes import VALUES, lookup


class Sprites:
    """All 3·6·40·32·32 = 737,280 images of dSprites, in its order (posY fastest), at 64×64 or 32×32.

    A sprite's centre lies at (x, y) = 16 + 32·pos pixels of a 64×64 frame, with y pointing down. A pixel is 1 iff its
    own centre (i + ½, on a scale where the frame is 64 wide) is inside the sprite; there is no antialiasing. With
    d = (pixel − centre) / (64·scale), the pixel has this place (u, v) relative to the shape's `outlines`:

        u = cos θ · dx − sin θ · dy,    v = sin θ · dx + cos θ · dy.

    Size 32 is this geometry on a coarser grid, not a smaller copy of the image at 64.

    `sprites[rows]` is the batch of these row numbers, so sprites are data for `train`. Images are rendered on `device`,
    or, if it is None, on the device of the factors or rows.
    """

    factor_names = ("shape", "scale", "orientation", "posX", "posY")
    factor_sizes = (3, 6, 40, 32, 32)
    _stored: torch.Tensor | None = None  # with `from_npz`, the images, one bit per pixel

    def __init__(self, size: int = 64, device: str | torch.device | None = None):
        if size not in (32, 64):
            raise ValueError(f"found size={size!r}, expected 64 or 32")
        self.size, self.device = int(size), device if device is None else torch.device(device)

    @classmethod
    def from_npz(cls, path: str | os.PathLike, device: str | torch.device | None = None) -> "Sprites":
        """The original images, `dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz`, with the same methods.

        The images take .4 GB of memory, one bit per pixel. The pickled metadata is not read.
        Raises ValueError unless the file is such an archive of binary images in this order.
        """
        sprites = cls(64, device)
        sprites._stored = _packed(path, sprites).to(sprites.device)
        return sprites

    def __len__(self) -> int:
        return math.prod(self.factor_sizes)

    def __repr__(self) -> str:
        source = "rendered" if self._stored is None else "the original"
        return f"Sprites({len(self):,} images of {self.size}×{self.size}, {source})"

    def values(self, name: str) -> np.ndarray:
        """The values of a factor, one for each index: scale, radians, or a position in [0, 1], as in the original."""
        if name not in VALUES:
            raise KeyError(f"found no factor {name!r}, expected one of {', '.join(self.factor_names)}")
        return VALUES[name].copy()

    def images(self, factors) -> torch.Tensor:
        """The images of factors [n, 5], integer indices into `values`: float32 [n, 1, size, size] in {0, 1}.

        Raises ValueError for factors of a different type or shape, or out of range.
        """
        factors = self._checked(factors)
        return self._render(factors) if self._stored is None else self._unpack(factors)

    def __getitem__(self, rows) -> torch.Tensor:
        """The images [n, 1, size, size] of rows [n]."""
        return self.images(self.factors(rows))

    def factors(self, rows) -> torch.Tensor:
        """The factors [n, 5] of rows [n]. Raises ValueError unless rows are integers, IndexError for an unknown row."""
        rows = _integers(rows, "rows", self.device)
        if rows.ndim != 1:
            raise ValueError(f"found rows of shape {tuple(rows.shape)}, expected [n]")
        unknown = (rows < 0) | (rows >= len(self))
        if unknown.any():
            raise IndexError(f"found row {rows[unknown][0]}, expected 0 … {len(self) - 1:,}")
        return torch.stack(torch.unravel_index(rows, self.factor_sizes), dim=-1)

    def rows(self, factors) -> torch.Tensor:
        """The rows [n] of factors [n, 5]; the inverse of `factors`."""
        factors, row = self._checked(factors), 0
        for values, size in zip(factors.unbind(-1), self.factor_sizes, strict=True):
            row = row * size + values
        return row

    def sample(self, n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The factors [n, 5] and images of `n` rows drawn with replacement; a seed gives the same on every device."""
        rows = torch.randint(len(self), (n,), generator=torch.Generator().manual_seed(seed))
        factors = self.factors(rows)
        return factors, self.images(factors)

    def stream(self, batch_size: int = 1024) -> Iterator[torch.Tensor]:
        """All images in order; the last batch may be smaller."""
        if batch_size < 1:
            raise ValueError(f"found batch_size={batch_size}, expected 1 or more")
        return (self[rows] for rows in torch.arange(len(self), device=self.device).split(batch_size))

    def _checked(self, factors) -> torch.Tensor:
        factors = _integers(factors, "factors", self.device)
        if factors.ndim != 2 or factors.shape[1] != len(self.factor_sizes):
            raise ValueError(f"found factors of shape {tuple(factors.shape)}, expected [n, {len(self.factor_sizes)}]")
        outside = (factors < 0) | (factors >= factors.new_tensor(self.factor_sizes))
        if outside.any():
            row, column = outside.nonzero()[0].tolist()
            raise ValueError(
                f"found {self.factor_names[column]} {factors[row, column]} in row {row}, column {column} of the "
                f"factors, expected 0 … {self.factor_sizes[column] - 1}"
            )
        return factors

    def _render(self, factors: torch.Tensor) -> torch.Tensor:
        """For each image and line of pixels, look up where the sprite begins and ends, and then that run of ones.

        Pixel i lies first + 31·i − step·position + ½ of 1/31 pixels off the centre: see `spans_of`.
        """
        spans, runs = lookup(self.size, factors.device)
        first, step = 15 - 31 * self.size // 4, self.size // 2
        lines = len(spans) // (3 * 6 * 40)
        shape, scale, orientation, x, y = factors[:, :, None].unbind(1)
        sprite = (shape * 6 + scale) * 40 + orientation
        line = first + 31 * torch.arange(self.size, device=factors.device) - step * y + lines // 2
        edges = embedding(sprite * lines + line.clamp(0, lines - 1), spans)  # [n, size, 4], in 1/31 pixels
        columns = (edges + (step * x[..., None] - first + 30)).div(31, rounding_mode="floor")  # the pixels there
        begin, pause, resume, end = columns.unbind(-1)
        images = embedding(begin * (self.size + 1) + end, runs)
        notched = (pause < resume).nonzero(as_tuple=True)
        images[notched] -= embedding(pause[notched] * (self.size + 1) + resume[notched], runs)
        return images[:, None]

    def _unpack(self, factors: torch.Tensor) -> torch.Tensor:
        bits = self._stored[self.rows(factors).to(self._stored.device)].to(factors.device)
        shifts = torch.arange(7, -1, -1, device=bits.device, dtype=torch.uint8)
        return (bits[..., None] >> shifts & 1).float().view(-1, 1, self.size, self.size)


class SomeSprites:
    """Some rows of `Sprites`, as a data set."""

    def __init__(self, sprites: Sprites, rows: torch.Tensor):
        self.sprites, self.rows = sprites, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: torch.Tensor) -> torch.Tensor:
        return self.sprites[self.rows[rows]]

    def to(self, device: torch.device) -> "SomeSprites":
        """The same data set with its rows on a device; the sprites are then rendered there."""
        return SomeSprites(self.sprites, self.rows.to(device))


def _packed(path: str | os.PathLike, sprites: Sprites) -> torch.Tensor:
    """The archive's images, one bit per pixel: uint8 [n, 64, 8]. ValueError unless they are all `sprites`, in order."""
    n, first, packed = len(sprites), 0, []
    for classes in npz_blocks(path, "latents_classes", (n, 6)):
        factors = sprites.factors(torch.arange(first, first + len(classes))).cpu().numpy()
        wrong = (classes[:, 1:] != factors).any(axis=1)  # column 0 is the colour, always white
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(
                f"found factors {classes[row, 1:]} in row {first + row} of {path}, expected {factors[row]}"
            )
        first += len(classes)
    for images in npz_blocks(path, "imgs", (n, 64, 64)):
        if images.min() < 0 or images.max() > 1:
            found = f"{images.dtype} from {images.min()} to {images.max()}"
            raise ValueError(f"found imgs of {found} in {path}, expected integers 0 and 1")
        packed.append(np.packbits(images.astype(np.uint8, copy=False), axis=-1))
    return torch.from_numpy(np.concatenate(packed))


def _integers(values, name: str, device: torch.device | None) -> torch.Tensor:
    values = torch.as_tensor(values)
    if values.is_floating_point() or values.is_complex() or values.dtype == torch.bool:
        raise ValueError(f"found {name} of {values.dtype}, expected integers")
    return values.to(device, torch.int64)
