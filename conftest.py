"""Lectures and tests run as the lectures are recorded; see `RECORDING` in notebooks/source/build.py.

This file is at the root so that pytest reads it for `tests`, for all notebooks and for a single one.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "notebooks" / "source"))

from build import as_recorded

as_recorded()
