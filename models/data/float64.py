"""float64 for results that float32 cannot hold, also for a model on a device that has no float64."""

import torch

WITHOUT_FLOAT64 = ("mps",)  # types of devices


def in_float64(x: torch.Tensor) -> torch.Tensor:
    """The tensor in float64: on its own device, or on the CPU if it is on MPS, which has no float64."""
    return x.cpu().double() if x.device.type in WITHOUT_FLOAT64 else x.double()
