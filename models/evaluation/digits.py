"""What a model of digits has learned: which digit each code makes, what a number moves, and whether labels are obeyed.

Labels of the training digits name the codes after training; no model of this file is trained on a test label.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from infotheory import entropy

from ..codes import Categorical
from ..data.mnist import MNIST
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from .digit_classifier import train_classifier

Report = dict[str, Any]


def read_codes(model: InfoGAN, images: torch.Tensor) -> np.ndarray:
    """The likeliest value of the first Categorical code under Q(c|x), for each image: [n].

    Raises ValueError for a model without a Categorical code.
    """
    which = next((i for i, code in enumerate(model.codes) if isinstance(code, Categorical)), None)
    if which is None:
        raise ValueError(f"found the codes {model.codes}, expected a Categorical among them")
    with torch.no_grad():
        read = [model.recognise(batch.to(model.device))[which].argmax(1).cpu() for batch in images.split(1000)]
    return torch.cat(read).numpy()


def confusion(codes: np.ndarray, labels: np.ndarray, n_codes: int = 10, n_labels: int = 10) -> np.ndarray:
    """How often each code meets each label: counts [n_codes, n_labels]."""
    counts = np.zeros((n_codes, n_labels), dtype=int)
    np.add.at(counts, (np.asarray(codes), np.asarray(labels)), 1)
    return counts


def match_codes(counts: np.ndarray) -> np.ndarray:
    """The digit of each code, [n_codes], by the assignment one to one that gets the most counts right.

    A code without a digit, where there are more codes than digits, has -1. The assignment problem of Kuhn (1955), as
    scipy solves it.
    """
    digit_of = np.full(len(counts), -1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    digit_of[rows] = columns
    return digit_of


def code_error(counts: np.ndarray, digit_of: np.ndarray) -> float:
    """The share of images whose code stands for another digit than theirs."""
    rows = np.flatnonzero(digit_of >= 0)
    return 1 - float(counts[rows, digit_of[rows]].sum() / counts.sum())


@torch.no_grad()
def information_per_code(model: InfoGAN, n: int = 10_000, seed: int = 0) -> dict[str, float]:
    """L_I of each code, in nats, on n generated images: `{"L_I[0]": …}`.

    The images are not augmented, whereas Q of a model with `augmentation` learned from T(x), and so did the statistics
    of its batch norm: on such images it is a little off, most for continuous codes. The bound holds all the same.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        codes = model.sample_codes(n)
        images = model.generate(model.draw_noise(n), codes)
        bounds = model.information(codes, torch.cat(model.recognise(images), dim=1))
    return {name: float(bound) for name, bound in bounds.items()}


def shapes(images: torch.Tensor) -> dict[str, np.ndarray]:
    """Ink, width, height and slant of each image [n, 1, height, width], by the moments of its grey values: [n] each.

    Ink is their sum; width and height are standard deviations, in pixels; slant is Cov(x, -y)/Var(y), the pixels that
    an upright stroke leans to the right for each pixel upwards. An image without ink has NaN but for its ink.
    """
    grey = images[:, 0].double().cpu()
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
    """What each continuous code does to `shapes`: `{"c[1]": {"slant": …, …}}`.

    The mean change of a measure between a code's 5 % and its 95 % quantile, with the noise and the other codes held,
    in standard deviations of that measure over generated images: 0 is no change on average (those of
    different digits may cancel), ± 3 about its whole range.
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
    """Of `n_each` images of each label, how many a classifier reads as each digit: counts [asked, read].

    `probabilities` gives p(y|x), [n, n_labels]. The share read as asked is `counts.trace() / counts.sum()`.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        asked = torch.arange(model.n_labels, device=model.device).repeat_interleave(n_each)
        images = model.generate(model.draw_noise(len(asked)), asked)
    return confusion(probabilities(images).argmax(1).cpu().numpy(), asked.cpu().numpy(), model.n_labels).T


def label_information(probabilities: torch.Tensor) -> float:
    """I(y; x) in nats, of an image x and the digit y that a classifier reads, p(y|x) [n, 10]; at most log 10.

    H(E p(y|x)) - E H(p(y|x)): high where each image is surely some digit, and every digit is made as often. The
    logarithm of the "inception score" of Salimans et al. (2016), here with a classifier of digits.
    """
    p = probabilities.double()
    p = p / p.sum(1, keepdim=True)
    return float(entropy(p.mean(0)) - entropy(p).mean())


