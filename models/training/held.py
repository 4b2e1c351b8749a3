"""What a CUDA graph of a step holds of a model as it was: numbers, strings, and which tensors it has."""

import numpy as np
import torch
from torch import nn

PLAIN = (bool, int, float, complex, str, np.generic, torch.Tensor)


class Held:
    """The numbers, strings and tensors that are attributes, buffers or parameters of a model or of a module in it.

    A tensor may be filled, but not replaced by another. A tensor on the CPU that holds a single number may not change
    either: an operation on another `device` takes that number by its value.
    """

    def __init__(self, model: nn.Module, device: torch.device):
        self.places = [
            (f"{path}." if path else "", place)
            for path, module in model.named_modules()
            for place in (vars(module), module._buffers, module._parameters)
        ]
        self.sizes = [len(place) for _, place in self.places]
        self.entries = [
            (path + name, place, name, value)
            for path, place in self.places
            for name, value in place.items()
            if isinstance(value, PLAIN)
        ]
        self.by_value = [
            (path, value, value.item())
            for path, _, _, value in self.entries
            if device.type != "cpu"
            and isinstance(value, torch.Tensor)
            and value.device.type == "cpu"
            and value.ndim == 0
        ]

    def changed(self) -> str:
        """The dotted name of something that is not as it was, or an empty one."""
        for path, place, name, value in self.entries:
            now = place.get(name)
            if now is not value and (isinstance(value, torch.Tensor) or type(now) is not type(value) or now != value):
                return path
        for path, tensor, value in self.by_value:
            if tensor.item() != value:
                return path
        for size, (path, place) in zip(self.sizes, self.places, strict=True):
            if len(place) != size:
                return path + list(place)[-1]
        return ""
