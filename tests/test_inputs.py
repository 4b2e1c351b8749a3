"""What comes into `train`: images in every usual container give one and the same run, all others one sentence."""

import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.masked import masked_tensor
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split

import models.data.batches
from models import GAN, VAE, ConditionalGAN, LabelledImages, LinearVAE, Sprites, load_mnist, train
from models.data.batches import CheckedBatches, batch_of
from models.data.images import as_images, as_labels, require_images
from models.data.inputs import training_data
from models.evaluation.digit_classifier import DigitClassifier
from models.figures import image_grid, show_images

RAW = np.random.default_rng(0).random((48, 1, 28, 28)) < 0.2
IMAGES = torch.from_numpy(RAW).float()
LABELS = np.arange(48) % 10


class MapStyle(Dataset):
    """What torch calls map-style: one example for each integer."""

    def __init__(self, example):
        self.example = example

    def __len__(self):
        return len(RAW)

    def __getitem__(self, i):
        if not isinstance(i, int):
            raise TypeError(f"found {i!r}, expected an int")
        return self.example(i)


class Untyped:
    """The same without the base class."""

    __len__, __getitem__ = MapStyle.__len__, MapStyle.__getitem__

    def __init__(self, example):
        self.example = example


class Batches:
    """A data set that gives a batch for a tensor of rows, as `Sprites` does."""

    def __init__(self, images, labels=None):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, rows):
        return self.images[rows] if self.labels is None else (self.images[rows], self.labels[rows])


def run(data, **keywords):
    torch.manual_seed(0)
    settings = dict(steps=4, batch_size=16) | keywords
    return train(VAE(2, hidden=8), data, **settings).values


@pytest.fixture(scope="module")
def expected():
    return run(IMAGES)


