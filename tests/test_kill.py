"""Real processes: a run that is killed at random moments, or told to end, goes on to the bits of one that is not."""

import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import torch

from models import BetaVAE, train
from models.data.files import read_safetensors
from models.training.stopping import REPEATED, PostponedStop

STEPS = 60
IMAGES = (torch.rand(200, 1, 32, 32, generator=torch.Generator().manual_seed(0)) < 0.2).float()


def run(path):
    """Train with a checkpoint at every second step, so that much of the time goes to saving."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which `nohup` makes processes ignore
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = BetaVAE(4, network="conv", size=32, capacity=5.0, capacity_steps=50)
    train(model, IMAGES, steps=STEPS, batch_size=8, checkpoint=path, checkpoint_every=2)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The file of a run that nothing disturbed."""
    path = tmp_path_factory.mktemp("whole") / "whole.safetensors"
    run(path)
    return read_safetensors(path)


def started(path):
    """A process that runs `run`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["models", "torch._dynamo"])  # the optimisers import it
    process = context.Process(target=run, args=(path,))
    process.start()
    return process


def wait_for_a_save(path, alive):
    """Return when the file is new, or the process has ended."""
    deadline, before = time.monotonic() + 120, path.stat().st_mtime_ns if path.exists() else 0
    while alive() and (path.stat().st_mtime_ns if path.exists() else 0) == before:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def same_tensors(found, expected):
    return found.keys() == expected.keys() and all(torch.equal(found[name], expected[name]) for name in expected)


def test_ten_sigkills_leave_the_same_bits_and_no_other_file(tmp_path, whole):
    rng, path, kills = random.Random(0), tmp_path / "killed.safetensors", 0
    while True:
        process = started(path)
        if kills < 10:
            wait_for_a_save(path, process.is_alive)  # some progress, so that ten kills do not fall into the start
            time.sleep(rng.uniform(0, 0.03))
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
        process.join(120)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        read_safetensors(path)  # whole at every moment
    assert kills == 10

    killed = read_safetensors(path)
    assert killed[1]["step"] == whole[1]["step"] == STEPS
    assert same_tensors(killed[0], whole[0])
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_end_saves_its_step_and_goes_on_to_the_same_bits(number, tmp_path, whole):
    path, ends = tmp_path / "told.safetensors", 0
    while True:
        process = started(path)
        if ends < 2:
            wait_for_a_save(path, process.is_alive)
            os.kill(process.pid, number)
        process.join(120)
        if process.exitcode == 0:
            break
        assert process.exitcode == 128 + number
        ends += 1
    assert ends == 2
    assert same_tensors(read_safetensors(path)[0], whole[0])
    assert os.listdir(tmp_path) == [path.name]


@pytest.fixture
def clock(monkeypatch):
    """The seconds that `models.training.stopping` sees, in a list of one; it does not sleep."""
    seconds = [100.0]
    monkeypatch.setattr(
        "models.training.stopping.time", SimpleNamespace(monotonic=lambda: seconds[0], sleep=lambda _: None)
    )
    return seconds


def test_a_ctrl_c_within_a_second_of_the_first_is_the_same_one(clock):
    with PostponedStop() as signals:
        for later in (0, 0.01, 0.04, 0.9 * REPEATED):
            clock[0] = 100 + later
            signal.raise_signal(signal.SIGINT)
    assert signals.asked == signal.SIGINT
    with pytest.raises(KeyboardInterrupt, match=r"^all steps are saved$"):
        signals.stop("all steps are saved")


def test_a_later_ctrl_c_interrupts_and_says_what_is_lost(clock):
    handler = signal.getsignal(signal.SIGINT)
    said = r"^stopped without saving; the steps since the last save are lost$"
    with pytest.raises(KeyboardInterrupt, match=said), PostponedStop():
        signal.raise_signal(signal.SIGINT)
        clock[0] += REPEATED
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_forwarded_ctrl_c_is_ignored_even_if_the_step_has_already_ended(monkeypatch):
    repeats = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: signal.raise_signal(signal.SIGINT))
    monkeypatch.setattr("models.training.stopping.time", repeats)
    with PostponedStop() as signals:
        signal.raise_signal(signal.SIGINT)
    assert signals.asked == signal.SIGINT


def test_sigterm_ends_the_command_with_143_and_a_line_that_says_what_was_saved(tmp_path, device):
    path = tmp_path / "run.safetensors"
    command = [sys.executable, "-m", "models", "train", "vae", "--device", str(device), "--checkpoint-every", "5"]
    process = subprocess.Popen([*command, "--out", str(path)], stderr=subprocess.PIPE, text=True)
    wait_for_a_save(path, lambda: process.poll() is None)
    process.terminate()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 143
    last = re.search(r"SIGTERM: stopped after step (\d+), saved in (.*); the same call goes on from there\n$", said)
    assert last and int(last[1]) == read_safetensors(path)[1]["step"] and last[2] == str(path)
