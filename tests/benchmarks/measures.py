"""Measures against scipy, dit and pyitlib, on one thread, in one run: `python tests/benchmarks/measures.py`.

Each time is the best of several interleaved repetitions. A ratio is infotheory's time over the fastest peer's, so
below 1 is faster. dit and pyitlib are optional (`pip install dit pyitlib`); they take one distribution at a time, so
they are timed on a part of the batch and scaled up.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import stats
from scipy.special import entr, rel_entr

import infotheory as it

try:
    import dit
except ImportError:
    dit = None
try:
    from pyitlib import discrete_random_variable as pyitlib
except ImportError:
    pyitlib = None

REPETITIONS, PART = 30, 50


def seconds(functions: dict[str, Callable]) -> dict[str, float]:
    """The best time of each function, the functions taking turns."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(REPETITIONS):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def one_by_one(function: Callable, *batches: np.ndarray) -> Callable:
    """The function on each of the first `PART` rows."""
    return lambda: [function(*rows) for rows in zip(*(batch[:PART] for batch in batches), strict=True)]


def report(title: str, ours: Callable, peers: dict[str, Callable], slow: dict[str, Callable], scale: float) -> None:
    """Print every time, and infotheory's over the fastest peer's."""
    times = seconds({"check=False": partial(ours, check=False), "checked": ours, **peers})
    fastest = min(times[name] for name in peers)
    print(f"\n{title}")
    for name, best in times.items():
        ratio = f"  ratio {best / fastest:5.2f}" if name not in peers else ""
        print(f"  {name:34s}{1e3 * best:10.3f} ms{ratio}")
    for name, function in slow.items():
        start = time.perf_counter()
        function()
        print(f"  {name:34s}{1e3 * scale * (time.perf_counter() - start):10.0f} ms  (scaled up)")


def main() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(10), size=(2, 10_000))
    p_xy = rng.dirichlet(np.ones(1_000_000)).reshape(1000, 1000)
    small = rng.dirichlet(np.ones(100), size=PART).reshape(-1, 10, 10)
    assert np.allclose(it.entropy(p), stats.entropy(p, axis=-1), rtol=0, atol=1e-12)
    assert np.allclose(it.kl_divergence(p, q), stats.entropy(p, q, axis=-1), rtol=0, atol=1e-12)

    slow = {}
    if dit:
        letters = "abcdefghij"
        distributions = [
            (dit.Distribution(list(letters), a), dit.Distribution(list(letters), b))
            for a, b in zip(p[:PART], q, strict=False)
        ]
        pairs = [dit.Distribution([x + y for x in letters for y in letters], table.ravel()) for table in small]
        slow = {
            "entropy": {"dit": lambda: [dit.shannon.entropy(d) for d, _ in distributions]},
            "kl": {"dit": lambda: [dit.divergences.kullback_leibler_divergence(a, b) for a, b in distributions]},
            "mi": {"dit (tables of 10 × 10)": lambda: [dit.shannon.mutual_information(d, [0], [1]) for d in pairs]},
        }
    if pyitlib:
        slow.setdefault("entropy", {})["pyitlib"] = one_by_one(pyitlib.entropy_pmf, p)
        slow.setdefault("kl", {})["pyitlib"] = one_by_one(pyitlib.divergence_kullbackleibler_pmf, p, q)

    report(
        "entropies of 10,000 pmfs of 10 outcomes",
        partial(it.entropy, p),
        {
            "scipy.special.entr(p).sum(-1)": lambda: entr(p).sum(-1),
            "scipy.stats.entropy": lambda: stats.entropy(p, axis=-1),
        },
        slow.get("entropy", {}),
        len(p) / PART,
    )
    report(
        "KL of 10,000 pairs of pmfs of 10 outcomes",
        partial(it.kl_divergence, p, q),
        {
            "scipy.special.rel_entr(p, q).sum(-1)": lambda: rel_entr(p, q).sum(-1),
            "scipy.stats.entropy": lambda: stats.entropy(p, q, axis=-1),
        },
        slow.get("kl", {}),
        len(p) / PART,
    )
    report(
        "mutual information of a 1000 × 1000 joint pmf",
        partial(it.mutual_information, p_xy),
        {
            "H(X) + H(Y) - H(X,Y) through entr": lambda: (
                entr(p_xy.sum(1)).sum() + entr(p_xy.sum(0)).sum() - entr(p_xy).sum()
            )
        },
        slow.get("mi", {}),
        1 / PART,
    )


if __name__ == "__main__":
    main()
