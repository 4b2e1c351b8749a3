"""Errata of sections 1 to 3: words, sums and the properties of KL."""

import numpy as np

from ...divergences import kl_divergence, total_variation
from ...gaussian import gaussian_entropy, gaussian_mutual_information
from ...measures import conditional_entropy, entropy, joint_entropy, marginal, mutual_information, total_correlation
from ..facts import Erratum, Evidence, Fact

P = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])  # x in rows: the weather of lecture 1
P_Y = P.sum(axis=0)
H_X_GIVEN_EACH_Y = -np.sum(P / P_Y * np.log(P / P_Y), axis=0)


def rotated_factors() -> Evidence:
    """Two factors ~ N(0, I), and latents that are the factors turned by 45°."""
    turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    both = np.block([[np.eye(2), turn.T], [turn, turn @ turn.T]])  # covariance of (factors, latents)
    first_latent = [gaussian_mutual_information(both[np.ix_([i, 2], [i, 2])], 1) for i in (0, 1)]
    among_latents = gaussian_mutual_information(both[2:, 2:], 1)
    return Evidence(
        (Fact("I(factor 2; z₁), which disentangled latents would not share", first_latent[1], "=", "0", 0),),
        (
            Fact("I(z₁; z₂)", among_latents, "=", "0", 0),
            Fact("I(factor 2; z₁)", first_latent[1], "=", "I(factor 1; z₁)", first_latent[0]),
        ),
    )


def one_entry() -> Evidence:
    z = np.array([0.3, -1.2, 0.7])  # c = 3
    return Evidence(
        (Fact("entries of z₁", np.size(z[0]), "=", "c", len(z)),),
        (Fact("entries of z₁", np.size(z[0]), "=", "1", 1), Fact("entries of z", np.size(z), "=", "c", 3)),
    )


def aggregate_posterior() -> Evidence:
    """Two encoders for two equally likely x, one prior."""
    prior, encoder, other = np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.7, 0.3]]), np.array([[0.2, 0.8], [0.4, 0.6]])
    q, moved = encoder.mean(axis=0), other.mean(axis=0)
    surgery = np.mean(kl_divergence(encoder, prior)) - mutual_information(encoder / 2)
    return Evidence(
        (Fact("q(z = 0) of an encoder, a prior would not move", q[0], "=", "q(z = 0) of another", moved[0]),),
        (Fact("KL(E_x q(z|x) ‖ p(z))", kl_divergence(q, prior), "=", "E_x KL(q(z|x)‖p(z)) - I(x;z)", surgery),),
    )


def total_correlation_not_correlation() -> Evidence:
    """Three fair bits, the third the parity of the others."""
    xor = np.zeros((2, 2, 2))
    for x, y in np.ndindex(2, 2):
        xor[x, y, x ^ y] = 1 / 4
    covariance = abs(np.cov(np.argwhere(xor).T)[np.triu_indices(3, 1)]).max()  # four equally likely rows
    return Evidence(
        (Fact("largest covariance, as the penalty", covariance, "=", "TC", total_correlation(xor)),),
        (
            Fact("largest covariance", covariance, "=", "0", 0),
            Fact("TC = ΣH(zⱼ) - H(z)", total_correlation(xor), "=", "log 2", np.log(2)),
        ),
    )


def joint_entropy_sum() -> Evidence:
    rows = -np.sum(P * np.log(P), axis=1)
    return Evidence(
        (Fact("sum over y alone, at the first x", rows[0], "=", "H(X,Y)", joint_entropy(P)),),
        (Fact("sum over x and y", rows.sum(), "=", "H(X,Y)", joint_entropy(P)),),
    )


def average_over_y() -> Evidence:
    average = P_Y @ H_X_GIVEN_EACH_Y
    return Evidence(
        (
            Fact(
                "H(X|Y)", conditional_entropy(P), "=", "the conditional entropy of Y", conditional_entropy(P, given="x")
            ),
        ),
        (Fact("H(X|Y)", conditional_entropy(P), "=", "Σ_y p(y) H(X|Y=y)", average),),
    )


