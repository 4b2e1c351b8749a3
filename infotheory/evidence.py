"""The evidence log p(x), the posterior p(z|x) and the ELBO, exact on discrete latents.

Values are in nats, and `base=2` gives bits. Batch axes come first. Shapes that do not match, NaN, and arrays that are
not pmfs where pmfs are expected raise ValueError. `check=False` skips validating the entries; use it in inner loops.
"""

from ._arrays import terms
from ._arrays.arguments import array_function, in_units
from ._arrays.checks import (
    check_keywords,
    check_log_weights,
    check_logits,
    check_pmf,
    require_axes,
    require_same_outcomes,
)
from ._arrays.inputs import Array, as_arrays, in_one_dtype


@array_function
def log_evidence(log_joint: Array, *, base: float | None = None, check: bool = True) -> Array:
    """log p(x) = log Σ_z p(x, z), at one fixed x.

    `log_joint` [..., z] holds log p(x, z) in nats, -inf where it is impossible -> [...]; -inf where all are.
    """
    xp, log_joint = as_arrays(log_joint)
    require_axes(log_joint, 1, "log_joint")
    check_keywords(base, check)
    if check:
        check_log_weights(log_joint, "log_joint")
    (log_joint,) = in_one_dtype(log_joint)
    return in_units(terms.logsumexp(xp, log_joint), base)[()]  # of one distribution a number, as elsewhere


@array_function
def posterior(log_joint: Array, *, check: bool = True) -> Array:
    """p(z|x) = p(x, z) / p(x), by Bayes' rule. `log_joint` [..., z] holds log p(x, z) in nats -> [..., z]."""
    xp, log_joint = as_arrays(log_joint)
    require_axes(log_joint, 1, "log_joint")
    check_keywords(None, check)
    if check:
        check_logits(log_joint, "log_joint")
    (log_joint,) = in_one_dtype(log_joint)
    return xp.exp(terms.log_softmax(xp, log_joint))


@array_function
def elbo(log_joint: Array, q: Array, *, base: float | None = None, check: bool = True) -> Array:
    """ELBO Σ_z q(z) log (p(x, z) / q(z)) = log p(x) - KL(q(z) ‖ p(z|x)) <= log p(x).

    `log_joint` [..., z] in nats, `q` [..., z] a pmf -> [...]; -inf where q puts weight on an impossible z.
    Tight iff q is the posterior. Source: Jordan et al. (1999); Kingma & Welling (2014), eq. 2-3.
    """
    _, log_joint, q = as_arrays(log_joint, q)
    require_axes(log_joint, 1, "log_joint")
    require_axes(q, 1, "q")
    require_same_outcomes(log_joint, q, (-1,), ("log_joint", "q"))
    check_keywords(base, check)
    if check:
        check_log_weights(log_joint, "log_joint")
        check_pmf(q, (-1,), "q")
    log_joint, q = in_one_dtype(log_joint, q)
    return in_units(terms.elbo.sum((-1,), q, log_joint), base)
