"""The solutions of lecture 10, on measuring disentanglement."""

import numpy as np

import infotheory as it
from infotheory import Step


def mig(table, entropies):
    r"""Sorted down the columns, the last row holds each factor's largest $I(z_j;v_k)$, and the row above it the second
    largest. The mutual information gap is the mean over the factors of their difference divided by $H(v_k)$.
    """
    ordered = np.sort(table, axis=0)
    best, second = ordered[-1], ordered[-2]
    return np.mean((best - second) / entropies)


def modularity(a, b, levels):
    r"""The estimated information of a collapsed latent about factor $k$ is its bias, which is proportional to $K_k-1$.
    The modularity of a latent is $1-\frac{\sum_{k\ne k^*}I_k^2}{(m-1)I_{k^*}^2}$, where $k^*$ has the largest entry. A
    common factor of the row cancels, so the row $K_k-1$ itself can be used. The score is the mean over the $a$ clean
    latents, whose modularity is 1, and the $b$ collapsed ones.
    """
    row = np.sort(np.asarray(levels) - 1.0)
    dead = 1 - np.sum(row[:-1] ** 2) / ((len(row) - 1) * row[-1] ** 2)
    return (a + b * dead) / (a + b)


def budget():
    r"""Let $V$ and $W$ be two factors, and $Z$ the bin of a latent. Only line 3 needs independent factors.

    $$
    \begin{aligned}
    I(V;Z)+I(W;Z)&\le I(V;Z)+I(W;V,Z) &&(2)\ I(W;V,Z)=I(W;Z)+I(W;V\mid Z)\\
    &=I(V;Z)+I(W;Z\mid V) &&(3)\ I(W;V,Z)=I(W;V)+I(W;Z\mid V),\text{ and }I(W;V)=0\\
    &=I(V,W;Z) &&(4)\ \text{chain rule}\\
    &\le H(Z) &&(5)\ I(V,W;Z)=H(Z)-H(Z\mid V,W)
    \end{aligned}
    $$

    By induction the sum over all independent factors is at most $H(Z)\le\log20$ for 20 bins. If both factors are
    equal, $Z=V=W$ gives the sum $2H(Z)$. This is the code of 10.6 that ignores posY.
    """

    def line(text):
        return lambda p: it.evaluate(text, p)  # the axes of p are V, W and Z

    return [
        Step("I(V;Z) + I(W;Z)", "", line("I(V;Z) + I(W;Z)"), "both informations"),
        Step("I(V;Z) + I(W;V,Z)", "<=", line("I(V;Z) + I(W;V,Z)"), "chain rule, and I(W;V|Z) ≥ 0"),
        Step("I(V;Z) + I(W;Z|V)", "=", line("I(V;Z) + I(W;Z|V)"), "chain rule, and I(W;V) = 0"),
        Step("I(V,W;Z)", "=", line("I(V,W;Z)"), "chain rule"),
        Step("H(Z)", "<=", lambda p: it.entropy(p.sum(axis=(0, 1))), "H(Z|V,W) ≥ 0"),
    ], 3


def vote(W, variances):
    r"""With $v_k$ fixed, latent $j$ keeps the share $1-s_{jk}$ of its variance, so the latent with the largest $s_{jk}$
    wins the vote of factor $k$. If a latent wins for several factors, the majority vote assigns it to one of them, and
    the votes of the other factors are wrong. All factors are equally often fixed, so the score is the number of
    different winners divided by the number of factors.
    """
    explained = np.square(W) * np.asarray(variances)
    shares = explained / explained.sum(axis=1, keepdims=True)
    winners = shares.argmax(axis=0)
    return len(set(winners.tolist())) / len(variances)


def entangled():
    r"""MIG compares the latents of one factor, and never the factors of one latent. So two factors can share a latent.
    Shape and scale have $3\cdot6=18$ pairs, which fit into 20 bins without loss. Of the positions we keep 5 levels of
    posX and 4 levels of posY, which are 20 pairs. The gaps are about $1$, $1$, $0.81$, $\log5/\log32=0.46$ and
    $\log4/\log32=0.40$, and their mean is 0.74. Only orientation has a latent of its own.
    """

    def represent(v):
        shape, scale, orientation, x, y = v.T
        return np.stack([6 * shape + scale, orientation, 4 * (5 * x // 32) + 4 * y // 32], axis=1)

    return represent
