"""Samples of any kind: what is a level, in which order, and what is refused."""

import datetime
import decimal
import enum
from collections import Counter
from functools import partial
from math import fsum, inf, log, nan

import numpy as np
import pandas as pd
import pytest
import strategies  # noqa: F401, its settings of hypothesis
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from infotheory import empirical_joint, empirical_pmf, entropy, mutual_information

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-15)


# Levels of any kind


class Colour(enum.Enum):
    RED = 1
    BLUE = 0


ORDERED = pd.CategoricalDtype(["low", "mid", "high", "never"], ordered=True)
LABELS = {
    "strings": (["b", "a", "b"], ["a", "b"]),
    "strings in numpy": (np.array(["b", "a", "b"]), ["a", "b"]),
    "strings in pandas": (pd.Series(["b", "a", "b"]), ["a", "b"]),
    "bytes": (np.array([b"b", b"a", b"b"]), [b"a", b"b"]),
    "booleans": (np.array([True, False, True]), [False, True]),
    "booleans of torch": (torch.tensor([True, False, True]), None),
    "dates": ([datetime.date(2020, 2, 1), datetime.date(2020, 1, 1), datetime.date(2020, 2, 1)], None),
    "dates in numpy": (np.array(["2020-02-01", "2020-01-01", "2020-02-01"], "M8[D]"), None),
    "dates in pandas": (pd.Series(pd.to_datetime(["2020-02-01", "2020-01-01", "2020-02-01"])), None),
    "dates of a time zone": (pd.Series(pd.to_datetime(["2020-02-01", "2020-01-01", "2020-02-01"], utc=True)), None),
    "spans": (np.array([2, 1, 2], "m8[s]"), None),
    "tuples": ([(1, "b"), (1, "a"), (1, "b")], [(1, "a"), (1, "b")]),
    "records": (np.array([(1, "b"), (1, "a"), (1, "b")], [("i", int), ("s", "U1")]), None),
    "large whole numbers": ([2**70 + 1, 2**70, 2**70 + 1], [2**70, 2**70 + 1]),
    "large unsigned numbers": (np.array([2**63 + 1, 2**63, 2**63 + 1], np.uint64), None),
    "decimals": ([decimal.Decimal("0.2"), decimal.Decimal("0.1"), decimal.Decimal("0.2")], None),
    "objects": (np.array([3.0, 2, 3], object), [2, 3]),
    "numbers of pandas": (pd.Series([3, 2, 3], dtype="Int64"), [2, 3]),
}


@pytest.mark.parametrize("x, levels", LABELS.values(), ids=LABELS)
def test_labels_are_levels_in_increasing_order(x, levels):
    close(empirical_joint(x, range(3), bins=5), [[0, 1 / 3, 0], [1 / 3, 0, 1 / 3]], rtol=1e-6)
    if levels is not None:
        assert (sorted(set(x)) if isinstance(x, list) else np.unique(x).tolist()) == levels


@pytest.mark.parametrize(
    "x",
    [
        ["a", 1, "a"],
        [Colour.RED, Colour.BLUE, Colour.RED],
        [("a", 1), (1, "a"), ("a", 1)],
        pd.Series(["a", 1, "a"]),
        [1j.imag, "1", True],  # 1.0 and True are one level
    ],
)
def test_labels_that_cannot_be_sorted_are_in_the_order_in_which_they_first_appear(x):
    close(empirical_pmf(x), [2 / 3, 1 / 3])
    assert len(dict.fromkeys(x)) == 2


@pytest.mark.parametrize("kind", [pd.Series, pd.Categorical, pd.CategoricalIndex])
def test_levels_of_a_categorical_are_in_the_order_of_its_categories(kind):
    x = kind(["high", "low", "mid", "high"], dtype=ORDERED)
    close(empirical_pmf(x), [0.25, 0.25, 0.5])
    assert list(pd.factorize(x, sort=True)[1]) == ["low", "mid", "high"]
    close(empirical_pmf(pd.cut([0.1, 0.9, 0.2], [0, 0.5, 1])), [2 / 3, 1 / 3])
    close(empirical_pmf(pd.Categorical([0.5, 0.25, 0.5])), [1 / 3, 2 / 3])  # its floats were made labels


