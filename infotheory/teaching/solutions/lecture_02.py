"""The solutions of lecture 2, on mutual information and KL divergence."""

import numpy as np

import infotheory as it


def kl_divergence(p, q):
    r"""A mask leaves out outcomes with $p(x)=0$, whose terms are 0. If $q(x)=0<p(x)$ for any outcome, its term is
    infinite, and so is the sum.
    """
    p, q = np.asarray(p), np.asarray(q)
    possible = p > 0
    if (q[possible] == 0).any():
        return np.inf
    return np.sum(p[possible] * np.log(p[possible] / q[possible]))


def corrected_information(counts):
    r"""The plug-in estimate exceeds $I(X;Y)$ by about $(n_x-1)(n_y-1)/2N$ on average. The result may be negative; if
    it were replaced by 0, the estimate would be biased again.
    """
    counts = np.asarray(counts)
    N, (n_x, n_y) = counts.sum(), counts.shape
    return it.mutual_information(counts / N) - (n_x - 1) * (n_y - 1) / (2 * N)
