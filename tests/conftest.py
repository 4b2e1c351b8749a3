"""Tests run as the lectures are recorded: on one thread, without progress bars, on the packaged digits."""

import os
import sys
from pathlib import Path

import matplotlib
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))

from build import RECORDING  # noqa: E402

DATA = os.environ.get("INFOTHEORY_DATA")
os.environ.update(RECORDING)
matplotlib.use("agg")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of full data sets that INFOTHEORY_DATA names; a test that needs it is skipped without."""
    if not DATA:
        pytest.skip("set INFOTHEORY_DATA to a folder with MNIST's four IDX files in its subfolder mnist")
    return Path(DATA)
