"""Scores of disentanglement, of codes and of the factors that generated the images, or of an encoder and a data set.

    mig(codes, factors)     of numbers that you have
    mig(encoder, data)      of the images that `scores(encoder, data)` draws, so that it is its "mig"
    scores(encoder, data)   all of these at once

`codes` [n, d] are real numbers, usually posterior means. `factors` [n, k] are the levels of each factor: integers,
bools, or floats that are whole numbers. Arrays, tensors, tables and lists are accepted.
Every score is at most 1. All raise ValueError, with what was found and what is expected, for codes that are not finite,
factors that are not whole numbers, masked entries, lengths that differ, a constant factor, one latent if two are
compared, and fewer than 20 rows. A constant code is allowed: its mutual information with every factor is 0.

An encoder is a model or another object with `encode`, a torch module that takes images to codes, or a function of
images. It returns codes [n, d], or a pair of their means and log-variances: tensors on any device, arrays or lists. A
module is copied and put into eval mode on its own device; its images are moved there. A function or an object that is
no module gets tensors on the CPU. `data` is a grid of factors or a list of images:

    data.factor_sizes       the number of levels of each factor, such as (3, 6, 40, 32, 32); names in data.factor_names
    data.images(factors)    of a grid: the images [n, channels, height, width] of factors, int64 [n, k]
    data.levels             of a list: the levels of its images, integers [number of images, k], and
    data[rows]                  the images of rows, int64 [n]. Combinations may be missing or occur several times.

Scores of mutual information and `irs` see 10,000 images, and those with classifiers 15,000. A list of fewer images is
used whole, each image once.

The constants are disentanglement_lib's, so that scores compare with those of Locatello et al., Challenging Common
Assumptions in the Unsupervised Learning of Disentangled Representations (2019). `continuous_mig` and
`active_modularity` are extras of this package. `irs` is the library's formula without its count of active latents.

Each docstring states a ceiling, the score of codes that equal the factors, and a blind spot: what the score ignores. On
dSprites no encoder reaches the ceilings, since some factors give equal images: orientations 39 and 0 are the same, and
small rotations of small sprites change no pixel.

    information.py      mig, mig_per_factor, modularity, active_modularity, continuous_mig
    classifiers.py      sap, dci, explicitness
    interventions.py    beta_vae_score, factor_vae_score, on images that sampling.py draws
    robustness.py       irs
    given.py            from what a score is given to codes and factors
    encoders.py         from models, modules and functions of images to codes
    data_sets.py        what data must have
    summary.py          scores: all of these at once
"""

from .classifiers import DCI, dci, explicitness, sap
from .information import active_modularity, continuous_mig, mig, mig_per_factor, modularity
from .interventions import beta_vae_score, factor_vae_score
from .robustness import irs
from .summary import scores

__all__ = [
    "DCI", "active_modularity", "beta_vae_score", "continuous_mig", "dci", "explicitness", "factor_vae_score", "irs",
    "mig", "mig_per_factor", "modularity", "sap", "scores",
]  # fmt: skip
