"""Scores of a person's own encoder, of any kind, on a person's own images, which need not be a grid of factors."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from models import VAE
from models.evaluation import metrics
from models.evaluation.metrics import (
    active_modularity,
    beta_vae_score,
    continuous_mig,
    dci,
    explicitness,
    factor_vae_score,
    irs,
    mig,
    mig_per_factor,
    modularity,
    sap,
    scores,
)
from models.evaluation.metrics.sampling import ListedImages, different, draw
from models.explore import RotationExplorer

FEW = {"n_train": 300, "n_test": 300}


class Grid:
    """Images of one pixel for each factor, in three colours: the values, their squares and nothing."""

    factor_sizes, factor_names = (3, 4, 5), ("hue", "size", "place")

    def __init__(self):
        self.seen = []

    def images(self, factors):
        self.seen.append(np.asarray(factors))
        values = torch.as_tensor(factors).float() / 4
        return torch.stack([values, values**2, 0 * values], dim=1)[:, :, None]  # [n, 3, 1, 3]


class Photos:
    """A list of such images, as someone's own: some combinations are missing, others occur several times."""

    factor_sizes, factor_names = Grid.factor_sizes, Grid.factor_names

    def __init__(self, levels):
        self.levels, self.seen = levels, []

    def __getitem__(self, rows):
        assert isinstance(rows, torch.Tensor) and rows.dtype == torch.int64 and rows.ndim == 1
        self.seen.append(rows.numpy())
        return Grid().images(np.asarray(self.levels)[rows.numpy()])


@pytest.fixture(scope="module")
def levels():
    """600 images; hue and size are dependent, and hue 2 is never at place 4."""
    rng = np.random.default_rng(0)
    hue = rng.integers(3, size=900)
    drawn = np.stack([hue, (hue + rng.integers(3, size=900)) % 4, rng.integers(5, size=900)], axis=1)
    return drawn[(drawn[:, 0] < 2) | (drawn[:, 2] < 4)][:600]


MIXING = torch.tensor([[1.0, 0.3, 0.0], [0.0, 1.0, 0.1], [0.2, 0.0, 1.0], [0.5, 0.5, 0.5]])


def codes_from(images):
    return images[:, 0, 0] @ MIXING.T


class Codes(nn.Module):
    """A network of the simplest kind: `forward` takes images to codes, in training with dropout."""

    def __init__(self):
        super().__init__()
        self.linear, self.dropout = nn.Linear(3, 4, bias=False), nn.Dropout(0.9)
        self.linear.weight.data = MIXING

    def forward(self, images):
        return self.dropout(self.linear(images[:, 0, 0]))


class WithEncode:
    def encode(self, images):
        return codes_from(images)


class Pairs(WithEncode):
    def encode(self, images):
        codes = codes_from(images)
        return codes, torch.full_like(codes, -4.0)


ENCODERS = {
    "function": codes_from,
    "object with encode": WithEncode(),
    "its method": WithEncode().encode,
    "network": Codes(),
    "network in a function": lambda images: Codes().eval()(images),  # with a gradient
    "pairs": Pairs(),
    "pairs in a list": lambda images: list(Pairs().encode(images)),
    "lists of numbers": lambda images: codes_from(images).tolist(),
    "arrays": lambda images: codes_from(images).numpy(),
    "half precision": lambda images: codes_from(images).bfloat16().float(),
}


def fast_dci(codes, factors):
    return dci(codes, factors, booster="histogram")


INFORMATION = [mig, mig_per_factor, modularity, active_modularity, irs]
CLASSIFIERS = [sap, explicitness, fast_dci]
DRAWN = [beta_vae_score, factor_vae_score]


@pytest.fixture(scope="module")
def of_pairs():
    return scores(Pairs(), Grid())


def test_a_score_of_an_encoder_is_the_one_among_all_scores(of_pairs):
    model, data = Pairs(), Grid()
    for score in (mig, modularity, active_modularity, irs, sap, explicitness, continuous_mig):
        assert score(model, data) == of_pairs[score.__name__], score.__name__
    assert [f"{gap}" for gap in mig_per_factor(model, data)] == [
        f"{of_pairs[f'mig[{name}]']}" for name in Grid.factor_names
    ]
    assert list(fast_dci(model, data)) == [of_pairs[f"dci_{part}"] for part in metrics.DCI._fields]
    for score in DRAWN:
        assert score(model, data) == of_pairs[score.__name__.removesuffix("_score")]


