"""A device for tests on a machine without one: CPU tensors that refuse what another device's tensors refuse.

They refuse to meet tensors on the CPU, a generator of the CPU, `.numpy()` and, as on MPS, float64. The device is named
"lazy", since PyTorch accepts tensors of that type in every build; its own lazy tensors are not used here.
"""

import contextlib
from collections.abc import Iterator

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

from models.data import float64

POSED, CPU = torch.device("lazy", 0), torch.device("cpu")
aten = torch.ops.aten
BETWEEN_DEVICES = {aten._to_copy.default, aten.copy_.default, aten.index.Tensor}  # which take CPU tensors, too


class Posing(torch.Tensor):
    """A tensor on the posed device, with its values in a CPU tensor inside."""

    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, inner: torch.Tensor):
        if inner.dtype in (torch.float64, torch.complex128):
            raise TypeError("found float64 on the posed device, which has none, as an MPS")
        posed = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=POSED,
        )
        posed.inner = inner
        return posed

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})

    def numpy(self, **_):
        raise TypeError("can't convert lazy:0 device type tensor to numpy. Use Tensor.cpu() first.")

    def tolist(self):
        return self.inner.tolist()

    def __array__(self, *_, **__):
        self.numpy()

    def __deepcopy__(self, memo):
        copied = Posing(self.inner.clone())
        return torch.nn.Parameter(copied, self.requires_grad) if isinstance(self, torch.nn.Parameter) else copied


class _Posed(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})


def run(func, args, kwargs):
    """Run one operation on the CPU, if its tensors may meet. Raises RuntimeError as PyTorch does if they may not."""
    flat, spec = tree_flatten((args, kwargs))
    posed = [x for x in flat if isinstance(x, Posing)]
    asked = torch.device(kwargs["device"]) if kwargs.get("device") is not None else None
    if not posed and (asked is None or asked.type != "lazy"):
        return func(*args, **kwargs)
    on_cpu = [x for x in flat if isinstance(x, torch.Tensor) and not isinstance(x, Posing) and x.ndim]
    if posed and on_cpu and func not in BETWEEN_DEVICES:
        raise RuntimeError(f"Expected all tensors to be on the same device, but found lazy:0 and cpu ({func})")
    if any(isinstance(x, torch.Generator) for x in flat):
        raise RuntimeError("Expected a 'lazy' device type for generator but found 'cpu'")
    args_inside, kwargs_inside = tree_unflatten([_inside(x) for x in flat], spec)
    found = func(*args_inside, **kwargs_inside)
    if (asked and asked.type == "cpu") or (func is aten.copy_.default and not isinstance(args[0], Posing)):
        return found
    found = tree_map(lambda x: Posing(x) if isinstance(x, torch.Tensor) else x, found)
    return return_and_correct_aliasing(func, args, kwargs, found) if posed else found


def _inside(x):
    if isinstance(x, torch.device):
        return CPU if x.type == "lazy" else x
    return x.inner if isinstance(x, Posing) else x


@contextlib.contextmanager
def posing() -> Iterator[torch.device]:
    """The posed device, for tensors made and modules moved while this lasts."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(float64, "WITHOUT_FLOAT64", (POSED.type,))
    overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    torch._C._set_only_lift_cpu_tensors(True)
    try:
        with _Posed():
            yield POSED
    finally:
        monkeypatch.undo()
        torch._C._set_only_lift_cpu_tensors(False)
        torch.__future__.set_overwrite_module_params_on_conversion(overwrite)
