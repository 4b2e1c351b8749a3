"""Images of a user's own: folders and files are read as they are, and what cannot be read is named in a sentence."""

import sys
import zipfile

import h5py
import numpy as np
import pytest
import torch
from PIL import Image

from models import VAE, FactorImages, LabelledImages, StoredImages, load_images, train
from models.data import arrays, loading

RNG = np.random.default_rng(0)
GREY, COLOUR = (
    RNG.integers(256, size=(6, 32, 32)).astype(np.uint8),
    RNG.integers(256, size=(6, 32, 32, 3)).astype(np.uint8),
)
FLOATS = torch.from_numpy(GREY)[:, None] / 255


@pytest.fixture(autouse=True)
def no_bar(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")


@pytest.fixture
def folder(tmp_path):
    """Six grey images in two subfolders, one of them nested, and a hidden file."""
    for i, image in enumerate(GREY):
        place = tmp_path / "images" / ("cats" if i < 3 else "dogs/old")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{i}.png")
    (tmp_path / "images" / ".DS_Store").write_bytes(b"x")
    return tmp_path / "images"


def save(image, path, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **more)
    return path


def test_a_folder_of_grey_images_comes_as_it_is(folder):
    images = load_images(folder, size=32)
    assert images.dtype == torch.float32 and torch.equal(images, FLOATS)


def test_colour_comes_as_it_is(tmp_path):
    for i, image in enumerate(COLOUR):
        save(image, tmp_path / f"{i}.png")
    assert torch.equal(load_images(tmp_path, 32), torch.from_numpy(COLOUR).permute(0, 3, 1, 2) / 255)


def test_labels_are_the_names_of_the_subfolders(folder):
    data = load_images(folder, size=32, labels=True)
    assert isinstance(data, LabelledImages) and data.names == ("cats", "dogs")
    assert data.labels.tolist() == [0, 0, 0, 1, 1, 1] and torch.equal(data.images, FLOATS)


def test_larger_images_are_reduced_by_averaging_areas(folder):
    means = GREY.reshape(6, 8, 4, 8, 4).mean((2, 4))
    assert abs(load_images(folder, size=8)[:, 0].numpy() * 255 - means).max() <= 1.01  # Pillow rounds twice
    assert np.allclose(load_images(GREY, size=8)[:, 0].numpy() * 255, means, atol=1e-3)


def test_the_centre_square_is_taken_of_images_of_any_size(tmp_path):
    save(np.pad(GREY[0], ((0, 0), (7, 7))), tmp_path / "wide.png")
    save(np.pad(GREY[1], ((5, 5), (0, 0))), tmp_path / "tall.jpg", quality=100)
    images = load_images(tmp_path, size=32, crop=True) * 255
    assert torch.equal(images[1, 0].byte(), torch.from_numpy(GREY[0]))
    assert abs(images[0, 0].numpy() - GREY[1]).mean() < 2  # a JPEG is not exact
    wide = np.pad(GREY, ((0, 0), (0, 0), (7, 7)))
    assert torch.allclose(load_images(wide, size=32, crop=True), FLOATS)


def test_channels_are_changed_as_pillow_does(tmp_path):
    for i, image in enumerate(COLOUR):
        save(image, tmp_path / f"{i}.png")
    grey = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in COLOUR])
    assert torch.equal((load_images(tmp_path, 32, channels=1)[:, 0] * 255).byte(), torch.from_numpy(grey))
    assert abs(load_images(COLOUR, 32, channels=1)[:, 0].numpy() * 255 - grey).max() <= 1
    assert torch.equal(load_images(GREY, 32, channels=3), FLOATS.expand(-1, 3, -1, -1))


