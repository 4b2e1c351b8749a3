"""The exercises of lecture 8, on InfoGAN."""

import math

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax, softmax

import infotheory as it
from infotheory.teaching.exercise import Exercise

from ... import Uniform
from ...evaluation.digits import code_error, match_codes
from ..solutions import lecture_08 as solutions

# ---- 1: the two losses


def _losses(of_D, of_G):
    """Both losses from V, −E log D(G), E log(1 − D(G)), L_I and λ."""

    def losses(real, fake, L_I, weight):
        V = log_expit(real).mean() + log_expit(-fake).mean()
        parts = V, -log_expit(fake).mean(), log_expit(-fake).mean(), L_I, weight
        return of_D(*parts), of_G(*parts)

    return losses


def _of_D(V, ns, minimax, L, w):
    return -V - w * L


def _of_G(V, ns, minimax, L, w):
    return ns - w * L


_rng = np.random.default_rng(2)

losses = Exercise(
    task="the losses of D and Q, and of G",
    answer=solutions.losses,
    cases=[
        (3 * _rng.normal(size=2), 3 * _rng.normal(size=2), *_rng.uniform(0.2, 2, size=2).tolist()) for _ in range(10)
    ],
    slips={
        "The loss of D: V has the wrong sign. D maximises V, and a loss is minimised.": _losses(
            lambda V, ns, mm, L, w: V - w * L, _of_G
        ),
        "Return the pair in the order (D and Q, G).": _losses(_of_G, _of_D),
        "The loss of D: log D belongs to the real images and log(1 − D) to the generated ones.": lambda r, f, L, w: (
            solutions.losses(f, r, L, w)[0],
            solutions.losses(r, f, L, w)[1],
        ),
        "The loss of D and Q: λ L_I has the wrong sign. Q maximises L_I.": _losses(
            lambda V, ns, mm, L, w: -V + w * L, _of_G
        ),
        "The loss of D and Q: λ L_I is missing, so Q is not trained.": _losses(lambda V, ns, mm, L, w: -V, _of_G),
        "The loss of G is E log(1 − D), whose gradient vanishes where D is sure: take −E log D.": _losses(
            _of_D, lambda V, ns, mm, L, w: mm - w * L
        ),
        "The loss of G: log D has the wrong sign. G maximises D(G).": _losses(
            _of_D, lambda V, ns, mm, L, w: -ns - w * L
        ),
        "The loss of G has V in it: the real images do not depend on G.": _losses(
            _of_D, lambda V, ns, mm, L, w: V - w * L
        ),
        "The loss of G: λ L_I has the wrong sign. G maximises L_I.": _losses(_of_D, lambda V, ns, mm, L, w: ns + w * L),
        "The loss of G: λ L_I is missing. G, too, is trained on it.": _losses(_of_D, lambda V, ns, mm, L, w: ns),
        "λ is missing in both losses: L_I is weighted by it.": _losses(
            lambda V, ns, mm, L, w: -V - L, lambda V, ns, mm, L, w: ns - L
        ),
        "λ L_I has the wrong sign in both losses: all three networks maximise L_I.": _losses(
            lambda V, ns, mm, L, w: -V + w * L, lambda V, ns, mm, L, w: ns + w * L
        ),
    },
    hints=[
        "log D = −log(1 + e^−ℓ) and log(1 − D) = −log(1 + e^ℓ); np.logaddexp(0, −ℓ) does not overflow.",
        "Losses are minimised. D maximises V, so its loss has −V; both losses have −λ L_I.",
    ],
)

# ---- 2: L_I from logits


def _rows(rng):
    return np.eye(3)[rng.integers(3, size=2)], 2 * rng.normal(size=(2, 3))


def _mean_log_q(codes, logits):
    return (codes * log_softmax(logits, axis=1)).sum(axis=1).mean()


def _overflowing(codes, logits):
    q = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return math.log(3) + np.log((codes * q).sum(axis=1)).mean()


_rng = np.random.default_rng(1)

information_bound = Exercise(
    task="L_I from logits",
    unit="nats",
    answer=solutions.information_bound,
    cases=[*(_rows(_rng) for _ in range(10)), (np.eye(3)[[0, 1]], 1000 * np.eye(3)[[0, 1]])],  # certain, and right
    slips={
        "That is softmax applied twice: pass the logits as they are.": lambda codes, logits: (
            math.log(3) + _mean_log_q(codes, softmax(logits, axis=1))
        ),
        "That is E log Q alone: H(c) = log k is missing.": _mean_log_q,
        "H(c) has the wrong sign: add log k.": lambda *case: _mean_log_q(*case) - math.log(3),
        "E log Q has the wrong sign: log Q ≤ 0, so L_I ≤ log k.": lambda *case: math.log(3) - _mean_log_q(*case),
        "That is a sum over the batch: take the mean.": lambda *case: math.log(3) + 2 * _mean_log_q(*case),
        "The logits are not normalised: subtract the log of the sum of their exponentials.": lambda codes, logits: (
            math.log(3) + (codes * logits).sum(axis=1).mean()
        ),
        "An exponential overflowed: subtract the largest logit of each row first.": _overflowing,
    },
    hints=[
        "log Q(c|x) is the logit of c minus the log of the sum of all exponentials of the row.",
        "e^1000 overflows. Subtract the largest logit of each row first: the softmax does not change.",
    ],
)

