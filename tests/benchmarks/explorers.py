"""From a key press to the new picture in the browser, for every explorer of the gallery, and how soon that is ready.

    python tests/benchmarks/explorers.py              in Chromium, which voila serves; a minute
    python tests/benchmarks/explorers.py --no-browser the kernel's part alone: state, numbers, picture, PNG

The median and the slowest tenth of 30 moves, in milliseconds. Beside the kernel's wall time stands its processor
time, which other work on the machine does not lengthen.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "notebooks" / "source")]

from browser import EXPLORERS, GALLERY, browser, explorer_box, voila, wait_for_gallery  # noqa: E402

MOVES = 30
TARGETS = dict.fromkeys(EXPLORERS, 60) | {"Latents of a VAE": 100, "β-VAE": 100, "InfoGAN": 100}

# In the page: the time from a control's input (a key, a change of text) to the new picture, loaded.
CLOCK = """
box => {
    const image = box.querySelector('img.widget-image');
    window.moves = [];
    let start = null;
    for (const input of ['keydown', 'input']) box.addEventListener(input, () => { start ??= performance.now() }, true);
    image.addEventListener('load', () => {
        if (start !== null) requestAnimationFrame(() => { window.moves.push(performance.now() - start); start = null });
    });
}
"""


def in_browser() -> None:
    with browser() as open_page, tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with voila(GALLERY, Path(folder) / "log") as address:
            wait_for_gallery(page := open_page(), address)
            ready = time.perf_counter() - start
            print(f"other work on the machine makes a busy loop take {slowdown():.1f} times as long")
            print(f"gallery ready after {ready:.1f} s from the start of voila (aim: 10)")
            print(f"{'explorer':26s}{'median ms':>10s}{'90 % ms':>10s}{'aim':>6s}")
            for name, control in EXPLORERS.items():
                box = explorer_box(page, name)
                box.scroll_into_view_if_needed()
                box.evaluate(CLOCK)
                control = box.locator(control)
                for move in range(MOVES):
                    if name == "Conjectures":  # each is new, every other one true
                        line = f"{move + 2} I(X;Y) <= {'H(X)' if move % 2 else f'{move + 3} H(X)'}"
                        control.fill(line)
                    else:
                        up, down = ("ArrowUp", "ArrowDown") if name == "Joint pmf" else ("ArrowRight", "ArrowLeft")
                        if name == "Dependence":  # it begins at its upper end
                            up, down = down, up
                        there = move % 8 < 4 if name == "β-VAE" else move >= MOVES // 2
                        control.press(down if there else up)
                    page.wait_for_function(f"window.moves.length > {move}", polling=5, timeout=20_000)
                    page.wait_for_timeout(150)
                moves = sorted(page.evaluate("window.moves")[:MOVES])
                print(
                    f"{name:26s}{statistics.median(moves):10.0f}{moves[9 * MOVES // 10]:10.0f}{TARGETS[name]:6d}",
                    flush=True,
                )


def slowdown() -> float:
    """Wall time over processor time of a loop that is busy for half a second: 1 on an idle machine."""
    wall, processor = time.perf_counter(), time.process_time()
    while time.process_time() - processor < 0.5:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - processor)


def in_kernel() -> None:
    from infotheory import explore
    from models import load_pretrained
    from models.explore import BetaExplorer, InfoGANExplorer, RotationExplorer, TraversalExplorer

    def infogan():
        return InfoGANExplorer(load_pretrained("infogan-mnist"))

    def rotation():
        factors = SimpleNamespace(factor_sizes=(3, 6, 40, 32, 32), images=lambda factors: factors)
        return RotationExplorer(lambda factors: factors / 10, factors, latents=(3, 4), n_images=1_000)

    moves = {
        explore.EntropyExplorer: lambda explorer, i: explorer.move(0, 0.5 + i / 100),
        explore.JointExplorer: lambda explorer, i: explorer.put(0, 0, 0.3 + i / 20),
        explore.ConjectureExplorer: lambda explorer, i: explorer.read(f"{i + 2} I(X;Y) <= {i + 2 + i % 2} H(X)"),
        explore.KLExplorer: lambda explorer, i: explorer.set(mean=i / 10),
        explore.ELBOExplorer: lambda explorer, i: explorer.move(0, 0.7 + i / 200),
        explore.InfoGANBoundExplorer: lambda explorer, i: explorer.set(noise=0.2 + i / 100),
        TraversalExplorer: lambda explorer, i: explorer.move(explorer.order[0], i / 10),
        BetaExplorer: lambda explorer, i: explorer.choose(explorer.betas[i % 5], 0),
        explore.GameExplorer: lambda explorer, i: explorer.set(mean=i / 10),
        infogan: lambda explorer, i: explorer.move(0, [i / 20, 0], 0, 1),
        explore.DependenceExplorer: lambda explorer, i: explorer.set(amount=i / 30),
        rotation: lambda explorer, i: explorer.set(angle=3 * i),
    }
    print(f"{'explorer':26s}{'first':>8s}{'wall ms':>10s}{'processor ms':>14s}")
    for make, move in moves.items():
        start = time.process_time()
        explorer = make()
        explorer.widget()
        first = time.process_time() - start
        walls, processors = [], []
        for i in range(MOVES):
            wall, processor = time.perf_counter(), time.process_time()
            move(explorer, i)
            explorer.refresh()
            walls.append(1e3 * (time.perf_counter() - wall))
            processors.append(1e3 * (time.process_time() - processor))
        wall, processor = statistics.median(walls), statistics.median(processors)
        print(f"{type(explorer).__name__:26s}{1e3 * first:8.0f}{wall:10.0f}{processor:14.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-browser", action="store_true")
    if parser.parse_args().no_browser:
        in_kernel()
    else:
        in_browser()


if __name__ == "__main__":
    main()