class Patterns:
    """A random pattern of 28 × 28 pixels for each combination."""

    factor_sizes = (3, 4, 5)
    drawn = (torch.rand(3, 4, 5, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.5).float()

    def images(self, factors):
        return self.drawn[tuple(torch.as_tensor(factors).T)]


def test_a_score_of_a_network_is_the_one_among_all_scores_to_the_last_bit():
    torch.manual_seed(0)
    model = VAE(3, hidden=8).train()
    found = scores(model, Patterns(), n_images=50)
    for score in (mig, modularity, active_modularity, irs, sap, explicitness, continuous_mig):
        assert score(model, Patterns()) == found[score.__name__], score.__name__
    assert list(fast_dci(model, Patterns())) == [found[f"dci_{part}"] for part in metrics.DCI._fields]
    assert beta_vae_score(model, Patterns(), n_images=50) == found["beta_vae"] and model.training
    encode = model.eval().encode  # in one batch, so that codes differ in their last bits
    factors = draw(Patterns(), 15_000, 0)[1][:10_000]
    assert mig(encode(Patterns().images(factors))[0], factors) == pytest.approx(found["mig"], abs=1e-3)


@pytest.mark.parametrize("score", INFORMATION + CLASSIFIERS)
def test_the_images_are_independent_draws_10_000_for_information_and_15_000_for_classifiers(score):
    rng = np.random.default_rng([0, 2])
    factors = np.stack([rng.integers(size, size=15_000) for size in Grid.factor_sizes], axis=1)
    data = Grid()
    found = score(codes_from, data)
    assert np.array_equal(np.concatenate(data.seen), factors)
    n = 10_000 if score in INFORMATION else 15_000
    assert np.allclose(found, score(codes_from(Grid().images(factors[:n])), factors[:n]), atol=1e-6)


@pytest.mark.parametrize("name", ENCODERS)
def test_encoders_of_every_kind_give_the_same_scores(name):
    encoder = ENCODERS[name]
    if name == "network":
        encoder.train()
    tolerance = 0.02 if name == "half precision" else 1e-6
    for score in (mig, explicitness):
        assert score(encoder, Grid()) == pytest.approx(score(codes_from, Grid()), abs=tolerance)
    for score in DRAWN:
        assert score(encoder, Grid(), **FEW) == pytest.approx(score(codes_from, Grid(), **FEW), abs=tolerance)
    if name == "network":
        assert encoder.training  # its copy was in eval mode


def test_two_codes_as_lists_of_numbers_are_no_pair():
    data = Photos(np.tile([[0, 1, 2], [1, 0, 1]], (17, 1)))  # 34 images: batches of 34 and 64, then 2 of interventions
    data.factor_sizes = (2, 2, 3)
    grid = Grid()
    grid.factor_sizes, grid.factor_names = (2, 1025), ("a", "b")  # 2,050 images: the last batch has 2

    def listed(images):
        return images[:, 0, 0].tolist()

    assert factor_vae_score(listed, grid, **FEW) == factor_vae_score(lambda images: images[:, 0, 0], grid, **FEW)
    assert mig(listed, data) == mig(lambda images: images[:, 0, 0], data)


def test_an_encoder_in_colour_is_a_network_of_convolutions(levels):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, (1, 2)), nn.ReLU(), nn.Flatten(), nn.Linear(8, 4))
    for data in (Grid(), Photos(levels)):
        with pytest.warns(UserWarning, match="continuous_mig is left out"):
            found = scores(network, data, n_images=50)
        assert np.isfinite(list(found.values())).all() and {"irs", "mig[hue]", "beta_vae"} <= found.keys()


def test_continuous_mig_of_an_encoder_follows_the_seed_and_needs_log_variances(of_pairs):
    places, factors = different(Grid(), 20_000, 1)
    mean, log_variance = Pairs().encode(Grid().images(places))
    assert continuous_mig(Pairs(), Grid()) == pytest.approx(continuous_mig(mean, log_variance, factors), abs=1e-6)
    assert continuous_mig(Pairs(), Grid(), seed=1) != of_pairs["continuous_mig"]
    with pytest.raises(ValueError, match="found codes alone from the encoder, expected a pair"):
        continuous_mig(codes_from, Grid())


def test_an_encoder_that_gives_pairs_is_scored_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "continuous_mig" in scores(Pairs(), Grid())


# Codes and factors in the scores from interventions.


