"""Scores from mutual information, estimated from all rows."""

import numpy as np

from infotheory import empirical_joint, empirical_pmf, entropy, mutual_information

from ...data.arguments import require_integers, require_numbers
from ._checks import BINS, Array, checked, parts
from .encoders import encodes
from .given import codes_and_factors, posteriors_and_factors


def mig(codes: Array, factors: Array) -> float:
    """Mutual information gap of the two latents with the most information on a factor, averaged over factors.

        MIG = 1/k Σ_v (I(z_(1); v) - I(z_(2); v)) / H(v)

    with plug-in mutual informations of codes in 20 bins of equal width. MIG lies between 0 and 1. It does not change if
    latents are permuted, shifted, scaled or flipped.

    Ceiling: I(z; v) <= log 20, so a factor with more levels than bins cannot reach 1, and unevenly filled bins lower
    the maximum further. Codes that equal dSprites' five factors score .90. Blind spot: a factor in two equal latents
    has gap 0, like a factor in none. A rotation of two latents lowers MIG even if p(z) is unchanged. One latent that
    encodes two factors is not penalised. Outliers widen the bins.
    Source: Chen et al., Isolating Sources of Disentanglement in VAEs (2018), eq. 6; see `continuous_mig`.
    """
    return float(mig_per_factor(codes, factors).mean())


def mig_per_factor(codes: Array, factors: Array) -> np.ndarray:
    """The gap of each factor, of which `mig` is the mean: [k]."""
    codes, factors = codes_and_factors(codes, factors, latents=2)
    return top_gap(mutual_informations(codes, factors)) / entropies(factors)


def modularity(codes: Array, factors: Array) -> float:
    """Modularity: the degree to which each latent has information on one factor only, averaged over latents.

        1 - (Σ_v I(z; v)² - max_v I(z; v)²) / ((k - 1) max_v I(z; v)²),    or 0 for a latent without information.

    The score lies between 0 and 1. It does not change if latents are permuted, shifted, scaled or flipped. It needs two
    factors.

    Ceiling: 1, apart from the bias of plug-in mutual information. Blind spot: a collapsed latent has the same weight as
    an active one, though its estimates are bias alone. Pure noise therefore scores about .65 to .7, and a rotation of
    factors into collapsed latents can raise the score; `active_modularity` leaves those out. Duplicate latents are not
    penalised, nor is a factor that no latent encodes.
    Source: Ridgeway & Mozer, Learning Deep Disentangled Embeddings with the F-Statistic Loss (2018), §3.
    """
    codes, factors = codes_and_factors(codes, factors, factors_needed=2)
    squares = mutual_informations(codes, factors) ** 2
    best = squares.max(axis=1)
    spread = (squares.sum(axis=1) - best) / np.where(best > 0, best, 1) / (squares.shape[1] - 1)
    return float(np.where(best > 0, 1 - spread, 0).mean())


def active_modularity(codes: Array, factors: Array, threshold: float = 0.05) -> float:
    """`modularity` of the latents whose standard deviation is at least `threshold`; 0 if there is none.

    This score is an extra of this package; its threshold is that of `factor_vae_score`. Blind spot: the score depends
    on scale, and noise of large variance counts as active.
    """
    require_numbers(threshold=threshold)
    codes, factors = codes_and_factors(codes, factors, factors_needed=2)
    active = codes.std(axis=0) >= threshold
    return modularity(codes[:, active], factors) if active.any() else 0.0


