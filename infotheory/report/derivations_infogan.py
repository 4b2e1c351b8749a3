"""The derivations of the report's section 4.1, InfoGAN, on games small enough for every expectation to be a sum.

A game has noise z, a code c, a generator G that sends each pair (z, c) to one x, a discriminator D(x) and an
auxiliary Q(c|x). Integrals of the report are sums here. In one draw of four Q is the posterior p(c|x), where the
bounds are tight, so that a bound raised by a hair fails. Sources: Chen et al. (2016), eq. 1-6 and lemma 5.1;
Barber & Agakov (2003).
"""

import numpy as np

from ..bounds import barber_agakov_bound
from ..derivation import Derivation, Step
from ..measures import (
    conditional,
    conditional_entropy,
    cross_entropy,
    entropy,
    joint,
    kl_divergence,
    mutual_information,
)
from .derivations_information import random_pmf

N_Z, N_C, N_X = 6, 3, 3


def random_generator(rng):
    """A table G[z, c] of outputs x, such that every code can give every x."""
    return np.stack([rng.permutation(np.arange(N_Z) % N_X) for _ in range(N_C)], axis=1)


def code_and_output(p_z, p_c, G):
    """p(c, x) of x = G(z, c) with z and c drawn apart: [c, x]."""
    return np.einsum("z,c,zcx->cx", p_z, p_c, np.eye(N_X)[G])


def draw_game(rng):
    tight = rng.random() < 0.25
    p_z, p_c, p_data, D = random_pmf(rng, N_Z), random_pmf(rng, N_C), random_pmf(rng, N_X), rng.uniform(0.05, 0.95, N_X)
    G, weight = random_generator(rng), rng.uniform(0, 3)
    p_cx = code_and_output(p_z, p_c, G)
    p_x = p_cx.sum(axis=0)
    p_c_given_x = p_cx / p_x
    Q = p_c_given_x if tight else rng.dirichlet(np.ones(N_C), size=N_X).T
    return {
        "p_z": p_z, "p_c": p_c, "p_data": p_data, "D": D, "G": G, "weight": weight,
        "p_cx": p_cx, "p_x": p_x, "posterior": p_c_given_x, "Q": Q,
    }  # fmt: skip


def draw_generators(rng):
    """Five generators that compete, with the same noise and codes: p(c, x) of each, [generator, c, x]."""
    p_z, p_c = random_pmf(rng, N_Z), random_pmf(rng, N_C)
    return {"p_c": p_c, "p_cx": np.stack([code_and_output(p_z, p_c, random_generator(rng)) for _ in range(5)])}


def adversarial_value(p_z, p_c, p_data, D, G):
    """V_GAN(D, G) as printed: the mean over data of log D, plus the mean over (z, c) of log(1 - D(G(z, c)))."""
    return np.sum(p_data * np.log(D)) + np.sum(np.outer(p_z, p_c) * np.log(1 - D[G]))


def log_likelihood_of_labels(p_data, p_x, D):
    """Twice the mean log-likelihood of the label "real" or "generated", each half the time, that D predicts."""
    both = np.stack([p_data, p_x], axis=-1) / 2  # p(x, label)
    weight = both.sum(axis=-1)
    return -2 * weight @ cross_entropy(both / weight[:, None], np.stack([D, 1 - D], axis=-1))


def mean_log_q(p_z, p_c, G, Q):
    """E log Q(c|x) with z ~ p(z), c ~ p(c), x = G(z, c): at the very code that made x."""
    return sum(p_z[z] * p_c[c] * np.log(Q[c, G[z, c]]) for z in range(N_Z) for c in range(N_C))


OBJECTIVE = Derivation(
    "InfoGAN objective",
    "section 4.1.1",
    [
        Step(
            "V_I(D,G)",
            "",
            lambda p_data, p_x, D, p_cx, weight, **_: (
                log_likelihood_of_labels(p_data, p_x, D) - weight * mutual_information(p_cx)
            ),
            "what G lowers and D raises; it rewards codes that can be read from x",
        ),
        Step(
            r"V_{\mathrm{GAN}}(D,G)-\lambda I(c;G(z,c))",
            "=",
            lambda p_z, p_c, p_data, D, G, p_cx, p_x, weight, **_: (
                adversarial_value(p_z, p_c, p_data, D, G) - weight * np.sum(p_cx * np.log(p_cx / (p_c[:, None] * p_x)))
            ),
            "definition",
        ),
    ],
    draw_game,
    equations=("4.1.1 objective",),
)