def twice_weighed() -> Evidence:
    return Evidence(
        (
            Fact(
                "mean over y ∼ p(y) of p(y) H(X|Y=y)", P_Y**2 @ H_X_GIVEN_EACH_Y, "=", "H(X|Y)", conditional_entropy(P)
            ),
        ),
        (Fact("sum over y of p(y) H(X|Y=y)", P_Y @ H_X_GIVEN_EACH_Y, "=", "H(X|Y)", conditional_entropy(P)),),
    )


def impossible_outcome() -> Evidence:
    p = np.array([0.5, 0.5, 0.0])
    with np.errstate(all="ignore"):
        literal = -np.sum(p * np.log(p))
    return Evidence(
        (Fact("-Σ p log p as printed, on (½, ½, 0)", literal, "=", "log 2", np.log(2)),),
        (Fact("-Σ p log p with 0 log 0 := 0", entropy(p), "=", "log 2", np.log(2)),),
    )


def differential_zero() -> Evidence:
    """X = Y + noise of variance 1/(2πe), whose differential entropy is 0."""
    variance = 1 / (2 * np.pi * np.e)
    x_of_y = np.eye(3)[:, [0, 2, 2]] * P_Y
    return Evidence(
        (Fact("Var[X|Y] where h(X|Y) = 0, if X were determined", variance, "=", "0", 0),),
        (
            Fact("h(X|Y) with that noise", gaussian_entropy([[variance]]), "=", "0", 0),
            Fact("h(X|Y) with noise a thousand times smaller", gaussian_entropy([[variance / 1e6]]), "<", "0", 0),
            Fact("H(X|Y) of a discrete X = f(Y)", conditional_entropy(x_of_y), "=", "0", 0),
        ),
    )


def dependent_without_correlation() -> Evidence:
    """x uniform on -1, 0, 1 and y = x²."""
    x, y = np.array([-1, 0, 1]), np.array([0, 1])
    p = np.array([[0, 1], [1, 0], [0, 1]]) / 3
    covariance = x @ p @ y - (x @ p.sum(axis=1)) * (p.sum(axis=0) @ y)
    return Evidence(
        (Fact("I(X;Y) of y = x², which is uncorrelated", mutual_information(p), "=", "0", 0),),
        (
            Fact("covariance", covariance, "=", "0", 0),
            Fact("I(X;Y)", mutual_information(p), "=", "H(Y)", entropy(marginal(p, of="y"))),
        ),
    )


def sometimes_symmetric() -> Evidence:
    p, q = np.array([0.3, 0.7]), np.array([0.7, 0.3])
    a, b = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    return Evidence(
        (Fact("KL(p‖q) of coins 0.3 and 0.7", kl_divergence(p, q), "!=", "KL(q‖p)", np.sum(q * np.log(q / p))),),
        (
            Fact("KL(p‖q) of coins 0.3 and 0.7", kl_divergence(p, q), "=", "KL(q‖p)", np.sum(q * np.log(q / p))),
            Fact("KL(p‖q) of coins 0.5 and 0.9", kl_divergence(a, b), "!=", "KL(q‖p)", np.sum(b * np.log(b / a))),
        ),
    )


def converse() -> Evidence:
    """(H(p) - H(q))² is non-negative and 0 for equals, as in (i) and (iii), and blind to a permutation."""
    p, q = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.6, 0.3])
    impostor = (entropy(p) - entropy(q)) ** 2
    return Evidence(
        (Fact("(H(p) - H(q))² for p ≠ q, if (i) and (iii) sufficed", impostor, ">", "0", 0),),
        (Fact("TV(p,q), which KL = 0 forces to 0", total_variation(p, q), "<=", "√(½ KL(p‖q))",
              np.sqrt(np.sum(p * np.log(p / q)) / 2)),),
    )  # fmt: skip