@given(st.lists(st.text(max_size=2) | st.integers(-2, 2) | st.tuples(st.booleans(), st.text(max_size=1)), min_size=1))
@example(["1", 1, True])
def test_pmf_of_any_labels_is_that_of_the_codes_of_pandas(x):
    codes = pd.factorize(pd.Series(x, dtype=object))[0]
    p = empirical_pmf(x)
    close(sorted(p), sorted(empirical_pmf(codes)))
    close(empirical_joint(x, codes).sum(axis=1), p)
    close(mutual_information(empirical_joint(x, codes)), entropy(p), rtol=1e-9, atol=1e-12)


def test_forty_labels_are_the_same_as_integers_and_as_floats():
    x = np.random.default_rng(0).integers(40, size=5000)
    expected = fsum(-n / 5000 * log(n / 5000) for n in Counter(x.tolist()).values())
    assert expected == pytest.approx(3.685, abs=5e-4)
    for y in (x, x.astype(float), x.astype(np.float16), x.astype(str), torch.tensor(x).bfloat16().double()):
        for bins in (None, 20, 40):
            assert mutual_information(empirical_joint(y, y, bins=bins)) == pytest.approx(expected, abs=2e-3)
        assert entropy(empirical_pmf(y)) == pytest.approx(expected, abs=2e-3)


def test_labels_0_1_and_100_are_three_levels():
    x = [0.0, 1.0, 100.0]
    assert mutual_information(empirical_joint(x, x)) == pytest.approx(1.0986122886681098)
    assert entropy(empirical_pmf(x)) == pytest.approx(1.0986122886681098)
    assert mutual_information(empirical_joint(x, x, bins=[20, 20])) == pytest.approx(0.6365141682948128)  # 0 and 1 meet


def test_samples_of_pandas_are_its_crosstab():
    table = pd.DataFrame({"x": list("abacab"), "y": [1.0, 2, 1, 2, 2, 1], "z": [0.1, 0.6, 0.2, 0.9, 0.8, 0.3]})
    close(empirical_joint(table["x"], table["y"]), pd.crosstab(table["x"], table["y"], normalize=True).to_numpy())
    in_bins = pd.crosstab(table["x"], pd.cut(table["z"], 2), normalize=True).to_numpy()
    close(empirical_joint(table["x"], table["z"], bins=2), in_bins)


def test_entropies_of_many_levels_by_the_pairs_that_occur():
    x = np.random.default_rng(0).permutation(100_000)
    y = x // 2
    pairs = empirical_pmf(list(zip(x.tolist(), y.tolist(), strict=True)))
    assert entropy(pairs) == pytest.approx(log(100_000))
    assert entropy(empirical_pmf(x)) + entropy(empirical_pmf(y)) - entropy(pairs) == pytest.approx(log(50_000))


# What is refused


def refused(message, error=ValueError):
    return pytest.raises(error, match=message)


