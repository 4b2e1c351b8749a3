"""A training step as one CUDA graph: recorded once, and then launched as a whole.

A step of a small model launches a few hundred kernels of some microseconds each. The host takes longer to launch them
than the device to run them. A CUDA graph launches all of them in one call. It holds the addresses of tensors and the
values of Python numbers as they were when it was captured, so whatever differs between steps is a tensor that is filled
before each launch: the rows or the batch, the annealed weights, the learning rates and the state of the random
generator.
"""

import contextlib
import warnings
from collections.abc import Iterator
from functools import lru_cache

import torch

from .held import Held
from .step import Step

WARM_UP = 3  # steps before the capture: kernels are chosen and states made in the first, and the last is watched


class CapturedStep:
    """A `Step` on CUDA, called in the same way and with the same results: three real steps, then replays of a graph.

    Training goes on without a graph, with a RuntimeWarning of the `reason`, if the third step waits for the device, as
    `.item()` does, if the capture fails, or if something changes that the graph would hold constant; see `Held`. With
    `required`, this raises ValueError instead. What Python alone keeps (lists, closures, draws of `random` or numpy)
    is not seen, and has in every replay the value that it had in the capture.
    """

    def __init__(self, step: Step, generator: torch.Generator, *, required: bool):
        self.step, self.generator, self.required = step, generator, required
        self.stream = capturing_stream(step.device)
        self.calls, self.reason = 0, ""
        self.held: Held | None = None
        self.before: torch.Generator | None = None  # the random state in whose place the graph's own one is
        self.graph: torch.cuda.CUDAGraph | None = None

    @property
    def names(self) -> list[str] | None:
        """The names of the terms, once a step has run."""
        return self.step.names

    def __call__(self, inputs: tuple[torch.Tensor, ...], *, check: bool = False) -> torch.Tensor:
        """The values of the terms of one step, as `Step` gives them."""
        self.calls += 1
        if not self.reason:
            self._refuse(self._changed())
        if not self.reason and self.calls <= WARM_UP:
            values, waiting = self._warm_up(inputs, check)
            self._refuse(waiting)
            return values
        if not self.reason and self.graph is None:
            self._refuse(self._capture(inputs))
        if self.reason or any(kept.shape != new.shape for kept, new in zip(self.inputs, inputs, strict=True)):
            return self.step(inputs, check=check)
        for kept, new in zip(self.inputs, inputs, strict=True):
            kept.copy_(new, non_blocking=True)
        self.graph.replay()
        return self.values.clone()

    def close(self) -> None:
        """Free the memory of the graph, and the gradients that lie in it, and put back the random state."""
        self.graph = self.inputs = self.values = None
        self._forget_gradients()
        if self.before is not None:
            self.generator.graphsafe_set_state(self.before)
            self.before = None

    def _changed(self) -> str:
        """The reason against a graph if the model is not what the graph would hold, or an empty one."""
        self.held = self.held or Held(self.step.model)
        if not (changed := self.held.changed()):
            return ""
        name = changed.rpartition(".")[2]
        return (
            f"{type(self.step.model).__name__} changes {changed} between steps, which a graph would hold constant; "
            f'make it a buffer, register_buffer("{name}", torch.tensor(0.0), persistent=False), and fill_ it in at_step'
        )

    def _warm_up(self, inputs: tuple[torch.Tensor, ...], check: bool) -> tuple[torch.Tensor, str]:
        """A step without a graph, on the stream that will capture one; and the reason if it waits for the device."""
        waits: list[str] = []
        current = torch.cuda.current_stream(self.step.device)
        self.stream.wait_stream(current)
        with torch.cuda.stream(self.stream), noting(waits) if self.calls == WARM_UP else contextlib.nullcontext():
            values = self.step(inputs, check=check)
        current.wait_stream(self.stream)
        reason = f"the step of {type(self.step.model).__name__} waits for the device, at {waits[0]}" if waits else ""
        return values, reason

    def _capture(self, inputs: tuple[torch.Tensor, ...]) -> str:
        """Record the step, which computes nothing; the reason if that fails.

        The graph draws from a copy of the random state, since a capture that fails leaves its state unusable.
        """
        self._forget_gradients()  # new ones lie in the memory of the graph
        self.inputs = tuple(part.to(self.step.device, copy=True) for part in inputs)
        self.before, seeded = self.generator.graphsafe_get_state(), self.generator.get_state()
        self.generator.graphsafe_set_state(self.before.clone_state())
        graph, current = torch.cuda.CUDAGraph(), torch.cuda.current_stream(self.step.device)
        try:
            with (
                torch.cuda.stream(self.stream),
                torch.cuda.graph(graph, stream=self.stream, capture_error_mode="thread_local"),
            ):
                self.values = self.step(self.inputs)
        except RuntimeError as error:
            first_line = str(error).partition("\n")[0]
            return f"the step of {type(self.step.model).__name__} cannot be captured: {first_line}"
        current.wait_stream(self.stream)
        self.generator.set_state(seeded)
        self.graph = graph
        return ""

    def _forget_gradients(self) -> None:
        for optimizer in self.step.optimizers.values():
            optimizer.zero_grad()

    def _refuse(self, reason: str) -> None:
        """Go on without a graph for this reason; an empty one changes nothing."""
        if not reason:
            return
        self.close()
        self.reason = reason
        if self.required:
            raise ValueError(f'found graph=True, but {reason}; with graph="auto", steps run one kernel at a time')
        warnings.warn(f"training without a CUDA graph, which is slower: {reason}", RuntimeWarning, stacklevel=5)


def capturing_stream(device: torch.device) -> torch.cuda.Stream:
    """The stream to capture on: the current one, or beside the default stream, which cannot capture, one of its own.

    A graph keeps the workspace that cuBLAS has for its stream, so graphs that run at once need different streams.
    """
    current = torch.cuda.current_stream(device)
    return current if current != torch.cuda.default_stream(device) else _beside_the_default(current.device)


@lru_cache
def _beside_the_default(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)


@contextlib.contextmanager
def noting(waits: list[str]) -> Iterator[None]:
    """A context that puts into `waits` each line of code at which the host waits for the device."""
    mode = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield
        finally:
            torch.cuda.set_sync_debug_mode(mode)
    for found in caught:
        message = str(found.message)
        if "synchronizing CUDA operation" in message:
            waits.append(f"line {found.lineno} of {found.filename}")
        elif "Synchronization debug mode" not in message:  # PyTorch says once that this is a prototype
            warnings.warn_explicit(found.message, found.category, found.filename, found.lineno)


@contextlib.contextmanager
def launched(step: Step, generator: torch.Generator, graph: bool | str) -> Iterator["Step | CapturedStep"]:
    """The step itself, or on CUDA, unless `graph` is False, its graph, whose memory is free at the end."""
    if step.device.type != "cuda" or not graph:
        yield step
        return
    captured = CapturedStep(step, generator, required=graph is True)
    try:
        yield captured
    finally:
        captured.close()
