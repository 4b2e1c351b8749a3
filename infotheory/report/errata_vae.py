"""What slips in the report's section 4.2: which p, which q, which constant.

Small cases: a latent of two values, or a Gaussian one with a linear decoder.
"""

import numpy as np

from ..evidence import elbo, log_evidence, posterior
from ..gaussian import diagonal_gaussian_kl, gaussian_kl
from ..measures import kl_divergence, mutual_information
from .evidence import Erratum, Evidence, Fact

P_Z = np.array([0.5, 0.5])
P_X_GIVEN_Z = np.array([[0.9, 0.1], [0.1, 0.9]])  # x in rows
LOG_JOINT = np.log(P_X_GIVEN_Z * P_Z)  # log p(x, z), one x a row
LOG_P_X = np.log(P_X_GIVEN_Z @ P_Z)
Q = np.array([0.7, 0.3])


def rotation_invariant_loss() -> Evidence:
    """The β-VAE loss at its optimum, for decoders with orthonormal columns: straight, and turned by 45°."""
    beta, x, turn = 4, np.array([1.0, 2.0]), np.array([[1, -1], [1, 1]]) / np.sqrt(2)

    def loss(W):
        mean, variance = W.T @ x / (1 + beta / 2), np.full(2, beta / (2 + beta))
        error = np.sum((x - W @ mean) ** 2) + np.trace(W @ np.diag(variance) @ W.T)
        return error + beta * diagonal_gaussian_kl(mean, np.log(variance)).sum()

    straight, turned = loss(np.eye(2)), loss(turn)
    return Evidence(
        (Fact("β = 4: loss of straight latents", straight, "<", "loss of mixed latents", turned),),
        (Fact("β = 4: loss of straight latents", straight, "=", "loss of mixed latents", turned),),
    )


def which_normal() -> Evidence:
    to_standard, to_shifted = gaussian_kl([1.0], [[1.0]], [0.0], [[1.0]]), gaussian_kl([1.0], [[1.0]], [1.0], [[1.0]])
    written_out = diagonal_gaussian_kl([1.0], [0.0])[0]
    return Evidence(
        (Fact("KL(N(1,1) ‖ N(0,1))", to_standard, "=", "KL(N(1,1) ‖ N(1,1))", to_shifted),),
        (Fact("KL(q ‖ N(0,1)), q = N(1,1)", to_standard, "=", "½(μ² + σ² - log σ² - 1)", written_out),),
    )


def mean_over_the_data() -> Evidence:
    """A decoder without latents, x̂ the same for x = 0 and x = 1."""
    x, x_hat = np.array([0.0, 1.0]), np.linspace(0, 1, 11)
    errors = (x[:, None] - x_hat) ** 2
    best_for_first, best_for_all = x_hat[errors[0].argmin()], x_hat[errors.mean(axis=0).argmin()]
    return Evidence(
        (Fact("best x̂ for one x", best_for_first, "=", "best x̂ for the data", best_for_all),),
        (Fact("best x̂ for the mean over the data", best_for_all, "=", "mean of the data", x.mean()),),
    )


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


X, X_HAT = np.array([1.0, 0.5]), np.array([0.2, 0.9])
ERROR = np.sum((X - X_HAT) ** 2)


def log_normal(x, mean, variance):
    """log N(x; mean, variance · I), coordinate by coordinate."""
    return np.sum(np.log(np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)), axis=-1)


def variance_and_constant() -> Evidence:
    variance, beta, kl = 0.1, 4, 1.7
    weighted = -log_normal(X, X_HAT, variance) - np.log(2 * np.pi * variance) + beta / (2 * variance) * kl
    return Evidence(
        (
            Fact("-|x - x̂|²", -ERROR, "=", "log N(x; x̂, ½ I)", log_normal(X, X_HAT, 1 / 2)),
            Fact("(|x - x̂|² + 4 KL) / 2σ², σ² = 0.1", (ERROR + beta * kl) / (2 * variance), "=",
                 "-log p(x|z) + 4 KL, less the constant", weighted - (beta / (2 * variance) - beta) * kl),
        ),
        (
            Fact("-|x - x̂|² - (d/2) log π", -ERROR - np.log(np.pi), "=", "log N(x; x̂, ½ I)",
                 log_normal(X, X_HAT, 1 / 2)),
            Fact("(|x - x̂|² + 4 KL) / 2σ², σ² = 0.1", (ERROR + beta * kl) / (2 * variance), "=",
                 "-log p(x|z) + (4/2σ²) KL, less the constant", weighted),
        ),
    )  # fmt: skip


