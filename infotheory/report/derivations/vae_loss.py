"""Section 4.2 of the report: the losses of the VAE and the β-VAE.

They are derived for a linear decoder with Gaussian z, whose log p(x) and posterior are known in closed form
(probabilistic PCA). Sources: Kingma & Welling (2014), appendix B; Higgins et al. (2017), eq. 4; Tipping & Bishop
(1999).
"""

import numpy as np

from ...derivation import Derivation, Step
from ...gaussian import diagonal_gaussian_kl, gaussian_kl
from .draws import random_pmf


def draw_decoders(rng):
    """One x in R³, q(z|x) over four z, and five decoders, each with an output for every z; the variance σ²."""
    return {
        "x": rng.normal(size=3),
        "q": random_pmf(rng, 4),
        "x_hat": rng.normal(size=(5, 4, 3)),
        "variance": rng.uniform(0.2, 3),
    }


SQUARED_ERROR = Derivation(
    "Gaussian decoder",
    "section 4.2.1",
    [
        Step(
            r"\max_\theta E_{z\sim q(z|x)}\Big[\log\prod_j\frac{e^{-(x_j-\hat x_j(z))^2/2\sigma^2}}"
            r"{\sqrt{2\pi\sigma^2}}\Big]",
            "",
            lambda x, q, x_hat, variance: (
                np.log(np.prod(np.exp(-((x - x_hat) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance), axis=-1))
                @ q
            ),
            "reconstruction term of a Gaussian decoder, p(x|z) = N(x; x̂(z), σ² I)",
        ),
        Step(
            r"\max_\theta\,-\frac{1}{2\sigma^2}E_{z\sim q(z|x)}|x-\hat x(z)|^2-\frac d2\log 2\pi\sigma^2",
            "=",
            lambda x, q, x_hat, variance: (
                -np.sum((x - x_hat) ** 2, axis=-1) @ q / (2 * variance) - len(x) / 2 * np.log(2 * np.pi * variance)
            ),
            "log of an exponential; σ² = ½ gives the printed squared error, up to a constant",
        ),
        Step(
            r"\min_\theta E_{z\sim q(z|x)}|x-\hat x(z)|^2",
            "equivalent",
            lambda x, q, x_hat, **_: np.array(
                [sum(q[z] * np.sum((x - k[z]) ** 2) for z in range(len(q))) for k in x_hat]
            ),
            "σ² and the constant do not change which decoder is best",
            best="min",
        ),
    ],
    draw_decoders,
    equations=("4.2.1 squared error",),
)


def draw_linear_vaes(rng):
    """One x in R³ and five linear VAEs that compete for it: x̂ = W z + b, q(z|x) = N(mean, diag exp(log_variance))."""
    return {
        "x": rng.normal(size=3),
        "W": rng.normal(size=(5, 3, 2)),
        "b": rng.normal(size=(5, 3)),
        "mean": rng.normal(size=(5, 2)),
        "log_variance": rng.normal(size=(5, 2)),
    }


def draw_weighted(rng):
    """The same, with the weight β of the KL and the decoder's variance σ²."""
    return {**draw_linear_vaes(rng), "beta": rng.uniform(0.5, 8), "variance": rng.uniform(0.2, 3)}


def expected_squared_error(x, W, b, mean, log_variance):
    """E |x - W z - b|² over z ~ q(z|x): the error at the mean, plus the part from the variance of z."""
    at_mean = np.sum((x - b - np.einsum("kxz,kz->kx", W, mean)) ** 2, axis=-1)
    return at_mean + np.einsum("kxz,kz->k", W**2, np.exp(log_variance))


def expected_log_likelihood(x, W, b, mean, log_variance, variance):
    """E log N(x; W z + b, σ² I) over z ~ q(z|x)."""
    error = expected_squared_error(x, W, b, mean, log_variance)
    return -error / (2 * variance) - len(x) / 2 * np.log(2 * np.pi * variance)


def kl_to_the_prior(mean, log_variance):
    """KL(q(z|x) ‖ N(0, I)), written out."""
    return np.sum(mean**2 + np.exp(log_variance) - log_variance - 1, axis=-1) / 2


def linear_elbo(x, W, b, mean, log_variance, variance):
    """log p(x) - KL(q(z|x) ‖ p(z|x)), both in closed form, since x ~ N(b, W Wᵀ + σ² I)."""
    W_T, eye = np.swapaxes(W, -1, -2), np.eye(W.shape[-1])
    cov_x = W @ W_T + variance * np.eye(len(x))
    distance = np.einsum("kx,kx->k", x - b, np.linalg.solve(cov_x, (x - b)[..., None])[..., 0])
    log_p_x = -(distance + np.linalg.slogdet(cov_x)[1] + len(x) * np.log(2 * np.pi)) / 2
    cov_z = np.linalg.inv(eye + W_T @ W / variance)
    mean_z = np.einsum("kzy,kxy,kx->kz", cov_z, W, x - b) / variance
    return log_p_x - gaussian_kl(mean, np.exp(log_variance)[..., None] * eye, mean_z, cov_z)


VAE_LOSS = Derivation(
    "VAE loss",
    "section 4.2.1",
    [
        Step(
            r"\max\,\log p(x)-\mathrm{KL}(q(z|x)\|p(z|x))",
            "",
            lambda x, W, b, mean, log_variance: linear_elbo(x, W, b, mean, log_variance, 1 / 2),
            "the ELBO of a linear decoder with σ² = ½, where p(x) and p(z|x) are known",
        ),
        Step(
            r"\max\,E_{z\sim q(z|x)}[\log p(x|z)]-\mathrm{KL}(q(z|x)\|\mathcal N(0,I))",
            "=",
            lambda x, W, b, mean, log_variance: (
                expected_log_likelihood(x, W, b, mean, log_variance, 1 / 2)
                - diagonal_gaussian_kl(mean, log_variance).sum(axis=-1)
            ),
            "reconstruction minus KL to the prior",
        ),
        Step(
            r"\min\,E_{z\sim q(z|x)}|x-\hat x|^2+\mathrm{KL}(q(z|x)\|\mathcal N(0,I))",
            "equivalent",
            lambda x, W, b, mean, log_variance: (
                expected_squared_error(x, W, b, mean, log_variance) + kl_to_the_prior(mean, log_variance)
            ),
            "the opposite sign, without the constant (d/2) log π; the minimum is over encoder and decoder",
            best="min",
        ),
    ],
    draw_linear_vaes,
    equations=("4.2.1 VAE loss",),
)

BETA_VAE_LOSS = Derivation(
    "β-VAE loss",
    "section 4.2",
    [
        Step(
            r"\min\,E_{z\sim q(z|x)}|x-\hat x|^2+\beta\,\mathrm{KL}(q(z|x)\|\mathcal N(0,I))",
            "",
            lambda x, W, b, mean, log_variance, beta, **_: (
                expected_squared_error(x, W, b, mean, log_variance) + beta * kl_to_the_prior(mean, log_variance)
            ),
            "the printed loss, with its expectation; the minimum is over encoder and decoder",
            best="min",
        ),
        Step(
            r"\min\,2\sigma^2\Big(-E_{z\sim q(z|x)}[\log p(x|z)]-\frac d2\log 2\pi\sigma^2"
            r"+\frac{\beta}{2\sigma^2}\mathrm{KL}(q(z|x)\|\mathcal N(0,I))\Big)",
            "=",
            lambda x, W, b, mean, log_variance, beta, variance: (
                2
                * variance
                * (
                    -expected_log_likelihood(x, W, b, mean, log_variance, variance)
                    - len(x) / 2 * np.log(2 * np.pi * variance)
                    + beta / (2 * variance) * diagonal_gaussian_kl(mean, log_variance).sum(axis=-1)
                )
            ),
            "a decoder of any variance σ²",
            best="min",
        ),
        Step(
            r"\max\,\mathcal L-\Big(\frac{\beta}{2\sigma^2}-1\Big)\mathrm{KL}(q(z|x)\|\mathcal N(0,I))",
            "equivalent",
            lambda x, W, b, mean, log_variance, beta, variance: (
                linear_elbo(x, W, b, mean, log_variance, variance)
                - (beta / (2 * variance) - 1) * kl_to_the_prior(mean, log_variance)
            ),
            "an ELBO whose KL has the weight β/2σ², which depends on both β and σ²",
        ),
    ],
    draw_weighted,
    equations=("4.2 β-VAE loss",),
)
