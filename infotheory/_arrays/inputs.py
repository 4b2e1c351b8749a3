"""Convert each argument to a dense numpy array or torch tensor of real numbers, or raise an error with a remedy.

numpy arrays stay numpy arrays, and tensors stay tensors on their device. Neither torch nor pandas is imported here: a
tensor and a Series are recognised by their types and attributes.
"""

from collections.abc import Iterator, Mapping, Set
from functools import reduce
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, is_torch_array

Array = Any  # a numpy.ndarray or a torch.Tensor; as an argument also a list or a number

NUMPY_FLOATS = (np.float16, np.float32, np.float64, np.longdouble)
TORCH_DTYPES = {
    *("torch.float16", "torch.bfloat16", "torch.float32", "torch.float64", "torch.bool"),
    *(f"torch.{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
}
USUAL = {np.dtype(np.float32), np.dtype(np.float64)}
NUMBERS = {bool, int, float, np.float64}  # types of entries that need no further check
KINDS = {
    **dict.fromkeys("UST", "text"),
    **{"c": "complex numbers", "M": "dates", "m": "time spans", "O": "Python objects", "V": "records"},
}


def as_arrays(*values: Array) -> tuple[Any, ...]:
    """Return `(xp, *arrays)`: the array namespace, and every value as a floating array of it, in its own dtype.

    Lists and numbers take the dtype of the arrays beside them, and float64 if there are none. Integers and booleans
    become float64 in numpy, and torch's default dtype in torch.

    Raises TypeError for entries that are not real numbers, for masked, sparse and other special arrays, and for
    numpy beside torch; ValueError for ragged lists, tensors on two devices and pandas labels that differ.
    """
    if all(type(value) is np.ndarray and value.dtype in USUAL for value in values):
        return array_namespace(values[0]), *values
    for value in values:
        _refuse_special(value)
    tensors = [value for value in values if is_torch_array(value)]
    if len(values) > len(tensors) + 1:
        _refuse_other_labels([value for value in values if _labels(value)])
        _refuse_other_dimensions(values)
    if not tensors:
        arrays = [_numpy_floating(value) for value in values]
        own = {array.dtype for array, value in zip(arrays, values, strict=True) if hasattr(value, "__array__")}
        if own:
            follow = np.result_type(*own)
            arrays = [a if hasattr(v, "__array__") else a.astype(follow) for a, v in zip(arrays, values, strict=True)]
        return array_namespace(arrays[0]), *arrays
    if any(isinstance(value, np.ndarray) for value in values):
        raise TypeError(
            "found numpy beside torch, expected one kind: convert with torch.as_tensor(array) or tensor.numpy()"
        )
    devices = sorted({str(device(tensor)) for tensor in tensors})
    if len(devices) > 1:
        raise ValueError(f"found tensors on {' and '.join(devices)}, expected one device")
    if devices == ["meta"]:
        raise TypeError("found a tensor on the meta device, which holds no numbers, expected one on a CPU or GPU")
    xp = array_namespace(tensors[0])
    return xp, *(_torch_floating(xp, value, tensors[0]) for value in values)


def in_one_dtype(*arrays: Array) -> tuple[Array, ...]:
    """Return the arrays in the dtype for the computation: their common dtype, or float32 if that has 16 bits."""
    dtypes = {array.dtype for array in arrays}
    common = arrays[0].dtype
    if len(dtypes) == 1 and common.itemsize > 2:
        return arrays
    xp = array_namespace(arrays[0])
    common = reduce(xp.promote_types if is_torch_array(arrays[0]) else np.promote_types, dtypes)
    if common.itemsize == 2:
        common = xp.float32
    return tuple(array if array.dtype == common else xp.astype(array, common) for array in arrays)


def as_numpy(array: Array) -> np.ndarray:
    """Return the entries of an array or tensor as a numpy array for checks, 16-bit floats as float32."""
    if is_torch_array(array):
        array = array.detach().resolve_neg()
    (array,) = in_one_dtype(array)
    return array.cpu().numpy() if is_torch_array(array) else array


def narrowed(answer: Array, values: list[Array]) -> Array:
    """Return a float32 answer in the 16-bit dtype of `values`, if all that have a dtype have this one."""
    if answer.dtype.itemsize != 4:
        return answer
    dtypes = {_dtype(value) for value in values} - {None}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    if dtype is None or dtype.itemsize != 2 or "float" not in str(dtype):
        return answer
    return answer.to(dtype) if is_torch_array(answer) else answer.astype(dtype)


def _dtype(value):
    if is_torch_array(value):
        return value.dtype
    return np.asarray(value).dtype.newbyteorder("=") if hasattr(value, "__array__") else None


def _numpy_floating(value) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError("found rows of different lengths, expected a rectangular array") from None
    if array.dtype.type in NUMPY_FLOATS:
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    if isinstance(value, Mapping | Set | Iterator):
        found = type(value).__name__
        raise TypeError(f"found a {found}, expected an array or a list of numbers: list(d.values()) of a dict d")
    what = f" ({KINDS[array.dtype.kind]})" if array.dtype.kind in KINDS else ""
    remedy = ""
    if array.dtype.kind in "USTMmO":
        remedy = ": empirical_pmf(samples) is the pmf of labels, np.asarray(values, float) makes numbers of fractions"
    raise TypeError(f"found entries of type {array.dtype}{what}, expected real numbers{remedy}")


def _torch_floating(torch, value, like):
    if not is_torch_array(value):
        dtype = like.dtype if like.dtype.is_floating_point else torch.get_default_dtype()
        return torch.asarray(_numpy_floating(value).astype(np.float64), dtype=dtype, device=like.device)
    return value if value.dtype.is_floating_point else value.to(torch.get_default_dtype())


def _refuse_special(value, depth: int = 0) -> None:
    """Raise TypeError for masked, sparse and other special arrays, also within lists."""
    if type(value) is np.ndarray or type(value) in NUMBERS:
        return
    if isinstance(value, list | tuple):
        if depth < 64 and not set(map(type, value)) <= NUMBERS:
            for part in value:
                _refuse_special(part, depth + 1)
            _refuse_other_labels([part for part in value if _labels(part)])
        return
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            "found a masked array, expected one without a mask: drop what is masked with array.compressed(), "
            "or put a number there with array.filled(number)"
        )
    if is_torch_array(value):
        _refuse_special_tensor(value, depth)
    elif hasattr(value, "toarray"):
        raise TypeError("found a sparse array, expected a dense one: convert it with array.toarray()")


