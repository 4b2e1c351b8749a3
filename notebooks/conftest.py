"""The lectures are checked as they were recorded; see `RECORDING` in source/build.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "source"))

from build import as_recorded

as_recorded()
