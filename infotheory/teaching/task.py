"""What all exercises share: a task, an answer, hints and slips; and the verdict on what a student wrote."""

import contextlib
import inspect
import io
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .answers import Fault, NothingYet


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and a sentence. `str` begins with ✓, ✗, or ○ if nothing has been written yet."""

    right: bool
    text: str
    begun: bool = True

    def __str__(self) -> str:
        return f"{'✓' if self.right else '✗' if self.begun else '○'} {self.text}"


@dataclass(frozen=True, kw_only=True)
class Task:
    """What all exercises share: the task, the right `answer`, hints, and slips {remark: what is often written}."""

    task: str
    answer: Callable
    hints: Sequence[str] = ()
    slips: Mapping[str, Callable] = field(default_factory=dict)
    hints_shown: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def check(self, answer: Callable) -> None:
        """Print the verdict on a student's function. Nothing is raised, so that the notebook runs on.

        nbgrader says how it runs a notebook: its button "Validate" wants a wrong answer to raise, and when it grades,
        `grade` judges.
        """
        execution = os.environ.get("NBGRADER_EXECUTION")
        if execution == "validate":
            self._raise_unless_right(answer)
        elif execution != "autograde":
            print(self.assess(answer))

    def grade(self, answer: Callable) -> None:
        """Print the verdict of `unseen` on a student's function. Raises AssertionError, with it, for a wrong one."""
        self.unseen()._raise_unless_right(answer)

    def _raise_unless_right(self, answer: Callable) -> None:
        with contextlib.redirect_stderr(io.StringIO()):  # nbgrader gives no points to a cell that writes there
            verdict = self.assess(answer)
        if not verdict.right:
            raise AssertionError(str(verdict))
        print(verdict)

    def unseen(self) -> "Task":
        """The same exercise with cases that `check` does not show."""
        return self

    def assess(self, answer: Callable) -> Verdict:
        """The verdict on a student's function."""
        try:
            return self.judged(answer)
        except NothingYet as fault:
            return Verdict(False, f"{self.task}: {fault}", begun=False)
        except Fault as fault:
            return Verdict(False, f"{self.task}: {fault}")

    def judged(self, answer: Callable) -> Verdict:
        """The verdict, unless a `Fault` is raised; each kind of exercise has its own."""
        raise NotImplementedError

    def hint(self) -> None:
        """Print the next hint."""
        if len(self.hints_shown) == len(self.hints):
            print("There is no further hint; `solution()` prints an answer." if self.hints else "There is no hint.")
            return
        self.hints_shown.append(self.hints[len(self.hints_shown)])
        print(f"Hint {len(self.hints_shown)} of {len(self.hints)}: {self.hints_shown[-1]}")

    def solution(self) -> None:
        """Print the source of the right answer, which a released exercise does not have."""
        try:
            print(textwrap.dedent(inspect.getsource(self.answer)).rstrip())
        except TypeError:  # not a function: a table of its values
            print("This copy of the exercise holds no solution.")


def count(n: int, thing: str) -> str:
    """A number of things in words."""
    return f"{n} {thing}{'s' * (n != 1)}"
