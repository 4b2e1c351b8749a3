"""A run that is killed ten times, at random moments, saving included, ends in the same bits as one that is not."""

import multiprocessing
import os
import random
import signal
import time

import torch

from models import BetaVAE, train
from models.files import read_safetensors

STEPS = 60
IMAGES = (torch.rand(200, 1, 32, 32, generator=torch.Generator().manual_seed(0)) < 0.2).float()


def run(path):
    """Train with a checkpoint at every second step, so that much of the time goes to saving."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = BetaVAE(4, network="conv", size=32, capacity=5.0, capacity_steps=50)
    train(model, IMAGES, steps=STEPS, batch_size=8, device="cpu", checkpoint=path, checkpoint_every=2)


def test_ten_sigkills_leave_the_same_bits(tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["models", "torch._dynamo"])  # the optimisers import it
    rng, path, kills = random.Random(0), tmp_path / "killed.safetensors", 0
    while True:
        process = context.Process(target=run, args=(path,))
        process.start()
        if kills < 10:
            deadline = time.monotonic() + 60  # let it make some progress, so that ten kills do not fall into the start
            before = path.stat().st_mtime_ns if path.exists() else 0
            while process.is_alive() and (path.stat().st_mtime_ns if path.exists() else 0) == before:
                assert time.monotonic() < deadline
                time.sleep(0.001)
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

    run(tmp_path / "whole.safetensors")
    killed, whole = read_safetensors(path), read_safetensors(tmp_path / "whole.safetensors")
    assert killed[1]["step"] == whole[1]["step"] == STEPS
    assert killed[0].keys() == whole[0].keys()
    assert all(torch.equal(killed[0][name], whole[0][name]) for name in whole[0])
