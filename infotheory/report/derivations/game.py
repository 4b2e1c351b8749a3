"""InfoGAN's game, small enough for every expectation to be a sum.

A game has noise z, a code c, a generator G that sends each pair (z, c) to one x, a discriminator D(x) and an
auxiliary Q(c|x). In one draw of four Q is the posterior p(c|x). The bounds are tight there, so that a bound that is
slightly too large fails.
"""

import numpy as np

from ...divergences import cross_entropy
from .draws import random_pmf

N_Z, N_C, N_X = 6, 3, 3


def random_generator(rng):
    """A table G[z, c] of outputs x, such that every code can give every x."""
    return np.stack([rng.permutation(np.arange(N_Z) % N_X) for _ in range(N_C)], axis=1)


def code_and_output(p_z, p_c, G, n_x=N_X):
    """p(c, x) of x = G(z, c) with independent z and c: [c, x]."""
    return np.einsum("z,c,zcx->cx", p_z, p_c, np.eye(n_x)[G])


def draw_channel(rng):
    """p(z), p(c), the table G[z, c] of outputs x, and Q(c|x) with a column for each x."""
    tight = rng.random() < 0.25
    p_z, p_c, G = random_pmf(rng, N_Z), random_pmf(rng, N_C), random_generator(rng)
    p_cx = code_and_output(p_z, p_c, G)
    Q = p_cx / p_cx.sum(axis=0) if tight else rng.dirichlet(np.ones(N_C), size=N_X).T
    return {"p_z": p_z, "p_c": p_c, "G": G, "Q": Q}


def draw_game(rng):
    """The same, with the data's pmf, a discriminator D(x) and the weight λ of the information."""
    more = {"p_data": random_pmf(rng, N_X), "D": rng.uniform(0.05, 0.95, N_X), "weight": rng.uniform(0, 3)}
    return {**draw_channel(rng), **more}


def code_output_and_posterior(p_z, p_c, G, Q, **_):
    """p(c, x), p(x) and the posterior p(c|x)."""
    p_cx = code_and_output(p_z, p_c, G, n_x=Q.shape[1])
    p_x = p_cx.sum(axis=0)
    return {"p_cx": p_cx, "p_x": p_x, "posterior": p_cx / p_x}


def draw_generators(rng):
    """Five generators that compete, with the same noise and codes: p(c, x) of each, [generator, c, x]."""
    p_z, p_c = random_pmf(rng, N_Z), random_pmf(rng, N_C)
    return {"p_c": p_c, "p_cx": np.stack([code_and_output(p_z, p_c, random_generator(rng)) for _ in range(5)])}


def adversarial_value(p_z, p_c, p_data, D, G):
    """V_GAN(D, G) as printed: the mean over data of log D, plus the mean over (z, c) of log(1 - D(G(z, c)))."""
    return np.sum(p_data * np.log(D)) + np.sum(np.outer(p_z, p_c) * np.log(1 - D[G]))


def log_likelihood_of_labels(p_data, p_x, D):
    """Twice the mean log-likelihood of D for the labels "real" and "generated", which are equally likely."""
    both = np.stack([p_data, p_x], axis=-1) / 2  # p(x, label)
    weight = both.sum(axis=-1)
    return -2 * weight @ cross_entropy(both / weight[:, None], np.stack([D, 1 - D], axis=-1))


def mean_log_q(p_z, p_c, G, Q):
    """E log Q(c|x) with z ~ p(z), c ~ p(c), x = G(z, c): at the code from which x is generated."""
    return sum(p_z[z] * p_c[c] * np.log(Q[c, G[z, c]]) for z in range(len(p_z)) for c in range(len(p_c)))
