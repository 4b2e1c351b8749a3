"""β-TCVAE, DIP-VAE, FactorVAE and the adversarial autoencoder against literal, slow computations and closed forms."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import distributions

from models import (
    DIPVAE,
    VAE,
    AdversarialAutoencoder,
    BetaTCVAE,
    FactorVAE,
    History,
    decompose,
    load_model,
    train,
)
from models.beta_tc_vae import kl_parts, stratified_log_weights
from models.factor_vae import permute

SMALL = dict(hidden=8)


@pytest.fixture
def images():
    return (torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


@pytest.fixture
def posteriors():
    """Six posteriors of two latents, apart enough that the parts of the KL are all well above 0."""
    generator = torch.Generator().manual_seed(1)
    mean = 1.5 * torch.randn(6, 2, generator=generator, dtype=torch.float64)
    mean[:, 1] += mean[:, 0]
    return mean, torch.randn(6, 2, generator=generator, dtype=torch.float64) - 1


def density(z, mean, log_variance):
    """N(z; μ, σ²) of each latent by scipy, for one z and one posterior."""
    return stats.norm.pdf(z, mean, np.exp(np.asarray(log_variance) / 2))


# The decomposition.


def test_parts_of_the_kl_are_those_of_two_dimensional_quadrature(posteriors):
    mean, log_variance = (array.numpy() for array in posteriors)
    grid = np.linspace(-20, 20, 1601)
    cell = (grid[1] - grid[0]) ** 2
    columns = [[density(grid, m[j], v[j]) for m, v in zip(mean, log_variance, strict=True)] for j in (0, 1)]
    given = np.einsum("na,nb->nab", *map(np.array, columns))
    q = given.mean(0)
    q_0, q_1 = q.sum(1) * math.sqrt(cell), q.sum(0) * math.sqrt(cell)
    p = stats.norm.pdf(grid)

    def kl(a, b, weight):
        return (a * (np.log(np.maximum(a, 1e-300)) - np.log(np.maximum(b, 1e-300)))).sum() * weight

    information = np.mean([kl(one, q, cell) for one in given])
    total_correlation = kl(q, np.outer(q_0, q_1), cell)
    dimension_wise = kl(q_0, p, math.sqrt(cell)) + kl(q_1, p, math.sqrt(cell))

    found = decompose(*posteriors, n_samples=40_000)
    for name, expected in (
        ("mutual_information", information),
        ("total_correlation", total_correlation),
        ("dimension_wise_kl", dimension_wise),
    ):
        value, error = found[name]
        assert 0 < error < 0.03 and value == pytest.approx(expected, abs=4 * error), name
    assert found["kl"].value == pytest.approx(information + total_correlation + dimension_wise, abs=1e-3)
    assert total_correlation > 0.2 and 0.5 < information < math.log(6)


def test_error_of_the_decomposition_is_the_scatter_of_its_estimates(posteriors):
    estimates = [decompose(*posteriors, n_samples=200, seed=seed)["total_correlation"] for seed in range(60)]
    scatter = np.std([estimate.value for estimate in estimates])
    assert np.mean([estimate.error for estimate in estimates]) == pytest.approx(scatter, rel=0.3)


def test_parts_sum_to_the_log_ratio_of_posterior_and_prior_at_every_z(posteriors):
    mean, log_variance = posteriors
    z = mean + (log_variance / 2).exp() * torch.randn(6, 2, dtype=torch.float64)
    posterior = distributions.Normal(mean, (log_variance / 2).exp()).log_prob(z).sum(1)
    parts = kl_parts(z, posterior, mean, log_variance, torch.full((1, 6), -math.log(6)))
    assert torch.allclose(sum(parts), posterior - distributions.Normal(0.0, 1.0).log_prob(z).sum(1), atol=1e-12)


def test_decomposition_of_one_posterior_has_no_information_and_of_equal_ones_no_total_correlation():
    mean, log_variance = torch.tensor([[0.3, -1.0]]), torch.tensor([[0.2, -0.5]])
    for repeats in (1, 4):
        found = decompose(mean.repeat(repeats, 1), log_variance.repeat(repeats, 1))
        assert found["mutual_information"].value == pytest.approx(0, abs=1e-5)
        assert found["total_correlation"].value == pytest.approx(0, abs=1e-5)
        assert found["dimension_wise_kl"].value == pytest.approx(found["kl"].value, abs=0.1)


def test_information_of_posteriors_far_apart_is_log_n():
    mean = torch.arange(8.0)[:, None] * torch.tensor([50.0, 0.0])
    value, error = decompose(mean, torch.zeros(8, 2))["mutual_information"]
    assert value == pytest.approx(math.log(8), abs=1e-4) and error < 1e-4


@pytest.mark.parametrize("n_samples, shapes", [(1, [(4, 2), (4, 2)]), (5, [(4, 2), (4, 3)]), (5, [(0, 2), (0, 2)])])
def test_decomposition_refuses_what_it_cannot_average(n_samples, shapes):
    with pytest.raises(ValueError, match="expected two of one shape"):
        decompose(*map(torch.zeros, shapes), n_samples=n_samples)


# β-TCVAE.


def test_stratified_estimate_of_the_aggregate_posterior_is_unbiased(posteriors):
    """Over all batches that hold the z's own example first, the weighted mixture averages to q(z), by enumeration."""
    mean, log_variance = (array.numpy() for array in posteriors)
    z = np.array([0.4, -0.2])
    given = np.array([density(z, m, v).prod() for m, v in zip(mean, log_variance, strict=True)])
    weights = stratified_log_weights(4, 6).exp().numpy()
    assert np.allclose(weights.sum(1), 1)
    for i in range(6):
        others = [n for n in range(6) if n != i]
        estimates = [weights[0] @ given[[i, *batch]] for batch in itertools.permutations(others, 3)]
        assert np.mean(estimates) == pytest.approx(given.mean(), abs=1e-12)


