"""Measures of what a model of digits has learned: brute force, numpy's moments, and models whose answer is known."""

import itertools
import math

import numpy as np
import pytest
import torch

import infotheory
from models import GAN, VAE, Categorical, ConditionalGAN, InfoGAN, Normal, Uniform, load_mnist, load_pretrained
from models.evaluation import digit_reports as reports
from models.evaluation import digits as measured
from models.evaluation.digit_classifier import train_classifier


class Painter(InfoGAN):
    """Its images are the codes, class in row 0 and numbers in row 1, and its Q reads them off."""

    def __init__(self):
        super().__init__([Uniform(-1, 1), Categorical(4), Normal()], noise_dim=1, width=0.0625)

    def generate(self, noise, codes):
        lean, one_hot, ink = codes
        images = torch.zeros(len(noise), 1, 28, 28, device=noise.device)
        images[:, 0, 0, :4] = 1e-6 * one_hot  # nearly no ink
        images[:, 0, 1, 0] = lean[:, 0]
        images[:, 0, 1, 1] = ink[:, 0]
        return images

    def recognise(self, images):
        return [images[:, 0, 1, :1], 1e9 * images[:, 0, 0, :4], images[:, 0, 1, 1:2]]


def test_codes_are_matched_as_the_best_of_all_permutations():
    rng = np.random.default_rng(0)
    for _ in range(20):
        counts = rng.integers(0, 30, (5, 5))
        match = measured.match_codes(counts)
        best = max(sum(counts[i, p[i]] for i in range(5)) for p in itertools.permutations(range(5)))
        assert sorted(match) == list(range(5))
        assert measured.code_error(counts, match) == pytest.approx(1 - best / counts.sum())


def test_a_relabelling_is_no_error_and_a_code_too_many_has_no_digit():
    labels = np.repeat(np.arange(10), 7)
    counts = measured.confusion((labels + 3) % 10, labels)
    assert measured.match_codes(counts).tolist() == [(code - 3) % 10 for code in range(10)]
    assert measured.code_error(counts, measured.match_codes(counts)) == 0
    more = measured.confusion(np.r_[labels, np.full(30, 10)], np.r_[labels, np.full(30, 4)], n_codes=11)
    match = measured.match_codes(more)
    assert match[10] == 4 and match[4] == -1 and measured.code_error(more, match) == pytest.approx(7 / 100)


def test_confusion_counts_codes_in_rows_and_labels_in_columns():
    assert measured.confusion([0, 0, 1], [2, 2, 0], 2, 3).tolist() == [[0, 0, 2], [1, 0, 0]]


def test_shapes_are_the_weighted_moments_of_numpy():
    images = torch.rand(5, 1, 28, 20, generator=torch.Generator().manual_seed(0))
    found = measured.shapes(images)
    y, x = np.mgrid[:28, :20]
    for i, image in enumerate(images[:, 0].double().numpy()):
        covariance = np.cov(x.ravel(), -y.ravel(), aweights=image.ravel(), ddof=0)
        expected = (image.sum(), covariance[0, 0] ** 0.5, covariance[1, 1] ** 0.5, covariance[0, 1] / covariance[1, 1])
        assert [found[name][i] for name in ("ink", "width", "height", "slant")] == pytest.approx(expected, rel=1e-9)


