"""The exercises of lecture 10: two scores by hand, a vote, a proof about the bins, and an entangled code to find."""

import numpy as np

from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from .. import known_codes
from ..solutions import lecture_10 as solutions
from .judging_codes import ENOUGH, judge_entangled, sentence_of_entangled

# ---- 1: MIG from a table


def _gap(table, entropies=1.0, axis=0, best=-1, second=-2):
    ordered = np.moveaxis(np.sort(np.asarray(table), axis=axis), axis, 0)
    return (ordered[best] - (0 if second is None else ordered[second])) / np.asarray(entropies)


def _random_table(d):
    rng = np.random.default_rng(d)
    entropies = rng.uniform(1, 3, size=3)
    return (rng.uniform(size=(d, 3)) * entropies).round(2), entropies.round(2)


_TABLE = np.array([[1.0, 0.1, 0.2], [0.2, 1.5, 0.3], [0.1, 0.3, 0.9], [0.3, 0.2, 0.1]])

mig = Exercise(
    task="MIG from a table",
    answer=solutions.mig,
    cases=[(_TABLE, np.array([1.1, 1.8, 3.0])), *(_random_table(d) for d in (3, 4, 5))],
    others=[_random_table(6), _random_table(7)],
    slips={
        "The entropies are missing: divide each gap by H(v_k).": lambda table, entropies: _gap(table).mean(),
        "That gap is taken along a row, over the factors: sort down the columns.": lambda table, entropies: _gap(
            table, axis=1
        ).mean(),
        "That is the best latent alone: subtract the second best.": lambda *case: _gap(*case, second=None).mean(),
        "That is best minus worst: subtract the second best.": lambda *case: _gap(*case, second=0).mean(),
        "That is the sum over factors: take the mean.": lambda *case: _gap(*case).sum(),
        "Divide each gap by its own entropy before the mean, not the mean gap by the mean entropy.": (
            lambda table, entropies: _gap(table).mean() / np.mean(entropies)
        ),
        "The sign is wrong: the second best is subtracted from the best.": lambda *case: -_gap(*case).mean(),
        "np.sort sorts in increasing order: the best latent comes last.": lambda *case: _gap(
            *case, best=0, second=1
        ).mean(),
        "np.sort(table) sorts along the rows: write axis=0, which sorts down the columns.": lambda table, entropies: (
            np.mean((np.sort(table)[-1] - np.sort(table)[-2]) / entropies)
        ),
        "These are the gaps along the rows of I(z_j; v_k)/H(v_k): compare the latents of a column.": (
            lambda table, entropies: _gap(table / entropies, axis=1).mean()
        ),
    },
    hints=[
        "np.sort(table, axis=0) sorts down the columns: the best latent of each factor comes last.",
        "Divide each gap by the entropy of its own factor, then take the mean.",
    ],
)

# ---- 2: the modularity of collapsed latents


def _predicted(minus=1.0, power=2, entries=-1, keep=-1, ties=True):
    def score(a, b, levels):
        row = np.sort(np.asarray(levels) - minus)
        others = row[:keep] if ties else row[row < row[-1]]
        dead = 1 - np.sum(others**power) / ((len(row) + entries) * row[-1] ** power)
        return (a + b * dead) / (a + b)

    return score


modularity = Exercise(
    task="the modularity of a code with collapsed latents",
    answer=solutions.modularity,
    cases=[(5, 5, [3, 6, 40, 32, 32]), (0, 10, [2, 4, 8]), (3, 0, [3, 3, 3]), (2, 6, [10, 5]), (1, 2, [4, 4])],
    others=[(4, 2, [5, 4]), (2, 3, [8, 3, 2])],
    slips={
        "The bias is proportional to K − 1, not to K.": _predicted(minus=0.0),
        "The informations are squared.": _predicted(power=1),
        "Divide by the number of factors minus one.": _predicted(entries=0),
        "Leave the largest entry out of the sum.": _predicted(keep=None),
        "The modularity of a collapsed latent is not 0: its row contains the bias (3).": lambda a, b, levels: (
            a / (a + b)
        ),
        "Leave one largest entry out of the sum, not every entry that equals it.": _predicted(ties=False),
        "That excludes the collapsed latents, as active_modularity does.": lambda a, b, levels: 1.0,
    },
    hints=["By (3) the row of a collapsed latent is proportional to K_k − 1. Apply (2) to that row."],
)

# ---- 3: what the bins of one latent can hold


def _independent(rng) -> dict:
    """p(v, w, z) of two independent factors and a binned latent, which in a quarter of the draws is nearly (V, W)."""
    v, w, given = rng.dirichlet(np.ones(2)), rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(6), size=(2, 3))
    if rng.random() < 0.25:
        given = 0.97 * np.eye(6).reshape(2, 3, 6) + 0.03 * given
    return {"p": v[:, None, None] * w[:, None] * given}


def _dependent(rng) -> dict:
    """V = W = Z with probability 0.8: then I(W;Z) > I(W;Z|V), the reverse of independent factors."""
    copies = np.zeros((2, 3, 6))
    copies[[0, 1], [0, 1], [0, 1]] = 1 / 2
    return {"p": 0.8 * copies + 0.2 * rng.dirichlet(np.ones(36)).reshape(2, 3, 6)}


def _sum_and_entropy(p) -> tuple[float, float]:
    z = p.sum((0, 1))
    vz, wz = p.sum(1), p.sum(0)
    each = [np.sum(joint * np.log(joint / np.outer(joint.sum(1), z))) for joint in (vz, wz)]
    return sum(each), -np.sum(z * np.log(z))


