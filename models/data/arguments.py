"""Checks of the arguments of models and data: integers, numbers, and arrays that hold a number in each entry."""

from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from torch.masked import MaskedTensor


def require_integers(least: int | None = None, **numbers: Any) -> None:
    """Raise ValueError, with the name, unless all are integers, numpy's included, and at least `least` if given."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise ValueError(f"found {name}={value!r}, a {type(value).__name__}, expected an integer")
        if least is not None and value < least:
            raise ValueError(f"found {name}={value}, expected {least} or more")


def require_numbers(**numbers: Any) -> None:
    """Raise ValueError, with the name, unless all are real numbers, numpy's included."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError(f"found {name}={value!r}, a {type(value).__name__}, expected a number")


def require_tensor(name: str, values: Any, weights: torch.Tensor) -> None:
    """Raise ValueError unless `values` has the type, device and dtype that a network with these weights takes."""
    if not isinstance(values, torch.Tensor):
        raise ValueError(
            f"found {name} as a {type(values).__name__}, expected a tensor: torch.as_tensor({name}).float()"
        )
    if values.device != weights.device:
        raise ValueError(
            f"found {name} on {values.device} and the model on {weights.device}, expected one device: "
            f"{name}.to(model.device)"
        )
    narrow = values.dtype in (torch.bfloat16, torch.float16) and torch.is_autocast_enabled(values.device.type)
    if values.dtype != weights.dtype and not narrow:
        hint = " / 255 if they are bytes" if values.dtype == torch.uint8 and name == "images" else ""
        raise ValueError(f"found {name} of {values.dtype}, expected {weights.dtype}: {name}.to({weights.dtype}){hint}")


def require_entries(values: Any, name: str, remedy: str) -> None:
    """Raise ValueError for masked arrays and tensors, and for tensors that are not dense."""
    if isinstance(values, MaskedTensor) or np.ma.is_masked(values):
        raise ValueError(f"found masked {name}, expected all entries to be known: {remedy}")
    if not isinstance(values, torch.Tensor):
        return
    if values.device.type == "meta":
        raise ValueError(f"found {name} on the meta device, which have no values, expected a dense tensor")
    if values.is_nested or values.layout != torch.strided or values.is_quantized:
        kind = "a nested layout" if values.is_nested else f"{values.dtype} and layout {values.layout}"
        raise ValueError(f"found {name} of {kind}, expected a dense tensor: see to_dense and dequantize")
