"""How a dependence is judged that moments up to degree four must not show: both are computed from the means."""

import numpy as np
from scipy.special import xlogy

SIGMA = 0.2  # of every posterior
DEGREE, SLACK = 4, 0.02
LEAST_TC, MOST = 0.15, 5_000  # nats, and points
SUPERSCRIPT = ("", "", "²", "³", "⁴")


def moments(means: np.ndarray) -> dict[tuple[int, int], float]:
    """E z₁ᵃ z₂ᵇ for 1 ≤ a + b ≤ 4, with z = μ + σ ε and a row of `means` for each example."""
    m, v = means, SIGMA**2
    powers = [np.ones_like(m), m, m**2 + v, m**3 + 3 * m * v, m**4 + 6 * m**2 * v + 3 * v**2]
    pairs = [(total - b, b) for total in range(1, DEGREE + 1) for b in range(total + 1)]
    return {(a, b): float(np.mean(powers[a][:, 0] * powers[b][:, 1])) for a, b in pairs}


def of_the_prior(a: int, b: int) -> float:
    """E z₁ᵃ z₂ᵇ for N(0, I)."""
    return float(np.prod([(1, 0, 1, 0, 3)[k] for k in (a, b)]))


def total_correlation(means: np.ndarray) -> float:
    """TC(z) in nats, by sums on a grid."""
    line, step = np.linspace(-6, 6, 241, retstep=True)
    bells = np.exp(-(((line[:, None, None] - means) / SIGMA) ** 2) / 2) / (np.sqrt(2 * np.pi) * SIGMA)
    q_z, q_j = bells[..., 0] @ bells[..., 1].T / len(means), bells.mean(axis=1)
    return float((xlogy(q_z, q_z).sum() * step - xlogy(q_j, q_j).sum()) * step)


def judge_unseen(means) -> str:
    if not isinstance(means, np.ndarray) or means.ndim != 2 or means.shape[1] != 2 or not 1 <= len(means) <= MOST:
        form = f"an array {list(means.shape)}" if isinstance(means, np.ndarray) else f"a {type(means).__name__}"
        return f"your function returns {form}, expected an array [n, 2] with n ≤ {MOST:,}."
    means = means.astype(float)
    if not np.isfinite(means).all() or np.abs(means).max() > 5:
        return "the means must be finite, and between −5 and 5."
    for (a, b), found in moments(means).items():
        if abs(found - of_the_prior(a, b)) > SLACK:
            name = "".join(f"{z}{SUPERSCRIPT[k]}" for z, k in (("z₁", a), ("z₂", b)) if k)
            return f"E {name} = {found:.2f} with the noise, expected {of_the_prior(a, b):.0f}, as for N(0, I)."
    tc = total_correlation(means)
    if tc < LEAST_TC:
        return f"all moments are right, but the latents are almost independent: TC = {tc:.2f} nats."
    return ""


def success_of_unseen(means) -> str:
    worst = max(abs(found - of_the_prior(*pair)) for pair, found in moments(means).items())
    return (
        f"all 14 moments up to degree four are within {worst:.2f} of those of N(0, I), but TC = "
        f"{total_correlation(means):.2f} nats.\n  DIP-VAE-II and a discriminator of degree four detect nothing."
    )
