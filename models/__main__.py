"""The commands of `infotheory` for models; `python -m models` is the same command."""

import sys
from importlib import import_module

import infotheory.__main__


def main(arguments: list[str]) -> int:
    """Run the command `arguments[0]`, one of `MODEL_COMMANDS`; returns the exit code."""
    command = import_module(f"{__package__}.commands.{arguments[0]}")
    parsed = command.parser().parse_args(arguments[1:])
    try:
        command.run(parsed)
    except (OSError, ValueError, FloatingPointError) as error:
        print(f"infotheory: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(infotheory.__main__.main())
