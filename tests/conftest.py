"""Tests run as the lectures are recorded: on one thread, without progress bars, on the packaged digits."""

import os
import sys
from pathlib import Path

import matplotlib
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks"))

from build import as_recorded

as_recorded()
matplotlib.use("agg")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long fuzz test unless `-m fuzz` asks for it."""
    if "fuzz" not in config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("fuzz")]
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of full data sets that INFOTHEORY_DATA names; a test that needs it is skipped without."""
    if not os.environ["INFOTHEORY_FULL_DATA"]:
        pytest.skip("set INFOTHEORY_DATA to a folder with MNIST's four IDX files in its subfolder mnist")
    return Path(os.environ["INFOTHEORY_FULL_DATA"])
