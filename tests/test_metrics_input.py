"""What comes into the scores: codes and factors in every container, extreme codes, large data sets, any encoder."""

import json
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models import VAE, Sprites
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
from models.evaluation.metrics.sampling import FreshCodes, Images, codes_for

SIZES, N = (3, 4), 240
FEW = {"n_train": 300, "n_test": 300}


def fast_dci(codes, factors):
    return dci(codes, factors, booster="histogram")


def sharp_mig(codes, factors):
    return continuous_mig(codes, np.full(np.shape(codes), -2.0), factors, n_samples=200)


TABLE = [mig, mig_per_factor, modularity, active_modularity, sap, explicitness, irs, fast_dci, sharp_mig]


@pytest.fixture(scope="module")
def factors():
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(size, size=N) for size in SIZES], axis=1)


@pytest.fixture(scope="module")
def codes(factors):
    """Of 8 bits at most, so that every floating dtype holds them exactly."""
    rng = np.random.default_rng(1)
    return np.round(8 * (factors @ [[1.0, 0.3, 0.0], [0.0, 1.0, 0.1]] + 0.3 * rng.normal(size=(N, 3)))) / 8


CONTAINERS = {
    "tensors": lambda z, v: (torch.from_numpy(z), torch.from_numpy(v)),
    "half": lambda z, v: (torch.from_numpy(z).half(), torch.from_numpy(v).to(torch.uint8)),
    "bfloat16": lambda z, v: (torch.from_numpy(z).bfloat16(), torch.from_numpy(v).to(torch.int16)),
    "with a gradient": lambda z, v: (torch.from_numpy(z).requires_grad_(), v),
    "lists": lambda z, v: (z.tolist(), v.tolist()),
    "tables": lambda z, v: (pd.DataFrame(z), pd.DataFrame(v).astype("int8")),
    "tables of several dtypes": lambda z, v: (
        pd.DataFrame(z).astype({0: "float32"}),
        pd.DataFrame(v).astype({1: object}),
    ),
    "objects": lambda z, v: (z.astype(object), v),
    "Fortran's order": lambda z, v: (np.asfortranarray(z), np.asfortranarray(v)),
    "the other byte order": lambda z, v: (z.astype(">f8"), v.astype(">i2")),
    "without a mask": lambda z, v: (np.ma.array(z), np.ma.array(v)),
    "whole floats": lambda z, v: (z, v.astype(float)),
    "whole floats of torch": lambda z, v: (z, torch.from_numpy(v).bfloat16()),
}


@pytest.mark.parametrize("score", TABLE)
@pytest.mark.parametrize("name", CONTAINERS)
def test_the_same_codes_in_another_container_have_the_same_score(score, name, codes, factors):
    assert np.allclose(score(*CONTAINERS[name](codes, factors)), score(codes, factors), rtol=1e-12)


@pytest.mark.parametrize("score", TABLE)
def test_bools_are_two_levels_and_integer_codes_are_numbers(score, codes, factors):
    pair = factors > 0
    assert np.array_equal(score(codes, pair), score(codes, pair.astype(int)))
    assert np.allclose(score((8 * codes).astype(np.int32), factors), score(8 * codes, factors))


