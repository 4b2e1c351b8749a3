"""Derivations, line by line: `Step`, `Derivation`, and the `Table` in which one is shown."""

from .chain import Check, Derivation, Failure
from .step import SIGNS, TOLERANCE, Step, holds, number
from .table import Table

__all__ = ["SIGNS", "TOLERANCE", "Check", "Derivation", "Failure", "Step", "Table", "holds", "number"]
