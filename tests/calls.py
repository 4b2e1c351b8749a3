"""A good call of every public function of arrays, and the library's ways to make an array of its arguments."""

from functools import partial

import numpy as np
import torch

import infotheory as it

PMF, OTHER = [0.5, 0.25, 0.25], [0.25, 0.25, 0.5]
JOINT = [[0.25, 0.125], [0.125, 0.5]]
CHANNEL = [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]
GUESS = [[0.75, 0.5], [0.25, 0.5]]
LOGITS, LOG_JOINT = [0.0, 1.0, -2.0], [-1.0, -2.0, -0.5]
SCORES = [[1.0, 0.0], [0.5, 2.0]]
COV, MEAN = [[2.0, 0.5], [0.5, 1.0]], [0.5, -1.0]

CALLS = {
    it.self_information: [PMF],
    it.entropy: [PMF],
    it.cross_entropy: [PMF, OTHER],
    it.kl_divergence: [PMF, OTHER],
    it.js_divergence: [PMF, OTHER],
    it.total_variation: [PMF, OTHER],
    it.joint: [PMF, CHANNEL],
    it.marginal: [JOINT],
    it.conditional: [JOINT],
    it.joint_entropy: [JOINT],
    it.conditional_entropy: [JOINT],
    it.mutual_information: [JOINT],
    it.pointwise_mutual_information: [JOINT],
    it.conditional_mutual_information: [[JOINT]],
    it.total_correlation: [JOINT],
    it.entropy_from_logits: [LOGITS],
    it.kl_from_logits: [LOGITS, LOG_JOINT],
    it.log_evidence: [LOG_JOINT],
    it.posterior: [LOG_JOINT],
    it.elbo: [LOG_JOINT, PMF],
    it.barber_agakov_bound: [JOINT, GUESS],
    it.mutual_information_bound: [LOG_JOINT, 0.5],
    it.infonce_bound: [SCORES],
    it.nwj_bound: [SCORES],
    it.gaussian_entropy: [COV],
    it.gaussian_kl: [MEAN, COV, [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]],
    partial(it.gaussian_mutual_information, dim_x=1): [COV],
    it.diagonal_gaussian_kl: [MEAN, [0.0, 0.5]],
}


def name_of(value) -> str | None:
    return getattr(getattr(value, "func", value), "__name__", None)


def numpy_of(value) -> np.ndarray:
    """The numbers of an array or tensor, in float64."""
    return value.detach().double().numpy() if torch.is_tensor(value) else np.asarray(value, np.float64)
