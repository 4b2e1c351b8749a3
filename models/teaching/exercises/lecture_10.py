"""The exercises of lecture 10, on measuring disentanglement."""

import numpy as np

from infotheory.teaching.exercise import Exercise

from ..solutions import lecture_10 as solutions

# ---- 1: MIG from a table


def _gap(table, entropies=1.0, axis=0, second=-2):
    ordered = np.moveaxis(np.sort(np.asarray(table), axis=axis), axis, 0)
    return (ordered[-1] - (0 if second is None else ordered[second])) / np.asarray(entropies)


def _random_table(d):
    rng = np.random.default_rng(d)
    entropies = rng.uniform(1, 3, size=3)
    return (rng.uniform(size=(d, 3)) * entropies).round(2), entropies.round(2)


_TABLE = np.array([[1.0, 0.1, 0.2], [0.2, 1.5, 0.3], [0.1, 0.3, 0.9], [0.3, 0.2, 0.1]])

mig = Exercise(
    task="MIG from a table",
    answer=solutions.mig,
    cases=[(_TABLE, np.array([1.1, 1.8, 3.0])), *(_random_table(d) for d in (3, 4, 5))],
    slips={
        "The entropies are missing: divide each gap by H(v_k).": lambda table, entropies: _gap(table).mean(),
        "That gap runs along the rows, over the factors of a latent: sort down the columns.": lambda table, entropies: (
            _gap(table, axis=1).mean()
        ),
        "That is the best latent alone: subtract the second best.": lambda *case: _gap(*case, second=None).mean(),
        "That is best minus worst: subtract the second best.": lambda *case: _gap(*case, second=0).mean(),
        "That is the sum over factors: take the mean.": lambda *case: _gap(*case).sum(),
        "Divide each gap by its own entropy before the mean, not the mean gap by the mean entropy.": (
            lambda table, entropies: _gap(table).mean() / np.mean(entropies)
        ),
        "The sign is wrong: the second best is subtracted from the best.": lambda *case: -_gap(*case).mean(),
    },
    hints=[
        "np.sort(table, axis=0) sorts down the columns: the best latent of each factor comes last.",
        "Divide each gap by the entropy of its own factor, then take the mean.",
    ],
)

# ---- 2: the vote, predicted


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
        _random_weights(7, seed=1361, k=6),  # here each slip gives a different number
        (np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.0, 1.0])),
        (np.array([[3.0, 2.0], [0.1, 0.3]]), np.array([1.0, 1.0])),
        (np.array([[1.0, 1.0], [1.0, 0.9], [0.0, 0.0001]]), np.array([4.0, 1.0])),
        *(_random_weights(d, seed) for d, seed in ((4, 3), (5, 4), (6, 5), (4, 6), (5, 8))),
    ],
    slips={
        "That counts factors that win a latent: each factor has its best latent, argmax over the rows.": _different(
            lambda shares: shares.argmax(axis=1)
        ),
        "The variances must be shares: divide each row by its sum, as the score divides by the overall variance.": (
            _different(normalise=False)
        ),
        "The share is proportional to the square of the weight.": _different(power=1),
        "The winner varies least, so it has the largest share, not the smallest.": _different(
            lambda shares: shares.argmin(axis=0)
        ),
        "Divide by the number of factors, not of latents.": _different(over="latents"),
        "That is the number of different winners: divide by the number of factors.": _different(over="one"),
    },
    hints=[
        "For each factor find the latent that wins: the argmax of s_jk over the latents.",
        "A latent that wins for two factors is right for one of them only. Count the different winners.",
    ],
)

# ---- 3: is there a linear action?


def _residual(roll=-1, constant=False, reduce=np.mean):
    def residual(codes, shift):
        moved = np.roll(codes, roll * shift, axis=0)
        given = np.c_[codes, np.ones(len(codes))] if constant else codes
        left = moved - given @ np.linalg.lstsq(given, moved, rcond=None)[0]
        return reduce(np.sum(left**2, axis=1))

    return residual


def _cyclic(size, kind):
    w = np.arange(size)
    angle = 2 * np.pi * w / size
    return {
        "line": (w + 1.0)[:, None],
        "circle": np.stack([np.cos(angle), np.sin(angle)], axis=1),
        "curve": np.stack([w / size, np.exp(w / size)], axis=1),
        "sign": ((-1.0) ** w)[:, None],
    }[kind].round(6)


