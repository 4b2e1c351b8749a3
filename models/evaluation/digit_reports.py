"""A report on a trained model of digits: an InfoGAN, a ConditionalGAN or a GAN.

The labels of the training digits name the codes after training; no model is trained on a test label.
"""

from typing import Any

import numpy as np
import torch

from ..codes import Categorical
from ..data.mnist import MNIST
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from . import digits as measure
from .digit_classifier import train_classifier

Report = dict[str, Any]


def evaluate_infogan(model: InfoGAN, digits: MNIST) -> Report:
    """Code error on training and test digits, with codes matched to *training* labels; L_I; the effect of each code."""
    codes = measure.read_codes(model, digits.train_images)
    n_values = next(code.n for code in model.codes if isinstance(code, Categorical))
    counts = measure.confusion(codes, digits.train_labels, n_values)
    digit_of = measure.match_codes(counts)
    test = measure.confusion(measure.read_codes(model, digits.test_images), digits.test_labels, n_values)
    return {
        "train_error": measure.code_error(counts, digit_of),
        "test_error": measure.code_error(test, digit_of),
        "digit_of_code": digit_of,
        "confusion": test,
        "L_I": measure.information_per_code(model),
        "moves": measure.what_codes_move(model),
    }


def evaluate_conditional_gan(model: ConditionalGAN, digits: MNIST, seed: int = 0) -> Report:
    """The share of generated digits that a classifier of real digits, trained here, reads as their label."""
    classifier = train_classifier(digits, seed, model.device)
    counts = measure.read_as_asked(model, classifier.probabilities, seed=seed)
    return {
        "read_as_asked": float(counts.trace() / counts.sum()),
        "classifier_accuracy": classifier.accuracy(digits.test_images, digits.test_labels),
        "confusion": counts,
    }


def evaluate_gan(model: GAN, digits: MNIST, n: int = 10_000, seed: int = 0) -> Report:
    """`log_inception_score` of n generated images and of real ones, and the share of each digit among the generated."""
    classifier = train_classifier(digits, seed, model.device)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        probabilities = classifier.probabilities(model.generate(model.draw_noise(n)))
    return {
        "log_inception_score": measure.log_inception_score(probabilities),
        "log_inception_score_of_real": measure.log_inception_score(classifier.probabilities(digits.test_images)),
        "classifier_accuracy": classifier.accuracy(digits.test_images, digits.test_labels),
        "share_of_digit": np.bincount(probabilities.argmax(1).cpu(), minlength=10) / n,
    }


def evaluate_digits(model: InfoGAN | ConditionalGAN | GAN, digits: MNIST) -> Report:
    """The report on a model of one of the three classes. Raises ValueError for a different model."""
    if isinstance(model, InfoGAN):
        return evaluate_infogan(model, digits)
    if isinstance(model, ConditionalGAN):
        return evaluate_conditional_gan(model, digits)
    if isinstance(model, GAN):
        return evaluate_gan(model, digits)
    raise ValueError(f"found a {type(model).__name__}, expected an InfoGAN, a ConditionalGAN or a GAN")


def numbers(report: Report) -> dict[str, float]:
    """The scalars of a report, for a card or a table."""
    flat = {name: value for name, value in report.items() if isinstance(value, float)}
    return flat | report.get("L_I", {})


def to_text(report: Report) -> str:
    """A report as text: scalars, then tables. Rows of the confusion are codes, or the digits asked for."""
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
