"""How a reader Q and a generator are judged: every bound is computed anew, on pairs that the student never saw."""

import math

import numpy as np
import torch

import infotheory as it

# ---- a code with four values, seen through two coordinates

N_CODES, NOISE, NEAR = 4, 0.8, 0.05
_ANGLES = torch.arange(N_CODES) * 2 * math.pi / N_CODES
CENTRES = 2 * torch.stack([_ANGLES.cos(), _ANGLES.sin()], dim=1)


def turned(points: torch.Tensor, sign: float) -> torch.Tensor:
    """Each point turned about the origin by its radius in radians; the opposite sign is the inverse map."""
    angle = sign * points.norm(dim=1)
    x, y = points.T
    return torch.stack([angle.cos() * x - angle.sin() * y, angle.sin() * x + angle.cos() * y], dim=1)


def draw_pairs(n: int, generator: torch.Generator | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """n codes [n] in 0 … 3 and their points x = G(z, c) [n, 2]."""
    c = torch.randint(N_CODES, (n,), generator=generator)
    return c, turned(CENTRES[c] + NOISE * torch.randn(n, 2, generator=generator), 1.0)


def log_posterior(x: torch.Tensor) -> torch.Tensor:
    """log p(c|x) [n, 4]: the turn is invertible, and before it the codes are Gaussians."""
    squares = (turned(x, -1.0)[:, None] - CENTRES).square().sum(dim=2)
    return (-squares / (2 * NOISE**2)).log_softmax(dim=1)


@torch.no_grad()
def bound_and_gap(Q) -> tuple[float, float, torch.Tensor]:
    """L_I on 20,000 new pairs, E KL on the same pairs, and Q's output. Raises ValueError for a misshapen one."""
    c, x = draw_pairs(20_000, torch.Generator().manual_seed(20260707))
    found = Q(x)
    if not torch.is_tensor(found) or found.shape != (len(c), N_CODES):
        form = f"a tensor {list(found.shape)}" if torch.is_tensor(found) else f"a {type(found).__name__}"
        raise ValueError(f"your Q gives {form} for 20,000 points, expected logits [20000, 4].")
    log_q = found.double().log_softmax(dim=1)[range(len(c)), c]
    L_I = float(it.mutual_information_bound(log_q, math.log(N_CODES), check=False))
    return L_I, float((log_posterior(x)[range(len(c)), c] - log_q).mean()), found


def judge_reader(Q) -> str:
    if not callable(Q):
        return f"found a {type(Q).__name__}, expected a network: end your function with `return Q`."
    try:
        L_I, gap, found = bound_and_gap(Q)
    except ValueError as error:
        return str(error)
    if not math.isfinite(gap):
        return "L_I is not a finite number on new pairs: the training has diverged."
    if gap <= NEAR:
        return ""
    told = f"on new pairs L_I = {L_I:.3f} nats and I = {L_I + gap:.3f}, expected a gap of {NEAR} or less."
    if bool((found >= 0).all()) and torch.allclose(found.sum(dim=1), torch.ones(len(found)), atol=1e-4):
        return f"{told} Your Q returns probabilities: return logits, the softmax is applied here."
    if L_I < -0.5:
        return f"{told} Your Q is sure and often wrong. Did you train on a fixed set of pairs? Draw new ones."
    if L_I < 0.1:
        return f"{told} Your Q ignores the image, or is hardly trained. Do you minimise −L_I?"
    return f"{told} Use two hidden layers, or train for more steps."


# ---- a generator that reveals its code, and keeps its images

P_C, P_X = np.array([0.4, 0.6]), np.array([0.40, 0.25, 0.35])


def _q_of_three(Q) -> np.ndarray | str:
    Q = np.asarray(Q, dtype=float)
    if Q.shape != (2, 3) or not np.allclose(Q.sum(axis=0), 1) or (Q < 0).any():
        return f"found a Q of shape {Q.shape}, expected [2, 3] with columns that are pmfs."
    return Q


def joint_of(G) -> np.ndarray:
    """p(c, x) of a table G [24, 2]."""
    return P_C[:, None] * (np.asarray(G)[:, :, None] == np.arange(3)).mean(axis=0)


def judge_generator(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 2):
        return "expected two arrays: end your function with `return G, Q`."
    G, Q = np.asarray(result[0]), _q_of_three(result[1])
    if G.shape != (24, 2) or not np.isin(G, [0, 1, 2]).all():
        return f"found a G of shape {G.shape}, expected [24, 2] with the images 0, 1 and 2."
    if isinstance(Q, str):
        return Q
    p_cx = joint_of(G)
    if not np.allclose(p_cx.sum(axis=0), P_X, rtol=0, atol=1e-9):
        return f"your generator has p(x) = {p_cx.sum(axis=0).round(3).tolist()}, expected {P_X.tolist()}."
    H, I, L_I = it.entropy(P_C), it.mutual_information(p_cx), it.barber_agakov_bound(p_cx, Q)
    if I < H - 1e-9:
        shared = np.flatnonzero((p_cx > 0).all(axis=0)).tolist()
        return f"I = {I:.3f} nats is below H(c) = {H:.3f}: both codes generate the images {shared}."
    if L_I < H - 1e-9:
        return f"I equals H(c), but L_I = {L_I:.3f} nats is below: your Q is not the posterior."
    return ""


# ---- a reader that is accurate, and whose bound is negative


def accuracy_and_bound(result) -> tuple[float, float]:
    p_cx, Q = (np.asarray(part, dtype=float) for part in result)
    return float(p_cx[Q.argmax(axis=0), range(Q.shape[1])].sum()), float(it.barber_agakov_bound(p_cx, Q))


def judge_accurate(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 2):
        return "expected two arrays: end your function with `return p_cx, Q`."
    p_cx, Q = (np.asarray(part, dtype=float) for part in result)
    if p_cx.ndim != 2 or len(p_cx) != 2 or Q.shape != p_cx.shape:
        return f"found the shapes {p_cx.shape} and {Q.shape}, expected [2, images] for both."
    if (p_cx < 0).any() or not np.allclose(p_cx.sum(axis=1), 0.5):
        return f"the rows of p_cx sum to {p_cx.sum(axis=1).round(3).tolist()}, expected a fair code: 0.5 and 0.5."
    if (Q <= 0).any() or not np.allclose(Q.sum(axis=0), 1):
        return "the columns of Q must sum to 1 and hold no zero: with a zero the bound may be −∞."
    accuracy, L_I = accuracy_and_bound((p_cx, Q))
    if accuracy < 0.95:
        return f"your Q names the right code in {accuracy:.1%} of the images, expected 95 % or more."
    if L_I >= 0:
        return f"your Q is right in {accuracy:.1%} of the images, but L_I = {L_I:.3f} nats is not negative."
    return ""


# ---- a critic of two views

SHARED, BATCH, ENOUGH = 2.0, 256, 1.85  # nats that the views share, pairs in a batch, nats that a critic must reach
_RHO = math.sqrt(1 - math.exp(-SHARED))  # of each of two coordinates: I = -log(1 - ρ²)


def draw_views(n: int, generator: torch.Generator | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """n pairs of views x [n, 2] and y [n, 2]: correlated Gaussians, of which the first is turned."""
    first, noise = torch.randn(2, n, 2, generator=generator)
    return turned(first, 1.0), _RHO * first + math.sqrt(1 - _RHO**2) * noise


@torch.no_grad()
def infonce_of(critic) -> float | str:
    """The mean of InfoNCE over 40 new batches, or what is wrong with the scores.

    A part of each batch is scored again with its second views shuffled. So a critic gains nothing if it expects the
    true pairs on the diagonal, or compares the pairs of a batch with each other.
    """
    generator, bounds = torch.Generator().manual_seed(20260708), []
    for _ in range(40):
        x, y = draw_views(BATCH, generator)
        order = torch.randperm(BATCH, generator=generator)
        scores, part = critic(x, y), critic(x[:100], y[order[:100]])
        if not torch.is_tensor(scores) or scores.shape != (BATCH, BATCH):
            form = f"a tensor {list(scores.shape)}" if torch.is_tensor(scores) else f"a {type(scores).__name__}"
            return f"your critic gives {form} for {BATCH} pairs, expected scores [{BATCH}, {BATCH}]."
        if not bool(scores.isfinite().all()):
            return "the scores are not finite: the training has diverged."
        if not torch.allclose(part, scores[:100, order[:100]], rtol=1e-3, atol=1e-3):
            return "score [i, j] must depend on x_i and y_j alone, and not on the batch or their places in it."
        bounds.append(float(it.infonce_bound(scores.double())))
    return float(np.mean(bounds))


def judge_critic(critic) -> str:
    if not callable(critic):
        return f"found a {type(critic).__name__}, expected a critic: end your function with `return critic`."
    found = infonce_of(critic)
    if isinstance(found, str):
        return found
    if found >= ENOUGH:
        return ""
    told = f"on new pairs InfoNCE is {found:.2f} nats, expected {ENOUGH} or more."
    if found < 0.2:
        return f"{told} The critic is hardly trained. Are the true pairs on the diagonal, and is −InfoNCE minimised?"
    return f"{told} Use hidden layers for both views, more steps, or larger batches."


def success_critic(found) -> str:
    return f"on new batches of {BATCH} pairs InfoNCE is {infonce_of(found):.2f} nats; I is {SHARED:.2f}, log K 5.55."


def success_accurate(result) -> str:
    return "Q is right in {:.1%} of the images, and L_I = {:.3f} nats.".format(*accuracy_and_bound(result))


def success_reader(Q) -> str:
    return "on new pairs L_I = {:.3f} nats, and E KL = {:.3f} is missing to I.".format(*bound_and_gap(Q))


def success_generator(result) -> str:
    return f"p(x) is still {P_X.tolist()}, and L_I = H(c) = {it.entropy(P_C):.3f} nats. A discriminator sees no change."
