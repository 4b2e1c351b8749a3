"""How two close pmfs are judged, and a distance at which the reverse fit gives up a mode."""

import numpy as np
from scipy.optimize import minimize

from ...divergences import kl_divergence, kl_from_logits, total_variation
from ..answers import misshapen


def judge_pair(pair) -> str:
    if not (isinstance(pair, tuple | list) and len(pair) == 2):
        return "expected two pmfs: end your function with `return p, q`."
    p, q = np.asarray(pair[0], float), np.asarray(pair[1], float)
    if p.shape != q.shape or p.ndim != 1:
        return f"found arrays of shapes {p.shape} and {q.shape}, expected two pmfs over the same outcomes."
    for name, pmf in (("p", p), ("q", q)):
        if not np.isfinite(pmf).all() or (pmf < 0).any() or abs(pmf.sum() - 1) > 1e-12:
            return f"{name} is not a pmf: its smallest entry is {pmf.min():.3g}, and its sum is {pmf.sum():.3g}."
    distance, divergence = _distances(p, q)
    if distance > 0.01 + 1e-12:
        return f"TV = {distance:.4f}, expected 0.01 or less."
    if divergence == np.inf:
        return "KL(p‖q) is infinite: q is 0 for an outcome that p allows. Give it a very small probability instead."
    if divergence < 5:
        back = kl_divergence(q, p)
        swapped = " KL(q‖p) is large: exchange p and q." if 5 <= back < np.inf else ""
        return f"KL(p‖q) = {divergence:.3f} nats, expected 5 or more.{swapped}"
    return ""


def _distances(p, q) -> tuple[float, float]:
    return float(total_variation(p, q)), float(kl_divergence(p, q))


def success_pair(pair) -> str:
    return "TV = {:.4f}, and KL(p‖q) = {:.3f} nats.".format(*_distances(*map(np.asarray, pair)))


SPLIT = 5.6002  # a wide fit and a narrow one have the same divergence; a grid of 3,001 points, by brentq


def judge_split(d) -> str:
    if wrong := misshapen(d, 0.0):
        return f"your function {wrong}."
    d = float(d)
    if not 0 < d < 20:
        return f"found d = {d:g}, expected a distance between 0 and 20."
    if abs(d - SPLIT) <= 0.03:
        return ""
    wide, narrow = reverse_fits(d)
    found = f"at d = {d:.2f} a fit to both modes has {wide:.3f} nats, and a fit to one mode has {narrow:.3f} nats"
    if abs(d - 2) <= 0.05:
        return "p becomes bimodal there, but the best Gaussian still covers both modes."
    if abs(d - SPLIT / 2) <= 0.03:
        return "that is the distance of a mode from 0: d is the distance between the modes."
    if 4.7 <= d <= 5:
        return f"from there on the fit to one mode is a local minimum, but {found}. Compare the two minima."
    if abs(wide - narrow) < 1e-6:
        return f"at d = {d:.2f} both starts end in one fit with {wide:.3f} nats: there is no fit to one mode yet."
    return f"{found}. Expected the d at which they are equal."


def reverse_fits(d: float) -> tuple[float, float]:
    """The smallest KL(q‖p) of a Gaussian q from a start between the modes at ±d/2, and from a start at one of them."""
    x = np.linspace(-15, 15, 601)
    log_p = np.logaddexp(-((x - d / 2) ** 2) / 2, -((x + d / 2) ** 2) / 2)

    def reverse(theta) -> float:
        return float(kl_from_logits(-(((x - theta[0]) / np.exp(theta[1])) ** 2) / 2, log_p))

    wide, narrow = (minimize(reverse, start).fun for start in ([0, 1], [d / 2, 0]))
    return float(wide), float(narrow)


def success_split(d) -> str:
    return f"d = {float(d):.2f}; the best mean jumps from 0 to 2.8, nearly the distance of a mode from 0."
