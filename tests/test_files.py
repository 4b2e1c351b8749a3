"""Files: equal contents give equal bytes, a damaged or foreign one is a ValueError, and nothing half written stays."""

import hashlib
import json
import multiprocessing
import os
import random

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from models import load_model
from models.data.files import read_json, read_safetensors, require_writable, write_safetensors, write_whole
from models.evaluation.table import write_table
from models.weights.publishing import seed_of

START = b'{"__metadata__":{"sha256":"'


def signed(header: bytes, body: bytes = b"") -> bytes:
    """A file with this header, which has 64 zeros for the checksum, and the right checksum."""
    raw = len(header).to_bytes(8, "little") + header + body
    return raw.replace(b"0" * 64, hashlib.sha256(raw).hexdigest().encode(), 1)


def test_the_same_contents_give_the_same_bytes(tmp_path):
    tensors = {name: torch.arange(5) * i for i, name in enumerate("bca")}
    metadata = {key: {key: 1, "b": 2} for key in "zyxwvu"}
    write_safetensors(tmp_path / "first", tensors, metadata)
    expected = (tmp_path / "first").read_bytes()
    for _ in range(5):
        metadata = {key: dict(reversed(value.items())) for key, value in reversed(metadata.items())}
        tensors = dict(reversed(tensors.items()))
        write_safetensors(tmp_path / "again", tensors, metadata)
        assert (tmp_path / "again").read_bytes() == expected


def test_the_safetensors_library_reads_the_file_and_its_checksum_is_sha_256_over_the_whole_of_it(tmp_path):
    tied = torch.rand(3, 2, 4, 4).to(memory_format=torch.channels_last)
    tensors = {"tied": tied, "same": tied, "number": torch.tensor(7), "empty": torch.empty(0, 3), "é": torch.ones(1)}
    tensors |= {str(dtype): torch.tensor([0, 1]).to(dtype) for dtype in (torch.half, torch.bfloat16, torch.double)}
    tensors |= {str(dtype): torch.tensor([0, 1]).to(dtype) for dtype in (torch.bool, torch.uint8, torch.int64)}
    path = tmp_path / "file.safetensors"
    write_safetensors(path, tensors, {"number": np.float32(0.5), "words": {"a": ["é", None]}})
    with safe_open(path, "pt") as file:
        texts = file.metadata()
        assert set(file.keys()) == set(tensors)
        assert all(torch.equal(file.get_tensor(name), value) for name, value in tensors.items())
    raw, checksum = path.read_bytes(), texts.pop("sha256")
    assert hashlib.sha256(raw.replace(checksum.encode(), b"0" * 64)).hexdigest() == checksum
    assert {key: json.loads(text) for key, text in texts.items()} == {"number": 0.5, "words": {"a": ["é", None]}}
    again, metadata = read_safetensors(path)
    assert all(torch.equal(again[name], value) and again[name].dtype == value.dtype for name, value in tensors.items())
    assert metadata["number"] == 0.5


@pytest.fixture
def whole(tmp_path):
    """The bytes of a file with two tensors."""
    write_safetensors(tmp_path / "whole", {"a": torch.rand(40), "b": torch.arange(3)}, {"model": "VAE"})
    return (tmp_path / "whole").read_bytes()


def test_a_flipped_bit_is_noticed_in_every_byte(whole, tmp_path):
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << 3 * place % 8
        (tmp_path / "run.safetensors").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"run\.safetensors"):
            read_safetensors(tmp_path / "run.safetensors")