def test_stratified_weights_put_one_over_n_on_the_diagonal():
    weights = stratified_log_weights(5, 100).exp()
    assert torch.allclose(weights.diagonal(), torch.full((5,), 0.01, dtype=torch.float64))
    off = weights[~torch.eye(5, dtype=bool)].view(5, 4).sort(dim=1).values
    assert torch.allclose(off, torch.tensor([[96 / 400, 0.25, 0.25, 0.25]], dtype=torch.float64))


def test_beta_tc_vae_terms_are_the_papers_in_a_literal_loop(images):
    torch.manual_seed(0)
    model = BetaTCVAE(3, beta=5.0, n_examples=1000, **SMALL)
    with torch.no_grad():
        model.encoder[-1].weight *= 10
        model.encoder[-1].bias[3:] = -3.0
    torch.manual_seed(1)
    terms = {name: value.item() for name, value in model.loss(images).items()}

    torch.manual_seed(1)
    with torch.no_grad():
        mean, log_variance = model.encode(images)
        z = (mean + (log_variance / 2).exp() * torch.randn_like(mean)).double().numpy()
        mean, log_variance = mean.double().numpy(), log_variance.double().numpy()
    n, m = 1000, 15
    information = tc = dimension_wise = 0.0
    for i in range(16):
        joint, marginals = 0.0, np.zeros(3)
        for k in range(16):
            weight = 1 / n if k == i else (n - m) / (n * m) if k == (i + 1) % 16 else 1 / m
            each = density(z[i], mean[k], log_variance[k])
            joint, marginals = joint + weight * each.prod(), marginals + weight * each
        own = np.log(density(z[i], mean[i], log_variance[i]).prod())
        information += (own - np.log(joint)) / 16
        tc += (np.log(joint) - np.log(marginals).sum()) / 16
        dimension_wise += (np.log(marginals).sum() - np.log(stats.norm.pdf(z[i])).sum()) / 16
    expected = {"information": information, "tc": tc, "dimension-wise kl": dimension_wise}
    assert {name: terms[name] for name in expected} == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert terms["loss"] == pytest.approx(terms["reconstruction"] + information + 5 * tc + dimension_wise, rel=1e-5)
    assert abs(tc) > 0.05


