"""The losses against independent computations: torch.distributions, scikit-learn's words, or a literal loop."""

import math

import pytest
import torch
from torch import distributions

import infotheory
from models import VAE, Categorical, InfoGAN, Normal, Uniform, gan
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
    critic, generator = infogan.critic_loss(draw), infogan.generator_loss(draw)
    with torch.no_grad():
        real, _ = infogan.critic(images)
        fake, q = infogan.critic(draw.fake)
        bounds = [
            math.log(5) + distributions.Categorical(logits=q[:, :5]).log_prob(draw.codes[0].argmax(1)).mean(),
            math.log(2) + distributions.Normal(q[:, 5:6], 1.0).log_prob(draw.codes[1]).mean(),
            distributions.Normal(0.0, 1.0).entropy()
            + distributions.Normal(q[:, 6:], 1.0).log_prob(draw.codes[2]).mean(),
        ]
        value = real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean()
    critic, generator = ({name: term.item() for name, term in terms.items()} for terms in (critic, generator))
    adversarial, information = -fake.sigmoid().log().mean().item(), sum(bounds).item()
    assert [generator[f"L_I[{i}]"] for i in range(3)] == pytest.approx([bound.item() for bound in bounds], abs=1e-4)
    assert critic["V"] == pytest.approx(value.item(), abs=1e-4)
    assert critic["loss"] == pytest.approx(-value.item() - 0.7 * information, abs=1e-4)
    assert generator["loss"] == pytest.approx(adversarial - 0.7 * information, abs=1e-4)


def test_a_q_that_reads_the_code_perfectly_reaches_log_n(infogan):
    """With a second softmax inside the cross-entropy, no logits could: log Q would stay below about -1."""
    codes = [code.sample(64) for code in infogan.codes]
    parameters = torch.cat([1e3 * codes[0], codes[1], codes[2]], dim=1)
    assert float(infogan.information(codes, parameters)["L_I[0]"]) == pytest.approx(math.log(5), abs=1e-5)


def test_critic_and_generator_share_one_draw_and_no_parameters(infogan, images):
    critic, generator = infogan.players()
    assert not {id(p) for p in critic.parameters} & {id(p) for p in generator.parameters}
    assert len(critic.parameters) + len(generator.parameters) == len(list(infogan.parameters()))
    infogan.critic_loss(infogan.draw(images))["loss"].backward()
    assert all(parameter.grad is None for parameter in infogan.generator.parameters())


def test_generated_images_and_readings_have_their_shapes(infogan):
    images = infogan.generate(torch.randn(7, 6), infogan.sample_codes(7))
    assert images.shape == (7, 1, 28, 28) and images.min() >= 0 and images.max() <= 1
    assert [tuple(parameters.shape) for parameters in infogan.recognise(images)] == [(7, 5), (7, 1), (7, 1)]


@pytest.mark.parametrize("keywords", [{"noise_dim": -1}, {"weight": -1.0}, {"width": 0.0}])
def test_infogan_refuses_impossible_settings(keywords):
    with pytest.raises(ValueError, match="expected"):
        InfoGAN(**keywords)
