"""An exercise whose answer is something that was done: a training, a search, a construction."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Fault, called
from .task import Task, Verdict


@dataclass(frozen=True, kw_only=True)
class Experiment(Task):
    """Something to do: `judge(result)` says what is wrong with what the student's function returns, "" if nothing.

    `success(result)` is the sentence after ✓. The function gets `arguments`, or what `arguments()` returns. It is
    called `calls` times, and `judge` gets all results. A right result is refused if a call takes more than `seconds`,
    of the clock or of the processor, whichever is less. `errors` translates exceptions: a part of the message of one,
    and what to tell the student instead.
    """

    judge: Callable[[Any], str]
    success: Callable[[Any], str]
    arguments: tuple | Callable[[], tuple] = ()
    seconds: float = 60.0
    calls: int = 1
    errors: Mapping[str, str] = field(default_factory=dict)

    def judged(self, answer: Callable) -> Verdict:
        arguments = self.arguments() if callable(self.arguments) else self.arguments
        start, busy = time.perf_counter(), time.process_time()
        results = [self._called(answer, arguments) for _ in range(self.calls)]
        took = min(time.perf_counter() - start, time.process_time() - busy) / self.calls
        try:
            if remark := self.judge(*results):
                raise Fault(remark)
            sentence = self.success(results[0])
        except Fault:
            raise
        except Exception as error:  # whatever a student's result may do to the judge
            raise Fault(f"the check cannot use what your function returns, {type(error).__name__}: {error}") from error
        if took > self.seconds:
            raise Fault(f"your function takes {took:.0f} s, expected at most {self.seconds:.0f} s.")
        return Verdict(True, f"{self.task}: {sentence}")

    def _called(self, answer: Callable, arguments: tuple) -> Any:
        try:
            return called(answer, arguments)
        except Fault as fault:
            for part, remark in self.errors.items():
                if part in str(fault):
                    raise Fault(remark) from fault
            raise
