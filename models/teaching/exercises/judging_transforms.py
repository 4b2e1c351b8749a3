"""How a random change T of images is judged: by what remains of three codes, read from new images by their moments."""

from functools import cache

import numpy as np
import torch

import infotheory as it

from ...evaluation.digits import confusion, shapes

LEVELS, SIZE = 4, 64
KEEP, LOSE = 1.0, 0.35  # nats of log 4 = 1.386


def bars(n: int, seed: int) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    """Images [n, 1, 64, 64] of one bar each, and its three codes of four values: slant, position and thickness."""
    rng = np.random.default_rng(seed)
    codes = {name: rng.integers(LEVELS, size=n) for name in ("slant", "position", "thickness")}
    slant, centre = 0.4 * (codes["slant"] - 1.5), SIZE / 2 - 0.5 + 6 * (codes["position"] - 1.5)
    half = (1.0 + 0.7 * codes["thickness"])[:, None, None]
    y, x = np.mgrid[:SIZE, :SIZE]
    y = y - (SIZE / 2 - 0.5)
    across = np.abs(x - centre[:, None, None] + slant[:, None, None] * y) / np.sqrt(1 + slant**2)[:, None, None]
    images = np.clip(half + 0.5 - across, 0, 1) * np.clip(10 - np.abs(y), 0, 1)
    return torch.from_numpy(images[:, None]).float(), codes


@cache
def some_bars() -> tuple[torch.Tensor]:
    return (bars(8, seed=0)[0],)


def readings(images: torch.Tensor) -> dict[str, np.ndarray]:
    """Slant, position and thickness of each image: its slant, its mean x, and the standard deviation across the bar."""
    grey = images[:, 0].double()
    share = grey / grey.sum((1, 2), keepdim=True)
    axis = torch.arange(grey.shape[2], dtype=torch.double)
    mean_x, mean_y = share.sum(1) @ axis, share.sum(2) @ axis
    xx, yy = share.sum(1) @ axis**2 - mean_x**2, share.sum(2) @ axis**2 - mean_y**2
    xy = torch.einsum("nyx,y,x->n", share, axis, axis) - mean_x * mean_y
    narrow = (xx + yy) / 2 - ((xx - yy).square() / 4 + xy.square()).sqrt()
    return {"slant": shapes(images)["slant"], "position": mean_x.numpy(), "thickness": narrow.clamp(min=0).numpy()}


def remaining(images: torch.Tensor, codes: dict[str, np.ndarray]) -> dict[str, float]:
    """The information about each code in its reading, sorted into eight groups of equal size, in nats."""
    found = {}
    for name, values in readings(images).items():
        values = np.nan_to_num(values)  # of an empty image
        group = np.searchsorted(np.quantile(values, np.arange(1, 8) / 8), values)
        found[name] = float(it.mutual_information(confusion(codes[name], group, LEVELS, 8) / len(values)))
    return found


def judge_transform(result) -> str:
    if not callable(result):
        return f"found a {type(result).__name__}, expected a function of images: end your function with `return T`."
    images, codes = bars(4_000, seed=1)
    torch.manual_seed(20260808)
    moved = torch.cat([result(some.clone()) for some in images.split(500)])
    if not torch.is_tensor(moved) or moved.shape != images.shape:
        return f"T gives a tensor {list(moved.shape)} for 4,000 images, expected [4000, 1, 64, 64]."
    if not bool(moved.isfinite().all()) or float(moved.min()) < -1e-4 or float(moved.max()) > 1.0001:
        return "T(x) has pixels outside [0, 1]."
    if float((moved.sum((1, 2, 3)) < 5).float().mean()) > 0.03:
        return "more than 3 % of the images are almost empty after T: is a bar moved out of the image?"
    found = remaining(moved, codes)
    kept = ", ".join(f"{name} {value:.2f}" for name, value in found.items())
    if found["slant"] < KEEP:
        return f"after T there remain, in nats: {kept}. The slant must keep {KEEP:.2f}: does T turn, shear or mirror?"
    for name, change in (("position", "move the bar further"), ("thickness", "scale the image by a random factor")):
        if found[name] > LOSE:
            return f"after T there remain, in nats: {kept}. The {name} may keep at most {LOSE}: {change}."
    return ""


def what_remains(result) -> str:
    images, codes = bars(4_000, seed=2)
    torch.manual_seed(1)
    found = remaining(result(images), codes)
    return (
        f"slant keeps {found['slant']:.2f} of 1.39 nats, position {found['position']:.2f} and thickness "
        f"{found['thickness']:.2f}."
    )
