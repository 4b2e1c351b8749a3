"""Convert a model, an object with `encode` or a function of images to a function from factors to codes."""

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ...data.images import as_images, require_images
from ...data.sprites import Sprites
from ...model import Model
from ._checks import as_array, as_tensor_or_array, parts, require_factors
from .sampling import grid

Posterior = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray | None]]


def codes_of(represent: Any, data: Any) -> Callable[[np.ndarray], Any]:
    """A function from factors [n, k] to the codes of their images.

    The codes of a model, or of an object with `encode`, are its posterior means, as in `scores`. Any other function is
    called with the result of `data.images`.
    """
    network = isinstance(getattr(represent, "__self__", None), torch.nn.Module)
    if network or hasattr(represent, "encode") or isinstance(represent, type) or not callable(represent):
        posterior = posterior_of(represent, data)
        return lambda factors: posterior(factors)[0]

    def codes(factors: np.ndarray) -> Any:
        found = represent(data.images(factors))
        return found[0] if isinstance(found, tuple) and len(found) == 2 else found

    return codes


def posterior_of(model: Any, data: Any) -> Posterior:
    """A function from factors [n, k] to the mean and log-variance of q(z|x) of their images, each [n, d].

    Sprites are rendered on the model's device. Other data get the factors on the CPU, and their images are moved.
    """
    encode, device = _encoder(model)
    batch_size = 64 if device.type == "cpu" else 4096  # the first fits the cache, the second keeps a GPU busy
    require_factors(data)
    rendered_on = device if isinstance(data, Sprites) else torch.device("cpu")
    if isinstance(model, Model):
        first = torch.as_tensor(grid(data.factor_sizes, 4, 0), device=rendered_on)
        with warnings.catch_warnings():  # a likelihood's warning of grey pixels does not matter here
            warnings.simplefilter("ignore")
            model.check(as_images(data.images(first)))

    @torch.no_grad()
    def posterior(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        means, log_variances = [], []
        for (some,) in parts(factors, size=4096):
            images = torch.as_tensor(data.images(torch.as_tensor(some, device=rendered_on))).to(device)
            if isinstance(model, Model):
                require_images(images, model.pixels)  # `encode` does not check, since it would wait for the device
            for batch in images.split(batch_size):
                mean, log_variance = _mean_and_log_variance(encode(batch), len(batch))
                means.append(mean)
                log_variances.append(log_variance)
        return _joined(means), None if log_variances[0] is None else _joined(log_variances)

    return posterior


def _encoder(model: Any) -> tuple[Callable[[torch.Tensor], Any], torch.device]:
    """The function from images to posteriors: `encode`, or the given function itself; and its device.

    A network is copied and put into eval mode, in the memory format that is fastest for convolutions on a CPU.
    """
    if isinstance(model, str):  # a str has an `encode`, too
        raise ValueError(f"found the name {model!r}, expected a model: load_pretrained({model!r})")
    if isinstance(model, type):
        raise ValueError(f"found the class {model.__name__}, expected a model: make one, {model.__name__}(…)")
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


def _joined(batches: list[torch.Tensor] | list[np.ndarray]) -> np.ndarray:
    """The codes of all batches as one array [n, d]; tensors are copied from their device once."""
    tensors = isinstance(batches[0], torch.Tensor)
    return as_array(torch.cat(batches)) if tensors else np.concatenate(batches)


def _mean_and_log_variance(encoded: Any, n: int) -> tuple[Any, Any]:
    """An encoder's output for n images, each [n, d]; the log-variance is None if it returns codes alone."""
    pair = encoded if isinstance(encoded, tuple | list) and len(encoded) == 2 else (encoded, None)
    mean, log_variance = (part if part is None else as_tensor_or_array(part) for part in pair)
    if mean.ndim != 2 or len(mean) != n or (log_variance is not None and log_variance.shape != mean.shape):
        shapes = " and ".join(str(tuple(part.shape)) for part in (mean, log_variance) if part is not None)
        raise ValueError(
            f"found {shapes} from the encoder for {n} images, expected codes [n, d], or a pair of means and "
            "log-variances, each [n, d]"
        )
    return mean, log_variance
