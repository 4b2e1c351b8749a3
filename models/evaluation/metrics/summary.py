"""All scores of a model, at the reference's sample sizes."""

import os
import warnings
from collections.abc import Callable
from typing import Any

from tqdm.auto import tqdm

from .classifiers import dci, explicitness, sap
from .encoders import posterior_of
from .given import FOR_CLASSIFIERS, FOR_INFORMATION
from .information import active_modularity, continuous_mig, mig_per_factor, modularity
from .interventions import beta_vae_score_of, factor_vae_score_of
from .robustness import irs
from .sampling import codes_for, draw, images_of

MEANS_ALONE = (
    "continuous_mig is left out: it needs log-variances, and the encoder returns codes alone, not a pair of means and "
    "log-variances"
)


def scores(
    model, data, seed: int = 0, *, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """Every score of a model with `encode(images) -> (mean, log_variance)`, by name, at the reference's sample sizes.

    `model` may be any encoder and `data` any data set with known factors, see `metrics`. If the encoder returns codes
    alone, `continuous_mig` is left out with a warning, since it needs log-variances.

    The codes are posterior means of images of `data`, such as `Sprites`, drawn with replacement: 10,000 for scores of
    mutual information and `irs`, and 5,000 more for those that test a classifier. If `data` lists its images, they are
    drawn without replacement, all of them if there are fewer. `continuous_mig` has 20,000 different images.
    The two scores from interventions draw 15,000 points, of 128 and 64 images, from `n_images` different images; None
    means all, as in the reference. For two β-VAEs and five seeds, the means from 200,000 images and from all differ by
    .004 at most; single seeds scatter by .002 to .008. `booster` is that of `dci`. MIG comes with the gap of each
    factor, "mig[shape]" and so on.

    The model does not change; a copy of it is evaluated in eval mode on its device. Progress is shown unless
    TQDM_DISABLE is set. Raises ValueError for any other model or data, and as the scores do.
    """
    silent = bool(os.environ.get("TQDM_DISABLE"))
    posterior = posterior_of(model, data)
    images = images_of(data, n_images, seed)
    factor_names = getattr(data, "factor_names", range(len(data.factor_sizes)))
    places, factors = draw(data, FOR_CLASSIFIERS, seed)
    codes, log_variance = posterior(places)
    first = codes[:FOR_INFORMATION], factors[:FOR_INFORMATION]
    drawn = codes_for(lambda places: posterior(places)[0], images, silent=silent)
    measures: dict[str, Callable[[], Any]] = {
        "mig": lambda: mig_per_factor(*first),
        "sap": lambda: sap(codes, factors),
        "dci": lambda: dci(codes, factors, booster=booster),
        "modularity": lambda: modularity(*first),
        "explicitness": lambda: explicitness(codes, factors),
        "beta_vae": lambda: beta_vae_score_of(images, drawn, seed),
        "factor_vae": lambda: factor_vae_score_of(images, drawn, seed),
        "irs": lambda: irs(*first),
        "continuous_mig": lambda: continuous_mig(model, data, seed=seed),
        "active_modularity": lambda: active_modularity(*first),
    }
    if log_variance is None:
        del measures["continuous_mig"]
        warnings.warn(MEANS_ALONE, stacklevel=2)
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
