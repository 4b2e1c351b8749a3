"""What a CUDA graph of a step holds of a model as it was: numbers, strings, and which tensors and modules it has."""

import numpy as np
import torch
from torch import nn

from ..model import Model

KEPT = (bool, int, float, complex, str, type(None), np.generic, torch.Tensor, nn.Module)


class Held:
    """The attributes, buffers, parameters and submodules of a model, and of every module in it, as they are now.

    A number, a string or None may not change. A tensor may be filled, but not replaced by another one. If the model is
    on an accelerator, a tensor of one number on the CPU may not be filled either: an operation takes it by its value.
    """

    def __init__(self, model: Model):
        self.places = [
            (f"{path}." if path else "", place, set(place))
            for path, module in model.named_modules()
            for place in (vars(module), module._buffers, module._parameters, module._modules)
        ]
        self.entries = [
            (path + name, place, name, value)
            for path, place, _ in self.places
            for name, value in place.items()
            if isinstance(value, KEPT)
        ]
        self.by_value = [
            (path, value, value.item())
            for path, _, _, value in self.entries
            if isinstance(value, torch.Tensor) and value.ndim == 0 and value.device.type == "cpu" != model.device.type
        ]

    def changed(self) -> str:
        """The dotted name of something that is not as it was, or an empty one."""
        for path, place, name, value in self.entries:
            now = place.get(name)
            if now is not value and (not _is_plain(value) or type(now) is not type(value) or now != value):
                return path
        for path, tensor, value in self.by_value:
            if tensor.item() != value:
                return path
        for path, place, names in self.places:
            if len(place) != len(names):
                return path + min(place.keys() ^ names)
        return ""


def _is_plain(value: object) -> bool:
    return not isinstance(value, torch.Tensor | nn.Module)