# ---- 3: the best bound of a continuous code

_NUMBER = Uniform(-1, 1, learn_sigma=True)  # its Q has μ and log σ


def bound_at(log_sigma, m):
    """L_I for one code at 0, read with the error √m, by the package."""
    parameters = torch.tensor([[math.sqrt(m), log_sigma]], dtype=torch.float64)
    return _NUMBER.entropy + _NUMBER.log_q(torch.zeros(1, 1), parameters).item()


def by_search(m):
    """The largest L_I over σ, by a numerical search."""
    return -minimize_scalar(lambda log_sigma: -bound_at(log_sigma, m), bracket=(-4, 0)).fun


best_bound = Exercise(
    task="the best L_I at mean squared error m",
    unit="nats",
    answer=solutions.best_bound,
    cases=[(0.01,), (0.05,), (0.2,), (1 / 3,), (1.5,)],
    slips={
        "That is the bound at σ = 1: choose σ for this m.": lambda m: bound_at(0, m),
        "The last term was lost: at the best σ it is ½ for every m.": lambda m: solutions.best_bound(m) + 0.5,
        "That is the last term twice: it is ½, not 1.": lambda m: solutions.best_bound(m) - 0.5,
        "h(c) = log 2 is missing: c is uniform on an interval of length 2.": lambda m: (
            solutions.best_bound(m) - math.log(2)
        ),
        "h(c) has the wrong sign.": lambda m: solutions.best_bound(m) - 2 * math.log(2),
    },
    hints=[
        "L_I(σ) = log 2 − ½ log 2πσ² − m/2σ².",
        "Set the derivative in σ² to 0. Which mean squared error does Q make?",
    ],
)

# ---- 4: name the classes


def error_of(counts):
    """The error under the best naming, by the package."""
    counts = np.asarray(counts)
    return code_error(counts, match_codes(counts))


def _greedy(counts):
    left, right = np.array(counts, float), 0
    for _ in range(len(left)):
        i, j = np.unravel_index(left.argmax(), left.shape)
        right += left[i, j]
        left[i], left[:, j] = -1, -1
    return 1 - right / np.sum(counts)


_rng = np.random.default_rng(3)
_BLOCKED = np.array([[5, 6, 5], [6, 2, 10], [1, 5, 3]])  # each slip gives a different number

naming_error = Exercise(
    task="the error under the best naming",
    answer=solutions.naming_error,
    cases=[(_BLOCKED,), *((_rng.integers(0, 40, size=(k, k)),) for k in (3, 3, 4, 4, 5))],
    slips={
        "A digit was used twice: every class needs one of its own.": lambda n: 1 - np.max(n, axis=1).sum() / np.sum(n),
        "Every digit took its most frequent class, so a class got two digits.": lambda n: (
            1 - np.max(n, axis=0).sum() / np.sum(n)
        ),
        "The largest count first is not always part of the best naming.": _greedy,
        "That is the share named right: the error is 1 minus this share.": lambda n: 1 - error_of(n),
        "That is a number of images: divide by their sum.": lambda n: error_of(n) * np.sum(n),
        "Class i was named digit i; the order of the classes means nothing.": lambda n: 1 - np.trace(n) / np.sum(n),
        "That is the worst naming: ask for the maximum.": lambda n: code_error(n, match_codes(-n)),
    },
    hints=[
        "If each class takes its most frequent digit, a digit may be used twice.",
        "itertools.permutations(range(k)) lists all namings; scipy.optimize.linear_sum_assignment finds the best.",
    ],
)

# ---- 5: the information after a blur


def on_a_ring(k, r):
    """I(c; T(x)) from the joint pmf of the class and the moved level."""
    return it.mutual_information(
        sum(np.roll(np.eye(k), shift, axis=1) for shift in range(-r, r + 1)) / (k * (2 * r + 1))
    )


blurred_information = Exercise(
    task="I(c; T(x)) of k levels, moved by up to r",
    unit="nats",
    answer=solutions.blurred_information,
    cases=[(10, 2), (10, 1), (9, 4), (12, 3), (10, 0)],
    slips={
        "That is H(c): T loses some information.": lambda k, r: math.log(k),
        "That is the information that T loses: return what remains.": lambda k, r: math.log(k) - on_a_ring(k, r),
        "T moves both ways, and may stay: count the levels from −r to r.": lambda k, r: math.log(k / (r + 1)),
        "T may also leave the level as it is.": lambda k, r: math.log(k / max(2 * r, 1)),
    },
    hints=[
        "I = H(T(x)) − H(T(x)|c). Both are entropies of uniform distributions.",
        "Given c there are 2r + 1 levels; without c all k levels are equally likely.",
    ],
)
