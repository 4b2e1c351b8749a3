"""The losses against independent computations: torch.distributions, scikit-learn's words, or a literal loop."""

import copy
import math

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import distributions

import infotheory
from models import VAE, BetaVAE, Categorical, InfoGAN, LinearVAE, Normal, Uniform, gan, load_mnist, ppca, train
from models.codes import describe, parse


@pytest.fixture
def images():
    return (torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_vae_terms_are_those_of_torch_distributions(images, likelihood):
    torch.manual_seed(0)
    vae = VAE(3, hidden=20, likelihood=likelihood, variance=0.3)
    torch.manual_seed(1)
    terms = vae.loss(images)

    torch.manual_seed(1)
    mean, log_variance = vae.encode(images)
    q = distributions.Normal(mean, log_variance.exp().sqrt())
    z = mean + log_variance.exp().sqrt() * torch.randn_like(mean)
    output = vae.decoder(z)
    if likelihood == "bernoulli":
        p = distributions.Bernoulli(logits=output)
    else:
        p = distributions.Normal(output, math.sqrt(0.3))
    reconstruction = -sum(float(p.log_prob(images)[i].detach().sum()) for i in range(16)) / 16
    kl = float(distributions.kl_divergence(q, distributions.Normal(0.0, 1.0)).sum().detach()) / 16
    expected = {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}
    assert {name: value.item() for name, value in terms.items()} == pytest.approx(expected, rel=1e-4)


def test_elbo_is_below_the_log_evidence_of_a_one_dimensional_decoder(images):
    """With one latent, log p(x) is an integral that a fine grid computes."""
    torch.manual_seed(0)
    vae = VAE(1, hidden=8)
    x = images[:1]
    grid = torch.linspace(-8, 8, 4001)[:, None]
    with torch.no_grad():
        log_joint = (
            vae.log_likelihood(x.expand(len(grid), -1, -1, -1), grid) + distributions.Normal(0, 1).log_prob(grid)[:, 0]
        )
        log_evidence = log_joint.double().logsumexp(0).item() + math.log(16 / 4000)
        elbo = -sum(vae.loss(x.expand(500, -1, -1, -1))["loss"].item() for _ in range(20)) / 20
    assert elbo < log_evidence < elbo + 20


def test_reconstruction_gradient_reaches_the_encoder(images):
    vae = VAE(2, hidden=8)
    vae.loss(images)["reconstruction"].backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in vae.encoder.parameters() if parameter.ndim == 1)


@pytest.mark.parametrize("keywords", [{"latent_dim": 0}, {"hidden": 0}, {"likelihood": "poisson"}, {"variance": 0.0}])
def test_vae_refuses_impossible_settings(keywords):
    with pytest.raises(ValueError, match="expected"):
        VAE(**keywords)


def test_categorical_is_uniform_one_hot_and_its_entropy_is_log_n():
    torch.manual_seed(0)
    code = Categorical(4)
    drawn = code.sample(40_000)
    assert drawn.sum(1).eq(1).all() and (drawn.mean(0) - 0.25).abs().max() < 0.01
    assert code.entropy == pytest.approx(math.log(4), abs=1e-12)
    logits = torch.randn(40_000, 4)
    reference = distributions.Categorical(logits=logits).log_prob(drawn.argmax(1))
    assert torch.allclose(code.log_q(drawn, logits), reference, atol=1e-5)
    assert torch.allclose(code.log_prob(drawn[:3]), torch.full((3,), -math.log(4)))


@pytest.mark.parametrize(
    "code, reference",
    [(Uniform(-1, 3), distributions.Uniform(-1.0, 3.0)), (Normal(), distributions.Normal(0.0, 1.0))],
    ids=["uniform", "normal"],
)
def test_continuous_code_has_the_density_and_entropy_of_torch_distributions(code, reference):
    torch.manual_seed(0)
    drawn = code.sample(20_000)
    assert drawn.shape == (20_000, 1)
    assert drawn.mean().item() == pytest.approx(reference.mean.item(), abs=0.05)
    assert drawn.std().item() == pytest.approx(reference.stddev.item(), abs=0.05)
    assert torch.allclose(code.log_prob(drawn), reference.log_prob(drawn)[:, 0], atol=1e-5)
    assert code.entropy == pytest.approx(reference.entropy().item(), abs=1e-6)
    mean = torch.randn(20_000, 1)
    assert torch.allclose(code.log_q(drawn, mean), distributions.Normal(mean, 1.0).log_prob(drawn)[:, 0], atol=1e-5)


def test_uniform_code_with_unit_variance_q_has_a_negative_bound():
    """At best log 2 - ½ log 2π, reached by a Q whose mean is the code itself."""
    code = Uniform(-1, 1)
    drawn = code.sample(100)
    best = infotheory.mutual_information_bound(code.log_q(drawn, drawn), code.entropy)
    assert float(best) == pytest.approx(math.log(2) - math.log(2 * math.pi) / 2, abs=1e-6) and float(best) < -0.225


