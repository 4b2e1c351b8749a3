"""What every lecture uses: numbers beside equations, figures with a description, exercises.

- `compare`, `evaluate_lines`, `measured`: print numbers, and check them.
- `use_lecture_style`, `COLOURS`, `show_figure`: figures that are legible in a hall.
- `exercises`, `solutions`, `figures`: a file a lecture; `exercise` has the classes of exercises.
"""

from .numbers import compare, evaluate_lines, measured
from .style import COLOURS, show_figure, use_lecture_style

__all__ = ["COLOURS", "compare", "evaluate_lines", "measured", "show_figure", "use_lecture_style"]
