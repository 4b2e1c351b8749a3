"""Images a second of the dSprites renderer, on 1 and 2 threads: `python tests/benchmarks/sprites.py`.

Random rows, so nothing can be reused; the best and the median of the repetitions, with the machine as it is.
"""

import statistics
import time

import torch

from models.data.sprites import Sprites

REPETITIONS = 30


def main() -> None:
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


if __name__ == "__main__":
    main()
