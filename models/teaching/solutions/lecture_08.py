"""The solutions of lecture 8, on InfoGAN."""

import math
from itertools import permutations

import numpy as np


def losses(real, fake, L_I, weight):
    r"""$D$ and $Q$ maximise $V+\lambda L_I$, so their loss is $-V-\lambda L_I$ with

    $$V=\mathbb E\log D(x)+\mathbb E\log(1-D(G(z,c)))=-\overline{\log(1+e^{-\ell})}-\overline{\log(1+e^{\ell'})},$$

    where $\ell$ are the logits of the real and $\ell'$ those of the generated images. The non-saturating loss of $G$
    is $-\mathbb E\log D(G(z,c))=\overline{\log(1+e^{-\ell'})}$. $G$ maximises $L_I$ too, so $\lambda L_I$ is subtracted
    from both losses.
    """
    V = -np.logaddexp(0, -real).mean() - np.logaddexp(0, fake).mean()
    return -V - weight * L_I, np.logaddexp(0, -fake).mean() - weight * L_I


def information_bound(codes, logits):
    r"""The softmax gives $\log Q(c\mid x)=\ell_c-\log\sum_ke^{\ell_k}$. A constant that is subtracted from a row of
    logits cancels in this difference. With the largest logit subtracted no exponential exceeds 1, so nothing overflows.
    The entropy of $k$ equally likely classes is $\log k$.
    """
    logits = logits - logits.max(axis=1, keepdims=True)
    log_q = (codes * logits).sum(axis=1) - np.log(np.exp(logits).sum(axis=1))
    return np.log(logits.shape[1]) + log_q.mean()


def best_bound(m):
    r"""The derivative of $L_I(\sigma)=\log2-\frac12\log2\pi\sigma^2-\frac m{2\sigma^2}$ in $\sigma^2$ is
    $-\frac1{2\sigma^2}+\frac m{2\sigma^4}$. It is 0 at $\sigma^2=m$, so the best variance is the mean squared error
    of the readings. There

    $$L_I=\log2-\tfrac12\log2\pi em,$$

    which is positive iff $m<\frac4{2\pi e}=0.234$.
    """
    return math.log(2) - math.log(2 * math.pi * math.e * m) / 2


def naming_error(counts):
    r"""A naming is a permutation: class $i$ gets the digit $\pi(i)$. It names $\sum_i\text{counts}[i,\pi(i)]$ images
    right. For a few classes all permutations can be tried. For ten classes `scipy.optimize.linear_sum_assignment`
    finds the best one in polynomial time.
    """
    counts = np.asarray(counts)
    k = len(counts)
    right = max(counts[np.arange(k), list(naming)].sum() for naming in permutations(range(k)))
    return 1 - right / counts.sum()


def blurred_information(k, r):
    r"""The levels form a ring, so $T(x)$ is uniform on all $k$ levels and $H(T(x))=\log k$. Given the class, $T(x)$ is
    uniform on $2r+1$ levels and $H(T(x)\mid c)=\log(2r+1)$. The information is the difference,
    $I(c;T(x))=\log\frac k{2r+1}$.
    """
    return math.log(k) - math.log(2 * r + 1)
