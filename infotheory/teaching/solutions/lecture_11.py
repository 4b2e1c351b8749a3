"""The solutions of lecture 11, on reading the report."""

import numpy as np


def refuted_twice():
    r"""By the chain rule $I(X;Y,Z)-I(X;Y)-I(X;Z)=I(Y;Z\mid X)-I(Y;Z)$.

    *More.* Let $Y$ and $Z$ be independent fair bits and $X=Y\oplus Z$. Then $I(Y;Z)=0$, and given $X$ each of the two
    bits determines the other, so $I(Y;Z\mid X)=\log2$. The pair gives all of $X$ and each bit alone gives nothing.

    *Less.* Let all three be the same fair bit. Given $X$ nothing is random, so $I(Y;Z\mid X)=0$, but $I(Y;Z)=\log2$.
    The second bit repeats the first.
    """
    more, less = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    for y, z in np.ndindex(2, 2):
        more[y ^ z, y, z] = 1 / 4
    less[0, 0, 0] = less[1, 1, 1] = 1 / 2
    return more, less


def slips():
    r"""**A**, line 3. The logarithm of a quotient is a difference, and a minus stands before the sum. The second sum
    therefore has a plus. Line 4 follows from line 3 and inherits its error.

    **B**, line 5. In line 4 the code $c'$ is drawn from the posterior of its $x$. A code from $p(c)$ does not depend on
    $x$. Lemma 5.1 keeps $x$ and the code that made it together.

    **C**, line 3. The logarithm is concave, so by Jensen's inequality the logarithm of a mean is *at least* the mean of
    the logarithm. The relation must be $\ge$.
    """
    return 3, 5, 3


def conjecture():
    r"""Exercise 1 refutes $I(X;Y,Z)\ge I(X;Y)+I(X;Z)$ with three copies of a bit. There $Y$ and $Z$ share information,
    which the right side counts twice. The difference of the sides is $I(Y;Z\mid X)-I(Y;Z)$. If $Y$ and $Z$ are
    independent, the second term is 0 and the first is not negative, so the statement holds.
    """
    return "I(X;Y,Z) >= I(X;Y) + I(X;Z)", "I(Y;Z) = 0"