def test_every_other_damage_is_noticed(whole, tmp_path):
    raw, rng, path = whole, random.Random(1), tmp_path / "run.safetensors"
    for _ in range(100):
        place, n = rng.randrange(len(raw)), rng.randrange(1, 9)
        for damaged in (raw[:place], raw[:place] + raw[place + n :], raw[:place] + rng.randbytes(n) + raw[place:]):
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match=r"run\.safetensors"):
                read_safetensors(path)
    for damaged in (raw + b"\0", (2**63).to_bytes(8, "little") + raw[8:], (2**20).to_bytes(8, "little") + raw[8:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="is not a complete safetensors file"):
            read_safetensors(path)


def test_no_more_is_read_than_the_header_promises(whole, tmp_path):
    path = tmp_path / "long.safetensors"
    path.write_bytes(whole)
    with path.open("ab") as file:
        file.truncate(2**40)  # a terabyte of zeros behind, on the disk a hole
    with pytest.raises(ValueError, match="holds 1,099,511,627,776"):
        read_safetensors(path)


@pytest.mark.parametrize(
    "rest",
    [
        b"," + b'"a":' + b"[" * 100_000,
        b',"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}',
        b',"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
        b',"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
        b',"a":{"dtype":"X9","shape":[1],"data_offsets":[0,4]}}',
        b',"a":{"dtype":"F8_E8M0","shape":[4],"data_offsets":[0,4]}}',
        b',"a":{"dtype":"F32","shape":[4611686018427387904,0],"data_offsets":[0,0]}}',
        b',"a":{"dtype":"F32","shape":[1],"data_offsets":["0",4]}}',
        b',"a":{"dtype":"F32","shape":[1],"data_offsets":[0,true]}}',
        b',"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}',
        b',"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}',
        b',"a":{"data_offsets":[0,4]}}',
        b',"a":7}',
        b',"a":[]}',
        b',"__metadata__":[]}',
        b',"__metadata__":{"model":7}}',
        b',"a\xff":{}}',
        b"}}}",
    ],
)
def test_a_header_that_somebody_forged_with_a_right_checksum_is_refused(rest, tmp_path):
    (tmp_path / "forged").write_bytes(signed(START + b"0" * 64 + b'"}' + rest, bytes(4)))
    with pytest.raises(ValueError, match="forged"):
        read_safetensors(tmp_path / "forged")


@pytest.mark.parametrize("text", ["[" * 100_000, "NaNs", "1" * 5000, "\\ud800", ""])
def test_metadata_that_are_no_json_are_refused(text, tmp_path):
    header = START[:-1].decode() + json.dumps("0" * 64) + ',"model":' + json.dumps(text) + "}}"
    (tmp_path / "forged").write_bytes(signed(header.encode()))
    with pytest.raises(ValueError, match="forged"):
        load_model(tmp_path / "forged")


def test_files_of_others_are_refused(tmp_path):
    save_file({"model/a": torch.ones(1)}, tmp_path / "foreign", {"model": '"VAE"', "config": "{}"})
    write_safetensors(tmp_path / "empty", {}, {})
    foreign = r"foreign is not a file that `train` or `publish` wrote"
    for name, message in (("foreign", foreign), ("empty", "holds no model"), ("", "is a folder")):
        for read in (load_model, seed_of):
            with pytest.raises(ValueError, match=message):
                read(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "absent")


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "pickle"])
def test_a_file_of_torch_save_is_named_as_such_without_its_bytes(legacy, tmp_path):
    path = tmp_path / "weights.pt"
    torch.save({"a": torch.ones(3)}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(
        ValueError, match=r"weights\.pt is not a file that `train` or `publish` wrote: .*torch\.save"
    ) as told:
        read_safetensors(path)
    assert "\\x" not in str(told.value)


def test_a_short_safetensors_file_of_another_program_is_not_called_incomplete(tmp_path):
    save_file({"a": torch.zeros(1, dtype=torch.uint8)}, tmp_path / "short")
    assert (tmp_path / "short").stat().st_size < len(START) + 72
    with pytest.raises(ValueError, match="short is not a file that `train` or `publish` wrote"):
        read_safetensors(tmp_path / "short")


def test_damaged_files_of_ours_say_what_to_do(whole, tmp_path):
    path, flipped = tmp_path / "run.safetensors", bytearray(whole)
    flipped[-1] ^= 1
    for damaged in (flipped, b"", *(whole[:length] for length in (5, 20, 60, 200, len(whole) - 1))):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="copy it again from its source, or delete it and write it anew"):
            read_safetensors(path)


