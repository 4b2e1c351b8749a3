"""The randomness of a run: that of step t is a function of (seed, t) alone."""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch


def generators(device: torch.device) -> list[torch.Generator]:
    """The generators that draw in a step: PyTorch's own of the CPU, and that of the device."""
    if device.type == "cuda":
        torch.cuda.init()
        index = torch.cuda.current_device() if device.index is None else device.index
        return [torch.default_generator, torch.cuda.default_generators[index]]
    if device.type == "mps":
        return [torch.default_generator, torch.mps._get_default_mps_generator()]
    return [torch.default_generator]


def every_device() -> list[torch.device]:
    """The devices of this machine that torch.manual_seed seeds: the CPU, every CUDA device, and MPS if it is there."""
    cuda = [torch.device("cuda", index) for index in range(torch.cuda.device_count())]
    return [torch.device("cpu"), *cuda, *([torch.device("mps")] if torch.backends.mps.is_available() else [])]


@contextlib.contextmanager
def own_randomness(device: torch.device) -> Iterator[list[torch.Generator]]:
    """A context with these generators, whose states come back at its end."""
    those = generators(device)
    before = [generator.get_state() for generator in those]
    try:
        yield those
    finally:
        for generator, state in zip(those, before, strict=True):
            generator.set_state(state)


def seed_step(those: list[torch.Generator], seed: int, step: int) -> None:
    """Put the generators into the state of a step. `torch.manual_seed` does the same, a hundred times as slowly."""
    for generator in those:
        generator.manual_seed(mix(seed, 0, step))


def batches(
    n: int, batch_size: int, seed: int, first: int = 0, device: torch.device | str = "cpu"
) -> Iterator[torch.Tensor]:
    """The rows of each step's batch, endlessly from step `first` on: each epoch is a permutation of 0 … n-1.

    The permutation is drawn on the CPU, so that it is the same everywhere, and moved to the device once an epoch.
    """
    per_epoch = n // batch_size
    epoch, batch = divmod(first, per_epoch)
    while True:
        order = torch.randperm(n, generator=torch.Generator().manual_seed(mix(seed, 1, epoch))).to(device)
        yield from order[: per_epoch * batch_size].view(per_epoch, batch_size)[batch:]
        epoch, batch = epoch + 1, 0


def mix(*numbers: int) -> int:
    """A seed from several numbers, well mixed, for the generators that read only 32 bits of it."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
