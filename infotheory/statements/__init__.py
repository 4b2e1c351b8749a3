"""Statements about entropies: read, evaluated, proved for every distribution, or refuted by one.

Each file uses only files above it:

- `form`: a linear combination of joint entropies, in exact fractions;
- `expression`: the parser, from text to forms;
- `notation`: the text in LaTeX;
- `exact`: linear equations and linear programs in exact fractions;
- `proof`: a statement as a sum of Shannon's inequalities;
- `arrangements`, `networks`: small pmfs that may refute it, listed and drawn;
- `counterexample`: the search for a pmf that refutes it, decided exactly;
- `statement`: `Statement` and its `Verdict`.
"""

from .expression import StatementError, evaluate
from .proof import Proof
from .statement import Statement, Verdict

__all__ = ["Proof", "Statement", "StatementError", "Verdict", "evaluate"]
