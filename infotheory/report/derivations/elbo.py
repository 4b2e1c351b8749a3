"""Section 4.2.1 of the report: the posterior, the log evidence and the ELBO.

The chains run on one x and a latent z of four values, where every sum is exact. In one draw of four q is the posterior,
where the bound is tight. Sources: Jordan et al. (1999); Kingma & Welling (2014), eq. 1-3.
"""

import numpy as np

from ...derivation import Derivation, Step
from ...divergences import kl_divergence
from ...evidence import elbo, log_evidence, posterior
from .draws import draw_latent, joint_and_evidence, random_pmf


def draw_candidates(rng):
    """Six q(z) that compete for one p(x, z)."""
    p_z, p_x_given_z = random_pmf(rng, 4), rng.uniform(0.01, 1, 4)
    q = rng.dirichlet(np.ones(4), size=6)
    return {"p_z": p_z, "p_x_given_z": p_x_given_z, "q": q}


def log_joint(p_z, p_x_given_z, **_):
    return {"log_joint": np.log(p_z * p_x_given_z)}


BAYES = Derivation(
    "the posterior",
    "section 4.2.1",
    [
        Step("p(z|x)", "", lambda p_xz, **_: posterior(np.log(p_xz))[0], "the posterior of the first value of z"),
        Step(r"\frac{p(z,x)}{p(x)}", "=", lambda p_xz, p_x, **_: p_xz[0] / p_x, "definition"),
        Step(
            r"\frac{p(x|z)\,p(z)}{\int p(x|z)\,p(z)\,dz}",
            "=",
            lambda p_z, p_x_given_z, **_: p_x_given_z[0] * p_z[0] / np.sum(p_x_given_z * p_z),
            "product rule in the numerator, marginalisation in the denominator",
        ),
    ],
    draw_latent,
    equations=("4.2.1 posterior",),
    derive=joint_and_evidence,
)

KL_TO_THE_POSTERIOR = Derivation(
    "KL to the posterior",
    "section 4.2.1",
    [
        Step(
            r"\mathrm{KL}(q(z)\|p(z|x))",
            "",
            lambda p_xz, q, **_: kl_divergence(q, posterior(np.log(p_xz))),
            "the divergence from q to the posterior",
        ),
        Step(
            r"-\sum_z q(z)\log\frac{p(z|x)}{q(z)}",
            "=",
            lambda p_xz, q, **_: -np.sum(q * np.log(posterior(np.log(p_xz)) / q)),
            "third form of KL",
        ),
        Step(
            r"-\sum_z q(z)\log\frac{p(x,z)/p(x)}{q(z)}",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * np.log((p_xz / p_x) / q)),
            "Bayes' rule",
        ),
        Step(
            r"-\sum_z q(z)\log\Big(\frac{p(x,z)}{q(z)}\,\frac{1}{p(x)}\Big)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * np.log(p_xz / q * (1 / p_x))),
            "the factors in a different order",
        ),
        Step(
            r"-\sum_z q(z)\Big(\log\frac{p(x,z)}{q(z)}+\log\frac{1}{p(x)}\Big)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * (np.log(p_xz / q) + np.log(1 / p_x))),
            "log of a product",
        ),
        Step(
            r"-\sum_z q(z)\Big(\log\frac{p(x,z)}{q(z)}-\log p(x)\Big)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * (np.log(p_xz / q) - np.log(p_x))),
            "log 1/t = -log t",
        ),
        Step(
            r"-\sum_z q(z)\log\frac{p(x,z)}{q(z)}+\sum_z q(z)\log p(x)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * np.log(p_xz / q)) + np.sum(q * np.log(p_x)),
            "the sum is split into two",
        ),
        Step(
            r"-\sum_z q(z)\log\frac{p(x,z)}{q(z)}+\log p(x)\sum_z q(z)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * np.log(p_xz / q)) + np.log(p_x) * np.sum(q),
            "p(x) does not depend on z",
        ),
        Step(
            r"-\sum_z q(z)\log\frac{p(x,z)}{q(z)}+\log p(x)",
            "=",
            lambda p_xz, p_x, q, **_: -np.sum(q * np.log(p_xz / q)) + np.log(p_x),
            "q sums to 1",
        ),
    ],
    draw_latent,
    equations=("4.2.1 KL to the posterior",),
    derive=joint_and_evidence,
)

