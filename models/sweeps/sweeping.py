"""A sweep: a recipe's model for every combination of settings and every seed, on several workers, as one table."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch
from joblib import Parallel, delayed, parallel_config
from tqdm.auto import tqdm

from ..data.arguments import require_integers
from ..data.files import read_json, require_writable, to_json
from ..evaluation.table import write_table
from ..recipes import RECIPES
from ..training.device import choose_device
from ..training.together import train_together
from .runs import Numbers, Run, run_alone

MOST_FAILURES = 20  # deaths of workers in a row, without a run that ends, until the sweep gives up
ANSWER = 10  # seconds in which a scheduler has to answer
Row = dict[str, Any]


def sweep(
    name: str, settings: Mapping[str, Sequence[Any]], seeds: Sequence[int] = (0,),
    folder: str | os.PathLike = "runs/sweep", *, steps: int | None = None, device: str = "auto", backend: str = "loky",
    workers: int | None = None, scheduler: str | None = None, n_images: int | None = 200_000, data: str | None = None,
) -> list[Row]:  # fmt: skip
    """Train and measure a recipe's model for every combination of `settings` and every seed; return the table's rows.

        sweep("beta-vae-dsprites-32", {"beta": [1, 2, 4, 8]}, seeds=[0, 1, 2], folder="runs/beta")

    A row has the settings, the seed, the steps and the numbers of `evaluate`. The table is `folder`/NAME.csv and .md,
    and it holds every run of this recipe in the folder. It is written again after each run. Started again, a sweep does
    only what is missing; a run that was cut off goes on from its last checkpoint, `folder`/NAME/….safetensors.

    `workers` processes share the runs, by default one for each core, with one thread each, so that the numbers do not
    depend on their number. `backend` is joblib's "loky", or "dask": at the address `scheduler` of a Dask cluster, whose
    workers see the same folder, or on a local one without an address. On CUDA, the runs take turns in this process, on
    streams of their own, `workers` at a time. A worker that dies is replaced.

    Raises ValueError, before a run starts, for an unknown recipe, setting or backend, a value that the model refuses,
    and files of another sweep; ConnectionError for a scheduler that does not answer; OSError for a full disk;
    BlockingIOError, once the others are done, for runs that another sweep is at.
    """
    runs = planned(name, settings, seeds, folder, steps=steps, device=device, n_images=n_images, data=data)
    require_writable(Path(folder) / f"{name}.csv")

    def write() -> None:
        rows = done_in(folder, name)
        if rows:
            write_table(rows, Path(folder) / name)

    run_all(runs, write, backend=backend, workers=workers, scheduler=scheduler)
    return [run.row(run.done()) for run in runs]


def planned(
    name: str, settings: Mapping[str, Sequence[Any]], seeds: Sequence[int], folder: str | os.PathLike, *,
    steps: int | None = None, device: str = "auto", **fixed: Any,
) -> list[Run]:  # fmt: skip
    """The runs of a sweep, checked; `fixed` are fields that all share. Raises ValueError as `sweep` does."""
    if name not in RECIPES:
        raise ValueError(f"found no recipe {name!r}, expected one of {', '.join(RECIPES)}")
    steps = RECIPES[name].steps if steps is None else steps
    require_integers(1, steps=steps)
    seeds = [seeds] if isinstance(seeds, int) else list(seeds)
    for seed in seeds:
        require_integers(0, seed=seed)
    for key, values in settings.items():
        if isinstance(values, str) or not isinstance(values, Iterable) or not list(values):
            raise ValueError(f"found {key}={values!r}, expected a list of values")
    if not seeds:
        raise ValueError("found no seeds, expected one at least")
    combinations = [dict(zip(settings, values, strict=True)) for values in product(*settings.values())]
    shared = dict(steps=int(steps), folder=str(Path(folder).absolute()), device=str(choose_device(device)))
    runs = [Run(name, combination, int(seed), **shared, **fixed) for combination in combinations for seed in seeds]
    labels = [run.label for run in runs]
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise ValueError(f"found the run {twice} twice, expected different settings and seeds")
    for run in runs[:: len(seeds)]:  # the seed changes no shape
        with torch.random.fork_rng(devices=[]):
            run.model()
    for run in runs:
        run.done()
    return runs


def run_all(
    runs: Sequence[Run], write: Callable[[], None], *, backend: str = "loky", workers: int | None = None,
    scheduler: str | None = None,
) -> None:  # fmt: skip
    """Do all runs that are not done, and `write` the table before the first and after each."""
    if backend not in ("loky", "dask"):
        raise ValueError(f'found backend={backend!r}, expected "loky" or "dask"')
    if scheduler is not None and backend != "dask":
        raise ValueError(f'found scheduler={scheduler!r} with backend={backend!r}, expected backend="dask"')
    workers = os.cpu_count() or 1 if workers is None else workers
    require_integers(1, workers=workers)
    on_gpu = runs[0].device.startswith("cuda")
    missing = [run for run in runs if run.done() is None]
    write()
    with _progress(len(runs), len(missing)) as progress:
        results = _side_by_side(missing, workers) if on_gpu else _on_workers(missing, backend, workers, scheduler)
        for _, numbers in results:
            if numbers is not None:
                progress.update()
                write()
    busy = [run.label for run in runs if run.done() is None]
    if busy:
        raise BlockingIOError(
            f"found that another sweep is at {', '.join(busy[:3])}{', …' * (len(busy) > 3)}, expected to do it here: "
            "start again once it has ended"
        )


def _on_workers(runs: list[Run], backend: str, workers: int, scheduler: str | None) -> Iterator[tuple[Run, Numbers]]:
    """The runs and their numbers, in the order in which they end. A dead worker's run is started again."""
    failures = 0
    with _cluster(backend, workers, scheduler):
        while runs:
            doing = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1, pre_dispatch=workers)
            try:
                for run, numbers in doing(delayed(run_alone)(run) for run in runs):
                    failures = 0
                    yield run, numbers
                return
            except Exception as error:
                if not _is_a_death(error) or failures >= MOST_FAILURES:
                    raise
                failures += 1
            runs = [run for run in runs if run.done() is None]


