"""Arrays for the fuzz test in every library, dtype and memory layout, and the ways to spoil them."""

from math import inf, nan

import numpy as np
import torch
from fuzz_inputs import Case, Draw
from scipy.sparse import coo_array

# Into an array of a library, a dtype and a memory layout


def numpy_array(a: np.ndarray, dtype: str, layout: str):
    with np.errstate(all="ignore"):
        a = np.array(a, dtype)
    if layout == "Fortran":
        return np.asfortranarray(a)
    if layout == "negative strides":
        return np.flip(np.flip(a).copy())
    if layout == "gaps" and a.ndim:
        return np.repeat(a, 2, axis=-1)[..., ::2]
    if layout == "big-endian":
        return a.astype(a.dtype.newbyteorder(">"))
    if layout == "expanded":
        return np.broadcast_to(a, (3, *a.shape))
    if layout == "read-only":
        a.flags.writeable = False
    if layout == "lists":
        return a.tolist()
    return a


def tensor(a: np.ndarray, dtype: str, layout: str):
    a = torch.from_numpy(np.array(a, np.float64)).to(getattr(torch, dtype))
    if layout == "permuted" and a.ndim:
        return a.permute(*reversed(range(a.ndim))).contiguous().permute(*reversed(range(a.ndim)))
    if layout == "gaps" and a.ndim:
        return a.repeat_interleave(2, dim=-1)[..., ::2]
    if layout == "expanded":
        return a.expand(3, *a.shape)
    if layout == "negative bit" and "float16" not in dtype:
        return torch.complex(torch.zeros_like(a), -a).conj().imag
    if layout == "parameter":
        return torch.nn.Parameter(a)
    return a


LAYOUTS = {
    numpy_array: ("C", "C", "Fortran", "negative strides", "gaps", "big-endian", "expanded", "read-only", "lists"),
    tensor: ("contiguous", "contiguous", "permuted", "gaps", "expanded", "negative bit", "parameter"),
}


# Bad ones

ANY = ("NaN", "complex", "text", "dates", "objects", "base", "check")
OF_KIND = {
    numpy_array: (*ANY, "masked", "masked entry", "sparse"),
    tensor: (*ANY, "sparse", "meta", "float8", "list of tensors", "numpy beside"),
}


def spoil(case: Case, arrays: list, d: Draw, build) -> str | None:
    """Make one of the arguments, or a keyword, wrong; return what was done, or None if it cannot be."""
    i = int(d.rng.integers(len(arrays)))
    kind = d.one_of(*OF_KIND[build], *(("negative", "no sum of 1") if i in case.pmfs else ()))
    a = np.array(case.arguments[i], np.float64)
    if kind in ("base", "check"):
        wrong = {"base": ("2", True, 0, 1, -2.0, nan, inf, [2]), "check": ("no", None, 1)}[kind]
        case.keywords[kind] = d.one_of(*wrong)
        return kind
    if kind == "text" and a.size == 0:
        return None
    if kind in ("NaN", "negative", "no sum of 1"):
        if a.size == 0 or not a.any() or not np.isfinite(a).all():
            return None
        case.keywords.pop("check", None)
        index = tuple(int(d.rng.integers(n)) for n in a.shape)
        if kind == "no sum of 1":
            a = a * d.one_of(0.5, 1.5)
        else:
            a[index] = nan if kind == "NaN" else -0.3
        arrays[i] = build(a, d.dtype, "C")
    elif kind == "numpy beside":
        if len(arrays) == 1:
            return None
        arrays[i] = a
    else:
        arrays[i] = WRONG[kind](a, build)
    return kind


def _filled(a: np.ndarray, value) -> list:
    return np.full(a.shape or (1,), value, object).tolist()


WRONG = {
    "complex": lambda a, build: build(a, "float64", "C") + 0j,
    "text": lambda a, build: np.full(a.shape, "0.5").tolist() if build is numpy_array else ["heads", "tails"],
    "dates": lambda a, build: np.full(a.shape, "2000-01-01", "M8[D]") if build is numpy_array else ["2000-01-01"],
    "objects": lambda a, build: _filled(np.zeros(max(a.size, 1)), None),
    "masked": lambda a, build: np.ma.array(a, mask=np.zeros(a.shape, bool)),
    "masked entry": lambda a, build: [0.5, 0.5, np.ma.masked],
    "sparse": lambda a, build: coo_array(np.eye(2)) if build is numpy_array else torch.eye(2).to_sparse(),
    "meta": lambda a, build: torch.empty(a.shape, device="meta"),
    "float8": lambda a, build: torch.ones(a.shape).to(torch.float8_e5m2),
    "list of tensors": lambda a, build: [torch.tensor(0.5), torch.tensor(0.5)],
}
