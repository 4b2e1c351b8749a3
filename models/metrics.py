"""Scores of disentanglement: each a pure function of codes and the factors behind them, and what each cannot see.

`codes` [n, d] are real numbers, most often posterior means; `factors` [n, k] are integers, the levels of each factor.
Every score is at most 1. All of them raise ValueError, saying what was found and what is expected, for codes that are
not finite, factors that are no integers, lengths that differ, a constant factor, one latent where two are compared,
and fewer than 20 rows. A constant code is no error: it is a latent that says nothing, and its mutual information is 0.

The constants are disentanglement_lib's, so that numbers compare with those of Locatello et al., Challenging Common
Assumptions in the Unsupervised Learning of Disentangled Representations (2019). Two extras are none of that study's:
`continuous_mig` and `active_modularity`.

Ceilings on dSprites: orientation 39 is orientation 0, and small sprites turned a little give one image. No encoder
can tell these apart, so even the best stays below the ceilings named here, which are those of codes that know every
factor.
"""

import copy
import math
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from tqdm.auto import tqdm

from infotheory import empirical_joint, empirical_pmf, entropy, mutual_information

BINS = 20
Array = Any  # a numpy.ndarray, a torch.Tensor or a list


class DCI(NamedTuple):
    """The three scores of `dci`, each at most 1."""

    disentanglement: float
    completeness: float
    informativeness: float


# Scores from mutual information: every row is used.


def mig(codes: Array, factors: Array) -> float:
    """Mutual information gap: how far the best latent of a factor is ahead of the second best, a mean over factors.

        MIG = 1/k Σ_v (I(z_(1); v) - I(z_(2); v)) / H(v)

    with plug-in mutual informations of codes in 20 bins of equal width. Between 0 and 1; unchanged by permuting,
    shifting, scaling or flipping latents.

    Ceiling: I(z; v) <= log 20, so a factor with more levels than bins cannot reach 1: codes that are dSprites' five
    factors have .90. Blind spot: a factor in two equal latents counts as one in none, and a rotation of two latents
    is punished even if p(z) is the same; one latent that holds two factors costs nothing. Bins stretch with outliers.
    Source: Chen et al., Isolating Sources of Disentanglement in VAEs (2018), eq. 6; see `continuous_mig`.
    """
    return float(mig_per_factor(codes, factors).mean())


def mig_per_factor(codes: Array, factors: Array) -> np.ndarray:
    """The gap of each factor, of which `mig` is the mean: [k]."""
    codes, factors = _checked(codes, factors, latents=2)
    return _top_gap(_mutual_informations(codes, factors)) / _entropies(factors)


def modularity(codes: Array, factors: Array) -> float:
    """Modularity: does a latent speak of one factor only? A mean over latents.

        1 - (Σ_v I(z; v)² - max_v I(z; v)²) / ((k - 1) max_v I(z; v)²),    or 0 for a latent without information.

    Between 0 and 1; unchanged by permuting, shifting, scaling or flipping latents. Needs two factors.

    Ceiling: 1, but for the bias of plug-in mutual information. Blind spot: dead latents vote like all others, with
    that bias alone, so pure noise has some .65 to .7, and a rotation of factors into dead latents can raise the score;
    `active_modularity` leaves them out. Duplicates cost nothing, nor does a factor that no latent knows.
    Source: Ridgeway & Mozer, Learning Deep Disentangled Embeddings with the F-Statistic Loss (2018), §3.
    """
    codes, factors = _checked(codes, factors, factors_needed=2)
    squares = _mutual_informations(codes, factors) ** 2
    best = squares.max(axis=1)
    spread = (squares.sum(axis=1) - best) / np.where(best > 0, best, 1) / (squares.shape[1] - 1)
    return float(np.where(best > 0, 1 - spread, 0).mean())


