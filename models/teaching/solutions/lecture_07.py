"""The solutions of lecture 7, on the InfoGAN bound."""

import numpy as np
import torch
from torch import nn

from infotheory import Step


def bound(p_cx, Q):
    r"""The definition is $L_I=H(c)+\sum_{c,x}p(c,x)\log Q(c\mid x)$, and $p(c)$ is the sum of row $c$. A code or pair
    of probability 0 contributes nothing, so masks leave these out. If $Q$ is 0 at a pair that occurs, one term is
    $-\infty$, and so is the bound.
    """
    p_cx, Q = np.asarray(p_cx), np.asarray(Q)
    p_c = p_cx.sum(axis=1)
    p_c, occurs = p_c[p_c > 0], p_cx > 0
    if (Q[occurs] == 0).any():
        return -np.inf
    return -np.sum(p_c * np.log(p_c)) + np.sum(p_cx[occurs] * np.log(Q[occurs]))


def accurate_and_negative():
    r"""Let two images show the code with 2 % errors, and let $Q$ give the likelier code the probability
    $1-10^{-18}$. Then $Q$ names the right code in 98 % of the images, yet $L_I=\log2+0.98\log(1-10^{-18})+
    0.02\log10^{-18}=\log2-0.02\cdot41.4=-0.136$ nats. Each of the rare errors costs 41.4 nats. With an error rate
    $\varepsilon$ and the probability $\delta$ of the unlikelier code, the bound is negative if
    $\varepsilon\log\frac1\delta>\log2$, up to terms of order $\delta$.

    The accuracy gives the better bound here. By Fano's inequality, a fair code that is read with 2 % errors has
    $I(c;x)\ge\log2+0.02\log0.02+0.98\log0.98=0.595$ nats. The bound $L_I$ also depends on the confidence of $Q$. If $Q$
    gave the unlikelier code its error rate, 0.02, then $L_I$ would equal these 0.595 nats.
    """
    p_cx = np.array([[0.49, 0.01], [0.01, 0.49]])
    Q = np.array([[1 - 1e-18, 1e-18], [1e-18, 1 - 1e-18]])
    return p_cx, Q


def lemma():
    r"""Only line 4 needs $r(x'\mid y)=p(x'\mid y)$.

    $$
    \begin{aligned}
    \mathbb E\,f(x',y)&=\sum_x\sum_y\sum_{x'}p(x,y)\,r(x'\mid y)\,f(x',y) &&(1)\ \text{definition}\\
    &=\sum_{x'}\sum_yf(x',y)\,r(x'\mid y)\sum_xp(x,y) &&(2)\ x\text{ occurs in }p(x,y)\text{ alone}\\
    &=\sum_{x'}\sum_yf(x',y)\,r(x'\mid y)\,p(y) &&(3)\ \text{sum over }x\\
    &=\sum_{x'}\sum_yf(x',y)\,p(x',y) &&(4)\ r(x'\mid y)=p(x'\mid y)\text{; product rule}\\
    &=\mathbb E\,f(x,y) &&(5)\ \text{rename }x'
    \end{aligned}
    $$

    Lines 1 to 3 show what happens in general: the pair $(x',y)$ has the distribution $r(x'\mid y)\,p(y)$. This equals
    $p(x',y)$ for every $f$ only if $r$ is the posterior. If $x'$ is drawn independently of $y$, as the report's
    $x'\sim p(x,y)$ can be read, then $r(x'\mid y)=p(x')$, and line 4 is wrong.

    The order of the sums may be changed if $\mathbb E|f|$ is finite, or if $f$ has one sign. For a discrete code
    $f=\log Q\le0$, and both sides may be $-\infty$.
    """
    first = Step("Σ_x Σ_y Σ_x' p(x,y) r(x'|y) f(x',y)", "", lambda p, r, f: np.einsum("xy,ky,ky->", p, r, f), "given")
    swapped = Step(
        "Σ_x' Σ_y f(x',y) r(x'|y) Σ_x p(x,y)", "=",
        lambda p, r, f: sum(np.sum((f * r)[:, y]) * np.sum(p[:, y]) for y in range(p.shape[1])),
        "change the order of the sums",
    )  # fmt: skip
    summed = Step("Σ_x' Σ_y f(x',y) r(x'|y) p(y)", "=", lambda p, r, f: np.sum(f * r * p.sum(axis=0)), "sum over x")
    product = Step("Σ_x' Σ_y f(x',y) p(x',y)", "=", lambda p, r, f: np.sum(f * p), "r(x'|y) = p(x'|y)")
    last = Step("E f(x,y)", "=", lambda p, r, f: np.sum(p * f), "rename x'")
    return [first, swapped, summed, product, last], 4


def trained_reader(draw):
    r"""The cross-entropy of the codes is the negative mean of $\log Q(c\mid x)$. It equals $H(c)-L_I$, so a classifier
    that is trained by cross-entropy maximises $L_I$. The generator is not needed in closed form, and neither is the
    posterior: the loop only draws pairs. The pairs are new in each step, so the network cannot memorise them. Four arms
    that wind around each other are not separable by straight lines; two hidden layers are enough.
    """
    torch.manual_seed(0)
    Q = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4))
    optimizer = torch.optim.Adam(Q.parameters(), lr=3e-3)
    for _ in range(1_000):
        c, x = draw(512)
        loss = nn.functional.cross_entropy(Q(x), c)  # −E log Q(c|x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Q


def readable_code():
    r"""The bound equals $H(c)$ if no image is generated from both codes and $Q$ is certain of the right one. Code 0 has
    probability 0.40, which is $p(x=0)$, so it must own image 0. Code 1 then owns the other two images, with
    $p(x=1\mid c=1)=0.25/0.60=10/24$ and $p(x=2\mid c=1)=0.35/0.60=14/24$. A discriminator sees $p(x)$ alone, so for it
    this generator is as good as the first one. The term $\lambda L_I$ chooses between the two.
    """
    G = np.stack([np.zeros(24, dtype=int), np.repeat([1, 2], [10, 14])], axis=1)
    Q = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
    return G, Q
