"""What the benchmarks of training share: contenders that take turns, a table of their speeds, and the device's peak."""

import time
from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from models.training.loop import training
from models.training.stopping import PostponedStop

PRECISIONS = ("float32", "bf16")
Step = Callable[[], object]


def name_of(device: torch.device) -> str:
    """The card's name, or the device's with the number of threads."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    return f"{device}, {torch.get_num_threads()} threads, torch {torch.__version__}"


def wait(device: torch.device) -> None:
    """Wait until the device has done all that it was asked to do."""
    if device.type != "cpu":
        torch.accelerator.synchronize()


def of_train(make: Callable, data, device: torch.device, **settings) -> Step:
    """A function of which each call is one step of `models.train`: its own loop, without what happens before step 0."""
    torch.manual_seed(0)
    run = training(make(), data, PostponedStop(), steps=10**9, device=device, **settings)
    next(run)
    return lambda: next(run)


def runs_of_train(make: Callable, data, device: torch.device, **settings) -> dict[str, Step]:
    """`train` in both precisions, and on CUDA with a graph and without."""
    ways = {"eager": False, "graph": True} if device.type == "cuda" else {"eager": False}
    return {
        f"train, {precision}, {way}": of_train(make, data, device, precision=precision, graph=graph, **settings)
        for precision in PRECISIONS
        for way, graph in ways.items()
    }


def batches_of(images: torch.Tensor, n: int) -> Step:
    """A function that returns a new random batch of the images, on their device, without a wait."""
    return lambda: images[torch.randint(len(images), (n,), device=images.device)]


def speeds(contenders: dict[str, Step], device: torch.device) -> dict[str, float]:
    """Steps a second of each contender: the best of several blocks of steps, in which they take turns.

    The device is waited for at the ends of a block alone. The first block of each is left out: kernels are chosen and
    graphs captured in it.
    """
    size, rounds = (8, 6) if device.type == "cpu" else (100, 5)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for block in range(rounds + 1):
        for name, step in contenders.items():
            wait(device)
            start = time.perf_counter()
            for _ in range(size):
                step()
            wait(device)
            if block:
                seconds[name].append((time.perf_counter() - start) / size)
    return {name: 1 / min(blocks) for name, blocks in seconds.items()}


def peak(device: torch.device, precision: str) -> float:
    """Floating-point operations a second of a large matrix product: the best of ten; on CUDA, of float32 with TF32."""
    n = 2048 if device.type == "cpu" else 8192
    a = torch.randn(n, n, device=device, dtype=torch.bfloat16 if precision == "bf16" else torch.float32)
    before, torch.backends.cuda.matmul.allow_tf32 = torch.backends.cuda.matmul.allow_tf32, True
    seconds = []
    for _ in range(10):
        wait(device)
        start = time.perf_counter()
        a @ a
        wait(device)
        seconds.append(time.perf_counter() - start)
    torch.backends.cuda.matmul.allow_tf32 = before
    return 2 * n**3 / min(seconds)


def operations(make: Callable, data, device: torch.device, **settings) -> int:
    """Floating-point operations of matrix products and convolutions in one step of `train`."""
    step = of_train(make, data, device, graph=False, **settings)
    step()
    with FlopCounterMode(display=False) as counter:
        step()
    return counter.get_total_flops()


def show(title: str, found: dict[str, float], flops: int, peaks: dict[str, float]) -> None:
    """Print the table of a model: steps a second, their ratios to the other loops, and the share of the peak."""
    others = [name for name in found if not name.startswith("train")]
    print(f"\n{title}: {flops / 1e9:.3g} GFLOP a step")
    print(f"  {'':24s}{'steps/s':>9s}{'of peak':>9s}" + "".join(f"{f'× {name}':>16s}" for name in others))
    for name, rate in found.items():
        share = rate * flops / peaks["bf16" if "bf16" in name else "float32"]
        ratios = "".join(f"{rate / found[other]:16.2f}" for other in others)
        print(f"  {name:24s}{rate:9.1f}{share:9.1%}{ratios}", flush=True)


def show_peaks(device: torch.device) -> dict[str, float]:
    """Measure and print the matrix products that the shares refer to."""
    peaks = {precision: peak(device, precision) for precision in PRECISIONS}
    products = ", ".join(f"{rate / 1e12:.3g} TFLOP/s in {precision}" for precision, rate in peaks.items())
    print(f"{name_of(device)}\nmatrix products: {products}")
    return peaks