LOG_EVIDENCE = Derivation(
    "log evidence",
    "section 4.2.1",
    [
        Step(r"\log p(x)", "", lambda p_xz, **_: log_evidence(np.log(p_xz)), "the log evidence of one x"),
        Step(
            r"\mathrm{KL}(q(z)\|p(z|x))+\underbrace{\textstyle\sum_z q(z)\log\frac{p(x,z)}{q(z)}}_{\mathcal L}",
            "=",
            lambda p_xz, q, **_: kl_divergence(q, posterior(np.log(p_xz))) + np.sum(q * np.log(p_xz / q)),
            "the chain above, solved for log p(x); it holds for every q",
        ),
    ],
    draw_latent,
    equations=("4.2.1 log evidence",),
    derive=joint_and_evidence,
)

EVIDENCE_LOWER_BOUND = Derivation(
    "evidence lower bound",
    "section 4.2.1",
    [
        Step(r"\mathcal L", "", lambda p_xz, q, **_: elbo(np.log(p_xz), q), "the ELBO"),
        Step(r"\log p(x)", "<=", lambda p_x, **_: np.log(p_x), "KL is never negative; it is 0 iff q is the posterior"),
    ],
    draw_latent,
    equations=("4.2.1 lower bound",),
    derive=joint_and_evidence,
)

ELBO = Derivation(
    "ELBO",
    "section 4.2.1",
    [
        Step(r"\mathcal L", "", lambda p_xz, q, **_: elbo(np.log(p_xz), q), "the ELBO"),
        Step(
            r"\sum_z q(z)\log\frac{p(x,z)}{q(z)}", "=", lambda p_xz, q, **_: np.sum(q * np.log(p_xz / q)), "definition"
        ),
        Step(
            r"\sum_z q(z)\log\frac{p(x|z)\,p(z)}{q(z)}",
            "=",
            lambda p_z, p_x_given_z, q, **_: np.sum(q * np.log(p_x_given_z * p_z / q)),
            "p(x,z) = p(x|z) p(z)",
        ),
        Step(
            r"\sum_z q(z)\Big(\log p(x|z)+\log\frac{p(z)}{q(z)}\Big)",
            "=",
            lambda p_z, p_x_given_z, q, **_: np.sum(q * (np.log(p_x_given_z) + np.log(p_z / q))),
            "log of a product",
        ),
        Step(
            r"\sum_z q(z)\log p(x|z)+\sum_z q(z)\log\frac{p(z)}{q(z)}",
            "=",
            lambda p_z, p_x_given_z, q, **_: np.sum(q * np.log(p_x_given_z)) + np.sum(q * np.log(p_z / q)),
            "the sum is split into two",
        ),
        Step(
            r"E_{z\sim q(z)}[\log p(x|z)]-\mathrm{KL}(q(z)\|p(z))",
            "=",
            lambda p_z, p_x_given_z, q, **_: np.average(np.log(p_x_given_z), weights=q) - kl_divergence(q, p_z),
            "reconstruction minus KL to the prior; z is drawn from q",
        ),
    ],
    draw_latent,
    equations=("4.2.1 ELBO",),
    derive=joint_and_evidence,
)

ELBO_OBJECTIVE = Derivation(
    "objective of variational inference",
    "section 4.2.1",
    [
        Step(
            r"\min_q\mathrm{KL}(q(z)\|p(z|x))",
            "",
            lambda log_joint, q, **_: kl_divergence(q, posterior(log_joint)),
            "the goal, which needs the posterior",
            best="min",
        ),
        Step(
            r"\max_q\mathcal L",
            "equivalent",
            lambda log_joint, q, **_: elbo(log_joint, q),
            "log p(x) = KL + ELBO does not depend on q",
        ),
        Step(
            r"\max_q\,E_{z\sim q(z)}[\log p(x|z)]-\mathrm{KL}(q(z)\|p(z))",
            "=",
            lambda p_z, p_x_given_z, q, **_: q @ np.log(p_x_given_z) - np.sum(q * np.log(q / p_z), axis=-1),
            "ELBO = reconstruction minus KL to the prior",
        ),
    ],
    draw_candidates,
    equations=("4.2.1 ELBO objective",),
    derive=log_joint,
)
