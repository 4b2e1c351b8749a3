"""The solutions of lecture 2, on mutual information and KL divergence."""

import numpy as np


def kl_divergence(p, q):
    r"""A mask leaves out outcomes with $p(x)=0$, whose terms are 0. If $q(x)=0<p(x)$ for any outcome, its term is
    infinite, and so is the sum.
    """
    p, q = np.asarray(p), np.asarray(q)
    possible = p > 0
    if (q[possible] == 0).any():
        return np.inf
    return np.sum(p[possible] * np.log(p[possible] / q[possible]))