def expectation_lost() -> Evidence:
    """x̂(z) = z with z ~ N(0.2, 0.25) and x = 1: by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    mean_error = weights @ (1 - (0.2 + 0.5 * nodes)) ** 2 / weights.sum()
    return Evidence(
        (Fact("|x - x̂|² at the mean of q", (1 - 0.2) ** 2, "=", "E_q |x - x̂(z)|²", mean_error),),
        (
            Fact(
                "|x - x̂|² at the mean, plus the spread of x̂", (1 - 0.2) ** 2 + 0.25, "=", "E_q |x - x̂(z)|²", mean_error
            ),
        ),
    )


def posterior_factor() -> Evidence:
    log_posterior, log_likelihood = np.log(posterior(LOG_JOINT[0])), np.log(P_X_GIVEN_Z[0])
    bound = elbo(LOG_JOINT[0], Q) + kl_divergence(Q, P_Z)
    return Evidence(
        (Fact("E_q log p(z|x) p(x|z)", Q @ (log_posterior + log_likelihood), "=", "ELBO + KL(q‖p(z))", bound),),
        (Fact("E_q log p(x|z)", Q @ log_likelihood, "=", "ELBO + KL(q‖p(z))", bound),),
    )


def bernoulli_decoder() -> Evidence:
    x, x_hat = 1.0, 0.8  # a black pixel and the decoder's probability of black, whatever the distribution of z
    cross_entropy = x * np.log(x_hat) + (1 - x) * np.log(1 - x_hat)
    return Evidence(
        (Fact("-|x - x̂|²", -((x - x_hat) ** 2), "=", "log p(x|z) of a Bernoulli decoder", cross_entropy),),
        (Fact("x log x̂ + (1-x) log(1-x̂)", cross_entropy, "=", "log 0.8", np.log(0.8)),),
    )


SECTION_4_2 = [
    Erratum(
        "4.2", "experiments prove that $\\beta>1$ achieves disentanglement", "they show cases of it",
        "without a bias no objective on p(x) tells latents from their rotation (Locatello et al., 2019)",
        rotation_invariant_loss,
    ),
    Erratum(
        "4.2", "$\\mathrm{KL}(q(z|x)\\|\\mathcal N)$", "$\\mathrm{KL}(q(z|x)\\|\\mathcal N(0,I))$",
        "a Gaussian z has a mean and a covariance; the loss means the standard ones", which_normal,
        ("4.2 β-VAE loss", "4.2.1 VAE loss"),
    ),
    Erratum(
        "4.2", "$\\min(|x-\\hat x|^2+\\dots)$", "$\\min_{\\theta,\\phi}E_{x}[\\dots]$",
        "one encoder and one decoder serve all x: the mean over the data is minimised", mean_over_the_data,
        ("4.2 β-VAE loss", "4.2.1 VAE loss"),
    ),
    Erratum(
        "4.2.1", "infer $\\{z_1,\\dots,z_m\\}$ from $\\{x_1,\\dots,x_n\\}$", "each $x_i$ has one $z_i$",
        "observations are independent: each has its own latent vector", one_latent_each,
    ),
    Erratum(
        "4.2.1", "$\\sum_z q(z)\\dots$", "$\\int q(z)\\dots dz$ for continuous z", "a sum of densities has no meaning",
        sums_are_integrals, ("4.2.1 KL to the posterior", "4.2.1 ELBO"),
    ),
    Erratum(
        "4.2.1", "the ELBO's $q(z)$, the loss's $q(z|x)$", "$q(z|x)$, from one network for all x",
        "one q(z) for every x cannot be tight; a network's q(z|x) has its own gap", one_q_for_every_x,
    ),
    Erratum(
        "4.2.1", "$\\log p(x)$ is constant", "in q; not in the decoder's parameters",
        "the decoder is trained too, and p(x) is its", constant_in_q_only, ("4.2.1 log evidence",),
    ),
    Erratum(
        "4.2.1", "maximising a lower bound ends up maximising the function", "it need not",
        "the bound can rise because the gap shrinks, while log p(x) falls", bound_up_evidence_down,
        ("4.2.1 lower bound",),
    ),
    Erratum(
        "4.2.1", "$E_{q(z)\\sim Q}$", "$E_{z\\sim q(z)}$", "z is drawn from q; q is not drawn", z_is_drawn,
        ("4.2.1 ELBO", "4.2.1 ELBO objective", "4.2.1 squared error"),
    ),
    Erratum(
        "4.2.1", "(ii) make q as similar as possible to p", "only as far as (i) is not hurt",
        "taken alone it is posterior collapse: z then says nothing about x", collapse, ("4.2.1 ELBO objective",),
    ),
    Erratum(
        "4.2.1", "p is the prior, the posterior and the decoder", "$p(z)$, $p(z|x)$, $p_\\theta(x|z)$",
        "three distributions, with different KLs", three_distributions,
    ),
    Erratum(
        "4.2.1", "$p(x|\\hat x)=e^{-|x-\\hat x|^2}$",
        "$p(x|\\hat x)=(2\\pi\\sigma^2)^{-d/2}e^{-|x-\\hat x|^2/2\\sigma^2}$",
        "printed is σ² = ½ without its constant; at another σ² the loss is an ELBO with the weight β/2σ²",
        variance_and_constant, ("4.2.1 squared error", "4.2 β-VAE loss"),
    ),
    Erratum(
        "4.2.1", "$E[\\log p(x|\\hat x)]=-|x-\\hat x|^2$", "$-E_{z\\sim q(z|x)}|x-\\hat x(z)|^2$, less a constant",
        "x̂ depends on the z drawn: its spread adds to the error", expectation_lost, ("4.2.1 squared error",),
    ),
    Erratum(
        "4.2.1", "$p(z|x)\\,p(x|\\hat x)$", "$p(x|\\hat x)$", "the reconstruction term is E log p(x|z) alone",
        posterior_factor, ("4.2.1 squared error",),
    ),
    Erratum(
        "4.2.1", "assuming that z is Gaussian", "assuming that $p(x|z)$ is Gaussian",
        "the squared error comes from the decoder's distribution; z may be Gaussian with any decoder",
        bernoulli_decoder, ("4.2.1 squared error",),
    ),
]  # fmt: skip
