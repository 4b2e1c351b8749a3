"""The solutions of further/09, on what moments and discriminators miss."""

import math

import numpy as np


def dip_penalty(mean, log_variance):
    r"""By the law of total covariance $C=\mathrm{Cov}[\mu(x)]+\mathbb E[\mathrm{diag}\,\sigma^2(x)]$. The penalty is
    the sum of the squared entries of $C-I$: the entries outside of the diagonal are $C_{ij}$, and those on it are
    $C_{ii}-1$.
    """
    covariance = np.cov(np.transpose(mean)) + np.diag(np.exp(log_variance).mean(axis=0))
    return np.sum((covariance - np.eye(len(covariance))) ** 2)


def square_tc(angle):
    r"""A rotation preserves areas, so $h(z)=\log1=0$ and $\mathrm{TC}=h(z_1)+h(z_2)$. Each marginal is that of a sum
    of two independent uniforms, whose widths $w\ge w'$ are $\cos\theta$ and $\sin\theta$ in order of size. The density
    is a trapezoid of height $1/w$. Its plateau has the length $w-w'$ and adds $\frac{w-w'}w\log w$ to the entropy. The
    two ramps of length $w'$ add

    $$-2\int_0^{w'}\frac t{ww'}\log\frac t{ww'}\,dt=\frac{w'}w\Big(\log w+\tfrac12\Big).$$

    The sum is $h(z_1)=\log w+\frac{w'}{2w}$, and TC is twice this.
    """
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    wide, narrow = max(c, s), min(c, s)
    return 2 * math.log(wide) + narrow / wide


def unseen():
    r"""Let the direction of $u$ be uniform, and let its length $r$ be 0 or $a$. An isotropic $u$ has the moments of
    $\mathcal N(0,I)$ up to degree four if $\mathbb E\,r^2=2$ and $\mathbb E\,r^4=8$. Let $p$ be the probability of
    $r=a$. Then $pa^2=2$ and $pa^4=8$, so $a=2$ and $p=\frac12$. Half of the points lie at the origin, and half on a
    circle of radius 2.

    The code $z=\sqrt{1-\sigma^2}\,u+\sigma\varepsilon$ has the same moments as $u$, since
    $\sqrt{1-\sigma^2}\,v+\sigma\varepsilon$ is standard normal if $v$ is. Five or more points at equal distances
    on the circle have the moments of the whole circle up to degree four. A discriminator that is linear in all
    monomials up to degree four has its best value at $D=\frac12$, although the latents are far from independent.
    """
    angles = 2 * np.pi * np.arange(1_000) / 1_000
    circle = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    u = np.concatenate([circle, np.zeros_like(circle)])
    return math.sqrt(1 - 0.2**2) * u
