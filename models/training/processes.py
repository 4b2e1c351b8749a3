"""Data-parallel training: several processes share every batch, and make together the steps that one would make.

Every process draws the same random numbers and computes the losses of the whole batch. Only the networks, which take
nearly all of the time, run on a part of it: a network gets its rows of the input, and the outputs of all processes are
joined. With x the input of a network f, y its output, and rows r of this process,

    forward:   y = gather over processes of f(x[r])
    backward:  dx = gather over processes of dx[r],    dθ = sum over processes of dθ from the rows r

So each loss is that of one process, up to the rounding of sums, also where it compares the examples of a batch, as the
total correlation of a β-TCVAE does. Batch normalisation uses the mean and variance of the whole batch.
The processes are those of torch.distributed: `torchrun --nproc-per-node 2 -m models train NAME` starts two.
"""

import contextlib
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import distributed, nn

from ..model import Model
from .stopping import PostponedStop


def number_of_processes() -> int:
    """The number of processes that train together; 1 without torch.distributed."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def rank() -> int:
    """The number of this process, from 0; only the first writes files."""
    return distributed.get_rank() if number_of_processes() > 1 else 0


def join_processes(device: str) -> str:
    """Connect this process with the others that torchrun started, and return the device that it trains on.

    Without torchrun nothing happens. NCCL connects CUDA devices, one for each process, and gloo all others.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) < 2 or distributed.is_initialized():
        return device
    cuda = device == "cuda" or (device == "auto" and torch.cuda.is_available())
    if cuda:
        device = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if cuda else "gloo")
    if rank() > 0:  # the first process shows the bar and the warnings
        os.environ["TQDM_DISABLE"] = "1"
        warnings.simplefilter("ignore")
    return device


def require_share(batch_size: int) -> None:
    """Raise ValueError for a batch that the processes cannot share equally."""
    n = number_of_processes()
    if batch_size % n:
        raise ValueError(f"found batch_size={batch_size} for {n} processes, expected a multiple of {n}")


def agreed(signals: PostponedStop) -> signal.Signals | None:
    """The signal that any process got since the last step, which is noted in all, so that they stop after one step."""
    if number_of_processes() > 1:
        number = torch.tensor(int(signals.asked or 0), device=_device())
        distributed.all_reduce(number, distributed.ReduceOp.MAX)
        signals.asked = signal.Signals(int(number)) if number else None
    return signals.asked


def sum_gradients(model: Model, parameters: Sequence[nn.Parameter]) -> None:
    """Add the gradients of all processes. Parameters outside the networks have the whole batch's gradient already."""
    if number_of_processes() == 1:
        return
    shared = _shared(model)
    gradients = [p.grad for p in parameters if id(p) in shared and p.grad is not None]
    if gradients:
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        parts = flat.split([gradient.numel() for gradient in gradients])
        torch._foreach_copy_(gradients, [part.view(g.shape) for part, g in zip(parts, gradients, strict=True)])


@contextlib.contextmanager
def shared_batches(model: Model) -> Iterator[None]:
    """A context in which the networks and the `per_example` methods of a model run on this process's rows."""
    with contextlib.ExitStack() as stack:
        if number_of_processes() > 1:
            share = _Share()
            for network in _networks(model):
                stack.callback(network.register_forward_pre_hook(share.enter).remove)
                stack.callback(network.register_forward_hook(share.leave).remove)
                for layer in network.modules():
                    if isinstance(layer, nn.modules.batchnorm._BatchNorm):
                        layer.forward = lambda x, layer=layer: _normalised(layer, x)
                        stack.callback(delattr, layer, "forward")
            for name in model.per_example if _only_networks(model) else ():
                setattr(model, name, share.method(getattr(model, name)))
                stack.callback(delattr, model, name)
        yield


