"""Sprites on a device other than the CPU: held there as bytes or rendered there, in both cases without the host.

No test here needs such a device. The device "meta" has shapes and no values, so an operation that needs a value raises.
"""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import Subset

from models import LabelledImages
from models.data import sprite_shapes
from models.data import sprites as module
from models.data.inputs import training_data
from models.data.sprites import SomeSprites, Sprites, SpritesOnDevice
from models.training.fingerprint import fingerprint

META = torch.device("meta")
CPU = torch.device("cpu")


class NoHost(TorchDispatchMode):
    """Raise for an operation that needs a value on the host, or that brings numbers or a tensor from elsewhere."""

    refused = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
    from_numbers = torch.ops.aten.lift_fresh.default  # as in new_tensor([3, 6]); only seen on the CPU

    def __init__(self, device):
        super().__init__()
        self.device = device

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        elsewhere = [value for value in (*args, out) if isinstance(value, torch.Tensor) and value.device != self.device]
        if elsewhere or func in self.refused or func is self.from_numbers:
            raise AssertionError(f"{func} needs the host")
        return out


@pytest.fixture
def memory(monkeypatch):
    """Sets the free memory that every device reports."""

    def free(n_bytes):
        monkeypatch.setattr(module, "free_memory", lambda device: n_bytes)

    return free


def few(monkeypatch):
    """The 2,880 sprites at the positions 0 and 1, so that a test can hold them all."""
    monkeypatch.setattr(Sprites, "factor_sizes", (3, 6, 40, 2, 2))