def test_weighted_sampling_is_the_papers_up_to_a_constant(images):
    """log q(z) ≈ log 1/(N M) Σ_m q(z|x_m): the same gradients, and terms that differ by multiples of log N."""
    torch.manual_seed(0)
    model = BetaTCVAE(3, beta=5.0, sampling="weighted", **SMALL)
    mean, log_variance = model.encode(images)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    penalty, terms = model.regulariser(None, mean, log_variance, z)
    q = distributions.Normal(mean, (log_variance / 2).exp())
    given = q.log_prob(z[:, None])  # [i, m, d]
    log_n_m = math.log(1000 * 16)
    log_q, log_marginals = given.sum(2).logsumexp(1) - log_n_m, (given.logsumexp(1) - log_n_m).sum(1)
    expected = {
        "information": (q.log_prob(z).sum(1) - log_q).mean() - math.log(1000),
        "tc": (log_q - log_marginals).mean() - 2 * math.log(1000),
        "dimension-wise kl": (log_marginals - distributions.Normal(0.0, 1.0).log_prob(z).sum(1)).mean()
        + 3 * math.log(1000),
    }
    for name, value in expected.items():
        assert terms[name].item() == pytest.approx(value.item(), abs=1e-4), name
    literal = expected["information"] + 5 * expected["tc"] + expected["dimension-wise kl"]
    parameters = list(model.encoder.parameters())
    for ours, theirs in zip(
        torch.autograd.grad(penalty, parameters, retain_graph=True),
        torch.autograd.grad(literal, parameters),
        strict=True,
    ):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_stratified_information_runs_away_to_log_n_where_weighted_stops_at_log_m():
    """Posteriors far apart, so that I is at least log M: the one estimates log N, the other log M."""
    mean, log_variance = 100 * torch.randn(16, 2, generator=torch.Generator().manual_seed(0)), torch.zeros(16, 2)
    posterior = distributions.Normal(mean, 1.0).log_prob(mean).sum(1)
    found = {}
    for sampling in ("stratified", "weighted"):
        model = BetaTCVAE(2, sampling=sampling, n_examples=100_000, **SMALL)
        parts = kl_parts(mean, posterior, mean, log_variance, model.log_weights(16))
        found[sampling] = [part.mean().item() for part in parts]
    assert found["stratified"][0] == pytest.approx(math.log(100_000), abs=0.1) and found["stratified"][1] > 0
    assert found["weighted"][0] == pytest.approx(math.log(16), abs=0.1) and found["weighted"][1] > 0


def test_annealed_beta_tc_vae_keeps_the_proportions_of_its_parts(images):
    torch.manual_seed(0)
    model = BetaTCVAE(3, beta=5.0, sampling="weighted", kl_start=10.0, kl_steps=100, **SMALL)
    mean, log_variance = model.encode(images)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    kl = torch.tensor(2.0)
    own, terms = model.regulariser(kl, mean, log_variance, z)
    model.at_step(0)
    dear, _ = model.regulariser(kl, mean, log_variance, z)
    assert (dear - own).item() == pytest.approx(9 * 4 * terms["tc"].item(), rel=1e-4)


def test_beta_tc_vae_with_weight_one_has_the_kl_of_one_sample(images):
    """With β = 1 the mixture cancels: log q(z|x) - log p(z), whatever the batch."""
    torch.manual_seed(0)
    model = BetaTCVAE(3, beta=1.0, n_examples=60_000, **SMALL)
    mean, log_variance = model.encode(images)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    penalty, _ = model.regulariser(None, mean, log_variance, z)
    q, p = distributions.Normal(mean, (log_variance / 2).exp()), distributions.Normal(0.0, 1.0)
    assert penalty.item() == pytest.approx((q.log_prob(z) - p.log_prob(z)).sum(1).mean().item(), abs=1e-4)


# DIP-VAE.


@pytest.mark.parametrize("kind", ["I", "II"])
def test_dip_vae_penalties_are_the_papers_in_a_literal_loop(images, kind):
    torch.manual_seed(0)
    model = DIPVAE(3, kind=kind, off_diagonal=2.0, **SMALL)
    with torch.no_grad():
        model.encoder[-1].weight *= 10
    terms = {name: value.item() for name, value in model.loss(images).items()}
    with torch.no_grad():
        mean, log_variance = (array.double().numpy() for array in model.encode(images))
    covariance = np.zeros((3, 3))
    for i, j in itertools.product(range(3), repeat=2):
        for x in range(16):
            covariance[i, j] += (mean[x, i] - mean[:, i].mean()) * (mean[x, j] - mean[:, j].mean()) / 15
            if kind == "II" and i == j:
                covariance[i, i] += np.exp(log_variance[x, i]) / 16
    off = sum(covariance[i, j] ** 2 for i in range(3) for j in range(3) if i != j)
    on = sum((covariance[i, i] - 1) ** 2 for i in range(3))
    assert terms["off-diagonal"] == pytest.approx(off, rel=1e-4) and terms["diagonal"] == pytest.approx(on, rel=1e-4)
    weight = 20.0 if kind == "I" else 2.0
    assert terms["loss"] == pytest.approx(terms["reconstruction"] + terms["kl"] + 2 * off + weight * on, rel=1e-5)
    assert off > 1e-3


