"""Entropy, divergence and mutual information of Gaussians, in closed form."""

from ._arrays import Array, as_arrays, check_no_nan


def diagonal_gaussian_kl(mean: Array, log_variance: Array, *, check: bool = True) -> Array:
    """KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² - log σ² - 1) for each latent, in nats.

    `mean` and `log_variance` [..., latents] -> [..., latents]; sum over the last axis for the whole KL.
    Written as ½ (μ² + expm1(log σ²) - log σ²), which keeps its precision near the prior and is never negative.
    Raises ValueError for shapes that differ and for NaN. Source: Kingma & Welling (2014), appendix B.
    """
    xp, mean, log_variance = as_arrays(mean, log_variance)
    if mean.shape != log_variance.shape:
        raise ValueError(
            f"found mean of shape {tuple(mean.shape)} and log_variance of shape {tuple(log_variance.shape)}, "
            "expected the same shape"
        )
    if check:
        check_no_nan(mean, "mean")
        check_no_nan(log_variance, "log_variance")
    return (mean**2 + (xp.expm1(log_variance) - log_variance)) / 2
