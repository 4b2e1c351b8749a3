"""Convert a model, a network, an object with `encode` or a function of images to a function from images to codes."""

import copy
import re
import warnings
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
import torch

from ...data.images import as_images, require_images
from ...data.sprites import Sprites
from ...model import Model
from ._checks import as_array, as_tensor_or_array, parts
from .data_sets import Places, images_at, is_listed, require_factors
from .sampling import grid

Posterior = Callable[[Places], tuple[np.ndarray, np.ndarray | None]]
OTHER_DEVICE = re.compile(  # in what torch says of images on the CPU and weights on an accelerator
    "same device|expected device|is on \\w+.* but expected|Placeholder storage|weight type \\S*(cuda|mps|xpu)", re.I
)


def is_encoder(thing: Any) -> bool:
    """Whether this is, or names, something that encodes images, rather than codes."""
    if isinstance(thing, str | type) or callable(thing):
        return True
    return hasattr(thing, "encode") and not hasattr(thing, "to_numpy")  # a table may have such a column


def encodes(encoder: Any, data: Any) -> bool:
    """Whether an encoder and a data set are given, rather than codes and factors. ValueError for one of each kind."""
    if is_encoder(encoder):
        require_object(encoder)
        require_factors(data)
        return True
    if hasattr(data, "factor_sizes"):
        found = f"the class {data.__name__}" if isinstance(data, type) else f"a {type(data).__name__}"
        raise ValueError(
            f"found a {type(encoder).__name__} as encoder of {found}, expected codes and their factors, or an encoder "
            "and a data set: give the model, or the function that takes images to codes"
        )
    return False


def require_object(model: Any) -> None:
    """Raise ValueError for the name or the class of a model."""
    if isinstance(model, str):  # a str has an `encode`, too
        raise ValueError(f"found the name {model!r}, expected a model: load_pretrained({model!r})")
    if isinstance(model, type):
        raise ValueError(f"found the class {model.__name__}, expected a model: make one, {model.__name__}(…)")


def codes_of(represent: Any, data: Any) -> Callable[[Places], Any]:
    """A function from factors [n, k], or rows [n] of a data set that lists its images, to the codes of the images.

    The codes of a model, a network or an object with `encode` are its posterior means, as in `scores`. Any other
    function is called with the images as `data` gives them.
    """
    network = any(isinstance(part, torch.nn.Module) for part in (represent, getattr(represent, "__self__", None)))
    if network or hasattr(represent, "encode") or isinstance(represent, type) or not callable(represent):
        posterior = posterior_of(represent, data)
        return lambda places: posterior(places)[0]

    def codes(places: Places) -> Any:
        return _pair(_called(represent, images_at(data, places)))[0]

    return codes


def posterior_of(model: Any, data: Any) -> Posterior:
    """A function from factors [n, k], or rows [n] of a data set that lists its images, to their posteriors.

    A posterior q(z|x) is a mean and a log-variance, each [n, d], or a mean and None if the encoder gives codes alone.
    Sprites are rendered on the model's device. Other data get factors on the CPU, and their images are moved.
    """
    encode, device = _encoder(model)
    batch_size = 64 if device.type == "cpu" else 4096  # the first fits the cache, the second keeps a GPU busy
    require_factors(data)
    rendered_on = device if isinstance(data, Sprites) else torch.device("cpu")
    if isinstance(model, Model):
        first = np.arange(min(4, len(data.levels))) if is_listed(data) else grid(data.factor_sizes, 4, 0)
        with warnings.catch_warnings():  # a likelihood's warning of grey pixels does not matter here
            warnings.simplefilter("ignore")
            model.check(as_images(images_at(data, torch.as_tensor(first, device=rendered_on))))

    @torch.no_grad()
    def posterior(places: Places) -> tuple[np.ndarray, np.ndarray | None]:
        means, log_variances = [], []
        for (some,) in parts(places, size=4096):
            images = torch.as_tensor(images_at(data, torch.as_tensor(some, device=rendered_on))).to(device)
            if isinstance(model, Model):
                require_images(images, model.pixels)  # `encode` does not check, since it would wait for the device
            for batch in images.split(batch_size):
                mean, log_variance = _mean_and_log_variance(_called(encode, batch), len(batch))
                means.append(mean)
                log_variances.append(log_variance)
        return _joined(means), None if log_variances[0] is None else _joined(log_variances)

    return posterior


