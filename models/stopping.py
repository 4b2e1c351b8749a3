"""Ctrl-C and the signals that end a process wait for the end of a training step, so that the state is saved whole."""

import contextlib
import signal
import sys
import threading
from typing import NoReturn

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class PostponedStop:
    """While it is entered, a first Ctrl-C and every SIGTERM or SIGHUP only set `asked`; a second Ctrl-C interrupts.

    SIGTERM comes from `kill` or from a job scheduler at its time limit, SIGHUP from a terminal that closes. An ignored
    signal stays ignored, and a caller's own handler of SIGTERM or SIGHUP stays in place. A caller's handler of Ctrl-C
    is replaced until the end. In threads other than the main one, nothing is changed.
    """

    asked: signal.Signals | None = None

    def __enter__(self) -> "PostponedStop":
        self.before = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, *ENDING):
                handler = signal.getsignal(number)
                if handler is signal.SIG_DFL or (number == signal.SIGINT and callable(handler)):
                    self.before[number] = signal.signal(number, self._ask)
        return self

    def _ask(self, number: int, _) -> None:
        if number == self.asked == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = signal.Signals(number)

    def __exit__(self, *_) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def stop(self, message: str) -> NoReturn:
        """Raise what ends the run: KeyboardInterrupt after Ctrl-C, else SystemExit(128 + the signal's number).

        A SystemExit is silent, so its message goes to stderr.
        """
        if self.asked == signal.SIGINT:
            raise KeyboardInterrupt(message)
        with contextlib.suppress(OSError):  # the terminal that hung up is gone
            print(f"{self.asked.name}: {message}", file=sys.stderr)
        raise SystemExit(128 + self.asked)
