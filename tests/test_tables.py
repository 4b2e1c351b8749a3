"""The information in all pairs of columns, against counting by others, and where its correction holds."""

import datetime
import subprocess
import sys
from collections import Counter
from functools import partial
from itertools import combinations
from math import fsum, log

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from infotheory import (
    empirical_joint,
    empirical_pmf,
    entropy,
    miller_madow_entropy,
    mutual_information,
    mutual_information_table,
)

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-11, atol=1e-12)
plug_in = partial(mutual_information_table, bias_corrected=False)
rows = st.lists(st.tuples(*[st.integers(-2, 2)] * 3), min_size=1, max_size=30)


def naive_entropy(labels, corrected):
    counts, n = Counter(labels), len(labels)
    return fsum(k / n * log(n / k) for k in counts.values()) + corrected * (len(counts) - 1) / (2 * n)


def naive_table(columns, corrected):
    """H and I by counting labels, and tuples of two labels, in a dict."""
    h = [naive_entropy(x, corrected) for x in columns]
    table = np.diag(h)
    for i, j in combinations(range(len(columns)), 2):
        table[i, j] = table[j, i] = (
            h[i] + h[j] - naive_entropy(list(zip(columns[i], columns[j], strict=True)), corrected)
        )
    return table


def mixed(n=400, seed=0):
    """A table with columns of every kind, and the labels of each in lists."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(4, size=n), rng.integers(3, size=n)
    day = np.datetime64("2020-01-01") + (x * y)
    table = pd.DataFrame(
        {
            "count": x,
            "word": np.array(["a", "b", "c"])[y],
            "flag": (x + y) % 2 == 0,
            "day": day.astype("M8[s]"),
            "size": pd.Categorical(np.array(["low", "mid", "high"])[y], ["low", "mid", "high", "never"]),
            "whole": (x - y).astype(float),
            "nullable": pd.array(x % 2, dtype="Int64"),
            "tuple": [(int(i), "a") for i in x],
        }
    )
    assert isinstance(table["day"][0], datetime.datetime)
    return table


# Values


@given(rows, st.booleans(), st.sampled_from([None, 2]))
def test_table_is_that_of_counting_in_a_dict(drawn, corrected, base):
    columns = list(zip(*drawn, strict=True))
    expected = naive_table(columns, corrected) / log(base or np.e)
    for kind in (np.array, torch.tensor, pd.DataFrame):
        found = mutual_information_table(kind(drawn), bias_corrected=corrected, base=base)
        np.testing.assert_allclose(np.asarray(found), expected, atol=1e-6 if kind is torch.tensor else 1e-12)


@pytest.mark.parametrize("corrected", [True, False])
def test_columns_of_every_kind_are_levels(corrected):
    table = mixed()
    found = mutual_information_table(table, bias_corrected=corrected)
    close(found, naive_table([table[name].tolist() for name in table], corrected))
    close(mutual_information_table(table, bins=3, bias_corrected=corrected), found)  # no column needs bins


@given(rows)
@example([(i, j, 0) for i in range(3) for j in range(3)])  # H(X) + H(Y) - H(X,Y) is rounded to -4e-16
def test_uncorrected_information_is_sklearns_and_is_never_negative(drawn):
    found = plug_in(pd.DataFrame(drawn))
    for (i, x), (j, y) in combinations(enumerate(zip(*drawn, strict=True)), 2):
        close(found[i][j], mutual_info_score(x, y), rtol=1e-9)
    assert (found.to_numpy() >= 0).all()


def test_entries_are_those_of_the_measures_for_one_pair():
    table = mixed()
    h = {name: entropy(empirical_pmf(table[name])) for name in table}
    found, corrected = plug_in(table), mutual_information_table(table)
    for x in table:
        close(found[x][x], h[x])
        counts = table[x].value_counts().to_numpy()
        close(corrected[x][x], miller_madow_entropy(counts))
        for y in table.columns.drop(x):
            p = empirical_joint(table[x], table[y])
            close(found[x][y], mutual_information(p))
            missing_cells = (np.count_nonzero(p) - p.shape[0] - p.shape[1] + 1) / (2 * len(table))
            if "size" not in (x, y):  # one of its categories never occurs
                close(corrected[x][y], mutual_information(p) - missing_cells)


def test_table_is_symmetric_and_its_diagonal_the_information_of_a_copy():
    table = mixed()
    table["copy"] = table["count"]
    for found in (plug_in(table), mutual_information_table(table)):
        assert (found.to_numpy() == found.to_numpy().T).all()
        close(found["copy"]["count"], found["count"]["count"])


def test_information_of_a_deterministic_function_is_its_entropy():
    x = np.random.default_rng(0).integers(12, size=3000)
    found = plug_in(np.column_stack([x, x % 3]))
    close(found[0, 1], found[1, 1])
    corrected = mutual_information_table(np.column_stack([x, x % 3]))
    close(corrected[0, 1], corrected[1, 1])  # K_xy = K_x, so the corrections of H(X) and H(X,Y) are equal


def test_correction_brings_the_mean_of_independent_columns_near_0_where_the_plug_in_is_biased():
    rng, n, k = np.random.default_rng(0), 500, 6
    draws = rng.integers(k, size=(400, n, 2))
    raw, corrected = ([estimate(d)[0, 1] for d in draws] for estimate in (plug_in, mutual_information_table))
    bias, error = (k - 1) ** 2 / (2 * n), np.std(corrected) / 20
    assert abs(np.mean(raw) - bias) < 0.1 * bias and np.mean(raw) > 20 * error
    assert abs(np.mean(corrected)) < 4 * error + 0.05 * bias
    assert min(corrected) < 0 < max(corrected)


def test_correction_fails_where_most_pairs_are_seen_once():
    draws = np.random.default_rng(0).integers(100, size=(20, 200, 2))
    assert np.mean([mutual_information_table(d)[0, 1] for d in draws]) > 1  # nats, where there are none


# Bins


def test_floats_are_in_bins_of_one_width_and_levels_stay_levels():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.normal(size=500), "y": rng.exponential(size=500), "n": rng.integers(40, size=500)})
    labels = [np.digitize(table[c], np.linspace(table[c].min(), table[c].max(), 8)[1:-1]).tolist() for c in "xy"]
    expected = naive_table([*labels, table["n"].tolist()], True)
    for bins in (7, {"x": 7, "y": 7}, {"x": np.int64(7), "y": 7, "n": None}):
        close(mutual_information_table(table, bins=bins), expected)
    close(mutual_information_table(table.to_numpy(), bins=7), expected)
    close(mutual_information_table(table.to_numpy(), bins={0: 7, 1: 7}), expected)
    few = (table["n"] * 4 // 39).clip(upper=3).tolist()
    close(mutual_information_table(table, bins={"x": 7, "y": 7, "n": 4}), naive_table([*labels, few], True))


def test_bins_that_hold_no_row_count_for_nothing():
    x = np.array([[0.0, 0], [0.5, 1], [100, 1], [100, 0]])
    close(mutual_information_table(x, bins=50), naive_table([[0, 0, 1, 1], [0, 1, 1, 0]], True))


# Kinds


LABELS = {
    "strings": ["b", "a"],
    "integers": [5, 3],
    "several levels": pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["letter", "number"]),
    "dates": pd.to_datetime(["2020-01-01", "2021-01-01"]),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_of_columns_are_kept_on_both_axes(labels):
    table = pd.DataFrame([[0, 1], [1, 1], [0, 0]], columns=labels, index=["p", "q", "p"])
    found = mutual_information_table(table)
    assert found.index.equals(table.columns) and found.columns.equals(table.columns)
    assert found.columns.names == table.columns.names and type(found) is pd.DataFrame
    in_bins = mutual_information_table(table / 3, bins=dict.fromkeys(table.columns, 2))
    close(in_bins, found)


class Subclass(pd.DataFrame):
    """A DataFrame of another library."""


def test_the_same_kind_comes_back():
    assert type(mutual_information_table(Subclass({"a": [1, 2]}))) is Subclass
    for dtype in (np.float32, np.float64, np.int8, bool, "U1"):
        found = mutual_information_table(np.array([[0, 1], [1, 1]]).astype(dtype))
        assert type(found) is np.ndarray and found.dtype == (np.float32 if dtype == np.float32 else np.float64)
    for dtype in (torch.bfloat16, torch.float32, torch.float64, torch.int64):
        x = torch.tensor([[0, 1], [1, 1]], dtype=dtype)
        found = mutual_information_table(x.requires_grad_() if dtype.is_floating_point else x)
        assert found.dtype == (dtype if dtype.is_floating_point else torch.float32) and not found.requires_grad


@pytest.mark.parametrize("kind", [np.array, torch.tensor, pd.DataFrame])
def test_one_row_one_column_and_a_constant_column(kind):
    assert np.asarray(mutual_information_table(kind([[3, 4, 3]]))).tolist() == np.zeros((3, 3)).tolist()
    close(mutual_information_table(kind([[1], [2]]), base=2), [[1 + 1 / 4 / log(2)]], rtol=1e-6)
    found = np.asarray(mutual_information_table(kind([[1, 7], [2, 7], [3, 7]])))
    assert found[0, 0] > 1 and found[0, 1] == found[1, 0] == found[1, 1] == 0


def test_many_labels_take_no_table_of_all_their_pairs():
    """100,000 × 100,000 cells would take 80 GB."""
    x = np.random.default_rng(0).permutation(100_000)
    found = plug_in(pd.DataFrame({"x": x, "y": x // 2, "z": (x * 7919) % 100_000}))
    close(found, [[log(100_000), log(50_000), log(100_000)], [log(50_000)] * 3, [log(100_000), log(50_000), log(1e5)]])


def test_pandas_is_not_imported():
    code = (
        "import sys, numpy as np; from infotheory import mutual_information_table as t; t(np.eye(2));"
        "print(*{'pandas', 'torch', 'scipy'} & sys.modules.keys())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


# What is refused


class Polars:
    """A table of polars has columns but no places, and can be converted."""

    columns = ("a",)

    def to_pandas(self):
        raise NotImplementedError


Polars.__module__ = "polars.dataframe.frame"

REFUSED = {
    "missing": (
        pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, None]}),
        r"^found 2 missing in the column 'b', expected a value in each row: table.dropna\(\) leaves out these rows",
    ),
    "missing numbers": (pd.DataFrame({"a": [1.0, np.nan]}), "^found 1 missing in the column 'a', .*dropna"),
    "missing categories": (pd.DataFrame({"a": pd.Categorical([None, None])}), "^found 2 missing in the column 'a'"),
    "missing in numpy": (np.array([[1.0, 2], [1, np.nan]]), r"^table\[:, 1\]\[1\] is nan, .*drop missing"),
    "infinite": (pd.DataFrame({"a": [1.0, np.inf]}), r"^table\['a'\]\[1\] is inf, expected a finite number"),
    "fractions": (pd.DataFrame({("a", 1): [1.0, 0.5]}), r"^table\[\('a', 1\)\]\[1\] is 0.5, .*: give bins"),
    "fractions in torch": (torch.tensor([[1.0, 0.5]]), r"^table\[:, 1\]\[0\] is 0.5, .*: give bins"),
    "lists in a column": (pd.DataFrame({"a": [[1], [2]]}), r"^table\['a'\]\[0\] is of type list"),
    "equal labels": (
        pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]),
        "^found several columns 'a', expected a different label for each: rename them",
    ),
    "no rows": (pd.DataFrame({"a": []}), r"^found a table of shape \(0, 1\), expected .* at least one row and one"),
    "no columns": (pd.DataFrame(index=[1, 2]), r"^found a table of shape \(2, 0\)"),
    "one row of numbers": (np.arange(3), r"^found a table of shape \(3,\), expected \[N, columns\]"),
    "three axes": (torch.zeros(2, 2, 2), r"^found a table of shape \(2, 2, 2\)"),
}
REFUSED_TYPES = {
    "polars": (Polars(), r"^found a polars.Polars, expected a pandas DataFrame, .*: table.to_pandas\(\)$"),
    "a dict": ({"a": [1, 2]}, r"^found a dict, expected .*: pd.DataFrame\(table\)$"),
    "a list of lists": ([[1, 2], [3, 4]], r"^found a list, expected .*: pd.DataFrame\(table\)$"),
    "a Series": (pd.Series([1, 2]), r"^found a pandas.Series, expected .*: pd.DataFrame\(table\)$"),
    "None": (None, r"^found a NoneType, expected"),
    "a mask": (np.ma.array([[1, 2]], mask=[[0, 1]]), "^found a masked array, expected a table without a mask: drop"),
    "complex numbers": (np.array([[1j]]), "complex128, expected real numbers"),
    "no values": (torch.zeros(2, 2, device="meta"), "tensor without a numpy array"),
    "sparse": (torch.eye(2).to_sparse(), "tensor without a numpy array"),
}


@pytest.mark.parametrize(("table", "message"), REFUSED.values(), ids=REFUSED)
def test_a_table_without_levels_in_each_cell_is_refused(table, message):
    with pytest.raises(ValueError, match=message):
        mutual_information_table(table)


@pytest.mark.parametrize(("table", "message"), REFUSED_TYPES.values(), ids=REFUSED_TYPES)
def test_other_kinds_of_tables_are_refused_with_the_way_out(table, message):
    with pytest.raises(TypeError, match=message):
        mutual_information_table(table)


@pytest.mark.parametrize("bins", [1.5, "20", True, [20, 20], {"a": 2.5}, {"a": "b"}])
def test_a_number_of_bins_is_whole(bins):
    with pytest.raises(TypeError, match=r"^found bins=.*, expected a whole number, or a dict with one for each of its"):
        mutual_information_table(pd.DataFrame({"a": [0.5, 1]}), bins=bins)


def test_other_keywords_out_of_range_are_refused():
    table = pd.DataFrame({"a": [0.5, 1], "b": ["x", "y"]})
    for bins in (0, {"a": -1}):
        with pytest.raises(ValueError, match=r"^found bins=.*, expected at least 1$"):
            mutual_information_table(table, bins=bins)
    with pytest.raises(ValueError, match=r"^found bins for 'c', expected one of the columns 'a', 'b'$"):
        mutual_information_table(table, bins={"c": 2})
    with pytest.raises(ValueError, match=r"^found bins=2 for table\['b'\], which holds labels: expected None there$"):
        mutual_information_table(table, bins={"a": 2, "b": 2})
    with pytest.raises(TypeError, match=r"^found bias_corrected=1, expected True or False$"):
        mutual_information_table(table, bins=2, bias_corrected=1)
    with pytest.raises(ValueError, match=r"^found base=1, expected None"):
        mutual_information_table(table, bins=2, base=1)