def continuous_mig(
    mean: Array, log_variance: Array, factors: Array | None = None, *, n_samples: int = 1000, seed: int = 0
) -> float:
    """MIG without bins, from samples of z under the aggregate posterior instead of posterior means.

        I(z; v) = E_{q(z, v)} [log q(z|v) - log q(z)],    q(z|v) = mean over images x with that v of N(z; μ(x), σ²(x))

    `mean`, `log_variance` [n, d] and `factors` [n, k] belong to all images of the data set, as in the paper, or to a
    random sample. `continuous_mig(encoder, data)` takes 20,000 different images, as `scores` does. In a sample each
    image is a larger part of its own mixture, which biases I upwards if σ is small relative to the distance between
    neighbours. The expectation is a Monte Carlo mean over `n_samples` pairs of an image and a z, with an error of about
    .02 at 1,000.

    This score is an extra of this package. It lies between 0 and 1, apart from that error. Ceiling: 1, since no bins
    limit I. Blind spots: those of `mig`, except for bins. A large σ(x) lowers this score, but not that of the means.
    Raises ValueError also for log-variances that are not finite or differ in shape from the means.
    Source: Chen et al. (2018), eqs. 5 and 6.
    """
    require_integers(1, n_samples=n_samples)
    require_integers(0, seed=seed)
    if encodes(mean, log_variance):
        mean, log_variance, factors = posteriors_and_factors(mean, log_variance, seed)
    log_variance, _ = checked(log_variance, factors, name="log-variances")
    mean, factors = checked(mean, factors, latents=2, name="means")
    if log_variance.shape != mean.shape:
        raise ValueError(f"found mean {mean.shape} and log_variance {log_variance.shape}, expected equal shapes")
    rng = np.random.default_rng(seed)
    sampled = rng.integers(len(mean), size=n_samples)
    log_variance = log_variance.clip(-600, 600)  # so that exponentials are finite
    z = mean[sampled] + np.exp(log_variance[sampled] / 2) * rng.standard_normal((n_samples, mean.shape[1]))
    level, share = _levels(factors)

    informations = np.zeros((mean.shape[1], factors.shape[1]))
    for j in range(mean.shape[1]):
        precision, log_scale = np.exp(-log_variance[:, j] / 2), log_variance[:, j] / 2
        for (part,) in parts(np.arange(n_samples), size=100):
            distance = (z[part, j, None] - mean[:, j]) * precision
            distance = distance.clip(-1e15, 1e15).astype(np.float32)  # so that squares fit into float32
            log_density = -(distance**2) / 2 - log_scale.astype(np.float32)
            log_density -= log_density.max(axis=1, keepdims=True)  # a constant of each z: it cancels in the ratio
            density = np.exp(np.maximum(log_density, -80))  # smaller densities are slow and change nothing
            given = np.take_along_axis(density @ share, level[sampled[part]], axis=1)
            informations[j] += np.log(given / density.mean(axis=1, keepdims=True)).sum(axis=0) / n_samples
    return float((top_gap(informations) / entropies(factors)).mean())


def _levels(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The levels of each image [n, k], numbered through all factors, and a matrix [n, levels] of averages.

    Its product with values of the images [·, n] is their mean over the images with each level.
    """
    level, n_levels = np.empty(factors.shape, np.int64), 0
    for k, values in enumerate(factors.T):
        level[:, k] = np.unique(values, return_inverse=True)[1] + n_levels
        n_levels = level[:, k].max() + 1
    share = np.zeros((len(factors), n_levels), np.float32)
    np.put_along_axis(share, level, 1 / np.bincount(level.ravel())[level], axis=1)
    return level, share


def mutual_informations(codes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """I(z_j; v_k) in nats, plug-in, codes in 20 bins of equal width: [d, k]."""
    return np.array(
        [
            [mutual_information(empirical_joint(z, v, bins=(BINS, None)), check=False) for v in factors.T]
            for z in codes.T
        ]
    ).reshape(codes.shape[1], factors.shape[1])


def entropies(factors: np.ndarray) -> np.ndarray:
    """H(v_k) in nats, plug-in: [k]."""
    return np.array([entropy(empirical_pmf(values)) for values in factors.T])


def top_gap(of_latents: np.ndarray) -> np.ndarray:
    """The largest minus the second largest of each column: [k]."""
    in_order = np.sort(of_latents, axis=0)
    return in_order[-1] - in_order[-2]
