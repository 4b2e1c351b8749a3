"""Random joints against dit, another library of discrete information theory, which counts in bits."""

import numpy as np
import pytest

from infotheory import (
    conditional_entropy,
    conditional_mutual_information,
    cross_entropy,
    entropy,
    joint_entropy,
    js_divergence,
    kl_divergence,
    marginal,
    mutual_information,
    total_correlation,
)

dit = pytest.importorskip("dit", reason="dit is not installed (pip install dit)")

X, Y, Z = [0], [1], [2]
drawn = pytest.mark.parametrize("seed", range(8))


def random_joint(*shape, seed, sparse=True):
    """A joint pmf of which about a quarter is exactly zero, unless it is not to be sparse."""
    rng = np.random.default_rng(seed)
    weights = rng.gamma(0.7, size=shape) + 1e-3
    if sparse:
        weights[rng.random(shape) < 0.25] = 0
        weights[(0,) * len(shape)] += 0.1
    return weights / weights.sum()


def as_dit(p):
    """The same pmf in dit's form, every outcome listed, those of probability zero as well."""
    outcomes = list(np.ndindex(p.shape))
    return dit.Distribution(outcomes, p.ravel().tolist(), trim=False)


def agrees(found, expected):
    assert found == pytest.approx(float(expected), rel=1e-9, abs=1e-10)


@drawn
def test_entropies_are_dits(seed):
    p = random_joint(3, 4, seed=seed)
    d = as_dit(p)
    agrees(joint_entropy(p, base=2), dit.shannon.entropy(d))
    agrees(entropy(marginal(p), base=2), dit.shannon.entropy(d, X))
    agrees(entropy(marginal(p, of="y"), base=2), dit.shannon.entropy(d, Y))


@drawn
def test_conditional_entropies_are_dits(seed):
    p = random_joint(3, 4, seed=seed)
    d = as_dit(p)
    agrees(conditional_entropy(p, base=2), dit.shannon.conditional_entropy(d, X, Y))
    agrees(conditional_entropy(p, given="x", base=2), dit.shannon.conditional_entropy(d, Y, X))


@drawn
def test_mutual_information_is_dits(seed):
    p = random_joint(3, 4, seed=seed)
    agrees(mutual_information(p, base=2), dit.shannon.mutual_information(as_dit(p), X, Y))


@drawn
def test_measures_of_three_variables_are_dits(seed):
    p = random_joint(2, 3, 2, seed=seed)
    d = as_dit(p)
    agrees(conditional_mutual_information(p, base=2), dit.multivariate.coinformation(d, [X, Y], Z))
    agrees(total_correlation(p, base=2), dit.multivariate.total_correlation(d))
    agrees(total_correlation(p.sum(axis=2), base=2), dit.multivariate.total_correlation(d, [X, Y]))


@drawn
def test_divergences_are_dits(seed):
    p, q = (random_joint(5, seed=2 * seed + i, sparse=False) for i in (0, 1))
    a, b = as_dit(p), as_dit(q)
    agrees(kl_divergence(p, q, base=2), dit.divergences.kullback_leibler_divergence(a, b))
    agrees(cross_entropy(p, q, base=2), dit.divergences.cross_entropy(a, b))
    agrees(js_divergence(p, q, base=2), dit.divergences.jensen_shannon_divergence([a, b]))


@drawn
def test_jensen_shannon_divergence_of_sparse_pmfs_is_dits(seed):
    p, q = (random_joint(3, 3, seed=2 * seed + i) for i in (0, 1))
    expected = dit.divergences.jensen_shannon_divergence([as_dit(p), as_dit(q)])
    agrees(js_divergence(p, q, axis=(0, 1), base=2), expected)
