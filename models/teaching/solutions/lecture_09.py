"""The solutions of lecture 9, on the regularisers of the VAE."""

import math

import numpy as np


def floor(kl, n_examples):
    r"""The mean KL equals $I(x;z)+\mathrm{KL}(q(z)\|p(z))$. With $N$ equally likely examples $I(x;z)\le H(x)=\log N$.
    So $\mathrm{KL}(q(z)\|p(z))$ is at least the mean KL minus $\log N$. If this difference is negative, Gibbs'
    inequality is the better bound: a KL is at least 0.
    """
    return max(0.0, kl - math.log(n_examples))


def mixture(densities, n_examples):
    r"""In the true $q(z_i)=\frac1N\sum_nq(z_i\mid x_n)$ the own example $x_i$ has the weight $a=\frac1N$. The $B-1$
    other examples of the batch are a random sample of the $N-1$ other examples, which together have the weight
    $\frac{N-1}N$. Each therefore gets

    $$b=\frac{N-1}{N(B-1)}.$$

    The weights of a row sum to 1. The diagonal of the table holds the own densities.
    """
    batch_size = len(densities)
    own, others = np.trace(densities), np.sum(densities) - np.trace(densities)
    a, b = 1 / n_examples, (n_examples - 1) / (n_examples * (batch_size - 1))
    return (a * own + b * others) / batch_size


def gaussian_tc(covariance):
    r"""The entropy of $\mathcal N(0,\Sigma)$ is $\frac12\log\det2\pi e\Sigma$, and that of latent $j$ is
    $\frac12\log2\pi e\Sigma_{jj}$. The constants cancel in the difference:

    $$\mathrm{TC}=\sum_jh(z_j)-h(z)=\tfrac12\Big(\sum_j\log\Sigma_{jj}-\log\det\Sigma\Big)=-\tfrac12\log\det P .$$
    """
    covariance = np.asarray(covariance)
    return (np.log(np.diag(covariance)).sum() - np.linalg.slogdet(covariance)[1]) / 2


def dip_penalty(mean, log_variance):
    r"""By the law of total covariance $C=\mathrm{Cov}[\mu(x)]+\mathbb E[\mathrm{diag}\,\sigma^2(x)]$. The penalty is
    the sum of the squared entries of $C-I$: the entries outside of the diagonal are $C_{ij}$, and those on it are
    $C_{ii}-1$.
    """
    covariance = np.cov(np.transpose(mean)) + np.diag(np.exp(log_variance).mean(axis=0))
    return np.sum((covariance - np.eye(len(covariance))) ** 2)


def square_tc(angle):
    r"""A turn keeps areas, so $h(z)=\log1=0$ and $\mathrm{TC}=h(z_1)+h(z_2)$. Each marginal is that of a sum of two
    independent uniforms, whose widths $w\ge w'$ are $\cos\theta$ and $\sin\theta$ in order of size. The density is a
    trapezoid of height $1/w$. Its plateau has the length $w-w'$ and adds $\frac{w-w'}w\log w$ to the entropy. The two
    ramps of length $w'$ add

    $$-2\int_0^{w'}\frac t{ww'}\log\frac t{ww'}\,dt=\frac{w'}w\Big(\log w+\tfrac12\Big).$$

    The sum is $h(z_1)=\log w+\frac{w'}{2w}$, and TC is twice this.
    """
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    wide, narrow = max(c, s), min(c, s)
    return 2 * math.log(wide) + narrow / wide
