"""The solutions of lecture 6, on generative adversarial networks."""

import numpy as np


def value(real_logits, fake_logits):
    r"""From $D=1/(1+e^{-\ell})$ follow $\log D=-\log(1+e^{-\ell})$ and $\log(1-D)=-\log(1+e^{\ell})$. An expectation
    over a batch is the mean of the batch, so

    $$V=-\frac1n\sum_i\log(1+e^{-\ell_i})-\frac1m\sum_j\log(1+e^{\ell'_j})$$

    with the logits $\ell_i$ of the real and $\ell'_j$ of the generated images. `np.logaddexp(0, t)` is
    $\log(e^0+e^t)$ without overflow.
    """
    return -np.logaddexp(0, -real_logits).mean() - np.logaddexp(0, fake_logits).mean()


def collapse(k, j):
    r"""Let $m=(p+g)/2$. On each of the $j$ modes that both have, $p/m=\frac{2j}{j+k}$ and $g/m=\frac{2k}{j+k}$. On each
    of the $k-j$ missed modes $g=0$ and $p/m=2$. The sums are

    $$\mathrm{KL}(p\|m)=\frac jk\log\frac{2j}{j+k}+\Big(1-\frac jk\Big)\log2,\qquad
    \mathrm{KL}(g\|m)=\log\frac{2k}{j+k},$$

    and the Jensen–Shannon divergence is half their sum. One digit of ten gives 0.526 nats, and five of ten 0.216 nats,
    of at most $\log2=0.693$ nats.
    """
    both = j / k * np.log(2 * j / (j + k))
    missed = (1 - j / k) * np.log(2)
    generated = np.log(2 * k / (j + k))
    return (both + missed + generated) / 2


def ratio(D, pi):
    r"""Bayes' rule gives $D=\frac{\pi p}{\pi p+(1-\pi)g}$, and therefore

    $$\frac D{1-D}=\frac{\pi}{1-\pi}\cdot\frac pg\quad\Longrightarrow\quad\frac pg=\frac D{1-D}\cdot\frac{1-\pi}{\pi}.$$

    The posterior odds are the prior odds times the likelihood ratio. For a fair coin the prior odds are 1.
    """
    return D / (1 - D) * (1 - pi) / pi


def gradient(z, a, b, u, v):
    r"""The chain rule has three factors for each noise $z_i$, with $x_i=az_i+b$ and $\ell_i=ux_i+v$:

    $$\frac{\partial(-\log D)}{\partial\ell}=-(1-D),\qquad\frac{\partial\ell}{\partial x}=u,\qquad
    \frac{\partial x}{\partial a}=z_i.$$

    The loss is a mean, so $\frac{\partial L}{\partial a}=\frac1n\sum_i-(1-D(x_i))\,u\,z_i$.
    """
    D = 1 / (1 + np.exp(-(u * (a * z + b) + v)))
    return np.mean(-(1 - D) * u * z)