def test_slant_is_that_of_a_leaning_stroke_and_positive_to_the_right():
    image = torch.zeros(1, 1, 28, 28)
    for row in range(4, 24):
        image[0, 0, row, 20 - row // 2] = 1.0  # to the left as y goes down
    assert measured.shapes(image)["slant"][0] == pytest.approx(0.5, abs=0.02)
    assert measured.shapes(image.flip(3))["slant"][0] == pytest.approx(-0.5, abs=0.02)


def test_information_is_that_of_a_q_that_reads_everything(device):
    """log 4 of the class, and the ceilings of σ = 1: log 2 - ½ log 2π, and ½ log 2πe - ½ log 2π = ½."""
    found = measured.information_per_code(Painter().to(device), n=500)
    expected = [math.log(2) - math.log(2 * math.pi) / 2, math.log(4), 0.5]
    assert list(found.values()) == pytest.approx(expected, abs=1e-5) and list(found) == ["L_I[0]", "L_I[1]", "L_I[2]"]


def test_the_first_categorical_code_is_read_and_there_must_be_one(device):
    painter = Painter().to(device)
    codes = painter.sample_codes(50)
    images = painter.generate(torch.zeros(50, 1, device=device), codes)
    assert np.array_equal(measured.read_codes(painter, images), codes[1].argmax(1).cpu().numpy())
    with pytest.raises(ValueError, match="expected a Categorical among them"):
        measured.read_codes(InfoGAN([Normal()], width=0.0625), images)


class Leaner(InfoGAN):
    """A vertical stroke that the first code tilts by half a pixel a row at its end and the second makes brighter."""

    def __init__(self):
        super().__init__([Uniform(-1, 1), Normal()], noise_dim=1, width=0.0625)

    def generate(self, noise, codes):
        y, x = torch.meshgrid(*torch.arange(28.0, device=noise.device).expand(2, -1), indexing="ij")
        centre = 13.5 - 0.5 * codes[0][:, :, None] * (y - 13.5)
        stroke = (1 - (x - centre).abs()).clamp(min=0)
        return (stroke * (1 + 0.1 * codes[1][:, :, None]))[:, None]


def test_a_code_that_tilts_moves_slant_and_one_that_brightens_moves_ink(device):
    """Uniform(-1, 1) from its 5 % to its 95 % quantile is 1.8, its σ 1/√3; the normal's are 3.29 and 1."""
    moves = measured.what_codes_move(Leaner().to(device), n=2_000)
    assert moves["c[0]"]["slant"] == pytest.approx(1.8 * math.sqrt(3), rel=0.05)
    assert moves["c[1]"]["ink"] == pytest.approx(3.29, rel=0.05)
    assert abs(moves["c[0]"]["ink"]) < 0.05 and abs(moves["c[1]"]["slant"]) < 0.05


class Writer(ConditionalGAN):
    """An image of label y has ink in column y of its first row."""

    def generate(self, noise, labels):
        images = torch.zeros(len(labels), 1, 28, 28, device=labels.device)
        images[torch.arange(len(labels), device=labels.device), 0, 0, labels] = 1
        return images


def test_labels_asked_for_and_read_are_counted_in_rows_and_columns(device):
    writer = Writer(width=0.0625).to(device)
    assert (measured.read_as_asked(writer, lambda images: images[:, 0, 0, :10], 5) == 5 * np.eye(10)).all()
    off_by_one = measured.read_as_asked(writer, lambda images: images[:, 0, 0, :10].roll(1, dims=1), 5)
    assert (off_by_one == 5 * np.roll(np.eye(10), 1, axis=1)).all()  # asked y, read y + 1


def test_the_log_inception_score_is_the_mutual_information_of_the_joint_table():
    p = torch.rand(50, 10, generator=torch.Generator().manual_seed(0)) ** 4
    p = p / p.sum(1, keepdim=True)
    joint = p.double().numpy() / p.double().sum().item()
    assert measured.log_inception_score(p) == pytest.approx(infotheory.mutual_information(joint), abs=1e-6)
    assert measured.log_inception_score(torch.full((5, 10), 0.1)) == pytest.approx(0, abs=1e-9)
    assert measured.log_inception_score(torch.eye(10)) == pytest.approx(math.log(10))
    assert measured.log_inception_score(torch.eye(10)[[3, 3]]) == pytest.approx(0, abs=1e-9)


def test_measuring_leaves_the_callers_random_state_and_repeats_itself(device):
    model = InfoGAN(width=0.0625).eval().to(device)
    state = torch.random.get_rng_state()
    first = measured.information_per_code(model, 100), measured.what_codes_move(model, 50)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert first == (measured.information_per_code(model, 100), measured.what_codes_move(model, 50))


@pytest.fixture(scope="module")
def digits():
    return load_mnist()


def test_a_classifier_learns_digits_in_seconds(digits, device):
    classifier = train_classifier(digits, device=device, steps=200)
    assert classifier.accuracy(digits.test_images, digits.test_labels) > 0.93
    probabilities = classifier.probabilities(digits.test_images[:5])
    assert probabilities.shape == (5, 10) and torch.allclose(probabilities.sum(1).cpu(), torch.ones(5))


@pytest.mark.parametrize("kind", [InfoGAN, ConditionalGAN, GAN])
def test_every_game_of_digits_has_a_report_as_numbers_and_as_text(kind, digits, monkeypatch, device):
    monkeypatch.setattr(
        reports, "train_classifier", lambda digits, seed, device: train_classifier(digits, seed, device, steps=2)
    )
    report = reports.evaluate_digits(kind(width=0.0625).eval().to(device), digits)
    assert all(math.isfinite(number) for number in reports.numbers(report).values())
    text = reports.to_text(report)
    assert all(name.replace("_", " ") in text for name in reports.numbers(report))
    if "confusion" in report:
        assert report["confusion"].sum() == (1_000 if kind is InfoGAN else 10_000)


def test_other_models_have_no_report_of_digits(digits):
    with pytest.raises(ValueError, match="found a VAE, expected an InfoGAN, a ConditionalGAN or a GAN"):
        reports.evaluate_digits(VAE(2, hidden=16), digits)


# The shipped weights, on the full data


def test_infogan_mnist_reads_digits_as_its_card_says(data_folder):
    model = load_pretrained("infogan-mnist")
    report = reports.evaluate_digits(model, load_mnist(data_folder))
    for name in ("train_error", "test_error", "L_I[0]"):
        assert reports.numbers(report)[name] == pytest.approx(model.card["terms"][name], abs=0.005)
    assert report["test_error"] <= 0.05 and report["L_I"]["L_I[0]"] >= 2.28
    errors = [seed["train_error"] for seed in model.card["seeds"].values()]
    assert len(errors) >= 5 and model.card["terms"]["train_error"] == min(errors)


def test_conditional_gan_mnist_makes_what_is_asked(data_folder):
    model = load_pretrained("conditional-gan-mnist")
    report = reports.evaluate_digits(model, load_mnist(data_folder))
    assert report["classifier_accuracy"] >= 0.985 and report["read_as_asked"] >= 0.97
    assert report["read_as_asked"] == pytest.approx(model.card["terms"]["read_as_asked"], abs=0.01)


def test_gan_mnist_makes_every_digit_and_most_of_them_surely(data_folder):
    model = load_pretrained("gan-mnist")
    report = reports.evaluate_digits(model, load_mnist(data_folder))
    assert report["log_inception_score"] == pytest.approx(model.card["terms"]["log_inception_score"], abs=0.03)
    assert report["log_inception_score"] < report["log_inception_score_of_real"] < math.log(10)
    assert report["share_of_digit"].min() > 0.05
