"""Mistakes in a model of the caller's own class, found before training and told in a sentence."""

import inspect
import warnings
from typing import Any

import torch

from ..model import Model

REGULARISER = ("kl", "mean", "log_variance", "latents")  # the arguments that a VAE gives to its `regulariser`


def require_own_class(model: Model) -> None:
    """Raise ValueError for a constructor or a method of a subclass that cannot work in training."""
    kind = type(model)
    if "_parameters" not in vars(model):
        raise ValueError(
            f"found a {kind.__name__} whose __init__ does not call super().__init__(), expected that call first"
        )
    if kind.players is Model.players:
        raise ValueError(
            f"found no method `players` in {kind.__name__}, expected one that returns a list of Player: the parameters "
            "that each moves, and the loss that it lowers"
        )
    regulariser = getattr(model, "regulariser", None)
    if callable(regulariser) and not _takes(regulariser, len(REGULARISER)):
        raise ValueError(
            f"found {kind.__name__}.regulariser{inspect.signature(kind.regulariser)}, expected regulariser(self, "
            f"{', '.join(REGULARISER)})"
        )


def _takes(function: Any, n: int) -> bool:
    try:
        inspect.signature(function).bind(*range(n))
    except TypeError:
        return False
    return True


def require_config(model: Model) -> None:
    """Warn of arguments of a constructor that `config` does not keep, since `load_model` could not give them again.

    Raises ValueError unless `config` is a dict.
    """
    kind = type(model)
    if not isinstance(model.config, dict):
        raise ValueError(
            f"found config={model.config!r} of {kind.__name__}, expected a dict of the arguments that build it again"
        )
    given = _arguments(model)
    lost = [name for name, value in given.items() if _is_lost(kind, name, value, model.config)]
    if lost:
        kept = ", ".join(f"{name}={name}" for name in lost)
        warnings.warn(
            f"{kind.__name__} does not keep {' and '.join(lost)} in its config, so load_model would not give it that "
            f"value again: write self.config |= dict({kept}) in its __init__, after super().__init__()",
            stacklevel=5,  # at the caller of `train`
        )


def _arguments(model: Model) -> dict[str, Any]:
    """The arguments that the constructor was called with, by name."""
    positional, keywords = model._arguments
    signature = inspect.signature(type(model))
    named = signature.bind(*positional, **keywords).arguments
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            rest = named.pop(name, {})
            named |= rest if isinstance(rest, dict) else {}
    return named


def _is_lost(kind: type[Model], name: str, value: Any, config: dict[str, Any]) -> bool:
    """Whether a model built from `config` would have a different value of this argument."""
    if name in config:
        return isinstance(value, bool | int | float | str) and config[name] != value
    if isinstance(value, torch.nn.Module):  # `config` may hold an outline of it
        return False
    for parent in kind.__mro__:
        parameter = inspect.signature(parent.__init__).parameters.get(name)
        if parameter is not None and parameter.default is not parameter.empty:
            return not (value is parameter.default or value == parameter.default)
    return True
