"""What slips in the report's section 4.1, on one game.

A fair code c, noise z of four equal values, x = c except at z = 0, where x = 1 - c; Q believes in 0.6 instead of 0.75.
"""

import numpy as np

from ..bounds import barber_agakov_bound
from ..measures import (
    conditional,
    conditional_entropy,
    entropy,
    joint,
    kl_divergence,
    marginal,
    mutual_information,
    total_variation,
)
from .evidence import Erratum, Evidence, Fact

G = np.array([[1, 0], [0, 1], [0, 1], [0, 1]])  # G[z, c]
P_CX = np.array([[0.375, 0.125], [0.125, 0.375]])  # c in rows
POSTERIOR = P_CX / P_CX.sum(axis=0)
Q = np.array([[0.6, 0.4], [0.4, 0.6]])  # Q(c|x), columns sum to 1
H_C, P_C, P_X = np.log(2), np.array([0.5, 0.5]), np.array([0.5, 0.5])
I = mutual_information(P_CX)
L_I = H_C + sum(np.log(Q[c, G[z, c]]) for z in range(4) for c in range(2)) / 8
MEAN_KL = P_X @ kl_divergence(POSTERIOR, Q, axis=0)


def posterior_of_the_code() -> Evidence:
    p_zx = np.array([[(G[z] == x).mean() / 4 for x in (0, 1)] for z in range(4)])
    of_z = np.log(4) + np.sum(p_zx * np.log(p_zx / p_zx.sum(axis=0)))
    of_c = H_C + np.sum(P_CX * np.log(POSTERIOR))
    return Evidence(
        (Fact("H(z) + E log p(z|x)", of_z, "=", "I(c;x)", I),),
        (Fact("H(c) + E log p(c|x)", of_c, "=", "I(c;x)", I),),
    )


def noise_and_code() -> Evidence:
    """x = c: the noise leaves no trace. And the same code with its two names exchanged."""
    p_zx = np.full((4, 2), 1 / 8)
    renamed = P_CX[::-1]
    return Evidence(
        (
            Fact("H(z|x) of G(z,c) = c, if z were features of x", conditional_entropy(p_zx), "=", "0", 0),
            Fact("I with c = label in 75 % of cases", I, ">", "I with c = label in 25 %", mutual_information(renamed)),
        ),
        (
            Fact("H(z|x) of G(z,c) = c", conditional_entropy(p_zx), "=", "log 4", np.log(4)),
            Fact("I whatever c is called", I, "=", "I", mutual_information(renamed)),
        ),
    )


def weight_of_the_information() -> Evidence:
    """λ = 1 in the paper for discrete codes; a differential entropy moves with the units of the code."""
    uniform = {width: np.log(width) for width in (2, 200)}
    ten, renamed = np.full(10, 0.1), np.full(10, 0.1)[::-1]
    return Evidence(
        (Fact("λ of the paper for a categorical code", 1, "<", "1", 1),),
        (
            Fact("H(c) of ten values", entropy(ten), "=", "H(c) of them renamed", entropy(renamed)),
            Fact("h(c) on (-1, 1)", uniform[2], "<", "h(c) on (-100, 100)", uniform[200]),
        ),
    )


def minimum_over_q() -> Evidence:
    v_gan, best_q = -np.log(4), min(-barber_agakov_bound(P_CX, np.array([[a, 1 - a], [1 - a, a]])) for a in (0.6, 0.75))
    return Evidence(
        (Fact("V - L_I at a fixed Q, minimised over G alone", v_gan - L_I, "=", "V - I", v_gan - I),),
        (Fact("minimum over Q of V - L_I", v_gan + best_q, "=", "V - I", v_gan - I),),
    )


def best_generator() -> Evidence:
    """Three generators that flip the code with probability 0.4, 0.1 and 0.25."""
    games = np.array([[[1 - e, e], [e, 1 - e]] for e in (0.4, 0.1, 0.25)]) / 2
    information = mutual_information(games)
    left_open = -np.sum(games * np.log(games / games.sum(axis=1, keepdims=True)), axis=(1, 2))
    return Evidence(
        (Fact("max I", information.max(), "=", "min H(c|G)", left_open.min()),),
        (
            Fact("number of the best G by I", information.argmax(), "=", "by H(c|G)", left_open.argmin()),
            Fact("max I + min H(c|G)", information.max() + left_open.min(), "=", "H(c)", H_C),
        ),
    )


def zero_for_a_continuous_code() -> Evidence:
    """c uniform on (-1, 1), x tells which quarter of width ½ or which of two halves of width 1 c lies in."""
    h, quarters, halves = np.log(2), np.log(1 / 2), np.log(1)
    return Evidence(
        (Fact("I where h(c|x) = 0, if that were the ideal", h - halves, ">=", "I of a finer x", h - quarters),),
        (
            Fact("h(c|x) of a finer x", quarters, "<", "0", 0),
            Fact("I of a finer x", h - quarters, "=", "log 4", np.log(4)),
        ),
    )