def active_modularity(codes: Array, factors: Array, threshold: float = 0.05) -> float:
    """`modularity` of the latents whose standard deviation is at least `threshold`; 0 if there is none.

    An extra of this package; the threshold is that of `factor_vae_score`. Blind spot: it depends on scale, and noise
    that is large is active.
    """
    codes, factors = _checked(codes, factors, factors_needed=2)
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
    mean, factors = _checked(mean, factors, latents=2)
    log_variance, _ = _checked(log_variance, factors)
    if log_variance.shape != mean.shape or n_samples < 1:
        raise ValueError(
            f"found mean {mean.shape}, log_variance {log_variance.shape} and n_samples={n_samples}, "
            "expected equal shapes and at least 1"
        )
    rng = np.random.default_rng(seed)
    sampled = rng.integers(len(mean), size=n_samples)
    z = mean[sampled] + np.exp(log_variance[sampled] / 2) * rng.standard_normal((n_samples, mean.shape[1]))
    level, share = _levels(factors)

    informations = np.zeros((mean.shape[1], factors.shape[1]))
    for j in range(mean.shape[1]):
        precision, log_scale = np.exp(-log_variance[:, j] / 2).astype(np.float32), log_variance[:, j] / 2
        for (part,) in _parts(np.arange(n_samples), size=100):
            distance = (z[part, j, None] - mean[:, j]).astype(np.float32) * precision
            log_density = -(distance**2) / 2 - log_scale.astype(np.float32)
            log_density -= log_density.max(axis=1, keepdims=True)  # a constant of each z: it cancels in the ratio
            density = np.exp(np.maximum(log_density, -80))  # smaller ones are slow and change nothing
            given = np.take_along_axis(density @ share, level[sampled[part]], axis=1)
            informations[j] += np.log(given / density.mean(axis=1, keepdims=True)).sum(axis=0) / n_samples
    return float((_top_gap(informations) / _entropies(factors)).mean())


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


# Scores from classifiers: they learn from the first two thirds of the rows, and are tested on the last third.


def sap(codes: Array, factors: Array) -> float:
    """Separated attribute predictability: like MIG, but of test accuracies, not information.

        SAP = 1/k Σ_v (accuracy of the best latent - accuracy of the second best)

    of a linear support vector machine on one latent (C = .01, balanced classes). Between 0 and 1; unchanged by
    permuting latents, but the penalty C feels their scale.

    Ceiling: far below 1. One-against-rest lines on one number find the outer levels of a factor, never those between:
    codes that are dSprites' five factors have .18. Blind spot: that, and MIG's.
    Source: Kumar et al., Variational Inference of Disentangled Latent Concepts from Unlabeled Observations (2018), §3.
    """
    from sklearn.svm import LinearSVC

    codes, factors = _checked(codes, factors, latents=2)
    accuracies = np.zeros((codes.shape[1], factors.shape[1]))
    for k, (train, test, v_train, v_test) in enumerate(_thirds(codes, factors)):
        for j in range(codes.shape[1]):
            machine = LinearSVC(C=0.01, class_weight="balanced", random_state=0)
            accuracies[j, k] = machine.fit(train[:, [j]], v_train).score(test[:, [j]], v_test)
    return float(_top_gap(accuracies).mean())


