"""The score from deviations of latents while one factor is held."""

import numpy as np

from ._checks import Array
from .given import codes_and_factors


def irs(codes: Array, factors: Array) -> float:
    """Interventional robustness: how little each latent moves while one factor is held and all others change.

        IRS_jv = 1 - mean over levels of v of q_99 |z_j - E[z_j | v]| / max |z_j - E[z_j]|
        IRS = Σ_j ρ_j max_v IRS_jv,    ρ_j the share of latent j in Σ_j max |z_j - E[z_j]|

    q_99 is the 99 % quantile over the rows with that level. A constant latent has no share; the score is 0 if all are
    constant. IRS is at most 1. It does not change if latents are permuted, shifted or flipped, or all scaled alike.

    Ceiling: 1, also with collapsed latents. Blind spot: like modularity, IRS looks at latents only, so it ignores a
    factor that no latent encodes and a factor in many latents; codes of a single factor score 1. One latent that
    encodes two factors costs little if the second moves it little: 32 x + y of positions x and y scores .97, their sum
    .49. A rotation is seen. Scale matters: noise of small variance has little weight, noise of large variance much.
    The largest deviation is an outlier, but q_99 is not, so noise scores more the heavier its tails are: about .02 if
    uniform, .4 if Gaussian, .9 with Student's t of 2 degrees of freedom. Few rows of a level bias IRS upwards.
    Source: Suter et al., Robustly Disentangled Causal Mechanisms (2019), §4, in the form of disentanglement_lib.
    """
    codes, factors = codes_and_factors(codes, factors)
    largest = np.where(codes.min(axis=0) < codes.max(axis=0), abs(codes - codes.mean(axis=0)).max(axis=0), 0)
    active = largest > 0
    if not active.any():
        return 0.0
    codes, largest = codes[:, active] / largest[active], largest[active]
    moved = np.array([_moved_within_levels(codes, values) for values in factors.T])
    return float(np.average(1 - moved.min(axis=0), weights=largest))


def _moved_within_levels(codes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The 99 % quantile of each latent's deviation from its mean at a level, averaged over the levels: [d]."""
    groups = (codes[values == level] for level in np.unique(values))
    return np.mean([np.percentile(abs(group - group.mean(axis=0)), 99, axis=0) for group in groups], axis=0)
