"""Many runs: a recipe's model for every setting and seed, measured, in one table that can be continued.

runs.py            one run: its settings, its files, its training and its numbers
sweeping.py        all runs of a sweep, on the workers of joblib or Dask, or side by side on one GPU
studies.py         models × strengths × seeds, measured by every score
comparison.py      what decides a score: shares of its variance, and rank correlations
study_figures.py   the figures of a study
"""

from infotheory._lazy import lazily

_WHERE = {
    "explained": "comparison", "read_study": "studies", "save_figures": "study_figures", "study": "studies",
    "sweep": "sweeping",
}  # fmt: skip

__all__ = list(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