def evaluate_infogan(model: InfoGAN, digits: MNIST) -> Report:
    """Code error on training and test digits, under the match that the *training* labels give; L_I; what codes move."""
    counts = confusion(read_codes(model, digits.train_images), digits.train_labels, _n_values(model))
    digit_of = match_codes(counts)
    test = confusion(read_codes(model, digits.test_images), digits.test_labels, _n_values(model))
    return {
        "train_error": code_error(counts, digit_of),
        "test_error": code_error(test, digit_of),
        "digit_of_code": digit_of,
        "confusion": test,
        "L_I": information_per_code(model),
        "moves": what_codes_move(model),
    }


def evaluate_conditional_gan(model: ConditionalGAN, digits: MNIST, seed: int = 0) -> Report:
    """How often generated digits are read as asked, by a classifier of real digits that is trained on the spot."""
    classifier = train_classifier(digits, seed)
    counts = read_as_asked(model, classifier.probabilities, seed=seed)
    return {
        "read_as_asked": float(counts.trace() / counts.sum()),
        "classifier_accuracy": classifier.accuracy(digits.test_images, digits.test_labels),
        "confusion": counts,
    }


def evaluate_gan(model: GAN, digits: MNIST, n: int = 10_000, seed: int = 0) -> Report:
    """`label_information` of n generated images beside that of real ones, and the share of each digit among them."""
    classifier = train_classifier(digits, seed)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        probabilities = classifier.probabilities(model.generate(model.draw_noise(n)))
    return {
        "label_information": label_information(probabilities),
        "label_information_of_real": label_information(classifier.probabilities(digits.test_images)),
        "classifier_accuracy": classifier.accuracy(digits.test_images, digits.test_labels),
        "share_of_digit": np.bincount(probabilities.argmax(1).cpu(), minlength=10) / n,
    }


def evaluate_digits(model: InfoGAN | ConditionalGAN | GAN, digits: MNIST) -> Report:
    """The report of whichever of the three it is. Raises ValueError for another model."""
    for kind, evaluate in (
        (InfoGAN, evaluate_infogan),
        (ConditionalGAN, evaluate_conditional_gan),
        (GAN, evaluate_gan),
    ):
        if isinstance(model, kind):
            return evaluate(model, digits)
    raise ValueError(f"found a {type(model).__name__}, expected an InfoGAN, a ConditionalGAN or a GAN")


def numbers(report: Report) -> dict[str, float]:
    """The single numbers of a report, for a card or a table."""
    flat = {name: value for name, value in report.items() if isinstance(value, float)}
    return flat | report.get("L_I", {})


def to_text(report: Report) -> str:
    """A report for reading: numbers, then tables. Rows of the confusion are codes, or the digits asked for."""
    lines = [f"{name.replace('_', ' '):28s}{value:z8.4f}" for name, value in numbers(report).items()]
    if "moves" in report:
        lines.append("\nwhat each continuous code moves, 5 % to 95 % quantile, in standard deviations")
        lines += [
            f"  {code}  " + "  ".join(f"{name} {value:+z.2f}" for name, value in moved.items())
            for code, moved in report["moves"].items()
        ]
    if "share_of_digit" in report:
        lines.append("\nshare of digits 0 … 9: " + " ".join(f"{share:.3f}" for share in report["share_of_digit"]))
    if "confusion" in report:
        digit_of = report.get("digit_of_code")
        heads = ("asked", "read as digit 0 … 9") if digit_of is None else ("code = digit", "test images of digit 0 … 9")
        lines.append(f"\n{heads[0]:>12s}  {heads[1]}")
        for i, row in enumerate(report["confusion"]):
            name = f"{i}" if digit_of is None else f"{i} = {digit_of[i]}"
            lines.append(f"{name:>12s}  " + " ".join(f"{count:5d}" for count in row))
    return "\n".join(lines) + "\n"


def _n_values(model: InfoGAN) -> int:
    return next(code.n for code in model.codes if isinstance(code, Categorical))
