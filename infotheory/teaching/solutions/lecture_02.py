"""The solutions of lecture 2, on mutual information and KL divergence."""

import numpy as np
from scipy.optimize import minimize

import infotheory as it
from infotheory import Step


def H(p, names):
    """The entropy of some variables of p(x, y, z): "xy" are X and Y."""
    others = tuple(axis for axis, name in enumerate("xyz") if name not in names)
    return it.entropy(p.sum(axis=others).ravel())


def information(p, left, right, given=""):
    """Form (3), with the entropies of all given variables added: I(left; right | given)."""
    return H(p, left + given) + H(p, right + given) - H(p, left + right + given) - H(p, given)


def independent_causes():
    r"""The chain rule brings in $I(X;Z)$ and leaves $I(Y;Z\mid X)$. The chain rule for $I(Y;X,Z)$, in both orders,
    turns this term into $I(Y;Z)+I(X;Y\mid Z)-I(X;Y)$. Independence is needed once, for $I(X;Y)=0$ in line 4. The
    gap is $I(X;Y\mid Z)$, the dependence of the causes once their effect is known. For XOR it equals $\log2$, and
    both terms on the right side are 0. For independent latents the same lines show that $\sum_jI(x;z_j)\le I(x;z)$.
    """
    first = Step("I(X,Y;Z)", "", lambda p: information(p, "xy", "z"), "the quantity that we bound")
    last = Step("I(X;Z)+I(Y;Z)", ">=", lambda p: information(p, "x", "z") + information(p, "y", "z"), "I(X;Y|Z) >= 0")
    return [
        first,
        Step("I(X;Z)+I(Y;Z|X)", "=", lambda p: information(p, "x", "z") + information(p, "y", "z", "x"), "chain rule"),
        Step(
            "I(X;Z)+I(Y;X,Z)-I(X;Y)",
            "=",
            lambda p: information(p, "x", "z") + information(p, "y", "xz") - information(p, "x", "y"),
            "chain rule",
        ),
        Step(
            "I(X;Z)+I(Y;X,Z)",
            "=",
            lambda p: information(p, "x", "z") + information(p, "y", "xz"),
            "X and Y are independent: I(X;Y) = 0",
        ),
        Step(
            "I(X;Z)+I(Y;Z)+I(X;Y|Z)",
            "=",
            lambda p: information(p, "x", "z") + information(p, "y", "z") + information(p, "x", "y", "z"),
            "chain rule in the other order",
        ),
        last,
    ], 4


def total_correlation(p):
    r"""Form (8) needs the entropy of each marginal, and the entropy of the whole array once. `it.total_correlation`
    computes the same sum in an order that limits rounding errors.
    """
    p = np.asarray(p)
    axes = range(p.ndim)
    marginals = [p.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes]
    return sum(it.entropy(marginal) for marginal in marginals) - it.entropy(p.ravel())


def kl_divergence(p, q):
    r"""A mask leaves out outcomes with $p(x)=0$, whose terms are 0. If $q(x)=0<p(x)$ for any outcome, its term is
    infinite, and so is the sum.
    """
    p, q = np.asarray(p), np.asarray(q)
    possible = p > 0
    if (q[possible] == 0).any():
        return np.inf
    return np.sum(p[possible] * np.log(p[possible] / q[possible]))


def close_and_far():
    r"""The term of the first outcome must satisfy $0.01\log(0.01/q)\ge5$, so $q\le0.01\,e^{-500}$. An event that is
    rare under $p$, and almost impossible under $q$, dominates the divergence. Total variation depends only on
    its probability.
    """
    p, q = np.array([0.01, 0.99]), np.array([1e-250, 1.0])
    return p, q


def distance_of_the_split():
    r"""At $d=5.60$, a fit to one mode and a fit to both have the same divergence, 0.68 nats. Below this distance the
    wide fit is better, and above it the narrow fit is better, so the best mean jumps from 0 to 2.8. A narrow fit is a
    *local* minimum from $d=4.83$ on, and an optimiser that starts there stays there. The density $p$ has two modes from
    $d=2$ on.
    """
    x = np.linspace(-15, 15, 601)

    def best_mean(d):
        log_p = np.logaddexp(-((x - d / 2) ** 2) / 2, -((x + d / 2) ** 2) / 2)

        def reverse(theta):  # theta = (mean, log σ); the logits of p and q need no normalisation
            return float(it.kl_from_logits(-(((x - theta[0]) / np.exp(theta[1])) ** 2) / 2, log_p))

        fits = [minimize(reverse, start) for start in ([0, 1], [d / 2, 0])]
        return abs(min(fits, key=lambda fit: fit.fun).x[0])

    low, high = 2.0, 8.0
    while high - low > 0.001:
        middle = (low + high) / 2
        low, high = (middle, high) if best_mean(middle) < 0.1 else (low, middle)
    return (low + high) / 2
