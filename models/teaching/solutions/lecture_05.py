"""The solutions of lecture 5, on the β-VAE."""

import math

import numpy as np


def beta_for(variances, sigma_squared, k):
    r"""Latent $j$ is on iff $\lambda_j>\beta\sigma^2$. At most $k$ latents are on iff the next largest variance,
    $\lambda_{(k+1)}$, is not above the level. The smallest such level is $\beta\sigma^2=\lambda_{(k+1)}$. In an array
    that is sorted from the largest value down, $\lambda_{(k+1)}$ has the index $k$.
    """
    return sorted(variances, reverse=True)[k] / sigma_squared


def beta_of_capacity(capacity, variances, sigma_squared):
    r"""If the $k$ largest latents are on, the total rate is

    $$C=\sum_{j\le k}\tfrac12\log\frac{\lambda_j}{\beta\sigma^2}
    \quad\Longrightarrow\quad\log\beta\sigma^2=\frac1k\Big(\sum_{j\le k}\log\lambda_j-2C\Big).$$

    This level is right if latent $k+1$ is off, so $\lambda_{k+1}\le\beta\sigma^2$. The first $k$ with this property is
    the right one. Latent $k$ is then on: if its $\lambda_k$ were at most the level, $k-1$ latents would carry the rate
    $C$ at a level of at least $\lambda_k$, and the loop would have stopped before.
    """
    log_variances = np.sort(np.log(variances))[::-1]
    for k in range(1, len(log_variances) + 1):
        log_level = (log_variances[:k].sum() - 2 * capacity) / k
        if k == len(log_variances) or log_level >= log_variances[k]:
            return math.exp(log_level) / sigma_squared
