"""The scores of disentanglement, `models.evaluation.metrics`, under the name by which they are imported."""

from ..evaluation import metrics as _scores
from ..evaluation.metrics import *  # noqa: F403

__all__ = _scores.__all__
__doc__ = _scores.__doc__
