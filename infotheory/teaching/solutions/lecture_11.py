"""The solutions of lecture 11, on reading the report."""

from math import comb

import numpy as np

import infotheory as it
from infotheory import Step


def slips():
    r"""**A**, line 3. The logarithm of a quotient is a difference, and a minus stands before the sum. The second sum
    therefore has a plus. Line 4 follows from line 3 and inherits its error.

    **B**, line 5. In line 4 the code $c'$ is drawn from the posterior of its $x$. A code from $p(c)$ does not depend on
    $x$. Lemma 5.1 keeps $x$ together with the code that generated it.

    **C**, line 3. The logarithm is concave, so by Jensen's inequality the logarithm of a mean is *at least* the mean of
    the logarithm. The relation must be $\ge$.
    """
    return 3, 5, 3


def page():
    r"""Line 6 does not follow. Independence of $z_1$ and $z_2$ gives $I(z_1;z_2)=0$, but an image that depends on both
    makes them dependent *given* the image, and $I(z_1;z_2\mid x)$ can be positive (lecture 2). Let both latents be fair
    bits, and let $x$ state whether they differ. Each latent alone carries no information about $x$, and
    $I(x;z_1)=I(x;z_2)=0$. Together they determine $x$, and $I(x;z_1,z_2)=\log2$. Line 5 has the correct end: the last
    term is the information that only the pair carries. Lines 2 to 5 hold for all independent latents, and line 7 holds
    for all pmfs.
    """
    p = np.zeros((2, 2, 2))
    for z_1, z_2 in np.ndindex(2, 2):
        p[z_1, z_2, z_1 ^ z_2] = 1 / 4
    return 6, p


def error_of_the_lemma():
    r"""The two means differ only in their weights, $p(x,y)$ and $p(x)\,p(y)$. The triangle inequality takes the
    absolute value into the sum, and the largest $|f|$ bounds each factor $|f(x,y)|$. What remains is twice the total
    variation of the two pmfs. By Pinsker's inequality it is at most $\sqrt{2\,\mathrm{KL}}$, and this KL is $I(X;Y)$.
    The printed lemma is therefore exact if $X$ and $Y$ are independent. In InfoGAN they are the image and its code,
    and the training maximises their mutual information.
    """
    return [
        Step("|E f(x,y) - E f(x',y)|", "", lambda p, apart, f: abs(np.sum(p * f) - np.sum(apart * f)), "given"),
        Step("|Σ (p - p p) f|", "=", lambda p, apart, f: abs(np.sum((p - apart) * f)), "one sum"),
        Step("Σ |p - p p| |f|", "<=", lambda p, apart, f: np.sum(abs(p - apart) * abs(f)), "triangle inequality"),
        Step("max|f| Σ |p - p p|", "<=", lambda p, apart, f: abs(f).max() * abs(p - apart).sum(), "|f| ≤ max|f|"),
        Step(
            "2 max|f| TV",
            "=",
            lambda p, apart, f: 2 * abs(f).max() * it.total_variation(p, apart, axis=(0, 1)),
            "definition of total variation",
        ),
        Step(
            "max|f| √(2 KL)",
            "<=",
            lambda p, apart, f: abs(f).max() * np.sqrt(2 * np.sum(p * np.log(p / apart))),
            "Pinsker's inequality",
        ),
        Step(
            "max|f| √(2 I(X;Y))",
            "=",
            lambda p, apart, f: abs(f).max() * np.sqrt(2 * it.mutual_information(p)),
            "definition of I",
        ),
    ]


def best_of(scores, k):
    r"""Sort the scores in ascending order, $s_1\le\dots\le s_n$. The largest of $k$ scores is $s_i$ if $s_i$ is chosen
    and the other $k-1$ are among the $i-1$ below it. There are $\binom{i-1}{k-1}$ such subsets of $\binom nk$:

    $$\frac1{\binom nk}\sum_{i=k}^n\binom{i-1}{k-1}\,s_i.$$

    Equal scores cause no problem, since any order of them gives the same sum. For $k=1$ this is the mean, and for $k=n$
    the maximum. The formula of Dodge et al. (2019) chooses with replacement, which is biased downwards (Tang et al.
    2020).
    """
    scores = np.sort(scores)
    n = len(scores)
    weights = np.array([comb(i, k - 1) for i in range(n)])  # i scores lie below the one at place i
    return float(weights @ scores / comb(n, k))


def rarely_refuted():
    r"""$I(X;Y\mid Z)\le H(X\mid Z)$ is true. With $Y$ as the condition of the right side, the claim
    $I(X;Y\mid Z)\le H(X\mid Y)$ is false. Let $X=Y$ be a fair coin, independent of $Z$. Then the left side is $\log2$
    and the right side is 0. Uniformly drawn tables have little dependence, so that $H(X\mid Y)$ is much larger than
    $I(X;Y\mid Z)$. No table among a thousand comes close to the corner where the claim fails.
    """
    return "I(X;Y|Z) <= H(X|Y)"