def _encoder(model: Any) -> tuple[Callable[[torch.Tensor], Any], torch.device]:
    """The function from images to posteriors: `encode`, `forward`, or the given function itself; and its device.

    A network is copied and put into eval mode, in the memory format that is fastest for convolutions on a CPU.
    """
    require_object(model)
    owner, name = model, "encode"
    if not hasattr(model, "encode"):
        if isinstance(model, torch.nn.Module):
            name = "__call__"
        else:
            owner, name = getattr(model, "__self__", None), getattr(model, "__name__", "")
        without_forward = getattr(getattr(model, "forward", None), "__func__", None) is torch.nn.Module.forward
        if without_forward or not callable(model):
            hint = ""
            if hasattr(model, "transform"):
                hint = ": of scikit-learn, lambda images: model.transform(images.flatten(1).numpy())"
            elif hasattr(model, "shape"):
                hint = ": of codes and factors that you have, a single score, such as mig(codes, factors)"
            raise ValueError(
                f"found {type(model).__name__} without encode, expected a model of q(z|x), or a function that takes "
                f"images to codes, or to their means and log-variances{hint}"
            )
    if not isinstance(owner, torch.nn.Module):
        return (model.encode if owner is model else model), torch.device("cpu")
    device = next((values.device for values in chain(owner.parameters(), owner.buffers())), torch.device("cpu"))
    return getattr(copy.deepcopy(owner).eval().to(memory_format=torch.channels_last), name), device


def _called(encode: Callable[[Any], Any], images: Any) -> Any:
    """What an encoder returns. Raises ValueError if its weights are on a different device from the images.

    Other errors are the encoder's own; they get a note of the images that it was given.
    """
    try:
        return encode(images)
    except RuntimeError as error:
        if not OTHER_DEVICE.search(str(error)):
            found = f"{tuple(np.shape(images))} of {getattr(images, 'dtype', type(images).__name__)}"
            error.add_note(f"The encoder was given images {found}.")
            raise
        raise ValueError(
            f"found images on {getattr(images, 'device', 'cpu')} and tensors of the encoder elsewhere, expected one "
            "device: give the network itself, whose tensors are parameters or buffers, or move the images, as in "
            "lambda images: network(images.to(device))"
        ) from None


def _joined(batches: list[torch.Tensor] | list[np.ndarray]) -> np.ndarray:
    """The codes of all batches as one array [n, d]; tensors are copied from their device once."""
    tensors = isinstance(batches[0], torch.Tensor)
    return as_array(torch.cat(batches)) if tensors else np.concatenate(batches)


def _pair(encoded: Any) -> tuple[Any, Any]:
    """An encoder's output as means and log-variances, which are None if it returns codes alone."""
    is_pair = isinstance(encoded, tuple | list) and len(encoded) == 2
    if is_pair and isinstance(encoded, list) and all(np.ndim(part) == 1 for part in encoded):
        is_pair = False  # the codes of two images, as lists of numbers
    return tuple(encoded) if is_pair else (encoded, None)


def _mean_and_log_variance(encoded: Any, n: int) -> tuple[Any, Any]:
    """An encoder's output for n images, each [n, d]; the log-variance is None if it returns codes alone."""
    mean, log_variance = (part if part is None else as_tensor_or_array(part) for part in _pair(encoded))
    if mean.ndim != 2 or len(mean) != n or (log_variance is not None and log_variance.shape != mean.shape):
        shapes = " and ".join(str(tuple(part.shape)) for part in (mean, log_variance) if part is not None)
        raise ValueError(
            f"found {shapes} from the encoder for {n} images, expected codes [n, d], or a pair of means and "
            "log-variances, each [n, d]"
        )
    return mean, log_variance
