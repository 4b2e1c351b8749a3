"""Build the model of a file anew from its class and configuration: this package's classes, or those of the caller."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import torch

from ..adversarial_autoencoder import AdversarialAutoencoder
from ..beta_tc_vae import BetaTCVAE
from ..dip_vae import DIPVAE
from ..factor_vae import FactorVAE
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from ..model import Model
from ..training.checkpoint import Weights, identity, require_layout
from ..vae import VAE, BetaVAE

MODELS = {
    model.__name__: model
    for model in (VAE, BetaVAE, FactorVAE, DIPVAE, BetaTCVAE, AdversarialAutoencoder, GAN, ConditionalGAN, InfoGAN)
}
NETWORKS = ("encoder", "decoder", "generator", "discriminator")  # a `config` holds an outline of each, not the module

Path = str | os.PathLike


def rebuilt(path: Path, weights: Weights, classes: Iterable[type[Model] | Model] = ()) -> Model:
    """A model of the class and configuration of these weights, into which they fit, but which does not have them yet.

    Raises ValueError, with the remedy, if there is none.
    """
    own, name, config = _by_name(classes), weights.model, weights.config
    if name not in own:
        require_fit(path, weights)
        return MODELS[name](**config)
    model = own[name] if isinstance(own[name], Model) else _of_class(path, own[name], config)
    found = identity(model)["config"]
    different = sorted(key for key in found | config if found.get(key) != config.get(key))
    if different:
        ours, theirs = ({key: values.get(key) for key in different} for values in (found, config))
        raise ValueError(
            f"{path} holds a {name} of {theirs}, and the one built here has {ours}, expected the same: its constructor "
            "must keep every argument in its `config`, as self.config |= dict(argument=argument)"
        )
    require_layout(path, weights.tensors, weights.part(model.state_dict()), name, any_precision=True)
    return model


def require_fit(path: Path, weights: Weights) -> None:
    """Raise ValueError unless class and configuration make a model of this package that takes these weights."""
    name, config = weights.model, weights.config
    own = [network for network in NETWORKS if network in config]
    if name in MODELS and own:
        arguments = ", ".join(["…", *(f"{network}=…" for network in own)])
        raise ValueError(
            f"{path} holds a {name} whose {' and '.join(own)} came from outside this package, so build it in code: "
            f"load_model({str(path)!r}, classes=[{name}({arguments})]) puts the weights into it, and `train({name}"
            f"({arguments}), data, steps=…, checkpoint={str(path)!r})` continues from the file"
        )
    if name not in MODELS:
        raise ValueError(
            f"{path} holds the model {name!r}, expected one of {', '.join(MODELS)}: for a class of your own, "
            f"load_model({str(path)!r}, classes=[{name}]) or `--classes module:{name}`"
        )
    try:
        with torch.device("meta"):  # takes no memory, however wide a network the file asks for
            expected = MODELS[name](**config).state_dict()
    except Exception as error:  # a constructor may raise anything at a configuration from elsewhere
        raise ValueError(f"{path} holds a {name} that cannot be built from {config}: {error}") from error
    require_layout(path, weights.tensors, weights.part(expected), name, any_precision=True)


def _by_name(classes: Iterable[type[Model] | Model]) -> dict[str, type[Model] | Model]:
    """The classes and models by the names of their classes. Raises ValueError for anything else."""
    if isinstance(classes, type | Model):
        raise ValueError(f"found classes={classes!r}, expected a list: classes=[{_name(classes)}]")
    for item in classes:
        if not (isinstance(item, Model) or (isinstance(item, type) and issubclass(item, Model))):
            raise ValueError(
                f"found {item!r} among the classes, expected subclasses of Model, or models that are built"
            )
    return {_name(item): item for item in classes}


def _name(item: type | Model) -> str:
    return item.__name__ if isinstance(item, type) else type(item).__name__


def _of_class(path: Path, kind: type[Model], config: dict[str, Any]) -> Model:
    """A model of the caller's class, from its configuration without what its constructors do not take or set anew."""
    values = {key: value for key, value in config.items() if key not in NETWORKS}
    arguments, error = dict(values), None
    while True:
        try:
            return _built(kind, arguments)
        except TypeError as raised:  # Python names an argument that is unexpected, or that has two values
            error, name = raised, re.search(r"argument '(\w+)'", str(raised))
            if name is None or name[1] not in arguments:
                break
            del arguments[name[1]]
        except Exception as raised:  # the caller's code may raise anything
            error = raised
            break
    raise ValueError(
        f"{path} holds a {kind.__name__} that cannot be built from {values}: {error}; its constructor must take what "
        "self.config holds, and self.config must hold what its constructor needs"
    ) from error


def _built(kind: Callable[..., Model], arguments: dict[str, Any]) -> Model:
    """The model, without a change of the caller's random state."""
    with torch.random.fork_rng(devices=[]):
        return kind(**arguments)
