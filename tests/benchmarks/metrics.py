"""Disentanglement scores against the reference implementation's values, and the time that one model's take.

    python tests/benchmarks/metrics.py --agreement $INFOTHEORY_DATA    about 4 minutes: DCI in both modes
    python tests/benchmarks/metrics.py --time [NAME] [--threads 2]     all scores of a pretrained model
    python tests/benchmarks/metrics.py --time untrained-64             the same of an untrained 64×64 network

MIG and modularity are of the first 10,000 rows, on which the reference computed them, and DCI of the first 3,000.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np
import torch

from models import BetaVAE, Sprites, load_pretrained
from models.evaluation.metrics import beta_vae_score, dci, factor_vae_score, mig, modularity, sap, scores


class Factors:
    """A data set whose images are the factors of dSprites themselves."""

    factor_sizes = Sprites.factor_sizes

    def images(self, factors):
        return factors


def agreement(folder: Path) -> None:
    """Print ours, the reference's and the difference, for every score and representation."""
    with np.load(folder / "calibration.npz") as archive:
        arrays = dict(archive)
    expected, factors = json.loads((folder / "calibration.json").read_text()), arrays["factors"]
    print(f"{'representation':16s}{'score':32s}{'ours':>9s}{'reference':>11s}{'difference':>12s}{'seconds':>9s}")

    def line(name, score, ours, reference, seconds):
        print(f"{name:16s}{score:32s}{ours:9.4f}{reference:11.4f}{ours - reference:+12.4f}{seconds:9.1f}", flush=True)

    for name, reference in expected.items():
        codes = arrays[name]
        for score, rows in ((mig, 10_000), (modularity, 10_000), (sap, 15_000)):
            start = time.perf_counter()
            value = score(codes[:rows], factors[:rows])
            line(name, score.__name__, value, reference[score.__name__], time.perf_counter() - start)
        for booster in ("gradient", "histogram"):
            start = time.perf_counter()
            parts = dci(codes[:3000], factors[:3000], booster=booster)._asdict()
            for part, value in parts.items():
                key = f"dci_{part}"
                line(name, f"{key} ({booster})", value, reference[key], time.perf_counter() - start)

    rotation = np.linalg.lstsq(arrays["axis_aligned"].astype(float), arrays["rotated"], rcond=None)[0]
    rng = np.random.default_rng(0)

    def aligned(images):
        return np.c_[(images + 0.5) / Factors.factor_sizes - 0.5, 0.05 * rng.normal(size=(len(images), 5))]

    for name, represent, reference in (
        ("axis_aligned", aligned, 1.0),
        ("rotated", lambda images: aligned(images) @ rotation, 1.0),
        ("noise", lambda images: rng.normal(size=(len(images), 10)), 0.19),
    ):
        for score in (beta_vae_score, factor_vae_score):
            start = time.perf_counter()
            value = score(represent, Factors())
            line(name, score.__name__, value, reference, time.perf_counter() - start)


def timing(name: str) -> None:
    """Print the seconds that all scores take, from 200,000 images and from all."""
    model = BetaVAE(10, network="conv", size=64) if name == "untrained-64" else load_pretrained(name)
    for n_images in (200_000, None):
        start, processor = time.perf_counter(), time.process_time()
        found = scores(model, Sprites(model.size), n_images=n_images)
        wall, processor = time.perf_counter() - start, time.process_time() - processor
        print(f"{name}, n_images={n_images}: {wall:.1f} s, {processor:.1f} s of processor; {torch.get_num_threads()=}")
        print("  " + ", ".join(f"{key} {value:.4f}" for key, value in found.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agreement", metavar="FOLDER", type=Path, help="the folder that has metrics/calibration.npz")
    parser.add_argument("--time", metavar="NAME", nargs="?", const="beta-vae-dsprites-32-beta-4")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.agreement:
        agreement(arguments.agreement / "metrics")
    if arguments.time:
        timing(arguments.time)


if __name__ == "__main__":
    main()
