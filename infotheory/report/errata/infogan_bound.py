"""Errata of section 4.1: the bound line by line, its lemma, and the objective that it gives."""

import numpy as np

from ...bounds import barber_agakov_bound
from ...divergences import kl_divergence, total_variation
from ...measures import conditional, entropy, joint, marginal
from ..facts import Erratum, Evidence, Fact
from .game import H_C, L_I, MEAN_KL, P_C, P_CX, P_X, POSTERIOR, G, I, Q


def minimum_over_q() -> Evidence:
    v_gan, best_q = -np.log(4), min(-barber_agakov_bound(P_CX, np.array([[a, 1 - a], [1 - a, a]])) for a in (0.6, 0.75))
    return Evidence(
        (Fact("V - L_I at a fixed Q, minimised over G alone", v_gan - L_I, "=", "V - I", v_gan - I),),
        (Fact("minimum over Q of V - L_I", v_gan + best_q, "=", "V - I", v_gan - I),),
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
        (Fact("line with a c' that is drawn apart from x", free, "=", "L_I", L_I),),
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


BOUND = [
    Erratum(
        "4.1.1", "loose", "change of variable $c=c'$", "$c'$ is a fresh draw from $p(c|x)$",
        "c and c' are two draws, often different, with the same joint distribution with x", fresh_draw,
        ("4.1.1 change of variable",),
    ),
    Erratum(
        "4.1.1", "wrong", "$H(c)+\\iint p(c=c',X=G(z,c))\\,dc'\\,dz$", "$H(c)+\\iint p(c',x)\\log p(c'|x)\\,dc'\\,dx$",
        "the logarithm is missing", missing_logarithm, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "notation", "$\\dots\\,dc'\\,dz$", "$\\dots\\,dc'\\,dx$", "the density is that of (c', x)",
        integrated_over_x, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "notation", "$x\\sim G(c,z)$", "$x=G(z,c)$ with $z\\sim p(z)$, $c\\sim p(c)$",
        "G is a function of (z, c), in this order, and no distribution", arguments_of_the_generator,
        ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "notation", "$E_xE_c[\\log(p(c'|x)/Q(c'|x))]$", "$E_xE_{c'\\sim p(c|x)}[\\dots]$",
        "a KL is a mean over its first argument", mean_over_the_posterior, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "notation", "$D_{KL}(p\\|Q)$ between the two distributions p and Q",
        "$D_{KL}(p(\\cdot|x)\\|Q(\\cdot|x))$", "there is one KL for each x; Q may have the right marginal and a gap",
        one_kl_for_each_x, ("4.1.1 bound, line by line",),
    ),
    Erratum(
        "4.1.1", "loose", "omitting the KL term gives $\\geq$",
        "because $E_x\\mathrm{KL}(p(c|x)\\|Q(c|x))\\geq 0$, which is the gap",
        "a mean of logarithms of ratios may not be left out unless its sign is known", omitted_term,
        ("4.1.1 lower bound",),
    ),
    Erratum(
        "4.1.1", "wrong", "lemma: $x'\\sim p(x,y)$", "$x'\\sim p(x|y)$",
        "with an x' that is independent of y it is false", lemma, ("4.1.1 lemma",),
    ),
    Erratum(
        "4.1.1", "notation", "$E_{c\\sim p(c)}E_x$", "$E_{c\\sim p(c)}E_{x\\sim p(x|c)}$",
        "x is generated from the same c", x_of_its_code, ("4.1.1 final lower bound",),
    ),
    Erratum(
        "4.1.1", "wrong", "$\\log Q(c'|x)$ in the last line", "$\\log Q(c|x)$, and $=$ for the second $\\geq$",
        "the last c is the one that generated x; the second ≥ is true, but the lemma gives an equality",
        equality_at_the_code,
        ("4.1.1 final lower bound",),
    ),
    Erratum(
        "4.1.1", "wrong", "$I(c;G(z,c))=\\mathcal L_I$",
        "$I\\geq\\mathcal L_I$, equal iff $Q(c|x)=p(c|x)$ almost everywhere",
        "a bound replaces the objective, but it does not equal it", not_equal, ("4.1.1 replacement",),
    ),
    Erratum(
        "4.1.1", "loose", "$\\min_G\\max_D V-\\lambda\\mathcal L_I$", "$\\min_{G,Q}\\max_D V-\\lambda\\mathcal L_I$",
        "the gap of the bound depends on Q", minimum_over_q, ("4.1.1 final objective",),
    ),
    Erratum(
        "4.1.1", "loose", "only requires sampling from $p(c)$", "from $p(z)$ and $p(c)$", "x is generated from both",
        noise_is_sampled_too, ("4.1.1 final objective",),
    ),
]  # fmt: skip
