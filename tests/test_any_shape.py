"""Every model takes grey and colour images of every size that the package has networks for."""

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
from models.networks import DOUBLINGS, vae_decoder, vae_encoder

SHAPES = [(channels, size) for size in (28, 32, 64, 128) for channels in (1, 3)]
VAES = {
    "VAE": VAE,
    "BetaVAE": BetaVAE,
    "BetaTCVAE": BetaTCVAE,
    "DIPVAE": DIPVAE,
    "FactorVAE": lambda d, **shape: FactorVAE(d, width=8, **shape),
    "AdversarialAutoencoder": lambda d, **shape: AdversarialAutoencoder(d, width=8, **shape),
}
GAMES = {
    "GAN": GAN,
    "ConditionalGAN": ConditionalGAN,
    "InfoGAN": lambda **shape: InfoGAN([Categorical(3), Uniform(-1, 1)], **shape),
}


def noise(channels, size, n=8):
    return torch.rand(n, channels, size, size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", VAES)
@pytest.mark.parametrize(("channels", "size"), SHAPES)
def test_a_vae_trains_and_comes_back_at_every_shape(name, channels, size, tmp_path, device):
    torch.manual_seed(0)
    model = VAES[name](3, size=size, channels=channels)
    assert model.likelihood == ("bernoulli" if channels == 1 else "gaussian")
    images = noise(channels, size)
    images = (images < 0.5).float() if channels == 1 else images
    history = train(model, images, steps=2, batch_size=4, device=device, checkpoint=tmp_path / "run")
    assert history.values.shape[0] == 2
    again = load_model(tmp_path / "run", device)
    mean, log_variance = again.encode(images.to(device))
    assert mean.shape == log_variance.shape == (8, 3)
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), model.parameters(), strict=True))
    assert again.decode(mean).shape == again.sample(8).shape == (8, channels, size, size)


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize(("channels", "size"), SHAPES)
def test_a_game_trains_and_comes_back_at_every_shape(name, channels, size, tmp_path, device):
    torch.manual_seed(0)
    model = GAMES[name](noise_dim=2, width=0.0625, size=size, channels=channels, augmentation=1.0)
    images = noise(channels, size)
    data = LabelledImages(images, torch.arange(8)) if name == "ConditionalGAN" else images
    train(model, data, steps=2, batch_size=4, device=device, checkpoint=tmp_path / "run")
    again = load_model(tmp_path / "run", device)
    drawn = again.sample(torch.arange(5)) if name == "ConditionalGAN" else again.sample(5)
    assert drawn.shape == (5, channels, size, size) and drawn.min() >= 0 and drawn.max() <= 1


@pytest.mark.parametrize("size", DOUBLINGS)
def test_a_game_doubles_its_images_from_7_or_8_pixels(size):
    generator = GAN(width=0.0625, size=size).generator
    [start] = [layer.unflattened_size for layer in generator if isinstance(layer, nn.Unflatten)]
    doublings = sum(isinstance(layer, nn.ConvTranspose2d) for layer in generator)
    assert start[1] in (7, 8) and start[1] * 2**doublings == size


def test_the_likelihood_of_colour_can_be_asked_for():
    with pytest.warns(UserWarning, match='found grey pixels.*use binarize.* or likelihood="gaussian"'):
        VAE(2, size=32, channels=3, likelihood="bernoulli").check(noise(3, 32))
    model = VAE(2, size=32, channels=3, variance=0.25)
    images, latents = noise(3, 32), torch.randn(8, 2)
    pixels = torch.distributions.Normal(model.decode(latents), 0.5).log_prob(images)
    assert torch.allclose(model.log_likelihood(images, latents), pixels.sum((1, 2, 3)), rtol=1e-4)


def test_a_network_is_chosen_by_the_size():
    kinds = {size: VAE(2, size=size).config["network"] for size in (28, 32, 48, 64, 128)}
    assert kinds == {28: "mlp", 32: "conv", 48: "mlp", 64: "conv", 128: "conv"}
    assert VAE(2, size=28, network="conv").encode(torch.zeros(2, 1, 28, 28))[0].shape == (2, 2)


def test_a_file_of_grey_digits_names_no_channels():
    assert "channels" not in VAE(2).config and not {"channels", "size"} & GAN(width=0.0625).config.keys()
    assert VAE(2, channels=3).config["channels"] == GAN(width=0.0625, channels=3).config["channels"] == 3


def test_encoder_and_decoder_mirror_each_other():
    for channels, size in SHAPES:
        encoder, decoder = (make("conv", size, 5, channels=channels) for make in (vae_encoder, vae_decoder))
        down = sum(isinstance(layer, nn.Conv2d) for layer in encoder)
        assert down == sum(isinstance(layer, nn.ConvTranspose2d) for layer in decoder)


@pytest.mark.parametrize("make", [VAE, GAN])
@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (dict(channels=2), r"found channels=2, expected 1 \(grey\) or 3 \(colour\)"),
        (dict(channels=3.0), "found channels=3.0, a float, expected an integer"),
        (dict(size="64"), "found size='64', a str, expected an integer"),
        (dict(size=0), "found size=0, expected 1 or more"),
    ],
)
def test_a_shape_that_no_image_has_is_refused(make, shape, message):
    with pytest.raises(ValueError, match=message):
        make(**shape)
