"""Beyond the report: the gap of InfoGAN's bound L_I, and the parts of the ELBO's KL, total correlation among them."""

import numpy as np

from ...bounds import barber_agakov_bound
from ...derivation import Derivation, Step
from ...divergences import kl_divergence
from ...measures import conditional_entropy, entropy, joint, mutual_information, total_correlation
from .draws import BEYOND, random_pmf
from .game import code_output_and_posterior, draw_channel

INFOGAN_GAP = Derivation(
    "what L_I leaves open",
    BEYOND,
    [
        Step(
            r"H(c)-\mathcal L_I",
            "",
            lambda p_c, p_cx, Q, **_: entropy(p_c) - barber_agakov_bound(p_cx, Q),
            "the distance of the bound from its ceiling H(c)",
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
            "the part due to the generator, and the part due to Q",
        ),
    ],
    draw_channel,
    derive=code_output_and_posterior,
)


def draw_encoder(rng):
    """q(z|x) for a data set of five x of equal weight, a row for each, and a prior p(z)."""
    return {"q_z_given_x": rng.dirichlet(np.ones(4), size=5), "p_z": random_pmf(rng, 4)}


def aggregate_posterior(q_z_given_x, **_):
    return {"q_z": q_z_given_x.mean(axis=0)}


ELBO_SURGERY = Derivation(
    "ELBO surgery",  # Hoffman & Johnson (2016)
    BEYOND,
    [
        Step(
            r"E_x[\mathrm{KL}(q(z|x)\|p(z))]",
            "",
            lambda q_z_given_x, p_z, **_: np.mean(kl_divergence(q_z_given_x, p_z)),
            "the KL of the VAE's loss, averaged over a finite data set",
        ),
        Step(
            r"E_x\sum_z q(z|x)\log\frac{q(z|x)}{q(z)}+E_x\sum_z q(z|x)\log\frac{q(z)}{p(z)}",
            "=",
            lambda q_z_given_x, q_z, p_z: (
                np.mean(np.sum(q_z_given_x * np.log(q_z_given_x / q_z), axis=1))
                + np.mean(np.sum(q_z_given_x * np.log(q_z / p_z), axis=1))
            ),
            "multiplied and divided by the aggregate posterior q(z) = E_x q(z|x)",
        ),
        Step(
            r"I(x;z)+\mathrm{KL}(q(z)\|p(z))",
            "=",
            lambda q_z_given_x, q_z, p_z: (
                mutual_information(joint(np.full(n := len(q_z_given_x), 1 / n), q_z_given_x)) + kl_divergence(q_z, p_z)
            ),
            "I(x;z), and the divergence from the aggregate posterior to the prior",
        ),
    ],
    draw_encoder,
    derive=aggregate_posterior,
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
            "multiplied and divided by the product of the marginals",
        ),
        Step(
            r"\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))",
            "=",
            lambda q, priors: (
                total_correlation(q) + sum(kl_divergence(*pair) for pair in zip(marginals(q), priors, strict=True))
            ),
            "the dependence among the latents, and the divergence from each marginal to its prior",
        ),
    ],
    draw_latents,
)
