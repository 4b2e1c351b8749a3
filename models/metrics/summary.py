"""All scores of a model, at the reference's sample sizes."""

import copy
import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from ..model import Model
from ._checks import as_array, grid, parts, require_factors
from .classifiers import dci, explicitness, sap
from .information import active_modularity, continuous_mig, mig_per_factor, modularity
from .interventions import Images, beta_vae_score_of, factor_vae_score_of

Posterior = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]


def scores(
    model, data, seed: int = 0, *, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """Every score of a model with `encode(images) -> (mean, log_variance)`, by name, at the reference's sample sizes.

    `model` may also be any object whose `encode` gives codes alone, or a function from images to either; without
    log-variances there is no `continuous_mig`. `data` has `factor_sizes`, and `images(factors)` for integers [n, k].

    The codes are posterior means of images of `data`, such as `Sprites`, drawn with replacement: 10,000 for scores of
    mutual information, the same and 5,000 more for those that test a classifier. `continuous_mig` has 20,000 images,
    all different. The two scores from interventions draw their 15,000 points, of 128 and 64 images, from `n_images`
    different images; None is all, as in the reference. For two β-VAEs and five seeds, the means from 200,000 and from
    all differ by .004 at most, while single seeds scatter by .002 to .008. `booster` is that of `dci`. MIG
    comes with the gap of each factor, "mig[shape]" and so on.

    The model is left as it is, and read in eval mode on its device. Progress is shown unless TQDM_DISABLE is set.
    Raises ValueError for anything else, and as the scores do.
    """
    disable = bool(os.environ.get("TQDM_DISABLE"))
    posterior = _posterior(model, data)
    factor_names = getattr(data, "factor_names", range(len(data.factor_sizes)))
    rng = np.random.default_rng([seed, 2])
    factors = np.stack([rng.integers(size, size=15_000) for size in data.factor_sizes], axis=1)
    codes, log_variance = posterior(factors)
    first = codes[:10_000], factors[:10_000]
    different = grid(data.factor_sizes, 20_000, seed + 1)
    images = Images(lambda factors: posterior(factors)[0], data.factor_sizes, n_images, seed, disable=disable)
    steps: dict[str, Callable[[], Any]] = {
        "mig": lambda: mig_per_factor(*first),
        "sap": lambda: sap(codes, factors),
        "dci": lambda: dci(codes, factors, booster=booster),
        "modularity": lambda: modularity(*first),
        "explicitness": lambda: explicitness(codes, factors),
        "beta_vae": lambda: beta_vae_score_of(images, seed),
        "factor_vae": lambda: factor_vae_score_of(images, seed),
        "continuous_mig": lambda: continuous_mig(*posterior(different), different, seed=seed),
        "active_modularity": lambda: active_modularity(*first),
    }
    if log_variance is None:
        del steps["continuous_mig"]
    found: dict[str, float] = {}
    with tqdm(steps.items(), unit="score", disable=disable) as progress:
        for name, score in progress:
            progress.set_description(name)
            value = score()
            if name == "mig":
                found |= {"mig": float(value.mean())}
                found |= {f"mig[{factor}]": float(gap) for factor, gap in zip(factor_names, value, strict=True)}
            elif name == "dci":
                found |= {f"dci_{part}": v for part, v in value._asdict().items()}
            else:
                found[name] = value
    return found


def _posterior(model: Any, data: Any) -> Posterior:
    """A function of factors [n, k]: the mean and log-variance of q(z|x) of their images, each [n, d]."""
    encode, device = _encoder(model)
    batch_size = 64 if device.type == "cpu" else 4096  # what the cache holds, and what keeps a GPU busy
    require_factors(data)
    if isinstance(model, Model):
        first = torch.as_tensor(grid(data.factor_sizes, 4, 0), device=device)
        with warnings.catch_warnings():  # a likelihood's warning of grey pixels does not matter here
            warnings.simplefilter("ignore")
            model.check(data.images(first))

    @torch.no_grad()
    def posterior(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        means, log_variances = [], []
        for (some,) in parts(factors, size=4096):
            images = torch.as_tensor(data.images(torch.as_tensor(some, device=device))).to(device)
            for batch in images.split(batch_size):
                mean, log_variance = _mean_and_log_variance(encode(batch), len(batch))
                means.append(mean)
                log_variances.append(log_variance)
        known = log_variances[0] is not None
        return np.concatenate(means), np.concatenate(log_variances) if known else None

    return posterior


def _encoder(model: Any) -> tuple[Callable[[torch.Tensor], Any], torch.device]:
    """The function images -> posteriors of a model, of an object with `encode`, or itself; and where it computes.

    A network is copied and put into eval mode, with the memory format of the fastest convolutions on a CPU.
    """
    if isinstance(model, str):  # which has an encode of its own
        raise ValueError(f"found the name {model!r}, expected a model: load_pretrained({model!r})")
    owner, name = model, "encode"
    if not hasattr(model, "encode"):
        if isinstance(model, torch.nn.Module) or not callable(model):
            raise ValueError(
                f"found {type(model).__name__} without encode, expected a model of q(z|x), or a function that takes "
                "images to codes, or to their means and log-variances"
            )
        owner, name = getattr(model, "__self__", None), getattr(model, "__name__", "")
    if not isinstance(owner, torch.nn.Module):
        return (model.encode if owner is model else model), torch.device("cpu")
    device = next((parameter.device for parameter in owner.parameters()), torch.device("cpu"))
    return getattr(copy.deepcopy(owner).eval().to(memory_format=torch.channels_last), name), device


def _mean_and_log_variance(encoded: Any, n: int) -> tuple[np.ndarray, np.ndarray | None]:
    """What an encoder gave for n images, as float arrays [n, d]; no log-variance where it gives codes alone."""
    pair = encoded if isinstance(encoded, tuple | list) and len(encoded) == 2 else (encoded, None)
    mean, log_variance = (part if part is None else as_array(part) for part in pair)
    if mean.ndim != 2 or len(mean) != n or (log_variance is not None and log_variance.shape != mean.shape):
        shapes = " and ".join(str(part.shape) for part in (mean, log_variance) if part is not None)
        raise ValueError(
            f"found {shapes} from the encoder for {n} images, expected codes [n, d], or a pair of means and "
            "log-variances, each [n, d]"
        )
    return mean, log_variance
