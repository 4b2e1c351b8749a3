"""Section 3 of the report: entropies, mutual information, KL divergence.

The chains stand line by line as printed, corrected where a sum or a condition slips (`ERRATA` lists where). In each,
the package's function meets the plain sum. Sources: Shannon (1948) §6; Cover & Thomas (2006), §2.1-2.4.
"""

import numpy as np

from ...derivation import Derivation, Step
from ...divergences import kl_divergence
from ...measures import conditional, conditional_entropy, entropy, joint_entropy, mutual_information, self_information
from .draws import random_pmf


def draw_pmf(rng):
    return {"p_x": random_pmf(rng, 4)}


def draw_joint(rng):
    """p(x, y), x in rows."""
    return {"p_xy": random_pmf(rng, 2, 3)}


def marginals(p_xy):
    """p(x) as a column and p(y) as a row, so that plain products broadcast."""
    return {"p_x": p_xy.sum(axis=1, keepdims=True), "p_y": p_xy.sum(axis=0, keepdims=True)}


def draw_pair(rng):
    """Two pmfs p and q over four outcomes."""
    return {"p": random_pmf(rng, 4), "q": random_pmf(rng, 4)}


SELF_INFORMATION = Derivation(
    "self-information",
    "section 3",
    [
        Step("I(X=x)", "", lambda p_x: self_information(p_x[0]), "the surprise of the event X = x"),
        Step(r"-\log p(X=x)", "=", lambda p_x: -np.log(p_x[0]), "definition"),
    ],
    draw_pmf,
    equations=("3 self-information",),
)

ENTROPY = Derivation(
    "entropy",
    "section 3",
    [
        Step("H(X)", "", lambda p_x: entropy(p_x), "Shannon entropy"),
        Step(r"E_{x\sim p(x)}[I(x)]", "=", lambda p_x: np.sum(p_x * self_information(p_x)), "the mean surprise"),
        Step(
            r"-E_{x\sim p(x)}[\log p(x)]", "=", lambda p_x: -np.sum(p_x * np.log(p_x)), "definition of self-information"
        ),
    ],
    draw_pmf,
    equations=("3 entropy",),
)

JOINT_ENTROPY = Derivation(
    "joint entropy",
    "section 3",
    [
        Step("H(X,Y)", "", lambda p_xy, **_: joint_entropy(p_xy), "entropy of the pair"),
        Step(
            r"E_{x,y}[-\log p(x,y)]",
            "=",
            lambda p_xy, **_: np.average(self_information(p_xy), weights=p_xy),
            "the mean surprise of a pair",
        ),
        Step(
            r"-\sum_{x,y}p(x,y)\log p(x,y)",
            "=",
            lambda p_xy, **_: -np.sum(p_xy * np.log(p_xy)),
            "the mean as a sum over x and y",
        ),
    ],
    draw_joint,
    equations=("3 joint entropy",),
    derive=marginals,
)

CONDITIONAL_ENTROPY = Derivation(
    "conditional entropy",
    "section 3",
    [
        Step("H(X|Y)", "", lambda p_xy, **_: conditional_entropy(p_xy), "the uncertainty about X that remains given Y"),
        Step(
            r"E_y[H(X|Y=y)]",
            "=",
            lambda p_xy, p_y, **_: p_y[0] @ entropy(conditional(p_xy), axis=0),
            "the average over Y of an entropy of X",
        ),
        Step(
            r"-\sum_y p(y)\sum_x p(x|y)\log p(x|y)",
            "=",
            lambda p_xy, p_y, **_: -sum(p_y[0, y] * c @ np.log(c) for y, c in enumerate((p_xy / p_y).T)),
            "the entropy of each column, weighted by p(y)",
        ),
    ],
    draw_joint,
    equations=("3 conditional entropy",),
    derive=marginals,
)