ADVERSARIAL_VALUE = Derivation(
    "adversarial value",
    "section 4.1.1",
    [
        Step(
            r"V_{\mathrm{GAN}}(D,G)",
            "",
            lambda p_data, p_x, D, **_: log_likelihood_of_labels(p_data, p_x, D),
            "twice the log-likelihood of D as a classifier of real against generated",
        ),
        Step(
            r"E_{x\sim p_{\mathrm{data}}(x)}[\log D(x)]+E_{z\sim p_z(z),\,c\sim p(c)}[\log(1-D(G(z,c)))]",
            "=",
            lambda p_z, p_c, p_data, D, G, **_: adversarial_value(p_z, p_c, p_data, D, G),
            "one term a label; the generated x is G(z,c)",
        ),
    ],
    draw_game,
    equations=("4.1.1 adversarial value",),
)

MAXIMAL_INFORMATION = Derivation(
    "maximal information",
    "section 4.1.1",
    [
        Step(r"\max_G I(c;G(z,c))", "", lambda p_cx, **_: mutual_information(p_cx), "the goal"),
        Step(
            r"\max_G\,[H(c)-H(c|G(z,c))]",
            "=",
            lambda p_cx, p_c: entropy(p_c) - conditional_entropy(p_cx),
            "I(X;Y) = H(X) - H(X|Y)",
        ),
        Step(
            r"\min_G H(c|G(z,c))",
            "equivalent",
            lambda p_cx, **_: -np.sum(p_cx * np.log(p_cx / p_cx.sum(axis=1, keepdims=True)), axis=(1, 2)),
            "H(c) is constant: the same G is best, though the two values are different (they sum to H(c))",
            best="min",
        ),
    ],
    draw_generators,
    equations=("4.1.1 maximal information",),
)

BOUND = Derivation(
    "variational information maximisation",
    "section 4.1.1",
    [
        Step("I(c;G(z,c))", "", lambda p_cx, **_: mutual_information(p_cx), "the goal"),
        Step(
            "H(c)-H(c|G(z,c))",
            "=",
            lambda p_c, p_cx, **_: entropy(p_c) - conditional_entropy(p_cx),
            "I(X;Y) = H(X) - H(X|Y)",
        ),
        Step(
            r"H(c)+\iint p(c',x)\log p(c'|x)\,dc'\,dx",
            "=",
            lambda p_c, p_cx, p_x, **_: entropy(p_c) + np.sum(p_cx * np.log(p_cx / p_x)),
            "definition of H(c|x), with its logarithm, over c' and x",
        ),
        Step(
            r"H(c)+E_{x=G(z,c),\,c'\sim p(c|x)}[\log p(c'|x)]",
            "=",
            lambda p_z, p_c, G, p_cx, **_: (
                entropy(p_c) - np.sum(np.outer(p_z, p_c) * entropy(conditional(p_cx), axis=0)[G])
            ),
            "p(c',x) = p(x) p(c'|x): draw z and c, make x, then draw c' afresh from the posterior",
        ),
        Step(
            r"H(c)+E_xE_{c'\sim p(c|x)}[\log p(c'|x)]",
            "=",
            lambda p_c, p_x, posterior, **_: entropy(p_c) + p_x @ np.sum(posterior * np.log(posterior), axis=0),
            "the mean over x of the mean over c'",
        ),
        Step(
            r"H(c)+E_xE_{c'\sim p(c|x)}\Big[\log\Big(\frac{p(c'|x)}{Q(c'|x)}\cdot Q(c'|x)\Big)\Big]",
            "=",
            lambda p_c, p_x, posterior, Q, **_: (
                entropy(p_c) + p_x @ np.sum(posterior * np.log(posterior / Q * Q), axis=0)
            ),
            "times and divided by Q(c'|x)",
        ),
        Step(
            r"H(c)+E_xE_{c'}\Big[\log\frac{p(c'|x)}{Q(c'|x)}\Big]+E_xE_{c'}[\log Q(c'|x)]",
            "=",
            lambda p_c, p_x, posterior, Q, **_: (
                entropy(p_c)
                + p_x @ np.sum(posterior * np.log(posterior / Q), axis=0)
                + p_x @ np.sum(posterior * np.log(Q), axis=0)
            ),
            "log AB/C = log A/C + log B; both means are over c' from the posterior",
        ),
        Step(
            r"H(c)+E_x[D_{\mathrm{KL}}(p(\cdot|x)\|Q(\cdot|x))]+E_xE_{c'}[\log Q(c'|x)]",
            "=",
            lambda p_c, p_x, p_cx, posterior, Q, **_: (
                entropy(p_c)
                + p_x @ kl_divergence(conditional(p_cx), Q, axis=0)
                + p_x @ np.sum(posterior * np.log(Q), axis=0)
            ),
            "definition of KL, one for each x",
        ),
    ],
    draw_game,
    equations=("4.1.1 bound, line by line",),
)

