"""Bounds on mutual information and on log p(x)."""

from ._arrays import Array, as_arrays, check_no_nan, require_axes


def mutual_information_bound(log_q: Array, entropy_c: Array, *, check: bool = True) -> Array:
    """InfoGAN's lower bound L_I = H(c) + E[log Q(c|x)] <= I(c; x), from samples, in nats.

    `log_q` [..., n] holds log Q(c_i | x_i), at the very code c_i that made x_i; `entropy_c` is H(c) -> [...].
    The gap is E_x KL(p(c|x) ‖ Q(c|x)), so the bound is tight when Q is the posterior. For continuous codes
    log Q is a log density and H(c) a differential entropy.
    Raises ValueError for NaN and for no samples. Source: Chen et al. (2016), eq. 4-5; Barber & Agakov (2003).
    """
    xp, log_q, entropy_c = as_arrays(log_q, entropy_c)
    require_axes(log_q, 1, "log_q")
    if log_q.shape[-1] == 0:
        raise ValueError(f"log_q is empty: it has shape {tuple(log_q.shape)}, expected at least one sample")
    if check:
        check_no_nan(log_q, "log_q")
        check_no_nan(entropy_c, "entropy_c")
    return entropy_c + xp.mean(log_q, axis=-1)
