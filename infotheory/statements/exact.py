"""Linear equations and linear programs in exact fractions: one row for each group, one column for each form."""

from fractions import Fraction

from .form import Form

Row = list[Fraction]


def solve(forms: list[Form], target: Form) -> list[Fraction] | None:
    """The multipliers with which the forms sum to the target, by Gauss-Jordan elimination, or None."""
    rows, done = equations([*forms, target]), []
    for j in range(len(forms)):
        pivot = next((row for row in rows if row[j]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        pivot = [entry / pivot[j] for entry in pivot]
        rows, done = eliminated(rows, pivot, j), eliminated(done, pivot, j)
        done.append(pivot)
    return None if any(any(row) for row in rows) else [row[-1] for row in done]


def simplex(inequalities: list[Form], free: list[Form], target: Form) -> list[int] | None:
    """Which forms sum to the target, or None. Inequalities have multipliers >= 0; free forms, numbered last, any.

    This is the first phase of the simplex method: each row starts with a variable of its own, and all of these must
    become 0. Bland's rule takes the first possible column and the first possible row, so the method never cycles.
    Source: Bland (1977).
    """
    rows, chosen, n = equations([*inequalities, *free, target]), [], len(inequalities)
    for j in range(n, n + len(free)):
        if pivot := next((row for row in rows if row[j]), None):
            rows.remove(pivot)
            rows = eliminated(rows, pivot, j)
            chosen.append(j)
    rows = [row if row[-1] >= 0 else [-entry for entry in row] for row in rows]
    owner = [n + i for i in range(len(rows))]  # the column that is solved for in each row; from n on, the row's own
    while True:
        unsolved = [row for row, j in zip(rows, owner, strict=True) if j >= n]
        entering = next((j for j in range(n) if sum(row[j] for row in unsolved) > 0), None)
        if entering is None:
            return None if any(row[-1] for row in unsolved) else [*(j for j in owner if j < n), *chosen]
        positive = [i for i, row in enumerate(rows) if row[entering] > 0]
        i = min(positive, key=lambda i: (rows[i][-1] / rows[i][entering], owner[i]))
        owner[i], pivot = entering, [entry / rows[i][entering] for entry in rows[i]]
        rows = [pivot if k == i else row for k, row in enumerate(eliminated(rows, pivot, entering))]


def equations(columns: list[Form]) -> list[Row]:
    """The rows of a table whose columns are forms, in a fixed order."""
    groups = sorted(set().union(*columns), key=sorted)
    return [[Fraction(column.get(group, 0)) for column in columns] for group in groups]


def eliminated(rows: list[Row], pivot: Row, j: int) -> list[Row]:
    """The rows less the multiple of the pivot row that leaves 0 in column j."""
    reduced = []
    for row in rows:
        factor = row[j] / pivot[j]
        reduced.append([a - factor * b if b else a for a, b in zip(row, pivot, strict=True)] if factor else row)
    return reduced
