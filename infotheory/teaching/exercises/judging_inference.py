"""How EM is judged, by log p(x) after each round, and a Gaussian, by its gap. Right numbers are recorded here."""

import numpy as np

from ...evidence import log_evidence

# ---- EM with unknown shares

HEADS = np.random.default_rng(8).binomial(10, np.repeat([0.3, 0.6], [14, 6]))
ENOUGH = 1e-6  # nats


def log_joints(share, theta):
    return np.log(share) + HEADS[:, None] * np.log(theta) + (10 - HEADS[:, None]) * np.log(1 - theta)


# log p(x) before the first round and after each of the next ones: right, with hard decisions, with fixed shares.
VALUES = [-137.7295525, -131.2146879, -130.9408165, -130.7063274, -130.5664194, -130.5062925, -130.485706, -130.4792309]
HARD_VALUES = [-137.7295525, -131.0951563, -131.0951563]
FIXED_VALUES = [-137.7295525, -131.2840433, -130.9511347, -130.7347684]

HARD = "your E step assigns each person to one coin. Use the posterior probabilities of both coins."
FIXED = "your share stays at 1/2. The M step must maximise over it too: the best share is the mean responsibility."


def _first_difference(values) -> int | None:
    """The first place at which the list leaves the right one, by more than 1e-6 nats."""
    off = np.abs(np.array(values[: len(VALUES)]) - VALUES[: len(values)]) > 1e-6
    return int(off.argmax()) if off.any() else None


def judge_em(result) -> str:
    if not isinstance(result, list | tuple) or len(result) != 3:
        return "expected three things: end your function with `return share, theta, values`."
    share, theta, values = (np.asarray(part, float) for part in result)
    if share.shape != (2,) or theta.shape != (2,) or values.ndim != 1 or len(values) < 2:
        return "expected two shares, two θ, and a list of two or more values of log p(x)."
    if not (np.isfinite(values).all() and ((share > 0) & (theta > 0) & (theta < 1)).all()):
        return "found NaN, or a share or θ that is not between 0 and 1."
    if (at := _first_difference(values)) is not None:
        for remark, usual in ((HARD, HARD_VALUES), (FIXED, FIXED_VALUES)):
            if at < min(len(usual), len(values)) and np.allclose(values[: at + 1], usual[: at + 1], rtol=0, atol=1e-6):
                return remark
        return f"values[{at}], after {at} rounds, is {values[at]:.6f}, expected {VALUES[at]:.6f} nats."
    now = float(log_evidence(log_joints(share, theta)).sum())
    if not -1e-9 <= now - values[-1] <= ENOUGH:
        return f"the last value is {values[-1]:.6f}, but log p(x) of your share and θ is {now:.6f} nats."
    if values[-1] - values[-2] >= ENOUGH:
        return f"the last round still raises log p(x) by {values[-1] - values[-2]:.7f} nats: go on."
    return ""


def success_em(result) -> str:
    share, theta, values = result
    found = f"θ = {np.round(theta, 3).tolist()} for new people, and the shares are {np.round(share, 3).tolist()}"
    return f"after {len(values) - 1} rounds, {found}; log p(x) rose from {values[0]:.3f} to {values[-1]:.3f} nats."


# ---- the Gaussian with the largest ELBO

WEIGHTS, MEANS, SDS = np.array([0.4, 0.6]), np.array([-2.0, 2.0]), np.array([0.3, 0.9])
LOG_P_X = np.log(0.35)
LEAST_GAP = 0.50882  # nats, of the best Gaussian


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


def judge_gaussian(result) -> str:
    found = np.asarray(result, float)
    if found.shape != (2,):
        return f"found shape {found.shape}, expected two numbers: `return m, s`."
    m, s = found
    if not (np.isfinite(m) and 0 < s < np.inf):
        return f"found m = {m:.3f} and s = {s:.3f}, expected finite numbers and s > 0."
    gap = gaussian_gap(m, s)
    if gap <= LEAST_GAP + 1e-4:
        return ""
    numbers = f"N({m:.2f}, {s:.2f}²) has the gap {gap:.4f} nats, and a different q has {LEAST_GAP:.4f}."
    mean = WEIGHTS @ MEANS
    sd = np.sqrt(WEIGHTS @ (SDS**2 + MEANS**2) - mean**2)
    if abs(m - mean) < 0.05 and abs(s - sd) < 0.05:
        return f"{numbers} You returned the posterior's mean and standard deviation, which minimise KL(p(z|x)‖q)."
    if abs(m + 2) < 0.2 and abs(s - 0.3) < 0.1:
        return f"{numbers} This is a local maximum of the ELBO. Start in a different place, and compare."
    if abs(m - 2) < 0.3 and abs(s - 0.83) < 0.03:
        return f"{numbers} The mode is right. Is s the standard deviation?"
    return f"{numbers} Go on, or refine your grid of m and s."


def success_gaussian(result) -> str:
    m, s = (float(part) for part in result)
    return (
        f"N({m:.2f}, {s:.2f}²) has the gap {gaussian_gap(m, s):.3f} nats. The mode at 2 has mass 0.6: -log 0.6 = 0.511."
    )
