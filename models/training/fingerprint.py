"""A fingerprint of a data set, by which a resumed run detects different data."""

import contextlib
import hashlib
from typing import Any

import numpy as np
import torch

from .randomness import every_device, own_randomness

ROWS = 100  # rows that are read, in milliseconds for data of any length


def fingerprint(data: Any) -> str:
    """16 hexadecimal digits of SHA-256 over the length, the dtypes and shapes, and 100 rows spread evenly.

    `data` has a length, and `data[rows]` is a tensor, an array, or a tuple, list or dict of them. The fingerprint is
    the same on every device. Data that differ only in rows between those 100 have the same fingerprint.
    The rows are read twice, with different seeds. If they differ, as augmented images do, only dtype and shape enter
    the fingerprint. The random state of the CPU and of every accelerator does not change.
    """
    rows = torch.linspace(0, len(data) - 1, min(ROWS, len(data)), dtype=torch.float64).long()
    digests = []
    with contextlib.ExitStack() as stack:
        for device in every_device():
            stack.enter_context(own_randomness(device))
        for seed in (0, 1):
            torch.manual_seed(seed)
            digests.append(_digest(len(data), data[rows], contents=True))
        if digests[0] != digests[1]:
            return _digest(len(data), data[rows], contents=False)
    return digests[0]


def _digest(length: int, batch: Any, *, contents: bool) -> str:
    digest = hashlib.sha256(str(length).encode())
    for part in _parts(batch):
        digest.update(f" {part.dtype} {tuple(part.shape)} ".encode())
        if contents:
            digest.update(part.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()[:16]


def _parts(batch: Any) -> list[torch.Tensor]:
    """Every tensor of a batch, in a fixed order."""
    if isinstance(batch, torch.Tensor):
        return [batch]
    if isinstance(batch, np.ndarray):
        return [torch.from_numpy(np.array(batch))]
    if isinstance(batch, dict):
        batch = [batch[key] for key in sorted(batch)]
    return [part for item in batch for part in _parts(item)] if isinstance(batch, list | tuple) else []
