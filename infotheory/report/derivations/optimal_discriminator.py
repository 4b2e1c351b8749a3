"""Beyond the report: the optimal discriminator of a GAN, whose value is a Jensen-Shannon divergence."""

import numpy as np

from ...derivation import Derivation, Step
from ...divergences import js_divergence, kl_divergence
from ...measures import entropy
from .draws import BEYOND, draw_pair_or_equals, random_pmf


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
            "p is the distribution of the data, and q is that of the generator",
        ),
        Step(
            r"V(D^\ast,G)-\sum_x(p(x)+q(x))\,\mathrm{KL}(D^\ast(x)\|D(x)),\quad D^\ast=\frac{p}{p+q}",
            "=",
            lambda p, q, D: (
                np.sum(p * np.log(p / (p + q)) + q * np.log(q / (p + q)))
                - (p + q) @ kl_divergence(heads(p / (p + q)), heads(D))
            ),
            "for each x, a cross-entropy equals an entropy plus a KL",
        ),
        Step(
            r"\sum_x\Big(p(x)\log\frac{p(x)}{p(x)+q(x)}+q(x)\log\frac{q(x)}{p(x)+q(x)}\Big)",
            "<=",
            lambda p, q, **_: -(p + q) @ entropy(heads(p / (p + q))),
            "KL is never negative, and 0 only for D = D*: at every x, D* alone is best",
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
            "the value of the optimal discriminator",
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
            "p + q is twice the mixture, so each sum contributes -log 2",
        ),
        Step(
            r"2\,\mathrm{JSD}(p,q)-\log 4",
            "=",
            lambda p, q: 2 * js_divergence(p, q) - np.log(4),
            "definition of the Jensen-Shannon divergence",
        ),
        Step(r"-\log 4", ">=", lambda p, q: -np.log(4), "JSD is never negative; it is 0 iff q = p"),
    ],
    draw_pair_or_equals,
)
