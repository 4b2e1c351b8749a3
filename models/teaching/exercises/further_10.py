"""The exercises of further/10: rotated Gaussians, a price, a linear action, and a code for other shifts."""

import numpy as np

import infotheory as it
from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ..solutions import further_10 as solutions
from .judging_codes import judge_of_shifts, sentence_of_shifts

# ---- 1: the KL of a rotated posterior


def _gaussian(rng, turned: bool) -> dict:
    """The mean and the variances of a diagonal posterior, and a matrix, orthogonal if `turned`."""
    matrix = rng.normal(size=(3, 3))
    R = np.linalg.qr(matrix)[0] if turned else matrix
    return {"mean": rng.normal(size=3), "variances": rng.uniform(0.05, 1, size=3), "R": R}


def _both_kl(mean, variances, R) -> tuple[float, float]:
    zero, one = np.zeros(3), np.eye(3)
    turned = it.gaussian_kl(R @ mean, R @ np.diag(variances) @ R.T, zero, one)
    return turned, it.gaussian_kl(mean, np.diag(variances), zero, one)


def _proof(change):
    """A slip: the right proof after `change` of its lines and its named line."""
    return lambda: change(*solutions.kl_of_turn())


kl_of_turn = ProofExercise(
    task="the KL of a rotated posterior",
    answer=solutions.kl_of_turn,
    draw=lambda rng: _gaussian(rng, turned=True),
    otherwise=lambda rng: _gaussian(rng, turned=False),
    ends=_both_kl,
    hints=(
        "KL(N(m, S) ‖ N(0, I)) = ½ (tr S + |m|² − d − log det S). Insert m = Rμ and S = RΣRᵀ.",
        "tr RΣRᵀ = tr RᵀRΣ, |Rμ|² = μᵀRᵀRμ and det RΣRᵀ = det Σ · det RᵀR hold for every R. Then insert RᵀR = I.",
    ),
    slips={
        "without the assumption lines [4] fail": _proof(lambda lines, named: (lines, 3)),
        "expected 4 or more": _proof(lambda lines, named: (lines[::4], 2)),
        "your last line gives": _proof(
            lambda lines, named: ([*lines[:-1], Step("0", "=", lambda **_: 0.0, "the prior is turned too")], named)
        ),
        "the number of one of them": _proof(lambda lines, named: lines),
    },
)

# ---- 2: the price of a rotation


def _least_kl(half=0.5, power=-1.0, transpose=False, determinant=1):
    def kl(variances, R):
        diagonal = np.sum((R.T if transpose else R) ** 2 * variances**power, axis=1)
        return half * (np.log(diagonal).sum() - determinant * power * np.log(variances).sum())

    return kl


def _orthogonal(d, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]


price_of_a_turn = Exercise(
    task="the price of a rotation",
    unit="nats",
    answer=solutions.price_of_a_turn,
    cases=[
        (np.array([0.01, 1.0, 0.1]), _orthogonal(3, 0)),
        (np.array([0.5, 0.5]), _orthogonal(2, 1)),
        (np.array([0.01, 1.0]), np.array([[0.6, -0.8], [0.8, 0.6]])),
        (np.array([0.02, 0.3, 0.9, 1.0]), _orthogonal(4, 2)),
    ],
    others=[(np.array([0.05, 0.6]), _orthogonal(2, 3)), (np.array([0.3, 0.02, 1.5]), _orthogonal(3, 4))],
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
    others=[(_cyclic(6, "curve"), 1), (_cyclic(5, "circle"), 2)],
    slips={
        "The direction is wrong: row w must contain f(w + a), so use np.roll with −a.": _residual(roll=1),
        "That fit contains a constant: use ρ alone.": _residual(constant=True),
        "That is the sum over states: take the mean.": _residual(reduce=np.sum),
        "That is the mean over all entries: sum the squares of a state's latents, then take the mean over states.": (
            lambda codes, shift: solutions.action_residual(codes, shift) / codes.shape[1]
        ),
        "That is the root: return the mean square.": lambda *case: np.sqrt(solutions.action_residual(*case)),
        "Fit a matrix first: that is the distance between f(w) and f(w + a), without ρ.": lambda codes, shift: np.mean(
            np.sum((np.roll(codes, -shift, axis=0) - codes) ** 2, axis=1)
        ),
    },
    hints=[
        "np.roll(codes, -a, axis=0) has f(w + a mod n) in row w.",
        "np.linalg.lstsq(codes, moved, rcond=None)[0] is the transposed matrix of least squares.",
    ],
)

# ---- 4: a code for other shifts


def _circles(*angles):
    """A slip: circles of integer combinations (p, q) of the positions, p x + q y."""

    def represent(states):
        turned = [2 * np.pi / 32 * (states @ np.array(pair)) for pair in angles]
        return np.stack([f(angle) for angle in turned for f in (np.cos, np.sin)], axis=1)

    return lambda: represent


shifted_code = Experiment(
    task="a code for the shifts (a, 3a) and (0, b)",
    answer=solutions.shifted_code,
    judge=judge_of_shifts,
    success=sentence_of_shifts,
    hints=(
        "Which combination of x and y is the same after a shift (0, b)? Which one is the same after (a, 3a)?",
        "The last two latents are the circle of y − 3x.",
    ),
    slips={
        "expected a function of states": lambda: np.zeros((1024, 4)),
        "expected [1024, 4]": lambda: lambda states: states,
        "no matrix moves the codes": lambda: lambda states: np.c_[states, states] / 32.0,
        "(a, 3a) moves the last two latents": _circles((1, 0), (0, 1)),
        "(0, b) moves the first two latents": _circles((0, 1), (-3, 1)),
        "have different codes": _circles((2, 0), (-6, 2)),
    },
)
