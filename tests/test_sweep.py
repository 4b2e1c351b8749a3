"""A sweep gives the numbers of its single runs, does only what is missing, and survives the death of its workers."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from models.__main__ import main
from models.evaluation import evaluate
from models.recipes import RECIPES, load_data
from models.sweeps import sweep
from models.sweeps.runs import Run, locked
from models.training import train

SMALL = dict(steps=20, device="cpu")
SETTINGS = {"hidden": [8, 16]}


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.delenv("INFOTHEORY_DATA", raising=False)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The rows of a sweep in a folder, by two workers."""
    folder = tmp_path_factory.mktemp("sweep")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TQDM_DISABLE", "1")
        patch.delenv("INFOTHEORY_DATA", raising=False)
        return sweep("vae", SETTINGS, [0, 1], folder, workers=2, **SMALL), folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The tables and the results in a folder; checkpoints hold the time that they took."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.suffix in (".csv", ".json")
    }


def test_a_sweep_gives_the_numbers_of_its_single_runs(swept):
    rows, _ = swept
    assert [(row["hidden"], row["seed"]) for row in rows] == [(8, 0), (8, 1), (16, 0), (16, 1)]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = RECIPES["vae"].make(hidden=16)
    train(model, load_data("binary digits")[0], steps=20, seed=1, device="cpu")
    torch.set_num_threads(threads)
    assert rows[3] == {"model": "vae", "hidden": 16, "seed": 1, "steps": 20} | evaluate(model)[0]


def test_the_table_holds_every_run(swept):
    rows, folder = swept
    header, *lines = (folder / "vae.csv").read_text().splitlines()
    assert header.split(",") == list(rows[0]) and len(lines) == 4
    assert [line.split(",")[4] for line in lines] == [repr(row["elbo"]) for row in rows]
    assert not list((folder / "vae").glob(".*"))


def test_a_sweep_that_is_done_does_nothing(swept, monkeypatch):
    rows, folder = swept
    monkeypatch.setattr("models.sweeps.runs.train", lambda **_: pytest.fail("trained again"))
    before = bytes_of(folder)
    assert sweep("vae", SETTINGS, [0, 1], folder, workers=1, **SMALL) == rows and bytes_of(folder) == before


def test_two_sweeps_in_one_folder_share_the_table(tmp_path):
    first = sweep("vae", {"hidden": [8]}, [0], tmp_path, workers=1, **SMALL)
    second = sweep("vae", {"hidden": [16], "kl_start": [1, 2]}, [0], tmp_path, workers=1, **SMALL)
    lines = (tmp_path / "vae.csv").read_text().splitlines()
    assert len(lines) == 4 and len(first) == 1 and len(second) == 2
    assert len(list((tmp_path / "vae").glob("*.safetensors"))) == 3


def test_a_run_that_was_cut_off_goes_on(tmp_path, swept):
    run = Run("vae", {"hidden": 16}, 1, 20, str(tmp_path))
    torch.manual_seed(1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    train(**run.arguments() | dict(steps=7))
    torch.set_num_threads(threads)
    assert sweep("vae", {"hidden": [16]}, [1], tmp_path, workers=1, **SMALL) == [swept[0][3]]


def test_the_local_cluster_of_dask_gives_the_same_table(swept, tmp_path):
    pytest.importorskip("distributed")
    assert sweep("vae", SETTINGS, [0, 1], tmp_path, backend="dask", workers=2, **SMALL) == swept[0]
    assert bytes_of(tmp_path) == bytes_of(swept[1])


SCRIPT = """
import sys
from models.sweeps import sweep
sweep("vae", {"hidden": [8, 16, 24]}, [0, 1], sys.argv[1], workers=2, steps=int(sys.argv[2]), device="cpu")
"""


def disturbed(folder: Path, steps: int, kills: int) -> int:
    """Run a sweep, kill random workers at random moments, and return the number of kills."""
    draw, killed = random.Random(kills), 0
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), str(steps)], env=environment)
    while process.poll() is None and killed < kills:
        time.sleep(draw.uniform(1, 6))
        told = subprocess.run(["pgrep", "-P", str(process.pid), "-f", "popen_loky"], capture_output=True, text=True)
        workers = told.stdout.split()
        if workers:
            os.kill(int(draw.choice(workers)), signal.SIGKILL)
            killed += 1
    assert process.wait(timeout=600) == 0
    return killed


@pytest.mark.parametrize(
    ("steps", "kills"), [(300, 2), pytest.param(4_000, 10, marks=pytest.mark.slow)], ids=["two", "ten"]
)
def test_after_kills_of_workers_the_table_is_that_of_an_undisturbed_sweep(steps, kills, tmp_path):
    if subprocess.run(["which", "pgrep"], capture_output=True).returncode:
        pytest.skip("pgrep, which finds the workers, is not installed")
    assert disturbed(tmp_path / "killed", steps, kills) >= min(kills, 1)
    assert disturbed(tmp_path / "calm", steps, 0) == 0
    assert bytes_of(tmp_path / "killed") == bytes_of(tmp_path / "calm") and len(bytes_of(tmp_path / "calm")) == 7