REFUSED = {
    "no samples": ([], r" has shape \(0,\), expected \[N\] with at least one sample"),
    "none in numpy": (np.array([]), r" has shape \(0,\), expected \[N\] with at least one sample"),
    "none in torch": (torch.tensor([]), r" has shape \(0,\), expected \[N\] with at least one sample"),
    "a number": (3.0, r" has shape \(\), expected \[N\]"),
    "nothing": (None, r" has shape \(\), expected \[N\]"),
    "rows": ([[1, 2], [3, 4]], r"\[0\] is of type list, expected a number or a hashable label: samples are one row"),
    "a matrix": (np.eye(2), r" has shape \(2, 2\), expected \[N\] .*; pass the columns of a table one by one"),
    "a matrix of torch": (torch.eye(2), r" has shape \(2, 2\), expected \[N\] .*columns"),
    "a table": (pd.DataFrame({"a": [1, 2]}), r" has shape \(2, 1\), expected \[N\] .*columns"),
    "a set as a label": ([1, {2}], r"\[1\] is of type set, expected a number or a hashable label"),
    "NaN": ([0.0, nan, 1.0], r"\[1\] is nan, expected a finite number or a label: drop missing samples first"),
    "NaN in numpy": (np.array([0.0, nan]), r"\[1\] is nan, expected"),
    "NaN in torch": (torch.tensor([0.0, nan]).bfloat16(), r"\[1\] is nan, expected"),
    "NaN in pandas": (pd.Series([0, None], dtype="Int64"), r"\[1\] is (nan|<NA>), expected"),
    "NaN in a category": (pd.Series(["a", None], dtype="category"), r"\[1\] is nan, expected"),
    "NaN in strings": (pd.Series(["a", None]), r"\[1\] is (nan|None), expected"),
    "NaN in a tuple": ([(1, 2), (nan, 1)], r"\[1\] is \(nan, 1\), expected a number or a label: drop missing"),
    "NaN among decimals": ([decimal.Decimal("NaN"), decimal.Decimal(1)], r"\[0\] is Decimal\('NaN'\), expected"),
    "NA": ([pd.NA, 1], r"\[0\] is <NA>, expected a number or a label: drop missing"),
    "None": (["a", None], r"\[1\] is None, expected a number or a label: drop missing samples first, in all variables"),
    "NaT": (np.array(["2020-01-01", "NaT"], "M8[D]"), r"\[1\] is NaT, expected"),
    "NaT in a list": ([pd.NaT], r"\[0\] is NaT, expected"),
    "infinite": ([0.0, 1.0, -inf], r"\[2\] is -inf, expected a finite number"),
    "infinite as float64": (np.array([np.longdouble("1e4000"), 0.5]), r"\[0\] is inf, expected a finite number"),
    "floats": ([1.0, 0.25], r"\[1\] is 0.25, which is not a whole number: give bins \(such as bins=20\) for values on"),
    "floats in numpy": (
        np.array([1.0, 0.25]),
        r"\[1\] is 0.25, .*, or np.unique\(x, return_inverse=True\)\[1\]",
    ),
    "floats in torch": (torch.tensor([1.0, 0.25]), r"\[1\] is 0.25, .*give bins"),
    "floats in pandas": (pd.Series([1.0, 0.25]), r"\[1\] is 0.25, .*give bins"),
    "floats in bfloat16": (torch.tensor([1.0, 0.25]).bfloat16(), r"\[1\] is 0.25, .*give bins"),
    "floats in a tuple": ([(0.5, "a")], r"\[0\] is \(0.5, 'a'\), expected labels, but 0.5 is not a whole number: give"),
    "floats among strings": (["a", 0.5], r"\[1\] is 0.5, expected labels, but 0.5 is not a whole number: give bins"),
    "rounded numbers": (
        np.array([1e17, 0.0]),
        r"\[0\] is 1e\+17, beyond 9.0072e\+15, where its type skips",
    ),
    "rounded numbers in bfloat16": (
        torch.tensor([300.0]).bfloat16(),
        r"\[0\] is 300, beyond 256, where its type skips",
    ),
    "too large for floats": ([10**400, 0.5], " has a whole number that is too large for floats"),
    "complex numbers": ([1j, 2j], r"\[0\] is 1j, expected a real number or a label"),
    "tensors": (
        [torch.tensor(1), torch.tensor(1)],
        r"\[0\] is tensor\(1\), expected numbers, as tensor.tolist\(\) gives",
    ),
    "tensors in a tuple": ([(torch.tensor(1), 2)], r"\[0\] is \(tensor\(1\), 2\), expected numbers"),
}
REFUSED_TYPES = {
    "a mask": (np.ma.array([1, 2, 2, -999], mask=[0, 0, 0, 1]), "masked array, expected"),
    "complex numbers": (np.array([1j]), "found entries of type complex128, expected real numbers"),
    "complex numbers of torch": (torch.tensor([1j]), "found entries of type (torch.)?complex64, expected real numbers"),
    "one string": ("abc", "x is of type str, expected an array, a tensor, a Series or a list of samples"),
    "a set": ({1, 2}, "x is of type set, expected"),
    "a dict": ({1: 2}, "x is of type dict, expected"),
    "a generator": ((i for i in (1, 2)), "x is of type generator, expected"),
    "a tensor without values": (torch.zeros(3, device="meta"), "tensor"),
    "a sparse tensor": (torch.tensor([1.0, 0]).to_sparse(), "tensor"),
}


