"""Half a million random inputs: a value near the textbook's, or one documented error; no warning, no NaN gradient.

Run it in full with `pytest -n 0 -m fuzz -s tests/test_fuzz.py`, which takes some minutes and prints a summary; a plain
run takes a small part. The deviation of a value x from the reference r of `long_double.py` is |x - r| / max(1, scale):
absolute for small values, relative for large ones. The scale is |r|, unless the reference gives one: the sum of the
sizes of the terms where they cancel, and the condition number of a covariance.
"""

import warnings
from collections import Counter, defaultdict

import fuzz_inputs
import long_double
import numpy as np
import pytest
import torch
from fuzz_arrays import LAYOUTS, numpy_array, spoil, tensor
from fuzz_inputs import MAKERS, WITHOUT_UNITS, Draw, make
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import infotheory

TOLERANCE = {"float64": 1e-12, "float32": 1e-4, "float16": 2e-2, "bfloat16": 2e-2}
KINDS = [(numpy_array, dtype) for dtype in ("float64", "float32", "float16")] + [(tensor, dtype) for dtype in TOLERANCE]
NAMES = list(MAKERS)
GAUSSIAN = ("gaussian_entropy", "gaussian_kl", "gaussian_mutual_information")
BY_EXAMPLE = 250  # inputs drawn from each seed of hypothesis


class Tally:
    """What went in and what came out."""

    def __init__(self):
        self.seen, self.faults = set(), []
        self.repeated, self.gradients = 0, 0
        self.functions, self.dtypes, self.layouts, self.refusals = Counter(), Counter(), Counter(), Counter()
        self.worst = defaultdict(lambda: (0.0, ""))

    def count(self, name, library, dtype, layout, case, arrays, wrong) -> None:
        """Count an input once: by its function, library, dtype and keywords, and by the very numbers given."""
        given = case.arguments if wrong else map(in_long_double, arrays)
        numbers = tuple((a.shape, a.astype(np.float64).tobytes()) for a in given)
        key = hash((name, library, dtype, wrong, repr(sorted(case.keywords.items())), numbers))
        if key in self.seen:
            self.repeated += 1
            return
        self.seen.add(key)
        self.functions[name] += 1
        self.dtypes[f"{library} {dtype}"] += 1
        self.layouts[layout] += 1

    def summary(self) -> str:
        lines = [f"{len(self.seen)} distinct inputs ({self.repeated} repeated ones are not counted)"]
        for title, counter in (("function", self.functions), ("dtype", self.dtypes), ("layout", self.layouts)):
            lines.append(f"by {title}: " + ", ".join(f"{name} {n}" for name, n in counter.most_common()))
        lines.append(f"refused: {self.refusals.total()}: " + ", ".join(f"{k} {n}" for k, n in self.refusals.items()))
        lines.append(f"gradients looked at: {self.gradients}")
        lines += [f"worst deviation in {k}: {v:.1e} ({where})" for k, (v, where) in sorted(self.worst.items())]
        return "\n".join(lines)


def in_long_double(array) -> np.ndarray:
    if torch.is_tensor(array):
        array = array.detach().resolve_neg().double().numpy()
    return np.asarray(array).astype(np.longdouble) + 0  # without -0.0, by which a plain formula would divide


def reference(name, arrays, keywords):
    """The textbook's value and the scale of its error."""
    function = getattr(long_double, name)
    arrays = [in_long_double(a) for a in arrays]
    keywords = {key: value for key, value in keywords.items() if key not in ("base", "check")}
    if name in GAUSSIAN and arrays[0].ndim == (2 if name == "gaussian_kl" else 3):
        results = [function(*one, **keywords) for one in zip(*arrays, strict=True)]
        value, scale = map(np.array, zip(*results, strict=True))
    else:
        result = function(*arrays, **keywords)
        value, scale = result if isinstance(result, tuple) else (result, abs(result))
    return value, scale


def compare(found, value, scale, dtype: str) -> float:
    """The largest deviation; inf if a NaN or an infinity differs, except where the dtype cannot hold the value."""
    largest = np.longdouble(torch.finfo(getattr(torch, dtype)).max)
    found, value, scale = np.broadcast_arrays(in_long_double(found), value, scale)
    beyond = (abs(value) > 0.99 * largest) & (np.isinf(found)) & (np.sign(found) == np.sign(value))
    same = (found == value) | (np.isnan(found) & np.isnan(value)) | beyond
    with np.errstate(invalid="ignore"):
        deviation = np.where(same, 0, abs(found - value) / np.maximum(1, scale))
    deviation = np.where(np.isnan(deviation) | (np.isinf(found) & ~same), np.inf, deviation)
    return float(deviation.max(initial=0))


