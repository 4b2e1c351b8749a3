"""Many runs: a recipe's model for every setting and seed, measured, in one table that can be continued.

runs.py       one run: its settings, its files, its training and its numbers
sweeping.py   all runs of a sweep, on the workers of joblib or Dask, or side by side on one GPU
"""

from infotheory._lazy import lazily

_WHERE = {"sweep": "sweeping"}

__all__ = list(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