@pytest.mark.parametrize("score", DRAWN)
def test_codes_of_every_image_in_order_score_as_the_encoder_does(score):
    factors = np.stack(np.unravel_index(np.arange(60), Grid.factor_sizes), axis=1)
    codes = codes_from(Grid().images(factors))
    expected = score(codes_from, Grid(), seed=2, **FEW)
    assert score(codes, factors, seed=2, **FEW) == expected
    assert score(codes, factors * [1, -7, 10**12] + 3, seed=2, **FEW) != 0  # any integers are levels
    other_order = np.random.default_rng(0).permutation(60)
    many = {"n_train": 3000, "n_test": 3000}
    shuffled = score(codes[other_order], factors[other_order], **many)
    assert shuffled == pytest.approx(score(codes_from, Grid(), **many), abs=0.04)


@pytest.mark.parametrize("score", DRAWN)
def test_codes_and_factors_that_cannot_be_drawn_from_are_refused(score, levels):
    codes = levels + 0.5
    with pytest.raises(ValueError, match="found 3 latents and 1 factors, expected at least 1 and 2"):
        score(codes, levels[:, :1])
    with pytest.raises(ValueError, match="found 600 rows of codes and 599 of factors"):
        score(codes, levels[1:])


# Images that are listed.


@pytest.mark.parametrize("score", INFORMATION)
def test_a_list_of_few_images_is_used_whole_and_each_image_once(score, levels):
    data = Photos(levels)
    codes = codes_from(Grid().images(levels))
    assert np.allclose(score(codes_from, data), score(codes, levels), atol=1e-9)  # in whatever order
    assert np.array_equal(np.sort(np.concatenate(data.seen)), np.arange(600))


@pytest.mark.parametrize("score", CLASSIFIERS)
def test_the_images_that_test_a_classifier_did_not_train_it(score, levels):
    data = Photos(levels)
    found = score(codes_from, data)
    rows = np.concatenate(data.seen)
    assert len(set(rows)) == len(rows) == 600
    assert np.allclose(found, score(codes_from(Grid().images(levels[rows])), levels[rows]), atol=1e-6)


def test_scores_of_a_list_are_each_score_of_it(levels):
    data = Photos(torch.as_tensor(levels, dtype=torch.uint8))
    found = scores(Pairs(), data)
    assert found["mig"] == mig(Pairs(), data) and found["irs"] == irs(Pairs(), data)
    assert found["continuous_mig"] == continuous_mig(Pairs(), data)
    assert (
        found["beta_vae"]
        == beta_vae_score(Pairs(), data)
        == pytest.approx(beta_vae_score(codes_from(Grid().images(levels)), levels), abs=1e-3)
    )
    assert found["factor_vae"] == factor_vae_score(Pairs(), data)


def test_a_list_of_every_combination_scores_as_the_grid_does():
    factors = np.stack(np.unravel_index(np.arange(60), Grid.factor_sizes), axis=1)
    for score in DRAWN:
        for n_images in (None, 40):
            expected = score(codes_from, Grid(), n_images=n_images, **FEW)
            assert score(codes_from, Photos(factors), n_images=n_images, **FEW) == expected
    assert continuous_mig(Pairs(), Photos(factors)) == continuous_mig(Pairs(), Grid())


def test_many_listed_images_are_a_sample_without_repetition():
    many = np.random.default_rng(0).integers((3, 4, 5), size=(40_000, 3))
    rows, drawn = draw(Photos(many), 15_000, 0)
    assert len(set(rows)) == 15_000 and np.array_equal(many[rows], drawn)
    assert not np.array_equal(rows, draw(Photos(many), 15_000, 1)[0])
    rows, drawn = different(Photos(many), 20_000, 1)
    assert len(set(rows)) == 20_000 and np.array_equal(many[rows], drawn)
    data = Photos(many)
    continuous_mig(Pairs(), data, n_samples=5, seed=3)
    assert np.array_equal(np.concatenate(data.seen), different(data, 20_000, 4)[0])  # as `scores` with seed 3
    data = Photos(many)
    beta_vae_score(codes_from, data, n_images=100, **FEW)
    assert len(np.concatenate(data.seen)) == len(set(np.concatenate(data.seen))) == 100


def test_partners_exist_and_share_the_level_and_are_uniform_among_those_that_do(levels):
    images, rng = ListedImages(levels), np.random.default_rng(0)
    first = rng.integers(600, size=(3, 20_000))
    second = images.with_equal(np.arange(3), first, rng)
    for k in range(3):
        assert np.array_equal(levels[first[k], k], levels[second[k], k])
        given = second[k][levels[first[k], k] == 1]
        share = np.bincount(given, minlength=600)[levels[:, k] == 1] / len(given)
        assert share.sum() == pytest.approx(1) and share.max() < 2 * share.mean() < 6 * share.min()


