"""Derivations that the report does not print and that its bounds and the later lectures need.

Draws hold the case where an inequality is tight, so that a bound that is off by a hair fails.
"""

import numpy as np

from ..bounds import barber_agakov_bound
from ..derivation import Derivation, Step
from ..evidence import elbo, log_evidence
from ..measures import (
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    joint,
    js_divergence,
    kl_divergence,
    marginal,
    mutual_information,
    total_correlation,
    total_variation,
)
from .derivations_infogan import draw_game
from .derivations_information import random_pmf
from .derivations_vae import draw_latent

BEYOND = "beyond the report"


def draw_pair_or_equals(rng):
    """Two pmfs p and q; in one draw of four they are the same."""
    equal = rng.random() < 0.25
    p, q = random_pmf(rng, 4), random_pmf(rng, 4)
    return {"p": p, "q": p.copy() if equal else q}


GIBBS = Derivation(
    "Gibbs' inequality",  # Cover & Thomas (2006), theorem 2.6.3
    BEYOND,
    [
        Step(r"-\mathrm{KL}(p\|q)", "", lambda p, q: -kl_divergence(p, q), "to show: at most 0"),
        Step(r"\sum_x p(x)\log\frac{q(x)}{p(x)}", "=", lambda p, q: np.sum(p * np.log(q / p)), "third form of KL"),
        Step(
            r"\sum_x p(x)\Big(\frac{q(x)}{p(x)}-1\Big)",
            "<=",
            lambda p, q: np.sum(p * (q / p - 1)),
            "the logarithm lies below its tangent, log t ≤ t - 1, and touches it at t = 1 only",
        ),
        Step("0", "=", lambda p, q: 0.0, "p and q both sum to 1"),
    ],
    draw_pair_or_equals,
)

JENSEN = Derivation(
    "ELBO by Jensen's inequality",  # Jordan et al. (1999), §6
    BEYOND,
    [
        Step(r"\log p(x)", "", lambda p_xz, **_: log_evidence(np.log(p_xz)), "the log evidence of one x"),
        Step(r"\log\sum_z p(x,z)", "=", lambda p_xz, **_: np.log(np.sum(p_xz)), "marginalisation"),
        Step(
            r"\log E_{z\sim q(z)}\Big[\frac{p(x,z)}{q(z)}\Big]",
            "=",
            lambda p_xz, q, **_: np.log(np.sum(q * (p_xz / q))),
            "times and divided by q(z)",
        ),
        Step(
            r"E_{z\sim q(z)}\Big[\log\frac{p(x,z)}{q(z)}\Big]",
            ">=",
            lambda p_xz, q, **_: np.sum(q * np.log(p_xz / q)),
            "Jensen: the log of a mean is at least the mean of the log; tight iff the ratio is constant",
        ),
        Step(r"\mathcal L", "=", lambda p_xz, q, **_: elbo(np.log(p_xz), q), "the ELBO, without any KL"),
    ],
    draw_latent,
)

INFOGAN_GAP = Derivation(
    "what L_I leaves open",
    BEYOND,
    [
        Step(
            r"H(c)-\mathcal L_I",
            "",
            lambda p_c, p_cx, Q, **_: entropy(p_c) - barber_agakov_bound(p_cx, Q),
            "how far the bound is from its ceiling",
        ),
        Step(r"-E_{c,x}[\log Q(c|x)]", "=", lambda p_cx, Q, **_: -np.sum(p_cx * np.log(Q)), "definition: Q's log-loss"),
        Step(
            r"-E_{c,x}[\log p(c|x)]+E_{c,x}\Big[\log\frac{p(c|x)}{Q(c|x)}\Big]",
            "=",
            lambda p_cx, posterior, Q, **_: -np.sum(p_cx * np.log(posterior)) + np.sum(p_cx * np.log(posterior / Q)),
            "log of a product",
        ),
        Step(
            r"H(c|x)+E_x[\mathrm{KL}(p(c|x)\|Q(c|x))]",
            "=",
            lambda p_cx, p_x, posterior, Q, **_: conditional_entropy(p_cx) + p_x @ kl_divergence(posterior, Q, axis=0),
            "the generator's part, and the bound's own",
        ),
    ],
    draw_game,
)


