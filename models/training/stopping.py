"""Postpone Ctrl-C and the signals that end a process to the end of a training step, so that the state is consistent."""

import contextlib
import signal
import sys
import threading
import time

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
REPEATED = 1.0  # seconds after a Ctrl-C in which a second one is ignored: keys repeat, and shell wrappers forward it
FORWARDED = 0.1  # seconds after a Ctrl-C in which a shell wrapper has forwarded it


class PostponedStop:
    """In its `with` block, a first Ctrl-C and every SIGTERM or SIGHUP only set `asked`; a later Ctrl-C interrupts.

    A second Ctrl-C within one second counts as the first and is ignored.

    SIGTERM comes from `kill` or from a job scheduler at its time limit, SIGHUP from a terminal that closes. An ignored
    signal remains ignored, and a caller's own handler of SIGTERM or SIGHUP remains in place. A caller's handler of
    Ctrl-C is replaced until the end of the block. In threads other than the main one, nothing changes.
    """

    asked: signal.Signals | None = None
    asked_at = 0.0  # of time.monotonic

    def __enter__(self) -> "PostponedStop":
        self.before = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, *ENDING):
                handler = signal.getsignal(number)
                if handler is signal.SIG_DFL or (number == signal.SIGINT and callable(handler)):
                    self.before[number] = signal.signal(number, self._ask)
        return self

    def _ask(self, number: int, _) -> None:
        now = time.monotonic()
        if number == self.asked == signal.SIGINT:
            if now - self.asked_at < REPEATED:
                return
            raise KeyboardInterrupt("stopped without saving; the steps since the last save are lost")
        self.asked, self.asked_at = signal.Signals(number), now

    def __exit__(self, raised: type[BaseException] | None, *_) -> None:
        if self.asked == signal.SIGINT and not raised:  # a forwarded Ctrl-C must still find the handler of this class
            time.sleep(max(0.0, self.asked_at + FORWARDED - time.monotonic()))
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def stop(self, message: str) -> None:
        """Raise KeyboardInterrupt after Ctrl-C, and SystemExit(128 + the signal's number) after another signal.

        A SystemExit prints nothing, so the message goes to stderr.
        """
        if self.asked is None:
            return
        if self.asked == signal.SIGINT:
            raise KeyboardInterrupt(message)
        with contextlib.suppress(OSError):  # the terminal that hung up is gone
            print(f"{self.asked.name}: {message}", file=sys.stderr)
        raise SystemExit(128 + self.asked)
