"""Several runs at once: the same histories, weights and files as one run after the other."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from models import GAN, VAE, BetaVAE, train, train_together
from models.training import together

IMAGES = torch.rand(96, 1, 28, 28, generator=torch.Generator().manual_seed(0)).round()


def models():
    torch.manual_seed(0)
    return [VAE(2, hidden=8), BetaVAE(3, hidden=8, beta=2, kl_start=5, kl_steps=10), GAN(width=0.05)]


def settings(folder, name, device):
    folder = folder / name
    folder.mkdir()
    return [
        dict(data=IMAGES, steps=12 + i, batch_size=16, seed=i, device=device, checkpoint=folder / f"{i}.safetensors")
        for i in range(3)
    ]


@pytest.mark.parametrize("interleaved", [False, True])
def test_runs_together_equal_one_after_the_other(tmp_path, interleaved, monkeypatch):
    if interleaved:  # the order of steps that a device with streams has
        take = together._take_turns
        kept = []
        monkeypatch.setattr(
            together, "_take_turns", lambda turns: kept.extend(turns) or (take(kept) if len(kept) == 3 else [])
        )
    state = torch.get_rng_state()
    single, joint = models(), models()
    torch.set_rng_state(state)
    expected = [train(m, **s) for m, s in zip(single, settings(tmp_path, "single", "cpu"), strict=True)]
    runs = [dict(model=m) | s for m, s in zip(joint, settings(tmp_path, "joint", "cpu"), strict=True)]
    found = train_together(runs)
    assert torch.equal(torch.get_rng_state(), state)
    for i in range(3):
        assert found[i].names == expected[i].names and np.array_equal(found[i].values, expected[i].values)
        first, second = (load_file(tmp_path / name / f"{i}.safetensors") for name in ("single", "joint"))
        assert first.keys() == second.keys() and all(np.array_equal(first[k], second[k]) for k in first)
        assert not joint[i].training


class Failing(VAE):
    def at_step(self, step):
        super().at_step(step)
        if step == 3:
            raise FloatingPointError("no step 3")


def test_a_run_that_fails_leaves_the_others_going():
    torch.manual_seed(0)
    failing, other = Failing(2, hidden=8), VAE(2, hidden=8)
    before = other.encoder[1].weight.clone()
    with pytest.raises(FloatingPointError, match="no step 3"):
        train_together([dict(model=m, data=IMAGES, steps=5, batch_size=16, device="cpu") for m in (failing, other)])
    assert not torch.equal(other.encoder[1].weight, before) and not other.training


def test_faulty_runs_are_refused_before_any_step(tmp_path):
    model, other = VAE(2, hidden=8), VAE(2, hidden=8)
    before = model.encoder[1].weight.clone()
    run = dict(model=model, data=IMAGES, steps=2, batch_size=16, device="cpu")
    file = tmp_path / "a.safetensors"
    for runs, message in [
        ([], "found no runs"),
        ([run, run], "found one model in two runs"),
        ([run | dict(checkpoint=file), run | dict(model=other, checkpoint=str(file))], "found one checkpoint"),
        ([run, run | dict(model=other, batch_size=1000)], "found 96 examples"),
    ]:
        with pytest.raises(ValueError, match=message):
            train_together(runs)
    assert torch.equal(model.encoder[1].weight, before) and not file.exists()