CONDITIONAL_ENTROPY_TRANSFORMED = Derivation(
    "conditional entropy, transformed",
    "section 3",
    [
        Step("H(X|Y)", "", lambda p_xy, **_: conditional_entropy(p_xy), "the uncertainty about X that remains given Y"),
        Step(
            r"-\sum_y\sum_x p(y)\,p(x|y)\log p(x|y)",
            "=",
            lambda p_xy, p_y, **_: -np.sum(p_y * conditional(p_xy) * np.log(conditional(p_xy))),
            "definition, p(y) inside the sum over x",
        ),
        Step(
            r"-\sum_y\sum_x p(x,y)\log p(x|y)",
            "=",
            lambda p_xy, **_: -np.sum(p_xy * np.log(conditional(p_xy))),
            "p(x,y) = p(y) p(x|y)",
        ),
        Step(
            r"-E_{x,y}[\log p(x|y)]",
            "=",
            lambda p_xy, **_: -np.average(np.log(conditional(p_xy)), weights=p_xy),
            "the sum as a mean",
        ),
        Step(
            r"-\sum_y\sum_x p(x,y)\log\frac{p(x,y)}{p(y)}",
            "=",
            lambda p_xy, p_y, **_: -np.sum(p_xy * np.log(p_xy / p_y)),
            "p(x|y) = p(x,y) / p(y)",
        ),
        Step(
            r"-\sum_y\sum_x p(x,y)\log p(x,y)+\sum_y\sum_x p(x,y)\log p(y)",
            "=",
            lambda p_xy, p_y, **_: -np.sum(p_xy * np.log(p_xy)) + np.sum(p_xy * np.log(p_y)),
            "log of a quotient",
        ),
        Step(
            "H(X,Y)-H(Y)",
            "=",
            lambda p_xy, p_y, **_: joint_entropy(p_xy) - entropy(p_y[0]),
            "marginalisation: the sum of p(x,y) over x is p(y)",
        ),
    ],
    draw_joint,
    equations=("3 conditional entropy, transformed",),
    derive=marginals,
)

MUTUAL_INFORMATION = Derivation(
    "mutual information",
    "section 3",
    [
        Step(
            "I(X;Y)",
            "",
            lambda p_xy, **_: mutual_information(p_xy),
            "the information that one variable carries about the other",
        ),
        Step(
            r"\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(x)p(y)}",
            "=",
            lambda p_xy, p_x, p_y: np.sum(p_xy * np.log(p_xy / (p_x * p_y))),
            "definition",
        ),
        Step(
            r"\sum_{x,y}p(x,y)\log p(x,y)-\sum_{x,y}p(x,y)\log p(x)-\sum_{x,y}p(x,y)\log p(y)",
            "=",
            lambda p_xy, p_x, p_y: sum(np.sum(p_xy * log) for log in (np.log(p_xy), -np.log(p_x), -np.log(p_y))),
            "log of a quotient",
        ),
        Step(
            "-H(X,Y)+H(X)+H(Y)",
            "=",
            lambda p_xy, p_x, p_y: -joint_entropy(p_xy) + entropy(p_x[:, 0]) + entropy(p_y[0]),
            "marginalisation over y and over x",
        ),
        Step(
            "H(X)-H(X|Y)",
            "=",
            lambda p_xy, p_x, **_: entropy(p_x[:, 0]) - conditional_entropy(p_xy),
            "H(X|Y) = H(X,Y) - H(Y)",
        ),
        Step(
            "H(Y)-H(Y|X)",
            "=",
            lambda p_xy, p_y, **_: entropy(p_y[0]) - conditional_entropy(p_xy, given="x"),
            "H(Y|X) = H(X,Y) - H(X)",
        ),
    ],
    draw_joint,
    equations=("3 mutual information",),
    derive=marginals,
)

KL_DIVERGENCE = Derivation(
    "KL divergence",
    "section 3",
    [
        Step(
            r"\mathrm{KL}(p\|q)",
            "",
            lambda p, q: kl_divergence(p, q),
            "a dissimilarity of q from p, which is not symmetric",
        ),
        Step(
            r"-\sum_x p(x)\log q(x)+\sum_x p(x)\log p(x)",
            "=",
            lambda p, q: -np.sum(p * np.log(q)) + np.sum(p * np.log(p)),
            "definition: cross-entropy minus entropy",
        ),
        Step(
            r"\sum_x p(x)\log\frac{p(x)}{q(x)}", "=", lambda p, q: np.sum(p * np.log(p / q)), "difference of logarithms"
        ),
        Step(r"-\sum_x p(x)\log\frac{q(x)}{p(x)}", "=", lambda p, q: -np.sum(p * np.log(q / p)), "log 1/t = -log t"),
    ],
    draw_pair,
    equations=("3 KL divergence",),
)
