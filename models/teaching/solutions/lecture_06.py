"""The solutions of lecture 6, on generative adversarial networks."""

import numpy as np
import torch
from torch.nn.functional import logsigmoid

import infotheory as it
from infotheory import Step


def value(real_logits, fake_logits):
    r"""From $D=1/(1+e^{-\ell})$ follow $\log D=-\log(1+e^{-\ell})$ and $\log(1-D)=-\log(1+e^{\ell})$. An expectation
    over a batch is the mean of the batch, so

    $$V=-\frac1n\sum_i\log(1+e^{-\ell_i})-\frac1m\sum_j\log(1+e^{\ell'_j})$$

    with the logits $\ell_i$ of the real and $\ell'_j$ of the generated images. `np.logaddexp(0, t)` is
    $\log(e^0+e^t)$ without overflow.
    """
    return -np.logaddexp(0, -real_logits).mean() - np.logaddexp(0, fake_logits).mean()


def worse_discriminator():
    r"""For each image, $-V$ is a cross-entropy of two coins, weighted by $p+g$.

    $$
    \begin{aligned}
    V(D,G)&=\sum_xp\log D+g\log(1-D) &&(1)\ \text{given}\\
    &=\sum_x(p+g)D^*\log D+(p+g)(1-D^*)\log(1-D) &&(2)\ p=(p+g)D^*,\ g=(p+g)(1-D^*)\\
    &=-\sum_x(p+g)\big[-D^*\log D-(1-D^*)\log(1-D)\big] &&(3)\ \text{collect }p+g\\
    &=-\sum_x(p+g)\big[H(D^*)+\mathrm{KL}(D^*\|D)\big] &&(4)\ \text{cross-entropy = entropy + KL}\\
    &=V(D^*,G)-\sum_x(p+g)\,\mathrm{KL}(D^*\|D) &&(5)\ \text{(4) with }D=D^*\text{, where the KL is 0}
    \end{aligned}
    $$

    The KL is 0 only for $D=D^*$, so $D^*$ is the only best discriminator wherever $p+g>0$. Where $p+g=0$, no value of
    $D$ changes $V$; this is where the trained discriminator of 6.4 is wrong.
    """

    def coins(D):
        return np.stack([D, 1 - D], axis=-1)

    def best(p, g):
        return p / (p + g)

    def V(D, p, g):
        return np.sum(p * np.log(D) + g * np.log(1 - D))

    def cross_entropy(p, g, D):  # of two coins, for each x
        return -best(p, g) * np.log(D) - (1 - best(p, g)) * np.log(1 - D)

    first = Step("Σ p log D + g log(1 − D)", "", lambda p, g, D: V(D, p, g), "given")
    shares = Step(
        "Σ (p + g) D* log D + (p + g)(1 − D*) log(1 − D)", "=",
        lambda p, g, D: np.sum((p + g) * best(p, g) * np.log(D) + (p + g) * (1 - best(p, g)) * np.log(1 - D)),
        "p = (p + g) D*, g = (p + g)(1 − D*)",
    )  # fmt: skip
    collected = Step(
        "−Σ (p + g) [−D* log D − (1 − D*) log(1 − D)]", "=",
        lambda p, g, D: -(p + g) @ cross_entropy(p, g, D), "collect p + g",
    )  # fmt: skip
    split = Step(
        "−Σ (p + g) [H(D*) + KL(D*‖D)]", "=",
        lambda p, g, D: -(p + g) @ (it.entropy(coins(best(p, g))) + it.kl_divergence(coins(best(p, g)), coins(D))),
        "cross-entropy = entropy + KL",
    )  # fmt: skip
    last = Step(
        "V(D*, G) − Σ (p + g) KL(D*‖D)", "=",
        lambda p, g, D: V(best(p, g), p, g) - (p + g) @ it.kl_divergence(coins(best(p, g)), coins(D)),
        "the line above with D = D*, where the KL is 0",
    )  # fmt: skip
    return [first, shares, collected, split, last]


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


