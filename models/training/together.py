"""Several runs at once on one GPU, each on a stream of its own.

A step of a small model fills a small part of a large device, so steps of several models overlap there. A run draws from
a random state of its own: a graph reads its seed in the device's memory, at the place of the state that it was captured
with, and two graphs that run at once must not read it at one place.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import torch

from .device import choose_device
from .history import History
from .loop import stopped, training
from .randomness import generators, own_randomness
from .stopping import PostponedStop


def train_together(runs: Sequence[Mapping[str, Any]]) -> list[History]:
    """Train the models of all `runs`: `[train(**run) for run in runs]`, with the same histories, weights and files.

    Each run holds the arguments of `train`, "model", "data" and "steps" among them. On a CUDA device the runs take
    turns, a step each, on streams of their own. Elsewhere one run follows the other. Runs that name the same `Sprites`,
    or the same tensor on the device, share it there.

        train_together([dict(model=BetaVAE(10, beta=beta), data=images, steps=20_000) for beta in (1, 4, 16)])

    Raises ValueError, before any run has made a step, for arguments, data or a checkpoint that `train` refuses, for a
    model or a checkpoint that occurs twice, and for runs on different devices. If a run fails in a step, the others go
    on to their ends, and then its error is raised. A signal stops all runs after a step, and each is saved.
    """
    runs = [dict(run) for run in runs]
    device = _device_of(runs)
    signals, errors = PostponedStop(), []
    with contextlib.ExitStack() as stack, own_randomness(device):
        turns, histories = [], []
        for i, run in enumerate(runs):
            turns.append(_Turns(device, i, stack.enter_context(contextlib.closing(training(signals=signals, **run)))))
            histories.append(turns[-1].next())
            if device.type == "cuda":
                torch.cuda.synchronize(device)  # what this run has moved there, the next may read
        with signals:
            for group in [turns] if device.type == "cuda" else [[turn] for turn in turns]:
                errors += _take_turns(group)
    if errors:
        raise errors[0]
    signals.stop("; ".join(stopped(h, run.get("checkpoint")) for h, run in zip(histories, runs, strict=True)))
    return histories


class _Turns:
    """The turns of a run, on a stream of its own where the device has streams."""

    def __init__(self, device: torch.device, place: int, run: Iterator[History]):
        self.run, self.stream = run, None
        if device.type == "cuda":
            self.stream = _stream(device, place)
            self.stream.wait_stream(torch.cuda.current_stream(device))  # the caller may have made the model there
            self.generator = generators(device)[-1]
            self.state = self.generator.clone_state()

    def next(self) -> History | None:
        """Make one step; the history, or None after the last."""
        if self.stream is None:
            return next(self.run, None)
        before = self.generator.graphsafe_get_state()
        self.generator.graphsafe_set_state(self.state)
        try:
            with torch.cuda.stream(self.stream):
                return next(self.run, None)
        finally:
            self.state = self.generator.graphsafe_get_state()  # that of the run's graph, once it has one
            self.generator.graphsafe_set_state(before)


@lru_cache
def _stream(device: torch.device, place: int) -> torch.cuda.Stream:
    """The stream of the run at this place, the same in every call: libraries keep memory for each stream."""
    return torch.cuda.Stream(device)


def _take_turns(turns: list[_Turns]) -> list[Exception]:
    """Let each run make a step in turn until all have ended; the errors of those that failed."""
    errors = []
    while turns:
        going = []
        for turn in turns:
            try:
                if turn.next() is not None:
                    going.append(turn)
            except Exception as error:
                errors.append(error)
        turns = going
    return errors


def _device_of(runs: list[dict]) -> torch.device:
    """The device of all runs. ValueError unless there are runs, on one device, of different models and checkpoints."""
    if not runs:
        raise ValueError("found no runs, expected one or more, each the arguments of `train` as a dict")
    devices = {str(choose_device(run.get("device", "auto"))) for run in runs}
    if len(devices) > 1:
        raise ValueError(f"found runs on {' and '.join(sorted(devices))}, expected one device for all")
    models = [id(run.get("model")) for run in runs]
    if len(set(models)) < len(models):
        raise ValueError("found one model in two runs, expected a model for each: VAE(10) once for every run")
    files = [os.path.realpath(run["checkpoint"]) for run in runs if run.get("checkpoint")]
    if len(set(files)) < len(files):
        raise ValueError("found one checkpoint in two runs, expected a file for each")
    return torch.device(devices.pop())
