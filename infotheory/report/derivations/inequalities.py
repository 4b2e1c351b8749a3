"""Beyond the report: the inequalities on which its bounds rest.

The draws include cases where an inequality is tight, so that a bound that is slightly wrong fails.
"""

import numpy as np

from ...derivation import Derivation, Step
from ...divergences import kl_divergence, total_variation
from ...evidence import elbo, log_evidence
from ...measures import conditional_entropy, conditional_mutual_information, entropy, marginal, mutual_information
from .draws import BEYOND, draw_latent, draw_pair_or_equals, joint_and_evidence, random_pmf

GIBBS = Derivation(
    "Gibbs' inequality",  # Cover & Thomas (2006), theorem 2.6.3
    BEYOND,
    [
        Step(r"-\mathrm{KL}(p\|q)", "", lambda p, q: -kl_divergence(p, q), "to show: at most 0"),
        Step(r"\sum_x p(x)\log\frac{q(x)}{p(x)}", "=", lambda p, q: np.sum(p * np.log(q / p)), "third form of KL"),
        Step(
            r"\sum_x p(x)\Big(\frac{q(x)}{p(x)}-1\Big)",
            "<=",
            lambda p, q: np.sum(p * (q / p - 1)),
            "the logarithm lies below its tangent, log t ≤ t - 1, and touches it at t = 1 only",
        ),
        Step("0", "=", lambda p, q: 0.0, "p and q both sum to 1"),
    ],
    draw_pair_or_equals,
)

JENSEN = Derivation(
    "ELBO by Jensen's inequality",  # Jordan et al. (1999), §6
    BEYOND,
    [
        Step(r"\log p(x)", "", lambda p_xz, **_: log_evidence(np.log(p_xz)), "the log evidence of one x"),
        Step(r"\log\sum_z p(x,z)", "=", lambda p_xz, **_: np.log(np.sum(p_xz)), "marginalisation"),
        Step(
            r"\log E_{z\sim q(z)}\Big[\frac{p(x,z)}{q(z)}\Big]",
            "=",
            lambda p_xz, q, **_: np.log(np.sum(q * (p_xz / q))),
            "multiplied and divided by q(z)",
        ),
        Step(
            r"E_{z\sim q(z)}\Big[\log\frac{p(x,z)}{q(z)}\Big]",
            ">=",
            lambda p_xz, q, **_: np.sum(q * np.log(p_xz / q)),
            "Jensen: the log of a mean is at least the mean of the log; equality iff the ratio is constant",
        ),
        Step(r"\mathcal L", "=", lambda p_xz, q, **_: elbo(np.log(p_xz), q), "definition of the ELBO"),
    ],
    draw_latent,
    derive=joint_and_evidence,
)


def draw_pinsker(rng):
    """Two pmfs: of two outcomes, of four, or the same."""
    kind = rng.random()
    n = 2 if kind < 0.25 else 4
    p, q = random_pmf(rng, n), random_pmf(rng, n)
    return {"p": p, "q": p.copy() if kind > 0.75 else q}


def coins(p, q):
    """The event A on which p is above q, as two coins: (p(A), 1 - p(A)) and (q(A), 1 - q(A))."""
    inside = [pmf[p > q].sum() for pmf in (p, q)]
    return [np.array([a, 1 - a]) for a in inside]


PINSKER = Derivation(
    "Pinsker's inequality",  # Cover & Thomas (2006), lemma 11.6.1
    BEYOND,
    [
        Step(
            r"2\,\mathrm{TV}(p,q)^2",
            "",
            lambda p, q: 2 * total_variation(p, q) ** 2,
            "twice the squared total variation",
        ),
        Step(
            r"2\,(p(A)-q(A))^2,\quad A=\{x:p(x)\gt q(x)\}",
            "=",
            lambda p, q: 2 * (coins(p, q)[0][0] - coins(p, q)[1][0]) ** 2,
            "A is the event whose two probabilities differ most",
        ),
        Step(
            r"\mathrm{KL}(p(A)\|q(A))",
            "<=",
            lambda p, q: kl_divergence(*coins(p, q)),
            "for two coins: the difference is 0 at equality and rises with |p(A) - q(A)|",
        ),
        Step(
            r"\mathrm{KL}(p\|q)",
            "<=",
            lambda p, q: np.sum(p * np.log(p / q)),
            "data processing: whether A happens is a function of x; equality for two outcomes",
        ),
    ],
    draw_pinsker,
)


