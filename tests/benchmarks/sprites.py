"""Images a second of the dSprites renderer: `python tests/benchmarks/sprites.py`, or with `--device cuda`.

On the CPU: on 1 and 2 threads, random rows, so nothing can be reused; the best and the median of the repetitions, with
the machine as it is. On an accelerator: batches a second of `Sprites.to(device)`, held as bytes and rendered.
"""

import argparse
import statistics
import time
from unittest.mock import patch

import torch

from models.data.sprites import Sprites

REPETITIONS = 30


def on_the_cpu() -> None:
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for size in (64, 32):
            sprites = Sprites(size, device="cpu")
            for batch in (64, 256, 1024):
                times = []
                for rows in torch.randint(len(sprites), (REPETITIONS + 1, batch)):
                    start = time.perf_counter()
                    sprites[rows]
                    times.append(time.perf_counter() - start)
                best, median = batch / min(times[1:]), batch / statistics.median(times[1:])
                print(
                    f"{threads} thread{'s' * (threads > 1)}, {size}×{size}, batch {batch:4d}: "
                    f"{best:9,.0f} images/s at best, {median:9,.0f} in the median"
                )


def on_an_accelerator(device: torch.device) -> None:
    for size in (64, 32):
        Sprites(size).to(device)[torch.arange(64, device=device)]  # the geometry, and the device itself, are ready
        torch.accelerator.synchronize()
        start = time.perf_counter()
        data = Sprites(size).to(device)
        torch.accelerator.synchronize()
        print(f"{size}×{size}: {'held as bytes' if data._bytes is not None else 'too little memory to hold all'}, "
              f"{time.perf_counter() - start:.2f} s to move")  # fmt: skip
        with patch("models.data.sprites.free_memory", lambda device: 0):
            rendered = Sprites(size).to(device)
        for name, sprites in (("moved", data), ("rendered", rendered)):
            for batch in (64, 256, 1024):
                rows = torch.randint(len(sprites), (50 * REPETITIONS, batch)).to(device)
                torch.accelerator.synchronize()
                start = time.perf_counter()
                for some in rows:
                    sprites[some]
                torch.accelerator.synchronize()
                rate = len(rows) / (time.perf_counter() - start)
                print(f"{name}, {size}×{size}, batch {batch:4d}: {rate:9,.0f} batches/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu", type=torch.device)
    device = parser.parse_args().device
    on_the_cpu() if device.type == "cpu" else on_an_accelerator(device)


if __name__ == "__main__":
    main()
