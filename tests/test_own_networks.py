"""Networks of a user's own in the models: any size trains and resumes, other networks are refused in a sentence."""

import json
import re

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
    Uniform,
    load_model,
    train,
)
from models.weights import publish

SIZE, LATENTS, NOISE = 16, 3, 4


def encoder(n_outputs=2 * LATENTS, activation=nn.Tanh):
    return nn.Sequential(nn.Flatten(), nn.Linear(SIZE**2, 8), activation(), nn.Linear(8, n_outputs))


def decoder(n_inputs=LATENTS, *last):
    return nn.Sequential(nn.Linear(n_inputs, SIZE**2), *last, nn.Unflatten(1, (1, SIZE, SIZE)))


class DAndQ(nn.Module):
    """An InfoGAN's discriminator without hidden layers."""

    def __init__(self, n_parameters):
        super().__init__()
        self.heads = nn.Linear(SIZE**2, 1 + n_parameters)

    def forward(self, images):
        heads = self.heads(images.flatten(1))
        return heads[:, 0], heads[:, 1:]


def vae(kind, **more):
    return lambda: kind(LATENTS, size=SIZE, encoder=encoder(), decoder=decoder(), **more)


def game(kind, n_inputs, discriminator, *arguments):
    return lambda: kind(
        *arguments, noise_dim=NOISE, size=SIZE, generator=decoder(n_inputs, nn.Sigmoid()), discriminator=discriminator()
    )


MODELS = {
    "VAE": vae(VAE),
    "BetaVAE": vae(BetaVAE),
    "DIPVAE": vae(DIPVAE),
    "BetaTCVAE": vae(BetaTCVAE),
    "FactorVAE": vae(FactorVAE, width=8),
    "AdversarialAutoencoder": vae(AdversarialAutoencoder, width=8),
    "GAN": game(GAN, NOISE, lambda: encoder(1)),
    "ConditionalGAN": game(ConditionalGAN, NOISE + 10, lambda: encoder(10)),
    "InfoGAN": game(InfoGAN, NOISE + 4, lambda: DAndQ(4), [Categorical(3), Uniform(-1, 1)]),
}
named = pytest.mark.parametrize("name", MODELS)


def made(name):
    torch.manual_seed(0)
    return MODELS[name]()


def data_for(name):
    images = (torch.rand(16, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) < 0.2).float()
    return LabelledImages(images, torch.arange(16) % 10) if name == "ConditionalGAN" else images


@named
def test_own_networks_train_and_resume_bit_for_bit(name, tmp_path, device):
    model, resumed, keywords = made(name), made(name), dict(batch_size=8, device=device)
    before = [parameter.clone() for parameter in model.parameters()]
    history = train(model, data_for(name), steps=5, **keywords)
    for steps in (2, 5):
        again = train(resumed, data_for(name), steps=steps, checkpoint=tmp_path / "run", **keywords)
    assert np.isfinite(history.values).all() and np.array_equal(history.values, again.values)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), resumed.parameters(), strict=True))
    assert not any(torch.equal(a, b.cpu()) for a, b in zip(before, model.parameters(), strict=True) if b.requires_grad)
    assert json.loads(json.dumps(model.config)) == model.config
    drawn = model.sample(torch.arange(5)) if name == "ConditionalGAN" else model.sample(5)
    assert drawn.shape == (5, 1, SIZE, SIZE)


@named
def test_a_file_of_own_networks_says_that_they_are_built_in_code(name, tmp_path, device):
    path = tmp_path / "run.safetensors"
    train(made(name), data_for(name), steps=1, batch_size=8, device=device, checkpoint=path)
    kind, pair = re.escape(name), "encoder" if "decoder" in made(name).config else "generator"
    for refuse in (load_model, lambda file: publish("vae", file, "noise", {}, folder=tmp_path)):
        with pytest.raises(
            ValueError,
            match=rf"holds a {kind} whose {pair} and .* so build it in code: load_model\(.*classes=\[{kind}\(…",
        ):
            refuse(path)


@pytest.mark.parametrize("wrong", [encoder(activation=nn.ReLU), encoder()[:3].append(nn.Linear(8, 6, bias=False))])
def test_a_checkpoint_of_other_networks_is_refused(wrong, tmp_path, device):
    path, keywords = tmp_path / "run", dict(steps=1, batch_size=8, device=device, checkpoint=tmp_path / "run")
    train(made("VAE"), data_for("VAE"), **keywords)
    before = path.read_bytes()
    other = VAE(LATENTS, size=SIZE, encoder=wrong, decoder=decoder())
    with pytest.raises(
        ValueError, match=r"is a checkpoint of another config: found {'encoder': 'Sequential\( \(0\): Fl"
    ):
        train(other, data_for("VAE"), **keywords)
    assert path.read_bytes() == before