def check_gradients(name, value, arrays, dtype) -> None:
    """The gradient comes in the caller's dtype and is never NaN. Where a Gaussian's overflows, LAPACK's may be NaN."""
    if name == "gaussian_kl" and (value.detach().abs() > 1e30).any():
        return
    value.sum().backward()
    for array in arrays:
        if array.grad is not None:
            assert str(array.grad.dtype).endswith(dtype), f"the gradient came back as {array.grad.dtype}"
            assert not array.grad.isnan().any(), f"gradient {array.grad}"


def may_have(name, case, dtype, layout) -> bool:
    """Whether the arguments can come in this layout: lists have no dtype, and an expanded array gets a leading axis."""
    if layout == "lists":
        return dtype == "float64" and all(a.size for a in case.arguments)
    ranks = {a.ndim for a in case.arguments}
    by_one = name in ("joint", "mutual_information_bound") or len(ranks) == 1
    equal = name not in fuzz_inputs.TWO or len({a.shape for a in case.arguments}) == 1
    return layout != "expanded" or (name not in GAUSSIAN and "axis" not in case.keywords and by_one and equal)


def feed(rng: np.random.Generator, tally: Tally) -> None:
    """One input to one function."""
    name, (build, dtype) = NAMES[rng.integers(len(NAMES))], KINDS[rng.integers(len(KINDS))]
    draw = Draw(rng, dtype)
    case, layout = make(name, draw), draw.one_of(*LAYOUTS[build])
    if not may_have(name, case, dtype, layout):
        layout = "C"
    arrays = [build(a, dtype, layout) for a in case.arguments]
    for i in case.symmetric:
        arrays[i] = build(long_double.symmetric(in_long_double(arrays[i])), dtype, "C")
    wrong = spoil(case, arrays, draw, build) if rng.random() < 0.08 else None
    library = "numpy" if build is numpy_array else "torch"
    tally.count(name, library, dtype, layout, case, arrays, wrong)
    function = getattr(infotheory, name)
    leaves = []
    if library == "torch" and not wrong and rng.random() < 0.5:
        leaves = arrays = [a.detach().requires_grad_() for a in arrays]
    try:
        found = call(function, arrays, case.keywords)
        assert not wrong, "accepted"
        assert str(found.dtype).endswith(dtype), f"came back as {found.dtype}"
        if leaves:
            check_gradients(name, found, leaves, dtype)
            tally.gradients += 1
        deviation = deviation_of(found, name, arrays, case.keywords, dtype)
        tally.worst[f"{library} {dtype}"] = max(tally.worst[f"{library} {dtype}"], (deviation, name))
    except Refused as refusal:
        assert wrong or "positive definite" in str(refusal), describe(name, arrays, case.keywords, layout, wrong)
        tally.refusals[wrong or "not positive definite"] += 1
    except Exception as error:
        raise AssertionError(f"{describe(name, arrays, case.keywords, layout, wrong)}: {error}") from error


class Refused(Exception):
    """One of the two documented errors, in the package's words."""


def call(function, arrays, keywords):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        try:
            return function(*arrays, **keywords)
        except (ValueError, TypeError) as error:
            if "expected" in str(error):
                raise Refused(str(error)) from error
            raise


def describe(name, arrays, keywords, layout, wrong) -> str:
    return f"{name}({', '.join(map(repr, arrays))}, **{keywords}), {layout}, wrong: {wrong}"


def deviation_of(found, name, arrays, keywords, dtype) -> float:
    value, scale = reference(name, arrays, keywords)
    if "base" in keywords and name not in WITHOUT_UNITS:
        unit = np.log(np.longdouble(keywords["base"]))
        value, scale = value / unit, scale / abs(unit)
    assert found.shape == np.shape(value), f"shape {found.shape}"
    deviation = compare(found, value, scale, dtype)
    assert deviation <= TOLERANCE[dtype], f"{found} for {value}"
    return deviation


def run(examples: int, derandomize: bool) -> Tally:
    tally = Tally()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=derandomize,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a seed does not shrink
    )
    @given(st.integers(0, 2**64 - 1))
    def feed_many(seed):
        rng = np.random.default_rng(seed)
        for _ in range(BY_EXAMPLE):
            try:
                feed(rng, tally)
            except AssertionError as error:  # go on: one run finds all faults
                tally.faults.append(str(error))

    feed_many()
    return tally


def test_a_few_thousand_random_inputs():
    tally = run(examples=14, derandomize=True)
    assert not tally.faults, "\n\n".join(tally.faults)
    assert len(tally.seen) > 1500 and set(tally.functions) == set(NAMES)


@pytest.mark.fuzz
def test_half_a_million_random_inputs():
    tally = run(examples=2400, derandomize=False)
    print("\n" + tally.summary())
    assert not tally.faults, "\n\n".join(tally.faults)
    assert len(tally.seen) >= 500_000


def test_every_public_function_of_arrays_is_fed():
    from infotheory import bounds, divergences, evidence, gaussian, measures

    public = {
        name
        for module in (bounds, divergences, evidence, gaussian, measures)
        for name, value in vars(module).items()
        if hasattr(value, "__wrapped__") and value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public == set(fuzz_inputs.MAKERS)
