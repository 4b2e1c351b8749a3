"""The solutions of further/08, on what the codes of an InfoGAN mean."""

import math
from itertools import permutations

import numpy as np


def naming_error(counts):
    r"""A naming is a permutation: class $i$ gets the digit $\pi(i)$. It names $\sum_i\text{counts}[i,\pi(i)]$ images
    right. For a few classes all permutations can be tried. For ten classes `scipy.optimize.linear_sum_assignment`
    finds the best one in polynomial time.
    """
    counts = np.asarray(counts)
    k = len(counts)
    right = max(counts[np.arange(k), list(naming)].sum() for naming in permutations(range(k)))
    return 1 - right / counts.sum()


def blurred_information(k, r):
    r"""The levels form a ring, so $T(x)$ is uniform on all $k$ levels and $H(T(x))=\log k$. Given the class, $T(x)$ is
    uniform on $2r+1$ levels and $H(T(x)\mid c)=\log(2r+1)$. The information is the difference,
    $I(c;T(x))=\log\frac k{2r+1}$.
    """
    return math.log(k) - math.log(2 * r + 1)
