"""What is no plain array of numbers: masks, labels, sparse and special tensors, and text."""

import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from calls import CALLS, name_of
from scipy.sparse import coo_array, csr_matrix

import infotheory as it

pytestmark = pytest.mark.filterwarnings("error")

calls = pytest.mark.parametrize("function, arguments", CALLS.items(), ids=name_of)


def refused(message, error=TypeError):
    return pytest.raises(error, match=message)


def each_in_turn(arguments, make):
    """The arguments with one of them, each in turn, made another way."""
    for i, argument in enumerate(arguments):
        yield [*arguments[:i], make(argument), *arguments[i + 1 :]]


# Entries that are no numbers, or not all of them

ENTRIES = {
    "a masked array": (lambda a: np.ma.array(a, mask=np.ones(np.shape(a), bool)), "found a masked array, .* array.com"),
    "one without a masked entry": (lambda a: np.ma.array(a), "found a masked array"),
    "a masked entry in a list": (lambda a: [0.5, np.ma.masked], "found a masked array"),
    "masked rows in a list": (lambda a: [[np.ma.array([0.5, 0.5], mask=[0, 1])]], "found a masked array"),
    "text": (lambda a: ["0.5", "0.5"], r"found entries of type <U3 \(text\), expected real numbers"),
    "text of numpy 2": (lambda a: np.array(["0.5"], np.dtypes.StringDType()), r"\(text\), expected real"),
    "bytes": (lambda a: b"0.5", r"found entries of type \|S3 \(text\)"),
    "dates": (lambda a: np.array(["2024-01-01"], "M8[D]"), r"datetime64\[D\] \(dates\), expected real numbers"),
    "time spans": (lambda a: np.array([1], "m8[s]"), r"timedelta64\[s\] \(time spans\), expected real numbers"),
    "complex numbers": (lambda a: np.asarray(a, complex), r"complex128 \(complex numbers\), expected real numbers"),
    "objects": (lambda a: [None, 1.0], r"object \(Python objects\), expected real numbers"),
    "a dictionary": (lambda a: {"x": 0.5}, "found a dict, expected an array or a list of numbers"),
    "records": (lambda a: np.zeros(2, "f8,i4"), r"\(records\), expected real numbers"),
    "a sparse array": (lambda a: coo_array(np.eye(2)), r"found a sparse array, expected a dense one: .*toarray\(\)"),
    "a sparse matrix": (lambda a: csr_matrix(np.eye(2)), "found a sparse array"),
    "a list of tensors": (
        lambda a: [torch.tensor(0.5)],
        r"found a list of tensors, expected one tensor: .*torch.stack",
    ),
    "rows of tensors": (lambda a: [[torch.tensor(0.5, requires_grad=True)]], "found a list of tensors"),
}


@calls
@pytest.mark.parametrize("make, message", ENTRIES.values(), ids=ENTRIES)
def test_entries_are_numbers_and_all_of_them_count(function, arguments, make, message):
    for wrong in each_in_turn(arguments, make):
        for check in (True, False):
            with refused(message):
                function(*wrong, check=check)


TENSORS = {
    "sparse": (lambda a: a.to_sparse(), "found a tensor of layout torch.sparse_coo, expected a dense one"),
    "meta": (lambda a: a.to("meta"), "expected one"),
    "float8": (lambda a: a.to(torch.float8_e4m3fn), "found entries of type torch.float8_e4m3fn, expected real numbers"),
    "complex": (lambda a: a + 0j, "found entries of type torch.complex.*, expected real numbers"),
    "quantised": (lambda a: torch.quantize_per_tensor(a, 0.1, 0, torch.qint8), "found a quantised tensor"),
    "nested": (lambda a: torch.nested.nested_tensor([a.float(), a.float()]), "found a nested tensor"),
}


