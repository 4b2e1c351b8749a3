"""Functions of arrays with gradients in closed form: on tensors, each is one node of the autograd graph.

Automatic differentiation of `-p * log(p)` gives NaN at p = 0, where the slope is +inf.
"""

from collections.abc import Callable
from functools import cache

from array_api_compat import array_namespace, is_torch_array

from .inputs import Array


def apply(value: Callable, gradients: Callable, *arrays: Array) -> Array:
    """`value(xp, *arrays)`, whose backward pass is `gradients(xp, upstream, *arrays)`: a tuple, one for each array."""
    if any(is_torch_array(array) and array.requires_grad for array in arrays):
        return _node().apply(value, gradients, *arrays)
    return value(array_namespace(*arrays), *arrays)


@cache
def _node():
    import torch  # it is loaded already, since an argument was a tensor

    class Node(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(value, gradients, *arrays):
            return value(array_namespace(*arrays), *arrays)

        @staticmethod
        def setup_context(ctx, inputs, output):
            _, ctx.gradients, *arrays = inputs
            ctx.save_for_backward(*arrays)

        @staticmethod
        def backward(ctx, upstream):
            arrays = ctx.saved_tensors
            return None, None, *ctx.gradients(array_namespace(*arrays), upstream, *arrays)

    return Node