def explicitness(codes: Array, factors: Array) -> float:
    """Explicitness: can a linear classifier read each level of each factor from all latents together?

        1/k Σ_v mean over levels of v of the area under the ROC curve of that level against the others

    of multinomial logistic regression on codes scaled to mean 0 and variance 1. At most 1, and .5 by chance; a level
    that the test rows lack has no curve and is left out. Unchanged by permuting, shifting or scaling latents.

    Ceiling: 1. Blind spot: it asks how much is known, not where: any rotation has the same score but for the penalty.
    Source: Ridgeway & Mozer (2018), §3.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    codes, factors = _checked(codes, factors)
    areas = []
    for train, test, v_train, v_test in _thirds(codes, factors):
        centre, scale = train.mean(axis=0), train.std(axis=0)
        scale = np.where(scale > 0, scale, 1)
        classifier = _quietly(LogisticRegression(), (train - centre) / scale, v_train)
        probabilities = classifier.predict_proba((test - centre) / scale)
        levels = [(column, v_test == v) for column, v in enumerate(classifier.classes_) if (v_test == v).any()]
        areas.append(np.mean([roc_auc_score(own, probabilities[:, column]) for column, own in levels]))
    return float(np.mean(areas))


def dci(codes: Array, factors: Array, *, booster: str = "gradient") -> DCI:
    """Disentanglement, completeness and informativeness, from how much each latent matters to boosted trees.

    With R [d, k], the importance of each latent for each factor, and H_n the entropy in units of log n,

        disentanglement = Σ_i ρ_i (1 - H_k(row i of R)),       ρ_i the share of row i in R,
        completeness    = Σ_v ρ_v (1 - H_d(column v of R)),    ρ_v the share of column v,
        informativeness = mean test accuracy.

    `booster="gradient"` is the reference, scikit-learn's `GradientBoostingClassifier()` and its impurity importances:
    100 trees of depth 3 for each level; for dSprites' 113 levels and 10,000 rows, minutes. "histogram" is the fast
    mode: `HistGradientBoostingClassifier` with the same number, depth and rate of trees on codes in 255 bins, whose
    importances are the gains summed over splits (Friedman, 2001, §8.1), as LightGBM and XGBoost report them. On the
    calibration data the two agree within .04.

    Between 0 and 1; unchanged by permuting, shifting and scaling latents. Ceiling: 1 for the first two even with dead
    latents; informativeness is 1 if every level can be read. Blind spot: trees of depth 3 cut along axes, so a rotation
    costs informativeness, too; the scores of two models of trees are not comparable. Disentanglement does not see a
    factor in two latents, completeness does not see two factors in one.
    Source: Eastwood & Williams, A Framework for the Quantitative Evaluation of Disentangled Representations (2018).
    """
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    if booster not in ("gradient", "histogram"):
        raise ValueError(f'found booster={booster!r}, expected "gradient" or "histogram"')
    codes, factors = _checked(codes, factors, latents=2, factors_needed=2)
    importances, accuracies = np.zeros((codes.shape[1], factors.shape[1])), []
    with threadpool_limits(1):  # trees so small are slower on two threads, ten times so on a busy machine
        for k, (train, test, v_train, v_test) in enumerate(_thirds(codes, factors)):
            if booster == "gradient":
                trees = GradientBoostingClassifier(random_state=0).fit(train, v_train)
                importances[:, k] = trees.feature_importances_
            else:
                trees = HistGradientBoostingClassifier(max_depth=3, early_stopping=False, random_state=0)
                importances[:, k] = _gains(trees.fit(train, v_train), codes.shape[1])
            accuracies.append(trees.score(test, v_test))
    return DCI(_concentration(importances), _concentration(importances.T), float(np.mean(accuracies)))


def _gains(trees, n_latents: int) -> np.ndarray:
    """The gain of all splits on each latent, as shares: scikit-learn stores it, but has no public name for it."""
    nodes = np.concatenate([tree.nodes for iteration in trees._predictors for tree in iteration])
    splits = nodes[nodes["is_leaf"] == 0]
    gains = np.bincount(splits["feature_idx"], weights=splits["gain"], minlength=n_latents)
    return gains / (gains.sum() or 1)


def _concentration(importances: np.ndarray) -> float:
    """1 - the entropy of each row in units of its log length, weighted by the row's share of the whole."""
    shares = importances + 1e-11  # the reference's: a row of zeros is uniform, hence worth 0
    shares = shares / shares.sum(axis=1, keepdims=True)
    weights = importances.sum(axis=1) / (importances.sum() or 1)
    return float(weights @ (1 - entropy(shares, base=shares.shape[1])))


# Scores from interventions: images are drawn that share a factor. They need an encoder, and a data set.


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

    `represent` takes images to codes [n, d]; `data` has `factor_sizes`, and `images(factors)` for integers [n, k]. An
    image that is drawn twice is encoded once. With `n_images`, all is drawn from a random subset of so many images.
    Raises ValueError also for fewer than two factors, and sizes below 1.

    Ceiling: 1. Blind spot: any linear classifier of d numbers will do, so a rotation, a factor in many latents, and
    many factors in one latent all may have 1; latents on a small scale are lost in the penalty.
    Source: Higgins et al., β-VAE (2017), §3; its reading in disentanglement_lib, with absolute differences.
    """
    images = _Images(lambda factors: represent(data.images(factors)), data.factor_sizes, n_images, seed)
    return _beta_vae_score(images, seed, n_train, n_test, n_pairs)


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
    Source: Kim & Mnih, Disentangling by Factorising (2018), §2; the threshold is disentanglement_lib's.
    """
    images = _Images(lambda factors: represent(data.images(factors)), data.factor_sizes, n_images, seed)
    return _factor_vae_score(images, seed, n_train, n_test, n_variance, batch_size, threshold)


