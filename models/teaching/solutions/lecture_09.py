"""The solutions of lecture 9, on the parts of the KL and their estimates."""

import math

import numpy as np

from infotheory import Step
from models.beta_tc_vae import log_normal


def floor(kl, n_examples):
    r"""The mean KL equals $I(x;z)+\mathrm{KL}(q(z)\|p(z))$. With $N$ equally likely examples $I(x;z)\le H(x)=\log N$.
    So $\mathrm{KL}(q(z)\|p(z))$ is at least the mean KL minus $\log N$. If this difference is negative, Gibbs'
    inequality is the better bound: a KL is at least 0.
    """
    return max(0.0, kl - math.log(n_examples))


def redundancy():
    r"""Write $\bar q(z)=\prod_jq(z_j)$, and $\mathbb E$ for the mean over $x$ and $z\sim q(z\mid x)$. Only line 4 needs
    $q(z\mid x)=\prod_jq(z_j\mid x)$.

    $$
    \begin{aligned}
    I(x;z)+\mathrm{TC}(z)&=\mathbb E\log\frac{q(z\mid x)}{q(z)}+\mathbb E\log\frac{q(z)}{\bar q(z)}
    &&(2)\ \text{definitions; the second logarithm does not contain }x\\
    &=\mathbb E\log\frac{q(z\mid x)}{\bar q(z)} &&(3)\ q(z)\text{ cancels in the product}\\
    &=\mathbb E\log\prod_j\frac{q(z_j\mid x)}{q(z_j)} &&(4)\ q(z\mid x)\text{ factorises}\\
    &=\sum_jI(x;z_j) &&(5)\ \text{the logarithm of a product is a sum}
    \end{aligned}
    $$

    If the latents are dependent given $x$, the left side exceeds the right side by $\mathbb E_x\,\mathrm{TC}(z\mid x)$.
    """

    def E_log(q, ratio):
        return np.sum(q / len(q) * np.log(ratio))

    def marginals(q):  # q(z_1|x) and q(z_2|x), which broadcast to [x, z_1, z_2]
        return q.sum(2, keepdims=True), q.sum(1, keepdims=True)

    def product(q):
        q_1x, q_2x = marginals(q)
        return q_1x.mean(0) * q_2x.mean(0)

    def of_definitions(q):
        return E_log(q, q / q.mean(0)) + E_log(q, q.mean(0) / product(q))

    def of_parts(q):
        q_z = q.mean(0)
        return E_log(q, q / q_z) + np.sum(q_z * np.log(q_z / product(q)))

    def one_by_one(q):
        return sum(E_log(q, q_jx / q_jx.mean(0)) for q_jx in marginals(q))

    first = Step("I + TC", "", of_parts, "the two parts")
    both = Step("E log q(z|x)/q(z) + E log q(z)/Πq(z_j)", "=", of_definitions, "definitions")
    merged = Step("E log q(z|x)/Πq(z_j)", "=", lambda q: E_log(q, q / product(q)), "q(z) cancels")
    split = Step(
        "E log Πq(z_j|x)/Πq(z_j)", "=",
        lambda q: E_log(q, np.prod(np.broadcast_arrays(*marginals(q)), axis=0) / product(q)), "q(z|x) factorises",
    )  # fmt: skip
    last = Step("Σ I(x;z_j)", "=", one_by_one, "the logarithm of a product is a sum")
    return [first, both, merged, split, last], 4


def mixture(densities, n_examples):
    r"""In the true $q(z_i)=\frac1N\sum_nq(z_i\mid x_n)$, the example $x_i$ has the weight $a=\frac1N$. The $B-1$
    other examples of the batch are a random sample of the $N-1$ other examples, which together have the weight
    $\frac{N-1}N$. Each therefore gets

    $$b=\frac{N-1}{N(B-1)}.$$

    The weights of a row sum to 1. The diagonal of the table holds $q(z_i\mid x_i)$.
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


def tc_penalty():
    r"""The penalty estimates $\mathrm{TC}(z)=\mathbb E\log q(z)-\mathbb E\sum_j\log q(z_j)$ from the batch, where each
    density is the mean of the batch's own posteriors. For two latents and 128 points these estimates are good enough.
    With the weight 5, training turns the two latents towards the two independent factors. A weight of 1 is too small,
    because a diagonal encoder gives the smallest loss on the axes of the largest variance ([lecture
    5](05_beta_vae.ipynb)). A weight above 20 removes too much information. A penalty on the covariance fails, since a
    VAE's latents are nearly uncorrelated here before the training.
    """

    def penalty(mean, log_variance, z):
        log_q_jx = log_normal(z[:, None], mean, log_variance)  # log q(z_ij|x_m): [i, m, j]
        log_q_z = log_q_jx.sum(2).logsumexp(1) - math.log(len(z))
        log_q_j = log_q_jx.logsumexp(1) - math.log(len(z))
        return 5 * (log_q_z - log_q_j.sum(1)).mean()

    return penalty
