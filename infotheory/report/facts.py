"""A `Fact` relates two numbers; an `Erratum` has facts that refute the printed version and support the correction."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..derivation import Table, holds, number


@dataclass(frozen=True, repr=False)
class Fact:
    """Two numbers and the relation that is claimed between them: "=", "!=", "<=", ">=", "<" or ">"."""

    left: str
    left_value: float
    relation: str
    right: str
    right_value: float

    def __bool__(self) -> bool:
        return holds(self.relation, self.left_value, self.right_value)

    def __str__(self) -> str:
        plain = self.right == f"{float(self.right_value):g}"  # a constant needs no number beside it
        right = self.right if plain else f"{self.right} [{number(self.right_value)}]"
        sign = {"!=": "≠", "<=": "≤", ">=": "≥"}.get(self.relation, self.relation)
        return f"{self.left} [{number(self.left_value)}] {sign} {right} {'✓' if self else '✗'}"

    __repr__ = __str__


@dataclass(frozen=True)
class Evidence:
    """Numbers on one concrete case: what the printed version claims, and what the corrected one claims."""

    printed: tuple[Fact, ...]
    corrected: tuple[Fact, ...]

    def __bool__(self) -> bool:
        """Whether all printed facts are false here, and all corrected facts are true."""
        return not any(self.printed) and all(self.corrected)


@dataclass(frozen=True)
class Erratum:
    """An error of the report: as printed, corrected, the reason, and `evidence()` to run. Texts contain $LaTeX$.

    `kind` is "wrong" for what is false as printed, "loose" for what needs a condition or a narrower word, and
    "notation" for symbols that denote something else, where the meaning is clear and right.
    """

    section: str
    kind: str
    printed: str
    corrected: str
    why: str
    evidence: Callable[[], Evidence] = field(repr=False)
    equations: tuple[str, ...] = ()

    def row(self) -> tuple[str, ...]:
        """Section, as printed, corrected, evidence, and why: the cells of a table."""
        evidence = self.evidence()
        facts = "<br>".join(str(fact) for fact in (*evidence.printed, *evidence.corrected))
        return self.section, self.printed, self.corrected, facts, self.why

    def _repr_html_(self) -> str:
        return Errata([self])._repr_html_()

    def _repr_markdown_(self) -> str:
        return Errata([self])._repr_markdown_()


class Errata(tuple):
    """Errata in the report's order; in a notebook, a table with their numbers."""

    def table(self) -> Table:
        header = ("§", "as printed", "corrected", "printed ✗, corrected ✓", "why")
        return Table("Errata", header, [erratum.row() for erratum in self], widths={1: 22, 2: 22, 3: 32})

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _repr_markdown_(self) -> str:
        return self.table()._repr_markdown_()

    def __repr__(self) -> str:
        return repr(self.table())
