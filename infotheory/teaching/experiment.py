"""An exercise whose answer is something that was done: a training, a search, a construction."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .answers import Fault, called
from .task import Task, Verdict


@dataclass(frozen=True, kw_only=True)
class Experiment(Task):
    """Something to do: `judge(result)` says what is wrong with what the student's function returns, "" if nothing.

    `success(result)` is the sentence after ✓. The function gets `arguments`, or what `arguments()` returns. A right
    result that took longer than `seconds` is refused.
    """

    judge: Callable[[Any], str]
    success: Callable[[Any], str]
    arguments: tuple | Callable[[], tuple] = ()
    seconds: float = 60.0

    def judged(self, answer: Callable) -> Verdict:
        arguments = self.arguments() if callable(self.arguments) else self.arguments
        start = time.perf_counter()
        result = called(answer, arguments)
        took = time.perf_counter() - start
        try:
            if remark := self.judge(result):
                raise Fault(remark)
            sentence = self.success(result)
        except Fault:
            raise
        except Exception as error:  # whatever a student's result may do to the judge
            raise Fault(f"the check cannot use what your function returns, {type(error).__name__}: {error}") from error
        if took > self.seconds:
            raise Fault(f"your function took more than {self.seconds:.0f} s.")
        return Verdict(True, f"{self.task}: {sentence}")
