"""Several processes that share each batch make the steps of one, and one that dies costs no whole checkpoint."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from models import (
    DIPVAE,
    GAN,
    VAE,
    AdversarialAutoencoder,
    BetaTCVAE,
    BetaVAE,
    Categorical,
    ConditionalGAN,
    FactorVAE,
    InfoGAN,
    LabelledImages,
    LinearVAE,
    Uniform,
    load_model,
    train,
)
from models.training.checkpoint import read_checkpoint
from models.training.processes import join_processes, number_of_processes, rank, require_share

STEPS = 50
IMAGES = (torch.rand(96, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()
COLOUR = torch.rand(96, 3, 32, 32, generator=torch.Generator().manual_seed(0))
VECTORS = torch.randn(96, 5, generator=torch.Generator().manual_seed(0))
SMALL, GAME = dict(hidden=16), dict(noise_dim=4, width=0.0625)
CODES = [Categorical(3), Uniform(-1, 1)]


class Scaled(VAE):
    """A VAE with a parameter of its own outside the networks."""

    def __init__(self):
        super().__init__(3, **SMALL)
        self.scale = nn.Parameter(torch.ones(()))

    def regulariser(self, kl, mean, log_variance, latents):
        return kl + (self.scale - kl).square(), {"scale": self.scale * 1}


MODELS = {
    "VAE": (lambda: VAE(3, **SMALL), IMAGES),
    "VAE, learned variance": (lambda: VAE(3, size=32, channels=3, learn_variance=True), COLOUR),
    "own parameter": (Scaled, IMAGES),
    "BetaVAE": (lambda: BetaVAE(3, capacity=5.0, **SMALL), IMAGES),
    "BetaTCVAE": (lambda: BetaTCVAE(3, **SMALL), IMAGES),
    "DIPVAE": (lambda: DIPVAE(3, **SMALL), IMAGES),
    "FactorVAE": (lambda: FactorVAE(3, width=8, **SMALL), IMAGES),
    "AdversarialAutoencoder": (lambda: AdversarialAutoencoder(3, width=8, **SMALL), IMAGES),
    "LinearVAE": (lambda: LinearVAE(5, 2), VECTORS),
    "GAN": (lambda: GAN(**GAME), IMAGES),
    "ConditionalGAN": (lambda: ConditionalGAN(**GAME), LabelledImages(IMAGES, torch.arange(96) % 10)),
    "InfoGAN": (lambda: InfoGAN(CODES, augmentation=1.0, **GAME), IMAGES),
    "InfoGAN, spectral": (lambda: InfoGAN(CODES, normalisation="spectral", **GAME), IMAGES),
}
CHAOTIC = {"GAN", "ConditionalGAN", "InfoGAN", "InfoGAN, spectral"}  # where rounding soon grows


def trained(name: str) -> dict[str, np.ndarray]:
    """The history of a model, and its weights and buffers, after some steps of 48 images."""
    make, data = MODELS[name]
    torch.manual_seed(0)
    model = make()
    history = train(model, data, steps=STEPS, batch_size=48, device="cpu")
    state = torch.cat([value.flatten().float() for value in model.state_dict().values()])
    return {f"{name}/history": history.values, f"{name}/state": state.numpy()}


def torchrun(*arguments: str, processes: int = 2, **keywords) -> subprocess.Popen:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", "INFOTHEORY_DEVICE": "cpu"}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])
    return subprocess.Popen([*command, *arguments], env=environment, text=True, **keywords)


def finished(process: subprocess.Popen) -> str:
    """What a process printed, once it has ended well."""
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told
    return told


PIPES = dict(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Every model trained by two processes."""
    folder = tmp_path_factory.mktemp("processes")
    finished(torchrun(__file__, str(folder / "two.npz"), **PIPES))
    return np.load(folder / "two.npz")


@pytest.mark.parametrize("name", MODELS)
def test_two_processes_give_the_losses_of_one(name, shared):
    one = trained(name)
    history, together = one[f"{name}/history"], shared[f"{name}/history"]
    exact = 10 if name in CHAOTIC else STEPS
    assert np.allclose(history[:exact], together[:exact], rtol=1e-3, atol=1e-3)
    assert np.allclose(history[0], together[0], rtol=1e-5, atol=1e-5)
    assert np.allclose(history[exact:], together[exact:], rtol=0.2, atol=0.1)
    assert abs(one[f"{name}/state"] - shared[f"{name}/state"]).mean() < (2e-2 if name in CHAOTIC else 1e-3)