def missing_logarithm() -> Evidence:
    return Evidence(
        (Fact("H(c) + ∬ p(c',x)", H_C + P_CX.sum(), "=", "I", I),),
        (Fact("H(c) + ∬ p(c',x) log p(c'|x)", H_C + np.sum(P_CX * np.log(POSTERIOR)), "=", "I", I),),
    )


def integrated_over_x() -> Evidence:
    over_z = sum(P_CX[:, G[z, 0]].sum() for z in range(4))
    return Evidence(
        (Fact("Σ_c' Σ_z p(c', G(z,0)), a mean would weigh 1", over_z, "=", "1", 1),),
        (Fact("Σ_c' Σ_x p(c', x)", P_CX.sum(), "=", "1", 1),),
    )


def fresh_draw() -> Evidence:
    agree = np.sum(P_CX * POSTERIOR)
    return Evidence(
        (Fact("P(c = c')", agree, "=", "1", 1),),
        (
            Fact("P(c = c')", agree, "=", "E_x Σ_c p(c|x)²", P_X @ np.sum(POSTERIOR**2, axis=0)),
            Fact("TV(p(c',x), p(c,x))", total_variation(POSTERIOR * P_X, P_CX, axis=(0, 1)), "=", "0", 0),
        ),
    )


def mean_over_the_posterior() -> Evidence:
    ratio = np.log(POSTERIOR / Q)
    return Evidence(
        (Fact("E_x E_{c∼p(c)} log p/Q", P_C @ ratio @ P_X, "=", "E_x KL", MEAN_KL),),
        (Fact("E_x E_{c'∼p(c|x)} log p/Q", np.sum(P_CX * ratio), "=", "E_x KL", MEAN_KL),),
    )


def one_kl_for_each_x() -> Evidence:
    gap = H_C + np.sum(P_CX * np.log(POSTERIOR)) - L_I
    return Evidence(
        (Fact("KL(p(c) ‖ E_x Q(c|x))", kl_divergence(P_C, Q @ P_X), "=", "I - L_I", gap),),
        (Fact("E_x KL(p(c|x) ‖ Q(c|x))", MEAN_KL, "=", "I - L_I", gap),),
    )


def arguments_of_the_generator() -> Evidence:
    copy = np.array([[0, 1], [0, 1]])  # G(z, c) = c
    return Evidence(
        (Fact("G(0, 1) for G(z,c) = c", copy[0, 1], "=", "G(1, 0)", copy[1, 0]),),
        (Fact("G(z=0, c=1)", copy[0, 1], "=", "1", 1),),
    )


def omitted_term() -> Evidence:
    return Evidence(
        (Fact("one log p(c'|x)/Q(c'|x), if any term may go", np.log(POSTERIOR / Q).min(), ">=", "0", 0),),
        (
            Fact("E_x KL(p(c|x)‖Q(c|x))", MEAN_KL, ">=", "0", 0),
            Fact("I - L_I", I - L_I, "=", "E_x KL", np.sum(P_CX * np.log(POSTERIOR / Q))),
        ),
    )


def lemma() -> Evidence:
    p, f = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]]), np.array([[1, -2, 3], [0, 5, -1]])
    left, apart = np.sum(p * f), p.sum(axis=1) @ f @ p.sum(axis=0)
    given_y = np.einsum("xy,ky,ky->", p, conditional(p), f)
    return Evidence(
        (Fact("E f(x',y), x' drawn from p(x,y) without regard to y", apart, "=", "E f(x,y)", left),),
        (Fact("E f(x',y), x' ∼ p(x|y)", given_y, "=", "E f(x,y)", left),),
    )


def x_of_its_code() -> Evidence:
    apart = H_C + P_C @ np.log(Q) @ P_X
    together = H_C + np.sum(joint(P_C, conditional(P_CX, given="x")) * np.log(Q))
    return Evidence(
        (Fact("H(c) + E_c E_x log Q(c|x), c and x drawn apart", apart, "=", "L_I", L_I),),
        (Fact("H(c) + E_c E_{x∼p(x|c)} log Q(c|x)", together, "=", "L_I", L_I),),
    )


def equality_at_the_code() -> Evidence:
    fresh = H_C + P_X @ np.sum(POSTERIOR * np.log(Q), axis=0)
    free = H_C + P_C @ np.log(Q) @ P_X
    return Evidence(
        (
            Fact("line with c' ∼ p(c|x), if the step lost anything", fresh, ">", "line with c", L_I),
            Fact("line with a c' from the prior", free, "=", "L_I", L_I),
        ),
        (Fact("line with c' ∼ p(c|x)", fresh, "=", "line with the c that made x", L_I),),
    )


def not_equal() -> Evidence:
    return Evidence(
        (Fact("I", I, "=", "L_I", L_I),),
        (
            Fact("I", I, ">=", "L_I", barber_agakov_bound(P_CX, Q)),
            Fact("I", I, "=", "L_I at Q = p(c|x)", H_C + np.sum(P_CX * np.log(POSTERIOR))),
        ),
    )


