"""Files that are written whole or not at all, and readers that refuse a damaged file with one ValueError.

A safetensors file consists of eight bytes with the length of a JSON header, the header, and the bytes of the tensors.
In ours, the header's metadata hold the SHA-256 of the whole file, computed with zeros for the checksum's own 64 digits.
Everything stands in a fixed order, so that equal contents give equal bytes.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

CHECKSUM = "sha256"
START = f'{{"__metadata__":{{"{CHECKSUM}":"'.encode()  # how every header of `write_safetensors` begins
DIGITS = slice(8 + len(START), 8 + len(START) + 64)  # the place of the checksum in the file
LONGEST_HEADER = 100_000_000  # bytes, as in the safetensors library
LONGEST_JSON = 1_000_000  # bytes; a card has 4,000
REMEDY = "copy it again from its source, or delete it and write it anew"


def require_writable(path: str | os.PathLike) -> None:
    """Make the file's folder if it does not exist; raise OSError if the file cannot be written there."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, expected the name of a file")
    with _named_in_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary(path)
        temporary.open("wb").close()  # only the attempt shows a name that is too long or a disk that is read-only
        temporary.unlink()


def write_whole(path: str | os.PathLike, *parts: bytes | bytearray | memoryview) -> None:
    """Write a file as `replacing` does: an older file stays until the new one is whole."""
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary name, `.NAME.PID.tmp`, of a file that is renamed to `path` at the end, or removed after an error.

    Temporary files of the same NAME from processes of this machine that were killed are removed first.
    """
    path = Path(path)
    with _named_in_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        temporary = _temporary(path)
        try:
            yield temporary
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _named_in_errors(path: Path) -> Iterator[None]:
    """Let an OSError name the caller's file, not the temporary one, and its folder."""
    try:
        yield
    except OSError as error:
        raise type(error)(
            f"found that {path} cannot be written to the folder {path.parent} ({error.strerror or error}), expected a "
            "file in a folder that can be written to"
        ) from error


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _remove_leftovers(path: Path) -> None:
    """Remove the `_temporary` files of this path whose processes have ended; the file of a live process is kept."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.([1-9][0-9]{{0,9}})\.tmp")
    with os.scandir(path.parent) as entries:
        for entry in entries:
            match = pattern.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False) and not _alive(int(match[1])):
                with contextlib.suppress(OSError):  # another process was faster, or the file is another user's
                    os.unlink(entry.path)


def _alive(pid: int) -> bool:
    """Whether a process has this number; True if that is uncertain."""
    if os.name != "posix":
        return True  # on Windows, os.kill would send the process a signal or end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's process, or a number that no process can have
        pass
    return True


def write_safetensors(path: str | os.PathLike, tensors: dict[str, torch.Tensor], metadata: dict[str, Any]) -> None:
    """Write tensors and metadata for JSON, with their checksum; the same contents always give the same bytes.

    Raises TypeError, before anything is written, for metadata that JSON cannot hold.
    """
    values = {key: to_json(value) for key, value in sorted(metadata.items())}
    # copied, since the library refuses tensors that share memory, such as tied weights
    tensors = {
        name: value.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, value in tensors.items()
    }
    plain = save(tensors)
    body = 8 + int.from_bytes(plain[:8], "little")
    # The library keeps metadata in a hash map, whose order is random: hence a header of our own.
    entries = sorted(json.loads(plain[8:body]).items())
    header = {"__metadata__": {CHECKSUM: "0" * 64} | values} | dict(entries)
    header = json.dumps(header, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    head, data = bytearray(len(header).to_bytes(8, "little") + header), memoryview(plain)[body:]
    head[DIGITS] = _digest(head, data)
    write_whole(path, head, data)


def read_safetensors(path: str | os.PathLike) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read the tensors and metadata of a file of `write_safetensors`, and no more bytes than the header promises.

    Raises FileNotFoundError if there is no such file, and ValueError if a bit of it has changed or it is another file.
    """
    head, header, data = _whole(Path(path))
    if _digest(head, data) != head[DIGITS]:
        raise ValueError(f"{path} is damaged: its contents do not have the checksum that it carries; {REMEDY}")
    try:
        tensors = load(head + data)
    except Exception as error:  # of many types; with a valid checksum, the file was made to be wrong
        raise ValueError(f"{path} is not a complete safetensors file: {error}") from None
    texts = {key: value for key, value in header["__metadata__"].items() if key != CHECKSUM}
    # the library gives tensors in a random order
    return dict(sorted(tensors.items())), {key: from_json(text, path) for key, text in texts.items()}