REFUSED = {
    "masked codes": (
        lambda z, v: (np.ma.array(z, mask=z > 1), v),
        "found masked entries, expected all entries to be known",
    ),
    "masked factors": (lambda z, v: (z, np.ma.array(v, mask=v > 1)), "found masked entries"),
    "continuous factors": (lambda z, v: (z, v + 0.5), r"expected integers, the levels: bin .*np.digitize"),
    "NaN factors": (lambda z, v: (z, np.where(v > 1, np.nan, v)), "found nan in row .*, factor .* expected integers"),
    "infinite factors": (lambda z, v: (z, np.where(v > 1, np.inf, v)), "found inf in row .* expected integers"),
    "words": (lambda z, v: (z, v.astype(str)), "return_inverse=True.*numbers the levels"),
    "missing levels": (lambda z, v: (z, pd.DataFrame(v).astype("Int64").replace(1, pd.NA)), "expected integers"),
    "complex codes": (lambda z, v: (z + 0j, v), r"expected real numbers \[n, d\]"),
    "words as codes": (lambda z, v: (z.astype(str), v), r"expected real numbers \[n, d\]"),
    "NaN codes": (lambda z, v: (np.where(z > 2, np.nan, z), v), "found nan in row"),
    "-inf codes": (lambda z, v: (np.where(z > 2, -np.inf, z), v), "found -inf in row"),
    "sparse codes": (
        lambda z, v: (torch.from_numpy(z).to_sparse(), v),
        "layout torch.sparse_coo, expected a dense tensor",
    ),
    "meta codes": (lambda z, v: (torch.from_numpy(z).to("meta"), v), "the meta device, which have no values"),
    "ragged codes": (lambda z, v: ([[1.0], [1.0, 2.0]], v), "not a rectangular array"),
    "one factor as a vector": (lambda z, v: (z, v[:, 0]), r"of one factor, factors\[:, None\]"),
    "nothing": (lambda z, v: (None, v), r"expected real numbers \[n, d\]"),
}


@pytest.mark.parametrize("score", TABLE)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_codes_or_factors_is_refused_in_a_sentence(score, name, codes, factors):
    change, message = REFUSED[name]
    if score is sharp_mig:

        def score(codes, factors):
            return continuous_mig(codes, np.full((N, 3), -2.0), factors)

    with pytest.raises(ValueError, match=message):
        score(*change(codes, factors))


@pytest.mark.parametrize("score", [score for score in TABLE if score is not sharp_mig])
def test_tables_with_different_indexes_are_refused(score, codes, factors):
    z, v = pd.DataFrame(codes), pd.DataFrame(factors)
    with pytest.raises(ValueError, match=r"found the same rows in another order .*: use factors.loc\[codes.index\]"):
        score(z, v.sample(frac=1, random_state=0))
    with pytest.raises(ValueError, match=r"found tables with different indexes .*use to_numpy\(\)"):
        score(z, v.set_index(v.index + 1))
    assert np.array_equal(score(z, v.sample(frac=1, random_state=0).loc[z.index]), score(codes, factors))


def test_all_three_tables_of_continuous_mig_have_one_index(codes, factors):
    mean, log_variance, v = pd.DataFrame(codes), pd.DataFrame(0 * codes), pd.DataFrame(factors)
    shuffled = log_variance.sample(frac=1, random_state=0)
    with pytest.raises(ValueError, match="the same rows in another order as log-variances and factors"):
        continuous_mig(mean, shuffled, v)
    with pytest.raises(ValueError, match="found nan in row 0, latent 0 of the log-variances"):
        continuous_mig(codes, np.full_like(codes, np.nan), factors)
    with pytest.raises(ValueError, match=r"n_samples=1.5, a float, expected an integer"):
        continuous_mig(codes, 0 * codes, factors, n_samples=1.5)
    with pytest.raises(ValueError, match="seed='x', a str, expected an integer"):
        continuous_mig(codes, 0 * codes, factors, seed="x")


def test_the_row_of_a_missing_level_is_named(codes, factors):
    v = pd.DataFrame(factors).astype("Int64")
    v.iloc[7, 1] = pd.NA
    with pytest.raises(ValueError, match=r"found nan in row 7, factor 1 of the factors, .*leave rows with a missing"):
        mig(codes, v)


@pytest.mark.parametrize(
    "encoder, message",
    [
        (np.asarray, "found a ndarray as data, expected a data set .*If these are factors, encode their images"),
        (VAE(2, hidden=8), r"found a ndarray as data, .* first, as in codes = encoder\(images\)"),
        (VAE, r"found the class VAE, expected a model: make one, VAE\(…\)"),
        ("vae-dsprites", "found the name .vae-dsprites., expected a model: load_pretrained"),
    ],
)
@pytest.mark.parametrize("score", [*TABLE[:-1], continuous_mig, beta_vae_score, factor_vae_score])
def test_an_encoder_of_factors_is_refused(score, encoder, message, factors):
    with pytest.raises(ValueError, match=message):
        score(encoder, factors)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.sampled_from(TABLE), st.integers(-300, 300), st.floats(-1e8, 1e8), st.sampled_from([1, 2**10, 2**20]))
