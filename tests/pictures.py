"""Pictures of explorers, compared as pixels."""

import io

import numpy as np
from PIL import Image


def pixels(png) -> np.ndarray:
    """RGB of a PNG file or of its bytes: [height, width, 3]."""
    file = io.BytesIO(png) if isinstance(png, bytes) else png
    return np.asarray(Image.open(file).convert("RGB"), int)


def differing(explorer) -> float:
    """The share of pixels in which a live explorer's picture differs from its figure drawn as a whole."""
    kept, whole = pixels(explorer.png()), io.BytesIO()
    explorer.draw().savefig(whole, format="png")
    whole = pixels(whole)
    assert kept.shape == whole.shape
    return float((abs(kept - whole).max(axis=-1) > 40).mean())
