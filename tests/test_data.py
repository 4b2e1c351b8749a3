"""Loading MNIST: what is read is what was written, and what is broken is refused by name."""

import gzip
import struct

import numpy as np
import pytest
import torch

from models import binarize, load_mnist
from models.data import IDX_FILES


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
