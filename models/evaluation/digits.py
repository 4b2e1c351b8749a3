"""Measures of a model of digits: the digit and the effect of each code, agreement with labels, Inception Score."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from infotheory import entropy

from ..codes import Categorical
from ..data.float64 import in_float64
from ..data.images import as_labels
from ..gan import ConditionalGAN
from ..infogan import InfoGAN


def read_codes(model: InfoGAN, images: torch.Tensor) -> np.ndarray:
    """The likeliest value of the first Categorical code under Q(c|x), for each image: [n].

    The images may be on any device. Raises ValueError for a model without a Categorical code.
    """
    which = next((i for i, code in enumerate(model.codes) if isinstance(code, Categorical)), None)
    if which is None:
        raise ValueError(f"found the codes {model.codes}, expected a Categorical among them")
    with torch.no_grad():
        read = [model.recognise(batch.to(model.device))[which].argmax(1) for batch in images.split(1000)]
    return torch.cat(read).cpu().numpy()


def confusion(codes: Any, labels: Any, n_codes: int = 10, n_labels: int = 10) -> np.ndarray:
    """The number of images with each code and label: counts [n_codes, n_labels].

    Codes and labels [n] are arrays, lists, or tensors on any device. Raises ValueError unless they are integers.
    """
    counts = np.zeros((n_codes, n_labels), dtype=int)
    np.add.at(counts, tuple(as_labels(values).cpu().numpy() for values in (codes, labels)), 1)
    return counts


def match_codes(counts: np.ndarray) -> np.ndarray:
    """The digit of each code, [n_codes], by the one-to-one assignment with the most counts on matched pairs.

    If there are more codes than digits, a code without a digit has -1. This is the assignment problem of Kuhn (1955).
    """
    digit_of = np.full(len(counts), -1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    digit_of[rows] = columns
    return digit_of


def code_error(counts: np.ndarray, digit_of: np.ndarray) -> float:
    """The share of images whose label differs from the digit of their code."""
    rows = np.flatnonzero(digit_of >= 0)
    return 1 - float(counts[rows, digit_of[rows]].sum() / counts.sum())


@torch.no_grad()
def information_per_code(model: InfoGAN, n: int = 10_000, seed: int = 0) -> dict[str, float]:
    """L_I of each code, in nats, on n generated images: `{"L_I[0]": …}`.

    The images are not augmented. With `augmentation`, Q and the statistics of its batch norm were trained on T(x), so Q
    is less accurate here, mostly for continuous codes. L_I is a lower bound all the same.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        codes = model.sample_codes(n)
        images = model.generate(model.draw_noise(n), codes)
        bounds = model.information(codes, torch.cat(model.recognise(images), dim=1))
    return {name: float(bound) for name, bound in bounds.items()}


def shapes(images: torch.Tensor) -> dict[str, np.ndarray]:
    """Ink, width, height and slant of each image [n, 1, height, width], by the moments of its grey values: [n] each.

    Ink is the sum of the grey values. Width and height are standard deviations, in pixels. Slant is Cov(x, -y)/Var(y),
    the number of pixels to the right for each pixel upwards. An image without ink has NaN for all but the ink.
    """
    grey = images[:, 0].cpu().double()
    y, x = (torch.arange(size, dtype=torch.double) for size in grey.shape[1:])
    ink = grey.sum((1, 2))
    share = grey / ink[:, None, None]
    along_x, along_y = share.sum(1), share.sum(2)
    mean_x, mean_y = along_x @ x, along_y @ y
    variance_x, variance_y = along_x @ x**2 - mean_x**2, along_y @ y**2 - mean_y**2
    covariance = torch.einsum("nyx,y,x->n", share, y, x) - mean_x * mean_y
    found = {
        "ink": ink,
        "width": variance_x.clamp(min=0).sqrt(),
        "height": variance_y.clamp(min=0).sqrt(),
        "slant": -covariance / variance_y,
    }
    return {name: value.numpy() for name, value in found.items()}


@torch.no_grad()
def what_codes_move(model: InfoGAN, n: int = 2_000, seed: int = 0) -> dict[str, dict[str, float]]:
    """The effect of each continuous code on `shapes`: `{"c[1]": {"slant": …, …}}`.

    The effect is the mean change of a measure between a code's 5 % and 95 % quantiles, with the noise and the other
    codes fixed. The unit is the standard deviation of the measure over generated images: ± 3 is about its whole range.
    At 0 there is no change on average, though changes of different digits may cancel.
    """
    moved = {}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        codes, noise = model.sample_codes(n), model.draw_noise(n)
        spread = {name: np.nanstd(values) for name, values in shapes(model.generate(noise, codes)).items()}
        for i, code in enumerate(model.codes):
            if isinstance(code, Categorical):
                continue
            low, high = torch.quantile(code.sample(100_000), torch.tensor([0.05, 0.95])).tolist()
            ends = []
            for end in (low, high):
                held = [torch.full_like(value, end) if j == i else value for j, value in enumerate(codes)]
                ends.append(shapes(model.generate(noise, held)))
            moved[f"c[{i}]"] = {
                name: float(np.nanmean(ends[1][name] - ends[0][name]) / spread[name]) for name in spread
            }
    return moved


@torch.no_grad()
def read_as_asked(
    model: ConditionalGAN, probabilities: Callable[[torch.Tensor], torch.Tensor], n_each: int = 1_000, seed: int = 0
) -> np.ndarray:
    """Counts [asked, read]: the digits that a classifier reads from `n_each` images of each label.

    `probabilities` maps images to p(y|x), [n, n_labels]. The share read as asked is `counts.trace() / counts.sum()`.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        asked = torch.arange(model.n_labels, device=model.device).repeat_interleave(n_each)
        images = model.generate(model.draw_noise(len(asked)), asked)
    return confusion(probabilities(images).argmax(1), asked, model.n_labels).T


def log_inception_score(probabilities: torch.Tensor) -> float:
    """The log Inception Score I(y; x), in nats, of images x and a classifier's p(y|x) [n, 10]; at most log 10.

        I(y; x) = H(E p(y|x)) - E H(p(y|x))

    It is high if the classifier is certain of each image and all digits are equally frequent. Its exponential is the
    Inception Score of Salimans et al. (2016), here with a classifier of digits.
    """
    p = in_float64(probabilities)
    p = p / p.sum(1, keepdim=True)
    return float(entropy(p.mean(0)) - entropy(p).mean())
