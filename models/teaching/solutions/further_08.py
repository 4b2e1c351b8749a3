"""The solutions of further/08, on what the codes of an InfoGAN mean."""

import math
from itertools import permutations

import numpy as np
import torch
from torch.nn import functional as F

import infotheory as it
from infotheory import Step


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


def cost_of_T():
    r"""Write $t=T(x)$. Only line 2 needs the Markov chain.

    $$
    \begin{aligned}
    I(c;x)&=I(c;x,t) &&(2)\ c\to x\to t\text{ is a Markov chain, so }I(c;t\mid x)=0\\
    &=I(c;t)+I(c;x\mid t) &&(3)\ \text{chain rule}\\
    &=L_I+\mathbb E_t\mathrm{KL}\big(p(c\mid t)\,\|\,Q(c\mid t)\big)+I(c;x\mid t)
    &&(4)\ \text{the gap of the bound on }I(c;t)
    \end{aligned}
    $$

    Both terms after $L_I$ are never negative, so $L_I\le I(c;T(x))\le I(c;x)$ follows. The gap of $L_I$ to its ceiling
    now has three parts: $H(c)-L_I=H(c\mid x)+I(c;x\mid T(x))+\mathbb E\,\mathrm{KL}$. They belong to the generator,
    to $T$ and to $Q$.
    """

    def pair(p):  # I(c; t)
        return it.mutual_information(p.sum(axis=1))

    def lost(p):  # I(c; x|t): the last axis is the condition
        return it.conditional_mutual_information(p)

    def bound(p, Q):
        return it.barber_agakov_bound(p.sum(axis=1), Q)

    def kl(p, Q):
        p_ct = p.sum(axis=1)
        return it.kl_divergence(it.conditional(p_ct), Q, axis=0) @ p_ct.sum(axis=0)

    first = Step("I(c;x)", "", lambda p, Q: it.mutual_information(p.sum(axis=2)), "the information in the image")
    both = Step("I(c;x,t)", "=", lambda p, Q: it.mutual_information(p.reshape(len(p), -1)), "Markov chain")
    chain = Step("I(c;t) + I(c;x|t)", "=", lambda p, Q: pair(p) + lost(p), "chain rule")
    last = Step("L_I + E KL + I(c;x|t)", "=", lambda p, Q: bound(p, Q) + kl(p, Q) + lost(p), "the gap of the bound")
    return [first, both, chain, last], 2


def choose_T(images):
    r"""A translation moves the bar, and a *uniform* scaling $x\mapsto ax$, $y\mapsto ay$ changes its thickness. The
    slant is the ratio of a horizontal to a vertical distance, so neither changes it. A rotation or a shear would blur
    the slant. With this $T$, the largest $L_I$ belongs to codes that are carried by the slant.
    """

    def T(images):
        n = len(images)
        scale, shift = (0.7 * (2 * torch.rand(n) - 1)).exp(), 0.5 * (2 * torch.rand(n) - 1)
        zero = torch.zeros(n)
        rows = [torch.stack([scale, zero, shift], dim=1), torch.stack([zero, scale, zero], dim=1)]
        grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, align_corners=False)

    return T