def draw_encoder(rng):
    """q(z|x) for a data set of five x, each of weight 1/5, and a prior p(z)."""
    q_z_given_x = rng.dirichlet(np.ones(4), size=5)
    return {"q_z_given_x": q_z_given_x, "q_z": q_z_given_x.mean(axis=0), "p_z": random_pmf(rng, 4)}


ELBO_SURGERY = Derivation(
    "ELBO surgery",  # Hoffman & Johnson (2016)
    BEYOND,
    [
        Step(
            r"E_x[\mathrm{KL}(q(z|x)\|p(z))]",
            "",
            lambda q_z_given_x, p_z, **_: np.mean(kl_divergence(q_z_given_x, p_z)),
            "the KL of the VAE's loss, over a finite data set",
        ),
        Step(
            r"E_x\sum_z q(z|x)\log\frac{q(z|x)}{q(z)}+E_x\sum_z q(z|x)\log\frac{q(z)}{p(z)}",
            "=",
            lambda q_z_given_x, q_z, p_z: (
                np.sum(q_z_given_x * np.log(q_z_given_x / q_z)) / 5 + np.sum(q_z_given_x * np.log(q_z / p_z)) / 5
            ),
            "times and divided by the aggregate posterior q(z) = E_x q(z|x)",
        ),
        Step(
            r"I(x;z)+\mathrm{KL}(q(z)\|p(z))",
            "=",
            lambda q_z_given_x, q_z, p_z: (
                mutual_information(joint(np.full(5, 1 / 5), q_z_given_x)) + kl_divergence(q_z, p_z)
            ),
            "what z says about x, and how far all z together are from the prior",
        ),
    ],
    draw_encoder,
)


def draw_latents(rng):
    """An aggregate posterior over three latents, q[z1, z2, z3], and a prior for each."""
    return {"q": random_pmf(rng, 2, 3, 2), "priors": [random_pmf(rng, n) for n in (2, 3, 2)]}


def outer(pmfs):
    """The joint pmf of independent variables."""
    return np.einsum("i,j,k->ijk", *pmfs)


def marginals(q):
    return [q.sum(axis=(1, 2)), q.sum(axis=(0, 2)), q.sum(axis=(0, 1))]


TOTAL_CORRELATION_SPLIT = Derivation(
    "split into total correlation",  # Chen et al. (2018), eq. 2
    BEYOND,
    [
        Step(
            r"\mathrm{KL}(q(z)\|p(z))",
            "",
            lambda q, priors: kl_divergence(q, outer(priors), axis=(0, 1, 2)),
            "the second part of the surgery, for a prior that factorises",
        ),
        Step(
            r"\sum_z q(z)\log\frac{q(z)}{\prod_j q(z_j)}+\sum_z q(z)\log\prod_j\frac{q(z_j)}{p(z_j)}",
            "=",
            lambda q, priors: (
                np.sum(q * np.log(q / outer(marginals(q)))) + np.sum(q * np.log(outer(marginals(q)) / outer(priors)))
            ),
            "times and divided by the product of the marginals",
        ),
        Step(
            r"\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))",
            "=",
            lambda q, priors: (
                total_correlation(q) + sum(kl_divergence(*pair) for pair in zip(marginals(q), priors, strict=True))
            ),
            "dependence among the latents, and each latent against its prior",
        ),
    ],
    draw_latents,
)


def draw_discriminator(rng):
    """p_data, p_G and a discriminator D; in one draw of four it is the best one."""
    best = rng.random() < 0.25
    p, q, D = random_pmf(rng, 4), random_pmf(rng, 4), rng.uniform(0.05, 0.95, 4)
    return {"p": p, "q": q, "D": p / (p + q) if best else D}


def heads(D):
    """D(x) as a pmf over real and generated, for each x."""
    return np.stack([D, 1 - D], axis=-1)