def test_palettes_bits_opaque_alpha_and_turned_photographs_are_read(tmp_path):
    colours = Image.fromarray(COLOUR[0]).quantize(16)
    save(colours, tmp_path / "0.png")
    opaque = Image.fromarray(COLOUR[1])
    opaque.putalpha(255)
    save(opaque, tmp_path / "1.png")
    turned = Image.fromarray(COLOUR[2])
    exif = turned.getexif()
    exif[0x0112] = 6  # "rotate by 90 degrees"
    save(turned, tmp_path / "2.png", exif=exif)
    found = (load_images(tmp_path, 32) * 255).byte().permute(0, 2, 3, 1).numpy()
    assert np.array_equal(found[0], np.asarray(colours.convert("RGB"))) and np.array_equal(found[1], COLOUR[1])
    assert np.array_equal(found[2], np.rot90(COLOUR[2], -1))
    bits = save(Image.fromarray(GREY[0] > 99), tmp_path / "bits" / "0.png")
    assert torch.equal(load_images(bits, 32)[0, 0], torch.from_numpy(GREY[0] > 99).float())


@pytest.mark.parametrize(
    "array, expected",
    [
        (GREY, FLOATS),
        (GREY[:, None], FLOATS),
        (GREY[..., None], FLOATS),
        (FLOATS, FLOATS),
        (FLOATS.numpy().astype(float), FLOATS),
        (torch.from_numpy(COLOUR), torch.from_numpy(COLOUR).permute(0, 3, 1, 2) / 255),
        (COLOUR.transpose(0, 3, 1, 2), torch.from_numpy(COLOUR).permute(0, 3, 1, 2) / 255),
        (GREY > 99, (torch.from_numpy(GREY)[:, None] > 99).float()),
        ((GREY / 255).tolist(), FLOATS),
    ],
    ids=["bytes", "channels first", "channels last", "tensor", "float64", "colour", "colour first", "bools", "lists"],
)
def test_arrays_of_every_layout_and_dtype_are_taken(array, expected):
    assert torch.allclose(load_images(array, size=32), expected, atol=1e-7)


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed], ids=["plain", "compressed"])
def test_npz_and_npy_files_are_read(write, tmp_path):
    labels = np.array(["b", "a", "b", "a", "a", "b"])
    write(tmp_path / "x.npz", images=GREY, labels=labels)
    np.save(tmp_path / "x.npy", GREY)
    assert torch.equal(load_images(tmp_path / "x.npz", 32), FLOATS)
    assert torch.equal(load_images(tmp_path / "x.npy", 32), FLOATS)
    data = load_images(tmp_path / "x.npz", 32, labels=True)
    assert data.names == ("a", "b") and data.labels.tolist() == [1, 0, 1, 0, 0, 1]


def test_an_uncompressed_archive_is_mapped_where_it_lies(tmp_path):
    np.savez(tmp_path / "x.npz", first=np.arange(3), images=np.asfortranarray(GREY))
    with zipfile.ZipFile(tmp_path / "x.npz") as archive:
        found = arrays._npz_array(tmp_path / "x.npz", archive, "images")
    assert isinstance(found, np.memmap) and np.array_equal(found, GREY)


def shapes_3d(path, **keywords):
    """A file of the layout of 3D Shapes, with every second combination of two of its factors left constant."""
    values = np.array([(h / 3, w, s) for h in range(3) for w in range(2) for s in (0.75, 1.25)])
    images = RNG.integers(256, size=(len(values), 32, 32, 3)).astype(np.uint8)
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=images, **keywords)
        file.create_dataset("labels", data=values)
    return images, values


@pytest.mark.parametrize("keywords", [{}, dict(chunks=(5, 32, 32, 3), compression="gzip")], ids=["plain", "compressed"])
@pytest.mark.parametrize("room", [1 << 30, 10])
def test_hdf5_with_factors_has_the_face_of_sprites(keywords, room, tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "IN_MEMORY", room)
    monkeypatch.setattr(loading, "IN_MEMORY", room)
    images, values = shapes_3d(tmp_path / "x.h5", **keywords)
    data = load_images(tmp_path / "x.h5", 32)
    assert isinstance(data, FactorImages) and data.factor_sizes == (3, 2, 2) and len(data) == 12
    expected = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    order = torch.tensor([3, 11, 3, 0])
    assert torch.equal(data[order], expected[order])
    assert torch.equal(data.images([[0, 1, 1], [2, 1, 1]]), expected[[3, 11]])
    assert data.factors(order).tolist() == [[0, 1, 1], [2, 1, 1], [0, 1, 1], [0, 0, 0]]
    assert np.array_equal(data.values("factor 0")[data.levels[:, 0]], values[:, 0])
    assert len(train(VAE(2, size=32, channels=3), data, steps=2, batch_size=4)) == 2