def test_ours_with_a_header_as_long_as_a_pickle_begins_is_read(tmp_path):
    path = tmp_path / "run.safetensors"
    for padding in range(0, 700, 8):  # until the length's bytes are 80 02
        write_safetensors(path, {"a": torch.ones(1)}, {"padding": "x" * padding})
        length = int.from_bytes(path.read_bytes()[:8], "little")
        if length == 0x280:
            break
    assert length == 0x280 and read_safetensors(path)[0].keys() == {"a"}


def ended_process():
    """The number of a process that is no more."""
    process = multiprocessing.get_context("spawn").Process(target=int)
    process.start()
    process.join()
    return process.pid


def test_temporary_files_of_ended_processes_go_at_the_next_save_and_no_others(tmp_path):
    dead, alive = ended_process(), os.getppid()
    left = [f".run.{dead}.tmp", f".run.json.{dead}.tmp"]
    kept = [
        f".run.{alive}.tmp", f".other.{dead}.tmp", f".run.{dead}.tmp.txt", f"run.{dead}.tmp", ".run..tmp", ".run.x.tmp",
        f".run.0{dead}.tmp", f".a.run.{dead}.tmp", ".run.9999999999.tmp", f".run.{10**20}.tmp", f"_run.{dead}.tmp",
    ]  # fmt: skip
    for name in left + kept:
        (tmp_path / name).write_text("half")
    (tmp_path / f".folder.{dead}.tmp").mkdir()
    write_whole(tmp_path / "run", b"whole")
    assert sorted(os.listdir(tmp_path)) == sorted([*kept, left[1], f".folder.{dead}.tmp", "run"])
    write_table([{"model": "a"}], tmp_path / "run")
    (tmp_path / f".run.json.{dead}.tmp").write_text("half")
    write_whole(tmp_path / "run.json", b"{}")
    write_whole(tmp_path / "folder", b"whole")
    assert not (tmp_path / left[1]).exists() and (tmp_path / f".folder.{dead}.tmp").exists()


def test_a_name_is_not_a_pattern(tmp_path):
    dead = ended_process()
    (tmp_path / f".run+1.{dead}.tmp").write_text("half")
    (tmp_path / f".runn1.{dead}.tmp").write_text("half")
    write_whole(tmp_path / "run+1", b"whole")
    assert sorted(os.listdir(tmp_path)) == [f".runn1.{dead}.tmp", "run+1"]


def test_a_file_that_can_never_be_written_is_refused_at_once(tmp_path):
    for name in ("x" * 250, "file/run.safetensors"):
        (tmp_path / "file").write_text("")
        with pytest.raises(OSError):
            require_writable(tmp_path / name)
    require_writable(tmp_path / "new" / "run")
    assert os.listdir(tmp_path / "new") == [] and os.listdir(tmp_path) == ["file", "new"]


def test_an_error_at_writing_names_the_file_of_the_caller_and_its_folder(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied", "temporary")

    monkeypatch.setattr("models.data.files._temporary", refused)  # the tests may run as root, whom no folder refuses
    path = tmp_path / "run.safetensors"
    for write in (require_writable, lambda path: write_whole(path, b"")):
        with pytest.raises(PermissionError) as told:
            write(path)
        assert str(told.value).startswith(
            f"found that {path} cannot be written to the folder {tmp_path} (Permission denied), expected a file"
        )


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"a": 1}}', b"1" * 5000, b'{"a": "' + b"x" * 2_000_000 + b'"}'],
)
def test_a_damaged_card_is_one_valueerror(content, tmp_path):
    (tmp_path / "card.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"card\.json is (damaged|longer)"):
        read_json(tmp_path / "card.json")
