"""Run the tests with the lowest version of every requirement that pyproject.toml admits.

python tests/lowest_versions.py                    every test and lecture, in a new environment that is removed
python tests/lowest_versions.py --keep DIR tests   the environment stays in DIR for the next run; the rest is pytest's

The dependencies of the requirements are as new as those admit.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def requirements() -> list[str]:
    """Every requirement of the package and of its tests, as in `numpy>=2.0`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    own = f"{project['name']}["  # a group that contains another one
    return sorted({requirement for group in groups for requirement in group if not requirement.startswith(own)})


def lowest(requirement: str) -> str:
    """`numpy>=2.0,<3` -> `numpy==2.0`. Raises ValueError for a requirement without a lower bound."""
    found = re.fullmatch(r"([\w.-]+)\s*>=\s*([\w.]+)(,.*)?", requirement)
    if not found:
        raise ValueError(f"found the requirement {requirement!r}, expected a lower bound such as 'numpy>=2.0'")
    return f"{found[1]}=={found[2]}"


def run(folder: Path, arguments: list[str]) -> int:
    """Install the lowest versions into an environment in `folder` and run pytest there: its exit code."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not folder.joinpath("pyvenv.cfg").exists():
        venv.create(folder, with_pip=True)
    pins = folder / "lowest.txt"
    pins.write_text("\n".join(map(lowest, requirements())) + "\n")
    print(pins.read_text(), flush=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-c", pins, "-e", f"{ROOT}[explore,test]"], check=True)
    return subprocess.run([python, "-m", "pytest", *arguments], cwd=ROOT).returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--keep", metavar="DIR", type=Path, help="make the environment here, or use the one that is")
    known, for_pytest = parser.parse_known_args()
    if known.keep:
        return run(known.keep.resolve(), for_pytest)
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), for_pytest)


if __name__ == "__main__":
    sys.exit(main())