def noise_is_sampled_too() -> Evidence:
    codes_only = H_C + np.mean([np.log(Q[c, G[0, c]]) for c in (0, 1)])
    exact = entropy(marginal(P_CX)) + np.sum(P_CX * np.log(Q))
    return Evidence(
        (Fact("draws of c alone, z = 0", codes_only, "=", "L_I", exact),),
        (Fact("draws of z and c", L_I, "=", "L_I", exact),),
    )


SECTION_4_1 = [
    Erratum(
        "4.1", "z are the latent features for x, c those for the label", "z is noise, c a structured code",
        "nothing rewards a trace of z in x, and nothing ties c to a label: exchange its names, I stays", noise_and_code,
    ),
    Erratum(
        "4.1", "$p(z|x)$ is intractable", "$p(c|x)$ is", "I(c; x) asks for the posterior of the code",
        posterior_of_the_code,
    ),
    Erratum(
        "4.1.1", "$\\lambda<1$, as recommended in the paper",
        "$\\lambda=1$ for discrete codes, smaller for continuous ones",
        "a differential entropy moves with the units of c, so its term needs a scale", weight_of_the_information,
        ("4.1.1 objective",),
    ),
    Erratum(
        "4.1.1", "$\\max I=\\max H(c)-H(c|G)=\\min H(c|G)$", "the optimisers agree, and $\\max I=H(c)-\\min H(c|G)$",
        "the values are different: they sum to H(c)", best_generator, ("4.1.1 maximal information",),
    ),
    Erratum(
        "4.1.1", "$H(c|G(z,c))=0$ is the ideal", "for discrete codes; a continuous code has no such floor",
        "differential entropy goes below 0 as x tells more", zero_for_a_continuous_code, ("4.1.1 determined code",),
    ),
    Erratum(
        "4.1.1", "change of variable $c=c'$", "$c'$ is a fresh draw from $p(c|x)$",
        "c and c' are two draws, often different, with the same joint distribution with x", fresh_draw,
        ("4.1.1 change of variable",),
    ),
    Erratum(
        "4.1.1", "$H(c)+\\iint p(c=c',X=G(z,c))\\,dc'\\,dz$", "$H(c)+\\iint p(c',x)\\log p(c'|x)\\,dc'\\,dx$",
        "the logarithm is missing", missing_logarithm, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "$\\dots\\,dc'\\,dz$", "$\\dots\\,dc'\\,dx$", "the density is that of (c', x)", integrated_over_x,
        ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "$x\\sim G(c,z)$", "$x=G(z,c)$ with $z\\sim p(z)$, $c\\sim p(c)$",
        "G is a function of (z, c), in this order, and no distribution", arguments_of_the_generator,
        ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "$E_xE_c[\\log(p(c'|x)/Q(c'|x))]$", "$E_xE_{c'\\sim p(c|x)}[\\dots]$",
        "a KL is a mean over its first argument", mean_over_the_posterior, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "$D_{KL}(p\\|Q)$ between the two distributions p and Q", "$D_{KL}(p(\\cdot|x)\\|Q(\\cdot|x))$",
        "there is one KL for each x; Q may have the right marginal and a gap", one_kl_for_each_x,
        ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "omitting the KL term gives $\\geq$", "as $E_x\\mathrm{KL}(p(c|x)\\|Q(c|x))\\geq 0$, and by as much",
        "a mean of logarithms of ratios may not be left out unless its sign is known", omitted_term,
        ("4.1.1 lower bound",),
    ),
    Erratum(
        "4.1.1", "lemma: $x'\\sim p(x,y)$", "$x'\\sim p(x|y)$", "drawn without regard to y it is false", lemma,
        ("4.1.1 lemma",),
    ),
    Erratum(
        "4.1.1", "$E_{c\\sim p(c)}E_x$", "$E_{c\\sim p(c)}E_{x\\sim p(x|c)}$", "x is the one made from that very c",
        x_of_its_code, ("4.1.1 final lower bound",),
    ),
    Erratum(
        "4.1.1", "second $\\geq$, and $\\log Q(c'|x)$", "$=$, and $\\log Q(c|x)$",
        "the lemma is an equality, and it ends at the very c that made x", equality_at_the_code,
        ("4.1.1 final lower bound",),
    ),
    Erratum(
        "4.1.1", "$I(c;G(z,c))=\\mathcal L_I$", "$I\\geq\\mathcal L_I$, equal iff $Q(c|x)=p(c|x)$ almost everywhere",
        "a bound replaces the goal, it does not equal it", not_equal, ("4.1.1 replacement",),
    ),
    Erratum(
        "4.1.1", "$\\min_G\\max_D V-\\lambda\\mathcal L_I$", "$\\min_{G,Q}\\max_D V-\\lambda\\mathcal L_I$",
        "the bound is as good as Q", minimum_over_q, ("4.1.1 final objective",),
    ),
    Erratum(
        "4.1.1", "only requires sampling from $p(c)$", "from $p(z)$ and $p(c)$", "x is made from both",
        noise_is_sampled_too, ("4.1.1 final objective",),
    ),
]  # fmt: skip