action_residual = Exercise(
    task="the residual of the best linear action",
    answer=solutions.action_residual,
    cases=[
        (_cyclic(size, kind), shift)
        for size, kind, shift in ((6, "line", 1), (6, "curve", 2), (5, "curve", 1), (6, "circle", 1), (6, "sign", 3))
    ],
    slips={
        "That rolls the other way: row w must hold f(w + a), np.roll with −a.": _residual(roll=1),
        "That allows a constant: use ρ alone.": _residual(constant=True),
        "That is the sum over states: take the mean.": _residual(reduce=np.sum),
        "That is the mean over all entries: sum the squares of a state's latents, then take the mean over states.": (
            lambda codes, shift: solutions.action_residual(codes, shift) / codes.shape[1]
        ),
        "That is the root: return the mean square.": lambda *case: np.sqrt(solutions.action_residual(*case)),
        "Fit a matrix first: without ρ that is the distance that the codes move.": lambda codes, shift: np.mean(
            np.sum((np.roll(codes, -shift, axis=0) - codes) ** 2, axis=1)
        ),
    },
    hints=[
        "np.roll(codes, -a, axis=0) has f(w + a mod n) in row w.",
        "np.linalg.lstsq(codes, moved, rcond=None)[0] is the transposed matrix of least squares.",
    ],
)

# ---- 4: the price of a turn


def _least_kl(half=0.5, power=-1.0, transpose=False, determinant=1):
    def kl(variances, R):
        diagonal = np.sum((R.T if transpose else R) ** 2 * variances**power, axis=1)
        return half * (np.log(diagonal).sum() - determinant * power * np.log(variances).sum())

    return kl


def _orthogonal(d, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]


price_of_a_turn = Exercise(
    task="the price of a turn",
    unit="nats",
    answer=solutions.price_of_a_turn,
    cases=[
        (np.array([0.01, 1.0, 0.1]), _orthogonal(3, 0)),
        (np.array([0.5, 0.5]), _orthogonal(2, 1)),
        (np.array([0.01, 1.0]), np.array([[0.6, -0.8], [0.8, 0.6]])),
        (np.array([0.02, 0.3, 0.9, 1.0]), _orthogonal(4, 2)),
    ],
    slips={
        "That is the other direction, KL(p‖q), which matches the variances: here s² = 1/Λ_jj.": _least_kl(power=1.0),
        "The ½ is missing.": _least_kl(half=1),
        "The sign is wrong: a KL is never negative.": _least_kl(half=-0.5),
        "The rows of R belong to the new latents: Λ = R diag(1/σ²) Rᵀ, not Rᵀ … R.": _least_kl(transpose=True),
        "log det Λ is missing.": _least_kl(determinant=0),
        "log det Λ is −Σ log σ²: its sign is wrong.": _least_kl(determinant=-1),
        "Those are standard deviations: Λ holds 1/σ².": _least_kl(power=-0.5),
    },
    hints=[
        "The precision matrix is Λ = R diag(1/σ²) Rᵀ.",
        "log det Λ = −Σ log σ_j² for every R.",
        "A sum of log (R diag(σ²) Rᵀ)_jj belongs to the KL in the other direction.",
    ],
)

# ---- 5: the modularity of dead latents


def _predicted(minus=1.0, power=2, entries=-1, keep=-1):
    def score(a, b, levels):
        row = np.sort(np.asarray(levels) - minus)
        dead = 1 - np.sum(row[:keep] ** power) / ((len(row) + entries) * row[-1] ** power)
        return (a + b * dead) / (a + b)

    return score


modularity = Exercise(
    task="the modularity of a code with dead latents",
    answer=solutions.modularity,
    cases=[(5, 5, [3, 6, 40, 32, 32]), (0, 10, [2, 4, 8]), (3, 0, [3, 3, 3]), (2, 6, [10, 5])],
    slips={
        "The bias is proportional to K − 1, not to K.": _predicted(minus=0.0),
        "The informations are squared.": _predicted(power=1),
        "Divide by the number of factors less one.": _predicted(entries=0),
        "Leave the largest entry out of the sum.": _predicted(keep=None),
        "A dead latent does not score 0: its row holds the bias.": lambda a, b, levels: a / (a + b),
        "That is without the dead latents, as in active_modularity.": lambda a, b, levels: 1.0,
    },
    hints=["By 10.2 a dead latent's row is proportional to K_k − 1. Apply the formula of modularity to that row."],
)