def test_covariance_of_kind_two_is_that_of_z_under_the_aggregate_posterior():
    torch.manual_seed(0)
    mean, log_variance = torch.randn(200, 2), torch.randn(200, 2)
    mean[:, 1] += mean[:, 0]
    model = DIPVAE(2, kind="II", **SMALL)
    z = mean + (log_variance / 2).exp() * torch.randn(2000, 200, 2)
    expected = np.cov(z.reshape(-1, 2).numpy().T)
    assert np.allclose(model.covariance(mean, log_variance), expected, atol=0.05)
    assert np.allclose(DIPVAE(2, kind="I", **SMALL).covariance(mean, log_variance), np.cov(mean.T), atol=1e-5)


# FactorVAE.


def test_permute_keeps_the_marginals_and_breaks_the_dependence():
    torch.manual_seed(0)
    z = torch.randn(5000, 1).repeat(1, 3)
    permuted = permute(z)
    assert torch.equal(permuted.sort(dim=0).values, z.sort(dim=0).values)
    assert np.abs(np.corrcoef(permuted.T) - np.eye(3)).max() < 0.05
    assert np.corrcoef(permuted[:, 0], z[:, 0])[0, 1] < 0.05  # none of the columns stays where it was


class Ratio(torch.nn.Module):
    """The best discriminator there is for correlated Gaussian latents: the logit is log q(z) / Π q(z_j)."""

    def __init__(self, covariance):
        super().__init__()
        self.joint = distributions.MultivariateNormal(torch.zeros(len(covariance)), covariance)
        self.marginals = distributions.Normal(0.0, covariance.diagonal().sqrt())

    def forward(self, z):
        return self.joint.log_prob(z) - self.marginals.log_prob(z).sum(1)


def test_total_correlation_of_factor_vae_is_exact_with_the_best_discriminator():
    covariance = torch.tensor([[1.0, 0.8, 0.0], [0.8, 1.0, 0.3], [0.0, 0.3, 2.0]])
    model = FactorVAE(3, gamma=7.0, **SMALL)
    model.discriminator = Ratio(covariance)
    torch.manual_seed(0)
    z = distributions.MultivariateNormal(torch.zeros(3), covariance).sample((200_000,))
    penalty, terms = model.regulariser(torch.tensor(2.0), None, None, z)
    exact = (covariance.diagonal().log().sum() - covariance.logdet()).item() / 2
    assert terms["tc"].item() == pytest.approx(exact, abs=0.01)
    assert penalty.item() == pytest.approx(2 + 7 * terms["tc"].item(), rel=1e-5)


def test_discriminator_of_factor_vae_learns_the_total_correlation_of_gaussian_latents():
    covariance = torch.tensor([[1.0, 0.8], [0.8, 1.0]])
    torch.manual_seed(0)
    q = distributions.MultivariateNormal(torch.zeros(2), covariance)
    model = FactorVAE(2, width=32, **SMALL)
    optimizer = torch.optim.Adam(model.discriminator.parameters(), lr=2e-3)
    for _ in range(1500):
        draw = model_draw(q.sample((512,)), permute(q.sample((512,))))
        optimizer.zero_grad()
        model.discriminator_loss(draw)["loss"].backward()
        optimizer.step()
    tc = model.discriminator(q.sample((20_000,))).mean().item()
    assert tc == pytest.approx(-math.log(1 - 0.64) / 2, abs=0.12)


def model_draw(latents, permuted):
    from models.factor_vae import PosteriorAndPermuted

    return PosteriorAndPermuted(None, None, None, latents, permuted)


