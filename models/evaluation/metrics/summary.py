"""All scores of a model, at the reference's sample sizes."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from .classifiers import dci, explicitness, sap
from .encoders import posterior_of
from .information import active_modularity, continuous_mig, mig_per_factor, modularity
from .interventions import beta_vae_score_of, factor_vae_score_of
from .sampling import Images, codes_for, grid


def scores(
    model, data, seed: int = 0, *, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """Every score of a model with `encode(images) -> (mean, log_variance)`, by name, at the reference's sample sizes.

    `model` may also be an object whose `encode` returns codes alone, or a function from images to either; without
    log-variances there is no `continuous_mig`. `data` has `factor_sizes`, and `images(factors)` for integers [n, k].

    The codes are posterior means of images of `data`, such as `Sprites`, drawn with replacement: 10,000 for scores of
    mutual information, and 5,000 more for those that test a classifier. `continuous_mig` has 20,000 different images.
    The two scores from interventions draw 15,000 points, of 128 and 64 images, from `n_images` different images; None
    means all, as in the reference. For two β-VAEs and five seeds, the means from 200,000 images and from all differ by
    .004 at most; single seeds scatter by .002 to .008. `booster` is that of `dci`. MIG comes with the gap of each
    factor, "mig[shape]" and so on.

    The model does not change; a copy of it is evaluated in eval mode on its device. Progress is shown unless
    TQDM_DISABLE is set. Raises ValueError for any other model or data, and as the scores do.
    """
    silent = bool(os.environ.get("TQDM_DISABLE"))
    posterior = posterior_of(model, data)
    images = Images(data.factor_sizes, n_images, seed)
    factor_names = getattr(data, "factor_names", range(len(data.factor_sizes)))
    rng = np.random.default_rng([seed, 2])
    factors = np.stack([rng.integers(size, size=15_000) for size in data.factor_sizes], axis=1)
    codes, log_variance = posterior(factors)
    first = codes[:10_000], factors[:10_000]
    different = grid(data.factor_sizes, 20_000, seed + 1)
    drawn = codes_for(lambda factors: posterior(factors)[0], images, silent=silent)
    measures: dict[str, Callable[[], Any]] = {
        "mig": lambda: mig_per_factor(*first),
        "sap": lambda: sap(codes, factors),
        "dci": lambda: dci(codes, factors, booster=booster),
        "modularity": lambda: modularity(*first),
        "explicitness": lambda: explicitness(codes, factors),
        "beta_vae": lambda: beta_vae_score_of(images, drawn, seed),
        "factor_vae": lambda: factor_vae_score_of(images, drawn, seed),
        "continuous_mig": lambda: continuous_mig(*posterior(different), different, seed=seed),
        "active_modularity": lambda: active_modularity(*first),
    }
    if log_variance is None:
        del measures["continuous_mig"]
    found = {}
    with tqdm(measures.items(), unit="score", disable=silent) as progress:
        for name, measure in progress:
            progress.set_description(name)
            found |= _single_numbers(name, measure(), factor_names)
    return found


def _single_numbers(name: str, value: Any, factor_names) -> dict[str, float]:
    """A score by its name; MIG as its mean and the gap of each factor, and DCI as its three parts."""
    if name == "mig":
        gaps = {f"mig[{factor}]": float(gap) for factor, gap in zip(factor_names, value, strict=True)}
        return {"mig": float(value.mean())} | gaps
    if name == "dci":
        return {f"dci_{part}": score for part, score in value._asdict().items()}
    return {name: value}