def test_a_file_larger_than_memory_is_read_by_a_map_batch_by_batch(tmp_path, monkeypatch, device):
    np.save(tmp_path / "x.npy", GREY)
    monkeypatch.setattr(loading, "IN_MEMORY", 10)
    data = load_images(tmp_path / "x.npy", 32)
    assert isinstance(data, StoredImages) and isinstance(data.stored, np.memmap) and data.shape == (1, 32, 32)
    torch.manual_seed(0)
    mapped = VAE(2, size=32, likelihood="gaussian")
    plain = VAE(2, size=32, likelihood="gaussian")
    plain.load_state_dict(mapped.state_dict())
    histories = [train(m, d, steps=4, batch_size=3, device=device) for m, d in ((mapped, data), (plain, FLOATS))]
    assert np.array_equal(histories[0].values, histories[1].values)


def test_the_bytes_of_a_folder_can_be_kept_in_a_file(folder, tmp_path, monkeypatch):
    file = tmp_path / "kept" / "images.npy"
    images = load_images(folder, 32, store=file)
    assert torch.equal(images, FLOATS) and np.array_equal(np.load(file)[..., 0], GREY)
    assert torch.equal(load_images(file, 32), FLOATS) and not list(file.parent.glob(".*"))
    monkeypatch.setattr(loading, "IN_MEMORY", 10)
    data = load_images(folder, 32, store=file, labels=True)
    batch, labels = data[torch.tensor([5, 0])]
    assert torch.equal(batch, FLOATS[[5, 0]]) and labels.tolist() == [1, 0] and data.names == ("cats", "dogs")
    with pytest.raises(
        ValueError, match=r'found 6 images in .*, expected 2 at most in memory: give store="images.npy"'
    ):
        load_images(folder, 32)


