"""How codes are judged: an entangled one by its MIG and its shared latents, one of positions by its actions."""

from collections.abc import Callable

import numpy as np

from ...evaluation import metrics
from ...evaluation.metrics.information import entropies, mutual_informations
from ..known_codes import NAMES, Factors, draw_factors

ENOUGH, SHARE, MIXED = 0.6, 0.25, 4  # the least MIG; the share of an entropy that counts; factors that must be mixed
N = 20_000


def shares(codes: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """I(z_j; v_k) / H(v_k) of each latent and factor, [d, k], as MIG estimates them."""
    return mutual_informations(codes, factors) / entropies(factors)


def partners(share: np.ndarray) -> np.ndarray:
    """For each factor, the smaller of two shares of its leading latent: its own, and the largest of another factor."""
    found = []
    for k in range(share.shape[1]):
        leading = share[share[:, k].argmax()]
        found.append(min(leading[k], np.delete(leading, k).max()))
    return np.array(found)


def code_of(represent: Callable, factors: np.ndarray) -> np.ndarray:
    return np.asarray(represent(factors.copy()), float)


def judge_entangled(represent) -> str:
    if not callable(represent):
        return "expected a function of factors [n, 5]: end your function with `return represent`."
    v = draw_factors(N, seed=20261010)
    z = code_of(represent, v)
    if z.ndim != 2 or len(z) != N or not np.isfinite(z).all():
        return f"your code of {N:,} images has the shape {z.shape}, expected finite numbers [{N}, d]."
    if z.shape[1] < 2:
        return f"found {z.shape[1]} latent, expected two latents or more; further latents may be constant."
    noise = 0.1 * z.std(axis=0).max()  # so much is allowed, for collapsed latents
    if abs(code_of(represent, v) - z).max() > noise:
        return "its code of an image changes from call to call, expected a function of the factors alone."
    if abs(code_of(represent, v[N // 2 :]) - z[N // 2 :]).max() > noise:
        return "its code of an image depends on the other images, expected a function of this image's factors."
    gaps = metrics.mig_per_factor(z, v)
    if gaps.mean() <= ENOUGH:
        lowest = int(gaps.argmin())
        return (
            f"the MIG of your code is {gaps.mean():z.2f}, expected more than {ENOUGH}. The smallest gap is that of "
            f"{NAMES[lowest]}, {gaps[lowest]:z.2f}: is it encoded, and by one latent alone?"
        )
    mixed = int((partners(shares(z, v)) >= SHARE).sum())
    if mixed < MIXED:
        return (
            f"the MIG of your code is {gaps.mean():.2f}, but for {mixed} of the five factors the leading latent "
            f"carries a quarter of two entropies, expected {MIXED}. A person would call a part of it disentangled."
        )
    return ""


def sentence_of_entangled(represent) -> str:
    v = draw_factors(N, seed=20261010)
    z = code_of(represent, v)
    mixed = int((partners(shares(z, v)) >= SHARE).sum())
    vote = metrics.factor_vae_score(
        lambda factors: code_of(represent, factors), Factors(), n_train=1_000, n_test=500, n_images=20_000
    )
    return (
        f"MIG = {metrics.mig(z, v):.2f} on new factors, although {mixed} of five factors share their latent.\n"
        f"  The FactorVAE score of your code is {vote:.2f}, and its modularity {metrics.modularity(z, v):.2f}."
    )


# ---- a code for the shifts (a, 3a) and (0, b) of 32 × 32 positions

STATES = np.stack(np.unravel_index(np.arange(1024), (32, 32)), axis=1)
SHIFTS = [((a, 3 * a), [2, 3], "(a, 3a) moves the last") for a in (1, 5, 12)]  # shift, latents that it must not move
SHIFTS += [((0, b), [0, 1], "(0, b) moves the first") for b in (1, 5, 12)]


def action(represent: Callable, shift: tuple[int, int]) -> tuple[np.ndarray, float]:
    """The matrix [4, 4] that best moves the codes by a shift, and its largest error, relative to the largest code."""
    z, moved = code_of(represent, STATES), code_of(represent, (STATES + np.array(shift)) % 32)
    matrix = np.linalg.lstsq(z, moved, rcond=None)[0].T
    return matrix, abs(moved - z @ matrix.T).max() / abs(z).max()


def judge_of_shifts(represent) -> str:
    if not callable(represent):
        return "expected a function of states [n, 2]: end your function with `return represent`."
    z = code_of(represent, STATES)
    if z.shape != (1024, 4) or not np.isfinite(z).all():
        return f"your code of the 1,024 states has the shape {z.shape}, expected [1024, 4]."
    different = len(np.unique(z.round(6), axis=0))
    if different < 1024:
        return f"of the 1,024 states, {different} have different codes, expected all of them."
    for shift, fixed, names in SHIFTS:
        matrix, error = action(represent, shift)
        if error > 1e-6:
            return f"no matrix moves the codes by the shift {shift}: the best one has an error of {error:.1%}."
        change = abs(matrix[fixed] - np.eye(4)[fixed]).max()
        if change > 1e-6:
            return f"{names} two latents: at {shift} the largest change of an entry is {change:.2f}."
    return ""


def sentence_of_shifts(represent) -> str:
    largest = max(action(represent, tuple(shift))[1] for shift in STATES[::37])
    return (
        f"every shift acts by a matrix, with an error of at most {largest:.0e}.\n"
        "  The shifts (a, 3a) move the first block alone, and the shifts (0, b) the second block alone."
    )
