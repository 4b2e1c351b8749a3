"""One run of a sweep: the model with its settings and its seed, its files, its training and its numbers."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from ..data.files import read_json, to_json, write_whole
from ..evaluation.reports import evaluate
from ..model import Model
from ..recipes import RECIPES, load_data
from ..training.loop import train

Numbers = dict[str, float]


@dataclass(frozen=True)
class Run:
    """A recipe's model with `settings` and a `seed`, trained for `steps`; all that a worker needs, as plain values."""

    name: str
    settings: dict[str, Any]
    seed: int
    steps: int
    folder: str
    device: str = "cpu"
    n_images: int | None = 200_000  # for the scores from interventions; see `metrics.scores`
    data: str | None = None  # MNIST's folder
    batch_size: int | None = None  # None: the recipe's
    precision: str | None = None  # None: the recipe's

    @property
    def label(self) -> str:
        """The settings and the seed in a file's name, such as "beta=4,seed=0"."""
        return ",".join(f"{key}={_in_a_name(value)}" for key, value in (self.settings | {"seed": self.seed}).items())

    @property
    def checkpoint(self) -> Path:
        return Path(self.folder) / self.name / f"{self.label}.safetensors"

    @property
    def result(self) -> Path:
        """The file with the numbers, which is there once the run is done."""
        return self.checkpoint.with_suffix(".json")

    def model(self) -> Model:
        """The untrained model. Raises ValueError for a setting that it does not have, or a value that it refuses."""
        torch.manual_seed(self.seed)  # the first weights
        try:
            return RECIPES[self.name].make(**self.settings)
        except TypeError as error:
            known = sorted(RECIPES[self.name].make().config)
            raise ValueError(
                f"found the settings {self.settings} for {self.name}, expected some of {', '.join(known)}: {error}"
            ) from None

    def arguments(self) -> dict[str, Any]:
        """The arguments of `train`."""
        recipe = RECIPES[self.name]
        data, _ = load_data(recipe.data, self.data, torch.device(self.device))
        return dict(
            model=self.model(), data=data, steps=self.steps, batch_size=self.batch_size or recipe.batch_size,
            seed=self.seed, device=self.device, precision=self.precision or recipe.precision,
            checkpoint=self.checkpoint,
        )  # fmt: skip

    def measure(self, model: Model) -> Numbers:
        """The numbers of the trained model, written into its file, as it is then done."""
        numbers = evaluate(model, self.data, n_images=self.n_images)[0]
        write_whole(self.result, (to_json(self._identity() | {"numbers": numbers}) + "\n").encode())
        return numbers

    def done(self) -> Numbers | None:
        """The numbers, if the run is done. Raises ValueError for a file of a different run."""
        if not self.result.exists():
            return None
        found, expected = read_json(self.result), self._identity()
        different = [key for key, value in expected.items() if not isinstance(found, dict) or found.get(key) != value]
        if different or not isinstance(found.get("numbers"), dict):
            ours, theirs = ({key: values.get(key) for key in different} for values in (expected, found))
            raise ValueError(
                f"{self.result} is of another sweep: found {theirs}, expected {ours}; choose a different folder"
            )
        return found["numbers"]

    def row(self, numbers: Numbers) -> dict[str, Any]:
        """The row of the table."""
        return {"model": self.name} | self.settings | {"seed": self.seed, "steps": self.steps} | numbers

    def _identity(self) -> dict[str, Any]:
        """What a run is, apart from its place, as JSON returns it: equal for equal numbers."""
        own = {key: value for key, value in asdict(self).items() if key not in ("folder", "device", "data")}
        return json.loads(to_json(own))


def run_alone(run: Run) -> tuple[Run, Numbers | None]:
    """Train and measure a run in this process, on one thread; None if another process is at it.

    A run goes on from its checkpoint, and one that is done is not repeated.
    """
    with quiet_on_one_thread(), locked(run.checkpoint) as free:
        if not free:
            return run, None
        numbers = run.done()
        if numbers is None:
            arguments = run.arguments()
            train(**arguments)
            numbers = run.measure(arguments["model"])
    return run, numbers


@contextlib.contextmanager
def quiet_on_one_thread() -> Iterator[None]:
    """A context of one thread, so that the bits do not depend on the number of workers, and without progress bars."""
    threads, shown = torch.get_num_threads(), os.environ.get("TQDM_DISABLE")
    torch.set_num_threads(1)
    os.environ["TQDM_DISABLE"] = "1"
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        if shown is None:
            del os.environ["TQDM_DISABLE"]
        else:
            os.environ["TQDM_DISABLE"] = shown


@contextlib.contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether this process alone works on the file, as long as the context lasts; a killed process frees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield True
        return
    lock = path.with_name(f".{path.stem}.lock")
    with open(lock, "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
        lock.unlink(missing_ok=True)


def _in_a_name(value: Any) -> str:
    """A value in the name of a file."""
    return to_json(value).strip('"').replace("/", "_").replace(" ", "")
