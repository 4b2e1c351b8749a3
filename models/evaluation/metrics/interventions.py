"""Scores from interventions: images are drawn that share a factor. They need an encoder and a data set."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...data.arguments import require_integers, require_numbers
from ._checks import Array, parts
from .classifiers import quietly
from .given import images_and_codes
from .sampling import Codes, Images


def beta_vae_score(
    represent: Callable[[Any], Array] | Array, data, seed: int = 0, *,
    n_train: int = 10_000, n_test: int = 5_000, n_pairs: int = 64, n_images: int | None = None,
) -> float:  # fmt: skip
    """β-VAE's score: the accuracy of a linear classifier that predicts the shared factor from mean |z₁ - z₂|.

    For each point, a factor v is drawn, and `n_pairs` pairs of images that share the value of v. The point is the mean
    of |z₁ - z₂| over the pairs. Logistic regression learns v from `n_train` points. The score is its accuracy on
    `n_test` further points, between 0 and 1; chance level is 1 over the number of factors.

    `represent` is any encoder, and `data` a data set, see `metrics`; or they are codes and factors, and the images are
    their rows. Each image is encoded once; in sets of more than two million, at each draw, to save memory. With
    `n_images`, all draws are from a random subset of that size. An image can be drawn as its own partner, so a level
    that few images have makes points nearly 0.
    Raises ValueError also for fewer than two factors, and for sizes below 1.

    Ceiling: 1. Blind spot: the classifier may use all latents, so a rotation, a factor in many latents and many factors
    in one latent can all score 1. Latents on a small scale are suppressed by the penalty.
    Source: Higgins et al., β-VAE (2017), §3, as implemented in disentanglement_lib, with absolute differences.
    """
    images, codes = images_and_codes(represent, data, n_images, seed)
    return beta_vae_score_of(images, codes, seed, n_train, n_test, n_pairs)


def factor_vae_score(
    represent: Callable[[Any], Array] | Array, data, seed: int = 0, *,
    n_train: int = 10_000, n_test: int = 5_000, n_variance: int = 10_000, batch_size: int = 64,
    threshold: float = 0.05, n_images: int | None = None,
) -> float:  # fmt: skip
    """FactorVAE's score: the accuracy of a majority vote that predicts the fixed factor from the latent varying least.

    For each vote, a factor v and a value of v are drawn, and `batch_size` images with that value. The vote is for the
    latent whose variance among these images, divided by its variance over `n_variance` images, is smallest. Each latent
    is assigned the factor most frequent among its `n_train` votes. The score is the share of `n_test` further votes
    that the assignment predicts, between 0 and 1; chance level is 1 over the number of factors. Latents with a standard
    deviation below `threshold` are left out; the score is 0 if none remains. If a level has a single image, all
    variances are 0 and the vote is for the first latent. The other arguments and the errors are those of
    `beta_vae_score`.

    Ceiling: 1. Blind spot: only the latent that varies least counts. Further information in a latent therefore costs
    little, and so does a factor in many latents; a rotation can score 1. Scale matters at the threshold only.
    Source: Kim & Mnih, Disentangling by Factorising (2018), §4; the threshold is disentanglement_lib's.
    """
    images, codes = images_and_codes(represent, data, n_images, seed)
    return factor_vae_score_of(images, codes, seed, n_train, n_test, n_variance, batch_size, threshold)


def beta_vae_score_of(
    images: Images, codes: Codes, seed: int, n_train: int = 10_000, n_test: int = 5_000, n_pairs: int = 64
) -> float:
    """`beta_vae_score` of these images and their codes."""
    from sklearn.linear_model import LogisticRegression

    require_integers(1, n_train=n_train, n_test=n_test, n_pairs=n_pairs)
    rng = np.random.default_rng(seed)
    shared = rng.integers(len(images.sizes), size=n_train + n_test)
    first = rng.integers(len(images), size=(n_train + n_test, n_pairs))
    second = images.with_equal(shared, first, rng)
    codes.encode(first, second)
    points = np.concatenate([abs(codes[a] - codes[b]).mean(axis=1) for a, b in parts(first, second)])
    if len(set(shared[:n_train])) < 2:
        raise ValueError(f"found n_train={n_train}, expected enough points that two factors are among them")
    classifier = quietly(LogisticRegression(), points[:n_train], shared[:n_train])
    return float(classifier.score(points[n_train:], shared[n_train:]))


def factor_vae_score_of(
    images: Images, codes: Codes, seed: int, n_train: int = 10_000, n_test: int = 5_000,
    n_variance: int = 10_000, batch_size: int = 64, threshold: float = 0.05,
) -> float:  # fmt: skip
    """`factor_vae_score` of these images and their codes."""
    require_integers(1, n_train=n_train, n_test=n_test)
    require_integers(2, n_variance=n_variance, batch_size=batch_size)
    require_numbers(threshold=threshold)
    rng = np.random.default_rng(seed)
    anywhere = rng.integers(len(images), size=n_variance)
    fixed = rng.integers(len(images.sizes), size=n_train + n_test)
    anchor = rng.integers(len(images), size=(n_train + n_test, 1))  # its value is that of the whole batch
    batches = images.with_equal(fixed, np.broadcast_to(anchor, (n_train + n_test, batch_size)), rng)
    codes.encode(anywhere, batches)
    variance = codes[anywhere].var(axis=0, ddof=1)
    active = np.sqrt(variance) >= threshold
    if not active.any():
        return 0.0
    local = np.concatenate([codes[part].var(axis=1, ddof=1) for (part,) in parts(batches)])
    least = (local[:, active] / variance[active]).argmin(axis=1)
    votes = np.zeros((active.sum(), len(images.sizes)), int)
    np.add.at(votes, (least[:n_train], fixed[:n_train]), 1)
    return float((votes.argmax(axis=1)[least[n_train:]] == fixed[n_train:]).mean())
