"""The solutions of further 11, on the prover."""

import numpy as np


def certificate(rows):
    r"""By the chain rule, $H(X,Y,Z)=H(X\mid Y,Z)+H(Y,Z)$. The goal is therefore

    $$\begin{aligned}
    H(Y,Z)-H(Y\mid X,Z)-H(Z\mid X,Y)&=\big[H(Y\mid Z)-H(Y\mid X,Z)\big]+\big[H(Z)-H(Z\mid X,Y)\big]\\
    &=I(X;Y\mid Z)+I(Z;X,Y)\\
    &=I(X;Y\mid Z)+I(X;Z)+I(Y;Z\mid X).
    \end{aligned}$$

    Each term is an elemental inequality with multiplier 1. If all three are 0, then $X$ is independent of $(Y,Z)$, and
    $Y$ of $Z$. The difference is called the *dual total correlation* (Han 1978). The proof is not unique: exchange the
    variables to get a different one.
    """
    return {"I(X;Y|Z)": 1, "I(X;Z)": 1, "I(Y;Z|X)": 1}


def refuted_twice():
    r"""By the chain rule $I(X;Y,Z)-I(X;Y)-I(X;Z)=I(Y;Z\mid X)-I(Y;Z)$.

    *More.* Let $Y$ and $Z$ be independent fair bits and $X=Y\oplus Z$. Then $I(Y;Z)=0$, and given $X$ each of the two
    bits determines the other, so $I(Y;Z\mid X)=\log2$. The pair determines $X$, and each bit alone carries no
    information about it.

    *Less.* Let all three be the same fair bit. Given $X$ nothing is random, so $I(Y;Z\mid X)=0$, but $I(Y;Z)=\log2$.
    The second bit repeats the first.
    """
    more, less = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    for y, z in np.ndindex(2, 2):
        more[y ^ z, y, z] = 1 / 4
    less[0, 0, 0] = less[1, 1, 1] = 1 / 2
    return more, less


def conjecture():
    r"""Exercise 2 refutes $I(X;Y,Z)\ge I(X;Y)+I(X;Z)$ with three copies of a bit. There $Y$ and $Z$ share information,
    which the right side counts twice. The difference of the sides is $I(Y;Z\mid X)-I(Y;Z)$. If $Y$ and $Z$ are
    independent, the second term is 0 and the first is not negative, so the statement holds.
    """
    return "I(X;Y,Z) >= I(X;Y) + I(X;Z)", "I(Y;Z) = 0"
