"""The solutions of lecture 10, on measuring disentanglement."""

import numpy as np


def mig(table, entropies):
    r"""Sorted down the columns, the last row holds each factor's largest $I(z_j;v_k)$, and the row above it the second
    largest. The mutual information gap is the mean over the factors of their difference divided by $H(v_k)$.
    """
    ordered = np.sort(table, axis=0)
    best, second = ordered[-1], ordered[-2]
    return np.mean((best - second) / entropies)


def vote(W, variances):
    r"""With $v_k$ held, latent $j$ keeps the share $1-s_{jk}$ of its variance, so the latent with the largest $s_{jk}$
    wins the vote of factor $k$. If a latent wins for several factors, the majority vote assigns it to one of them, and
    the votes of the other factors are wrong. All factors are equally often held, so the score is the number of
    different winners divided by the number of factors.
    """
    explained = np.square(W) * np.asarray(variances)
    shares = explained / explained.sum(axis=1, keepdims=True)
    winners = shares.argmax(axis=0)
    return len(set(winners.tolist())) / len(variances)


def action_residual(codes, shift):
    r"""Row $w$ of `codes` is $f(w)^\top$. So $\rho f(w)=f(w+a)$ for all $w$ means $F\rho^\top=F_a$, where $F_a$ is the
    rolled table. Least squares gives the best $\rho^\top$. The residual is 0 iff a linear map performs the shift.
    """
    codes = np.asarray(codes, float)
    moved = np.roll(codes, -shift, axis=0)
    rho_transposed = np.linalg.lstsq(codes, moved, rcond=None)[0]
    return np.mean(np.sum((moved - codes @ rho_transposed) ** 2, axis=1))


def price_of_a_turn(variances, R):
    r"""For $q=\mathcal N(0,\mathrm{diag}(s^2))$ and the precision matrix $\Lambda=R\,\mathrm{diag}(1/\sigma^2)R^\top$,

    $$\mathrm{KL}=\tfrac12\Big(\sum_j\Lambda_{jj}s_j^2-d-\sum_j\log s_j^2-\log\det\Lambda\Big).$$

    The derivative in $s_j^2$ is 0 at $s_j^2=1/\Lambda_{jj}$. There the first two terms cancel. With
    $\log\det\Lambda=-\sum_j\log\sigma_j^2$ the least KL is

    $$\tfrac12\Big(\sum_j\log\Lambda_{jj}+\sum_j\log\sigma_j^2\Big).$$
    """
    R, variances = np.asarray(R), np.asarray(variances)
    precision = np.sum(R**2 / variances, axis=1)  # the diagonal of Λ
    return (np.log(precision).sum() + np.log(variances).sum()) / 2


def modularity(a, b, levels):
    r"""The estimated information of a dead latent about factor $k$ is its bias, which is proportional to $K_k-1$. The
    modularity of a latent is $1-\frac{\sum_{k\ne k^*}I_k^2}{(m-1)I_{k^*}^2}$, where $k^*$ has the largest entry. A
    common factor of the row cancels, so the row $K_k-1$ itself can be used. The score is the mean over the $a$ clean
    latents, which have 1, and the $b$ dead ones.
    """
    row = np.sort(np.asarray(levels) - 1.0)
    dead = 1 - np.sum(row[:-1] ** 2) / ((len(row) - 1) * row[-1] ** 2)
    return (a + b * dead) / (a + b)