def _refuse_special_tensor(value, depth: int) -> None:
    if depth:
        raise TypeError("found a list of tensors, expected one tensor: join them with torch.stack(tensors)")
    if "MaskedTensor" in type(value).__name__:
        raise TypeError("found a masked tensor, expected one without a mask: fill it with tensor.to_tensor(number)")
    if value.is_nested:
        raise TypeError("found a nested tensor, expected a rectangular one: see torch.nested.to_padded_tensor")
    if str(value.layout) != "torch.strided":
        raise TypeError(f"found a tensor of layout {value.layout}, expected a dense one: convert it with .to_dense()")
    if value.is_quantized:
        raise TypeError("found a quantised tensor, expected real numbers: convert it with .dequantize()")
    if str(value.dtype) not in TORCH_DTYPES:
        remedy = ": convert it with .float()" if value.dtype.is_floating_point else ""
        raise TypeError(f"found entries of type {value.dtype}, expected real numbers of 16, 32 or 64 bits{remedy}")


def _labels(value) -> list:
    """The labels on each axis of a pandas Series or DataFrame; none for anything else."""
    index = getattr(value, "index", None)
    if not hasattr(index, "equals"):
        return []
    return [index, value.columns] if hasattr(value, "columns") else [index]


def _refuse_other_dimensions(values: tuple) -> None:
    """Raise ValueError if two arrays of xarray have their axes, or the labels on one, in different orders."""
    named = [value for value in values if isinstance(getattr(value, "dims", None), tuple) and hasattr(value, "indexes")]
    for value in named[1:]:
        if value.dims != named[0].dims:
            raise ValueError(
                f"found the axes {named[0].dims} beside {value.dims}, expected the same ones in the same order: "
                "align with .transpose(*other.dims), or take both by position with .to_numpy()"
            )
        for name, index in value.indexes.items():
            if name in named[0].indexes and not index.equals(named[0].indexes[name]):
                raise ValueError(
                    f"found labels {_preview(named[0].indexes[name])} beside {_preview(index)} on the axis {name}, "
                    "expected the same ones in the same order: align with .reindex_like(other)"
                )


def _refuse_other_labels(tables: list) -> None:
    """Raise ValueError if the outcomes of two pandas objects have different labels, or the same in different orders.

    Two Series, or two DataFrames, are compared axis by axis. A Series beside a DataFrame may have the labels of its
    columns or of its index. Axes of different lengths are left to the comparison of shapes.
    """
    for table in tables[1:]:
        one, other = _labels(tables[0]), _labels(table)
        if len(one) == len(other):
            pairs = [(a, [b]) for a, b in zip(one, other, strict=True)]
        else:
            pairs = [(min(one, other, key=len)[0], max(one, other, key=len))]
        for labels, candidates in pairs:
            candidates = [candidate for candidate in candidates if len(candidate) == len(labels)]
            if candidates and not any(labels.equals(candidate) for candidate in candidates):
                raise ValueError(
                    f"found labels {_preview(labels)} beside {_preview(candidates[0])}, expected the same ones in the "
                    "same order: align with .reindex(other.index), or take both by position with .to_numpy()"
                )


def _preview(labels) -> str:
    more = ", …" if len(labels) > 4 else ""
    return f"[{', '.join(map(str, labels[:4]))}{more}]"