def test_a_run_that_another_process_is_at_is_left_to_it(tmp_path):
    run = Run("vae", {"hidden": 8}, 0, 20, str(tmp_path))
    with locked(run.checkpoint) as free:
        assert free
        with pytest.raises(
            BlockingIOError, match=r"another sweep is at hidden=8,seed=0, expected to do it here: start"
        ):
            sweep("vae", {"hidden": [8]}, [0], tmp_path, workers=1, **SMALL)
    assert len(sweep("vae", {"hidden": [8]}, [0], tmp_path, workers=1, **SMALL)) == 1


REFUSED = {
    "recipe": (("vea", SETTINGS), {}, ValueError, "found no recipe 'vea', expected one of vae, "),
    "setting": (
        ("vae", {"beta": [1]}),
        {},
        ValueError,
        r"found the settings \{'beta': 1\} for vae, expected some of .*hidden",
    ),
    "value": (("vae", {"hidden": ["x"]}), {}, ValueError, "found hidden='x', a str, expected an integer"),
    "no list": (("vae", {"hidden": 8}), {}, ValueError, "found hidden=8, expected a list of values"),
    "text": (
        ("vae", {"likelihood": "gaussian"}),
        {},
        ValueError,
        "found likelihood='gaussian', expected a list of values",
    ),
    "no values": (("vae", {"hidden": []}), {}, ValueError, r"found hidden=\[\], expected a list of values"),
    "twice": (("vae", {"hidden": [8, 8]}), {}, ValueError, "found the run hidden=8,seed=0 twice"),
    "no seeds": (("vae", SETTINGS, []), {}, ValueError, "found no seeds, expected one at least"),
    "seed": (("vae", SETTINGS, [-1]), {}, ValueError, "found seed=-1, expected 0 or more"),
    "steps": (("vae", SETTINGS), dict(steps=0), ValueError, "found steps=0, expected 1 or more"),
    "backend": (("vae", SETTINGS), dict(backend="ray"), ValueError, 'found backend=\'ray\', expected "loky" or "dask"'),
    "workers": (("vae", SETTINGS), dict(workers=0), ValueError, "found workers=0, expected 1 or more"),
    "scheduler": (("vae", SETTINGS), dict(scheduler="tcp://x:1"), ValueError, "found scheduler=.* with backend='loky'"),
    "no answer": (
        ("vae", SETTINGS),
        dict(backend="dask", scheduler="tcp://127.0.0.1:9"),
        ConnectionError,
        "found no Dask scheduler that answers at tcp://127.0.0.1:9 .* expected an address such as tcp://host:8786",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_before_a_run(name, tmp_path, monkeypatch):
    arguments, keywords, error, message = REFUSED[name]
    monkeypatch.setattr("models.sweeps.sweeping.ANSWER", 1)
    with pytest.raises(error, match=message):
        sweep(*arguments, folder=tmp_path, **SMALL | keywords)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_files_of_another_sweep_are_refused(swept, tmp_path):
    with pytest.raises(
        ValueError, match=r"hidden=8,seed=0.json is of another sweep: found \{'steps': 20\}, expected .*30"
    ):
        sweep("vae", SETTINGS, [0], swept[1], **SMALL | dict(steps=30))


def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = sweep("vae", {"hidden": [8]}, [0], tmp_path, workers=1, **SMALL)
    monkeypatch.setattr("models.data.files.os.fsync", full)
    with pytest.raises(OSError, match=r"cannot be written to the folder .*No space left on device"):
        sweep("vae", {"hidden": [8]}, [0, 1], tmp_path, workers=1, **SMALL)
    monkeypatch.undo()
    monkeypatch.delenv("INFOTHEORY_DATA", raising=False)
    assert sweep("vae", {"hidden": [8]}, [0, 1], tmp_path, workers=1, **SMALL)[0] == before[0]


def test_the_command_is_the_function(swept, tmp_path, capsys):
    command = ["sweep", "vae", "--set", "hidden=8,16", "--seeds", "0", "1", "--steps", "20", "--device", "cpu"]
    assert main([*command, "--out", str(tmp_path)]) == 0
    assert bytes_of(tmp_path) == bytes_of(swept[1]) and "| vae" in capsys.readouterr().out
    for options, said in (
        (["--set", "hidden=8", "hidden=9"], "expected each once"),
        (["--set", "beta=1"], "found the sett"),
    ):
        assert main(["sweep", "vae", *options, "--out", str(tmp_path)]) == 1
        assert said in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["sweep", "vae", "--set", "hidden"])
    assert "found 'hidden', expected SETTING=VALUE,VALUE" in capsys.readouterr().err


def test_results_are_plain_json(swept):
    found = json.loads((swept[1] / "vae" / "hidden=8,seed=0.json").read_text())
    assert found["settings"] == {"hidden": 8} and found["numbers"]["elbo"] == swept[0][0]["elbo"]
