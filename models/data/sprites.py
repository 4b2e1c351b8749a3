"""dSprites, rendered on request from its geometry: white shapes on black with five known factors.

Source: Matthey, Higgins, Hassabis & Lerchner (2017), "dSprites: Disentanglement testing Sprites dataset".
"""

import math
import os
from collections.abc import Iterator

import numpy as np
import torch

from .npz import npz_blocks
from .sprite_shapes import VALUES, render, unpack


class Sprites:
    """All 3·6·40·32·32 = 737,280 images of dSprites, in its order (posY fastest), at 64×64 or 32×32.

    A sprite's centre lies at (x, y) = 16 + 32·pos pixels of a 64×64 frame, with y pointing down. A pixel is 1 iff its
    own centre (i + ½, on a scale where the frame is 64 wide) is inside the sprite; there is no antialiasing. With
    d = (pixel − centre) / (64·scale), the pixel has this place (u, v) relative to the shape's `outlines`:

        u = cos θ · dx − sin θ · dy,    v = sin θ · dx + cos θ · dy.

    Size 32 is this geometry on a coarser grid, not a smaller copy of the image at 64.

    `sprites[rows]` is the batch of these row numbers, so sprites are data for `train`. Images are rendered on `device`,
    or, if it is None, on the device of the factors or rows. `sprites.to(device)` is faster on an accelerator: it holds
    all images there if it can, and copies nothing from the host for a batch.
    """

    factor_names = ("shape", "scale", "orientation", "posX", "posY")
    factor_sizes = (3, 6, 40, 32, 32)
    _stored: torch.Tensor | None = None  # with `from_npz`, the images, one bit per pixel

    def __init__(self, size: int = 64, device: str | torch.device | None = None):
        if size not in (32, 64):
            raise ValueError(f"found size={size!r}, expected 64 or 32")
        self.size, self.device = int(size), device if device is None else torch.device(device)
        self._moved: dict[torch.device, Sprites] = {}  # what `to` returned, by device

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
        return self._images(self.rows(factors))

    def __getitem__(self, rows) -> torch.Tensor:
        """The images [n, 1, size, size] of rows [n]."""
        return self._images(self._known(rows))

    def factors(self, rows) -> torch.Tensor:
        """The factors [n, 5] of rows [n]. Raises ValueError unless rows are integers, IndexError for an unknown row."""
        return torch.stack(self._unravelled(self._known(rows)), dim=-1)

    def rows(self, factors) -> torch.Tensor:
        """The rows [n] of factors [n, 5]; the inverse of `factors`."""
        factors, row = self._checked(factors), 0
        for values, size in zip(factors.unbind(-1), self.factor_sizes, strict=True):
            row = row * size + values
        return row

    def sample(self, n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The factors [n, 5] and images of `n` rows drawn with replacement; a seed gives the same on every device."""
        rows = torch.randint(len(self), (n,), generator=torch.Generator().manual_seed(seed))
        return self.factors(rows), self[rows]

    def stream(self, batch_size: int = 1024) -> Iterator[torch.Tensor]:
        """All images in order; the last batch may be smaller."""
        if batch_size < 1:
            raise ValueError(f"found batch_size={batch_size}, expected 1 or more")
        return (self._images(rows) for rows in torch.arange(len(self), device=self.device).split(batch_size))

    def to(self, device: str | torch.device) -> "Sprites":
        """The same data set on a device, as `train` asks for it.

        An accelerator holds every image there as bytes if half of its free memory suffices: 3.0 GB at 64×64, 0.75 GB
        at 32×32. Otherwise, and on a CPU, images are rendered (or unpacked) as they are asked for. Rows int64 [n] on
        an accelerator are not checked in `data[rows]`, since a check waits for the device; what an unknown row gives is
        undefined, and CUDA may stop. Raises RuntimeError for a device that PyTorch does not have here.

        This object keeps what it returns, so that several runs on it share one store. The store is freed when nothing
        refers to either any more; `torch.cuda.empty_cache()` then returns the memory to other programs.
        """
        device = torch.empty(0, device=device).device  # "cuda" is CUDA's current device, cuda:0
        if device.type == "cpu" and (self.device is None or self.device.type == "cpu"):
            return self
        if device not in self._moved:
            self._moved[device] = self._on(device) if device.type == "cpu" else SpritesOnDevice(self, device)
        return self._moved[device]

    def _on(self, device: torch.device) -> "Sprites":
        sprites = Sprites(self.size, device)
        if self._stored is not None:
            sprites._stored = self._stored.to(device)
        return sprites

    def __getstate__(self) -> dict:
        """The state to copy or pickle: without the stores on other devices, which `to` builds again."""
        return self.__dict__ | {"_moved": {}}

    def _known(self, rows) -> torch.Tensor:
        """The rows [n] on the device of this data set, checked where they come from."""
        rows = _integers(rows, "rows")
        if rows.ndim != 1:
            raise ValueError(f"found rows of shape {tuple(rows.shape)}, expected [n]")
        unknown = (rows < 0) | (rows >= len(self))
        if unknown.any():
            raise IndexError(f"found row {rows[unknown][0]}, expected 0 … {len(self) - 1:,}")
        return rows.to(self.device)

    def _checked(self, factors) -> torch.Tensor:
        factors = _integers(factors, "factors")
        if factors.ndim != 2 or factors.shape[1] != len(self.factor_sizes):
            raise ValueError(f"found factors of shape {tuple(factors.shape)}, expected [n, {len(self.factor_sizes)}]")
        outside = (factors < 0) | (factors >= factors.new_tensor(self.factor_sizes))
        if outside.any():
            row, column = outside.nonzero()[0].tolist()
            raise ValueError(
                f"found {self.factor_names[column]} {factors[row, column]} in row {row}, column {column} of the "
                f"factors, expected 0 … {self.factor_sizes[column] - 1}"
            )
        return factors.to(self.device)

    def _images(self, rows: torch.Tensor) -> torch.Tensor:
        """The images of rows [n], int64 and in range."""
        if self._stored is None:
            return render(self._unravelled(rows), self.size)
        return unpack(self._stored[rows.to(self._stored.device)].to(rows.device))

    def _unravelled(self, rows: torch.Tensor) -> list[torch.Tensor]:
        """The five factors of rows, each [n]. `torch.unravel_index` would copy the sizes to the device each time."""
        factors = []
        for size in reversed(self.factor_sizes):
            factors.append(rows % size)
            rows = rows.div(size, rounding_mode="floor")
        return factors[::-1]


class SpritesOnDevice(Sprites):
    """`Sprites` on an accelerator: `data[rows]` neither waits for it nor copies to it; see `Sprites.to`."""

    def __init__(self, sprites: Sprites, device: torch.device):
        super().__init__(sprites.size, device)
        self._bytes = None  # all images, uint8 [n, 1, size, size], if there is room
        self._stored = None if sprites._stored is None else sprites._stored.to(device)
        if 2 * len(self) * self.size**2 <= free_memory(device):
            self._bytes, self._stored = self._all(), sprites._stored  # the packed bits stay where they were

    def __getitem__(self, rows) -> torch.Tensor:
        """The images of rows [n]. Rows int64 on this device are not checked; others raise as in `Sprites`."""
        here = isinstance(rows, torch.Tensor) and rows.device == self.device and rows.dtype == torch.int64
        return self._images(rows if here and rows.ndim == 1 else self._known(rows))

    def to(self, device: str | torch.device) -> Sprites:
        return self if torch.empty(0, device=device).device == self.device else super().to(device)

    def _images(self, rows: torch.Tensor) -> torch.Tensor:
        return super()._images(rows) if self._bytes is None else self._bytes[rows].float()

    def _all(self, block: int = 8192) -> torch.Tensor:
        images = torch.empty(len(self), 1, self.size, self.size, dtype=torch.uint8, device=self.device)
        rows = torch.arange(len(self), device=self.device)
        for part, these in zip(images.split(block), rows.split(block), strict=True):
            part.copy_(super()._images(these))
        return images


class SomeSprites:
    """Some rows of `Sprites`, as a data set."""

    def __init__(self, sprites: Sprites, rows: torch.Tensor):
        self.sprites, self.rows = sprites, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: torch.Tensor) -> torch.Tensor:
        return self.sprites[self.rows[rows]]

    def to(self, device: str | torch.device) -> "SomeSprites":
        """The same data set on a device, rows included; all subsets of the same `Sprites` share its store there."""
        return SomeSprites(self.sprites.to(device), self.rows.to(device))


def free_memory(device: torch.device) -> int:
    """The free bytes of an accelerator, with those that PyTorch keeps for reuse; 0 if it has no way to ask, as MPS."""
    try:
        module = torch.get_device_module(device)
        return module.mem_get_info(device)[0] + module.memory_reserved(device) - module.memory_allocated(device)
    except (AttributeError, RuntimeError):  # no such function for this kind, or a driver that does not answer
        return 0


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


def _integers(values, name: str) -> torch.Tensor:
    values = torch.as_tensor(values)
    if values.is_floating_point() or values.is_complex() or values.dtype == torch.bool:
        raise ValueError(f"found {name} of {values.dtype}, expected integers")
    return values.long()
