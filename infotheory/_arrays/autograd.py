"""Functions of arrays with their gradients in closed form: on tensors, each is one node of torch's graph.

Automatic differentiation of `-p * log(p)` gives NaN at p = 0, where the slope is +inf.
"""

from collections.abc import Callable
from functools import cache

from array_api_compat import array_namespace, is_torch_array

from .inputs import Array


class Differentiable:
    """The function `value(xp, *arrays)`, whose backward pass is `gradients(xp, upstream, *arrays)`, one for each array.

    Without `gradients`, torch differentiates the operations of `value`.
    """

    def __init__(self, value: Callable, gradients: Callable | None):
        self.value, self.gradients = value, gradients

    def __call__(self, *arrays: Array) -> Array:
        if self.gradients and any(is_torch_array(array) and array.requires_grad for array in arrays):
            return _node().apply(self, *arrays)
        return self.value(array_namespace(*arrays), *arrays)


@cache
def _node():
    import torch  # it is loaded already, since an argument was a tensor

    class Node(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(function, *arrays):
            return function.value(array_namespace(*arrays), *arrays)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.function, *arrays = inputs
            ctx.save_for_backward(*arrays)

        @staticmethod
        def backward(ctx, upstream):
            arrays = ctx.saved_tensors
            return None, *ctx.function.gradients(array_namespace(*arrays), upstream, *arrays)

    return Node