def draw_guess(rng):
    """p(x, x̂) of X and a guess of it; in one draw of four all wrong guesses are equally likely."""
    tight = rng.random() < 0.25
    p, error = random_pmf(rng, 3, 3), rng.uniform(0.05, 0.95)
    if tight:
        p = (np.eye(3) * (1 - error) + (1 - np.eye(3)) * error / 2) / 3
    return {"p": p}


def with_the_error(p):
    """p(x, x̂, e) with the error e = [x ≠ x̂], and the probability of an error."""
    hit = np.eye(len(p))[:, :, None]
    return {"p_xge": p[:, :, None] * np.concatenate([1 - hit, hit], axis=2), "error": 1 - np.trace(p)}


FANO = Derivation(
    "Fano's inequality",  # Cover & Thomas (2006), theorem 2.10.1
    BEYOND,
    [
        Step(
            r"H(X|\hat X)",
            "",
            lambda p, **_: conditional_entropy(p),
            "the uncertainty about X that remains given the guess",
        ),
        Step(
            r"H(E,X|\hat X),\quad E=[X\neq\hat X]",
            "=",
            lambda p_xge, **_: entropy(p_xge, axis=(0, 1, 2)) - entropy(p_xge.sum(axis=(0, 2))),
            "X and the guess determine the error E",
        ),
        Step(
            r"H(E|\hat X)+H(X|E,\hat X)",
            "=",
            lambda p_xge, **_: (
                conditional_entropy(p_xge.sum(axis=0), given="x") + conditional_entropy(p_xge.reshape(len(p_xge), -1))
            ),
            "chain rule",
        ),
        Step(
            r"H(E)+H(X|E,\hat X)",
            "<=",
            lambda p_xge, **_: entropy(p_xge.sum(axis=(0, 1))) + conditional_entropy(p_xge.reshape(len(p_xge), -1)),
            "conditioning reduces entropy",
        ),
        Step(
            r"H(E)+P(E)\log(n-1)",
            "<=",
            lambda p, error, **_: entropy([error, 1 - error]) + error * np.log(len(p) - 1),
            "without an error X is known; with one, at most n - 1 values of X remain",
        ),
    ],
    draw_guess,
    derive=with_the_error,
)


def draw_chain(rng):
    """A Markov chain X → Y → Z: p(x, y, z) = p(x) p(y|x) p(z|y); in one draw of four Z is a copy of Y."""
    copy = rng.random() < 0.25
    p_xy, channel = random_pmf(rng, 3, 3), rng.dirichlet(np.ones(3), size=3)
    return {"p": p_xy[:, :, None] * (np.eye(3) if copy else channel)}


DATA_PROCESSING = Derivation(
    "data processing inequality",  # Cover & Thomas (2006), theorem 2.8.1
    BEYOND,
    [
        Step(
            "I(X;Y)",
            "",
            lambda p: mutual_information(p.sum(axis=2)),
            "X → Y → Z is a Markov chain: Z depends on X through Y alone",
        ),
        Step(
            "I(X;Y)+I(X;Z|Y)",
            "=",
            lambda p: mutual_information(p.sum(axis=2)) + conditional_mutual_information(np.swapaxes(p, 1, 2)),
            "Markov chain: I(X;Z|Y) = 0",
        ),
        Step("I(X;Y,Z)", "=", lambda p: mutual_information(p.reshape(len(p), -1)), "chain rule"),
        Step(
            "I(X;Z)+I(X;Y|Z)",
            "=",
            lambda p: mutual_information(p.sum(axis=1)) + conditional_mutual_information(p),
            "chain rule, in the other order",
        ),
        Step(
            "I(X;Z)",
            ">=",
            lambda p: entropy(marginal(p.sum(axis=1))) - conditional_entropy(p.sum(axis=1)),
            "I(X;Y|Z) is never negative; it is 0 iff Z is sufficient for X",
        ),
    ],
    draw_chain,
)