def no_neighbours() -> Evidence:
    p, q, shuffle = np.array([0.1, 0.2, 0.4, 0.3]), np.array([0.25, 0.35, 0.3, 0.1]), [2, 0, 3, 1]
    scattered = kl_divergence(p[shuffle], q[shuffle])
    return Evidence(
        (Fact("KL(p‖q)", kl_divergence(p, q), "!=", "KL with neighbours torn apart", scattered),),
        (Fact("KL of any order of the outcomes", scattered, "=", "Σ p log p/q", np.sum(p * np.log(p / q))),),
    )


SECTIONS_1_TO_3 = [
    Erratum(
        "1", "loose", "disentanglement is independence of the latents",
        "independence is necessary at most, never sufficient",
        "a rotation of $N(0,I)$ stays independent and mixes the factors", rotated_factors,
    ),
    Erratum(
        "1", "notation", "$z_i\\in R^c$", "$z_i\\in R$ and $z=(z_1,\\dots,z_c)\\in R^c$",
        "a factor is one number; c is a dimension here and a code in section 4", one_entry, ("1 latent variable",),
    ),
    Erratum(
        "2.1", "loose", "variational prior $q(z)$", "aggregate posterior $q(z)=E_x\\,q(z|x)$",
        "it depends on the encoder; the prior $p(z)$ does not", aggregate_posterior,
    ),
    Erratum(
        "2.1", "loose", "the correlation among the latent variables; $\\Sigma_{q(z)}$ near $I$",
        "[3] the total correlation $\\mathrm{KL}(q(z)\\|\\prod_j q(z_j))$; [5] decorrelation, which is weaker",
        "in an XOR all pairs are uncorrelated and the total correlation is log 2", total_correlation_not_correlation,
    ),
    Erratum(
        "3", "wrong", "$H(X,Y)=-\\sum_{y}p(x,y)\\log p(x,y)$", "$H(X,Y)=-\\sum_{x,y}p(x,y)\\log p(x,y)$",
        "the mean is over pairs", joint_entropy_sum, ("3 joint entropy",),
    ),
    Erratum(
        "3", "wrong", "$H(X|Y)$ is the average conditional entropy of Y",
        "the average over Y of the entropy of X given Y = y", "the entropy of Y given X is a different number",
        average_over_y, ("3 conditional entropy",),
    ),
    Erratum(
        "3", "notation", "$\\sum_{y\\sim p(y)}p(y)\\,\\dots$", "$\\sum_y p(y)\\,\\dots$",
        "a sum runs over values; drawing $y\\sim p(y)$ would weigh twice", twice_weighed,
        ("3 conditional entropy", "3 conditional entropy, transformed"),
    ),
    Erratum(
        "3", "loose", "$-\\sum_x p(x)\\log p(x)$, over all $x$", "the same, with $0\\log 0=0$",
        "the convention, a limit, is not stated; without it an impossible outcome spoils the sum", impossible_outcome,
        ("3 entropy",),
    ),
    Erratum(
        "3", "loose", "$H(X|Y)=0$ iff X is determined by Y", "for discrete X",
        "0 has no special meaning for a differential entropy; it tends to $-\\infty$ as X becomes determined",
        differential_zero, ("3 determined",),
    ),
    Erratum(
        "3", "loose", "I is how correlated two variables are", "I is how dependent they are",
        "correlation measures linear dependence alone", dependent_without_correlation,
    ),
    Erratum(
        "3", "loose", "$\\mathrm{KL}(p\\|q)\\neq\\mathrm{KL}(q\\|p)$", "not equal in general",
        "for some $p\\neq q$ they are equal", sometimes_symmetric, ("3 KL non-symmetric",),
    ),
    Erratum(
        "3", "loose", "(iii) identical p and q have $\\mathrm{KL}=0$",
        "$\\mathrm{KL}(p\\|q)=0$ iff $p=q$ almost everywhere",
        "bounds need the converse: a gap of 0 must mean the right distribution", converse, ("3 KL of equals",),
    ),
    Erratum(
        "3", "wrong", "KL preserves local information", "KL has no notion of neighbours; the phrase belongs to t-SNE",
        "any order of the outcomes gives the same KL", no_neighbours,
    ),
]  # fmt: skip