def test_codes_survive_a_round_trip_through_json():
    codes = [Categorical(3), Uniform(0, 2), Normal()]
    assert parse(describe(codes)) == codes


@pytest.mark.parametrize("make", [lambda: Categorical(1), lambda: Uniform(1, 1), lambda: InfoGAN([])])
def test_codes_without_information_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()


def test_value_of_the_game_is_that_of_cross_entropy_and_minus_log_4_at_one_half():
    real, fake = torch.randn(50), torch.randn(50)
    d_real, d_fake = real.sigmoid(), fake.sigmoid()
    assert float(gan.value(real, fake)) == pytest.approx(
        float(d_real.log().mean() + (1 - d_fake).log().mean()), rel=1e-5
    )
    assert float(gan.value(torch.zeros(5), torch.zeros(5))) == pytest.approx(-math.log(4))
    assert float(gan.non_saturating_loss(fake)) == pytest.approx(float(-d_fake.log().mean()), rel=1e-5)


@pytest.fixture
def infogan():
    torch.manual_seed(0)
    return InfoGAN([Categorical(5), Uniform(-1, 1), Normal()], noise_dim=6, width=0.0625, weight=0.7)


def test_infogan_losses_are_the_papers(infogan, images):
    torch.manual_seed(1)
    draw = infogan.draw(images)
    discriminator, generator = infogan.discriminator_loss(draw), infogan.generator_loss(draw)
    with torch.no_grad():
        real, _ = infogan.discriminator(images)
        fake, q = infogan.discriminator(draw.fake)
        bounds = [
            math.log(5) + distributions.Categorical(logits=q[:, :5]).log_prob(draw.codes[0].argmax(1)).mean(),
            math.log(2) + distributions.Normal(q[:, 5:6], 1.0).log_prob(draw.codes[1]).mean(),
            distributions.Normal(0.0, 1.0).entropy()
            + distributions.Normal(q[:, 6:], 1.0).log_prob(draw.codes[2]).mean(),
        ]
        value = real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean()
    discriminator, generator = (
        {name: term.item() for name, term in terms.items()} for terms in (discriminator, generator)
    )
    adversarial, information = -fake.sigmoid().log().mean().item(), sum(bounds).item()
    assert [generator[f"L_I[{i}]"] for i in range(3)] == pytest.approx([bound.item() for bound in bounds], abs=1e-4)
    assert discriminator["V"] == pytest.approx(value.item(), abs=1e-4)
    assert discriminator["loss"] == pytest.approx(-value.item() - 0.7 * information, abs=1e-4)
    assert generator["loss"] == pytest.approx(adversarial - 0.7 * information, abs=1e-4)


def test_a_q_that_reads_the_code_perfectly_reaches_log_n(infogan):
    """With a second softmax inside the cross-entropy, no logits could: log Q would stay below about -1."""
    codes = [code.sample(64) for code in infogan.codes]
    parameters = torch.cat([1e3 * codes[0], codes[1], codes[2]], dim=1)
    assert float(infogan.information(codes, parameters)["L_I[0]"]) == pytest.approx(math.log(5), abs=1e-5)


def test_discriminator_and_generator_share_one_draw_and_no_parameters(infogan, images):
    discriminator, generator = infogan.players()
    assert not {id(p) for p in discriminator.parameters} & {id(p) for p in generator.parameters}
    assert len(discriminator.parameters) + len(generator.parameters) == len(list(infogan.parameters()))
    infogan.discriminator_loss(infogan.draw(images))["loss"].backward()
    assert all(parameter.grad is None for parameter in infogan.generator.parameters())


def test_generated_images_and_readings_have_their_shapes(infogan):
    images = infogan.generate(torch.randn(7, 6), infogan.sample_codes(7))
    assert images.shape == (7, 1, 28, 28) and images.min() >= 0 and images.max() <= 1
    assert [tuple(parameters.shape) for parameters in infogan.recognise(images)] == [(7, 5), (7, 1), (7, 1)]


@pytest.mark.parametrize("keywords", [{"noise_dim": -1}, {"weight": -1.0}, {"width": 0.0}])
def test_infogan_refuses_impossible_settings(keywords):
    with pytest.raises(ValueError, match="expected"):
        InfoGAN(**keywords)