def two_games():
    r"""With a rate of 0.0002, $D$ hardly moves. $G$ then carries all its points to the place where this $D$ is largest.
    By the time $D$ has learned that the place is wrong, no sample of $G$ is left anywhere else, and pathwise gradients
    move all samples together. With a rate of 0.003, above that of $G$, $D$ stays near $D^*$ of the present generator.
    It is small wherever too many points lie, so that they spread before they have gathered. Heusel et al. (2017) call
    such rates a *two time-scale update rule*.

    Twelve pairs of new networks had at most one mode with the first rate. With the second they had all eight modes, and
    at least 74 % of good points. Several steps of $D$ for each step of $G$, as in algorithm 1 of Goodfellow et al.
    (2014), also keep $D$ near $D^*$.
    """

    def play(G, D, ring, D_rate=1e-3, G_rate=2e-3, steps=600):
        D_optimizer = torch.optim.Adam(D.parameters(), lr=D_rate, betas=(0.5, 0.999))
        G_optimizer = torch.optim.Adam(G.parameters(), lr=G_rate, betas=(0.5, 0.999))
        for _ in range(steps):
            real, fake = ring[torch.randint(len(ring), (128,))], G(torch.randn(128, 2))
            D_loss = -(logsigmoid(D(real)).mean() + logsigmoid(-D(fake.detach())).mean())
            D_optimizer.zero_grad()
            D_loss.backward()
            D_optimizer.step()
            G_loss = -logsigmoid(D(fake)).mean()
            G_optimizer.zero_grad()
            G_loss.backward()
            G_optimizer.step()

    return play, {"D_rate": 2e-4}, {"D_rate": 3e-3}


def conditional_value():
    r"""Only line 3 needs $q(y)=p(y)$. We write $S(a,b)=a\log\frac a{a+b}+b\log\frac b{a+b}$.

    $$
    \begin{aligned}
    V(D^*,G)&=\sum_{x,y}S\big(p(x,y),g(x,y)\big) &&(1)\ \text{(6) for pairs}\\
    &=\sum_{x,y}S\big(p(y)\,p(x\mid y),\,q(y)\,g(x\mid y)\big) &&(2)\ \text{joint pmfs are products}\\
    &=\sum_yp(y)\sum_xS\big(p(x\mid y),g(x\mid y)\big) &&(3)\ q(y)=p(y)\text{ cancels in each logarithm}\\
    &=\sum_yp(y)\big[2\,\mathrm{JSD}(p(x\mid y),g(x\mid y))-\log4\big] &&(4)\ \text{(6) to (9) for each }y\\
    &=\mathbb E_y\,2\,\mathrm{JSD}(p(x\mid y),g(x\mid y))-\log4 &&(5)\ \textstyle\sum_yp(y)=1
    \end{aligned}
    $$

    A training loop satisfies the condition if it gives $G$ the labels of the real batch. If $G$ draws its labels from a
    different $q(y)$, the optimal $D$ also learns $p(y)/q(y)$, and $G$ cannot change this part of its loss.
    """

    def split(a, b):  # Σ a log a/(a + b) + b log b/(a + b) over the last axis
        return np.sum(a * np.log(a / (a + b)) + b * np.log(b / (a + b)), axis=-1)

    first = Step(
        "Σ p(x,y) log p(x,y)/(p(x,y) + g(x,y)) + Σ g(x,y) log g(x,y)/(p(x,y) + g(x,y))", "",
        lambda p_y, q_y, p_x, g_x: 2 * it.js_divergence((p_y[:, None] * p_x).ravel(), (q_y[:, None] * g_x).ravel())
        - np.log(4), "(6) for pairs",
    )  # fmt: skip
    products = Step(
        "Σ p(y) p(x|y) log p(y) p(x|y)/(p(y) p(x|y) + q(y) g(x|y)) + …", "=",
        lambda p_y, q_y, p_x, g_x: split(p_y[:, None] * p_x, q_y[:, None] * g_x).sum(), "joint pmfs are products",
    )  # fmt: skip
    cancelled = Step(
        "Σ_y p(y) Σ_x [p(x|y) log p(x|y)/(p(x|y) + g(x|y)) + …]", "=",
        lambda p_y, q_y, p_x, g_x: p_y @ split(p_x, g_x), "q(y) = p(y), which cancels in each logarithm",
    )  # fmt: skip
    of_each = Step(
        "Σ_y p(y) [2 JSD − log 4]", "=",
        lambda p_y, q_y, p_x, g_x: p_y @ (2 * it.js_divergence(p_x, g_x) - np.log(4)), "(6) to (9) for each y",
    )  # fmt: skip
    last = Step(
        "E_y 2 JSD − log 4", "=", lambda p_y, q_y, p_x, g_x: 2 * p_y @ it.js_divergence(p_x, g_x) - np.log(4),
        "Σ p(y) = 1",
    )  # fmt: skip
    return [first, products, cancelled, of_each, last], 3
