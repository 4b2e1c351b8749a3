"""Codes and factors from what a score is given: both as they are, or an encoder and a data set."""

from typing import Any

import numpy as np

from ._checks import Array, checked
from .encoders import codes_of, encodes, posterior_of
from .sampling import Codes, Images, ListedImages, codes_for, different, draw, images_of

FOR_INFORMATION, FOR_CLASSIFIERS = 10_000, 15_000  # images that the reference draws


def codes_and_factors(codes: Any, factors: Any, n: int = FOR_INFORMATION, **needed) -> tuple[np.ndarray, np.ndarray]:
    """Codes [n, d] and factors [n, k] as `checked`, or of the first `n` images that `scores` draws with seed 0.

    All its images are encoded, since a different last batch may round codes differently.
    """
    if encodes(codes, factors):
        places, levels = draw(factors, FOR_CLASSIFIERS, 0)
        codes, factors = posterior_of(codes, factors)(places)[0][:n], levels[:n]
    return checked(codes, factors, **needed)


def posteriors_and_factors(encoder: Any, data: Any, seed: int) -> tuple[Array, Array, Array]:
    """The means, log-variances and factors of 20,000 different images, as `scores` takes them for `continuous_mig`."""
    places, factors = different(data, 20_000, seed + 1)
    mean, log_variance = posterior_of(encoder, data)(places)
    if log_variance is None:
        raise ValueError(
            "found codes alone from the encoder, expected a pair of means and log-variances: use mig for codes"
        )
    return mean, log_variance, factors


def images_and_codes(represent: Any, data: Any, n_images: int | None, seed: int) -> tuple[Images, Codes]:
    """The images of a data set and an encoder's codes of them, or the rows of given codes and factors."""
    if encodes(represent, data):
        images = images_of(data, n_images, seed)
        return images, codes_for(codes_of(represent, data), images)
    codes, factors = checked(represent, data, factors_needed=2)
    levels = np.stack([np.unique(values, return_inverse=True)[1] for values in factors.T], axis=1)
    images = ListedImages(levels, n_images, seed)
    return images, codes_for(lambda rows: codes[rows], images)