def test_learned_decoder_variance_finds_the_mean_squared_error():
    """With everything else fixed, the best σ² is |x - x̂|² / d: exercise 1 of lecture 4."""
    torch.manual_seed(0)
    vae = VAE(2, hidden=8, likelihood="gaussian", learn_variance=True)
    x, z = torch.rand(64, 1, 28, 28), torch.randn(64, 2)
    optimizer = torch.optim.Adam([vae.log_decoder_variance], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        (-vae.log_likelihood(x, z).mean()).backward()
        optimizer.step()
    best = ((x - vae.decode(z)) ** 2).mean()
    assert vae.log_decoder_variance.exp().item() == pytest.approx(best.item(), rel=1e-3)


def test_importance_weighted_bound_rises_from_the_elbo_to_the_log_evidence(images):
    """With one latent, a grid computes log p(x)."""
    torch.manual_seed(0)
    vae = VAE(1, hidden=8)
    x = images[:1]
    grid = torch.linspace(-8, 8, 4001)[:, None]
    with torch.no_grad():
        prior = distributions.Normal(0, 1).log_prob(grid)[:, 0]
        log_joint = vae.log_likelihood(x.expand(len(grid), -1, -1, -1), grid) + prior
        log_evidence = log_joint.double().logsumexp(0).item() + math.log(16 / 4000)
        many = x.expand(1000, -1, -1, -1)
        one, ten = (vae.importance_weighted_bound(many, k).mean().item() for k in (1, 10))
        elbo = -sum(vae.loss(many)["loss"].item() for _ in range(10)) / 10
    assert one == pytest.approx(elbo, abs=0.05) and one < ten < log_evidence
    assert vae.importance_weighted_bound(x, 20_000).item() == pytest.approx(log_evidence, abs=0.02)


def test_beta_weighs_the_kl_and_capacity_pulls_it_to_a_target(images):
    def terms(**keywords):
        torch.manual_seed(0)
        model = BetaVAE(3, hidden=20, **keywords)
        model.at_step(25)
        torch.manual_seed(1)
        return {name: value.item() for name, value in model.loss(images).items()}

    plain, weighted = terms(beta=1), terms(beta=6)
    assert plain["loss"] == pytest.approx(plain["reconstruction"] + plain["kl"], rel=1e-6)
    assert weighted["loss"] == pytest.approx(plain["reconstruction"] + 6 * plain["kl"], rel=1e-6)
    held = terms(capacity=8.0, capacity_steps=100, gamma=50.0)
    assert held["loss"] == pytest.approx(plain["reconstruction"] + 50 * abs(plain["kl"] - 8 * 25 / 100), rel=1e-6)
    assert terms(capacity=8.0, capacity_steps=10, gamma=50.0)["loss"] == pytest.approx(
        plain["reconstruction"] + 50 * abs(plain["kl"] - 8), rel=1e-6
    )


@pytest.mark.parametrize(
    "network, size, n_parameters",
    # counted by hand from the papers' tables: kernels × channels + biases, dense layers likewise
    [
        (
            "conv",
            64,
            544 + 16_416 + 8_256 + 16_448 + 262_400 + 5_140 + 2_816 + 263_168 + 65_600 + 32_800 + 16_416 + 513,
        ),
        ("burgess", 64, 544 + 3 * 16_416 + 131_328 + 65_792 + 5_140 + 2_816 + 65_792 + 131_584 + 3 * 16_416 + 513),
    ],
)
def test_networks_are_the_papers(network, size, n_parameters):
    vae = VAE(10, network=network, size=size)
    assert sum(p.numel() for net in (vae.encoder, vae.decoder) for p in net.parameters()) == n_parameters
    mean, log_variance = vae.encode(torch.zeros(2, 1, size, size))
    assert mean.shape == log_variance.shape == (2, 10)
    assert vae.decode(mean).shape == (2, 1, size, size)


@pytest.mark.parametrize(
    "keywords",
    [{"beta": -1.0}, {"gamma": -1.0}, {"capacity": -1.0}, {"capacity": 1.0, "capacity_steps": 0}, {"latent_dim": 0},
     {"network": "conv", "size": 48}, {"network": "resnet"}, {"channels": 2}, {"size": 0}, {"size": 64.0}],
)  # fmt: skip
def test_beta_vae_refuses_impossible_settings(keywords):
    with pytest.raises(ValueError, match="expected"):
        BetaVAE(**{"latent_dim": 2} | keywords)


def test_images_that_a_vae_cannot_take_are_refused_before_training(images, device):
    vae = VAE(2, hidden=8)
    with pytest.raises(ValueError, match=r"shape \(16, 1, 14, 14\), expected \[n, 1, 28, 28\]"):
        train(vae, images[:, :, ::2, ::2], steps=1, batch_size=16, device=device)
    with pytest.raises(ValueError, match="pixels from 0 to 255 in image 0, expected 0 to 1: divide by 255"):
        train(vae, 255 * images, steps=1, batch_size=16, device=device)
    with pytest.warns(UserWarning, match="Bernoulli likelihood is one of binary data only"):
        train(vae, images / 2, steps=1, batch_size=16, device=device)
    train(VAE(2, hidden=8, likelihood="gaussian"), images / 2, steps=1, batch_size=16, device=device)


def test_bfloat16_training_stays_close_to_float32_and_returns_float32(images, device):
    def losses(precision):
        torch.manual_seed(0)
        vae = VAE(4, network="conv", size=32)
        history = train(
            vae, images.repeat(1, 1, 2, 2)[:, :, :32, :32], steps=20, batch_size=16, device=device, precision=precision
        )
        assert all(parameter.dtype == torch.float32 for parameter in vae.parameters())
        return history["loss"]

    assert losses("bf16") == pytest.approx(losses("float32"), rel=0.02)


@pytest.fixture(scope="module")
def linear(device):
    """Data of three latents in six dimensions, its probabilistic PCA, and a linear VAE trained on it."""
    torch.manual_seed(0)
    x = torch.randn(500, 3) @ torch.tensor([[2.0, 0, 1, 0, 0, 1], [0, 1, 0, 1, 0, 0], [0.5, 0, 0, 0, 0.5, -1]])
    x = (x + 0.5 * torch.randn(500, 6) + 1).to(device)
    vae = LinearVAE(6, 3, learning_rate=0.03, half_life=800)
    vae.batch_size = 500
    train(vae, x, steps=3000, device=device)
    return x, ppca(x, 3), vae


def test_linear_vae_reaches_the_optimum_of_probabilistic_pca(linear):
    x, optimum, vae = linear
    reference = PCA(3).fit(x.cpu().numpy())  # scikit-learn's own probabilistic PCA
    assert optimum.log_evidence(x).mean().item() == pytest.approx(reference.score(x.cpu().numpy()), abs=2e-3)
    assert vae.log_evidence(x).mean().item() == pytest.approx(optimum.log_evidence(x).mean().item(), abs=0.02)
    assert vae.covariance().cpu().numpy() == pytest.approx(
        (optimum.weight @ optimum.weight.T + optimum.variance * torch.eye(6, device=x.device)).cpu().numpy(), abs=0.05
    )


def test_linear_vae_elbo_is_tight_and_its_encoder_is_the_posterior(linear):
    x, _, vae = linear
    assert (vae.log_evidence(x) - vae.elbo(x)).mean().item() == pytest.approx(0, abs=0.02)
    mean, log_variance = vae.encode(x)
    true_mean, true_covariance = vae.posterior(x)
    assert mean.detach().cpu().numpy() == pytest.approx(true_mean.cpu().numpy(), abs=0.15)
    assert log_variance[0].exp().detach().cpu().numpy() == pytest.approx(
        true_covariance.diagonal().cpu().numpy(), abs=0.03
    )
    assert -vae.loss(x)["loss"].item() == pytest.approx(vae.elbo(x).mean().item(), abs=1e-4)


def test_rotating_the_latents_leaves_log_p_of_x_and_loosens_the_elbo(linear):
    x, _, vae = linear
    before = vae.log_evidence(x), vae.elbo(x).mean()
    rotation = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(0)))[0].to(x.device)
    turned = copy.deepcopy(vae)
    with torch.no_grad():
        turned.decoder.weight.copy_(vae.decoder.weight @ rotation)
        turned.encoder.weight.copy_(rotation.T @ vae.encoder.weight)
        turned.encoder.bias.copy_(rotation.T @ vae.encoder.bias)
    assert turned.log_evidence(x).cpu().numpy() == pytest.approx(before[0].cpu().numpy(), abs=1e-3)
    assert turned.elbo(x).mean() < before[1] - 0.02  # a diagonal q fits only one of the rotations


def test_ppca_of_digits_agrees_with_the_mean_log_evidence_of_its_closed_form(device):
    """Most pixels at the edges are constant: in single precision their covariance has no eigenvalues."""
    x = load_mnist().train_images[:100].flatten(1)
    fit = ppca(x.to(device), 2)
    values = np.linalg.eigvalsh(np.cov(x.double().numpy().T, bias=True))[::-1]
    d, variance = x.shape[1], values[2:].mean()
    expected = -(d * np.log(2 * np.pi) + np.log(values[:2]).sum() + (d - 2) * np.log(variance) + d) / 2
    assert fit.weight.dtype == x.dtype and fit.variance.item() == pytest.approx(variance, rel=1e-5)
    assert fit.log_evidence(x.to(device)).mean().item() == pytest.approx(expected, rel=1e-3)
    with pytest.raises(ValueError, match="NaN or infinite"):
        ppca(x / 0, 2)


def test_ppca_refuses_what_leaves_no_noise():
    with pytest.raises(ValueError, match="0 < latents < d"):
        ppca(torch.zeros(5, 3), 3)
