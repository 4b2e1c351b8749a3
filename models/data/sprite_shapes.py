"""The geometry of dSprites: its three outlines, where each sprite begins and ends on every line, and the images."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch.nn.functional import embedding

NOTHING = np.iinfo(np.int16).min  # the mark of a line that no edge crosses
VALUES = {
    "shape": np.arange(1.0, 4.0),
    "scale": np.linspace(0.5, 1, 6),
    "orientation": np.linspace(0, 2 * np.pi, 40),  # 0 and 2π, both ends, are the same orientation
    "posX": np.linspace(0, 1, 32),
    "posY": np.linspace(0, 1, 32),
}


def outlines() -> list[np.ndarray]:
    """The corners (u, v), float64 [k, 2], of square, ellipse (a 50-gon) and heart, in units of the frame at scale 1.

    Square: |u|, |v| ≤ .15. Ellipse: semi-axes .1995 and .113. Heart, 400 points:
    u = .15 sin³t, v = −(.1655/16)(13 cos t − 5 cos 2t − 2 cos 3t − cos 4t) − .0225.
    Source: fitted to frames of the original, which publishes no geometry.
    """
    square = 0.15 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    t = 2 * np.pi * np.arange(50) / 50
    ellipse = np.stack([0.1995 * np.cos(t), 0.113 * np.sin(t)], axis=-1)
    t = 2 * np.pi * np.arange(400) / 400
    cosines = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    heart = np.stack([0.15 * np.sin(t) ** 3, -0.1655 / 16 * cosines - 0.0225], axis=-1)
    return [square, ellipse, heart]


def spans_of(size: int) -> np.ndarray:
    """Where each of the 720 sprites begins and ends on every line through it: int16 [720 · lines, 4], exact.

    A position step is size/62 pixels. Every pixel centre therefore lies a whole number plus ½ of 1/31 pixels off the
    sprite's centre, along x and along y. On the line at y = m + ½ the sprite covers the x = m' + ½ with
    begin <= m' < end, except pause <= m' < resume (the notch of a heart). A line without sprite has four equal values.
    """
    scales, angles = VALUES["scale"][:, None, None], VALUES["orientation"][:, None]
    lines = math.ceil(31 * size * 0.22)  # from the centre to beyond the farthest corner
    spans = np.full((3, 6 * 40 * (2 * lines + 1), 4), NOTHING, np.int16)
    for table, outline in zip(spans, outlines(), strict=True):
        u, v = (31 * size * scales * axis for axis in outline.T)
        x = (np.cos(angles) * u + np.sin(angles) * v - 0.5).reshape(6 * 40, -1)
        y = (np.cos(angles) * v - np.sin(angles) * u - 0.5).reshape(6 * 40, -1)
        x1, y1, x2, y2 = (a.ravel() for a in (x, y, np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)))
        first, last = np.ceil(np.minimum(y1, y2)).astype(int), np.ceil(np.maximum(y1, y2)).astype(int)
        crossed = last - first  # lines that each edge crosses
        edge = np.repeat(np.arange(x1.size), crossed)
        m = first[edge] + np.arange(edge.size) - np.repeat(crossed.cumsum() - crossed, crossed)
        at = x1[edge] + (m - y1[edge]) * (x2 - x1)[edge] / (y2 - y1)[edge]
        line = edge // x.shape[1] * (2 * lines + 1) + m + lines
        order = np.lexsort((at, line))
        at, line = at[order], line[order]
        table[line, np.arange(line.size) - np.searchsorted(line, line)] = np.ceil(at)
    spans = np.maximum.accumulate(spans, axis=-1)
    return np.where(spans == NOTHING, 0, spans).reshape(-1, 4)


@lru_cache
def lookup(size: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """`spans_of`, and float32 rows [(size+1)², size]: row (size+1)·a + b is 1 in a <= i < b. Both are on the device."""
    a, b, i = np.ogrid[: size + 1, : size + 1, :size]
    runs = ((a <= i) & (i < b)).reshape(-1, size).astype(np.float32)
    return torch.from_numpy(spans_of(size)).to(device), torch.from_numpy(runs).to(device)


@lru_cache
def bits_of_bytes(device: torch.device) -> torch.Tensor:
    """The eight bits of each byte, the highest first, as float32 [256, 8] on the device."""
    return torch.from_numpy(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32)).to(
        device
    )


def unpack(packed: torch.Tensor) -> torch.Tensor:
    """The images float32 [n, 1, size, size] of packed bits, uint8 [n, size, size / 8]."""
    n, size, _ = packed.shape
    return embedding(packed.int(), bits_of_bytes(packed.device)).view(n, 1, size, size)


def render(factors: Sequence[torch.Tensor], size: int) -> torch.Tensor:
    """The images float32 [n, 1, size, size] of shape, scale, orientation, x and y, each int64 [n].

    For each image and line of pixels, look up where the sprite begins and ends, and then that run of ones.
    Pixel i lies first + 31·i − step·position + ½ of 1/31 pixels off the centre: see `spans_of`.
    """
    shape, scale, orientation, x, y = (values[:, None] for values in factors)
    spans, runs = lookup(size, x.device)
    first, step = 15 - 31 * size // 4, size // 2
    lines = len(spans) // (3 * 6 * 40)
    sprite = (shape * 6 + scale) * 40 + orientation
    line = first + 31 * torch.arange(size, device=x.device) - step * y + lines // 2
    edges = embedding(sprite * lines + line.clamp(0, lines - 1), spans)  # [n, size, 4], in 1/31 pixels
    columns = (edges + (step * x[..., None] - first + 30)).div(31, rounding_mode="floor")  # the pixels there
    begin, pause, resume, end = columns.unbind(-1)
    images = embedding(begin * (size + 1) + end, runs)
    (_carve_listed if x.device.type == "cpu" else _carve_all)(images, pause, resume, runs)
    return images[:, None]


def _carve_all(images: torch.Tensor, pause: torch.Tensor, resume: torch.Tensor, runs: torch.Tensor) -> None:
    """Remove pause <= i < resume from every line, where most have pause = resume; nothing waits for the device."""
    images -= embedding(pause * (images.shape[-1] + 1) + resume, runs)


def _carve_listed(images: torch.Tensor, pause: torch.Tensor, resume: torch.Tensor, runs: torch.Tensor) -> None:
    """`_carve_all` on the lines with a notch alone: faster on a CPU; an accelerator would wait for their number."""
    notched = (pause < resume).nonzero(as_tuple=True)
    images[notched] -= embedding(pause[notched] * (images.shape[-1] + 1) + resume[notched], runs)