def _whole(path: Path) -> tuple[bytes, dict, bytes]:
    """The head of a file, its parsed header and its tensors' bytes. ValueError if its start or its length is wrong."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder, expected a safetensors file")
    if not path.exists():
        raise FileNotFoundError(f"found no file {path}, expected a checkpoint of `train` or published weights")
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(DIGITS.stop)
        if not START.startswith(start[8 : DIGITS.start]):
            if _like_torch_save(start):
                raise ValueError(
                    f"{path} is not a file that `train` or `publish` wrote: it begins like one of torch.save; state "
                    "dicts of other programs cannot be loaded"
                )
            raise ValueError(
                f"{path} is not a file that `train` or `publish` wrote, or its first bytes are damaged: its header "
                "does not begin with their checksum; choose a different file"
            )
        if len(start) < DIGITS.stop:
            raise ValueError(f"{path} is not a complete safetensors file: it ends after {size} bytes; {REMEDY}")
        length = int.from_bytes(start[:8], "little")
        if not DIGITS.stop - 8 < length <= min(size - 8, LONGEST_HEADER):
            raise ValueError(
                f"{path} is not a complete safetensors file: it promises a header of {length:,} bytes and holds "
                f"{size:,}; {REMEDY}"
            )
        head = start + file.read(8 + length - len(start))
        header = from_json(head[8:], path)
        promised = _promised(header, path)
        if size != 8 + length + promised:
            raise ValueError(
                f"{path} is not a complete safetensors file: it promises {8 + length + promised:,} bytes and holds "
                f"{size:,}; {REMEDY}"
            )
        return head, header, file.read(promised)


def _like_torch_save(start: bytes) -> bool:
    """Whether a file begins like a zip archive or a pickle, not with the length of a safetensors header."""
    pickle = start[:1] == b"\x80" and start[1:2] in b"\2\3\4\5" and start[4:8] != bytes(4)
    return pickle or start.startswith(b"PK\3\4")


def _promised(header: Any, path: Path) -> int:
    """The number of bytes of tensors that a header announces."""
    try:
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        texts = header["__metadata__"].values()
    except (AttributeError, IndexError, KeyError, TypeError):
        ends, texts = [None], []
    if not all(type(end) is int and end >= 0 for end in ends) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{path} is not a complete safetensors file: its header does not describe tensors; {REMEDY}")
    return max(ends, default=0)


def _digest(head: bytes | bytearray, data: bytes | memoryview) -> bytes:
    """SHA-256 of a file with zeros in place of its checksum, as 64 digits."""
    digest = hashlib.sha256(head[: DIGITS.start] + b"0" * 64 + head[DIGITS.stop :])
    digest.update(data)
    return digest.hexdigest().encode()


def read_json(path: str | os.PathLike) -> Any:
    """The value in a small JSON file. Raises FileNotFoundError if it is missing, ValueError if damaged or too long."""
    with open(path, "rb") as file:
        content = file.read(LONGEST_JSON + 1)
    if len(content) > LONGEST_JSON:
        raise ValueError(f"{path} is longer than {LONGEST_JSON:,} bytes, expected a small JSON file")
    return from_json(content, path)


def from_json(text: str | bytes, path: str | os.PathLike) -> Any:
    """The value of JSON text from the file `path`. Raises ValueError for text that is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: it holds something other than JSON ({error}); {REMEDY}") from None


def to_json(value: Any) -> str:
    """Compact JSON with sorted keys and plain numbers. Raises TypeError for values that JSON cannot hold."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if hasattr(value, "dtype") and hasattr(value, "item") and value.ndim == 0:
        return value.item()
    raise TypeError(f"found {value!r} of {type(value).__name__}, expected a value that JSON can hold, such as a float")
