"""Scores from mutual information: every row is used."""

import numpy as np

from infotheory import empirical_joint, empirical_pmf, entropy, mutual_information

from ...data.arguments import require_integers, require_numbers
from ._checks import BINS, Array, checked, parts


def mig(codes: Array, factors: Array) -> float:
    """Mutual information gap: how far the best latent of a factor is ahead of the second best, a mean over factors.

        MIG = 1/k Σ_v (I(z_(1); v) - I(z_(2); v)) / H(v)

    with plug-in mutual informations of codes in 20 bins of equal width. Between 0 and 1; unchanged by permuting,
    shifting, scaling or flipping latents.

    Ceiling: I(z; v) <= log 20, so a factor with more levels than bins cannot reach 1, less still where the levels fill
    the bins unevenly: codes that are dSprites' five factors have .90. Blind spot: a factor in two equal latents counts
    as one in none, and a rotation of two latents is punished even if p(z) is the same; one latent that holds two
    factors costs nothing. Bins stretch with outliers.
    Source: Chen et al., Isolating Sources of Disentanglement in VAEs (2018), eq. 6; see `continuous_mig`.
    """
    return float(mig_per_factor(codes, factors).mean())


def mig_per_factor(codes: Array, factors: Array) -> np.ndarray:
    """The gap of each factor, of which `mig` is the mean: [k]."""
    codes, factors = checked(codes, factors, latents=2)
    return top_gap(mutual_informations(codes, factors)) / entropies(factors)


def modularity(codes: Array, factors: Array) -> float:
    """Modularity: does a latent speak of one factor only? A mean over latents.

        1 - (Σ_v I(z; v)² - max_v I(z; v)²) / ((k - 1) max_v I(z; v)²),    or 0 for a latent without information.

    Between 0 and 1; unchanged by permuting, shifting, scaling or flipping latents. Needs two factors.

    Ceiling: 1, but for the bias of plug-in mutual information. Blind spot: dead latents vote like all others, with
    that bias alone, so pure noise has some .65 to .7, and a rotation of factors into dead latents can raise the score;
    `active_modularity` leaves them out. Duplicates cost nothing, nor does a factor that no latent knows.
    Source: Ridgeway & Mozer, Learning Deep Disentangled Embeddings with the F-Statistic Loss (2018), §3.
    """
    codes, factors = checked(codes, factors, factors_needed=2)
    squares = mutual_informations(codes, factors) ** 2
    best = squares.max(axis=1)
    spread = (squares.sum(axis=1) - best) / np.where(best > 0, best, 1) / (squares.shape[1] - 1)
    return float(np.where(best > 0, 1 - spread, 0).mean())


def active_modularity(codes: Array, factors: Array, threshold: float = 0.05) -> float:
    """`modularity` of the latents whose standard deviation is at least `threshold`; 0 if there is none.

    An extra of this package; the threshold is that of `factor_vae_score`. Blind spot: it depends on scale, and noise
    that is large is active.
    """
    require_numbers(threshold=threshold)
    codes, factors = checked(codes, factors, factors_needed=2)
    active = codes.std(axis=0) >= threshold
    return modularity(codes[:, active], factors) if active.any() else 0.0


def continuous_mig(mean: Array, log_variance: Array, factors: Array, *, n_samples: int = 1000, seed: int = 0) -> float:
    """MIG without bins, from q(z|x) itself: samples of z under the aggregate posterior, not posterior means.

        I(z; v) = E_{q(z, v)} [log q(z|v) - log q(z)],    q(z|v) = mean over images x with that v of N(z; μ(x), σ²(x))

    `mean`, `log_variance` [n, d] and `factors` [n, k] of images that stand for the data set: all of them, as in the
    paper, or a random sample, in which each image is a larger part of its own mixture, so that I is biased upwards
    where σ is small for the distance of neighbours. The expectation is Monte Carlo over `n_samples` pairs of an image
    and a z: an error of some .02 at 1,000.

    An extra of this package. Between 0 and 1, but for the error. Ceiling: 1, there is no log 20 here. Blind spots:
    those of `mig`, bins apart. Noise in q(z|x) counts, so an encoder that is unsure is worth less than its means.
    Raises ValueError also for log-variances that are not finite or of another shape than the means.
    Source: Chen et al. (2018), eq. 6 and appendix C.
    """
    require_integers(1, n_samples=n_samples)
    require_integers(0, seed=seed)
    log_variance, _ = checked(log_variance, factors, name="log-variances")
    mean, factors = checked(mean, factors, latents=2, name="means")
    if log_variance.shape != mean.shape:
        raise ValueError(f"found mean {mean.shape} and log_variance {log_variance.shape}, expected equal shapes")
    rng = np.random.default_rng(seed)
    sampled = rng.integers(len(mean), size=n_samples)
    log_variance = log_variance.clip(-600, 600)  # whose exponentials are finite
    z = mean[sampled] + np.exp(log_variance[sampled] / 2) * rng.standard_normal((n_samples, mean.shape[1]))
    level, share = _levels(factors)

    informations = np.zeros((mean.shape[1], factors.shape[1]))
    for j in range(mean.shape[1]):
        precision, log_scale = np.exp(-log_variance[:, j] / 2), log_variance[:, j] / 2
        for (part,) in parts(np.arange(n_samples), size=100):
            distance = (z[part, j, None] - mean[:, j]) * precision
            distance = distance.clip(-1e15, 1e15).astype(np.float32)  # whose squares float32 can hold
            log_density = -(distance**2) / 2 - log_scale.astype(np.float32)
            log_density -= log_density.max(axis=1, keepdims=True)  # a constant of each z: it cancels in the ratio
            density = np.exp(np.maximum(log_density, -80))  # smaller ones are slow and change nothing
            given = np.take_along_axis(density @ share, level[sampled[part]], axis=1)
            informations[j] += np.log(given / density.mean(axis=1, keepdims=True)).sum(axis=0) / n_samples
    return float((top_gap(informations) / entropies(factors)).mean())


def _levels(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The levels of all factors, counted through: which ones an image has [n, k]; and, [n, levels], 1 / the number of
    images with that level for each that has it, else 0: a matrix that averages over the images with a level."""
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
    return np.array([entropy(empirical_pmf(values)) for values in factors.T])


def top_gap(of_latents: np.ndarray) -> np.ndarray:
    """The largest minus the second largest of each column: [k]."""
    *_, second, first = np.sort(of_latents, axis=0)
    return first - second
