"""H(X) of each column of a table and I(X;Y) of each pair of columns, estimated from its rows.

A pair is counted by the combinations that occur, of which there are at most as many as rows.
"""

from collections.abc import Hashable, Mapping
from itertools import combinations
from numbers import Integral
from typing import Any

import numpy as np
from array_api_compat import is_torch_array

from ._arrays.checks import check_keywords
from ._arrays.inputs import Array
from ._arrays.levels import binned, levels, like_samples
from .estimate import miller_madow_entropy
from .measures import entropy

BinsOfColumns = int | Mapping[Hashable, int | None] | None


def mutual_information_table(
    table: Any, *, bins: BinsOfColumns = None, base: float | None = None, bias_corrected: bool = True
) -> Any:
    """H(X) of each column on the diagonal, and I(X;Y) = H(X) + H(Y) - H(X,Y) of each pair of columns elsewhere.

    >>> x, y = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    >>> p = np.histogram2d(x, y, bins=2)[0] / 4
    >>> naive = (p * np.log(p / np.outer(p.sum(1), p.sum(0)), where=p > 0, out=np.zeros((2, 2)))).sum()
    >>> plug_in = mutual_information_table(np.column_stack([x, y]), bias_corrected=False)
    >>> np.round([plug_in[0, 1], naive, plug_in[0, 0]], 6)
    array([0.215762, 0.215762, 0.693147])

    The diagonal is the same measure, since I(X;X) = H(X).

    `table` is a pandas DataFrame, a numpy array or a tensor [N, columns], and the result [columns, columns] is of the
    same kind; that of a DataFrame has the labels of the columns on both axes. Levels are those of `empirical_joint`:
    whole numbers, booleans, strings, dates, categories. Other floats need `bins`, all of one width. A single number,
    `bins=20`, is for the columns that need bins. A dict, `bins={"height": 20}`, holds a number for each of its columns,
    which bins it even if all its values are whole, or None, which asks for levels.

    By default each of the three entropies is that of Miller and Madow, Ĥ + (K - 1)/2N for the K outcomes seen in N
    rows (see `miller_madow_entropy`). So I is the plug-in minus (K_xy - K_x - K_y + 1)/2N, which removes its upward
    bias of first order. The corrected I of independent columns is near 0, and therefore often a little negative. With
    few rows for each combination the correction fails: most combinations are unseen or seen once, and I stays far too
    high. As a rule, N should be several times K_x · K_y. `bias_corrected=False` gives the plug-in estimates, which are
    never negative.

    Values are in nats, and `base=2` gives bits. Raises ValueError for missing values, naming the column, for labels of
    columns that are not unique, for a table without rows or columns and as `empirical_joint` does. Raises TypeError
    for other kinds of tables, masked arrays and bins that are not whole numbers.
    Source: Miller (1955), Note on the bias of information estimates.
    """
    check_keywords(base, True)
    if not isinstance(bias_corrected, bool | np.bool_):
        raise TypeError(f"found bias_corrected={bias_corrected!r}, expected True or False")
    columns = _columns(table)
    name = "table[{!r}]" if _is_frame(table) else "table[:, {}]"
    of_each = _bins(bins, list(columns))
    samples = [_codes(x, name.format(label), *of_each[label]) for label, x in columns.items()]
    estimate = miller_madow_entropy if bias_corrected else _plug_in
    entropies = [float(estimate(np.bincount(x), base=base)) for x in samples]
    values = np.diag(entropies)
    for i, j in combinations(range(len(samples)), 2):
        information = entropies[i] + entropies[j] - float(estimate(_of_pairs(samples[i], samples[j]), base=base))
        if not bias_corrected:
            information = max(information, 0.0)  # only rounding makes it negative
        values[i, j] = values[j, i] = information
    if _is_frame(table):
        return type(table)(values, index=table.columns, columns=table.columns)
    return like_samples(values, [table])


def _plug_in(counts: np.ndarray, base: float | None) -> float:
    return entropy(counts / counts.sum(), base=base, check=False)


def _is_frame(table: Any) -> bool:
    """Whether it is a DataFrame of pandas, which is not imported here."""
    return hasattr(table, "iloc") and hasattr(table, "columns")


def _columns(table: Any) -> dict[Hashable, Array]:
    """The columns of a table by their labels, those of an array by 0, 1, …"""
    if np.ma.isMaskedArray(table):
        raise TypeError("found a masked array, expected a table without a mask: drop the rows with masked values first")
    if not (_is_frame(table) or isinstance(table, np.ndarray) or is_torch_array(table)):
        remedy = "table.to_pandas()" if hasattr(table, "to_pandas") else "pd.DataFrame(table)"
        found = f"{type(table).__module__.partition('.')[0]}.{type(table).__name__}".removeprefix("builtins.")
        raise TypeError(f"found a {found}, expected a pandas DataFrame, a numpy array or a tensor: {remedy}")
    shape = tuple(table.shape)
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"found a table of shape {shape}, expected [N, columns] with at least one row and one column")
    if not _is_frame(table):
        table = table if is_torch_array(table) else np.asarray(table)
        return {j: table[:, j] for j in range(shape[1])}
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise ValueError(
            f"found several columns {twice!r}, expected a different label for each: rename them, as in "
            "table.set_axis(range(table.shape[1]), axis=1)"
        )
    return {label: _complete(label, table.iloc[:, j]) for j, label in enumerate(table.columns)}


def _complete(label: Hashable, column: Any) -> Any:
    """The column of a DataFrame. Raises ValueError if values are missing."""
    missing = int(column.isna().sum())
    if missing:
        raise ValueError(
            f"found {missing:,} missing in the column {label!r}, expected a value in each row: table.dropna() leaves "
            "out these rows in all columns, as pairs share their rows"
        )
    return column


def _bins(bins: BinsOfColumns, labels: list[Hashable]) -> dict[Hashable, tuple[int | None, bool]]:
    """For each column the number of bins, or None, and whether the column is binned even if it holds levels."""
    of_each = bins if isinstance(bins, Mapping) else dict.fromkeys(labels, bins)
    for k in of_each.values():
        if k is not None and (isinstance(k, bool | np.bool_) or not isinstance(k, Integral)):
            raise TypeError(f"found bins={bins!r}, expected a whole number, or a dict with one for each of its columns")
        if k is not None and k < 1:
            raise ValueError(f"found bins={bins!r}, expected at least 1")
    unknown = [label for label in of_each if label not in labels]
    if unknown:
        some = ", ".join(map(repr, labels[:6])) + (", …" if len(labels) > 6 else "")
        raise ValueError(f"found bins for {unknown[0]!r}, expected one of the columns {some}")
    return {label: (k := of_each.get(label), isinstance(bins, Mapping) and k is not None) for label in labels}


def _codes(x: Array, name: str, bins: int | None, by_name: bool) -> np.ndarray:
    """The level of each row, counted from 0."""
    return (binned if by_name else levels)(x, name, bins)[0]


def _of_pairs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How often each pair of levels occurs. Pairs that do not occur are listed only if all pairs are few."""
    n_y = int(y.max()) + 1
    pair = x * n_y + y
    if (int(x.max()) + 1) * n_y <= len(x):
        return np.bincount(pair)
    return np.unique(pair, return_counts=True)[1]