class Wide(DAndQ):
    """As `DAndQ`, with no layer that its outline could show to differ."""

    def __init__(self, width):
        super().__init__(4)
        self.scale = nn.Parameter(torch.ones(width))


def test_a_checkpoint_of_other_shapes_is_refused(tmp_path, device):
    keywords = dict(steps=1, batch_size=8, device=device, checkpoint=tmp_path / "run")
    codes = [Categorical(3), Uniform(-1, 1)]
    first, second = (game(InfoGAN, NOISE + 4, lambda width=width: Wide(width), codes)() for width in (2, 3))
    train(first.requires_grad_(True), data_for("InfoGAN"), **keywords)
    with pytest.raises(ValueError, match=r"discriminator.scale \(2,\) .*expected \(3,\) .*in this InfoGAN"):
        train(second, data_for("InfoGAN"), **keywords)


def test_one_own_network_goes_with_the_packages_other():
    assert VAE(2, decoder=nn.Sequential(nn.Linear(2, 784), nn.Unflatten(1, (1, 28, 28)))).sample(2).shape[2:] == (
        28,
        28,
    )
    with pytest.raises(
        ValueError, match="found network='conv' with size=16, expected 'mlp' with size 1 or more, 'conv'"
    ):
        VAE(LATENTS, size=SIZE, network="conv", encoder=encoder())
    with pytest.raises(ValueError, match="found size=16, expected 28, 32, 64, 128, or a generator and a discriminator"):
        GAN(size=SIZE, discriminator=encoder(1))
    assert GAN(width=0.0625, discriminator=nn.Sequential(nn.Flatten(), nn.Linear(784, 1))).config["size"] == 28
    assert "encoder" not in VAE(2).config and "size" not in GAN(width=0.0625).config


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: VAE(3, encoder=nn.Linear), r"found the class Linear as the encoder, expected an object: Linear\(…\)"),
        (lambda: VAE(3, decoder="mlp"), "found a str as the decoder, expected a torch.nn.Module, or None"),
        (lambda: GAN(generator=torch.sigmoid), "found a builtin_function_or_method as the generator, expected a torch"),
        (lambda: VAE(3, size=0, encoder=encoder(), decoder=decoder()), "found size=0, expected 1 or more"),
        (lambda: InfoGAN(size=16.0), "found size=16.0, a float, expected an integer"),
    ],
)
def test_what_is_not_a_network_is_refused_at_once(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "name, network, wrong, message",
    [
        ("VAE", "encoder", encoder(5), r"encoder's output of shape \(8, 5\), expected a tensor of shape \(8, 6\)"),
        (
            "FactorVAE",
            "encoder",
            DAndQ(4),
            r"found a tuple as the encoder's output, expected a tensor of shape \(4, 6\)",
        ),
        ("VAE", "decoder", nn.Linear(LATENTS, 256), r"decoder's output of shape \(8, 256\), .* \(8, 1, 16, 16\)"),
        ("GAN", "generator", nn.Linear(NOISE, 9), r"generator's output of shape \(8, 9\), .* \(8, 1, 16, 16\)"),
        ("GAN", "discriminator", encoder(2), r"discriminator's output of shape \(8, 2\), .* \(8, 1\) or \(8,\)"),
        ("ConditionalGAN", "discriminator", encoder(1), r"shape \(8, 1\), expected a tensor of shape \(8, 10\)"),
        ("InfoGAN", "discriminator", encoder(1), r"found a Tensor from the discriminator, expected \(logits, param"),
        ("InfoGAN", "discriminator", DAndQ(3), r"discriminator's parameters of Q of shape \(8, 3\), .* \(8, 4\)"),
    ],
)
def test_an_output_of_another_shape_is_refused_before_any_weight_changes(name, network, wrong, message, device):
    model = made(name)
    setattr(model, network, wrong)
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(ValueError, match=message):
        train(model, data_for(name), steps=1, batch_size=8, device=device)
    assert all(torch.equal(a, b.cpu()) for a, b in zip(before, model.parameters(), strict=True))