@calls
@pytest.mark.parametrize("make, message", TENSORS.values(), ids=TENSORS)
def test_tensors_are_dense_and_of_a_usual_dtype(function, arguments, make, message):
    tensors = [torch.tensor(a, dtype=torch.float32) for a in arguments]
    with warnings.catch_warnings(action="ignore"):  # torch's own: some of these are prototypes
        wrongs = list(each_in_turn(tensors, make))
    for wrong in wrongs:
        if any(a.ndim == 0 and a.layout != torch.strided for a in wrong if not a.is_nested):
            continue
        with pytest.raises((TypeError, ValueError), match=message):
            function(*wrong)


def test_a_masked_tensor_is_refused():
    with warnings.catch_warnings(action="ignore"):  # torch's own: it is a prototype
        masked = torch.masked.masked_tensor(torch.tensor([0.5, 0.5]), torch.tensor([True, False]))
    with refused("found a masked tensor, expected one without a mask"):
        it.entropy(masked)


def test_whole_numbers_and_booleans_of_every_size_are_numbers():
    for name in ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bool"):
        assert it.entropy(torch.tensor([0, 1]).to(getattr(torch, name))) == 0
        assert it.entropy(np.array([0, 1], name)) == 0


def test_a_subclass_of_a_tensor_gives_its_value():
    class Mine(torch.Tensor):
        pass

    p = torch.tensor([0.5, 0.5]).as_subclass(Mine).requires_grad_()
    value = it.entropy(p)
    value.backward()
    assert value.item() == pytest.approx(np.log(2)) and p.grad.tolist() == pytest.approx([np.log(2) - 1] * 2)


# Labels


ANSWERS, QUESTIONS = pd.Series(list("aaab")), pd.Series(list("abbbbb"))


def test_series_whose_labels_come_in_another_order_are_refused_and_aligned_give_the_value():
    p, q = ANSWERS.value_counts(normalize=True), QUESTIONS.value_counts(normalize=True)  # a, b and b, a
    with refused(
        r"found labels \[a, b\] beside \[b, a\], expected the same ones in the same order.*reindex", ValueError
    ):
        it.kl_divergence(p, q)
    exact = 0.75 * np.log(0.75 * 6) + 0.25 * np.log(0.25 * 6 / 5)
    assert it.kl_divergence(p, q.reindex(p.index)) == pytest.approx(exact)
    assert it.kl_divergence(p.to_numpy(), q.to_numpy()) != pytest.approx(exact)


@pytest.mark.parametrize(
    "function, arguments", [c for c in CALLS.items() if len(c[1]) > 1 and np.ndim(c[1][1])], ids=name_of
)
def test_labels_in_another_order_are_refused_whatever_the_function(function, arguments):
    def labelled(a, names):
        return pd.Series(a, names) if np.ndim(a) == 1 else pd.DataFrame(a, names[: len(a)], names[: len(a[0])])

    same = [labelled(a, ["a", "b", "c"][: len(a)]) for a in arguments]
    np.testing.assert_allclose(function(*same), function(*arguments))
    with refused("found labels", ValueError):
        function(same[0], labelled(arguments[1], ["c", "b", "a"][-len(arguments[1]) :]), *same[2:])
    with refused("found labels", ValueError):
        function([same[0], same[0].iloc[::-1]], *arguments[1:])


def test_frames_are_compared_on_both_axes_and_a_series_along_one():
    p = pd.DataFrame([[0.5, 0.5], [0.25, 0.75]], ["x", "y"], ["a", "b"])
    assert it.kl_divergence(p, p).tolist() == [0, 0]
    for other in (p[["b", "a"]], p.loc[["y", "x"]]):
        with refused("found labels", ValueError):
            it.kl_divergence(p, other)
    assert it.kl_divergence(p, p.loc["x"]).shape == (2,)
    assert it.joint(pd.Series([0.5, 0.5], ["x", "y"]), p).shape == (2, 2)
    with refused("found labels", ValueError):
        it.joint(pd.Series([0.5, 0.5], ["y", "x"]), p)


@calls
def test_one_series_or_frame_is_taken_by_its_values(function, arguments):
    make = (np.asarray, pd.Series, pd.DataFrame, np.asarray)
    for given in each_in_turn(arguments, lambda a: make[np.ndim(a)](a)):
        np.testing.assert_allclose(function(*given), function(*arguments))


