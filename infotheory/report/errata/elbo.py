"""Errata of section 4.2.1: which p, which q, and what the lower bound gives. The latent has two values."""

import numpy as np

from ...divergences import kl_divergence
from ...evidence import elbo, log_evidence, posterior
from ...measures import mutual_information
from ..facts import Erratum, Evidence, Fact

P_Z = np.array([0.5, 0.5])
P_X_GIVEN_Z = np.array([[0.9, 0.1], [0.1, 0.9]])  # x in rows
LOG_JOINT = np.log(P_X_GIVEN_Z * P_Z)  # log p(x, z), one x a row
LOG_P_X = np.log(P_X_GIVEN_Z @ P_Z)
Q = np.array([0.7, 0.3])


def one_latent_each() -> Evidence:
    both = P_X_GIVEN_Z[0] * P_X_GIVEN_Z[1]
    each = LOG_P_X.sum()
    own = np.log(np.sum(np.outer(P_X_GIVEN_Z[0] * P_Z, P_X_GIVEN_Z[1] * P_Z)))
    return Evidence(
        (Fact("log p of two x with one common z", np.log(both @ P_Z), "=", "log p(x₁) + log p(x₂)", each),),
        (Fact("log p of two x with a z each", own, "=", "log p(x₁) + log p(x₂)", each),),
    )


def sums_are_integrals() -> Evidence:
    z = np.arange(-10, 10, 0.1)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return Evidence(
        (Fact("Σ q(z) over a grid, z continuous", density.sum(), "=", "1", 1),),
        (Fact("Σ q(z) dz", density.sum() * 0.1, "=", "1", 1),),
    )


def one_q_for_every_x() -> Evidence:
    grid = np.linspace(0.01, 0.99, 99)
    shared = max(elbo(LOG_JOINT, np.array([[a, 1 - a]] * 2)).mean() for a in grid)
    each = elbo(LOG_JOINT, posterior(LOG_JOINT)).mean()
    return Evidence(
        (Fact("best mean ELBO with one q(z)", shared, "=", "mean log p(x)", LOG_P_X.mean()),),
        (Fact("mean ELBO with q(z|x) = p(z|x)", each, "=", "mean log p(x)", LOG_P_X.mean()),),
    )


def constant_in_q_only() -> Evidence:
    other = np.log(np.array([0.6, 0.1]) * P_Z)  # another decoder, the same x
    sums = [elbo(LOG_JOINT[0], q) + kl_divergence(q, posterior(LOG_JOINT[0])) for q in (Q, P_Z)]
    return Evidence(
        (Fact("log p(x) of a decoder", log_evidence(LOG_JOINT[0]), "=", "log p(x) of another", log_evidence(other)),),
        (Fact("KL + ELBO at one q", sums[0], "=", "at another", sums[1]),),
    )


def bound_up_evidence_down() -> Evidence:
    before, after, q = np.array([0.40, 0.10]), np.array([0.22, 0.22]), P_Z  # p(x, z) at one x, in training
    bounds = [elbo(np.log(p), q) for p in (before, after)]
    gaps = [kl_divergence(q, p / p.sum()) for p in (before, after)]
    return Evidence(
        (Fact("log p(x) after the ELBO rose", np.log(after.sum()), ">=", "before", np.log(before.sum())),),
        (
            Fact("ELBO after", bounds[1], ">", "before", bounds[0]),
            Fact("rise of ELBO + KL", np.diff(bounds)[0] + np.diff(gaps)[0], "=", "rise of log p(x)",
                 np.log(after.sum() / before.sum())),
        ),
    )  # fmt: skip


def z_is_drawn() -> Evidence:
    log_likelihood, other = np.log(P_X_GIVEN_Z[0]), np.array([0.1, 0.9])
    over_q = np.mean([q @ log_likelihood for q in (Q, other)])  # q itself drawn, from two
    return Evidence(
        (Fact("mean over a drawn q", over_q, "=", "ELBO + KL(q‖p(z))", elbo(LOG_JOINT[0], Q) + kl_divergence(Q, P_Z)),),
        (
            Fact("mean over z ∼ q", Q @ log_likelihood, "=", "ELBO + KL(q‖p(z))",
                 elbo(LOG_JOINT[0], Q) + kl_divergence(Q, P_Z)),
        ),
    )  # fmt: skip


