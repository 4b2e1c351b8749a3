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

# ---- 1: the ELBO


def _pairs(n: int = 12) -> list[tuple]:
    """Pairs of log p(x, z) and q(z); in the first, q has a zero."""
    rng = np.random.default_rng(1)
    random = [
        (np.log(rng.dirichlet(np.ones(4)) / 2).tolist(), rng.dirichlet(np.ones(4)).tolist()) for _ in range(n - 1)
    ]
    return [*random[:2], (np.log([0.1, 0.2, 0.05]).tolist(), [0.5, 0.5, 0.0]), *random[2:]]


elbo = Exercise(
    task="the ELBO",
    unit="nats",
    answer=solutions.elbo,
    cases=_pairs(),
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

HEADS = np.random.default_rng(8).binomial(10, np.repeat([0.3, 0.6], [14, 6]))
ENOUGH = 1e-6  # nats


def _log_joints(share, theta):
    return np.log(share) + HEADS[:, None] * np.log(theta) + (10 - HEADS[:, None]) * np.log(1 - theta)


def _rounds(hard: bool = False, fixed: bool = False, enough: float = ENOUGH):
    """EM, or what is often written: `hard` decisions instead of posteriors, a `fixed` share."""
    share, theta, values = np.array([0.5, 0.5]), np.array([0.45, 0.55]), []
    while True:
        log_p = _log_joints(share, theta)
        values.append(float(log_evidence(log_p).sum()))
        if len(values) > 1 and abs(values[-1] - values[-2]) < enough:
            return share, theta, values
        r = right_posterior(log_p)
        r = np.eye(2)[r.argmax(axis=1)] if hard else r
        share, theta = share if fixed else r.mean(0), (r * HEADS[:, None]).sum(0) / (10 * r.sum(0))


HARD = "your E step assigns each person to one coin. Use the posterior probabilities of both coins."
FIXED = "your share stays at 1/2. The M step must maximise over it too: the best share is the mean responsibility."


def _first_difference(values) -> int | None:
    """The first place at which the list leaves the right one, by more than 1e-6 nats."""
    right = np.array(_rounds(enough=1e-9)[2])
    off = np.abs(np.array(values[: len(right)]) - right[: len(values)]) > 1e-6
    return int(off.argmax()) if off.any() else None


def _judge_em(result) -> str:
    if not isinstance(result, list | tuple) or len(result) != 3:
        return "expected three things: end your function with `return share, theta, values`."
    share, theta, values = (np.asarray(part, float) for part in result)
    if share.shape != (2,) or theta.shape != (2,) or values.ndim != 1 or len(values) < 2:
        return "expected two shares, two θ, and a list of two or more values of log p(x)."
    if not (np.isfinite(values).all() and ((share > 0) & (theta > 0) & (theta < 1)).all()):
        return "found NaN, or a share or θ that is not between 0 and 1."
    if (at := _first_difference(values)) is not None:
        for remark, usual in ((HARD, _rounds(hard=True)[2]), (FIXED, _rounds(fixed=True)[2])):
            if at < min(len(usual), len(values)) and np.allclose(values[: at + 1], usual[: at + 1], rtol=0, atol=1e-6):
                return remark
        right = _rounds(enough=1e-9)[2][at]
        return f"values[{at}], after {at} rounds, is {values[at]:.6f}, expected {right:.6f} nats."
    now = float(log_evidence(_log_joints(share, theta)).sum())
    if not -1e-9 <= now - values[-1] <= ENOUGH:
        return f"the last value is {values[-1]:.6f}, but log p(x) of your share and θ is {now:.6f} nats."
    if values[-1] - values[-2] >= ENOUGH:
        return f"the last round still raises log p(x) by {values[-1] - values[-2]:.7f} nats: go on."
    return ""


def _success_em(result) -> str:
    share, theta, values = result
    found = f"θ = {np.round(theta, 3).tolist()} for new people, and the shares are {np.round(share, 3).tolist()}"
    return f"after {len(values) - 1} rounds, {found}; log p(x) rose from {values[0]:.3f} to {values[-1]:.3f} nats."


em_until_it_converges = Experiment(
    task="EM with unknown shares",
    answer=solutions.em_until_it_converges,
    arguments=(HEADS,),
    judge=_judge_em,
    success=_success_em,
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
    slips={
        "A fall is not negative: if the bound rises by more than g, log p(x) rises too.": lambda a, b, g: a + g - b,
        "That is the gap before the step. The rise of the bound, b - a, must be subtracted.": lambda a, b, g: g,
        "That is the rise of the bound, and not a fall of log p(x).": lambda a, b, g: b - a,
    },
    hints=["Before the step log p(x) = a + g. After it, the gap is at least 0."],
)

# ---- 5: the best Gaussian

WEIGHTS, MEANS, SDS = np.array([0.4, 0.6]), np.array([-2.0, 2.0]), np.array([0.3, 0.9])
LOG_P_X = np.log(0.35)


def log_joint(z):
    """log p(x, z) at one x, for an array z. The posterior is 0.4 N(-2, 0.3²) + 0.6 N(2, 0.9²), and p(x) = 0.35."""
    parts = np.log(WEIGHTS) + _log_normal(np.asarray(z, float)[..., None], MEANS, SDS)
    return LOG_P_X + np.logaddexp.reduce(parts, axis=-1)


def _log_normal(z, mean, sd):
    return -0.5 * np.log(2 * np.pi) - np.log(sd) - 0.5 * ((z - mean) / sd) ** 2


def gaussian_gap(m: float, s: float) -> float:
    """log p(x) - ELBO of N(m, s²) for `log_joint`, by a sum over a fine grid around m."""
    z = m + s * np.linspace(-9, 9, 8001)
    log_q = _log_normal(z, m, s)
    return float(LOG_P_X - np.sum(np.exp(log_q) * (log_joint(z) - log_q)) * (z[1] - z[0]))


def _judge_gaussian(result) -> str:
    found = np.asarray(result, float)
    if found.shape != (2,):
        return f"found shape {found.shape}, expected two numbers: `return m, s`."
    m, s = found
    if not (np.isfinite(m) and 0 < s < np.inf):
        return f"found m = {m:.3f} and s = {s:.3f}, expected finite numbers and s > 0."
    gap, least = gaussian_gap(m, s), gaussian_gap(*solutions.best_gaussian(log_joint))
    if gap <= least + 1e-4:
        return ""
    numbers = f"N({m:.2f}, {s:.2f}²) has the gap {gap:.4f} nats, and a different q has {least:.4f}."
    mean = WEIGHTS @ MEANS
    sd = np.sqrt(WEIGHTS @ (SDS**2 + MEANS**2) - mean**2)
    if abs(m - mean) < 0.05 and abs(s - sd) < 0.05:
        return f"{numbers} You returned the posterior's mean and standard deviation, which minimise KL(p(z|x)‖q)."
    if abs(m + 2) < 0.2 and abs(s - 0.3) < 0.1:
        return f"{numbers} This is a local maximum of the ELBO. Start in a different place, and compare."
    if abs(m - 2) < 0.3 and abs(s - 0.83) < 0.03:
        return f"{numbers} The mode is right. Is s the standard deviation?"
    return f"{numbers} Go on, or refine your grid of m and s."


def _success_gaussian(result) -> str:
    m, s = (float(part) for part in result)
    return (
        f"N({m:.2f}, {s:.2f}²) has the gap {gaussian_gap(m, s):.3f} nats. The mode at 2 has mass 0.6: -log 0.6 = 0.511."
    )


best_gaussian = Experiment(
    task="the Gaussian with the largest ELBO",
    answer=solutions.best_gaussian,
    arguments=(log_joint,),
    judge=_judge_gaussian,
    success=_success_gaussian,
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
