"""Lectures and tests run as the lectures are recorded; see `RECORDING` in notebooks/source/build.py.

This file is at the root so that pytest reads it for `tests`, for all notebooks and for a single one.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "notebooks" / "source"))

from build import ROOT
from recording import as_recorded

as_recorded()


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval the file of what it ignores, wherever pytest was started."""
    if not getattr(config.option, "nbval_sanitize_with", None):
        config.option.nbval_sanitize_with = str(ROOT / "tests" / "sanitize.cfg")
