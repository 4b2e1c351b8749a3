"""The solutions of lecture 8, on InfoGAN."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn.functional import logsigmoid, one_hot

import infotheory as it
from infotheory import Step


def losses(real, fake, L_I, weight):
    r"""$D$ and $Q$ maximise $V+\lambda L_I$, so their loss is $-V-\lambda L_I$ with

    $$V=\mathbb E\log D(x)+\mathbb E\log(1-D(G(z,c)))=-\overline{\log(1+e^{-\ell})}-\overline{\log(1+e^{\ell'})},$$

    where $\ell$ are the logits of the real and $\ell'$ those of the generated images. The non-saturating loss of $G$
    is $-\mathbb E\log D(G(z,c))=\overline{\log(1+e^{-\ell'})}$. $G$ maximises $L_I$ too, so $\lambda L_I$ is subtracted
    from both losses.
    """
    V = -np.logaddexp(0, -real).mean() - np.logaddexp(0, fake).mean()
    return -V - weight * L_I, np.logaddexp(0, -fake).mean() - weight * L_I


def information_bound(codes, logits):
    r"""The softmax gives $\log Q(c\mid x)=\ell_c-\log\sum_ke^{\ell_k}$. A constant that is subtracted from a row of
    logits cancels in this difference. With the largest logit subtracted no exponential exceeds 1, so nothing overflows.
    The entropy of $k$ equally likely classes is $\log k$.
    """
    logits = logits - logits.max(axis=1, keepdims=True)
    log_q = (codes * logits).sum(axis=1) - np.log(np.exp(logits).sum(axis=1))
    return np.log(logits.shape[1]) + log_q.mean()


def best_bound(m):
    r"""The derivative of $L_I(\sigma)=\log2-\frac12\log2\pi\sigma^2-\frac m{2\sigma^2}$ in $\sigma^2$ is
    $-\frac1{2\sigma^2}+\frac m{2\sigma^4}$. It is 0 at $\sigma^2=m$, so the best variance is the mean squared error
    of the readings. There

    $$L_I=\log2-\tfrac12\log2\pi em,$$

    which is positive iff $m<\frac4{2\pi e}=0.234$.
    """
    return math.log(2) - math.log(2 * math.pi * math.e * m) / 2


def misreading():
    r"""Let $\hat c(x)=\arg\max_cQ(c\mid x)$. Only line 2 needs that $Q(\cdot\mid x)$ sums to 1.

    $$
    \begin{aligned}
    P(\hat c\ne c)&=\sum_{c,x}p(c,x)\,1[\hat c(x)\ne c] &&(1)\ \text{probability of an event}\\
    &\le\sum_{c,x}p(c,x)\,1[Q(c\mid x)\le\tfrac12]
    &&(2)\ Q(\hat c\mid x)\ge Q(c\mid x)\text{ and }Q(\hat c\mid x)+Q(c\mid x)\le1\\
    &\le\sum_{c,x}p(c,x)\,\big(-\log_2Q(c\mid x)\big)
    &&(3)\ -\log_2Q\ge1\text{ if }Q\le\tfrac12,\text{ and }-\log_2Q\ge0\text{ otherwise}\\
    &=\frac{H(c)-L_I}{\log2} &&(4)\ L_I=H(c)+\mathbb E\log Q(c\mid x)
    \end{aligned}
    $$

    No smaller factor than $1/\log2$ holds for every $Q$. If $Q(c\mid x)$ is just below ½ for the true class and just
    above ½ for a second one, every code is misread, and $-\log_2Q(c\mid x)$ is just above 1. If $Q$ is the exact
    posterior, the better bound $\tfrac12H(c\mid x)/\log2$ holds (Hellman & Raviv 1970).
    """

    def share(p, Q):
        return p.sum() - p[Q.argmax(axis=0), np.arange(p.shape[1])].sum()

    def bound(p, Q):
        H_c = it.entropy(p.sum(axis=1))
        return (H_c - (H_c + np.sum(p * np.log(Q)))) / math.log(2)

    first = Step("P(ĉ ≠ c)", "", share, "the share of misread codes")
    half = Step(
        "Σ p(c,x) 1[Q(c|x) ≤ ½]", "<=",
        lambda p, Q: np.sum(p * (Q <= 0.5)), "Q(ĉ|x) ≥ Q(c|x), and the two sum to at most 1",
    )  # fmt: skip
    bits = Step(
        "Σ p(c,x) (−log₂ Q(c|x))", "<=",
        lambda p, Q: -np.sum(p * np.log2(Q)), "−log₂ Q is at least 1 for Q ≤ ½, and never negative",
    )  # fmt: skip
    last = Step("(H(c) − L_I)/log 2", "=", bound, "definition of L_I")
    return [first, half, bits, last], 2


def clusters(points):
    r"""The loop is that of 8.3, with a generator that is a network. Its inputs are four noise variables and a one-hot
    code. $D$ and $Q$ are two heads of one trunk, as in 8.5. All six classes have the same probability, as the
    clusters do, and 1,000 steps take a few seconds.

    Nothing in the loss names the clusters. $V$ moves the points into the clusters, and $L_I$ separates the points of
    different classes. Six separate sets of points within six separate clusters leave little choice. With digits the
    classes have more choice, which further/08 studies.
    """
    torch.manual_seed(0)
    n, k, noise = 256, 6, 4
    generator = nn.Sequential(
        nn.Linear(noise + k, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2)
    )  # fmt: skip
    trunk = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.1), nn.Linear(64, 64), nn.LeakyReLU(0.1))
    D, Q = nn.Linear(64, 1), nn.Linear(64, k)
    both = [*trunk.parameters(), *D.parameters(), *Q.parameters()]
    optimizer_DQ = torch.optim.Adam(both, lr=1e-3, betas=(0.5, 0.999))
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    for _ in range(1_000):
        real, c = points[torch.randint(len(points), (n,))], torch.randint(k, (n,))
        fake = generator(torch.cat([torch.randn(n, noise), one_hot(c, k).float()], dim=1))

        features = trunk(fake.detach())
        L_I = math.log(k) + Q(features).log_softmax(1).gather(1, c[:, None]).mean()
        V = logsigmoid(D(trunk(real))).mean() + logsigmoid(-D(features)).mean()
        optimizer_DQ.zero_grad()
        (-V - L_I).backward()
        optimizer_DQ.step()

        features = trunk(fake)
        L_I = math.log(k) + Q(features).log_softmax(1).gather(1, c[:, None]).mean()
        optimizer_G.zero_grad()
        (-logsigmoid(D(features)).mean() - L_I).backward(inputs=list(generator.parameters()))
        optimizer_G.step()
    return generator, nn.Sequential(trunk, Q)
