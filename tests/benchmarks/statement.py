"""Times of proofs and verdicts, on one thread: `python tests/benchmarks/statement.py`.

Each proof is the median of 20, after one that fills the caches; each verdict is run once, with the search from seed 0.
The last lines need the whole search, or most of it.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from test_statement import FALSE, PROVABLE, ZHANG_YEUNG

from infotheory.statements import Statement

SEARCHES = [
    (ZHANG_YEUNG, ()),  # open
    ("I(C;D) <= I(C;D|A) + I(C;D|B)", ("I(A;B) = 0", "I(A;B|C) = 0")),  # open, under conditions
    (ZHANG_YEUNG + " + 0 I(A;E)", ("E -> A -> B,C,D",)),  # open, with five variables
    ("I(C;D) <= I(C;D|A) + I(A;C|D) + I(A;D|C) + I(C;D|B) + I(A;B)", ()),  # refuted by descent, by little
]


def milliseconds(function) -> float:
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    slowest: dict[int, float] = {}
    for text, conditions in [*PROVABLE, *FALSE, *SEARCHES]:
        statement = Statement(text, conditions)
        statement.prove()
        proof = median(milliseconds(statement.prove) for _ in range(20))
        start = time.perf_counter()
        verdict = statement.verdict()
        search = 1e3 * (time.perf_counter() - start)
        n = len(statement.variables)
        slowest[n] = max(slowest.get(n, 0), proof)
        print(f"{verdict:8s} prove {proof:6.2f} ms  verdict {search:8.1f} ms  {statement}")
    print("\n".join(f"slowest proof of {n} variables: {slowest[n]:.2f} ms" for n in sorted(slowest)))


if __name__ == "__main__":
    main()
