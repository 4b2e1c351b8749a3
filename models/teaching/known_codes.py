"""Codes whose truth is known: functions of dSprites' five factors, without an image and without a network."""

from collections.abc import Callable

import numpy as np

from ..data import Sprites

NAMES = Sprites.factor_names
SIZES = np.array(Sprites.factor_sizes)  # levels of shape, scale, orientation, posX and posY


class Factors:
    """A data set whose images are the factors themselves, as `beta_vae_score` and `factor_vae_score` need one."""

    factor_names, factor_sizes = Sprites.factor_names, Sprites.factor_sizes

    def images(self, factors: np.ndarray) -> np.ndarray:
        return factors


def draw_factors(n: int, seed: int = 0) -> np.ndarray:
    """Independent and uniform factors of n images, [n, 5]."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(size, size=n) for size in SIZES], axis=1)


def standard(levels, size):
    """The levels 0 … size − 1, shifted and scaled so that uniform levels have mean 0 and variance 1."""
    return (levels - (size - 1) / 2) / np.sqrt((size**2 - 1) / 12)


def noise(v: np.ndarray, d: int, scale: float = 1.0) -> np.ndarray:
    """d latents of normal noise, the same at each call."""
    return scale * np.random.default_rng(1).normal(size=(len(v), d))


def turn(z: np.ndarray, angle: float, i: int = 3, j: int = 4) -> np.ndarray:
    """The codes with latents i and j turned by an angle in degrees."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    z = z.copy()
    z[:, [i, j]] = z[:, [i, j]] @ np.array([[c, s], [-s, c]])
    return z


def aligned(v: np.ndarray) -> np.ndarray:
    """A latent for each factor, and five collapsed latents."""
    return np.c_[standard(v, SIZES), noise(v, 5, 0.01)]


def shape_and_scale_in_one(v: np.ndarray) -> np.ndarray:
    """The first latent has 18 levels, one for each pair of shape and scale."""
    return np.c_[standard(6 * v[:, 0] + v[:, 1], 18), standard(v, SIZES)[:, 2:], noise(v, 6, 0.01)]


ORDER = np.array([7, 2, 9, 0, 4, 1, 3, 8, 5, 6])
SCALES = np.array([1, -2, 1, 2, 3, -0.5, 1, 1, 2, 1])
ROTATIONS = [np.linalg.qr(np.random.default_rng(seed).normal(size=(10, 10)))[0] for seed in range(20)]

CODES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "aligned": aligned,
    "no collapsed latents": lambda v: standard(v, SIZES),
    "permuted, scaled": lambda v: aligned(v)[:, ORDER] * SCALES,
    "positions turned 30°": lambda v: turn(aligned(v), 30),
    "positions turned 45°": lambda v: turn(aligned(v), 45),
    "all turned": lambda v: aligned(v) @ ROTATIONS[1].T,
    "every latent twice": lambda v: np.c_[standard(v, SIZES), standard(v, SIZES)],
    "two factors in one": shape_and_scale_in_one,
    "pure noise": lambda v: noise(v, 10),
}