def test_codes_of_any_size_and_place_have_a_score_or_are_constant(score, exponent, offset, steps):
    rng = np.random.default_rng(2)
    factors = np.stack([rng.integers(size, size=60) for size in SIZES], axis=1)
    codes = (factors + rng.normal(size=(60, 2)).round(2) * min(steps, 2)) * 10.0**exponent + offset
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = np.asarray(score(codes, factors))
    assert np.isfinite(found).all() and (found <= 1).all()


@pytest.mark.parametrize("score", [mig, modularity, sap, explicitness, fast_dci])
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 1e8), (64.0, 0.0), (2.0**330, 0.0), (2.0**1015, 0.0)])
def test_shifting_and_enlarging_codes_leaves_the_score(score, scale, offset, codes, factors):
    wide = 16 * codes  # beyond the spread from which on the scale no longer changes SAP
    expected = score(wide if scale != 1 else codes, factors)
    found = score((wide if scale != 1 else codes) * scale + offset, factors)
    assert np.allclose(found, expected, atol=2e-3)


def test_sap_of_the_reference_is_kept_where_codes_are_shifted(data_folder):
    with np.load(data_folder / "metrics" / "calibration.npz") as archive:
        codes, factors = archive["partly_mixed"], archive["factors"]
    expected = json.loads((data_folder / "metrics" / "calibration.json").read_text())["partly_mixed"]["sap"]
    assert sap(codes.astype(float) + 1e8, factors) == pytest.approx(expected, abs=0.002)


# Ties in DCI.


@pytest.mark.parametrize("copies", [2, 3])
@pytest.mark.parametrize("n_factors", [3, 5])
def test_copies_of_every_latent_share_its_importance(copies, n_factors):
    """K factors in m latents each, as copies that are scaled, flipped or bent: completeness is 1 - log m / log(m K)."""
    rng = np.random.default_rng(0)
    factors = rng.integers(4, size=(900, n_factors))
    bent = [factors, -3.0 * factors, np.exp(factors)]
    found = fast_dci(np.concatenate(bent[:copies], axis=1), factors)
    assert found.completeness == pytest.approx(1 - math.log(copies) / math.log(copies * n_factors), abs=1e-4)
    assert found.disentanglement == pytest.approx(1, abs=1e-4) and found.informativeness == 1


def test_ties_are_shared_where_latents_are_no_copies_but_split_the_rows_alike():
    """Both latents read the factor surely, the second with a trace of the other; which comes first is of no account."""
    rng = np.random.default_rng(0)
    factors = rng.integers(4, size=(900, 2))
    a, b = factors.T
    codes = np.c_[a, a + 0.1 * b, b]
    found, turned = fast_dci(codes, factors), fast_dci(codes[:, ::-1], factors)
    assert found == pytest.approx(turned, abs=1e-6)
    expected = 1 - math.log(2) / math.log(3) / 2  # a in two of three latents, b in one
    assert found.completeness == pytest.approx(expected, abs=0.03)


# Large sets of images.


