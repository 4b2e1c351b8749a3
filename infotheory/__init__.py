"""Information theory, exact on numpy and torch: the ground that the lectures and models stand on."""

from .gaussian import diagonal_gaussian_kl
from .measures import (
    conditional,
    conditional_entropy,
    conditional_mutual_information,
    cross_entropy,
    entropy,
    entropy_from_logits,
    joint,
    joint_entropy,
    js_divergence,
    kl_divergence,
    kl_from_logits,
    marginal,
    mutual_information,
    pointwise_mutual_information,
    self_information,
    total_correlation,
    total_variation,
)
from .variational import mutual_information_bound

__all__ = [
    "conditional",
    "conditional_entropy",
    "conditional_mutual_information",
    "cross_entropy",
    "diagonal_gaussian_kl",
    "entropy",
    "entropy_from_logits",
    "joint",
    "joint_entropy",
    "js_divergence",
    "kl_divergence",
    "kl_from_logits",
    "marginal",
    "mutual_information",
    "mutual_information_bound",
    "pointwise_mutual_information",
    "self_information",
    "total_correlation",
    "total_variation",
]
