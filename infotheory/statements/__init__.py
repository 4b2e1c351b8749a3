"""Statements about entropies: read, evaluated, proved for every distribution, or refuted by one.

The files build on one another in this order: `form`, `expression`, `notation`; `exact` and `proof`; `arrangements`,
`networks` and `counterexample`; `statement`.
"""

from .expression import StatementError, evaluate
from .proof import Proof
from .statement import Statement, Verdict

__all__ = ["Proof", "Statement", "StatementError", "Verdict", "evaluate"]
