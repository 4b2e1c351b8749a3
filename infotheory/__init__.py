"""Information theory, exact on numpy and torch: the measures that the lectures derive and the models train on.

Conventions that hold for every function:

- The outcomes of a pmf lie on the last axis, or on `axis`, which is an int or a tuple. A joint pmf p(x, y) lies on the
  last two axes, with x in rows and y in columns. Axes before those are a batch, and the result keeps them.
- Values are in nats, and `base=2` gives bits. 0 · log 0 is 0.
- The result has the kind, dtype and device of the arguments. 16-bit floats are computed with in float32, and the result
  is rounded to their dtype. A list takes the dtype of the array beside it.
- A pmf that is empty, has a negative or NaN entry, or does not sum to 1 within sqrt(eps) of its dtype raises ValueError
  with the place and the value; so do pandas objects whose labels differ. Entries that are not real numbers, masked and
  sparse arrays, and numpy beside torch raise TypeError. `check=False` skips validating the entries; use it in inner
  loops.
- Gradients are never NaN. They are ±inf where the derivative diverges. Where a marginal is 0, the derivative depends on
  the direction. The one given is one-sided: only the probability of this cell rises.
"""

from importlib import import_module

from ._lazy import lazily
from .bounds import barber_agakov_bound, infonce_bound, mutual_information_bound, nwj_bound
from .derivation import Derivation, Step
from .divergences import cross_entropy, js_divergence, kl_divergence, kl_from_logits, total_variation
from .estimate import empirical_joint, empirical_pmf, miller_madow_entropy
from .evidence import elbo, log_evidence, posterior
from .gaussian import diagonal_gaussian_kl, gaussian_entropy, gaussian_kl, gaussian_mutual_information
from .measures import (
    co_information,
    conditional,
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    entropy_from_logits,
    joint,
    joint_entropy,
    marginal,
    mutual_information,
    pointwise_mutual_information,
    self_information,
    total_correlation,
)
from .tables import mutual_information_table

_LAZY = dict.fromkeys(("Proof", "Statement", "StatementError", "Verdict", "evaluate"), "statements")
_LAZY |= {room: room for room in ("explore", "report", "teaching")}
_load = lazily(__name__, _LAZY)[0]

__all__ = [
    "Derivation", "Proof", "Statement", "StatementError", "Step", "Verdict", "barber_agakov_bound", "co_information",
    "conditional", "conditional_entropy", "conditional_mutual_information", "cross_entropy", "diagonal_gaussian_kl",
    "elbo", "empirical_joint", "empirical_pmf", "entropy", "entropy_from_logits", "evaluate", "explore",
    "gaussian_entropy", "gaussian_kl", "gaussian_mutual_information", "infonce_bound", "joint", "joint_entropy",
    "js_divergence", "kl_divergence", "kl_from_logits", "log_evidence", "marginal", "miller_madow_entropy",
    "mutual_information", "mutual_information_bound", "mutual_information_table", "nwj_bound",
    "pointwise_mutual_information", "posterior", "report", "self_information", "teaching", "total_correlation",
    "total_variation",
]  # fmt: skip


def __getattr__(name: str):
    """Load the prover, the report and the version when they are first used."""
    if name == "__version__":
        return import_module("importlib.metadata").version("infotheory-of-disentanglement")
    return _load(name)


def __dir__() -> list[str]:
    """All names, also those that load when they are first used."""
    return sorted({*globals(), *_LAZY})