def _proof(change):
    """A slip: the right proof after `change` of its lines and its named line."""
    return lambda: change(*solutions.budget())


_HALF = Step("H(Z)/2", "<=", lambda p: _sum_and_entropy(p)[1] / 2, "half of the entropy")

budget = ProofExercise(
    task="the information in one binned latent",
    answer=solutions.budget,
    draw=_independent,
    otherwise=_dependent,
    ends=_sum_and_entropy,
    claim="<=",
    hints=(
        "I(W;V,Z) is at least I(W;Z), and the chain rule splits it into I(W;V) + I(W;Z|V).",
        "I(V;Z) + I(W;Z|V) is I(V,W;Z), by the chain rule again. An information is at most an entropy.",
    ),
    slips={
        "without the assumption lines [3] fail": _proof(lambda lines, named: (lines, 2)),
        "expected 4 or more": _proof(lambda lines, named: (lines[::4], 2)),
        "your last line gives": _proof(
            lambda lines, named: ([*lines[:-1], Step("log 6", "<=", lambda p: np.log(6), "six bins")], named)
        ),
        "line 2 fails on draw": _proof(
            lambda lines, named: (
                [lines[0], Step("I(V;W)", "<=", lambda p: 0.0, "they are independent"), *lines[2:]],
                named,
            )
        ),
        "line 5 fails on draw": _proof(lambda lines, named: ([*lines[:-1], _HALF, lines[-1]], named)),
        "the number of one of them": _proof(lambda lines, named: lines),
    },
)

# ---- 4: the vote, predicted


def _different(choose=lambda shares: shares.argmax(axis=0), power=2, normalise=True, over="factors"):
    """The number of different winners, divided by the number of factors, of latents, or by 1."""

    def score(W, variances):
        explained = np.abs(W) ** power * np.asarray(variances)
        shares = explained / explained.sum(axis=1, keepdims=True) if normalise else explained
        return len(set(choose(shares).tolist())) / {"factors": len(variances), "latents": len(W), "one": 1}[over]

    return score


def _random_weights(d, seed, k=4):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(d, k)).round(1), rng.uniform(0.2, 5, size=k).round(1)


vote = Exercise(
    task="the FactorVAE score of a linear code",
    answer=solutions.vote,
    cases=[
        _random_weights(6, seed=1353, k=7),  # here the first six slips give different numbers below 1
        _random_weights(5, seed=2866, k=6),  # and here those of the variances
        _random_weights(5, 5),
        (np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.0, 1.0])),
        (np.array([[3.0, 2.0], [0.1, 0.3]]), np.array([1.0, 1.0])),
        (np.array([[1.0, 1.0], [1.0, 0.9], [0.0, 0.0001]]), np.array([4.0, 1.0])),
        *(_random_weights(d, seed) for d, seed in ((4, 3), (5, 4), (6, 5), (4, 6), (5, 8))),
    ],
    others=[_random_weights(d, seed) for d, seed in ((4, 9), (5, 10), (5, 11), (5, 88))],
    slips={
        "That is the best factor of each latent: find the best latent of each factor.": _different(
            lambda shares: shares.argmax(axis=1)
        ),
        "The variances must be shares: divide each row by its sum, as the score divides by the overall variance.": (
            _different(normalise=False)
        ),
        "The share is proportional to the square of the weight.": _different(power=1),
        "The winner has the smallest variance, so its share is the largest, not the smallest.": _different(
            lambda shares: shares.argmin(axis=0)
        ),
        "Divide by the number of factors, not of latents.": _different(over="latents"),
        "That is the number of different winners: divide by the number of factors.": _different(over="one"),
        "The variances are missing: a share is W_jk² Var v_k over the sum of the row.": lambda W, variances: (
            _different()(W, np.ones(len(variances)))
        ),
        "These are variances: do not take their roots, and do not use standard deviations.": lambda W, variances: (
            _different()(W, np.sqrt(variances))
        ),
        "The score is 1 only if each factor has a different winner.": lambda W, variances: 1.0,
    },
    hints=[
        "For each factor find the latent that wins: the argmax of s_jk over the latents.",
        "A latent that wins for two factors is assigned to only one of them. Count the different winners.",
    ],
)

# ---- 5: an entangled code with a high MIG


def _code(name):
    """A slip: one of the nine codes of the lecture."""
    return lambda: known_codes.CODES[name]


def _at_random():
    return lambda v: np.random.default_rng().normal(size=(len(v), 5))


def _among_others():
    return lambda v: v - v[0]


entangled = Experiment(
    task=f"an entangled code with a MIG above {ENOUGH}",
    answer=solutions.entangled,
    judge=judge_entangled,
    success=sentence_of_entangled,
    hints=(
        "Which of the nine codes of 10.1 has the MIG of the aligned code without being modular?",
        "Two positions fit into one latent if you keep 5 levels of posX and 4 levels of posY: 20 bins in all.",
    ),
    slips={
        "expected a function of factors": lambda: known_codes.draw_factors(100),
        "expected two latents or more": lambda: lambda v: v[:, :1],
        "its code of an image changes": _at_random,
        "depends on the other images": _among_others,
        "for 0 of the five factors": _code("aligned"),
        "for 2 of the five factors": _code("two factors in one"),
        "the MIG of your code is 0.06": _code("all turned"),
        "the MIG of your code is 0.00": _code("every latent twice"),
    },
)
