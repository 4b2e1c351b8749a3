"""A model of a user's own class is trained, saved, loaded by its class, and its mistakes are told in a sentence."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from models import VAE, Model, Player, decompose, load_model, train
from models.training.checkpoint import Weights
from models.weights.rebuilding import rebuilt

IMAGES = (torch.rand(32, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


class WithPenalty(VAE):
    """A VAE with a further term, and arguments of its own."""

    def __init__(self, latent_dim=2, *, strength=1.0, **keywords):
        super().__init__(latent_dim, hidden=8, **keywords)
        self.config |= dict(strength=strength)
        self.strength = strength

    def regulariser(self, kl, mean, log_variance, latents):
        penalty = self.strength * mean.square().mean()
        return kl + penalty, {"penalty": penalty}


class Regression(Model):
    """The mean image, learned: a Model with players and without arguments."""

    def __init__(self):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(1, 28, 28))

    def loss(self, images):
        return {"loss": (images - self.mean).square().flatten(1).sum(1).mean()}

    def players(self):
        return [Player("mean", [self.mean], self.loss, 0.1)]


class OwnNetworks(VAE):
    """A VAE whose constructor builds its networks and takes one argument."""

    def __init__(self, width=4):
        encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, width), nn.Tanh(), nn.Linear(width, 4))
        decoder = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, 784), nn.Unflatten(1, (1, 28, 28)))
        super().__init__(2, encoder=encoder, decoder=decoder)
        self.config |= dict(width=width)


OWN = {
    "WithPenalty": lambda: WithPenalty(3, strength=2.5, variance=0.5),
    "Regression": Regression,
    "OwnNetworks": lambda: OwnNetworks(width=5),
}


@pytest.mark.parametrize("name", OWN)
def test_a_checkpoint_of_an_own_class_is_loaded_and_continued(name, tmp_path, device):
    torch.manual_seed(0)
    model, file = OWN[name](), tmp_path / "own.safetensors"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(model, IMAGES, steps=3, batch_size=8, device=device, checkpoint=file)
    state = torch.random.get_rng_state()
    again = load_model(file, device, classes=[WithPenalty, Regression, OwnNetworks])
    assert torch.equal(torch.random.get_rng_state(), state)
    assert type(again) is type(model) and again.config == model.config and not again.training
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), model.parameters(), strict=True))
    histories = [train(m, IMAGES, steps=5, batch_size=8, device=device, checkpoint=file) for m in (again,)]
    assert len(histories[0]) == 5
    if isinstance(again, VAE):
        decompose(*again.encode(IMAGES.to(again.device)))


def test_weights_can_be_put_into_a_model_that_is_built(tmp_path, device):
    def built():
        encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 6))
        decoder = nn.Sequential(nn.Linear(3, 784), nn.Unflatten(1, (1, 28, 28)))
        return VAE(3, encoder=encoder, decoder=decoder)

    file = tmp_path / "own.safetensors"
    model = built()
    train(model, IMAGES, steps=2, batch_size=8, device=device, checkpoint=file)
    into = built()
    assert load_model(file, device, classes=[into]) is into
    assert all(torch.equal(a, b) for a, b in zip(into.parameters(), model.parameters(), strict=True))
    other = VAE(3, encoder=nn.Sequential(nn.Flatten(), nn.Tanh(), nn.Linear(784, 6)))
    before = [parameter.clone() for parameter in other.parameters()]
    with pytest.raises(
        ValueError, match=r"holds a VAE of \{'decoder': .* and the one built here has \{'decoder': None"
    ):
        load_model(file, device, classes=[other])
    assert all(torch.equal(a, b) for a, b in zip(other.parameters(), before, strict=True))


class Forgetful(WithPenalty):
    def __init__(self, strength=1.0):
        super().__init__()
        self.strength = strength


class Fixed(VAE):
    """Its constructor fixes what its configuration holds."""

    def __init__(self, **keywords):
        super().__init__(4, hidden=8, **keywords)


class Needy(VAE):
    def __init__(self, depth):
        super().__init__(2, hidden=8 * depth)


def saved(model, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        train(model, IMAGES, steps=1, batch_size=8, device="cpu", checkpoint=path)
    return path


def test_an_argument_that_is_not_kept_is_warned_of_before_training(tmp_path):
    with pytest.warns(
        UserWarning, match=r"Forgetful does not keep strength in its config, .*: write self.config \|= dict\("
    ):
        train(Forgetful(strength=3.0), IMAGES, steps=1, batch_size=8, checkpoint=tmp_path / "a")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for model in (Forgetful(), Forgetful(1.0), Fixed(size=28, channels=1), VAE(2, channels=1, hidden=8)):
            train(model, IMAGES, steps=1, batch_size=8, checkpoint=tmp_path / f"{id(model)}")


def test_a_constructor_that_takes_less_than_its_config_holds_is_called_with_that(tmp_path):
    assert load_model(saved(Fixed(), tmp_path / "a"), classes=[Fixed]).latent_dim == 4


REFUSED = {
    "not named": (
        lambda p: saved(WithPenalty(), p),
        [],
        r"holds the model 'WithPenalty', expected .*classes=\[WithPenalty\]",
    ),
    "a class alone": (
        lambda p: saved(WithPenalty(), p),
        WithPenalty,
        r"found classes=<class .*expected a list: classes=\[With",
    ),
    "no model": (
        lambda p: saved(WithPenalty(), p),
        [nn.Linear],
        "found <class .*Linear'> among the classes, expected subcl",
    ),
    "forgotten": (lambda p: saved(Forgetful(9.0), p), [Forgetful], None),
    "needy": (
        lambda p: saved(Needy(2), p),
        [Needy],
        "holds a Needy that cannot be built from .*: .*missing.*'depth'; its con",
    ),
    "another": (
        lambda p: saved(WithPenalty(strength=2.0), p),
        [WithPenalty(strength=3.0)],
        r"holds a WithPenalty of \{'strength': 2.0\}, and the one built here has \{'strength': 3.0\}, expected",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_class_that_does_not_fit_is_refused(name, tmp_path):
    save, classes, message = REFUSED[name]
    path = save(tmp_path / "a")
    if message is None:  # its default fits, so nothing can be seen but the warning of `train`
        assert load_model(path, classes=classes).strength == 1.0
        return
    with pytest.raises(ValueError, match=message):
        load_model(path, classes=classes)


class NoSuper(VAE):
    def __init__(self):
        pass


class NoPlayers(Model):
    def __init__(self):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(1))


class ShortRegulariser(VAE):
    def regulariser(self, kl):
        return kl, {}


@pytest.mark.parametrize(
    "make, message",
    [
        (NoSuper, r"found a NoSuper whose __init__ does not call super\(\).__init__\(\), expected that call first"),
        (NoPlayers, "found no method `players` in NoPlayers, expected one that returns a list of Player"),
        (
            lambda: ShortRegulariser(2, hidden=8),
            r"found ShortRegulariser.regulariser\(self, kl\), expected regulariser\(self, kl, mean, log_variance, l",
        ),
    ],
)
def test_a_mistake_in_an_own_class_is_told_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        train(make(), IMAGES, steps=1, batch_size=8)


def test_a_config_that_is_no_dict_is_refused(tmp_path):
    model = Regression()
    model.config = ["x"]
    with pytest.raises(ValueError, match=r"found config=\['x'\] of Regression, expected a dict of the arguments"):
        train(model, IMAGES, steps=1, batch_size=8, checkpoint=tmp_path / "a")


def test_a_model_is_built_without_a_change_of_the_random_state():
    state = torch.random.get_rng_state()
    own = WithPenalty()
    model = rebuilt("file", Weights("WithPenalty", own.config, own.state_dict()), [WithPenalty])
    torch.random.set_rng_state(state)
    assert np.isfinite(float(model.loss(IMAGES)["loss"].detach()))
