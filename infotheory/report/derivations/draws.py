"""Random inputs on which several chains are checked."""

from math import prod

import numpy as np

BEYOND = "beyond the report"  # the section of derivations that it does not print


def random_pmf(rng, *shape):
    """A pmf over outcomes of this shape, uniform on the simplex: no probability is 0."""
    return rng.dirichlet(np.ones(prod(shape))).reshape(shape)


def draw_pair_or_equals(rng):
    """Two pmfs p and q; in one draw of four they are the same."""
    equal = rng.random() < 0.25
    p, q = random_pmf(rng, 4), random_pmf(rng, 4)
    return {"p": p, "q": p.copy() if equal else q}


def draw_latent(rng):
    """p(z), p(x|z) at one x, and a q(z); in one draw of four q is the posterior."""
    tight = rng.random() < 0.25
    p_z, p_x_given_z, q = random_pmf(rng, 4), rng.uniform(0.01, 1, 4), random_pmf(rng, 4)
    if tight:
        q = p_z * p_x_given_z / np.sum(p_z * p_x_given_z)
    return {"p_z": p_z, "p_x_given_z": p_x_given_z, "q": q}


def joint_and_evidence(p_z, p_x_given_z, **_):
    """p(x, z) at the observed x, and its sum p(x)."""
    p_xz = p_z * p_x_given_z
    return {"p_xz": p_xz, "p_x": p_xz.sum()}
