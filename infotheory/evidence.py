"""The evidence log p(x), the posterior p(z|x) and the ELBO, exact on discrete latents.

The conventions are those of `infotheory`.
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
    """The log evidence log p(x) = log Σ_z p(x, z), at one fixed x.

    >>> log_joint = np.log([0.1, 0.2, 0.05])
    >>> np.round([log_evidence(log_joint), np.log(np.exp(log_joint).sum())], 6)
    array([-1.049822, -1.049822])

    `log_joint` [..., z] holds log p(x, z) in nats, -inf where p(x, z) = 0 -> [...]; -inf where all are 0.
    """
    xp, log_joint = as_arrays(log_joint)
    require_axes(log_joint, 1, "log_joint")
    check_keywords(base, check)
    if check:
        check_log_weights(log_joint, "log_joint")
    (log_joint,) = in_one_dtype(log_joint)
    return in_units(terms.logsumexp(xp, log_joint), base)[()]  # a 0-d array as a number, as in the other functions


@array_function
def posterior(log_joint: Array, *, check: bool = True) -> Array:
    """The posterior p(z|x) = p(x, z) / p(x). `log_joint` [..., z] holds log p(x, z) in nats -> [..., z].

    >>> log_joint = np.log([0.1, 0.2, 0.05])
    >>> np.allclose(posterior(log_joint), np.exp(log_joint) / np.exp(log_joint).sum())
    True
    """
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

    >>> log_joint, q = np.log([0.1, 0.2, 0.05]), np.array([0.5, 0.25, 0.25])
    >>> np.round([elbo(log_joint, q), (q * (log_joint - np.log(q))).sum()], 6)
    array([-1.262864, -1.262864])

    `log_joint` [..., z] in nats, `q` [..., z] a pmf -> [...]; -inf where q(z) > 0 = p(x, z) for some z.
    The bound is tight iff q is the posterior. Source: Jordan et al. (1999); Kingma & Welling (2014), eqs. 1-3.
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