def test_factor_vae_losses_are_the_papers(images):
    torch.manual_seed(0)
    model = FactorVAE(3, gamma=6.0, width=16, **SMALL)
    torch.manual_seed(1)
    draw = model.draw(images)
    vae, discriminator = model.vae_loss(draw), model.discriminator_loss(draw)
    assert len(draw.images) == len(draw.permuted) == 8 and torch.equal(draw.images, images[:8])
    second_mean, second_log_variance = model.encode(images[8:])
    spread = (second_log_variance / 2).exp().max().item()
    assert (draw.permuted - second_mean.mean(0)).abs().max() < 6 * spread + second_mean.abs().max()

    d_real, d_fake = model.discriminator(draw.latents).sigmoid(), model.discriminator(draw.permuted).sigmoid()
    tc = (d_real.log() - (1 - d_real).log()).mean()
    assert vae["tc"].item() == pytest.approx(tc.item(), abs=1e-5)
    expected = vae["reconstruction"] + vae["kl"] + 6 * tc
    assert vae["loss"].item() == pytest.approx(expected.item(), rel=1e-5)
    assert discriminator["loss"].item() == pytest.approx(
        -(d_real.log().mean() + (1 - d_fake).log().mean()).item() / 2, rel=1e-5
    )


def test_second_batch_of_factor_vae_is_not_the_one_it_reconstructs(images):
    """Change the second half: the vae's loss stays, the discriminator's moves."""
    torch.manual_seed(0)
    model = FactorVAE(3, width=16, **SMALL)
    with torch.no_grad():
        model.encoder[-1].weight *= 20
    found = []
    for batch in (images, torch.cat([images[:8], 1 - images[8:]])):
        torch.manual_seed(1)
        draw = model.draw(batch)
        found.append((model.objective(*draw[:4])["loss"].item(), model.discriminator_loss(draw)["loss"].item()))
    (loss, discriminator), (same, other) = found
    assert loss == same and discriminator != other


# The adversarial autoencoder.


def test_adversarial_autoencoder_losses_are_the_papers(images):
    torch.manual_seed(0)
    model = AdversarialAutoencoder(3, width=16, **SMALL)
    torch.manual_seed(1)
    draw = model.draw(images)
    found = [player.loss(draw) for player in model.players()]
    mean, log_variance = model.encode(images)
    z = mean + (log_variance / 2).exp() * draw.noise
    reconstruction = -distributions.Bernoulli(logits=model.decoder(z)).log_prob(images).sum() / 16
    d_prior, d_posterior = model.discriminator(draw.prior).sigmoid(), model.discriminator(z).sigmoid()
    assert found[0]["loss"].item() == pytest.approx(reconstruction.item(), rel=1e-5)
    assert found[1]["loss"].item() == pytest.approx(
        -(d_prior.log().mean() + (1 - d_posterior).log().mean()).item(), rel=1e-5
    )
    assert found[2]["loss"].item() == pytest.approx(-d_posterior.log().mean().item(), rel=1e-5)


def test_adversarial_autoencoder_brings_the_aggregate_posterior_to_the_prior(device):
    """From means of 4 and no reconstruction to speak of, the game alone moves q(z) to N(0, 1)."""
    torch.manual_seed(0)
    blank = torch.zeros(128, 1, 28, 28)
    model = AdversarialAutoencoder(
        1, width=32, hidden=8, discriminator_learning_rate=3e-3, adversarial_learning_rate=3e-3, learning_rate=1e-6
    )
    with torch.no_grad():
        model.encoder[-1].bias[0] = 4.0
    train(model, blank, steps=600, device=device)
    mean, log_variance = model.encode(blank)
    assert mean.mean().item() == pytest.approx(0, abs=0.5)
    assert (log_variance / 2).exp().mean().item() == pytest.approx(1, abs=0.5)


# All of them.

MODELS = {
    "BetaTCVAE": lambda: BetaTCVAE(2, n_examples=32, **SMALL),
    "BetaTCVAE weighted": lambda: BetaTCVAE(2, sampling="weighted", **SMALL),
    "DIPVAE I": lambda: DIPVAE(2, kind="I", **SMALL),
    "DIPVAE II": lambda: DIPVAE(2, kind="II", **SMALL),
    "FactorVAE": lambda: FactorVAE(2, width=8, **SMALL),
    "AdversarialAutoencoder": lambda: AdversarialAutoencoder(2, width=8, **SMALL),
}


