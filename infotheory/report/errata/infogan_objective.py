"""Errata of section 4.1: the noise, the code, and the goal of maximal information."""

import numpy as np

from ...measures import conditional_entropy, entropy, mutual_information
from ..facts import Erratum, Evidence, Fact
from .game import H_C, P_CX, POSTERIOR, G, I


def posterior_of_the_code() -> Evidence:
    p_zx = np.array([[(G[z] == x).mean() / 4 for x in (0, 1)] for z in range(4)])
    of_z = np.log(4) + np.sum(p_zx * np.log(p_zx / p_zx.sum(axis=0)))
    of_c = H_C + np.sum(P_CX * np.log(POSTERIOR))
    return Evidence(
        (Fact("H(z) + E log p(z|x)", of_z, "=", "I(c;x)", I),),
        (Fact("H(c) + E log p(c|x)", of_c, "=", "I(c;x)", I),),
    )


def noise_and_code() -> Evidence:
    """x = c, so that x does not depend on the noise; and the same code with its two names exchanged."""
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
    """λ = 1 in the paper for discrete codes; a differential entropy depends on the units of the code."""
    uniform = {width: np.log(width) for width in (2, 200)}
    ten, renamed = np.full(10, 0.1), np.full(10, 0.1)[::-1]
    return Evidence(
        (Fact("λ of the paper for a categorical code", 1, "<", "1", 1),),
        (
            Fact("H(c) of ten values", entropy(ten), "=", "H(c) of them renamed", entropy(renamed)),
            Fact("h(c) on (-1, 1)", uniform[2], "<", "h(c) on (-100, 100)", uniform[200]),
        ),
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
    """c is uniform on (-1, 1); x is its quarter, of width ½, or its half, of width 1."""
    h, quarters, halves = np.log(2), np.log(1 / 2), np.log(1)
    return Evidence(
        (Fact("I where h(c|x) = 0, if that were the ideal", h - halves, ">=", "I of a finer x", h - quarters),),
        (
            Fact("h(c|x) of a finer x", quarters, "<", "0", 0),
            Fact("I of a finer x", h - quarters, "=", "log 4", np.log(4)),
        ),
    )


OBJECTIVE = [
    Erratum(
        "4.1", "loose", "z are the latent features for x, c those for the label", "z is noise, c a structured code",
        "nothing rewards information about z in x, and I does not change if the codes are renamed", noise_and_code,
    ),
    Erratum(
        "4.1", "wrong", "$p(z|x)$ is intractable", "$p(c|x)$ is", "I(c; x) asks for the posterior of the code",
        posterior_of_the_code,
    ),
    Erratum(
        "4.1.1", "wrong", "$\\lambda<1$, as recommended in the paper",
        "$\\lambda=1$ for discrete codes, smaller for continuous ones",
        "a differential entropy depends on the unit of c, so its term needs a scale", weight_of_the_information,
        ("4.1.1 objective",),
    ),
    Erratum(
        "4.1.1", "notation", "$\\max I=\\max H(c)-H(c|G)=\\min H(c|G)$",
        "the optimisers agree, and $\\max I=H(c)-\\min H(c|G)$", "the values are different: they sum to H(c)",
        best_generator, ("4.1.1 maximal information",),
    ),
    Erratum(
        "4.1.1", "loose", "$H(c|G(z,c))=0$ is the ideal",
        "for discrete codes; $h(c|x)$ of a continuous code has no lower limit",
        "a differential entropy falls below 0 as x carries more information", zero_for_a_continuous_code,
        ("4.1.1 determined code",),
    ),
]  # fmt: skip
