"""The exercises of further/04: probabilistic PCA, the gap of a diagonal encoder, and active latents."""

import numpy as np

from infotheory import Step
from infotheory.teaching.exercise import Exercise, ProofExercise

from ..solutions import further_04 as solutions

# ---- 1: the best decoder


def _covariances(sizes: list[tuple[int, int]], seed: int) -> list[tuple]:
    rng, cases = np.random.default_rng(seed), []
    for d, k in sizes:
        root = rng.normal(size=(d, 2 * d))
        cases.append((root @ root.T / (2 * d), k))
    return cases


def _decoder(subtract=True, variance_of=lambda small, d: small.mean(), largest=True, root=False):
    """A slip: probabilistic PCA with something changed."""

    def slip(covariance, k):
        values, vectors = np.linalg.eigh(covariance)
        order = np.argsort(values)[::-1] if largest else np.argsort(values)
        values, vectors = values[order], vectors[:, order]
        variance = variance_of(values[k:], len(values))
        scale = values[:k] - (variance if subtract else 0)
        U = vectors[:, :k]
        return variance, U * (np.sqrt(np.abs(scale)) if root else scale) @ U.T

    return slip


best_decoder = Exercise(
    task="σ² and WWᵀ of probabilistic PCA",
    answer=solutions.best_decoder,
    cases=[(np.diag([1.0, 4.0, 0.5, 0.3]), 2), *_covariances([(5, 2), (4, 1), (6, 3)], seed=0)],
    others=_covariances([(3, 1), (5, 3)], seed=1),
    hints=(
        "np.linalg.eigh returns the eigenvalues in ascending order, and the eigenvectors as columns.",
        "R cancels in WWᵀ, which is U (Λ - σ² I) Uᵀ.",
    ),
    slips={
        "σ² must still be subtracted from the k largest eigenvalues: WWᵀ = U(Λ − σ²I)Uᵀ.": _decoder(subtract=False),
        "Divide the sum of the eigenvalues that are left out by their number d − k.": _decoder(
            variance_of=lambda small, d: small.sum()
        ),
        "Divide by the number d − k of the eigenvalues that are left out, and not by d.": _decoder(
            variance_of=lambda small, d: small.sum() / d
        ),
        "These are the k smallest eigenvalues: eigh sorts them in ascending order.": _decoder(largest=False),
        "You use the square roots once: (Λ − σ²I)^½ occurs twice in WWᵀ.": _decoder(root=True),
    },
)

# ---- 2: the gap of the best diagonal encoder


def _precision(rng) -> np.ndarray:
    root = rng.normal(size=(3, 3))
    return root @ root.T + 0.2 * np.eye(3)


def _best_variances(rng) -> dict:
    precision = _precision(rng)
    return {"P": precision, "s2": 1 / np.diag(precision)}


def _other_variances(rng) -> dict:
    return {"P": _precision(rng), "s2": rng.gamma(2, 0.5, size=3) + 0.05}


def _both_ends(P, s2) -> tuple[float, float]:
    kl = (np.sum(P * np.diag(s2)) - 3 - np.log(s2).sum() - np.log(np.linalg.eigvalsh(P)).sum()) / 2
    return kl, np.log(np.diag(P) ** 3 / np.linalg.det(P)).sum() / 6


diagonal_gap = ProofExercise(
    task="the gap of the best diagonal encoder",
    answer=solutions.diagonal_gap,
    draw=_best_variances,
    otherwise=_other_variances,
    ends=_both_ends,
    hints=(
        "Both Gaussians have the same mean: the KL is ½(tr PS − k − log det S − log det P).",
        "Write the trace and the log-determinant of the diagonal S as sums. Only then insert s_j² = 1/P_jj.",
    ),
    slips={
        "without the assumption lines [4] fail": lambda: (solutions.diagonal_gap()[0], 2),
        "expected 4 or more": lambda: (solutions.diagonal_gap()[0][::4], 2),
        "your last line gives": lambda: ([*solutions.diagonal_gap()[0][:-1], Step("0", "=", lambda **_: 0.0, "0")], 4),
    },
)

# ---- 3: active latents

kl_of_latents = Exercise(
    task="the KL of each latent of a linear VAE",
    answer=solutions.kl_of_latents,
    unit="nats",
    cases=[
        (np.array([4.0, 0.5, 1.0, 9.0]), 0.25, 3),
        (np.array([4.0, 0.5, 1.0, 9.0]), 2.0, 3),
        (np.array([0.3, 7.0, 0.1]), 8.0, 2),
    ],
    others=[(np.array([2.0, 6.0, 0.4]), 1.0, 2), (np.array([0.2, 3.0, 1.5, 0.9]), 0.5, 3)],
    hints=("Use (11) for the k largest eigenvalues. The KL of a collapsed latent is 0.",),
    slips={
        "A KL is never negative: a latent whose eigenvalue is below σ² has collapsed, with KL 0.": lambda e, v, k: (
            np.log(np.sort(e)[::-1][:k] / v) / 2
        ),
        "The factor ½ is missing.": lambda e, v, k: 2 * solutions.kl_of_latents(e, v, k),
        "The eigenvalues come in any order: sort them, the largest first.": lambda e, v, k: (
            np.log(np.maximum(e[:k] / v, 1)) / 2
        ),
        "Return the largest KL first.": lambda e, v, k: solutions.kl_of_latents(e, v, k)[::-1],
        "That is ½ log(1 + λ/σ²), the capacity of a channel; λ already contains the noise.": lambda e, v, k: (
            np.log1p(np.sort(e)[::-1][:k] / v) / 2
        ),
    },
)