OPTIMAL_DISCRIMINATOR = Derivation(
    "optimal discriminator",  # Goodfellow et al. (2014), proposition 1
    BEYOND,
    [
        Step(
            "V(D,G)",
            "",
            lambda p, q, D: np.sum(p * np.log(D)) + np.sum(q * np.log(1 - D)),
            "p is the data's distribution, q the generator's",
        ),
        Step(
            r"V(D^\ast,G)-\sum_x(p(x)+q(x))\,\mathrm{KL}(D^\ast(x)\|D(x)),\quad D^\ast=\frac{p}{p+q}",
            "=",
            lambda p, q, D: (
                np.sum(p * np.log(p / (p + q)) + q * np.log(q / (p + q)))
                - (p + q) @ kl_divergence(heads(p / (p + q)), heads(D))
            ),
            "for each x a cross-entropy, which is entropy plus KL",
        ),
        Step(
            r"\sum_x\Big(p(x)\log\frac{p(x)}{p(x)+q(x)}+q(x)\log\frac{q(x)}{p(x)+q(x)}\Big)",
            "<=",
            lambda p, q, **_: -(p + q) @ entropy(heads(p / (p + q))),
            "KL is never negative: D* is best at every x, and is the only best one",
        ),
    ],
    draw_discriminator,
)

JENSEN_SHANNON = Derivation(
    "value of the optimal discriminator",  # Goodfellow et al. (2014), theorem 1
    BEYOND,
    [
        Step(
            r"V(D^\ast,G)",
            "",
            lambda p, q: -(p + q) @ entropy(heads(p / (p + q))),
            "the discriminator at its best",
        ),
        Step(
            r"\sum_x p(x)\log\frac{p(x)}{p(x)+q(x)}+\sum_x q(x)\log\frac{q(x)}{p(x)+q(x)}",
            "=",
            lambda p, q: np.sum(p * np.log(p / (p + q))) + np.sum(q * np.log(q / (p + q))),
            "D* = p / (p + q)",
        ),
        Step(
            r"\mathrm{KL}\Big(p\,\Big\|\,\frac{p+q}2\Big)+\mathrm{KL}\Big(q\,\Big\|\,\frac{p+q}2\Big)-\log 4",
            "=",
            lambda p, q: kl_divergence(p, (p + q) / 2) + kl_divergence(q, (p + q) / 2) - np.log(4),
            "p + q is twice the mixture: log 2 from each sum",
        ),
        Step(
            r"2\,\mathrm{JSD}(p,q)-\log 4",
            "=",
            lambda p, q: 2 * js_divergence(p, q) - np.log(4),
            "definition of the Jensen-Shannon divergence",
        ),
        Step(r"-\log 4", ">=", lambda p, q: -np.log(4), "JSD is never negative; 0 iff the generator has the data's p"),
    ],
    draw_pair_or_equals,
)


def draw_pinsker(rng):
    """Two pmfs: of two outcomes, of four, or the same."""
    kind = rng.random()
    n = 2 if kind < 0.25 else 4
    p, q = random_pmf(rng, n), random_pmf(rng, n)
    return {"p": p, "q": p.copy() if kind > 0.75 else q}


def coins(p, q):
    """The event A on which p is above q, as two coins: (p(A), 1 - p(A)) and (q(A), 1 - q(A))."""
    inside = [pmf[p > q].sum() for pmf in (p, q)]
    return [np.array([a, 1 - a]) for a in inside]


PINSKER = Derivation(
    "Pinsker's inequality",  # Cover & Thomas (2006), lemma 11.6.1
    BEYOND,
    [
        Step(
            r"2\,\mathrm{TV}(p,q)^2", "", lambda p, q: 2 * total_variation(p, q) ** 2, "distance, squared and doubled"
        ),
        Step(
            r"2\,(p(A)-q(A))^2,\quad A=\{x:p(x)\gt q(x)\}",
            "=",
            lambda p, q: 2 * (coins(p, q)[0][0] - coins(p, q)[1][0]) ** 2,
            "no event tells p and q better apart than A",
        ),
        Step(
            r"\mathrm{KL}(p(A)\|q(A))",
            "<=",
            lambda p, q: kl_divergence(*coins(p, q)),
            "for two coins: the difference is 0 at equality and rises with |p(A) - q(A)|",
        ),
        Step(
            r"\mathrm{KL}(p\|q)",
            "<=",
            lambda p, q: np.sum(p * np.log(p / q)),
            "data processing: telling only whether A happened loses information; tight for two outcomes",
        ),
    ],
    draw_pinsker,
)


