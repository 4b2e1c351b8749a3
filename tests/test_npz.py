"""Integer arrays from .npz archives: what numpy wrote, or one ValueError having unpacked no more than was promised."""

import random
import warnings
import zipfile

import numpy as np
import pytest

from models.data.npz import npz_blocks

SHAPE = (50, 8, 8)
ARRAY = np.random.default_rng(0).integers(0, 2, SHAPE).astype(np.uint8)


def read(path, shape=SHAPE, rows=7):
    blocks = list(npz_blocks(path, "imgs", shape, rows))
    assert all(len(block) <= rows for block in blocks) or len(blocks) == 1
    return np.concatenate(blocks)


def header(shape="(50, 8, 8)", descr="'|u1'", order="False", rest=""):
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {rest}}}\n".encode()
    return b"\x93NUMPY\x01\0" + len(text).to_bytes(2, "little") + text


def archive(path, content, kind=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", kind) as file:
        file.writestr("imgs.npy", content)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("array", [ARRAY, ARRAY.astype(">i8"), ARRAY.astype(bool), np.asfortranarray(ARRAY)])
def test_what_numpy_writes_is_read(save, array, tmp_path):
    save(tmp_path / "x.npz", other=np.array(["text"]), imgs=array)
    assert np.array_equal(read(tmp_path / "x.npz"), array)


def test_what_python_2_wrote_is_read_without_a_warning(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = archive(tmp_path / "x.npz", header("(50L, 8L, 8L)") + ARRAY.tobytes())
        assert np.array_equal(read(path), ARRAY)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_archive_is_one_valueerror_or_what_was_written(save, tmp_path):
    """Some bytes of an archive mean nothing, such as the times in it; what is read then is right."""
    path, rng, refused = tmp_path / "x.npz", random.Random(0), 0
    save(path, imgs=ARRAY, other=np.array([{}], dtype=object))
    raw = path.read_bytes()
    for _ in range(400):
        place, n = rng.randrange(len(raw)), rng.randrange(1, 9)
        flipped = bytearray(raw)
        flipped[place] ^= 1 << rng.randrange(8)
        put_in, left_out = raw[:place] + rng.randbytes(n) + raw[place:], raw[:place] + raw[place + n :]
        path.write_bytes(rng.choice([bytes(flipped), raw[:place], put_in, left_out]))
        try:
            assert np.array_equal(read(path), ARRAY)
        except ValueError as error:
            assert "x.npz" in str(error)
            refused += 1
    assert refused > 300


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (header() + ARRAY.tobytes()[:-1], "imgs ends in row 49 of 50"),
        (header() + ARRAY.tobytes() + b"0", "goes on after its 50 rows"),
        (header("(99, 8, 8)") + ARRAY.tobytes(), r"found imgs of shape \(99, 8, 8\)"),
        (header("(50, 8, 8, 1)") + ARRAY.tobytes(), r"found imgs of shape \(50, 8, 8, 1\)"),
        (header(descr="'<f4'") + ARRAY.tobytes() * 4, "found imgs of float32 .* expected integers"),
        (header(descr="'|O'") + ARRAY.tobytes(), "found imgs of object .* expected integers"),
        (header(descr="'<M8[s]'") + ARRAY.tobytes(), "expected integers"),
        (header(descr="'|u1', '|u1'"), "not a complete .npz archive"),
        (header(descr="[" * 200 + "]" * 200), "not a complete .npz archive"),
        (header(descr="'|u1'" + "(" * 9_000), "not a complete .npz archive"),
        (header(descr="'<u999999999999999999999'"), "not a complete .npz archive"),
        (header(shape="(50, 8, True)"), "not a complete .npz archive|found imgs"),
        (header(shape="7"), "not a complete .npz archive"),
        (header(rest="'more': 1"), "not a complete .npz archive"),
        (header(rest=" " * 20_000), "not a complete .npz archive"),
        (header()[:9], "not a complete .npz archive"),
        (header()[:30], "not a complete .npz archive"),
        (b"\x93NUMPY\x02" + header()[7:] + ARRAY.tobytes(), "an array begins with"),
        (b"no array", "an array begins with"),
        (b"", "an array begins with"),
    ],
)
def test_a_member_of_a_whole_archive_that_is_no_such_array_is_refused(content, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        read(archive(tmp_path / "x.npz", content))


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_numpy_never_uses_is_refused(kind, tmp_path):
    with pytest.raises(ValueError, match=f"packed by method {kind}, expected 0 or 8"):
        read(archive(tmp_path / "x.npz", header() + ARRAY.tobytes(), kind))


def test_an_encrypted_archive_is_refused(tmp_path):
    raw = bytearray(archive(tmp_path / "x.npz", header() + ARRAY.tobytes()).read_bytes())
    for start, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(start) + flags] |= 1
    (tmp_path / "x.npz").write_bytes(raw)
    with pytest.raises(ValueError, match=r"not a complete \.npz archive .*encrypted"):
        read(tmp_path / "x.npz")


def test_no_more_is_unpacked_than_the_header_promises(tmp_path, monkeypatch):
    unpacked, member_read = [], zipfile.ZipExtFile.read

    def counted(self, n=-1):
        part = member_read(self, n)
        unpacked.append(len(part))
        return part

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    path = archive(tmp_path / "bomb.npz", header() + bytes(1 << 26))
    for shape, most in ((SHAPE, 50 * 8 * 8 + 1), ((50, 9, 9), 0)):
        unpacked.clear()
        with pytest.raises(ValueError, match=r"goes on after|of shape"):
            read(path, shape)
        assert sum(unpacked) <= len(header()) + most


def test_what_is_no_archive_is_refused(tmp_path):
    np.save(tmp_path / "x.npy", ARRAY)
    np.savez(tmp_path / "other.npz", images=ARRAY)
    for name, message in (("x.npy", "not a complete .npz archive"), ("other.npz", "found no imgs")):
        with pytest.raises(ValueError, match=message):
            read(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent.npz")