def with_bits(sprites):
    """What `Sprites.from_npz` returns for an archive of arbitrary bits."""
    sprites._stored = torch.randint(
        256, (len(sprites), 64, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    return sprites


@pytest.mark.parametrize("size", [64, 32])
def test_the_store_holds_what_is_rendered(size, memory, monkeypatch):
    few(monkeypatch)
    memory(2 * 2880 * size**2)
    stored = SpritesOnDevice(Sprites(size), CPU)
    assert stored._bytes.shape == (2880, 1, size, size) and stored._bytes.dtype == torch.uint8
    rows = torch.arange(2880)
    assert stored[rows].dtype == torch.float32 and torch.equal(stored[rows], Sprites(size)[rows])
    assert torch.equal(stored.sample(50, seed=1)[1], Sprites(size).sample(50, seed=1)[1])
    assert torch.equal(torch.cat(list(stored.stream(1000))), stored[rows]) and repr(stored) == repr(Sprites(size))


def test_a_whole_block_and_a_part_of_one_are_stored(memory, monkeypatch):
    few(monkeypatch)
    memory(10**9)
    stored = SpritesOnDevice(Sprites(32), CPU)
    assert torch.equal(stored._all(block=1000), Sprites(32)[torch.arange(2880)].byte())


@pytest.mark.parametrize("free", [0, 10**9])
def test_the_original_images_are_held_as_bytes_or_bits(free, memory, monkeypatch):
    few(monkeypatch)
    memory(free)
    original = with_bits(Sprites())
    moved = SpritesOnDevice(original, CPU)
    assert (moved._bytes is not None) == (free > 0)
    expected = np.unpackbits(original._stored.numpy(), axis=-1)
    assert np.array_equal(moved[torch.arange(2880)][:, 0].numpy(), expected)
    assert repr(moved) == repr(original) and "original" in repr(moved)
    assert fingerprint(moved) == fingerprint(original) != fingerprint(Sprites())


@pytest.mark.parametrize("size", [64, 32])
def test_half_of_the_free_memory_must_hold_all_images(size, memory, monkeypatch):
    few(monkeypatch)
    needed = 2 * 2880 * size**2
    for free, held in ((needed - 1, False), (needed, True)):
        memory(free)
        assert (Sprites(size).to(META)._bytes is not None) == held


def test_a_device_that_does_not_report_its_memory_renders():
    assert module.free_memory(META) == 0 and Sprites(32).to(META)._bytes is None


@pytest.mark.parametrize("device", [META, CPU])
@pytest.mark.parametrize("free", [0, 10**11])
@pytest.mark.parametrize("size", [64, 32])
def test_no_batch_on_a_device_needs_the_host(size, free, device, memory, monkeypatch):
    few(monkeypatch)
    memory(free)
    monkeypatch.setattr(sprite_shapes, "_carve_listed", sprite_shapes._carve_all)  # the CPU in the accelerator's part
    whole = SpritesOnDevice(Sprites(size), device)
    some = SomeSprites(whole, torch.arange(0, 1000, 3, device=device))
    for data in (whole, some, *([SpritesOnDevice(with_bits(Sprites()), device)] if size == 64 else [])):
        rows = torch.arange(64, device=device)
        data[rows]  # the tables of the geometry are moved once
        with NoHost(device):
            images = data[rows]
        assert images.shape == (64, 1, size, size) and images.dtype == torch.float32 and images.device == device


def test_what_needs_the_host_is_noticed(memory, monkeypatch):
    few(monkeypatch)
    memory(0)
    rows, data = torch.arange(64), SpritesOnDevice(Sprites(32), CPU)
    waits = (lambda: data[rows], lambda: Sprites(32)._known(rows), lambda: rows.new_tensor([3]), lambda: rows.to(META))
    for wait in waits:  # the first one lists the notches, as a CPU does
        with pytest.raises(AssertionError, match="needs the host"), NoHost(CPU):
            wait()


def test_both_ways_to_render_a_notch_give_the_same_images(monkeypatch):
    rows = torch.randint(737_280, (500,), generator=torch.Generator().manual_seed(2))
    for size in (64, 32):
        expected = Sprites(size)[rows]
        with monkeypatch.context() as patch:
            patch.setattr(sprite_shapes, "_carve_listed", sprite_shapes._carve_all)
            assert torch.equal(Sprites(size)[rows], expected)
            patch.setattr(sprite_shapes, "_carve_listed", lambda *arguments: None)
            assert not torch.equal(Sprites(size)[rows], expected)  # there are notches among them


@pytest.mark.parametrize("free", [0, 10**9])
def test_sprites_on_a_device_have_the_same_fingerprint_and_errors(free, memory, monkeypatch):
    few(monkeypatch)
    memory(free)
    moved = SpritesOnDevice(Sprites(32), CPU)
    assert len(moved) == 2880 and fingerprint(moved) == fingerprint(Sprites(32))
    rows = torch.arange(5, 2000, 7)
    assert fingerprint(SomeSprites(moved, rows)) == fingerprint(SomeSprites(Sprites(32), rows))
    for bad in ([2880], [-1], torch.tensor([3000], dtype=torch.int32)):
        with pytest.raises(IndexError, match="expected 0 … 2,879"):
            moved[bad]
    with pytest.raises(ValueError, match="float32, expected integers"):
        moved[torch.zeros(3)]
    with pytest.raises(ValueError, match="orientation 40 in row 0"):
        moved.images([[0, 0, 40, 0, 0]])


def test_a_device_is_asked_once_and_its_store_is_freed_with_the_sprites(memory, monkeypatch):
    few(monkeypatch)
    memory(10**11)
    sprites = Sprites(64)
    moved = sprites.to("meta")
    assert sprites.to(META) is moved and moved.to("meta") is moved and moved._bytes is not None
    assert training_data(Subset(sprites, range(9)), labelled=None, pixels=None).to(META).sprites is moved
    assert not copy.copy(sprites)._moved and not pickle.loads(pickle.dumps(sprites))._moved
    store = weakref.ref(moved)
    gc.disable()
    try:
        del sprites, moved
        assert store() is None
    finally:
        gc.enable()


def test_sprites_of_another_device_are_trained_on_the_cpu():
    there, rows = Sprites(32, "meta"), torch.arange(64)
    here = there.to("cpu")
    assert type(here) is Sprites and here.device == CPU and there.to("cpu") is here
    assert torch.equal(here[rows], Sprites(32)[rows])
    some = SomeSprites(there, rows).to("cpu")
    assert torch.equal(some[rows], Sprites(32)[rows])
    assert Sprites(32).to("cpu").device is None and here.to(CPU) is here


def test_labelled_images_keep_their_class_on_a_device():
    class Darker(LabelledImages):
        def __getitem__(self, rows):
            images, labels = super().__getitem__(rows)
            return images / 2, labels

    data = Darker(torch.ones(4, 1, 2, 2), [0, 1, 2, 3])
    moved = data.to("cpu")
    assert type(moved) is Darker and moved[torch.tensor([3])][0].max() == 0.5 and moved is not data
    assert data.to("meta").labels.device == META and data.images.device == CPU
