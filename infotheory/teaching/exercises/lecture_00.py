"""The exercise that shows how answers are checked."""

import numpy as np

from ..exercise import Exercise
from ..solutions import lecture_00 as solutions

information = Exercise(
    task="the information of an event of probability p",
    unit="nats",
    answer=solutions.information,
    cases=[(0.5,), (0.1,), (1.0,)],
    others=[(0.3,), (0.99,)],
    slips={"That is one term of an entropy: do not multiply by p.": lambda p: -p * np.log(p)},
    hints=(
        "A certain event carries no information, and a rarer event carries more.",
        "The information is a logarithm, up to its sign.",
    ),
)