class Grid:
    """A data set whose images are the factors themselves."""

    def __init__(self, sizes):
        self.factor_sizes = sizes

    def images(self, factors):
        return np.asarray(factors, float)


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_ten_factors_of_ten_values_are_drawn_and_not_listed(score):
    """A list of the 10 billion images would take 74 GB."""
    assert score(lambda images: images, Grid((10,) * 10), **FEW) > 0.99
    noise = np.random.default_rng(0)
    assert score(lambda images: noise.normal(size=(len(images), 3)), Grid((10,) * 10), **FEW) < 0.25
    images = Images((10,) * 10)
    codes = codes_for(lambda factors: factors, images)
    assert len(images) == 10**10 and images.subset is None and isinstance(codes, FreshCodes)
    numbers = np.array([[1234567890, 5]])
    assert np.array_equal(codes[numbers], images.factors(numbers))
    assert images.factors(np.array(1234567890)).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_images_of_the_whole_set_are_numbered_as_its_list_is():
    """A partner drawn in closed form is the one that a table of all images, sorted by the factor, would give."""
    sizes = (3, 5, 2, 4)
    whole = Images(sizes)
    listed = np.stack(np.unravel_index(np.arange(120), sizes), axis=1)
    numbers, uniform = np.arange(120), np.random.default_rng(0).random(120)
    assert np.array_equal(whole.factors(numbers), listed)
    for k, size in enumerate(sizes):
        found = whole._drawn(k, listed[:, k], uniform)
        for i in range(120):
            same = np.flatnonzero(listed[:, k] == listed[i, k])
            assert found[i] == same[int(uniform[i] * 120 / size)]


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_encoders_and_data_that_are_none_are_refused_in_a_sentence(score):
    grid = Grid((3, 4))
    with pytest.raises(ValueError, match="found a ndarray as data, expected a data set with factor_sizes"):
        score(lambda images: images, np.zeros((5, 2)), **FEW)
    with pytest.raises(ValueError, match=r"expected fewer than 2\^53"):
        score(lambda images: images, Grid((1000,) * 6), **FEW)
    for represent, message in (
        (lambda images: images.astype(str), r"for 12 images, expected real numbers \[n, d\]"),
        (lambda images: np.ma.array(images, mask=images > 1), "found masked"),
        (lambda images: images * 1e20, "beyond 1e15"),
        (lambda images: None, r"expected real numbers \[n, d\]"),
    ):
        with pytest.raises(ValueError, match=message):
            score(represent, grid, **FEW)
    expected = score(lambda images: images, grid, **FEW)
    for same in (torch.tensor, lambda images: torch.tensor(images).bfloat16(), lambda images: pd.DataFrame(images)):
        assert score(same, grid, **FEW) == expected
    assert score(lambda images: images + 1e8, grid, **FEW) == pytest.approx(expected)  # not rounded away


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
@pytest.mark.parametrize(
    "keywords, message",
    [
        ({"n_train": 1.5}, "n_train=1.5, a float, expected an integer"),
        ({"n_test": 0}, "n_test=0, expected 1 or more"),
        ({"seed": "x"}, "seed='x', a str"),
        ({"n_images": 2.5}, "n_images=2.5, a float"),
    ],
)
def test_sizes_of_samples_are_integers(score, keywords, message):
    with pytest.raises(ValueError, match=message):
        score(lambda images: images, Grid((3, 4)), **keywords)


@pytest.mark.parametrize("sizes", [3, (), "34", (2.5, 3)])
def test_factor_sizes_are_integers(sizes):
    for call in (lambda: beta_vae_score(lambda images: images, Grid(sizes)), lambda: scores(Centre(), Grid(sizes))):
        with pytest.raises(ValueError, match=r"factor_sizes=.*expected"):
            call()


# All scores of any encoder.


class Squares:
    """A white square at one of 4 × 6 places."""

    factor_sizes = (4, 6)

    def images(self, factors):
        drawn = torch.zeros(len(factors), 1, 28, 28)
        for image, (x, y) in zip(drawn, factors.tolist(), strict=True):
            image[0, 4 * x : 4 * x + 6, 4 * y : 4 * y + 6] = 1
        return drawn


class Centre:
    """The centre of the white pixels: an encoder without parameters, in numpy."""

    def encode(self, images):
        ink = np.asarray(images)[:, 0]
        place = np.arange(28) / 10
        return np.c_[ink.sum(2) @ place, ink.sum(1) @ place] / 36