def test_a_frame_of_16_bit_floats_gives_them_back():
    assert it.entropy(pd.DataFrame([[0.5, 0.5]], dtype=np.float16)).dtype == np.float16
    with refused("expected real numbers"):
        it.entropy(pd.DataFrame({"p": [0.5], "name": ["a"]}))


# Sums that say what the table is


def test_a_table_whose_columns_sum_to_one_is_asked_whether_it_is_conditional():
    table = pd.crosstab(pd.Series(list("aabb")), pd.Series(list("xyyy")))
    for measure in (it.mutual_information, it.joint_entropy, it.conditional_entropy, it.marginal):
        with refused(
            r"p_xy sums to 2, .* each column does sum to 1: is it p\(x\|y\)\? Multiply it by p\(y\)", ValueError
        ):
            measure(table / table.sum())
        with refused(r"p_xy sums to 2, .* each row does sum to 1: is it p\(y\|x\)", ValueError):
            measure(table.div(table.sum(axis=1), axis=0))
    three = np.full((2, 2, 2), 0.25)
    with refused("it does sum to 1 for each index of axis -3: is it a pmf given that variable", ValueError):
        it.conditional_mutual_information(three)
    with refused("each row does sum to 1: is the array transposed", ValueError):
        it.barber_agakov_bound([[0.25, 0.25], [0.25, 0.25]], [[0.9, 0.1], [0.8, 0.2]])
    with refused("each column does sum to 1: is the array transposed", ValueError):
        it.entropy([[0.9, 0.5], [0.1, 0.5]])


@pytest.mark.parametrize("normalize", [False, True])
def test_a_table_with_its_margins_is_told_to_leave_them_out(normalize):
    table = pd.crosstab(list("aabbcc"), list("xyxyxx"), margins=True)
    table = table / table.iloc[-1, -1] if normalize else table
    with pytest.raises(ValueError, match="last row and column are the sums of the others: leave out these margins"):
        it.mutual_information(table)
    assert it.mutual_information(table.iloc[:-1, :-1] / table.iloc[-1, -1]) == pytest.approx(0.174416, abs=1e-6)


@pytest.mark.parametrize("p, hint", [([0.5, np.inf], "an entry is infinite"), ([0.0, 0.0], "all entries are 0")])
def test_what_has_no_shares_is_not_told_to_take_them(p, hint):
    with pytest.raises(ValueError, match=hint):
        it.entropy(p)


def test_arrays_of_xarray_are_compared_by_the_names_of_their_axes_and_outcomes():
    xarray = pytest.importorskip("xarray")
    p = xarray.DataArray([[0.3, 0.1], [0.2, 0.4]], dims=("x", "y"), coords={"y": ["a", "b"]})
    assert it.kl_divergence(p, p, axis=(0, 1)) == 0
    with pytest.raises(ValueError, match=r"axes \('x', 'y'\) beside \('y', 'x'\).*transpose"):
        it.kl_divergence(p, p.T, axis=(0, 1))
    with pytest.raises(ValueError, match=r"labels \[a, b\] beside \[b, a\] on the axis y.*reindex_like"):
        it.kl_divergence(p, p.isel(y=[1, 0]), axis=(0, 1))


@pytest.mark.parametrize("p", [{"a": 0.5, "b": 0.5}, iter([0.5, 0.5]), {0.5}])
def test_a_collection_that_is_no_array_is_refused_with_the_remedy(p):
    with pytest.raises(TypeError, match=r"expected an array or a list of numbers: list\(d.values\(\)\)"):
        it.entropy(p)


def test_samples_in_place_of_a_joint_pmf_are_sent_to_empirical_joint():
    with pytest.raises(TypeError, match=r"expected mutual_information\(p_xy\).*empirical_joint\(x, y\)"):
        it.mutual_information([0, 1, 1], [1, 0, 0])
    with pytest.raises(TypeError, match=r"empirical_pmf\(samples\) is the pmf of labels"):
        it.entropy(["a", "b", "a"])
