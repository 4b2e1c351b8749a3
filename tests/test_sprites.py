"""Rendered dSprites: pixel for pixel what the geometry says, and the original frames to 4 pixels at most."""

import numpy as np
import pytest
import torch
from matplotlib.path import Path as Polygon

from models import Model, Player, train
from models.data.sprite_shapes import outlines
from models.data.sprites import Sprites


def drawn(factors, size):
    """One image, from the words of the geometry: is this pixel's centre inside this polygon?"""
    shape, scale, orientation, x, y = factors
    scale, angle = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)[scale], 2 * np.pi * orientation / 39
    centre = np.arange(size) * 64 / size + 32 / size
    dx = (centre[None, :] - (16 + 32 * x / 31)) / (64 * scale) + np.zeros((size, 1))
    dy = (centre[:, None] - (16 + 32 * y / 31)) / (64 * scale) + np.zeros((1, size))
    u, v = np.cos(angle) * dx - np.sin(angle) * dy, np.sin(angle) * dx + np.cos(angle) * dy
    if shape == 0:
        return (abs(u) <= 0.15) & (abs(v) <= 0.15)
    if shape == 1:
        t = np.linspace(0, 2 * np.pi, 51)
        outline = np.stack([0.1995 * np.cos(t), 0.113 * np.sin(t)], 1)
    else:
        t = np.linspace(0, 2 * np.pi, 401)
        lobes = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
        outline = np.stack([0.15 * np.sin(t) ** 3, -0.1655 / 16 * lobes - 0.0225], 1)
    return Polygon(outline).contains_points(np.stack([u.ravel(), v.ravel()], 1)).reshape(size, size)


def one(sprites, **factors):
    row = [factors.get(name, 0) for name in sprites.factor_names]
    return sprites.images(torch.tensor([row]))[0, 0]


@pytest.mark.parametrize("size", [64, 32])
def test_every_pixel_is_what_a_point_in_polygon_test_says(size):
    sprites = Sprites(size)
    factors, images = sprites.sample(400, seed=size)
    ends = torch.cartesian_prod(*(torch.tensor([0, n - 1]) for n in sprites.factor_sizes))
    notched = torch.cartesian_prod(*(torch.tensor(a) for a in ([2], [0, 5], list(range(40)), [3], [20])))
    factors, images = torch.cat([factors, ends, notched]), torch.cat([images, sprites[sprites.rows(ends)]])
    images = torch.cat([images, sprites.images(notched)])
    assert images.dtype == torch.float32 and images.shape == (len(factors), 1, size, size)
    assert np.array_equal(images[:, 0].numpy(), [drawn(row, size) for row in factors.tolist()])


def test_real_frames_are_reproduced(data_folder):
    with np.load(data_folder / "dsprites" / "reference_frames.npz") as frames:
        expected, factors = np.unpackbits(frames["images"], axis=-1), frames["factors"]
    wrong = (Sprites().images(factors)[:, 0].numpy() != expected).sum((1, 2))
    assert len(wrong) == 320 and (wrong == 0).sum() >= 288 and wrong.max() <= 4


def test_the_mean_pixel_is_that_of_the_original():
    # every eleventh image: 11 has no factor in common with any of the sizes
    sprites = Sprites()
    factors = sprites.factors(torch.arange(0, len(sprites), 11))
    mean = np.mean([sprites.images(part).mean().item() for part in factors.split(1024)])
    assert abs(mean - 0.0425) < 2e-4