def draw_guess(rng):
    """p(x, x̂) of X and a guess of it; in one draw of four the guess errs with one chance for every wrong x."""
    tight = rng.random() < 0.25
    p, error = random_pmf(rng, 3, 3), rng.uniform(0.05, 0.95)
    if tight:
        p = (np.eye(3) * (1 - error) + (1 - np.eye(3)) * error / 2) / 3
    hit = np.eye(3)[:, :, None]
    return {"p": p, "p_xge": p[:, :, None] * np.concatenate([1 - hit, hit], axis=2), "error": 1 - np.trace(p)}


FANO = Derivation(
    "Fano's inequality",  # Cover & Thomas (2006), theorem 2.10.1
    BEYOND,
    [
        Step(r"H(X|\hat X)", "", lambda p, **_: conditional_entropy(p), "what the guess leaves open about X"),
        Step(
            r"H(E,X|\hat X),\quad E=[X\neq\hat X]",
            "=",
            lambda p_xge, **_: entropy(p_xge, axis=(0, 1, 2)) - entropy(p_xge.sum(axis=(0, 2))),
            "X and the guess determine the error E",
        ),
        Step(
            r"H(E|\hat X)+H(X|E,\hat X)",
            "=",
            lambda p_xge, **_: (
                conditional_entropy(p_xge.sum(axis=0), given="x") + conditional_entropy(p_xge.reshape(3, 6))
            ),
            "chain rule",
        ),
        Step(
            r"H(E)+H(X|E,\hat X)",
            "<=",
            lambda p_xge, **_: entropy(p_xge.sum(axis=(0, 1))) + conditional_entropy(p_xge.reshape(3, 6)),
            "conditioning reduces entropy",
        ),
        Step(
            r"H(E)+P(E)\log(n-1)",
            "<=",
            lambda error, **_: -error * np.log(error) - (1 - error) * np.log(1 - error) + error * np.log(2),
            "without error nothing is open; with one, at most n - 1 values of X are left (n = 3 here)",
        ),
    ],
    draw_guess,
)


def draw_chain(rng):
    """A Markov chain X → Y → Z: p(x, y, z) = p(x) p(y|x) p(z|y); in one draw of four Z is a copy of Y."""
    copy = rng.random() < 0.25
    p_xy, channel = random_pmf(rng, 3, 3), rng.dirichlet(np.ones(3), size=3)
    return {"p": p_xy[:, :, None] * (np.eye(3) if copy else channel)}


DATA_PROCESSING = Derivation(
    "data processing inequality",  # Cover & Thomas (2006), theorem 2.8.1
    BEYOND,
    [
        Step("I(X;Y)", "", lambda p: mutual_information(p.sum(axis=2)), "X → Y → Z: Z is made from Y alone"),
        Step(
            "I(X;Y)+I(X;Z|Y)",
            "=",
            lambda p: mutual_information(p.sum(axis=2)) + conditional_mutual_information(np.swapaxes(p, 1, 2)),
            "Markov: given Y, Z knows nothing more of X",
        ),
        Step("I(X;Y,Z)", "=", lambda p: mutual_information(p.reshape(3, 9)), "chain rule"),
        Step(
            "I(X;Z)+I(X;Y|Z)",
            "=",
            lambda p: mutual_information(p.sum(axis=1)) + conditional_mutual_information(p),
            "chain rule, in the other order",
        ),
        Step(
            "I(X;Z)",
            ">=",
            lambda p: entropy(marginal(p.sum(axis=1))) - conditional_entropy(p.sum(axis=1)),
            "conditional information is never negative; tight where Z keeps all that Y knew",
        ),
    ],
    draw_chain,
)

BEYOND_THE_REPORT = [
    GIBBS,
    JENSEN,
    INFOGAN_GAP,
    ELBO_SURGERY,
    TOTAL_CORRELATION_SPLIT,
    OPTIMAL_DISCRIMINATOR,
    JENSEN_SHANNON,
    PINSKER,
    FANO,
    DATA_PROCESSING,
]
