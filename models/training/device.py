"""The device that computes: CUDA, MPS or the CPU."""

import os

import torch

VARIABLE = "INFOTHEORY_DEVICE"


def choose_device(name: str | torch.device = "auto") -> torch.device:
    """The named device.

    "auto" is the device that the environment variable INFOTHEORY_DEVICE names, or else the first of CUDA, MPS and CPU.
    Raises ValueError for a name that is not a device of torch, and for a device that this machine lacks.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    here = [kind for kind, present in available.items() if present]
    source = ""
    if name == "auto":
        name, source = os.environ.get(VARIABLE), f" in the environment variable {VARIABLE}"
        if not name:
            return torch.device(here[0])
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError):
        raise ValueError(f'found device {name!r}{source}, expected "auto" or one of {", ".join(here)}') from None
    if device.type not in here or (device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count()):
        raise ValueError(
            f"found device {str(device)!r}{source}, which is not on this machine; here there is {', '.join(here)}"
        )
    return device
