"""Tests run as the lectures are recorded: on one thread, without progress bars, on the packaged digits.

They train on the CPU, or on the device that INFOTHEORY_DEVICE names: `INFOTHEORY_DEVICE=cuda pytest`.
"""

import os
import signal
from pathlib import Path

import matplotlib
import pytest
import torch
from recording import DEVICE  # ../conftest.py has put its folder on the path and set the environment

matplotlib.use("agg")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts a job in the background with Ctrl-C ignored


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out long tests unless `-m fuzz` or `-m slow` asks for them; skip the tests of CUDA on other devices."""
    for marker in ("fuzz", "slow"):
        if marker not in config.option.markexpr:
            long = [item for item in items if item.get_closest_marker(marker)]
            items[:] = [item for item in items if item not in long]
            config.hook.pytest_deselected(items=long)
    for item in items:
        if item.get_closest_marker("cuda") and not DEVICE.startswith("cuda"):
            item.add_marker(
                pytest.mark.skip(reason="needs a CUDA device: INFOTHEORY_DEVICE=cuda on a machine with one")
            )


@pytest.fixture(scope="session")
def device() -> torch.device:
    """The torch.device on which tests train; `train` and the command line choose the same by default."""
    from models import choose_device

    return choose_device()


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of full data sets that INFOTHEORY_DATA names; a test that needs it is skipped without."""
    if not os.environ["INFOTHEORY_FULL_DATA"]:
        pytest.skip("set INFOTHEORY_DATA to a folder with MNIST's four IDX files in its subfolder mnist")
    return Path(os.environ["INFOTHEORY_FULL_DATA"])
