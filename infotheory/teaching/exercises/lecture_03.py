"""The exercises of lecture 3: an ELBO, a proof about left-out mass, EM, the largest fall, the best Gaussian."""

from dataclasses import replace

import numpy as np

from ...derivation import Step
from ...divergences import kl_divergence
from ...evidence import elbo as right_elbo
from ...evidence import log_evidence
from ...evidence import posterior as right_posterior
from ...measures import entropy
from ..exercise import Exercise, Experiment, ProofExercise
from ..solutions import lecture_03 as solutions
from .judging_inference import (
    ENOUGH,
    FIXED,
    HARD,
    HEADS,
    judge_em,
    judge_gaussian,
    log_joint,
    log_joints,
    success_em,
    success_gaussian,
)

# ---- 1: the ELBO


def _pairs(n: int, seed: int) -> list[tuple]:
    """Random pairs of log p(x, z) and q(z)."""
    rng = np.random.default_rng(seed)
    return [(np.log(rng.dirichlet(np.ones(4)) / 2).tolist(), rng.dirichlet(np.ones(4)).tolist()) for _ in range(n)]


elbo = Exercise(
    task="the ELBO",
    unit="nats",
    answer=solutions.elbo,
    cases=[*_pairs(2, seed=1), (np.log([0.1, 0.2, 0.05]).tolist(), [0.5, 0.5, 0.0]), *_pairs(9, seed=2)],
    others=[(np.log([0.3, 0.2]).tolist(), [0.0, 1.0]), *_pairs(5, seed=3)],
    slips={
        "That is log p(x), which does not depend on q.": lambda log_joint, q: log_evidence(log_joint),
        "The entropy of q is missing: subtract log q(z) inside the sum.": lambda log_joint, q: np.dot(q, log_joint),
        "The entropy of q has the wrong sign: subtract log q(z).": lambda log_joint, q: (
            np.dot(q, log_joint) - entropy(q)
        ),
        "That is KL(q(z)‖p(z|x)), the gap.": lambda log_joint, q: kl_divergence(q, right_posterior(log_joint)),
        "That is log p(x) plus the gap, which is an upper bound.": lambda log_joint, q: (
            2 * log_evidence(log_joint) - right_elbo(log_joint, q)
        ),
    },
    hints=(
        "Sum q(z) (log p(x, z) - log q(z)) over the states.",
        "Leave out the states with q(z) = 0 with a mask, used = q > 0.",
    ),
)

# ---- 2: a proof


def _draw(rng: np.random.Generator) -> dict:
    """A posterior of six states, a q that leaves out up to five of them, its states S, and the left-out mass m."""
    posterior, S = rng.dirichlet(np.ones(6)), rng.permutation(np.arange(6) < rng.integers(1, 6))
    q = np.zeros(6)
    q[S] = rng.dirichlet(np.ones(S.sum()))
    q.flags.writeable = posterior.flags.writeable = S.flags.writeable = False
    return {"q": q, "posterior": posterior, "S": S, "m": float(posterior[~S].sum())}


def _with_line(line: int, **changed) -> list[Step]:
    """The right proof with one line changed."""
    steps = solutions.left_out_mass()
    return [*steps[: line - 1], replace(steps[line - 1], **changed), *steps[line:]]


left_out_mass = ProofExercise(
    task="the gap is at least -log(1 - m)",
    answer=solutions.left_out_mass,
    draw=_draw,
    ends=lambda q, posterior, m, **_: (-right_elbo(np.log(posterior), q), -np.log1p(-m)),
    claim=">=",
    least=5,
    hints=(
        "Write the KL as a sum over S alone, with q[S] and posterior[S].",
        "Invert the quotient, so that a minus sign precedes a mean of a logarithm. Then use Jensen's inequality.",
    ),
    slips={
        "expected 5 or more: one reason a line": lambda: solutions.left_out_mass()[::5],
        "line 4: found the relation '<='": lambda: _with_line(4, relation="<="),
        "your last line gives": lambda: _with_line(6, value=lambda m, **_: -np.log(m)),
        "not every line follows from the one above": lambda: _with_line(2, value=lambda posterior, **_: posterior[0]),
    },
)

# ---- 3: EM with an unknown share


def _rounds(hard: bool = False, fixed: bool = False, enough: float = ENOUGH):
    """EM, or what is often written: `hard` decisions instead of posteriors, a `fixed` share."""
    share, theta, values = np.array([0.5, 0.5]), np.array([0.45, 0.55]), []
    while True:
        log_p = log_joints(share, theta)
        values.append(float(log_evidence(log_p).sum()))
        if len(values) > 1 and abs(values[-1] - values[-2]) < enough:
            return share, theta, values
        r = right_posterior(log_p)
        r = np.eye(2)[r.argmax(axis=1)] if hard else r
        share, theta = share if fixed else r.mean(0), (r * HEADS[:, None]).sum(0) / (10 * r.sum(0))


em_until_it_converges = Experiment(
    task="EM with unknown shares",
    answer=solutions.em_until_it_converges,
    arguments=(HEADS,),
    judge=judge_em,
    success=success_em,
    hints=(
        "Put log(share) where the lecture has log 0.5.",
        "The new share is the mean of the responsibilities, r.mean(axis=0).",
    ),
    slips={
        HARD: lambda heads: _rounds(hard=True),
        FIXED: lambda heads: _rounds(fixed=True),
        "go on": lambda heads: _rounds(enough=1e-3),
        "expected three things": lambda heads: _rounds()[1],
    },
)

# ---- 4: the largest fall

largest_fall = Exercise(
    task="the largest fall of log p(x)",
    unit="nats",
    answer=solutions.largest_fall,
    cases=[(-5.0, -4.5, 2.0), (-5.0, -4.0, 0.5), (-1.2, -1.1, 0.1), (-3.0, -1.0, 5.0)],
    others=[(-2.0, -1.5, 0.7), (-4.0, -1.0, 0.5)],
    slips={
        "A fall is not negative: if the bound rises by more than g, log p(x) rises too.": lambda a, b, g: a + g - b,
        "That is the gap before the step. The rise of the bound, b - a, must be subtracted.": lambda a, b, g: g,
        "That is the rise of the bound, and not a fall of log p(x).": lambda a, b, g: b - a,
    },
    hints=["Before the step log p(x) = a + g. After it, the gap is at least 0."],
)

# ---- 5: the best Gaussian

best_gaussian = Experiment(
    task="the Gaussian with the largest ELBO",
    answer=solutions.best_gaussian,
    arguments=(log_joint,),
    judge=judge_gaussian,
    success=success_gaussian,
    hints=(
        "Sum q(z) (log_joint(z) - log q(z)) dz over a fine grid of z, for many m and s.",
        "The ELBO has two local maxima. Start near -2 and near 2, and keep the larger maximum.",
    ),
    slips={
        "This is a local maximum of the ELBO": lambda log_joint: (-2.0, 0.3),
        "which minimise KL(p(z|x)‖q)": lambda log_joint: (0.4, 2.085),
        "Is s the standard deviation?": lambda log_joint: (1.99, 0.83),
        "expected two numbers": lambda log_joint: np.zeros(3),
    },
)