def test_an_old_file_stays_if_an_image_cannot_be_read(folder, tmp_path):
    file = tmp_path / "images.npy"
    file.write_bytes(b"old")
    (folder / "cats" / "bad.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"bad.png, which cannot be read"):
        load_images(folder, 32, store=file)
    assert file.read_bytes() == b"old" and not list(tmp_path.glob(".images*"))


def truncated(path):
    save(COLOUR[0], path)
    path.write_bytes(path.read_bytes()[:-600])


def alpha(image):
    image.putalpha(Image.fromarray(GREY[0]))
    return image


BAD_FILES = {
    "text": (
        "notes.txt",
        lambda p: p.write_text("x"),
        r"found \S*notes.txt among the images, expected files such as .png",
    ),
    "truncated": (
        "t.jpg",
        truncated,
        r"found \S*t.jpg, which cannot be read \(image file is truncated .*expected a whole",
    ),
    "no image": ("n.png", lambda p: p.write_text("x"), r"found \S*n.png, which cannot be read \(cannot identify"),
    "another size": (
        "s.png",
        lambda p: save(GREY[0][:20, :20], p),
        r"s.png of 20×20 and \S*a.png of 32×32, expected one",
    ),
    "colour": (
        "c.png",
        lambda p: save(COLOUR[0], p),
        r"c.png in colour and \S*a.png grey, expected one kind: channels=1 or",
    ),
    "RGBA": (
        "r.png",
        lambda p: save(alpha(Image.fromarray(COLOUR[0])), p),
        r"r.png with transparent pixels \(RGBA\), exp",
    ),
    "grey and alpha": (
        "g.png",
        lambda p: save(alpha(Image.fromarray(GREY[1])), p),
        r"g.png with transparent pixels \(LA\)",
    ),
    "16 bits": (
        "b.png",
        lambda p: save(GREY[0].astype(np.uint16) * 257, p),
        r"b.png with more than 8 bits a pixel .*I;16",
    ),
    "CMYK": (
        "k.jpg",
        lambda p: save(Image.fromarray(COLOUR[0]).convert("CMYK"), p),
        r"k.jpg in CMYK, expected grey or RGB",
    ),
    "frames": (
        "f.gif",
        lambda p: save(Image.fromarray(GREY[0]), p, save_all=True, append_images=[Image.fromarray(GREY[1])]),
        r"found 2 frames in \S*f.gif, expected a single image",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_taken_is_named(name, tmp_path):
    file, write, message = BAD_FILES[name]
    save(GREY[0], tmp_path / "a.png")
    write(tmp_path / file)
    with pytest.raises(ValueError, match=message):
        load_images(tmp_path, 32)


def test_the_first_three_of_many_bad_files_are_named(folder):
    for i in range(5):
        (folder / "cats" / f"x{i}.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"x0.png, .*x1.png, .*x2.png, .* \(and 2 more such files\)$"):
        load_images(folder, 32)


BAD_SOURCES = {
    "missing": (
        lambda p: p / "none",
        {},
        FileNotFoundError,
        "found neither a folder nor a file .*none, expected images",
    ),
    "empty": (lambda p: p, {}, ValueError, r"found no images in the folder .*, expected files such as .png"),
    "bare": (
        lambda p: save(GREY[0], p / "a.png").parent,
        dict(labels=True),
        ValueError,
        r"found \S*a.png without a label",
    ),
    "one label": (
        lambda p: save(GREY[0], p / "cats" / "a.png").parents[1],
        dict(labels=True),
        ValueError,
        "found the label cats alone",
    ),
    "small": (
        lambda p: save(GREY[0], p / "a.png").parent,
        dict(size=64),
        ValueError,
        "expected 64×64 or more: use size=32",
    ),
    "not square": (
        lambda p: save(GREY[0][:20], p / "a.png"),
        {},
        ValueError,
        "a.png of 32×20, expected a square: crop=True",
    ),
    "channels": (lambda p: GREY, dict(channels=2), ValueError, r"found channels=2, expected 1 \(grey\), 3 \(colour\)"),
    "size": (lambda p: GREY, dict(size=32.0), ValueError, "found size=32.0, a float, expected an integer"),
    "array too small": (
        lambda p: GREY,
        dict(size=64),
        ValueError,
        "found images of 32×32, expected 64×64 or more: use s",
    ),
    "array no square": (
        lambda p: GREY[:, :20],
        dict(size=8),
        ValueError,
        "found images of 20×32, expected squares: crop=True t",
    ),
    "no images": (lambda p: GREY[:0], {}, ValueError, "found no images, expected one at least"),
    "one image": (
        lambda p: GREY[0],
        {},
        ValueError,
        r"found images of shape \(32, 32\), expected \[n, height, width\]",
    ),
    "alpha": (lambda p: np.zeros((2, 32, 32, 4)), {}, ValueError, "expected .*: leave out the alpha channel first"),
    "16 bits": (lambda p: GREY.astype(np.uint16), {}, ValueError, "found images of uint16, expected bytes"),
    "range": (
        lambda p: GREY.astype(np.float32),
        {},
        ValueError,
        "found pixels from 0 to 255 in image 0, .* divide by 255",
    ),
    "store": (lambda p: GREY, dict(store="a.npy"), ValueError, "found store='a.npy' for arrays, expected None"),
    "store's name": (
        lambda p: save(GREY[0], p / "a.png"),
        dict(store="a.png"),
        ValueError,
        "expected the name of a .npy",
    ),
    "no labels": (lambda p: GREY, dict(labels=True), ValueError, r'found no labels, expected an array "labels"'),
}


@pytest.mark.parametrize("name", BAD_SOURCES)
def test_a_source_that_cannot_be_taken_is_refused(name, tmp_path):
    source, keywords, error, message = BAD_SOURCES[name]
    with pytest.raises(error, match=message):
        load_images(source(tmp_path), **dict(size=32) | keywords)


def objects(path):
    np.savez(path, images=np.array([None, 1]))


def cut(path):
    np.savez(path, images=GREY)
    path.write_bytes(path.read_bytes()[:-400])


def lying(path):
    np.save(path, GREY)
    path.write_bytes(path.read_bytes()[:-400])


BAD_ARRAYS = {
    "a.npz": [
        (objects, "found images of Python objects in .*a.npz, expected numbers"),
        (cut, r"a.npz is not a complete .npz file of plain arrays: "),
        (lambda p: np.savez(p, a=GREY, b=GREY), "found the arrays a, b in .*a.npz, expected one named 'images'"),
        (lambda p: p.write_bytes(b"x"), r"a.npz is not a complete .npz file"),
        (lambda p: np.savez(p, images=GREY, labels=np.arange(5)), "found 6 images and 5 labels, expected as many"),
        (
            lambda p: np.savez(p, images=GREY, factors=np.ones((6, 2))),
            "found the single value .*1.0.* of the factor 'factor 0'",
        ),
    ],
    "a.npy": [
        (lying, r"a.npy is not a complete .npy file"),
        (lambda p: np.save(p, np.array([None])), r"a.npy is not a complete .npy file"),
        (
            lambda p: np.save(p, np.zeros((2, 32, 32, 5))),
            r"found images of shape \(2, 32, 32, 5\), expected .* \(in .*a.npy\)",
        ),
    ],
    "a.h5": [
        (lambda p: p.write_bytes(b"x"), r"a.h5 is not a complete .h5 file"),
        (lambda p: h5py.File(p, "w").close(), r"found the datasets \(none\) in .*a.h5, expected one named 'images'"),
    ],
}


@pytest.mark.parametrize(
    ("name", "write", "message"), [(n, *case) for n, cases in BAD_ARRAYS.items() for case in cases]
)
def test_a_file_of_arrays_that_cannot_be_taken_is_named(name, write, message, tmp_path):
    write(tmp_path / name)
    with pytest.raises(ValueError, match=message):
        load_images(tmp_path / name, 32, labels=name == "a.npz")


def test_too_large_a_compressed_array_is_not_unpacked(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", images=GREY)
    monkeypatch.setattr(arrays, "IN_MEMORY", 100)
    with pytest.raises(ValueError, match=r"of compressed images in .*a.npz, expected 2 at most: np.savez"):
        load_images(tmp_path / "a.npz", 32)


def test_without_h5py_its_files_say_what_to_install(tmp_path, monkeypatch):
    shapes_3d(tmp_path / "a.h5")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match=r"found no h5py, which reads .*a.h5: pip install h5py"):
        load_images(tmp_path / "a.h5", 32)


@pytest.mark.parametrize("name", ["a.npz", "a.h5"])
def test_one_axis_of_factors_is_one_factor(name, tmp_path):
    arrays_of_file = dict(images=GREY, factors=[0.5, 2, 2, 0.5, 2, 2])
    np.savez(tmp_path / "a.npz", **arrays_of_file)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for key, values in arrays_of_file.items():
            file[key] = values
    assert load_images(tmp_path / name, 32).levels.tolist() == [[0], [1], [1], [0], [1], [1]]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            lambda p: [Image.fromarray(GREY[0]), Image.fromarray(GREY[1][:20])],
            "found a list of images of different shapes",
        ),
        (lambda p: [p / "a.png"], "found a list of paths, expected the folder that holds the files"),
        (
            lambda p: torch.utils.data.TensorDataset(FLOATS),
            "found a TensorDataset, .*: `train` takes a data set of torch",
        ),
        (
            lambda p: (p / "d.csv").write_text("1,2") and p / "d.csv",
            r"found \S*d.csv, expected a folder of images, an imag",
        ),
    ],
)
def test_what_is_read_in_another_way_says_how(source, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        load_images(source(tmp_path), 32)


def test_images_of_pillow_are_taken():
    assert torch.equal(load_images([Image.fromarray(image) for image in GREY], 32), FLOATS)
    assert torch.equal(load_images(Image.fromarray(GREY[2]), 32), FLOATS[[2]])