def _beta_vae_score(
    images: "_Images", seed: int, n_train: int = 10_000, n_test: int = 5_000, n_pairs: int = 64
) -> float:
    from sklearn.linear_model import LogisticRegression

    _require(1, n_train=n_train, n_test=n_test, n_pairs=n_pairs)
    rng = np.random.default_rng(seed)
    shared = rng.integers(images.n_factors, size=n_train + n_test)
    first = rng.integers(len(images), size=(n_train + n_test, n_pairs))
    second = images.with_equal(shared, first, rng)
    images.encode(first, second)
    points = np.concatenate([abs(images.codes[a] - images.codes[b]).mean(axis=1) for a, b in _parts(first, second)])
    if len(set(shared[:n_train])) < 2:
        raise ValueError(f"found n_train={n_train}, expected enough points that two factors are among them")
    classifier = _quietly(LogisticRegression(), points[:n_train], shared[:n_train])
    return float(classifier.score(points[n_train:], shared[n_train:]))


def _factor_vae_score(
    images: "_Images",
    seed: int,
    n_train: int = 10_000,
    n_test: int = 5_000,
    n_variance: int = 10_000,
    batch_size: int = 64,
    threshold: float = 0.05,
) -> float:
    _require(1, n_train=n_train, n_test=n_test)
    _require(2, n_variance=n_variance, batch_size=batch_size)
    rng = np.random.default_rng(seed)
    anywhere = rng.integers(len(images), size=n_variance)
    fixed = rng.integers(images.n_factors, size=n_train + n_test)
    anchor = rng.integers(len(images), size=(n_train + n_test, 1))  # its value is the one that the batch has
    batches = images.with_equal(fixed, np.broadcast_to(anchor, (n_train + n_test, batch_size)), rng)
    images.encode(anywhere, batches)
    variance = images.codes[anywhere].var(axis=0, ddof=1)
    active = np.sqrt(variance) >= threshold
    if not active.any():
        return 0.0
    local = np.concatenate([images.codes[part].var(axis=1, ddof=1) for (part,) in _parts(batches)])
    least = (local[:, active] / variance[active]).argmin(axis=1)
    votes = np.zeros((active.sum(), images.n_factors), int)
    np.add.at(votes, (least[:n_train], fixed[:n_train]), 1)
    return float((votes.argmax(axis=1)[least[n_train:]] == fixed[n_train:]).mean())


