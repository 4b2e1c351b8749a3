"""Scores of disentanglement: each a pure function of codes and the factors behind them, and what each cannot see.

`codes` [n, d] are real numbers, most often posterior means; `factors` [n, k] are integers, the levels of each factor,
or bools, or floats that are whole. Arrays, tensors, tables and lists are taken.
Every score is at most 1. All of them raise ValueError, saying what was found and what is expected, for codes that are
not finite, factors that are not whole numbers, masked entries, lengths that differ, a constant factor, one latent where
two are compared, and fewer than 20 rows. A constant code is no error: it is a latent without information, whose mutual
information is 0.

The constants are disentanglement_lib's, so that numbers compare with those of Locatello et al., Challenging Common
Assumptions in the Unsupervised Learning of Disentangled Representations (2019). Two extras are none of that study's:
`continuous_mig` and `active_modularity`.

Ceilings on dSprites: orientation 39 is orientation 0, and small sprites turned a little give one image. No encoder
can tell these apart, so even the best stays below the ceilings named here, which are those of codes that know every
factor.
"""

from .classifiers import DCI, dci, explicitness, sap
from .information import active_modularity, continuous_mig, mig, mig_per_factor, modularity
from .interventions import beta_vae_score, factor_vae_score
from .summary import scores

__all__ = [
    "DCI",
    "active_modularity",
    "beta_vae_score",
    "continuous_mig",
    "dci",
    "explicitness",
    "factor_vae_score",
    "mig",
    "mig_per_factor",
    "modularity",
    "sap",
    "scores",
]
