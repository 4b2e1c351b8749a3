"""The same sweep on one worker, on several, and on those of a local Dask cluster, in one run.

    python tests/benchmarks/sweeps.py [--workers 2] [--steps 1500]

Four runs of a small convolutional β-VAE, each on one thread, with their numbers. The time includes the start of the
workers and of the cluster.
"""

import argparse
import os
import tempfile
import time

os.environ.setdefault("TQDM_DISABLE", "1")

from models.sweeps import sweep


def seconds_of(**keywords) -> float:
    """The wall time of the sweep in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        sweep("beta-vae-dsprites-32-beta-4", {"beta": [1, 2]}, [0, 1], folder, device="cpu", n_images=2_000, **keywords)
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--steps", type=int, default=1_500)
    arguments = parser.parse_args()
    shared = dict(steps=arguments.steps)
    one = seconds_of(workers=1, **shared)
    print(f"one worker: {one:.1f} s")
    several = seconds_of(workers=arguments.workers, **shared)
    print(f"{arguments.workers} workers: {several:.1f} s, {one / several:.2f} × one")
    dask = seconds_of(workers=arguments.workers, backend="dask", **shared)
    print(f"{arguments.workers} workers of Dask: {dask:.1f} s, {dask / several:.2f} × the time of joblib's own")


if __name__ == "__main__":
    main()
