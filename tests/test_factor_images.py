"""`FactorImages`: the levels are those of the values, and combinations that are missing or repeated do no harm."""

import numpy as np
import pytest
import torch

from models import FactorImages, Sprites

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(256, size=(40, 16, 16)).astype(np.uint8)
VALUES = np.stack([RNG.choice([0.5, 2.0, -1.0], 40), RNG.choice([7.0, 8.0], 40)], axis=1)


def test_levels_are_the_ranks_of_the_values():
    data = FactorImages(IMAGES, VALUES, ["size", "kind"])
    assert data.factor_sizes == (3, 2) and data.factor_names == ("size", "kind")
    assert data.values("size").tolist() == [-1, 0.5, 2]
    for row, level in zip(VALUES, data.levels, strict=True):
        assert level.tolist() == [sorted({*VALUES[:, 0]}).index(row[0]), int(row[1] == 8)]


def test_images_of_levels_have_those_levels_and_the_first_row_is_taken():
    data = FactorImages(IMAGES, VALUES)
    for level in {tuple(level) for level in data.levels.tolist()}:
        first = next(i for i in range(40) if tuple(data.levels[i]) == level)
        assert data.rows([level]).tolist() == [first]
        assert torch.equal(data.images([level])[0, 0], torch.from_numpy(IMAGES[first]) / 255)


def test_strings_are_levels_in_alphabetical_order():
    data = FactorImages(IMAGES, np.stack([np.where(VALUES[:, 1] == 7, "b", "a"), np.arange(40).astype(str)], axis=1))
    assert data.factor_sizes == (2, 40) and data.levels[:, 0].tolist() == (VALUES[:, 1] == 7).astype(int).tolist()


def test_sprites_as_a_list_of_images_equal_sprites():
    sprites, rows = Sprites(32), torch.arange(0, 737_280, 7919)
    data = FactorImages(sprites[rows], sprites.factors(rows), sprites.factor_names)
    levels = torch.from_numpy(data.levels)
    assert torch.equal(data.images(levels), sprites[rows]) and torch.equal(data.rows(levels), torch.arange(len(rows)))
    factors, images = data.sample(9, seed=0)
    assert torch.equal(data.images(factors), images) and len(data) == len(rows)


REFUSED = {
    "missing combination": (lambda d: d.images([[0, 0], [2, 5]]), r"no image with the levels \{'size': 2, 'kind': 5\}"),
    "negative": (lambda d: d.images([[-1, 0]]), r"no image with the levels \{'size': -1, 'kind': 0\}"),
    "floats": (
        lambda d: d.images([[0.0, 1.0]]),
        r"found factors of shape \(1, 2\) and float32, expected integers \[m, 2\]",
    ),
    "one axis": (lambda d: d.images([0, 1]), r"found factors of shape \(2,\)"),
    "lengths": (
        lambda d: FactorImages(IMAGES, VALUES[:9]),
        r"found 40 images and factors of shape \(9, 2\), expected a row",
    ),
    "names": (lambda d: FactorImages(IMAGES, VALUES, ["a"]), "found 1 names of 2 factors, expected a name for each"),
    "constant": (lambda d: FactorImages(IMAGES, np.ones(40)), "found the single value .* of the factor 'factor 0'"),
    "nan": (
        lambda d: FactorImages(IMAGES, VALUES * [1, np.nan]),
        r"found a missing value \(NaN\) of the factor 'factor 1'",
    ),
    "dtype": (lambda d: FactorImages(IMAGES.astype(int), VALUES), "found images of int64, expected bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused(name):
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        call(FactorImages(IMAGES, VALUES, ["size", "kind"]))


def test_an_unknown_factor_is_refused():
    with pytest.raises(KeyError, match="found no factor 'hue', expected one of factor 0, factor 1"):
        FactorImages(IMAGES, VALUES).values("hue")


def test_levels_of_very_many_cells_do_not_overflow():
    factors = RNG.integers(2**16, size=(40, 6))
    data = FactorImages(IMAGES, factors)
    assert data.rows(data.levels).tolist() == list(range(40))


def test_a_continuous_factor_is_refused_with_a_remedy():
    images = np.zeros((400, 8, 8), np.uint8)
    with pytest.raises(ValueError, match=r"found 400 values of the factor 'x' in 400 images, .* np.digitize\("):
        FactorImages(images, RNG.random(400), ["x"])
    assert FactorImages(images, np.arange(400.0), ["x"]).factor_sizes == (400,)


def test_scores_are_imported_by_their_name():
    import models
    from models.metrics import mig

    assert models.metrics.mig is mig is models.evaluation.metrics.mig