def _is_a_death(error: Exception) -> bool:
    """Whether a worker has died, in the words of joblib or of Dask."""
    return type(error).__name__ in ("TerminatedWorkerError", "BrokenProcessPool", "KilledWorker")


@contextlib.contextmanager
def _cluster(backend: str, workers: int, scheduler: str | None) -> Iterator[None]:
    """The workers that joblib uses in this context."""
    if backend == "loky":
        with parallel_config("loky", inner_max_num_threads=1):
            yield
        return
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise ImportError('found no Dask, which backend="dask" needs: pip install distributed') from None
    # Dask takes a task of unknown length for half a second, and lets it wait behind a run instead of an idle worker.
    patient = dask.config.set({"distributed.scheduler.unknown-task-duration": "1h"})
    with patient, contextlib.ExitStack() as stack:
        address: Any = scheduler
        if scheduler is None:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40)
            address = stack.enter_context(cluster)
        try:
            client = stack.enter_context(Client(address, timeout=ANSWER))
        except (OSError, ValueError) as error:
            raise ConnectionError(
                f"found no Dask scheduler that answers at {scheduler} ({error}), expected an address such as "
                "tcp://host:8786, where `dask scheduler` runs"
            ) from None
        client.run(_name_of_package)
        with parallel_config("dask", wait_for_workers_timeout=ANSWER):
            yield


def _name_of_package() -> str:
    """A worker that cannot import the package says so here, before any run."""
    return __name__


def _side_by_side(runs: list[Run], workers: int) -> Iterator[tuple[Run, Numbers]]:
    """The runs and their numbers on one GPU, `workers` runs at a time."""
    for start in range(0, len(runs), workers):
        some = runs[start : start + workers]
        arguments = [run.arguments() for run in some]
        train_together(arguments)
        for run, values in zip(some, arguments, strict=True):
            yield run, run.measure(values["model"])


def done_in(folder: str | os.PathLike, name: str) -> list[Row]:
    """The rows of all runs of a recipe that are done in a folder, in the order of settings and seeds."""
    rows = []
    for path in (Path(folder) / name).glob("*.json"):
        found = read_json(path)
        run = Run(found["name"], found["settings"], found["seed"], found["steps"], str(folder))
        rows.append(run.row(found["numbers"]))
    return sorted(rows, key=lambda row: [_in_order(value) for value in row.values()])


def _in_order(value: Any) -> tuple:
    """Numbers by size, and then everything else by its text."""
    return (0, value, "") if isinstance(value, int | float) else (1, 0, to_json(value))


def _progress(n_runs: int, n_missing: int) -> tqdm:
    silent = bool(os.environ.get("TQDM_DISABLE"))
    return tqdm(total=n_runs, initial=n_runs - n_missing, unit="run", disable=silent)
