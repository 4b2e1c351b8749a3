"""The solutions of further/05, on rate and distortion."""

import math

import numpy as np

import infotheory as it
from infotheory import Step


def distance():
    r"""All three terms are expectations under $q(x,z)=p(x)\,q(z\mid x)$.

    $$
    \begin{aligned}
    D+R-H(x)&=\mathbb E_q\big[-\log p(x\mid z)\big]+\mathbb E_q\log\frac{q(z\mid x)}{p(z)}+\mathbb E_q\log p(x)
    &&(2)\ \text{definitions}\\
    &=\mathbb E_q\log\frac{p(x)\,q(z\mid x)}{p(z)\,p(x\mid z)} &&(3)\ \text{one logarithm}\\
    &=\mathrm{KL}\big(p(x)\,q(z\mid x)\,\|\,p(z)\,p(x\mid z)\big) &&(4)\ \text{definition of KL}
    \end{aligned}
    $$

    The two joint distributions are that of the encoder and that of the decoder. Their divergence is never negative, so
    $D+R\ge H(x)$. It is zero if and only if they are equal: $p(z)=q(z)$, and the decoder is the inverse of the encoder
    by Bayes' rule. The negative ELBO exceeds the entropy of the data by this divergence.
    """

    def joints(p_x, q_z_given_x, p_z, p_x_given_z):
        return p_x[:, None] * q_z_given_x, (p_z[:, None] * p_x_given_z).T  # both [x, z]

    def given(p_x, q_z_given_x, p_z, p_x_given_z):
        q, _ = joints(p_x, q_z_given_x, p_z, p_x_given_z)
        return -np.sum(q * np.log(p_x_given_z.T)) + p_x @ it.kl_divergence(q_z_given_x, p_z) - it.entropy(p_x)

    def expectations(p_x, q_z_given_x, p_z, p_x_given_z):
        q, _ = joints(p_x, q_z_given_x, p_z, p_x_given_z)
        return np.sum(q * (-np.log(p_x_given_z.T) + np.log(q_z_given_x / p_z) + np.log(p_x)[:, None]))

    def one_logarithm(**distributions):
        q, p = joints(**distributions)
        return np.sum(q * np.log(q / p))

    def divergence(**distributions):
        return it.kl_divergence(*joints(**distributions), axis=(0, 1))

    return [
        Step("D + R − H(x)", "", given, "given"),
        Step("E[−log p(x|z)] + E log q(z|x)/p(z) + E log p(x)", "=", expectations, "definitions"),
        Step("E log p(x) q(z|x)/p(z) p(x|z)", "=", one_logarithm, "one logarithm"),
        Step("KL(p(x) q(z|x) ‖ p(z) p(x|z))", "=", divergence, "definition of KL"),
    ]


def excess():
    r"""Only line 3 needs an active latent. Write $d=\min(\lambda,\beta\sigma^2)$.

    $$
    \begin{aligned}
    D+R-h(x)&=\tfrac d{2\sigma^2}+\tfrac12\log2\pi\sigma^2+\tfrac12\log\tfrac\lambda d-\tfrac12\log2\pi e\lambda
    &&(1)\ \text{given}\\
    &=\tfrac d{2\sigma^2}+\tfrac12\log\tfrac{\sigma^2}d-\tfrac12 &&(2)\ \lambda\text{ and }2\pi\text{ cancel}\\
    &=\tfrac{\beta\sigma^2}{2\sigma^2}+\tfrac12\log\tfrac{\sigma^2}{\beta\sigma^2}-\tfrac12
    &&(3)\ \text{the latent is active: }d=\beta\sigma^2\\
    &=\tfrac\beta2-\tfrac12\log\beta-\tfrac12 &&(4)\ \sigma^2\text{ cancels}\\
    &=\tfrac12(\beta-1-\log\beta) &&(5)\ \text{common factor}
    \end{aligned}
    $$

    Since $\log\beta\le\beta-1$, the excess is never negative, and it is 0 at β = 1 alone. It depends neither on λ nor
    on $\sigma^2$. If the latent has collapsed, $d=\lambda$ and line 2 equals $\tfrac12(t-1-\log t)$ with
    $t=\lambda/\sigma^2$. The excess then no longer depends on β.
    """

    def parts(variance, sigma2, beta):
        error = np.minimum(variance, beta * sigma2)
        rate, h_x = np.log(variance / error) / 2, it.gaussian_entropy([[variance]])
        return error / (2 * sigma2) + np.log(2 * np.pi * sigma2) / 2 + rate - h_x

    def collected(variance, sigma2, beta):
        error = np.minimum(variance, beta * sigma2)
        return error / (2 * sigma2) + np.log(sigma2 / error) / 2 - 1 / 2

    def inserted(variance, sigma2, beta):
        return beta * sigma2 / (2 * sigma2) + np.log(sigma2 / (beta * sigma2)) / 2 - 1 / 2

    return [
        Step("d/2σ² + ½ log 2πσ² + ½ log λ/d − ½ log 2πeλ", "", parts, "given"),
        Step("d/2σ² + ½ log σ²/d − ½", "=", collected, "λ and 2π cancel"),
        Step("βσ²/2σ² + ½ log σ²/βσ² − ½", "=", inserted, "the latent is active"),
        Step("½β − ½ log β − ½", "=", lambda beta, **_: beta / 2 - np.log(beta) / 2 - 1 / 2, "σ² cancels"),
        Step("½(β − 1 − log β)", "=", lambda beta, **_: (beta - 1 - np.log(beta)) / 2, "common factor"),
    ], 3


def beta_of_capacity(capacity, variances, sigma_squared):
    r"""If the $k$ largest latents are active, the total rate is

    $$C=\sum_{j\le k}\tfrac12\log\frac{\lambda_j}{\beta\sigma^2}
    \quad\Longrightarrow\quad\log\beta\sigma^2=\frac1k\Big(\sum_{j\le k}\log\lambda_j-2C\Big).$$

    This level is right if latent $k+1$ has collapsed, so $\lambda_{k+1}\le\beta\sigma^2$. The first $k$ with this
    property is the right one. Latent $k$ is then active. Otherwise $\lambda_k$ is at most the level, and $k-1$
    latents have the rate $C$ at a level of at least $\lambda_k$. The loop would have stopped at $k-1$.
    """
    log_variances = np.sort(np.log(variances))[::-1]
    for k in range(1, len(log_variances) + 1):
        log_level = (log_variances[:k].sum() - 2 * capacity) / k
        if k == len(log_variances) or log_level >= log_variances[k]:
            return math.exp(log_level) / sigma_squared
