"""Section 4.1 of the report: the lower bound L_I on I(c; G(z, c)), and lemma 5.1, which makes it computable.

Integrals of the report are sums here. Sources: Chen et al. (2016), eq. 4-5 and lemma 5.1; Barber & Agakov (2003).
"""

import numpy as np

from ...bounds import barber_agakov_bound
from ...derivation import Derivation, Step
from ...divergences import kl_divergence
from ...measures import conditional, conditional_entropy, entropy, joint, mutual_information
from .draws import random_pmf
from .game import code_output_and_posterior, draw_channel, mean_log_q

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
            "definition of H(c|x), with its logarithm, over all c' and x",
        ),
        Step(
            r"H(c)+E_{x=G(z,c),\,c'\sim p(c|x)}[\log p(c'|x)]",
            "=",
            lambda p_z, p_c, G, p_cx, **_: (
                entropy(p_c) - np.sum(np.outer(p_z, p_c) * entropy(conditional(p_cx), axis=0)[G])
            ),
            "p(c',x) = p(x) p(c'|x): draw z and c, generate x, then draw a new c' from the posterior",
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
            "multiplied and divided by Q(c'|x)",
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
            "definition of KL, for each x",
        ),
    ],
    draw_channel,
    equations=("4.1.1 bound, line by line",),
    derive=code_output_and_posterior,
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
            "the omitted E_x KL(p(c|x) ‖ Q(c|x)) is never negative; it is 0 iff Q is the posterior",
        ),
    ],
    draw_channel,
    equations=("4.1.1 lower bound",),
    derive=code_output_and_posterior,
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
            "x' is a new draw given y: the pair (x', y) has the distribution of (x, y)",
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
            "the lower bound; x is generated from the code c",
        ),
        Step(
            r"H(c)+E_{c\sim p(c),\,x=G(z,c)}[\log Q(c|x)]",
            "=",
            lambda p_z, p_c, G, Q, **_: entropy(p_c) + mean_log_q(p_z, p_c, G, Q),
            "lemma 5.1 with f = log Q: no posterior is sampled, and c is the code that generated x",
        ),
        Step(r"\mathcal L_I(c,G(z,c))", "=", lambda p_cx, Q, **_: barber_agakov_bound(p_cx, Q), "definition of L_I"),
    ],
    draw_channel,
    equations=("4.1.1 final lower bound",),
    derive=code_output_and_posterior,
)