class _Images:
    """A data set's images by number, all or a random subset; each is encoded when it is first asked for, and once."""

    def __init__(
        self,
        represent: Callable[[np.ndarray], Array],  # factors -> codes
        factor_sizes: Sequence[int],
        n_images: int | None = None,
        seed: int = 0,
        *,
        disable: bool = True,
    ):
        if len(factor_sizes) < 2 or min(factor_sizes) < 2:
            raise ValueError(f"found factor_sizes={tuple(factor_sizes)}, expected two factors of two values or more")
        self.factors = _grid(factor_sizes, n_images, seed)
        self.represent, self.disable = represent, disable
        self.codes: np.ndarray | None = None  # [number of images, d], once the first are encoded
        self.known = np.zeros(len(self.factors), bool)

    def __len__(self) -> int:
        return len(self.factors)

    @property
    def n_factors(self) -> int:
        return self.factors.shape[1]

    def encode(self, *numbers: np.ndarray) -> None:
        """Make sure that `codes` has the rows of these images."""
        asked = np.zeros(len(self), bool)
        for some in numbers:
            asked[some] = True
        missing = np.flatnonzero(asked & ~self.known)
        with tqdm(total=len(missing), desc="encode", unit="image", leave=False, disable=self.disable) as progress:
            for (part,) in _parts(missing, size=1024):
                codes = _as_array(self.represent(self.factors[part]))
                if codes.ndim != 2 or len(codes) != len(part):
                    raise ValueError(f"found codes of shape {codes.shape} for {len(part)} images, expected [n, d]")
                if not np.isfinite(codes).all():
                    raise ValueError(f"found codes that are not finite among {len(part)} images, expected numbers")
                if self.codes is None:
                    self.codes = np.zeros((len(self), codes.shape[1]), np.float32)
                self.codes[part] = codes
                progress.update(len(part))
        self.known |= asked

    def with_equal(self, factor: np.ndarray, images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each of `images` [n, m] a random one that has the same value of the row's `factor` [n]: [n, m]."""
        equal = np.empty(images.shape, np.int64)
        for k in range(self.n_factors):
            values = self.factors[:, k]
            by_value, sizes = np.argsort(values, kind="stable"), np.bincount(values)
            value = values[images[factor == k]]
            place = (rng.random(value.shape) * sizes[value]).astype(np.int64)
            equal[factor == k] = by_value[(sizes.cumsum() - sizes)[value] + place]
        return equal


def _grid(factor_sizes: Sequence[int], n_images: int | None, seed: int) -> np.ndarray:
    """The factors of all images in order, or of `n_images` different ones at random: [n, k]."""
    total = math.prod(factor_sizes)
    if n_images is None or n_images >= total:
        rows = np.arange(total)
    else:
        _require(1, n_images=n_images)
        rows = np.random.default_rng([seed, 1]).choice(total, n_images, replace=False)
    return np.stack(np.unravel_index(rows, tuple(factor_sizes)), axis=1)


def _parts(*arrays: np.ndarray, size: int = 500) -> Iterator[tuple[np.ndarray, ...]]:
    """The arrays, `size` rows at a time."""
    return (tuple(array[i : i + size] for array in arrays) for i in range(0, len(arrays[0]), size))


# All of them, for a model.


def scores(
    model, data, seed: int = 0, *, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """Every score of a model with `encode(images) -> (mean, log_variance)`, by name, at the reference's sample sizes.

    The codes are posterior means of images of `data`, such as `Sprites`, drawn with replacement: 10,000 for scores of
    mutual information, the same and 5,000 more for those that test a classifier. `continuous_mig` has 20,000 images,
    all different. The two scores from interventions draw their 15,000 points, of 128 and 64 images, from `n_images`
    different images; None is all, as in the reference. For two β-VAEs and five seeds, the means from 200,000 and from
    all differ by .004 at most, while single seeds scatter by .002 to .008. `booster` is that of `dci`.

    The model is left as it is, and read in eval mode on its device. Progress is shown unless TQDM_DISABLE is set.
    """
    if not hasattr(model, "encode"):
        raise ValueError(f"found {type(model).__name__} without encode, expected a model of q(z|x)")
    disable = bool(os.environ.get("TQDM_DISABLE"))
    posterior = _posterior(model, data)
    rng = np.random.default_rng([seed, 2])
    factors = np.stack([rng.integers(size, size=15_000) for size in data.factor_sizes], axis=1)
    codes = posterior(factors)[0]
    first = codes[:10_000], factors[:10_000]
    different = _grid(data.factor_sizes, 20_000, seed + 1)
    images = _Images(lambda factors: posterior(factors)[0], data.factor_sizes, n_images, seed, disable=disable)
    steps: dict[str, Callable[[], Any]] = {
        "mig": lambda: mig(*first),
        "sap": lambda: sap(codes, factors),
        "dci": lambda: dci(codes, factors, booster=booster),
        "modularity": lambda: modularity(*first),
        "explicitness": lambda: explicitness(codes, factors),
        "beta_vae": lambda: _beta_vae_score(images, seed),
        "factor_vae": lambda: _factor_vae_score(images, seed),
        "continuous_mig": lambda: continuous_mig(*posterior(different), different, seed=seed),
        "active_modularity": lambda: active_modularity(*first),
    }
    found: dict[str, float] = {}
    with tqdm(steps.items(), unit="score", disable=disable) as progress:
        for name, score in progress:
            progress.set_description(name)
            value = score()
            found |= {f"dci_{part}": v for part, v in value._asdict().items()} if name == "dci" else {name: value}
    return found


def _posterior(model, data) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """A function of factors [n, k]: the mean and log-variance of q(z|x) of their images, each [n, d]."""
    device = next(model.parameters()).device
    model = copy.deepcopy(model).eval().to(memory_format=torch.channels_last)  # the fastest convolutions on a CPU
    batch_size = 64 if device.type == "cpu" else 4096  # what the cache holds, and what keeps a GPU busy

    @torch.no_grad()
    def posterior(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts = []
        for (some,) in _parts(factors, size=4096):
            images = data.images(torch.as_tensor(some, device=device)).to(device)
            parts += [torch.stack(model.encode(batch)).float().cpu() for batch in images.split(batch_size)]
        mean, log_variance = torch.cat(parts, dim=1).numpy()
        return mean, log_variance

    return posterior


# What they share.


def _checked(codes: Array, factors: Array, latents: int = 1, factors_needed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, the codes in float64; ValueError for what the module says."""
    codes, factors = _as_array(codes), _as_array(factors)
    if codes.ndim != 2 or codes.dtype.kind not in "fiu":
        raise ValueError(f"found codes of shape {codes.shape} and {codes.dtype}, expected real numbers [n, d]")
    if factors.ndim != 2 or factors.dtype.kind not in "iu":
        raise ValueError(f"found factors of shape {factors.shape} and {factors.dtype}, expected integers [n, k]")
    if len(codes) != len(factors):
        raise ValueError(f"found {len(codes)} rows of codes and {len(factors)} of factors, expected one for each image")
    if len(codes) < BINS:
        raise ValueError(f"found {len(codes)} rows, expected at least {BINS}")
    if codes.shape[1] < latents or factors.shape[1] < factors_needed:
        raise ValueError(
            f"found {codes.shape[1]} latents and {factors.shape[1]} factors, "
            f"expected at least {latents} and {factors_needed}"
        )
    if not np.isfinite(codes).all():
        row, column = np.argwhere(~np.isfinite(codes))[0]
        raise ValueError(f"found {codes[row, column]} in row {row}, latent {column} of the codes, expected numbers")
    _require_levels(factors, "all rows")
    return codes.astype(np.float64), factors


def _require_levels(factors: np.ndarray, where: str) -> None:
    constant = (factors == factors[0]).all(axis=0)
    if constant.any():
        k = int(constant.argmax())
        raise ValueError(f"found factor {k} = {factors[0, k]} in {where}, expected two values of it or more")


def _require(least: int, **numbers: int) -> None:
    for name, n in numbers.items():
        if n < least:
            raise ValueError(f"found {name}={n}, expected at least {least}")


def _as_array(values: Array) -> np.ndarray:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def _thirds(codes: np.ndarray, factors: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """For each factor: codes of the first two thirds of the rows and of the last third, and the factor's values."""
    n = 2 * len(codes) // 3
    _require_levels(factors[:n], f"the first {n} rows, from which classifiers learn")
    _require_levels(factors[n:], f"the last {len(factors) - n} rows, on which classifiers are tested")
    for k, values in enumerate(factors.T):
        if not np.isin(values[n:], values[:n]).any():
            raise ValueError(f"found no value of factor {k} in both parts of the rows, expected rows in random order")
        yield codes[:n], codes[n:], values[:n], values[n:]


def _mutual_informations(codes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """I(z_j; v_k) in nats, plug-in, codes in 20 bins of equal width: [d, k]."""
    return np.array(
        [[mutual_information(empirical_joint(z, v, bins=BINS), check=False) for v in factors.T] for z in codes.T]
    ).reshape(codes.shape[1], factors.shape[1])


def _entropies(factors: np.ndarray) -> np.ndarray:
    return np.array([entropy(empirical_pmf(values)) for values in factors.T])


def _top_gap(of_latents: np.ndarray) -> np.ndarray:
    """The largest minus the second largest of each column: [k]."""
    *_, second, first = np.sort(of_latents, axis=0)
    return first - second


def _quietly(classifier, x: np.ndarray, y: np.ndarray):
    """Fit, without a warning that the optimiser stopped at its last iteration, as the reference's does."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return classifier.fit(x, y)
