"""The solutions of further 12, on facts that the lectures use."""

import numpy as np
from scipy.optimize import brentq

import infotheory as it
from infotheory import Step


def log_sum():
    r"""Let $A=\sum_ia_i$, $B=\sum_ib_i$, $\beta_i=b_i/B$ and $t_i=a_i/b_i$. The function $\varphi(t)=t\log t$ is
    convex, since $\varphi''(t)=1/t>0$. The left side is $B$ times the mean of $\varphi(t_i)$ with the weights
    $\beta_i$. By Jensen's inequality this mean is at least $\varphi$ at the mean of $t_i$, which is $A/B$. Equality
    holds if and only if all ratios are equal. For two pmfs, $A=B=1$, and the inequality becomes Gibbs' inequality.
    """
    return [
        Step("Σ a log a/b", "", lambda a, b: np.sum(a * np.log(a / b)), "given"),
        Step(
            "B Σ β t log t",
            "=",
            lambda a, b: b.sum() * np.sum(b / b.sum() * (a / b) * np.log(a / b)),
            "a = B β t with β = b/B and t = a/b",
        ),
        Step(
            "B φ(Σ β t)",
            ">=",
            lambda a, b: b.sum() * np.sum(b / b.sum() * (a / b)) * np.log(np.sum(b / b.sum() * (a / b))),
            "Jensen's inequality for the convex φ(t) = t log t",
        ),
        Step("A log A/B", "=", lambda a, b: a.sum() * np.log(a.sum() / b.sum()), "Σ β t = A/B"),
    ]


def largest_entropy():
    r"""Gibbs' inequality compares $q$ with the geometric pmf $g$. Its logarithm is linear in $k$, so that
    $-\sum_kq(k)\log g(k)$ depends on $q$ through the mean alone. For $q=g$ equality holds. The same proof with
    $\log g$ quadratic in $x$ gives the Gaussian (F12.2). Line 4 holds for every $q$ that sums to 1, and line 5
    needs the mean.
    """
    return [
        Step("H(q)", "", lambda q, m: it.entropy(q), "given"),
        Step("-Σ q log q", "=", lambda q, m: -np.sum(q * np.log(q)), "definition"),
        Step(
            "-Σ q log g",
            "<=",
            lambda q, m: -np.sum(q * (np.arange(len(q)) * np.log(m / (1 + m)) - np.log(1 + m))),
            "Gibbs' inequality",
        ),
        Step(
            "log(1+m) + log((1+m)/m) Σ k q(k)",
            "=",
            lambda q, m: np.log(1 + m) + np.log((1 + m) / m) * np.sum(np.arange(len(q)) * q),
            "log g(k) = k log(m/(1+m)) - log(1+m)",
        ),
        Step(
            "log(1+m) + m log((1+m)/m)",
            "=",
            lambda q, m: np.log(1 + m) + m * np.log((1 + m) / m),
            "the mean of q is m",
        ),
    ], 5


def smallest_error(H, n):
    r"""The right side of Fano's inequality, $h(e)+e\log(n-1)$, rises with $e$ from 0 to its maximum $\log n$ at
    $e=(n-1)/n$: its derivative $\log\frac{(1-e)(n-1)}e$ is positive up to there. Every smaller error violates the
    inequality, so the solution of $h(e)+e\log(n-1)=H$ is the smallest error. This error is reached if every guess has
    the same error, and all its wrong values are equally likely.
    """
    if H <= 0:
        return 0.0

    def excess(e):
        return it.entropy([e, 1 - e]) + e * np.log(n - 1) - H

    return brentq(excess, 0, (n - 1) / n, xtol=1e-14)