SAME = {
    "float64": IMAGES.double(),
    "numpy float64": RAW.astype(float),
    "numpy float32": RAW.astype(np.float32),
    "numpy of the other byte order": RAW.astype(">f4"),
    "numpy in Fortran's order": np.asfortranarray(RAW.astype(float)),
    "numpy that cannot be written": np.broadcast_to(RAW.astype(np.float32), RAW.shape),
    "numpy bool": RAW,
    "numpy float16": RAW.astype(np.float16),
    "numpy longdouble": RAW.astype(np.longdouble),
    "masked array without a mask": np.ma.array(RAW),
    "uint8": torch.from_numpy(RAW.astype(np.uint8)),
    "bool": IMAGES.bool(),
    "half": IMAGES.half(),
    "bfloat16": IMAGES.bfloat16(),
    "int64": IMAGES.long(),
    "with a gradient": IMAGES.clone().requires_grad_(),
    "list of tensors": list(IMAGES),
    "list of arrays": list(RAW),
    "nested lists": RAW.tolist(),
    "TensorDataset": TensorDataset(IMAGES.double()),
    "TensorDataset with labels": TensorDataset(IMAGES, torch.from_numpy(LABELS)),
    "TensorDataset with real targets": TensorDataset(IMAGES, torch.rand(48)),
    "Subset": Subset(TensorDataset(torch.cat([1 - IMAGES, IMAGES])), range(48, 96)),
    "map-style": MapStyle(lambda i: RAW[i]),
    "map-style without the base class": Untyped(lambda i: IMAGES[i].double()),
    "map-style pairs": MapStyle(lambda i: (IMAGES[i], int(LABELS[i]))),
    "map-style pairs in lists": MapStyle(lambda i: [IMAGES[i], torch.tensor(LABELS[i])]),
    "map-style pairs with words": MapStyle(lambda i: (RAW[i], "cat")),
    "Subset of map-style": Subset(MapStyle(lambda i: RAW[i]), list(range(48))),
    "ConcatDataset": ConcatDataset([TensorDataset(IMAGES[:20]), TensorDataset(IMAGES[20:])]),
    "pairs in a list": [(image, int(label)) for image, label in zip(IMAGES, LABELS, strict=True)],
    "pair of images and labels": (RAW, LABELS.tolist()),
    "LabelledImages": LabelledImages(RAW, LABELS),
    "batches": Batches(IMAGES),
    "batches of arrays": Batches(RAW),
    "batches with labels": Batches(IMAGES, torch.from_numpy(LABELS)),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_images_in_another_container_are_the_same_run(name, expected):
    assert np.array_equal(run(SAME[name]), expected)


def test_the_callers_images_and_random_state_stay_as_they_are(device):
    for dtype in (torch.float32, torch.float64, torch.uint8):
        images = IMAGES.to(dtype)
        before = images.clone()
        torch.manual_seed(3)
        noisy = MapStyle(lambda i: IMAGES[i] * (torch.rand(()) > 0.5))
        model = VAE(2, hidden=8)
        state = torch.random.get_rng_state()
        train(model, images, steps=2, batch_size=16, device=device)
        train(model, noisy, steps=2, batch_size=16, device=device)
        assert torch.equal(images, before) and images.dtype == dtype
        assert torch.equal(torch.random.get_rng_state(), state)


def test_augmented_data_are_drawn_from_the_seed_of_the_step():
    noisy = MapStyle(lambda i: IMAGES[i] * (torch.rand(1, 28, 28) > 0.5))
    assert np.array_equal(run(noisy), run(noisy)) and not np.array_equal(run(noisy), run(noisy, seed=1))


def test_subsets_of_sprites_are_rendered_as_they_are_asked_for(device):
    some = training_data(Subset(Sprites(32), [5, 700_000, 9]), labelled=False, pixels=(0, 1))
    rows = torch.tensor([2, 0])
    assert torch.equal(batch_of(some, rows, torch.device("cpu")), Sprites(32)[torch.tensor([9, 5])]) and len(some) == 3
    parts = random_split(Sprites(32), [100, 737_180], generator=torch.Generator().manual_seed(0))
    history = train(VAE(2, network="conv", size=32), parts[0], steps=2, batch_size=4, device=device)
    assert len(history) == 2


@pytest.mark.parametrize(
    "data", [SAME["LabelledImages"], SAME["map-style pairs"], SAME["batches with labels"], SAME["pairs in a list"]]
)
def test_models_of_labelled_images_take_pairs_from_any_container(data, device):
    def labelled_run(data):
        torch.manual_seed(0)
        model = ConditionalGAN(noise_dim=4, width=0.0625)
        return train(model, data, steps=2, batch_size=16, device=device).values

    assert np.array_equal(labelled_run(data), labelled_run(LabelledImages(IMAGES, torch.from_numpy(LABELS))))
    assert len(train(DigitClassifier(), data, steps=2, batch_size=16, device=device)) == 2


def changed(row, change):
    images = IMAGES.clone()
    images[row] = change(images[row])
    return images


LATE = {
    "bytes": (lambda x: 255 * x, "found pixels from 0 to 255 in image 40, expected 0 to 1: divide by 255"),
    "negative": (lambda x: 2 * x - 1, r"found pixels from -1 to 1 in image 40, expected 0 to 1: use \(x \+ 1\) / 2"),
    "far": (lambda x: x - 7, "found pixels from -7 to -6 in image 40, expected 0 to 1: rescale them"),
    "NaN": (lambda x: x * float("nan"), "nan in image 40, expected 0 to 1: some are not finite"),
    "infinite": (lambda x: x / 0 if isinstance(x, float) else x + float("inf"), "image 40.*: some are not finite"),
}


@pytest.mark.parametrize("name", LATE)
@pytest.mark.parametrize("container", ["tensor", "float64", "TensorDataset", "map-style", "batches"])
def test_a_later_image_that_is_wrong_is_refused_before_it_trains(name, container, device):
    change, message = LATE[name]
    images = changed(40, change)
    data = {
        "tensor": images,
        "float64": images.double().numpy(),
        "TensorDataset": TensorDataset(images),
        "map-style": MapStyle(lambda i: images[i]),
        "batches": Batches(images),
    }[container]
    model = VAE(2, hidden=8)
    model.check(IMAGES)
    before = [parameter.clone() for parameter in model.parameters()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=message):
            train(model, data, steps=3, batch_size=16, device=device)
    if container not in ("map-style", "batches"):  # whose batches before this one may train
        assert all(torch.equal(a, b.cpu()) for a, b in zip(before, model.parameters(), strict=True))


def test_bytes_are_not_divided_silently():
    with pytest.raises(ValueError, match="expected 0 to 1: divide by 255"):
        run(torch.from_numpy(RAW.astype(np.uint8) * 255))
    with pytest.raises(ValueError, match="expected 0 to 1: divide by 255"):
        run(MapStyle(lambda i: RAW[i].astype(np.uint8) * 255))


def test_labels_are_all_looked_at(device):
    late = LABELS.copy()
    late[40] = 10
    for data in (LabelledImages(IMAGES, late), MapStyle(lambda i: (IMAGES[i], late[i])), (IMAGES, late)):
        for model in (ConditionalGAN(noise_dim=4, width=0.0625), DigitClassifier()):
            with pytest.raises(ValueError, match=r"found labels from .* to 10, expected integers in 0 … 9"):
                train(model, data, steps=3, batch_size=16, device=device)


def test_a_batch_on_a_device_is_refused_when_the_terms_are_read(monkeypatch):
    """A device that must not be waited for: here the CPU under another name."""
    looked = CheckedBatches(Batches(changed(40, lambda x: 255 * x)), False, (0.0, 1.0), None)

    class Elsewhere(torch.Tensor):
        @property
        def device(self):
            return torch.device("cuda")

    monkeypatch.setattr(models.data.batches, "as_images", lambda images: images.as_subclass(Elsewhere))
    looked[torch.arange(16)]
    looked.settle()
    looked[torch.arange(32, 48)]  # not refused: to know, one would have to wait
    with pytest.raises(ValueError, match=r"found images outside the range, 0 to 1.*the model afresh"):
        looked.settle()


REFUSED = {
    "a path": ("/somewhere/images.npy", "found the path '/somewhere/images.npy', expected images: read them first"),
    "an empty list": ([], "found an empty list"),
    "a list of paths": (["a.png"] * 48, "found the path 'a.png' as an example"),
    "an array of paths": (np.array(["a.png"] * 48), "expected images as real numbers"),
    "objects": (np.array([None] * 48), "of object, expected images as real numbers"),
    "complex": (IMAGES + 0j, "torch.complex64, expected real numbers"),
    "complex numpy": (RAW + 0j, "of complex128, expected images as real numbers"),
    "sparse": (IMAGES.to_sparse(), "layout torch.sparse_coo, expected a dense tensor"),
    "meta": (IMAGES.to("meta"), "the meta device, which have no values"),
    "masked": (np.ma.array(RAW.astype(float), mask=RAW), "found masked images, expected all entries to be known"),
    "a number": (torch.tensor(1.0), "found a single number"),
    "None": (None, "found NoneType, expected images"),
    "a generator": (iter(IMAGES), "expected images, or a data set with a length and rows$"),
    "a DataLoader": (DataLoader(TensorDataset(IMAGES)), "found DataLoader.*: of a DataLoader, its dataset"),
    "MNIST": (load_mnist(), "found MNIST, .*: of MNIST, its train_images"),
    "a table": (pd.DataFrame(RAW.reshape(48, -1)), "found DataFrame.*: of a table, its to_numpy"),
    "a dict": ({"images": IMAGES}, "found dict, expected images"),
    "dicts": ([{"image": IMAGES[0]}] * 48, "found a dict as an example"),
    "a data set of dicts": (MapStyle(lambda i: {"image": IMAGES[i]}), "found a MapStyle that gives no images.*a dict"),
    "three tensors": (TensorDataset(IMAGES, IMAGES, IMAGES), "found a TensorDataset of 3 tensors"),
    "pairs of images": (
        MapStyle(lambda i: (IMAGES[i], IMAGES[i])),
        "found a tuple as an example",
    ),
    "shapes that differ": ([RAW[0], RAW[0][:, :9]], "found images of different shapes"),
    "shapes that differ in lists": ([RAW[0].tolist(), RAW[0][:, :9].tolist()], "found images of different shapes"),
    "no channels": (IMAGES[:, 0], r"\(16, 28, 28\), expected \[n, 1, 28, 28\]: add the axis of channels, images\[:, N"),
    "channels last": (
        IMAGES.permute(0, 2, 3, 1),
        r"move the axis of channels, images.swapaxes\(2, 3\)",
    ),
    "colour": (
        IMAGES.expand(-1, 3, -1, -1),
        r"make them grey, images\[:, :3\].mean\(1\)\[:, None\], or make the model with channels=3$",
    ),
    "flat": (IMAGES.flatten(1), r"found images of shape \(16, 784\), .*: images.reshape\(-1, 1, 28, 28\)"),
    "too few": (IMAGES[:5], "found 5 examples, expected at least one whole batch, 16: pass batch_size=5 or less"),
    "paths and labels": ([("a.png", 1)] * 32, "found the path 'a.png' as an example, .*: load the images first"),
    "a data set of paths": (MapStyle(lambda i: ("a.png", 1)), "gives no images.*found the path 'a.png' as an example"),
    "paths without the base class": (Untyped(lambda i: ("a.png", 1)), "found the path 'a.png' as an example"),
    "16 bits": (RAW.astype(np.uint16) * 65535, "expected 0 to 1: divide by .*65535 for 16 bits"),
    "percentages": (RAW * 100.0, "expected 0 to 1: divide by the largest value that a pixel can have, .*100 for perc"),
    "a mask": (Subset(TensorDataset(IMAGES), [True, False] * 24), "found a mask of 48 entries as the indices"),
    "a mask of torch": (Subset(TensorDataset(IMAGES), torch.ones(48) > 0), r"below 48: np.flatnonzero\(mask\)"),
    "a mask of map-style": (Subset(MapStyle(lambda i: RAW[i]), np.ones(48, bool)), "found a mask of 48 entries"),
    "a mask of sprites": (Subset(Sprites(32), [True] * 9), "found a mask of 9 entries .* below 737,280"),
    "floats as rows": (Subset(TensorDataset(IMAGES), [0.5, 1.5]), "found indices of shape .* float64 of a Subset"),
    "a row too many": (
        Subset(TensorDataset(IMAGES), [0, 48]),
        "found row 48 among the indices of a Subset.* below 48",
    ),
    "too few labels": ((IMAGES, LABELS[:47]), "found 48 images and 47 labels, expected a label for each image"),
    "one label": ((IMAGES, 3), "found 48 images and 1 labels"),
    "colour, channels last": (
        RAW.repeat(3, 1).transpose(0, 2, 3, 1),
        r"images.swapaxes\(2, 3\).swapaxes\(1, 2\); then make them grey, images",
    ),
    "another size": (IMAGES[..., :20, :20], r"resize them, torch.nn.functional.interpolate\(torch.as_tensor"),
    "another size without channels": (RAW[:, 0, :20, :20], r"add the axis of channels, images\[:, None\]; then resize"),
    "another size, colour": (
        RAW[..., :20].repeat(3, 1),
        r"make them grey, images\[:, :3\].mean\(1\)\[:, None\], or make the model with channels=3; then resize",
    ),
    "another size, channels last": (
        RAW[..., :20].transpose(0, 2, 3, 1).repeat(3, 3),
        r"grey, images\[:, :3\].mean.*channels=3; then resize",
    ),
    "none": (TensorDataset(IMAGES[:0]), "found 0 examples, expected at least one whole batch"),
    "an empty data set": (Subset(MapStyle(lambda i: RAW[i]), []), "of 0 examples"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_set_of_images_is_refused_in_one_sentence(name):
    data, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        run(data)


@pytest.mark.parametrize(
    "labels, message",
    [
        (np.eye(10)[LABELS], r"of one-hot rows, labels.argmax\(1\)"),
        (LABELS[:, None], r"of a column, labels\[:, 0\]"),
        (LABELS[:40], "found 48 images and 40 labels"),
        (np.eye(10)[LABELS[:40]], "found 48 images and 40 labels"),
    ],
)
@pytest.mark.parametrize("images", [IMAGES, RAW, list(IMAGES), RAW[:, 0]], ids=["tensor", "array", "list", "3 axes"])
def test_labels_that_do_not_fit_are_not_taken_for_images(images, labels, message):
    if len(images[0].shape) == 2 and len(labels) == 40 and labels.ndim == 2:
        message = "found images of different shapes"  # two arrays of images could look the same
    with pytest.raises(ValueError, match=message):
        training_data((images, labels), labelled=True, pixels=(0, 1), n_labels=10)


RESIZED = "torch.nn.functional.interpolate(torch.as_tensor(images).float(), (28, 28), mode='area')"
FIRST, GREY = "images.swapaxes(2, 3).swapaxes(1, 2)", "images[:, :3].mean(1)[:, None]"
REMEDIES = {
    (6, 28, 28): ["images[:, None]"],
    (1, 28, 28): ["images[:, None]"],
    (28, 28): ["image[None, None]"],
    (6, 28, 28, 1): [FIRST],
    (6, 784): ["images.reshape(-1, 1, 28, 28)"],
    (6, 3, 28, 28): [GREY],
    (6, 4, 28, 28): [GREY],
    (6, 28, 28, 3): [FIRST, GREY],
    (6, 1, 14, 20): [RESIZED],
    (6, 14, 20): ["images[:, None]", RESIZED],
    (6, 3, 14, 20): [GREY, RESIZED],
    (6, 14, 20, 3): [FIRST, GREY, RESIZED],
}


@pytest.mark.parametrize("shape", REMEDIES, ids=str)
@pytest.mark.parametrize("container", [torch.from_numpy, np.asarray])
def test_the_remedy_for_a_shape_holds_for_tensors_and_arrays(shape, container):
    images = container(np.random.default_rng(0).random(shape))
    model = VAE(2, hidden=8, likelihood="gaussian")
    with pytest.raises(ValueError, match="found images of shape") as refused:
        model.check(as_images(images))
    for remedy in REMEDIES[shape]:
        assert remedy in str(refused.value)
        images = eval(remedy, {"torch": torch, "images": images, "image": images})
    model.check(as_images(images))


COLOUR_REMEDIES = {
    (6, 28, 28, 3): [FIRST],
    (6, 4, 28, 28): ["images[:, :3]"],
    (6, 28, 28, 4): [FIRST, "images[:, :3]"],
    (6, 1, 28, 28): ["images[:, [0, 0, 0]]"],
    (6, 28, 28): ["images[:, None]", "images[:, [0, 0, 0]]"],
    (6, 3, 14, 20): [RESIZED],
    (3, 28, 28): ["image[None]"],
    (6, 2352): ["images.reshape(-1, 3, 28, 28)"],
}


@pytest.mark.parametrize("shape", COLOUR_REMEDIES, ids=str)
def test_the_remedy_for_a_shape_holds_for_a_model_of_colour(shape):
    images, model = np.random.default_rng(0).random(shape), VAE(2, hidden=8, channels=3)
    with pytest.raises(ValueError, match=r"expected \[n, 3, 28, 28\]: ") as refused:
        model.check(as_images(images))
    for remedy in COLOUR_REMEDIES[shape]:
        assert remedy in str(refused.value)
        images = eval(remedy, {"torch": torch, "images": images, "image": images})
    model.check(as_images(images))


def test_negative_rows_of_a_subset_count_from_the_end():
    some = training_data(Subset(TensorDataset(IMAGES), [-1, 3]), labelled=False, pixels=(0, 1))
    assert torch.equal(some, IMAGES[[47, 3]])
    some = training_data(Subset(Sprites(32), np.array([-1, 3])), labelled=False, pixels=(0, 1))
    assert torch.equal(some[torch.tensor([0])], Sprites(32)[torch.tensor([737_279])])


def test_masked_tensors_are_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls them a prototype
        masked = masked_tensor(IMAGES, IMAGES > 0)
    with pytest.raises(ValueError, match="found masked images"):
        run(masked)


def test_vectors_of_any_range_are_data_of_a_linear_vae_if_they_are_finite(device):
    x = 100 * torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    first = train(LinearVAE(3, 2), x, steps=2, batch_size=20, device=device).values
    for same in (x.numpy(), x.tolist(), TensorDataset(x, torch.zeros(40)), [(row, 0) for row in x]):
        torch.manual_seed(0)
        assert np.allclose(train(LinearVAE(3, 2), same, steps=2, batch_size=20, device=device).values, first)
    x[30, 1] = float("nan")
    with pytest.raises(ValueError, match="in image 30, expected finite numbers: some are not finite"):
        train(LinearVAE(3, 2), x, steps=2, batch_size=20, device=device)


DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.uint8, torch.int8, torch.int64, torch.bool]


@settings(deadline=None, max_examples=100, derandomize=True)
@given(
    st.lists(st.sampled_from([0.0, 1.0, -0.0, 0.5, 2.0, -1.0, 255.0, np.nan, np.inf, -np.inf]), min_size=1, max_size=6),
    st.sampled_from(DTYPES),
)
def test_images_pass_if_and_only_if_every_pixel_is_in_the_range(pixels, dtype):
    values = torch.tensor(pixels)
    if not dtype.is_floating_point:
        values = values.nan_to_num(0, 2, 2).clamp(-1, 2)
    images = as_images(values.to(dtype).view(-1, 1, 1, 1))
    assert images.dtype == torch.float32
    right = all(0 <= value <= 1 for value in values.to(dtype).double().tolist())
    try:
        require_images(images, (0.0, 1.0))
        assert right
    except ValueError as error:
        assert not right and "expected 0 to 1" in str(error)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array(["a", "b"]), r"np.unique\(labels, return_inverse=True\)"),
        (torch.eye(2), r"of one-hot rows, labels.argmax\(1\)"),
        (torch.tensor([0.5, 1.0]), "expected an integer for each image"),
        ([0.0, 1.0], "expected an integer for each image"),
        (np.ma.array([1, 2], mask=[0, 1]), "found masked labels"),
        ([[1], [2, 3]], "expected an integer for each image"),
        (7, "expected an integer for each image"),
    ],
)
def test_labels_that_are_no_integers_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        as_labels(labels)