LOWER_BOUND = Derivation(
    "lower bound on the information",
    "section 4.1.1",
    [
        Step(r"I(c;G(z,c)=\hat x)", "", lambda p_cx, **_: mutual_information(p_cx), "the goal"),
        Step(
            r"H(c)+E_xE_{c'}[\log Q(c'|x)]",
            ">=",
            lambda p_c, p_x, posterior, Q, **_: entropy(p_c) + p_x @ np.sum(posterior * np.log(Q), axis=0),
            "what is left out, E_x KL(p(c|x) ‖ Q(c|x)), is never negative; tight iff Q is the posterior",
        ),
    ],
    draw_game,
    equations=("4.1.1 lower bound",),
)


def draw_function(rng):
    """p(x), p(y|x) with a row for each x, and any function of x and y as a table."""
    return {"p_x": random_pmf(rng, 3), "p_y_given_x": rng.dirichlet(np.ones(3), size=3), "f": rng.normal(size=(3, 3))}


LEMMA = Derivation(
    "lemma 5.1",
    "section 4.1.1",
    [
        Step(
            r"E_{x\sim p(x),\,y\sim p(y|x)}[f(x,y)]",
            "",
            lambda p_x, p_y_given_x, f: np.sum(joint(p_x, p_y_given_x) * f),
            "a mean over pairs",
        ),
        Step(
            r"E_{x\sim p(x),\,y\sim p(y|x),\,x'\sim p(x|y)}[f(x',y)]",
            "=",
            lambda p_x, p_y_given_x, f: np.einsum(
                "x,xy,ky,ky->", p_x, p_y_given_x, conditional(joint(p_x, p_y_given_x)), f
            ),
            "x' drawn afresh given y: the pair (x', y) has the distribution of (x, y)",
        ),
    ],
    draw_function,
    equations=("4.1.1 lemma",),
)

FINAL_BOUND = Derivation(
    "final lower bound",
    "section 4.1.1",
    [
        Step(r"I(c;G(z,c)=\hat x)", "", lambda p_cx, **_: mutual_information(p_cx), "the goal"),
        Step(
            r"H(c)+E_{c\sim p(c)}E_{x\sim p(x|c)}E_{c'\sim p(c|x)}[\log Q(c'|x)]",
            ">=",
            lambda p_c, p_cx, Q, **_: (
                entropy(p_c)
                + np.einsum("c,cx,kx,kx->", p_c, conditional(p_cx, given="x"), conditional(p_cx), np.log(Q))
            ),
            "the lower bound; x is made from the code c",
        ),
        Step(
            r"H(c)+E_{c\sim p(c),\,x=G(z,c)}[\log Q(c|x)]",
            "=",
            lambda p_z, p_c, G, Q, **_: entropy(p_c) + mean_log_q(p_z, p_c, G, Q),
            "lemma 5.1, with f = log Q: no posterior is sampled, c is the code that made x",
        ),
        Step(
            r"\mathcal L_I(c,G(z,c))",
            "=",
            lambda p_cx, Q, **_: barber_agakov_bound(p_cx, Q),
            "name of this bound",
        ),
    ],
    draw_game,
    equations=("4.1.1 final lower bound",),
)

FINAL_OBJECTIVE = Derivation(
    "final InfoGAN objective",
    "section 4.1.1",
    [
        Step(
            "V_I(D,G)",
            "",
            lambda p_data, p_x, D, p_cx, weight, **_: (
                log_likelihood_of_labels(p_data, p_x, D) - weight * mutual_information(p_cx)
            ),
            "the objective that cannot be computed",
        ),
        Step(
            r"V_{\mathrm{GAN}}(D,G)-\lambda\mathcal L_I(c,G(z,c))",
            "<=",
            lambda p_z, p_c, p_data, D, G, Q, weight, **_: (
                adversarial_value(p_z, p_c, p_data, D, G)
                - weight * (-np.sum(p_c * np.log(p_c)) + mean_log_q(p_z, p_c, G, Q))
            ),
            "I is at least L_I; minimised over G and Q, and tight at the best Q",
        ),
    ],
    draw_game,
    equations=("4.1.1 final objective",),
)

SECTION_4_1 = [
    OBJECTIVE,
    ADVERSARIAL_VALUE,
    MAXIMAL_INFORMATION,
    BOUND,
    LOWER_BOUND,
    LEMMA,
    FINAL_BOUND,
    FINAL_OBJECTIVE,
]