@pytest.mark.parametrize("name", ["FactorVAE", "AdversarialAutoencoder"])
def test_each_player_moves_its_own_parameters_and_every_parameter_has_a_player(images, name):
    torch.manual_seed(0)
    model = MODELS[name]()
    moved = set()
    for player in model.players():
        own, of_discriminator = set(map(id, player.parameters)), set(map(id, model.discriminator.parameters()))
        gradients = torch.autograd.grad(player.loss(model.draw(images))["loss"], player.parameters, allow_unused=True)
        assert all(gradient is not None for gradient in gradients), player.name
        moved |= own
        assert (
            own == of_discriminator
            if player.name in ("discriminator", "discriminator")
            else own.isdisjoint(of_discriminator)
        )
    trainable = {id(parameter) for parameter in model.parameters() if parameter.requires_grad}
    assert moved == trainable


@pytest.mark.parametrize("name", MODELS)
def test_model_trains_through_the_one_loop_resumes_and_is_rebuilt_from_its_file(images, tmp_path, name, device):
    data = images.repeat(2, 1, 1, 1)
    whole, parts = [], []
    for steps, path, into in ((6, tmp_path / "a", whole), (3, tmp_path / "b", parts), (6, tmp_path / "b", parts)):
        torch.manual_seed(0)
        model = MODELS[name]()
        into.append((model, train(model, data, steps=steps, batch_size=8, checkpoint=path, device=device)))
    (model, history), (resumed, resumed_history) = whole[-1], parts[-1]
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), resumed.parameters(), strict=True))
    assert np.array_equal(history.values, resumed_history.values) and np.isfinite(history.values).all()
    again = load_model(tmp_path / "a")
    assert type(again) is type(model) and again.config == model.config
    assert torch.equal(again.encode(images)[0], model.cpu().encode(images)[0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: FactorVAE(gamma=-1),
        lambda: FactorVAE(width=0),
        lambda: FactorVAE(kl_start=0.5),
        lambda: VAE(kl_steps=0),
        lambda: DIPVAE(off_diagonal=-1),
        lambda: DIPVAE(diagonal=-1),
        lambda: DIPVAE(kind="III"),
        lambda: BetaTCVAE(beta=-1, n_examples=10),
        lambda: BetaTCVAE(n_examples=1),
        lambda: BetaTCVAE(sampling="uniform"),
        lambda: AdversarialAutoencoder(width=0),
        lambda: AdversarialAutoencoder(adversarial_learning_rate=0.0),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()


@pytest.mark.parametrize(
    "name, batch_size",
    [("BetaTCVAE", 1), ("BetaTCVAE weighted", 1), ("DIPVAE I", 1), ("FactorVAE", 2), ("FactorVAE", 5)],
)
def test_batches_too_small_are_refused_before_training(images, name, batch_size, device):
    model = MODELS[name]()
    before = [parameter.clone() for parameter in model.parameters()]
    images = images.repeat(2, 1, 1, 1)
    with pytest.raises(ValueError, match=f"found a batch of {batch_size}"):
        train(model, images, steps=1, batch_size=batch_size, device=device)
    assert all(torch.equal(a, b.cpu()) for a, b in zip(before, model.parameters(), strict=True))


@pytest.mark.parametrize("name", ["FactorVAE", "AdversarialAutoencoder"])
def test_a_player_that_becomes_nan_stops_the_run_with_its_name(images, name, device):
    model = MODELS[name]()
    with torch.no_grad():
        model.discriminator[-2].weight.fill_(math.nan)
    with pytest.raises(FloatingPointError, match="nan at step 0"):
        train(model, images, steps=3, batch_size=8, device=device)


def test_annealed_kl_starts_dear_and_ends_as_the_models_own_loss(images):
    torch.manual_seed(0)
    model = DIPVAE(2, kl_start=100.0, kl_steps=10, **SMALL)
    weights = []
    for step in (0, 5, 10, 20):
        model.at_step(step)
        torch.manual_seed(1)
        terms = model.loss(images)
        own, _ = model.regulariser(terms["kl"], *model.encode(images), None)
        weights.append(((terms["loss"] - terms["reconstruction"] - own) / terms["kl"]).item())
    assert weights == pytest.approx([99, 9, 0, 0], abs=1e-2)


@pytest.mark.parametrize("name, term", [("FactorVAE", "discriminator loss"), ("AdversarialAutoencoder", "V")])
def test_a_discriminator_that_wins_outright_is_named_with_what_to_do(name, term):
    model = MODELS[name]()
    sign = -1 if term == "V" else 1
    for loss, expected in ((0.01, True), (0.6, False)):
        trouble = model.watch(History([term], np.full((500, 1), sign * loss, np.float32)))
        assert bool(trouble) == expected
        assert not expected or ("wins outright" in trouble and "Try" in trouble)


def test_a_discriminator_that_wins_outright_is_warned_of_during_training(images, device):
    """Latents far from the prior, an encoder that hardly moves, and a discriminator that learns fast."""
    torch.manual_seed(0)
    model = AdversarialAutoencoder(
        2, width=16, discriminator_learning_rate=1e-2, learning_rate=1e-8, adversarial_learning_rate=1e-8, **SMALL
    )
    with torch.no_grad():
        model.encoder[-1].bias[:2] = 8.0
    with pytest.warns(RuntimeWarning, match="discriminator wins outright.*Try a larger adversarial_learning_rate"):
        train(model, images, steps=560, batch_size=8, device=device)


def test_plain_vae_is_each_of_them_with_weight_zero(images):
    """γ = λ = 0, and β = 1 up to the sample of the KL: the loss is -ELBO."""
    torch.manual_seed(0)
    plain = VAE(2, **SMALL)
    for model in (FactorVAE(2, gamma=0.0, width=8, **SMALL), DIPVAE(2, off_diagonal=0.0, **SMALL)):
        model.encoder.load_state_dict(plain.encoder.state_dict())
        model.decoder.load_state_dict(plain.decoder.state_dict())
        torch.manual_seed(1)
        expected = plain.loss(images)["loss"].item()
        torch.manual_seed(1)
        assert model.loss(images)["loss"].item() == pytest.approx(expected, rel=1e-6)


# The decomposition of posteriors that are very narrow, very wide, or in other containers.


@pytest.mark.parametrize("log_variance", [-100.0, -300.0, -600.0])
def test_decomposition_of_narrow_posteriors_is_exact(log_variance):
    """Posteriors that do not overlap: I is log N, TC is (d - 1) log N, and the parts sum to the KL in closed form."""
    n, d = 40, 3
    mean = torch.randn(n, d, generator=torch.Generator().manual_seed(0))
    found = decompose(mean, torch.full((n, d), log_variance), n_samples=4000)
    kl = (mean.double().square().sum(1).mean() + d * (math.exp(log_variance) - 1 - log_variance)) / 2
    assert kl.dtype == torch.float64 and found["kl"].value == pytest.approx(kl.item())
    assert found["mutual_information"].value == pytest.approx(math.log(n))
    assert found["total_correlation"].value == pytest.approx((d - 1) * math.log(n))
    parts = sum(found[name].value for name in ("mutual_information", "total_correlation", "dimension_wise_kl"))
    assert parts == pytest.approx(kl.item(), abs=5 * found["dimension_wise_kl"].error)


def test_decomposition_takes_every_float_dtype_and_arrays(posteriors):
    expected = decompose(*posteriors)
    for convert, digits in ((lambda x: x.numpy(), 12), (lambda x: x.float(), 4), (lambda x: x.bfloat16(), 1)):
        found = decompose(*map(convert, posteriors))
        for name, estimate in expected.items():
            assert found[name].value == pytest.approx(estimate.value, abs=10.0**-digits)
    wide = decompose(torch.zeros(5, 2), torch.full((5, 2), 100.0))
    assert all(math.isfinite(number) for estimate in wide.values() for number in estimate)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e4, -1e4])
def test_decomposition_of_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="expected finite means, and log-variances between -600 and 600"):
        decompose(torch.zeros(5, 2), torch.full((5, 2), value))
    with pytest.raises(ValueError, match="found masked"):
        decompose(np.ma.array(np.zeros((5, 2)), mask=np.eye(5, 2)), torch.zeros(5, 2))


def test_the_adversarial_autoencoder_records_the_kl_without_training_on_it(images):
    torch.manual_seed(0)
    model = MODELS["AdversarialAutoencoder"]()
    terms = model.reconstruction_loss(model.draw(images))
    q = distributions.Normal(
        *(part.detach() for part in (model.encode(images)[0], (model.encode(images)[1] / 2).exp()))
    )
    expected = distributions.kl_divergence(q, distributions.Normal(0.0, 1.0)).sum(1).mean()
    assert terms["kl"].item() == pytest.approx(expected.item(), rel=1e-5)
    assert torch.equal(terms["loss"], terms["reconstruction"]) and not terms["kl"].requires_grad
