"""The lectures are checked as they were recorded; see `RECORDING` in build.py."""

from build import as_recorded

as_recorded()
