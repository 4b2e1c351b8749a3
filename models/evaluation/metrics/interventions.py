"""Scores from interventions: images are drawn that share a factor. They need an encoder, and a data set."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from ...data.arguments import require_integers, require_numbers
from ._checks import Array, as_array, grid, parts, require_factors
from .classifiers import quietly
from .encoders import codes_of

REMEMBERED = 2_000_000  # images whose codes are kept: a score of the standard sizes draws 1,920,000


def beta_vae_score(
    represent: Callable[[Any], Array],
    data,
    seed: int = 0,
    *,
    n_train: int = 10_000,
    n_test: int = 5_000,
    n_pairs: int = 64,
    n_images: int | None = None,
) -> float:
    """β-VAE's score: the accuracy of a linear classifier that is told mean |z₁ - z₂| and names the shared factor.

    One point: a factor k at random, `n_pairs` pairs of images that share the value of k and nothing else on purpose,
    and the mean of |z₁ - z₂| over them. Logistic regression learns k from `n_train` points; its accuracy on `n_test`
    others is the score, between 0 and 1, and 1/k by chance.

    `represent` takes images to codes [n, d], or is a model whose `encode` does; its codes are the posterior means.
    `data` has `factor_sizes`, and `images(factors)` for integers [n, k]. An image that is drawn twice is encoded once.
    In sets of more than two million images it is encoded again, so that memory need not hold all codes. With
    `n_images`, all is drawn from a random subset of so many images.
    Raises ValueError also for fewer than two factors, and sizes below 1.

    Ceiling: 1. Blind spot: any linear classifier of d numbers will do, so a rotation, a factor in many latents, and
    many factors in one latent all may have 1; latents on a small scale are lost in the penalty.
    Source: Higgins et al., β-VAE (2017), §3; its reading in disentanglement_lib, with absolute differences.
    """
    require_factors(data)
    images = Images(codes_of(represent, data), data.factor_sizes, n_images, seed)
    return beta_vae_score_of(images, seed, n_train, n_test, n_pairs)


def factor_vae_score(
    represent: Callable[[Any], Array],
    data,
    seed: int = 0,
    *,
    n_train: int = 10_000,
    n_test: int = 5_000,
    n_variance: int = 10_000,
    batch_size: int = 64,
    threshold: float = 0.05,
    n_images: int | None = None,
) -> float:
    """FactorVAE's score: the accuracy of the majority vote from the latent that varies least to the factor held fixed.

    One vote: a factor k and a value of it at random, `batch_size` images that have it; the latent whose variance among
    them, divided by its variance over `n_variance` images, is least. From `n_train` votes each latent gets the factor
    that it had most often; the share of `n_test` others that are right is the score, between 0 and 1, 1/k by chance.
    Latents with a standard deviation below `threshold` have no vote; the score is 0 if none is left. The other
    arguments and errors are those of `beta_vae_score`.

    Ceiling: 1. Blind spot: only the least latent counts, so what else a latent holds costs little (a rotation that
    leaves each factor a latent of its own has 1), and so does a factor in many latents. It depends on scale at the
    threshold only.
    Source: Kim & Mnih, Disentangling by Factorising (2018), its new metric; the threshold is disentanglement_lib's.
    """
    require_factors(data)
    images = Images(codes_of(represent, data), data.factor_sizes, n_images, seed)
    return factor_vae_score_of(images, seed, n_train, n_test, n_variance, batch_size, threshold)


def beta_vae_score_of(
    images: "Images", seed: int, n_train: int = 10_000, n_test: int = 5_000, n_pairs: int = 64
) -> float:
    from sklearn.linear_model import LogisticRegression

    require_integers(1, n_train=n_train, n_test=n_test, n_pairs=n_pairs)
    rng = np.random.default_rng(seed)
    shared = rng.integers(images.n_factors, size=n_train + n_test)
    first = rng.integers(len(images), size=(n_train + n_test, n_pairs))
    second = images.with_equal(shared, first, rng)
    images.encode(first, second)
    points = np.concatenate([abs(images.codes(a) - images.codes(b)).mean(axis=1) for a, b in parts(first, second)])
    if len(set(shared[:n_train])) < 2:
        raise ValueError(f"found n_train={n_train}, expected enough points that two factors are among them")
    classifier = quietly(LogisticRegression(), points[:n_train], shared[:n_train])
    return float(classifier.score(points[n_train:], shared[n_train:]))


def factor_vae_score_of(
    images: "Images",
    seed: int,
    n_train: int = 10_000,
    n_test: int = 5_000,
    n_variance: int = 10_000,
    batch_size: int = 64,
    threshold: float = 0.05,
) -> float:
    require_integers(1, n_train=n_train, n_test=n_test)
    require_integers(2, n_variance=n_variance, batch_size=batch_size)
    require_numbers(threshold=threshold)
    rng = np.random.default_rng(seed)
    anywhere = rng.integers(len(images), size=n_variance)
    fixed = rng.integers(images.n_factors, size=n_train + n_test)
    anchor = rng.integers(len(images), size=(n_train + n_test, 1))  # its value is the one that the batch has
    batches = images.with_equal(fixed, np.broadcast_to(anchor, (n_train + n_test, batch_size)), rng)
    images.encode(anywhere, batches)
    variance = images.codes(anywhere).var(axis=0, ddof=1)
    active = np.sqrt(variance) >= threshold
    if not active.any():
        return 0.0
    local = np.concatenate([images.codes(part).var(axis=1, ddof=1) for (part,) in parts(batches)])
    least = (local[:, active] / variance[active]).argmin(axis=1)
    votes = np.zeros((active.sum(), images.n_factors), int)
    np.add.at(votes, (least[:n_train], fixed[:n_train]), 1)
    return float((votes.argmax(axis=1)[least[n_train:]] == fixed[n_train:]).mean())


class Images:
    """A data set's images by number, all or a random subset, and their codes.

    Where there are at most `REMEMBERED` images, each is encoded once. Of larger sets nothing is kept but what is asked
    for: memory grows with the draws, not with the set, and what is drawn twice is encoded twice.
    """

    def __init__(
        self,
        represent: Callable[[np.ndarray], Array],  # factors -> codes
        factor_sizes: Sequence[int],
        n_images: int | None = None,
        seed: int = 0,
        *,
        disable: bool = True,
    ):
        require_integers(0, seed=seed)
        if n_images is not None:
            require_integers(1, n_images=n_images)
        if len(factor_sizes) < 2 or min(factor_sizes) < 2:
            raise ValueError(f"found factor_sizes={tuple(factor_sizes)}, expected two factors of two values or more")
        self.sizes, total = tuple(map(int, factor_sizes)), math.prod(map(int, factor_sizes))
        if total >= 2**53:
            raise ValueError(f"found {total:.3g} images, expected fewer than 2^53, about 9e15: leave out some factors")
        self.subset = None if n_images is None or n_images >= total else grid(self.sizes, n_images, seed)
        self.length = total if self.subset is None else len(self.subset)
        self.represent, self.disable = represent, disable
        self.remembered: np.ndarray | None = None  # [number of images, d], once the first are encoded
        self.known = np.zeros(self.length if self.length <= REMEMBERED else 0, bool)

    def __len__(self) -> int:
        return self.length

    @property
    def n_factors(self) -> int:
        return len(self.sizes)

    def factors(self, numbers: np.ndarray) -> np.ndarray:
        """The factors of these images: [..., k]."""
        if self.subset is not None:
            return self.subset[numbers]
        return np.stack(np.unravel_index(numbers, self.sizes), axis=-1)

    def encode(self, *numbers: np.ndarray) -> None:
        """Encode those of these images that are not remembered yet; do nothing for a set too large to remember."""
        if not len(self.known):
            return
        asked = np.zeros(len(self), bool)
        for some in numbers:
            asked[some] = True
        missing = np.flatnonzero(asked & ~self.known)
        with tqdm(total=len(missing), desc="encode", unit="image", leave=False, disable=self.disable) as progress:
            for (part,) in parts(missing, size=1024):
                codes = self._encoded(part)
                if self.remembered is None:
                    self.remembered = np.zeros((len(self), codes.shape[1]), codes.dtype)
                self.remembered[part] = codes
                progress.update(len(part))
        self.known |= asked

    def codes(self, numbers: np.ndarray) -> np.ndarray:
        """The codes of these images: [..., d]. They must have been encoded before if codes are remembered."""
        if self.remembered is not None:
            return self.remembered[numbers]
        different, place = np.unique(numbers, return_inverse=True)
        codes = np.concatenate([self._encoded(part) for (part,) in parts(different, size=1024)])
        return codes[place.reshape(numbers.shape)]

    def _encoded(self, numbers: np.ndarray) -> np.ndarray:
        codes = as_array(self.represent(self.factors(numbers)))
        if codes.ndim != 2 or len(codes) != len(numbers) or codes.dtype.kind not in "fiub":
            raise ValueError(
                f"found codes of shape {codes.shape} and {codes.dtype} for {len(numbers)} images, expected real "
                "numbers [n, d]"
            )
        codes = codes.astype(np.result_type(codes, np.float32), copy=False)
        if not np.isfinite(codes).all() or abs(codes).max(initial=0) > 1e15:  # whose squares float32 can hold
            raise ValueError(
                f"found codes that are not finite, or beyond 1e15, among {len(numbers)} images, expected numbers"
            )
        return codes

    def with_equal(self, factor: np.ndarray, images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each of `images` [n, m] a random one that has the same value of the row's `factor` [n]: [n, m]."""
        equal = np.empty(images.shape, np.int64)
        for k in range(self.n_factors):
            of_this = images[factor == k]
            equal[factor == k] = self._drawn(k, self.factors(of_this)[..., k], rng.random(of_this.shape))
        return equal

    def _drawn(self, k: int, value: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """The image at the share `uniform` of those whose factor `k` has the value, in their order."""
        if self.subset is None:  # the number is (before · size + value) · after + behind, in mixed radix
            after = math.prod(self.sizes[k + 1 :])
            place = (uniform * (len(self) // self.sizes[k])).astype(np.int64)
            return (place // after * self.sizes[k] + value) * after + place % after
        values = self.subset[:, k]
        by_value, sizes = np.argsort(values, kind="stable"), np.bincount(values)
        place = (uniform * sizes[value]).astype(np.int64)
        return by_value[(sizes.cumsum() - sizes)[value] + place]
