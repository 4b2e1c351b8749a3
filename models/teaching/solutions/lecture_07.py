"""The solutions of lecture 7, on the InfoGAN bound."""

import math

import numpy as np


def bound(p_cx, Q):
    r"""The definition is $L_I=H(c)+\sum_{c,x}p(c,x)\log Q(c\mid x)$, and $p(c)$ is the sum of row $c$. A code or pair
    of probability 0 adds nothing, so masks leave these out. If $Q$ is 0 at a pair that happens, one term is $-\infty$,
    and so is the bound.
    """
    p_cx, Q = np.asarray(p_cx), np.asarray(Q)
    p_c = p_cx.sum(axis=1)
    p_c, happens = p_c[p_c > 0], p_cx > 0
    if (Q[happens] == 0).any():
        return -np.inf
    return -np.sum(p_c * np.log(p_c)) + np.sum(p_cx[happens] * np.log(Q[happens]))


def information(m, w):
    r"""Neighbouring classes overlap on an interval of length $w-1$, and there are $m-1$ such intervals. In each, two
    classes contribute the density $\frac1m\cdot\frac1w$, so the probability that $x$ falls in an overlap is
    $(m-1)(w-1)\frac2{mw}$. There the two classes are equally likely and $H(c\mid x)=\log2$. Elsewhere the class is
    known. Hence

    $$I(c;x)=H(c)-H(c\mid x)=\log m-\frac{2(m-1)(w-1)}{mw}\log2.$$
    """
    probability_of_two = (m - 1) * (w - 1) * 2 / (m * w)
    return math.log(m) - probability_of_two * math.log(2)