class _Share:
    """Runs calls on this process's rows. A call within such a call has its rows already."""

    def __init__(self):
        self.depth = 0

    def enter(self, _, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        self.depth += 1
        return inputs if self.depth > 1 else _map(_Own.apply, inputs)

    def leave(self, _, __, output: Any) -> Any:
        self.depth -= 1
        return output if self.depth > 0 else _map(_Whole.apply, output)

    def method(self, function: Callable) -> Callable:
        def shared(*inputs: torch.Tensor) -> Any:
            return self.leave(None, None, function(*self.enter(None, inputs)))

        return shared


def _shared(model: Model) -> set[int]:
    """The parameters of the networks, whose gradients come from the rows of one process."""
    return {id(parameter) for network in _networks(model) for parameter in network.parameters()}


def _only_networks(model: Model) -> bool:
    """Whether no other parameter moves: its gradient in a method would be that of a part of the batch."""
    return {id(parameter) for parameter in model.parameters() if parameter.requires_grad} <= _shared(model)


def _networks(model: Model) -> list[nn.Module]:
    """The networks of a model that take each example on its own."""
    found = [getattr(model, name, None) for name in model.networks]
    return [network for network in found if isinstance(network, nn.Module)]


def _device() -> torch.device:
    return torch.device("cuda" if distributed.get_backend() == "nccl" else "cpu")


def _map(function, values: Any) -> Any:
    if isinstance(values, tuple | list):
        return tuple(_map(function, value) for value in values)
    return function(values)


def _rows(n: int) -> slice:
    """The rows of this process among n."""
    processes = number_of_processes()
    if n % processes:
        raise ValueError(f"found {n} rows for {processes} processes, expected a multiple: choose another batch size")
    return slice(rank() * n // processes, (rank() + 1) * n // processes)


def _gathered(own: torch.Tensor) -> torch.Tensor:
    """The rows of all processes, in order; in the memory format of these."""
    last = own.ndim == 4 and own.is_contiguous(memory_format=torch.channels_last) and not own.is_contiguous()
    own = own.permute(0, 2, 3, 1) if last else own.contiguous()
    whole = own.new_empty(number_of_processes() * len(own), *own.shape[1:])
    distributed.all_gather(list(whole.split(len(own))), own)
    return whole.permute(0, 3, 1, 2) if last else whole


class _Own(torch.autograd.Function):
    """The rows of this process; backward joins the gradients of all rows."""

    @staticmethod
    def forward(ctx, whole: torch.Tensor) -> torch.Tensor:
        return whole[_rows(len(whole))].clone()

    @staticmethod
    def backward(ctx, gradient: torch.Tensor) -> torch.Tensor:
        return _gathered(gradient)


class _Whole(torch.autograd.Function):
    """The rows of all processes; backward takes the gradient of this process's rows."""

    @staticmethod
    def forward(ctx, own: torch.Tensor) -> torch.Tensor:
        return _gathered(own)

    @staticmethod
    def backward(ctx, gradient: torch.Tensor) -> torch.Tensor:
        return gradient[_rows(len(gradient))]


class _Normalise(torch.autograd.Function):
    """Batch normalisation of this process's rows x [m, c, ...] by the statistics of all n rows of all processes.

        x̂ = (x - mean) / √(var + eps),   dx = (dy' - mean(dy') - x̂ mean(dy' x̂)) / √(var + eps),   dy' = weight dy

    The means are over the rows of all processes and over places. Source: Ioffe & Szegedy (2015), §3.
    """

    @staticmethod
    def forward(ctx, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float):
        axes, shape = [0, *range(2, x.ndim)], [1, -1, *[1] * (x.ndim - 2)]
        x32 = x.float()
        variance, mean = torch.var_mean(x32, axes, correction=0)
        means = _gathered(torch.stack([mean, variance])[None])  # [processes, 2, c]; all have as many rows
        mean = means[:, 0].mean(0)
        variance = (means[:, 1] + (means[:, 0] - mean) ** 2).mean(0)
        scale = (variance + eps).rsqrt()
        x_hat = (x32 - mean.view(shape)) * scale.view(shape)
        ctx.save_for_backward(x_hat, weight, scale)
        ctx.axes, ctx.shape, ctx.n = axes, shape, x.numel() // x.shape[1] * number_of_processes()
        output = torch.addcmul(bias.view(shape), x_hat, weight.view(shape)).to(x.dtype)
        ctx.mark_non_differentiable(mean, variance)
        return output, mean, variance

    @staticmethod
    def backward(ctx, gradient: torch.Tensor, *_):
        (x_hat, weight, scale), gradient32 = ctx.saved_tensors, gradient.float()
        own = torch.stack([gradient32.sum(ctx.axes), (gradient32 * x_hat).sum(ctx.axes)])
        of_bias, of_weight = own.clone()
        distributed.all_reduce(own)
        of_mean, of_scale = (part.view(ctx.shape) for part in own / ctx.n)
        of_x = (gradient32 - of_mean - x_hat * of_scale) * (weight * scale).view(ctx.shape)
        return of_x.to(gradient.dtype), of_weight, of_bias, None


def _normalised(layer: nn.modules.batchnorm._BatchNorm, x: torch.Tensor) -> torch.Tensor:
    """Batch normalisation by the mean and the variance of the whole batch, of which x has this process's rows."""
    if not layer.training:
        return type(layer).forward(layer, x)
    output, mean, variance = _Normalise.apply(x, layer.weight, layer.bias, layer.eps)
    n = x.numel() // x.shape[1] * number_of_processes()
    with torch.no_grad():
        layer.num_batches_tracked += 1
        layer.running_mean.lerp_(mean, layer.momentum)
        layer.running_var.lerp_(variance * n / (n - 1), layer.momentum)
    return output
