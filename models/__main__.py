"""The commands of `infotheory` for models; `python -m models` is the same command."""

import sys
from importlib import import_module

import infotheory.__main__

from .training.processes import number_of_processes


def main(arguments: list[str]) -> int:
    """Run the command `arguments[0]`, one of `MODEL_COMMANDS`; returns the exit code."""
    command = import_module(f"{__package__}.commands.{arguments[0]}")
    parsed = command.parser().parse_args(arguments[1:])
    try:
        command.run(parsed)
    except (OSError, ValueError, FloatingPointError, ImportError) as error:
        print(f"infotheory: {error}", file=sys.stderr)
        return 1
    except RuntimeError as error:
        if number_of_processes() == 1:
            raise
        print(
            f"infotheory: a process that shared this run has ended ({str(error).splitlines()[0]}); its last checkpoint "
            "is whole, and the same command goes on from there",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(infotheory.__main__.main())
