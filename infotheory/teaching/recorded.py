"""Checks without solutions, for graded coursework: a check that knows numbers only, and says the same.

`record(exercises)` holds what the checks of a lecture compare with: each case with its right value and what each slip
gives there; for a proof some inputs and the values of its two ends. An experiment is judged by the functions of its
judge, which hold no solution. `load(path)` makes checks of a file of such records.
"""

import copy
import importlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from .answers import Fault, array, called, parameters
from .exercise import Exercise, Experiment, ProofExercise
from .task import Task

DRAWS = 20  # inputs that are recorded for a proof


def record(exercises: Mapping[str, Task | Callable]) -> str:
    """The records of exercises, by name, as JSON; and the names of functions that a lecture uses beside them.

    Raises ValueError for a case, a value or an experiment that cannot be written down.
    """
    records = {}
    for name, exercise in exercises.items():
        try:
            records[name] = _record(exercise)
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from error
    return json.dumps(records, ensure_ascii=False, indent=1)


def load(path: str | Path) -> SimpleNamespace:
    """The exercises that a file of records holds, as attributes.

    Raises FileNotFoundError if the file is not there.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"found no {path.name} in {path.parent.resolve()}: it belongs beside the notebook")
    records = json.loads(path.read_text(encoding="utf-8"))
    return SimpleNamespace(**{name: _read(each) for name, each in records.items()})


def _record(exercise: Task | Callable) -> dict:
    if not isinstance(exercise, Task):
        return {"kind": "function"} | encoded(exercise)
    [(kind, (to_record, _))] = [(k, both) for k, both in KINDS.items() if type(exercise).__name__ == k]
    return {"kind": kind, "task": exercise.task, "hints": list(exercise.hints)} | to_record(exercise)


def _read(found: dict) -> Task | Callable:
    return decoded(found) if found["kind"] == "function" else KINDS[found["kind"]][1](found)


# ---- a function: a table of its values


class Values:
    """A function that knows some values only: {arguments: value}."""

    def __init__(self, names: list[str], rows: Iterable[tuple[tuple, Any]]):
        self.values = {json.dumps(encoded(arguments)): value for arguments, value in rows}
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
        )

    def __call__(self, *arguments: Any) -> Any:
        return copy.deepcopy(self.values[json.dumps(encoded(arguments))])


def _of_exercise(exercise: Exercise) -> dict:
    return {
        "unit": exercise.unit,
        "tolerance": exercise.tolerance,
        "errors": dict(exercise.errors),
        "parameters": parameters(exercise.answer, len(exercise.cases[0])),
        "cases": [
            {
                "case": encoded(case),
                "right": encoded(called(exercise.answer, case)),
                "slips": {remark: encoded(_value(slip, case)) for remark, slip in exercise.slips.items()},
            }
            for case in exercise.cases
        ],
    }


def _value(slip: Callable, case: tuple) -> Any:
    """What a slip gives on a case; None if it fails there."""
    try:
        return called(slip, case)
    except Fault:
        return None


def _exercise(found: dict) -> Exercise:
    rows = [(decoded(row["case"]), decoded(row["right"]), row["slips"]) for row in found["cases"]]
    remarks = rows[0][2]
    return Exercise(
        task=found["task"],
        hints=found["hints"],
        unit=found["unit"],
        tolerance=found["tolerance"],
        errors=found["errors"],
        cases=[case for case, _, _ in rows],
        answer=Values(found["parameters"], [(case, right) for case, right, _ in rows]),
        slips={
            remark: Values(found["parameters"], [(case, decoded(slips[remark])) for case, _, slips in rows])
            for remark in remarks
        },
    )


NO_SOLUTION = Values([], [])

# ---- a proof: inputs, and the values of both ends


def _of_proof(exercise: ProofExercise) -> dict:
    rng = np.random.default_rng(2026)
    inputs = [exercise.draw(rng) for _ in range(DRAWS)]
    return {
        "claim": exercise.claim,
        "least": exercise.least,
        "draws": [{"inputs": encoded(each), "ends": encoded(exercise.ends(**each))} for each in inputs],
        "otherwise": [encoded(exercise.otherwise(rng)) for _ in range(DRAWS)] if exercise.otherwise else None,
    }


def _proof(found: dict) -> ProofExercise:
    inputs = [decoded(row["inputs"]) for row in found["draws"]]
    names, values = list(inputs[0]), [decoded(row["ends"]) for row in found["draws"]]
    ends = Values(names, [(tuple(each.values()), value) for each, value in zip(inputs, values, strict=True)])
    return ProofExercise(
        task=found["task"],
        hints=found["hints"],
        claim=found["claim"],
        least=found["least"],
        trials=len(inputs),
        draw=_repeated(inputs),
        otherwise=_repeated(list(map(decoded, found["otherwise"]))) if found["otherwise"] else None,
        ends=lambda **given: ends(*(given[name] for name in names)),
        answer=NO_SOLUTION,
    )


def _repeated(inputs: list[dict]) -> Callable[[np.random.Generator], dict]:
    repeated = cycle(inputs)
    return lambda rng: copy.deepcopy(next(repeated))


# ---- an experiment: the names of the functions that judge it


def _of_experiment(exercise: Experiment) -> dict:
    return {
        "judge": encoded(exercise.judge),
        "success": encoded(exercise.success),
        "arguments": encoded(exercise.arguments),
        "seconds": exercise.seconds,
        "calls": exercise.calls,
        "errors": dict(exercise.errors),
    }


def _experiment(found: dict) -> Experiment:
    judging = {name: decoded(found[name]) for name in ("judge", "success", "arguments")}
    rest = {name: found[name] for name in ("task", "hints", "seconds", "calls", "errors")}
    return Experiment(answer=NO_SOLUTION, **judging, **rest)


KINDS: dict[str, tuple[Callable[[Any], dict], Callable[[dict], Task]]] = {
    "Exercise": (_of_exercise, _exercise),
    "ProofExercise": (_of_proof, _proof),
    "Experiment": (_of_experiment, _experiment),
}

# ---- values as JSON


def encoded(value: Any) -> Any:
    """A value in terms of JSON. A function is its name, which must be found in its module."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple):
        return {"tuple": list(map(encoded, value))}
    if isinstance(value, list):
        return list(map(encoded, value))
    if isinstance(value, Mapping):
        return {"dict": {name: encoded(each) for name, each in value.items()}}
    if callable(value):
        module, name = value.__module__, value.__qualname__
        if getattr(importlib.import_module(module), name, None) is not value:
            raise TypeError(f"found {value.__name__}, expected a function that {module} offers by its name")
        return {"function": [module, name]}
    value = array(value)
    return {"array": value.tolist(), "dtype": value.dtype.name}


def decoded(found: Any) -> Any:
    """The value that was `encoded`."""
    if isinstance(found, list):
        return list(map(decoded, found))
    if not isinstance(found, dict):
        return found
    if "tuple" in found:
        return tuple(map(decoded, found["tuple"]))
    if "dict" in found:
        return {name: decoded(each) for name, each in found["dict"].items()}
    if "function" in found:
        module, name = found["function"]
        return getattr(importlib.import_module(module), name)
    return np.array(found["array"], dtype=found["dtype"])
