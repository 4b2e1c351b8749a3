"""The solutions of lecture 3, on variational inference."""

import numpy as np
from scipy.optimize import minimize

import infotheory as it
from infotheory import Step


def elbo(log_joint, q):
    r"""The definition is $\sum_zq(z)\big(\log p(x,z)-\log q(z)\big)$. A state with $q(z)=0$ adds nothing, so a mask
    leaves it out of the sum. This also holds if $p(x,z)=0$ there.
    """
    log_joint, q = np.asarray(log_joint), np.asarray(q)
    used = q > 0
    return np.sum(q[used] * (log_joint[used] - np.log(q[used])))


def left_out_mass():
    r"""The posterior mass of $S$ is $\sum_{z\in S}p(z\mid x)=1-m$.

    $$
    \begin{aligned}
    \mathrm{KL}\big(q(z)\,\|\,p(z\mid x)\big)&=\sum_{z\in S}q(z)\log\frac{q(z)}{p(z\mid x)}
    &&\text{definition; a state with }q(z)=0\text{ adds }0\\
    &=-\sum_{z\in S}q(z)\log\frac{p(z\mid x)}{q(z)} &&\log t=-\log(1/t)\\
    &\ge-\log\sum_{z\in S}q(z)\,\frac{p(z\mid x)}{q(z)} &&\text{Jensen: the logarithm is concave}\\
    &=-\log\sum_{z\in S}p(z\mid x) &&q(z)\text{ cancels}\\
    &=-\log(1-m) &&\text{the posterior sums to 1}
    \end{aligned}
    $$

    Jensen's inequality is an equality iff $p(z\mid x)/q(z)$ is constant on $S$. The best $q$ on $S$ is therefore the
    posterior restricted to $S$ and divided by $1-m$.
    """
    return [
        Step(r"\mathrm{KL}(q\|p(z|x))", "", lambda q, posterior, **_: it.kl_divergence(q, posterior), "the gap"),
        Step(
            r"\sum_S q\log\frac{q}{p(z|x)}",
            "=",
            lambda q, posterior, S, **_: np.sum(q[S] * np.log(q[S] / posterior[S])),
            "definition; a state with q = 0 adds 0",
        ),
        Step(
            r"-\sum_S q\log\frac{p(z|x)}{q}",
            "=",
            lambda q, posterior, S, **_: -np.sum(q[S] * np.log(posterior[S] / q[S])),
            "log t = -log(1/t)",
        ),
        Step(
            r"-\log\sum_S q\,\frac{p(z|x)}{q}",
            ">=",
            lambda q, posterior, S, **_: -np.log(np.sum(q[S] * (posterior[S] / q[S]))),
            "Jensen",
        ),
        Step(r"-\log\sum_S p(z|x)", "=", lambda posterior, S, **_: -np.log(np.sum(posterior[S])), "q cancels"),
        Step(r"-\log(1-m)", "=", lambda m, **_: -np.log(1 - m), "the posterior sums to 1"),
    ]


def em_until_it_converges(heads):
    r"""The E step is Bayes' rule with the current share and θ. The M step maximises
    $\sum_i\sum_zr_i(z)\log p_\theta(x_i,z)$. Up to a constant factor, $p_\theta(x_i,z)$ equals
    $\pi_z\,\theta_z^{x_i}(1-\theta_z)^{10-x_i}$, so the terms with π and θ separate:

    $$
    \pi_z=\frac1n\sum_ir_i(z),\qquad\theta_z=\frac{\sum_ir_i(z)\,x_i}{10\sum_ir_i(z)} .
    $$

    Each of them is a weighted share. No round can lower $\log p(x)$, so the last rise shows when to stop. The two coins
    differ only a little here, and EM is slow: it converges linearly, with a rate that approaches 1 as the posteriors
    overlap more (Dempster, Laird and Rubin 1977).
    """
    share, theta, values = np.array([0.5, 0.5]), np.array([0.45, 0.55]), []
    while True:
        log_joint = np.log(share) + heads[:, None] * np.log(theta) + (10 - heads[:, None]) * np.log(1 - theta)
        values.append(it.log_evidence(log_joint).sum())
        if len(values) > 1 and values[-1] - values[-2] < 1e-6:
            return share, theta, values
        r = it.posterior(log_joint)  # E step
        share, theta = r.mean(axis=0), (r * heads[:, None]).sum(axis=0) / (10 * r.sum(axis=0))  # M step


def largest_fall(a, b, g):
    r"""Before the step $\log p(x)=a+g$. After it the gap is not negative, so $\log p(x)\ge b$. The fall is therefore at
    most $a+g-b$, and this value is reached if the gap closes. If $b\ge a+g$, $\log p(x)$ cannot fall.
    """
    return max(0.0, a + g - b)


def best_gaussian(log_joint):
    r"""The ELBO of $\mathcal N(m,s^2)$ is an integral over one variable, so a sum over a fine grid is accurate enough.
    It has two local maxima, and an optimiser finds the one near its start. We start at both peaks and keep the larger
    ELBO.

    Each local maximum nearly leaves out one mode, so exercise 2 predicts the gap. Near the mode at 2, of mass 0.6,
    the gap is 0.509 nats, and $-\log0.6=0.511$. Near the mode at $-2$ the gap is 0.915 nats, and $-\log0.4=0.916$.
    A Gaussian is nowhere 0, so the gaps may be slightly smaller. The best $q$ covers the mode with the larger *mass*,
    although the higher *peak* is at $-2$.
    """
    z = np.linspace(-12, 12, 4001)

    def negative_elbo(parameters):
        m, log_s = parameters
        log_q = -0.5 * np.log(2 * np.pi) - log_s - 0.5 * ((z - m) / np.exp(log_s)) ** 2
        return -np.sum(np.exp(log_q) * (log_joint(z) - log_q)) * (z[1] - z[0])

    fits = [minimize(negative_elbo, [m, np.log(0.5)], method="Nelder-Mead", tol=1e-8) for m in (-2.0, 2.0)]
    m, log_s = min(fits, key=lambda fit: fit.fun).x
    return m, np.exp(log_s)
