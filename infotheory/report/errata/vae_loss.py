"""Errata of section 4.2: the losses of the β-VAE and the VAE, their expectations and constants."""

import numpy as np

from ...divergences import kl_divergence
from ...evidence import elbo, posterior
from ...gaussian import diagonal_gaussian_kl, gaussian_kl
from ..facts import Erratum, Evidence, Fact
from .elbo import LOG_JOINT, P_X_GIVEN_Z, P_Z, Q


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


BETA_VAE = [
    Erratum(
        "4.2", "loose", "experiments prove that $\\beta>1$ achieves disentanglement", "they show examples",
        "without an inductive bias no objective on p(x) tells latents from their rotation (Locatello et al., 2019)",
        rotation_invariant_loss,
    ),
    Erratum(
        "4.2", "notation", "$\\mathrm{KL}(q(z|x)\\|\\mathcal N)$", "$\\mathrm{KL}(q(z|x)\\|\\mathcal N(0,I))$",
        "a Gaussian z has a mean and a covariance; the loss means the standard ones", which_normal,
        ("4.2 β-VAE loss", "4.2.1 VAE loss"),
    ),
    Erratum(
        "4.2", "loose", "$\\min(|x-\\hat x|^2+\\dots)$", "$\\min_{\\theta,\\phi}E_{x}[\\dots]$",
        "one encoder and one decoder serve all x: the mean over the data is minimised", mean_over_the_data,
        ("4.2 β-VAE loss", "4.2.1 VAE loss"),
    ),
]  # fmt: skip

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


DECODER = [
    Erratum(
        "4.2.1", "wrong", "$p(x|\\hat x)=e^{-|x-\\hat x|^2}$",
        "$p(x|\\hat x)=(2\\pi\\sigma^2)^{-d/2}e^{-|x-\\hat x|^2/2\\sigma^2}$",
        "as printed, σ² = ½ without its constant; for a different σ² the loss is an ELBO with weight β/2σ² on the KL",
        variance_and_constant, ("4.2.1 squared error", "4.2 β-VAE loss"),
    ),
    Erratum(
        "4.2.1", "wrong", "$E[\\log p(x|\\hat x)]=-|x-\\hat x|^2$",
        "$-E_{z\\sim q(z|x)}|x-\\hat x(z)|^2$, less a constant",
        "x̂ depends on the z drawn: its spread adds to the error", expectation_lost, ("4.2.1 squared error",),
    ),
    Erratum(
        "4.2.1", "wrong", "$p(z|x)\\,p(x|\\hat x)$", "$p(x|\\hat x)$", "the reconstruction term is E log p(x|z) alone",
        posterior_factor, ("4.2.1 squared error",),
    ),
    Erratum(
        "4.2.1", "wrong", "assuming that z is Gaussian", "assuming that $p(x|z)$ is Gaussian",
        "the squared error follows from the decoder's distribution; z may be Gaussian with any decoder",
        bernoulli_decoder, ("4.2.1 squared error",),
    ),
]  # fmt: skip