@pytest.mark.parametrize("x, message", REFUSED.values(), ids=REFUSED)
def test_samples_are_one_row_of_levels_or_of_finite_numbers(x, message):
    with refused("^x" + message):
        empirical_pmf(x)
    with refused(r"^samples\[1\]" + message):
        empirical_joint([1, 2, 3], x)


@pytest.mark.parametrize("x, message", REFUSED_TYPES.values(), ids=REFUSED_TYPES)
def test_samples_are_of_a_type_that_can_be_counted(x, message):
    with refused(message, TypeError):
        empirical_pmf(x)
    with refused(message, TypeError):
        empirical_pmf(x, bins=[3])


def test_variables_are_drawn_together():
    for kind in (list, np.array, torch.tensor):
        with refused("^found 2 and 3 samples, expected as many of each variable$"):
            empirical_joint(kind([1, 2]), kind([1, 2, 3]))
    with refused("^found no samples, expected those of at least one variable$"):
        empirical_joint()
    one, other = pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=["b", "a"])
    with refused("^found Series with different indexes, expected samples drawn together: align them"):
        empirical_joint(one, other)
    close(empirical_joint(one, other.to_numpy()), np.eye(2) / 2)
    close(empirical_joint(one, pd.Series([2, 1], index=["a", "b"])), np.eye(2)[::-1] / 2)


def test_samples_in_numpy_and_torch_do_not_mix():
    with refused("found numpy beside torch", TypeError):
        empirical_joint(np.array([0, 1]), torch.tensor([0, 1]))
    with refused("found tensors on cpu and meta, expected one device"):
        empirical_joint(torch.tensor([0, 1]), torch.zeros(2, device="meta"))


@pytest.mark.parametrize("bins", [1.5, "20", True, np.True_, {3}, (1.5,), ["2"], [True], np.array([1.5]), b"2", [[3]]])
def test_a_number_of_bins_is_a_whole_number(bins):
    for x in ([0.1, 1.0], [0, 1]):
        with refused("^found bins=.*, expected a whole number, or one for each variable", TypeError):
            empirical_pmf(x, bins=bins)


@pytest.mark.parametrize("bins", [0, -3, [0], (-1,), np.int64(0)])
def test_there_is_at_least_one_bin(bins):
    for x in ([0.1, 1.0], [0, 1]):
        with refused("^found bins=.*, expected at least 1$"):
            empirical_pmf(x, bins=bins)


@pytest.mark.parametrize("bins", [[], [3], (3, None, 3), np.array([2])])
def test_numbers_of_bins_are_as_many_as_variables(bins):
    with refused("^found bins=.* for 2 variables, expected a number or None for each$"):
        empirical_joint([0.1, 1.0], [0.1, 1.0], bins=bins)


@pytest.mark.parametrize("x", [["a", "b"], np.array(["a", "b"]), pd.Categorical([1, 2]), np.array([1, 2], "M8[D]")])
def test_labels_cannot_be_binned(x):
    with refused("^found bins=3 for x, which holds labels: expected None there$"):
        empirical_pmf(x, bins=[3])
    close(empirical_pmf(x, bins=3), [0.5, 0.5])


def test_a_table_too_large_for_memory_is_refused_before_it_is_made():
    x = np.arange(100_000)
    with refused("^found 100,000 × 100,000 levels: 10,000,000,000 cells, 80 GB, expected at most .*pairs that occur"):
        empirical_joint(x, x)
    with refused("^found 20,000,000,000,000 levels"):
        empirical_pmf([0.1, 0.2], bins=20_000_000_000_000)
    with refused("^found 100 × 100 × .* cells"):
        empirical_joint(*[x[:100]] * 200)
