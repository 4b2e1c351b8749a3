"""What decides a score? Shares of its variance and rank correlations, from the rows of a study."""

from collections.abc import Sequence

import numpy as np

from .sweeping import Row

SCORES = {
    "mig": "MIG", "sap": "SAP", "dci_disentanglement": "DCI: D", "modularity": "modularity",
    "explicitness": "explicitness", "beta_vae": "β-VAE score", "factor_vae": "FactorVAE score", "irs": "IRS",
}  # fmt: skip


def explained(scores: Sequence[float], *groups: Sequence) -> float:
    """The share of the variance of `scores` that lies between groups: runs that are equal in all of `groups`.

        R² = Σ_g n_g (mean of g - mean)² / Σ_i (score_i - mean)²    in [0, 1]

    Groups of one model, and of one model and strength, leave the rest to the seed. If the scores do not depend on the
    groups, the expectation of R² is (number of groups - 1) / (number of runs - 1). R² is 0 if all scores are equal.
    Raises ValueError if the lengths differ. Source: Locatello et al. (2019), §5.4.
    """
    values = np.asarray(scores, float)
    if not groups or any(len(group) != len(values) for group in groups):
        raise ValueError(
            f"found {len(values)} scores and groups of {', '.join(str(len(group)) for group in groups) or 'nothing'}, "
            "expected a group for each score"
        )
    members: dict[tuple, list[int]] = {}
    for i, of in enumerate(zip(*groups, strict=True)):
        members.setdefault(of, []).append(i)
    deviations = values - values.mean()
    between = sum(deviations[own].sum() ** 2 / len(own) for own in members.values())
    total = (deviations**2).sum()
    return float(between / total) if total > 0 else 0.0


def shares(rows: Sequence[Row], score: str) -> tuple[float, float, float]:
    """The shares of a score's variance by model, by strength within a model, and by seed; they sum to 1."""
    values, models, strengths = ([row[column] for row in rows] for column in (score, "model", "strength"))
    of_model, of_both = explained(values, models), explained(values, models, strengths)
    return of_model, of_both - of_model, 1 - of_both


def rank_correlations(rows: Sequence[Row]) -> np.ndarray:
    """Spearman's rank correlation of each pair of scores, over all runs: [scores, scores]; nan of a constant score."""
    from scipy.stats import rankdata

    ranks = np.array([rankdata(column(rows, score)) for score in SCORES])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.corrcoef(ranks)


def medians(rows: list[Row]) -> list[Row]:
    """The median of each score by model."""
    found = []
    for name in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == name]
        of_scores = {label: float(np.median(column(own, score))) for score, label in SCORES.items()}
        found.append({"median of": name} | of_scores)
    return found


def variances(rows: list[Row]) -> list[Row]:
    """The shares of each score's variance, and its mean rank correlation with the other scores."""
    others = ~np.eye(len(SCORES), dtype=bool)
    correlations = rank_correlations(rows)
    found = []
    for i, (score, label) in enumerate(SCORES.items()):
        of_model, of_strength, of_seed = shares(rows, score)
        mean = float(correlations[i, others[i]].mean())
        found.append({"variance of": label, "model": of_model, "strength": of_strength, "seed": of_seed,
                      "rank correlation with others": mean})  # fmt: skip
    return found


def column(rows: Sequence[Row], name: str) -> np.ndarray:
    """The numbers of a column of the table."""
    return np.array([row[name] for row in rows], float)