class Noisy(Centre):
    def encode(self, images):
        return super().encode(images), np.full((len(images), 2), -6.0)


class Network(torch.nn.Module):
    """The same as a network without parameters, whose dropout must be off."""

    def __init__(self, encode=None):
        super().__init__()
        self.dropout, self.one = torch.nn.Dropout(), encode or Centre().encode

    def encode(self, images):
        return torch.from_numpy(self.one(self.dropout(images)))


@pytest.fixture(scope="module")
def of_centre():
    with pytest.warns(UserWarning, match="continuous_mig is left out: it needs log-variances") as warned:
        found = scores(Centre(), Squares())
    assert len(warned) == 1 and warned[0].filename == __file__
    return found


def test_scores_of_an_encoder_of_codes_alone_are_all_but_continuous_mig(of_centre):
    assert "continuous_mig" not in of_centre and len(of_centre) == 13
    assert of_centre["mig"] > 0.99 and of_centre["beta_vae"] == of_centre["factor_vae"] == 1
    noisy = scores(Noisy(), Squares())
    assert {name: value for name, value in noisy.items() if name != "continuous_mig"} == of_centre
    assert noisy["continuous_mig"] > 0.9


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_scores_from_interventions_take_a_model_by_its_means(score):
    torch.manual_seed(0)
    model = VAE(2, hidden=8).eval()
    expected = score(lambda images: model.encode(images)[0], Tensors(), **FEW)
    for same in (model, model.encode, lambda images: model.encode(images)):
        assert score(same, Tensors(), **FEW) == expected
    for wrong, message in ((np.zeros((5, 2)), "found a ndarray as encoder of a Tensors"), (VAE, "found the class VAE")):
        with pytest.raises(ValueError, match=message):
            score(wrong, Tensors(), **FEW)


class Tensors(Squares):
    def images(self, factors):
        return super().images(torch.as_tensor(factors))


def test_images_that_a_model_cannot_take_are_seen_wherever_they_come():
    class Late(Tensors):
        def images(self, factors):
            return super().images(factors) * (255 if len(factors) > 4 else 1)

    with pytest.raises(ValueError, match=r"found pixels from 0 to 255 .*divide by 255"):
        scores(VAE(2, hidden=8), Late())


@pytest.mark.filterwarnings("ignore:continuous_mig is left out")
@pytest.mark.parametrize("name", ["bound method", "network", "method of a network"])
def test_scores_of_a_function_or_network_are_those_of_the_object(name, of_centre):
    network = Network().train()
    encoder = {
        "bound method": Centre().encode,
        "network": network,
        "method of a network": network.encode,
    }[name]
    found = scores(encoder, Squares())
    assert {key: found[key] for key in of_centre} == pytest.approx(of_centre, abs=1e-6)
    assert network.training


def test_scores_of_anything_else_are_refused_in_a_sentence():
    class Three(Centre):
        def encode(self, images):
            return 3 * (super().encode(images),)

    class Differ(Centre):
        def encode(self, images):
            return super().encode(images), np.zeros((len(images), 3))

    for model, message in (
        (torch.nn.Module(), "found Module without encode, expected a model of .*or a function that takes images"),
        ("vae-dsprites", "found the name .vae-dsprites., expected a model: load_pretrained"),
        (7, "found int without encode"),
        (Three(), r"from the encoder for 64 images, expected codes \[n, d\], or a pair"),
        (Differ(), r"found \(64, 2\) and \(64, 3\) from the encoder"),
        (lambda images: images, r"found \(64, 1, 28, 28\) from the encoder"),
    ):
        with pytest.raises(ValueError, match=message):
            scores(model, Squares())
    with pytest.raises(ValueError, match="found a Tensor as data, expected a data set with factor_sizes"):
        scores(Centre(), torch.zeros(5, 1, 28, 28))
    with pytest.raises(ValueError, match=r"found images of shape \(4, 1, 64, 64\), expected \[n, 1, 32, 32\]"):
        scores(VAE(2, network="conv", size=32), Sprites(64))