def test_orientations_0_and_39_are_the_same_turn():
    rows = torch.randint(720 // 40 * 1024, (200,), generator=torch.Generator().manual_seed(0))
    sprites = Sprites()
    first = sprites.factors(rows)
    first[:, 2] = 0
    last = first + torch.tensor([0, 0, 39, 0, 0])
    assert torch.equal(sprites.images(first), sprites.images(last))


def test_rows_are_in_the_order_of_the_original_with_pos_y_fastest():
    sprites = Sprites()
    assert sprites.factor_sizes == (3, 6, 40, 32, 32) and len(sprites) == 737_280
    assert sprites.factor_names == ("shape", "scale", "orientation", "posX", "posY")
    rows = [1, 32, 1024, 40 * 1024, 6 * 40 * 1024, 737_279]
    expected = [*np.eye(5, dtype=int)[::-1].tolist(), [2, 5, 39, 31, 31]]
    assert sprites.factors(rows).tolist() == expected
    assert torch.equal(sprites[rows], sprites.images(expected))


def test_factors_and_rows_are_each_other_s_inverse():
    sprites, rows = Sprites(), torch.arange(737_280)
    assert torch.equal(sprites.rows(sprites.factors(rows)), rows)


def test_pos_x_moves_right_and_pos_y_moves_down():
    columns, lines = torch.arange(64.0), torch.arange(64.0)
    for x, y in ((0, 0), (31, 0), (0, 31)):
        image = one(Sprites(), scale=5, posX=x, posY=y)
        assert (image.sum(0) @ columns / image.sum()) + 0.5 == pytest.approx(16 + 32 * x / 31, abs=0.51)
        assert (image.sum(1) @ lines / image.sum()) + 0.5 == pytest.approx(16 + 32 * y / 31, abs=0.51)


def test_values_are_those_of_the_original():
    sprites = Sprites()
    assert [len(sprites.values(name)) for name in sprites.factor_names] == list(sprites.factor_sizes)
    assert sprites.values("shape").tolist() == [1, 2, 3]
    assert np.allclose(sprites.values("scale"), [0.5, 0.6, 0.7, 0.8, 0.9, 1])
    assert sprites.values("orientation")[[0, -1]].tolist() == [0, 2 * np.pi]
    assert sprites.values("posX")[1] == sprites.values("posY")[1] == 1 / 31
    with pytest.raises(KeyError, match=r"'colour'.*shape, scale"):
        sprites.values("colour")


def test_a_square_has_the_area_of_its_outline_within_the_pixels_on_its_edge():
    for scale, side in enumerate(64 * 0.3 * Sprites().values("scale")):
        assert abs(one(Sprites(), scale=scale, orientation=7).sum() - side**2) < 2 * side
    assert [len(outline) for outline in outlines()] == [4, 50, 400]


def test_a_seed_fixes_the_sample():
    sprites = Sprites(32)
    factors, images = sprites.sample(50, seed=1)
    again, same = sprites.sample(50, seed=1)
    assert torch.equal(factors, again) and torch.equal(images, same) and torch.equal(images, sprites.images(factors))
    assert not torch.equal(factors, sprites.sample(50, seed=2)[0])
    assert torch.equal(factors, Sprites(64).sample(50, seed=1)[0])


def test_all_factors_are_sampled():
    factors, _ = Sprites(32).sample(5000, seed=0)
    assert [len(column.unique()) for column in factors.T] == list(Sprites.factor_sizes)


def test_the_stream_is_all_rows_in_order(monkeypatch):
    first = next(Sprites(32).stream(64))
    assert torch.equal(first, Sprites(32)[torch.arange(64)])
    monkeypatch.setattr(Sprites, "factor_sizes", (1, 1, 1, 3, 7))
    batches = list(Sprites(32).stream(8))
    assert [len(batch) for batch in batches] == [8, 8, 5]
    assert torch.equal(torch.cat(batches), Sprites(32)[torch.arange(21)])


class Brightness(Model):
    def __init__(self):
        super().__init__()
        self.level = torch.nn.Parameter(torch.tensor(0.0))

    def players(self):
        def loss(images):
            return {"loss": (images.mean() - self.level).square()}

        return [Player("level", [self.level], loss, 0.01)]


def test_sprites_are_data_for_the_training_loop(device):
    model = Brightness()
    train(model, Sprites(32), steps=30, batch_size=64, device=device)
    assert abs(model.level - 0.0425) < 0.02


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A small archive in the format of the original, with its pickled metadata, and what is in it."""
    monkeypatch.setattr(Sprites, "factor_sizes", sizes := (3, 2, 2, 2, 3))
    factors = np.indices(sizes).reshape(5, -1).T
    images = np.random.default_rng(0).integers(0, 2, (len(factors), 64, 64)).astype(np.uint8)
    arrays = {
        "metadata": np.array({"title": "dSprites"}, dtype=object),
        "imgs": images,
        "latents_classes": np.column_stack([np.zeros(len(factors), int), factors]),
    }

    def write(**changes):
        path = tmp_path / "sprites.npz"
        kept = {name: array for name, array in (arrays | changes).items() if array is not None}
        np.savez_compressed(path, **kept)
        return path

    return write, factors, images


def test_the_original_archive_has_the_same_face(archive):
    write, factors, images = archive
    sprites = Sprites.from_npz(write())
    assert len(sprites) == 72 and sprites.size == 64 and "original" in repr(sprites)
    assert sprites[[3]].dtype == torch.float32
    assert np.array_equal(torch.cat(list(sprites.stream(10)))[:, 0].numpy(), images)
    assert np.array_equal(sprites.images(factors[[50, 7]])[:, 0].numpy(), images[[50, 7]])
    drawn_factors, drawn_images = sprites.sample(20, seed=0)
    assert np.array_equal(drawn_images[:, 0].numpy(), images[sprites.rows(drawn_factors).numpy()])
    assert Sprites()._stored is None


def test_a_wrong_archive_is_refused_by_name(archive, tmp_path):
    write, factors, images = archive
    classes = np.column_stack([np.zeros(len(factors), int), factors])
    for changes, message in (
        ({"imgs": None}, r"found no imgs in .*expected .*\(72, 64, 64\)"),
        ({"latents_classes": None}, "found no latents_classes"),
        ({"imgs": images[:-1]}, r"imgs of shape \(71, 64, 64\).*expected .*\(72, 64, 64\)"),
        ({"imgs": images[:, :32]}, r"imgs of shape \(72, 32, 64\)"),
        ({"latents_classes": factors}, r"latents_classes of shape \(72, 5\).*\(72, 6\)"),
        ({"latents_classes": classes[::-1]}, r"factors \[2 1 1 1 2\] in row 0 of .*expected \[0 0 0 0 0\]"),
        ({"imgs": images * 255}, "imgs of uint8 from 0 to 255.*expected integers 0 and 1"),
        ({"imgs": images / 2}, "imgs of float64"),
        ({"imgs": np.full((72, 64, 64), None)}, "imgs of object.*expected integers"),
    ):
        with pytest.raises(ValueError, match=message):
            Sprites.from_npz(write(**changes))
    whole = write().read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        (tmp_path / "broken.npz").write_bytes(content)
        with pytest.raises(ValueError, match=r"broken\.npz is not a complete"):
            Sprites.from_npz(tmp_path / "broken.npz")
    with pytest.raises(FileNotFoundError):
        Sprites.from_npz(tmp_path / "absent.npz")


@pytest.mark.parametrize("size", [0, 28, 128, "64", None])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match=f"found size={size!r}, expected 64 or 32"):
        Sprites(size)


def test_bad_factors_are_refused_with_the_place():
    images = Sprites().images
    for factors, message in (
        ([[0, 0, 0, 0, 0], [0, 0, 40, 0, 0]], "orientation 40 in row 1, column 2 .*expected 0 … 39"),
        ([[0, 0, 0, -1, 0]], "posX -1 in row 0, column 3 .*expected 0 … 31"),
        ([[3, 0, 0, 0, 0]], "shape 3 in row 0, column 0 .*expected 0 … 2"),
        ([0, 0, 0, 0, 0], r"shape \(5,\), expected \[n, 5\]"),
        (np.zeros((4, 6), int), r"shape \(4, 6\), expected \[n, 5\]"),
        (np.zeros((2, 2, 5), int), r"shape \(2, 2, 5\), expected \[n, 5\]"),
        (torch.zeros(2, 5), "factors of torch.float32, expected integers"),
        (torch.zeros(2, 5, dtype=bool), "torch.bool, expected integers"),
    ):
        with pytest.raises(ValueError, match=message):
            images(factors)
        with pytest.raises(ValueError, match=message):
            Sprites().rows(factors)
    assert images(torch.zeros(0, 5, dtype=int)).shape == (0, 1, 64, 64)


def test_unknown_rows_are_refused():
    sprites = Sprites()
    for rows, found in (([0, 737_280], "737280"), ([-1], "-1")):
        with pytest.raises(IndexError, match=f"found row {found}, expected 0 … 737,279"):
            sprites[rows]
    for rows, message in ((torch.zeros(3), "float32, expected integers"), (5, r"shape \(\), expected \[n\]")):
        with pytest.raises(ValueError, match=message):
            sprites[rows]
    with pytest.raises(ValueError, match="batch_size=0, expected 1 or more"):
        sprites.stream(0)
