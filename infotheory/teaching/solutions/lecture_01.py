"""The solutions of lecture 1, on entropy."""

import numpy as np
from scipy.optimize import brentq

import infotheory as it
from infotheory import Step


def code_for_a_year():
    r"""Count the dry days before each wet day. A run of $k$ dry days has probability $0.95^k\cdot0.05$, and a run
    *reaches* 16 days with probability $0.95^{16}=0.44$, which is nearly one half. A good first question is
    therefore "are there 16 or more dry days?". If the answer is yes, we remove 16 days and ask again. If it is
    no, the remainder is one of 16 numbers of similar probability, and four questions determine it.

    The word for a run of $k$ days consists of $\lfloor k/16\rfloor$ ones, a zero, and four binary digits. On average it
    has $5+0.44/0.56=5.79$ bits. A year has 18.25 wet days on average, and we add one wet day after its end, so
    that the last run has an end too. This gives at most $19.25\cdot5.79=111.4$ bits, 7 % more than the entropy
    of 104.5 bits.

    The code is due to Golomb (1966). With 14 in place of 16 and remainders of three or four digits, it is optimal
    for these runs (Gallager & Van Voorhis 1975). A Huffman code for blocks of seven days, with one bit for the last
    day, needs about as many bits. No encoding is a prefix of a different one, because the decoder stops after 365
    days.
    """

    def encode(days):
        wet = [day for day, is_wet in enumerate([*days, 1]) if is_wet]
        runs = np.diff([-1, *wet]) - 1  # the dry days before each wet day
        return "".join("1" * (run // 16) + "0" + format(run % 16, "04b") for run in runs)

    def decode(bits):
        days = []
        while len(days) < 365:
            ones = bits.index("0")
            run = 16 * ones + int(bits[ones + 1 : ones + 5], 2)
            days += [0] * run + [1]
            bits = bits[ones + 5 :]
        return days[:365]

    return encode, decode


def largest_entropy(values, mean):
    r"""The best pmf is an exponential function of the values, $p(x)=e^{\lambda v(x)}/Z$ with $Z=\sum_xe^{\lambda
    v(x)}$, where $\lambda$ is chosen so that the mean is right. Let $q$ be any pmf with the same mean $m$. The
    tangent $\log t\le t-1$ at $t=p/q$ gives

    $$
    \begin{aligned}
    H(q)&=-\sum_xq(x)\log p(x)+\sum_xq(x)\log\frac{p(x)}{q(x)} &&\text{add and subtract }\log p\\
    &\le-\sum_xq(x)\log p(x) &&\text{tangent: the second sum is at most }\textstyle\sum_x(p(x)-q(x))=0\\
    &=\log Z-\lambda m &&\log p(x)=\lambda v(x)-\log Z\text{, and }q\text{ has the mean }m\\
    &=-\sum_xp(x)\log p(x)=H(p) &&p\text{ has the same mean}
    \end{aligned}
    $$

    The mean increases with $\lambda$, because its derivative is the variance of the values. A root finder
    therefore finds the unique $\lambda$. With the second moment in place of the mean, and a density in place of
    the pmf, the same argument gives the Gaussian.
    """
    values = np.asarray(values, float)

    def pmf(slope):
        weights = np.exp(slope * (values - values.max() if slope > 0 else values - values.min()))
        return weights / weights.sum()

    def excess(slope):
        return pmf(slope) @ values - mean

    limit = 1 / np.ptp(values)
    while excess(-limit) > 0 or excess(limit) < 0:  # the root lies outside
        limit *= 2
    return pmf(brentq(excess, -limit, limit, xtol=1e-14))


def conditional_entropy(p_xy):
    r"""Line (12) of the derivation needs $p(x,y)$ and $p(y)$ only. A cell with $p(x,y)=0$ adds nothing, so a mask
    leaves it out of the sum. The quotient is defined, because $p(y)>0$ wherever $p(x,y)>0$.
    """
    p_xy = np.asarray(p_xy)
    p_y = np.broadcast_to(p_xy.sum(axis=0), p_xy.shape)
    possible = p_xy > 0
    return -np.sum(p_xy[possible] * np.log(p_xy[possible] / p_y[possible]))


def conditioning_reduces_entropy():
    r"""Both entropies are means under $p(x,y)$, so their difference is the mean of one logarithm. The tangent
    bounds it.

    $$
    \begin{aligned}
    H(X\mid Y)-H(X)&=-\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(y)}+\sum_{x,y}p(x,y)\log p(x)
    &&\text{definitions; }p(x)=\textstyle\sum_yp(x,y)\\
    &=\sum_{x,y}p(x,y)\log\frac{p(x)\,p(y)}{p(x,y)} &&\text{one logarithm}\\
    &\le\sum_{x,y}p(x,y)\Big(\frac{p(x)\,p(y)}{p(x,y)}-1\Big) &&\log t\le t-1\\
    &=\sum_{x,y}p(x)\,p(y)-\sum_{x,y}p(x,y) &&\text{multiply out}\\
    &=0 &&\text{both sums are }1
    \end{aligned}
    $$

    If some $p(x,y)$ are 0, the sums run over the other cells. The second to last line is then at most 0, and
    the claim still holds. The tangent touches the logarithm at $t=1$ only. Equality therefore requires
    $p(x,y)=p(x)\,p(y)$ where $p(x,y)>0$. The products then sum to 1 over these cells, so they are 0 in all others.
    """
    return [
        Step("H(X|Y) - H(X)", "", lambda p_xy, p_x, p_y: it.conditional_entropy(p_xy) - it.entropy(p_x[:, 0]), "claim"),
        Step(
            r"-\sum p(x,y)\log\frac{p(x,y)}{p(y)} + \sum p(x,y)\log p(x)",
            "=",
            lambda p_xy, p_x, p_y: -np.sum(p_xy * np.log(p_xy / p_y)) + np.sum(p_xy * np.log(p_x)),
            "definitions, and the marginal p(x)",
        ),
        Step(
            r"\sum p(x,y)\log\frac{p(x)p(y)}{p(x,y)}",
            "=",
            lambda p_xy, p_x, p_y: np.sum(p_xy * np.log(p_x * p_y / p_xy)),
            "one logarithm",
        ),
        Step(
            r"\sum p(x,y)\Big(\frac{p(x)p(y)}{p(x,y)}-1\Big)",
            "<=",
            lambda p_xy, p_x, p_y: np.sum(p_xy * (p_x * p_y / p_xy - 1)),
            "log t <= t - 1",
        ),
        Step(
            r"\sum p(x)p(y)-\sum p(x,y)",
            "=",
            lambda p_xy, p_x, p_y: np.sum(p_x * p_y) - np.sum(p_xy),
            "multiply out",
        ),
        Step("0", "=", lambda **_: 0.0, "both sums are 1"),
    ]


def uncertain_evening():
    r"""$Y=1$ must be rare, and $X$ must be uniform given $Y=1$. Given $Y=0$, $X$ is certain. With $p(Y=1)=\delta$,
    $X$ is 0 with probability $\delta/2$ only, so $H(X)$ is small, while $H(X\mid Y=1)=\log2=0.693$ nats. For
    $\delta=0.02$, $H(X)=0.056$ nats, and the quotient is 12.4. This quotient has no upper bound: it grows as
    $\delta\to0$. The weight $p(y)=\delta$ makes $H(X\mid Y)=\delta\log2=0.014$ nats small. It must be small, since
    $H(X\mid Y)\le H(X)$.
    """
    return np.array([[0.00, 0.01], [0.98, 0.01]])