def collapse() -> Evidence:
    collapsed = np.stack([P_Z, P_Z])  # q(z|x) = p(z) for both x
    best = posterior(LOG_JOINT)
    return Evidence(
        (Fact("I(x;z) where (ii) is best", mutual_information(collapsed / 2), ">", "0", 0),),
        (
            Fact("KL(q(z|x)‖p(z)) there", kl_divergence(collapsed, P_Z).mean(), "=", "0", 0),
            Fact("ELBO there", elbo(LOG_JOINT, collapsed).mean(), "<", "ELBO at q = p(z|x)",
                 elbo(LOG_JOINT, best).mean()),
        ),
    )  # fmt: skip


def three_distributions() -> Evidence:
    to_posterior, to_prior = kl_divergence(Q, posterior(LOG_JOINT[0])), kl_divergence(Q, P_Z)
    return Evidence(
        (Fact("KL(q ‖ p), p the prior", to_prior, "=", "KL(q ‖ p), p the posterior", to_posterior),),
        (
            Fact("log p(x) - KL(q‖p(z|x))", LOG_P_X[0] - to_posterior, "=", "E log p(x|z) - KL(q‖p(z))",
                 Q @ np.log(P_X_GIVEN_Z[0]) - to_prior),
            Fact("Σ_x p(x|z), the decoder is a pmf over x", P_X_GIVEN_Z[:, 0].sum(), "=", "1", 1),
        ),
    )  # fmt: skip


LOWER_BOUND = [
    Erratum(
        "4.2.1", "notation", "infer $\\{z_1,\\dots,z_m\\}$ from $\\{x_1,\\dots,x_n\\}$", "each $x_i$ has one $z_i$",
        "observations are independent: each has its own latent vector", one_latent_each,
    ),
    Erratum(
        "4.2.1", "notation", "$\\sum_z q(z)\\dots$", "$\\int q(z)\\dots dz$ for continuous z",
        "a sum of densities has no meaning", sums_are_integrals, ("4.2.1 KL to the posterior", "4.2.1 ELBO"),
    ),
    Erratum(
        "4.2.1", "loose", "the ELBO's $q(z)$, the loss's $q(z|x)$", "$q(z|x)$, from one network for all x",
        "one q(z) for every x cannot be tight; a network's q(z|x) has its own gap", one_q_for_every_x,
    ),
    Erratum(
        "4.2.1", "loose", "$\\log p(x)$ is constant", "in q; not in the decoder's parameters",
        "the decoder is trained too, and p(x) depends on it", constant_in_q_only, ("4.2.1 log evidence",),
    ),
    Erratum(
        "4.2.1", "wrong", "maximising a lower bound ends up maximising the function", "it need not",
        "the bound can rise because the gap shrinks, while log p(x) falls", bound_up_evidence_down,
        ("4.2.1 lower bound",),
    ),
    Erratum(
        "4.2.1", "notation", "$E_{q(z)\\sim Q}$", "$E_{z\\sim q(z)}$", "z is drawn from q; q is not drawn", z_is_drawn,
        ("4.2.1 ELBO", "4.2.1 ELBO objective", "4.2.1 squared error"),
    ),
    Erratum(
        "4.2.1", "loose", "(ii) make q as similar as possible to p", "only as far as (i) is not hurt",
        "taken alone it leads to posterior collapse: z then carries no information about x", collapse,
        ("4.2.1 ELBO objective",),
    ),
    Erratum(
        "4.2.1", "notation", "p is the prior, the posterior and the decoder", "$p(z)$, $p(z|x)$, $p_\\theta(x|z)$",
        "three distributions, with different KLs", three_distributions,
    ),
]  # fmt: skip
