"""The naive lines of numpy in the docstrings give the numbers that stand below them."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import infotheory
import models

SKIPPED = ("__main__",)  # modules that run something when they are imported


def modules():
    """Every module of both packages."""
    for package in (infotheory, models):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(SKIPPED):
                yield found.name


def examples(module) -> list[doctest.DocTest]:
    """The docstrings of a module that hold examples; `np` is there as if it were imported."""
    return [test for test in doctest.DocTestFinder().find(module, extraglobs={"np": np}) if test.examples]


def failures(module) -> list[str]:
    """The reports of the examples that give something else."""
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for test in examples(module):
        runner.run(test, out=told.append)
    return told


@pytest.mark.parametrize("name", list(modules()))
def test_examples_in_docstrings_give_what_they_show(name):
    assert not failures(importlib.import_module(name))


def test_every_measure_and_bound_shows_its_naive_line():
    for name in ("measures", "divergences", "evidence", "bounds", "gaussian", "estimate", "tables"):
        module = importlib.import_module(f"infotheory.{name}")
        public = [vars(module)[function] for function in infotheory.__all__ if function in vars(module)]
        own = {f"{name}.{function.__name__}" for function in public if function.__module__ == module.__name__}
        assert own == {test.name.removeprefix("infotheory.") for test in examples(module)}


def test_a_wrong_number_is_found(monkeypatch):
    wrong = infotheory.entropy.__doc__.replace("1.039721", "1.039722")
    assert wrong != infotheory.entropy.__doc__
    monkeypatch.setattr(infotheory.entropy, "__doc__", wrong)
    assert "Expected:\n    array([1.039722, 1.039722])" in "".join(failures(infotheory.measures))
