"""Scores of disentanglement: pure functions of codes and of the factors that generated the images.

`codes` [n, d] are real numbers, usually posterior means. `factors` [n, k] are the levels of each factor: integers,
bools, or floats that are whole numbers. Arrays, tensors, tables and lists are accepted.
Every score is at most 1. All raise ValueError, with what was found and what is expected, for codes that are not finite,
factors that are not whole numbers, masked entries, lengths that differ, a constant factor, one latent if two are
compared, and fewer than 20 rows. A constant code is allowed: its mutual information with every factor is 0.

The constants are disentanglement_lib's, so that scores compare with those of Locatello et al., Challenging Common
Assumptions in the Unsupervised Learning of Disentangled Representations (2019). `continuous_mig` and
`active_modularity` are not part of that study.

Each docstring states a ceiling, the score of codes that equal the factors, and a blind spot: what the score ignores. On
dSprites no encoder reaches the ceilings, since some factors give equal images: orientations 39 and 0 are the same, and
small rotations of small sprites change no pixel.

    information.py      mig, mig_per_factor, modularity, active_modularity, continuous_mig
    classifiers.py      sap, dci, explicitness
    interventions.py    beta_vae_score, factor_vae_score, on images that sampling.py draws
    encoders.py         from models and functions of images to codes
    summary.py          scores: all of these at once
"""

from .classifiers import DCI, dci, explicitness, sap
from .information import active_modularity, continuous_mig, mig, mig_per_factor, modularity
from .interventions import beta_vae_score, factor_vae_score
from .summary import scores

__all__ = [
    "DCI", "active_modularity", "beta_vae_score", "continuous_mig", "dci", "explicitness", "factor_vae_score", "mig",
    "mig_per_factor", "modularity", "sap", "scores",
]  # fmt: skip
