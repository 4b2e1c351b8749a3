"""The fingerprint of a data set: the same for the same rows, another for other rows, whatever holds them."""

import hashlib

import numpy as np
import pytest
import torch

from models import LabelledImages, Sprites
from models.training.fingerprint import fingerprint
from models.training.randomness import every_device

IMAGES = torch.rand(1000, 1, 8, 8, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(1000) % 10


class Rows:
    """Rows as some function gives them."""

    def __init__(self, give):
        self.give = give

    def __len__(self):
        return len(IMAGES)

    def __getitem__(self, rows):
        return self.give(rows)


def test_it_is_sha_256_over_length_dtype_shape_and_a_hundred_rows():
    rows = np.linspace(0, 999, 100).astype(int)
    content = b"1000 torch.float32 (100, 1, 8, 8) " + IMAGES.numpy()[rows].tobytes()
    assert fingerprint(IMAGES) == hashlib.sha256(content).hexdigest()[:16]


@pytest.mark.parametrize(
    "other",
    [
        IMAGES[:-1],
        1 - IMAGES,
        IMAGES.flip(0),
        IMAGES[torch.randperm(1000, generator=torch.Generator().manual_seed(1))],
        (IMAGES < 0.5).float(),
        IMAGES.double(),
        IMAGES.half(),
        IMAGES.view(1000, 1, 4, 16),
        IMAGES + 1e-7,
        LabelledImages(IMAGES, LABELS),
    ],
)
def test_other_data_have_another(other):
    assert fingerprint(other) != fingerprint(IMAGES)


def test_a_label_counts():
    assert fingerprint(LabelledImages(IMAGES, LABELS)) != fingerprint(LabelledImages(IMAGES, 9 - LABELS))


@pytest.mark.parametrize(
    "same",
    [
        IMAGES.clone(),
        IMAGES.to(memory_format=torch.channels_last),
        IMAGES[:, :, :, torch.arange(8)],
        Rows(lambda rows: IMAGES[rows]),
        Rows(lambda rows: IMAGES.numpy()[rows]),
        Rows(lambda rows: [IMAGES[rows]]),
        Rows(lambda rows: {"images": IMAGES[rows]}),
    ],
)
def test_copies_and_other_holders_of_the_same_rows_have_the_same(same):
    assert fingerprint(same) == fingerprint(IMAGES)


def test_sprites_of_one_size_are_all_the_same_data():
    assert fingerprint(Sprites(32)) == fingerprint(Sprites(32, "cpu")) != fingerprint(Sprites(64))


def test_random_rows_count_by_dtype_and_shape_and_the_random_state_stays():
    noisy = Rows(lambda rows: IMAGES[rows] + torch.rand(len(rows), 1, 8, 8))
    noisier = Rows(lambda rows: IMAGES[rows].flip(0) + torch.rand(len(rows), 1, 8, 8))
    wider = Rows(lambda rows: torch.rand(len(rows), 1, 8, 9))
    state = torch.get_rng_state()
    assert fingerprint(noisy) == fingerprint(noisy) == fingerprint(noisier) != fingerprint(wider)
    assert fingerprint(noisy) != fingerprint(IMAGES)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_random_state_of_every_accelerator_stays(monkeypatch):
    """Generators of the CPU stand for those of two CUDA devices and of MPS."""
    stand_ins = [torch.Generator().manual_seed(i) for i in range(3)]
    monkeypatch.setattr(torch.cuda, "init", lambda: None)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "default_generators", tuple(stand_ins[:2]))
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.mps, "_get_default_mps_generator", lambda: stand_ins[2])
    monkeypatch.setattr(torch, "manual_seed", lambda seed: [g.manual_seed(seed) for g in everything])
    everything = [torch.default_generator, *stand_ins]
    before = [generator.get_state() for generator in everything]
    assert [str(device) for device in every_device()] == ["cpu", "cuda:0", "cuda:1", "mps"]

    noisy = Rows(lambda rows: IMAGES[rows] + sum(torch.rand(len(rows), 1, 8, 8, generator=g) for g in everything))
    assert fingerprint(noisy) == fingerprint(noisy) != fingerprint(IMAGES)
    assert all(torch.equal(g.get_state(), state) for g, state in zip(everything, before, strict=True))


@pytest.mark.parametrize("n", [1, 2, 99, 101])
def test_short_data_are_looked_at_whole(n):
    for row in range(min(n, 100)):
        other = IMAGES[:n].clone()
        other[row] += 1
        assert fingerprint(other) != fingerprint(IMAGES[:n]) or n > 100


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_it_is_the_same_on_the_gpu():
    assert fingerprint(IMAGES.cuda()) == fingerprint(IMAGES)
    assert fingerprint(Sprites(32, "cuda")) == fingerprint(Sprites(32))
