"""`infotheory study`: models × strengths × seeds × scores, and the figures that compare them."""

import argparse
from pathlib import Path

from ..evaluation.table import to_markdown
from ..sweeps.comparison import medians, variances
from ..sweeps.studies import SIZES, study
from ..sweeps.study_figures import save_figures
from .options import add_workers, new_parser

EPILOG = """\
infotheory study --size small --out runs/study

small    36 runs of 32×32: six models, two strengths, three seeds; about 20 minutes on 2 cores
medium   180 runs of 64×64: six strengths, five seeds, 30,000 steps
papers   1,800 runs of 64×64: six strengths, fifty seeds, 300,000 steps

Started again, a study does only what is missing. Its table is OUT/study.csv and .md; its figures are beside it."""


def parser() -> argparse.ArgumentParser:
    options = new_parser("study", "--size small", epilog=EPILOG)
    options.add_argument("--size", choices=SIZES, default="small", help="see below (default: %(default)s)")
    options.add_argument("--out", default="runs/study", metavar="FOLDER", help="default: %(default)s")
    options.add_argument("--device", default="auto", help="auto, cuda, mps or cpu (default: %(default)s)")
    add_workers(options)
    return options


def run(arguments: argparse.Namespace) -> None:
    """Do what the study lacks, print its results in short, and draw its figures."""
    rows = study(
        arguments.size, arguments.out, device=arguments.device, backend=arguments.backend, workers=arguments.workers,
        scheduler=arguments.scheduler,
    )  # fmt: skip
    print(to_markdown(medians(rows)))
    print(to_markdown(variances(rows)))
    names = ", ".join(path.name for path in save_figures(rows, arguments.out))
    print(f"saved as {Path(arguments.out) / 'study'}.csv and .md, with {names}")