RUN = ["-m", "models", "train", "beta-vae-dsprites-32-beta-4", "--precision", "float32"]


def test_the_first_process_alone_writes_and_says_so(tmp_path):
    told = finished(torchrun(*RUN, "--steps", "4", "--seeds", "0", "1", cwd=tmp_path, **PIPES))
    names = [f"beta-vae-dsprites-32-beta-4-{seed}.safetensors" for seed in (0, 1)]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == names
    assert all(told.count(f"runs/{name}: History(4 steps") == 1 for name in names)
    assert read_checkpoint(tmp_path / "runs" / names[0]).processes == 2


def test_a_run_goes_on_with_another_number_of_processes_and_says_what_changes(tmp_path):
    arguments = ["--out", "run.safetensors"]
    finished(torchrun(*RUN, "--steps", "3", *arguments, cwd=tmp_path, **PIPES))
    one = finished(torchrun(*RUN, "--steps", "5", *arguments, processes=1, cwd=tmp_path, **PIPES))
    assert "was written by 2 process(es), and 1 continue: its batches, random numbers and losses are the same" in one
    two = finished(torchrun(*RUN, "--steps", "6", *arguments, cwd=tmp_path, **PIPES))
    assert two.count("was written by 1 process(es), and 2 continue") == 1
    saved = read_checkpoint(tmp_path / "run.safetensors")
    assert saved.step == 6 and saved.processes == 2


def running(folder: Path, steps: int) -> tuple[subprocess.Popen, list[int]]:
    """Two processes in the middle of a run with a checkpoint at every step, and the numbers of the two."""
    process = torchrun(
        *RUN, "--steps", str(steps), "--out", "run.safetensors", "--checkpoint-every", "1", cwd=folder, **PIPES
    )
    for _ in range(600):
        time.sleep(0.1)
        with_file = (folder / "run.safetensors").exists()
        if with_file and read_checkpoint(folder / "run.safetensors").step > 2:
            break
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    return process, [int(child) for child in children if b"models" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the processes in /proc, as Linux has it")
@pytest.mark.parametrize("first", [False, True], ids=["the second", "the first"])
def test_a_process_that_dies_ends_the_run_with_its_last_checkpoint_whole(first, tmp_path):
    process, children = running(tmp_path, 10_000)
    assert len(children) == 2
    os.kill(min(children) if first else max(children), signal.SIGKILL)
    told, _ = process.communicate(timeout=120)
    assert process.returncode != 0, told
    assert first or "a process that shared this run has ended" in told
    step = read_checkpoint(tmp_path / "run.safetensors").step
    load_model(tmp_path / "run.safetensors")
    finished(torchrun(*RUN, "--steps", str(step + 2), "--out", "run.safetensors", cwd=tmp_path, **PIPES))
    assert read_checkpoint(tmp_path / "run.safetensors").step == step + 2


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the processes in /proc, as Linux has it")
def test_a_signal_to_one_process_stops_both_after_one_step(tmp_path):
    process, children = running(tmp_path, 10_000)
    os.kill(max(children), signal.SIGTERM)  # the second has no file, but the first saves
    told, _ = process.communicate(timeout=120)
    step = read_checkpoint(tmp_path / "run.safetensors").step
    assert len(set(re.findall(r"stopped after step ([\d,]+)", told))) == 1 and f"after step {step:,}" in told


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path):
    process = torchrun(*RUN, "--steps", "2", "--batch-size", "33", cwd=tmp_path, **PIPES)
    told, _ = process.communicate(timeout=120)
    assert process.returncode != 0 and "found batch_size=33 for 2 processes, expected a multiple of 2" in told


def test_a_process_alone_is_not_changed(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert join_processes("cpu") == "cpu" and number_of_processes() == 1 and rank() == 0
    require_share(7)


if __name__ == "__main__":  # one of the processes of the fixture `shared`
    join_processes("cpu")
    found = {key: value for name in MODELS for key, value in trained(name).items()}
    if rank() == 0:
        np.savez(sys.argv[1], **found)
