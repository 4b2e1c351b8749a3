"""The solutions of further/07, on other bounds and continuous codes."""

import math

import numpy as np
import torch
from torch import nn

import infotheory as it
from infotheory import Step


def information(m, w):
    r"""Neighbouring classes overlap on an interval of length $w-1$, and there are $m-1$ such intervals. In each, two
    classes contribute the density $\frac1m\cdot\frac1w$, so the probability that $x$ lies in an overlap is
    $(m-1)(w-1)\frac2{mw}$. There the two classes are equally likely and $H(c\mid x)=\log2$. Elsewhere the class is
    known. Hence

    $$I(c;x)=H(c)-H(c\mid x)=\log m-\frac{2(m-1)(w-1)}{mw}\log2.$$
    """
    probability_of_two = (m - 1) * (w - 1) * 2 / (m * w)
    return math.log(m) - probability_of_two * math.log(2)


def critic(draw):
    r"""InfoNCE is $\log K$ minus the cross-entropy of a classifier that finds the partner of each $x_i$ among $K$
    views, so `cross_entropy(scores, arange(K))` is its loss. The scores are scalar products of two networks, so that a
    batch costs $2K$ evaluations instead of $K^2$. Neither marginal density is used. The mean of InfoNCE on new batches
    is about 1.9 nats; the best critic has 1.95, because a batch of 256 is finite, and the true information is 2 nats.
    """
    torch.manual_seed(0)
    networks = [
        nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16)) for _ in "xy"
    ]
    optimizer = torch.optim.Adam([*networks[0].parameters(), *networks[1].parameters()], lr=3e-3)

    def scores(x, y):
        return networks[0](x) @ networks[1](y).T

    for _ in range(500):
        x, y = draw(256)
        loss = nn.functional.cross_entropy(scores(x, y), torch.arange(256))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return scores


def merged():
    r"""Write $t$ for $t(x)$. Only line 5 needs that $Q(c\mid x)$ depends on $x$ through $t$ alone.

    $$
    \begin{aligned}
    I(c;x)-L_I&=\sum_{c,x}p(c,x)\log\frac{p(c\mid x)}{Q(c\mid x)} &&(2)\ H(c)\text{ cancels}\\
    &=\sum_{c,x}p(c,x)\log\frac{p(c\mid x)}{p(c\mid t)}+\sum_{c,x}p(c,x)\log\frac{p(c\mid t)}{Q(c\mid x)}
    &&(3)\ \text{multiply and divide by }p(c\mid t)\\
    &=I(c;x)-I(c;t)+\sum_{c,x}p(c,x)\log\frac{p(c\mid t)}{Q(c\mid x)} &&(4)\ H(c\mid t)-H(c\mid x)=I(c;x)-I(c;t)\\
    &=I(c;x)-I(c;t)+\mathbb E_t\,\mathrm{KL}\big(p(c\mid t)\,\|\,Q(c\mid t)\big) &&(5)\ Q(c\mid x)=Q(c\mid t)
    \end{aligned}
    $$

    The first difference belongs to the features. It is 0 if and only if $t$ is a sufficient statistic. The KL belongs
    to $Q$, and training can close it. In lecture 8 the features are those of the discriminator.
    """

    def given_t(p_cx, merge):
        return it.conditional(p_cx @ merge) @ merge.T  # p(c|t(x)) for each x: [c, x]

    def lost(p_cx, merge):
        return it.mutual_information(p_cx) - it.mutual_information(p_cx @ merge)

    first = Step(
        "I(c;x) − L_I", "",
        lambda p_cx, merge, Q: it.mutual_information(p_cx) - it.barber_agakov_bound(p_cx, Q), "given",
    )  # fmt: skip
    ratio = Step(
        "Σ p(c,x) log p(c|x)/Q(c|x)", "=",
        lambda p_cx, merge, Q: np.sum(p_cx * np.log(it.conditional(p_cx) / Q)), "H(c) cancels",
    )  # fmt: skip
    divided = Step(
        "Σ p(c,x) log p(c|x)/p(c|t) + Σ p(c,x) log p(c|t)/Q(c|x)", "=",
        lambda p_cx, merge, Q: np.sum(p_cx * np.log(it.conditional(p_cx) / given_t(p_cx, merge)))
        + np.sum(p_cx * np.log(given_t(p_cx, merge) / Q)), "multiply and divide by p(c|t)",
    )  # fmt: skip
    features = Step(
        "I(c;x) − I(c;t) + Σ p(c,x) log p(c|t)/Q(c|x)", "=",
        lambda p_cx, merge, Q: lost(p_cx, merge) + np.sum(p_cx * np.log(given_t(p_cx, merge) / Q)),
        "H(c|t) − H(c|x) = I(c;x) − I(c;t)",
    )  # fmt: skip
    last = Step(
        "I(c;x) − I(c;t) + E_t KL(p(c|t) ‖ Q(c|t))", "=",
        lambda p_cx, merge, Q: lost(p_cx, merge)
        + (p_cx @ merge).sum(axis=0)
        @ it.kl_divergence(it.conditional(p_cx @ merge), Q @ merge / merge.sum(axis=0), axis=0), "Q(c|x) = Q(c|t)",
    )  # fmt: skip
    return [first, ratio, divided, features, last], 5