def test_sizes_whose_product_is_beyond_any_grid_are_taken():
    """Forty yes-or-no attributes of 300 images, and a factor that numbers the image's group."""
    rng = np.random.default_rng(0)
    data = Photos(np.c_[rng.integers(2, size=(300, 40)), rng.integers(10**5, size=300)])
    data.factor_sizes, data.factor_names = (2,) * 40 + (10**5,), [*map(str, range(41))]

    def represent(images):
        return 40 * images[:, 0, 0, :40]

    assert beta_vae_score(represent, data, n_train=2000, n_test=500) > 0.5
    assert 0 < mig(represent, data) <= 1


def test_the_explorer_of_rotations_takes_a_list(levels):
    explorer = RotationExplorer(codes_from, Photos(levels), n_images=200)
    assert explorer.codes.shape == (200, 4) and explorer.names == list(Grid.factor_names)
    assert {tuple(row) for row in explorer.factors} <= {tuple(row) for row in levels}


@pytest.mark.parametrize("score", [*INFORMATION, *CLASSIFIERS, *DRAWN])
def test_levels_that_do_not_fit_are_refused_in_a_sentence(score, levels):
    constant = levels.copy()
    constant[:, 1] = 2
    for wrong, message in (
        (constant, "found factor 'size' = 2 in all 600 images, expected two levels or more: leave this factor out"),
        (levels + 1, "found levels of factor 'hue' from 1 to 3, expected 0 … 2: its size in factor_sizes is 3"),
        (levels[:, :2], r"found levels of shape \(600, 2\) and int64, expected integers \[n, 3\]"),
        (levels + 0.5, r"found levels of shape \(600, 3\) and float64, expected integers"),
        (levels[:19], "found 19 rows, expected at least 20"),
    ):
        if score in DRAWN and len(wrong) == 19:
            continue
        with pytest.raises(ValueError, match=message):
            score(codes_from, Photos(wrong))


# What does not belong together.


@pytest.mark.parametrize("score", [*INFORMATION, *CLASSIFIERS, *DRAWN, continuous_mig])
def test_one_of_each_kind_is_refused_in_a_sentence(score, levels):
    codes = levels + 0.5
    for given, message in (
        ((codes_from, levels), r"found a ndarray as data, expected a data set .*If these are factors, encode their"),
        (
            (codes, Grid()),
            "found a ndarray as encoder of a Grid, expected codes and their factors, or an encoder and a",
        ),
        ((codes, Grid), "found a ndarray as encoder of the class Grid"),
        ((None, Grid()), "found a NoneType as encoder of a Grid"),
        ((codes_from, Grid), r"found the class Grid as data, expected a data set: make one, Grid\(…\)"),
        ((VAE, Grid()), r"found the class VAE, expected a model: make one, VAE\(…\)"),
        (("vae-dsprites", Grid()), r"found the name .*, expected a model: load_pretrained\('vae-dsprites'\)"),
        ((nn.Module(), Grid()), "found Module without encode, expected a model of q"),
        ((codes_from, "sprites"), "found a str as data, expected a data set"),
    ):
        with pytest.raises(ValueError, match=message):
            score(*given)


def test_listed_images_that_a_model_cannot_take_are_refused(levels):
    for score in (mig, beta_vae_score, scores):
        with pytest.raises(ValueError, match=r"found images of shape \(4, 3, 1, 3\), expected \[n, 1, 28, 28\]"):
            score(VAE(2, hidden=8), Photos(levels))


def test_an_encoders_own_error_comes_with_the_images_that_it_was_given():
    with pytest.raises(RuntimeError, match="cannot be multiplied") as found:
        mig(nn.Linear(2, 2), Grid())
    assert found.value.__notes__ == ["The encoder was given images (64, 3, 1, 3) of torch.float32."]


def test_weights_on_another_device_than_the_images_are_one_sentence_with_the_remedy():
    network = nn.Sequential(nn.Flatten(), nn.Linear(9, 2)).to("meta")
    for score in (mig, beta_vae_score):
        with pytest.raises(ValueError, match=r"found images on cpu .*give the network itself, .*images.to\(device\)"):
            score(lambda images: network(images), Grid())