def test_labels_of_every_integer_dtype_are_taken():
    for labels in (np.array([1, 0], ">u2"), torch.tensor([1, 0], dtype=torch.uint8), [True, False], (1, 0)):
        found = as_labels(labels)
        assert found.dtype == torch.int64 and found.tolist() == [1, 0]


# What comes out as a picture.


def test_grids_are_grey_or_in_colour():
    colours = torch.rand(6, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    grid = image_grid(colours, 3)
    assert grid.shape == (2 * 4 + 2, 3 * 5 + 2 * 2, 3)
    assert torch.equal(grid[6:, 7:12], colours[4].permute(1, 2, 0)) and (grid[4:6] == 1).all()
    assert torch.equal(image_grid(colours[:, :1], 3), image_grid(colours[:, :1].expand(-1, 3, -1, -1), 3)[..., 0])
    assert np.array_equal(show_images(colours, 3).images[0].get_array(), grid.numpy())
    assert image_grid(colours, 3, gap=0).shape == (8, 15, 3)
    assert torch.equal(image_grid(colours.bfloat16(), 3), image_grid(colours.bfloat16().float(), 3))
    assert torch.equal(image_grid(colours.numpy() > 0.5, 3), image_grid((colours > 0.5).float(), 3))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (torch.rand(4, 2, 5, 5), r"expected \[n, 1, height, width\] \(grey\) or \[n, 3, height, width\] \(colour\)"),
        (torch.rand(4, 5, 5), r"\(colour\): add the axis of channels, images\[:, None\]"),
        (255 * torch.rand(4, 1, 5, 5), "expected 0 to 1: divide by 255"),
        (2 * torch.rand(4, 1, 5, 5) - 1, r"expected 0 to 1: use \(x \+ 1\) / 2"),
        (torch.full((4, 3, 5, 5), float("nan")), "some are not finite"),
        (torch.rand(5, 1, 5, 5), "found 5 images, columns=2"),
        (torch.rand(0, 1, 5, 5), "found 0 images"),
    ],
)
def test_what_is_no_picture_is_refused_and_not_drawn(images, message):
    for draw in (image_grid, show_images):
        with pytest.raises(ValueError, match=message):
            draw(images, 2)


def test_a_game_leaves_labels_out(device):
    histories = []
    for data in (IMAGES, TensorDataset(IMAGES, torch.from_numpy(LABELS))):
        torch.manual_seed(0)
        histories.append(train(GAN(noise_dim=4, width=0.0625), data, steps=2, batch_size=16, device=device).values)
    assert np.array_equal(*histories)
