"""Every device is treated alike: each function gives on a posed device what it gives on the CPU, without a GPU at hand.

The posed device has no float64 and refuses tensors of the CPU; see `posing`.
"""

import numpy as np
import pytest
import torch
from posing import POSED, posing

import infotheory
from models import (
    GAN,
    MNIST,
    VAE,
    ConditionalGAN,
    InfoGAN,
    LinearVAE,
    Sprites,
    binarize,
    decompose,
    load_mnist,
    load_pretrained,
    metrics,
    ppca,
)  # fmt: skip
from models.evaluation import digit_reports, digits, reports
from models.evaluation.digit_classifier import DigitClassifier
from models.evaluation.metrics.encoders import posterior_of
from models.explore import InfoGANExplorer, RotationExplorer
from models.figures import image_grid
from models.linear_vae import PPCA

GENERATOR = torch.Generator().manual_seed(0)
P, Q = (table / table.sum() for table in torch.rand(2, 3, 4, generator=GENERATOR))
THREE = torch.rand(2, 3, 4, generator=GENERATOR)
THREE = THREE / THREE.sum()
SCORES, X = torch.randn(6, 6, generator=GENERATOR), torch.randn(40, 6, generator=GENERATOR)
COVARIANCE = X.T @ X / 40 + torch.eye(6)
LEVELS = torch.randint(0, 3, (200, 3), generator=GENERATOR)
CODES = LEVELS.float() @ torch.randn(3, 4, generator=GENERATOR) + torch.randn(200, 4, generator=GENERATOR)
IMAGES = load_mnist().test_images[:60]
LABELS = load_mnist().test_labels[:60]
BINARY = binarize(IMAGES)
FEW = MNIST(IMAGES, LABELS, IMAGES, LABELS, "60 digits")


def made(make, device):
    """A model with the same weights on every device: they are drawn on the CPU."""
    torch.manual_seed(0)
    return make().eval().requires_grad_(False).to(device)


def infogan(device):
    return made(lambda: InfoGAN(width=0.0625), device)


def classifier(device):
    return made(DigitClassifier, device)


def sprites_vae(device):
    return made(lambda: load_pretrained("beta-vae-dsprites-32-beta-1"), device)


def of_codes(score):
    """A score of codes on the device, with factors on the CPU and then there, too."""
    return lambda device: [score(CODES.to(device), levels) for levels in (LEVELS, LEVELS.to(device))]


INFORMATION = {
    "entropy": lambda d: infotheory.entropy(P.flatten().to(d)),
    "marginal": lambda d: infotheory.marginal(P.to(d)),
    "conditional": lambda d: infotheory.conditional(P.to(d)),
    "joint_entropy": lambda d: infotheory.joint_entropy(P.to(d)),
    "conditional_entropy": lambda d: infotheory.conditional_entropy(P.to(d)),
    "self_information": lambda d: infotheory.self_information(P.flatten().to(d)),
    "mutual_information": lambda d: infotheory.mutual_information(P.to(d)),
    "pointwise": lambda d: infotheory.pointwise_mutual_information(P.to(d)),
    "conditional_mutual_information": lambda d: infotheory.conditional_mutual_information(THREE.to(d)),
    "total_correlation": lambda d: infotheory.total_correlation(THREE.to(d)),
    "co_information": lambda d: infotheory.co_information(THREE.to(d)),
    "evaluate": lambda d: infotheory.evaluate("I(X;Y|Z)", THREE.to(d)),
    "entropy_from_logits": lambda d: infotheory.entropy_from_logits(SCORES.to(d)),
    "kl_divergence": lambda d: infotheory.kl_divergence(P.flatten().to(d), Q.flatten().to(d)),
    "kl_divergence of a list": lambda d: infotheory.kl_divergence(P.flatten().to(d), Q.flatten().tolist()),
    "js_divergence": lambda d: infotheory.js_divergence(P.flatten().to(d), Q.flatten().to(d)),
    "total_variation": lambda d: infotheory.total_variation(P.flatten().to(d), Q.flatten().to(d)),
    "cross_entropy": lambda d: infotheory.cross_entropy(P.flatten().to(d), Q.flatten().to(d)),
    "kl_from_logits": lambda d: infotheory.kl_from_logits(SCORES.to(d), SCORES.flip(0).to(d)),
    "gaussian_entropy": lambda d: infotheory.gaussian_entropy(COVARIANCE.to(d)),
    "gaussian_kl": lambda d: infotheory.gaussian_kl(*(a.to(d) for a in (X[0], COVARIANCE, X[1], 2 * COVARIANCE))),
    "gaussian_mutual_information": lambda d: infotheory.gaussian_mutual_information(COVARIANCE.to(d), 2),
    "diagonal_gaussian_kl": lambda d: infotheory.diagonal_gaussian_kl(X.to(d), X.flip(0).to(d)),
    "infonce_bound": lambda d: infotheory.infonce_bound(SCORES.to(d)),
    "nwj_bound": lambda d: infotheory.nwj_bound(SCORES.to(d)),
    "barber_agakov_bound": lambda d: infotheory.barber_agakov_bound(P.to(d), infotheory.conditional(Q).to(d)),
    "mutual_information_bound": lambda d: infotheory.mutual_information_bound(SCORES[0].to(d), 1.5),
    "elbo": lambda d: infotheory.elbo(P[0].log().to(d), (Q[0] / Q[0].sum()).to(d)),
    "log_evidence": lambda d: infotheory.log_evidence(P[0].log().to(d)),
    "posterior": lambda d: infotheory.posterior(P[0].log().to(d)),
    "empirical_pmf": lambda d: infotheory.empirical_pmf(LEVELS[:, 0].to(d)),
    "empirical_joint": lambda d: infotheory.empirical_joint(LEVELS[:, 0].float().to(d), LEVELS[:, 1].float().to(d)),
    "miller_madow_entropy": lambda d: infotheory.miller_madow_entropy(torch.tensor([3, 4, 1]).to(d)),
}
LINEAR = {
    "LinearVAE": lambda d: linear_quantities(made(lambda: LinearVAE(6, 2), d), X.to(d)),
    "ppca": lambda d: (lambda fit: [*fit, fit.log_evidence(X.to(d))])(ppca(X.to(d), 2)),
    "decompose": lambda d: decompose(CODES.to(d), -CODES.abs().to(d), n_samples=100),
    "decompose in float64": lambda d: decompose(1e5 * CODES.to(d), CODES.to(d), n_samples=100),
    "decompose, log-variances on the CPU": lambda d: decompose(CODES.to(d), CODES, n_samples=100),
}
DIGITS = {
    "read_codes": lambda d: digits.read_codes(infogan(d), IMAGES.to(d)),
    "read_codes of images on the CPU": lambda d: digits.read_codes(infogan(d), IMAGES),
    "confusion": lambda d: digits.confusion(LEVELS[:, 0].to(d), LEVELS[:, 1].to(d)),
    "information_per_code": lambda d: digits.information_per_code(infogan(d), 50),
    "what_codes_move": lambda d: digits.what_codes_move(infogan(d), 50),
    "shapes": lambda d: digits.shapes(IMAGES.to(d)),
    "read_as_asked": lambda d: digits.read_as_asked(
        made(lambda: ConditionalGAN(width=0.0625), d), classifier(d).probabilities, 5
    ),
    "log_inception_score": lambda d: digits.log_inception_score(SCORES.softmax(1).to(d)),
    "probabilities": lambda d: [classifier(d).probabilities(images) for images in (IMAGES, IMAGES.to(d))],
    "accuracy": lambda d: [
        classifier(d).accuracy(images, labels) for images in (IMAGES, IMAGES.to(d)) for labels in (LABELS, LABELS.to(d))
    ],
    "evaluate_infogan": lambda d: digit_reports.evaluate_infogan(infogan(d), FEW),
    "held_out_terms": lambda d: [
        reports.held_out_terms(made(lambda: VAE(2, hidden=8), d), images) for images in (BINARY, BINARY.to(d))
    ],
    "labels on the CPU": lambda d: made(lambda: ConditionalGAN(width=0.0625), d).sample(LABELS),
    "importance_weighted_bound": lambda d: made(lambda: VAE(2, hidden=8), d).importance_weighted_bound(BINARY.to(d), 3),
    "VAE.sample": lambda d: made(lambda: VAE(2, hidden=8), d).sample(3),
    "image_grid": lambda d: image_grid(IMAGES.to(d), 10),
    "InfoGANExplorer": lambda d: infogan_explorer(infogan(d)),
}
TABLE = (
    metrics.mig_per_factor,
    metrics.modularity,
    metrics.active_modularity,
    metrics.sap,
    metrics.explicitness,
    metrics.irs,
)
FEW_POINTS = dict(n_train=20, n_test=10, n_images=200)
SCORED = {
    **{score.__name__: of_codes(score) for score in TABLE},
    "dci": lambda d: metrics.dci(CODES.to(d), LEVELS.to(d), booster="histogram"),
    "continuous_mig": lambda d: metrics.continuous_mig(CODES.to(d), CODES.to(d) / 3, LEVELS.to(d)),
    "beta_vae_score": lambda d: metrics.beta_vae_score(sprites_vae(d), Sprites(32), **FEW_POINTS),
    "factor_vae_score": lambda d: metrics.factor_vae_score(sprites_vae(d), Sprites(32, d), n_variance=50, **FEW_POINTS),
    "factor_vae_score, sprites on the CPU": lambda d: metrics.factor_vae_score(
        sprites_vae(d), Sprites(32, "cpu"), n_variance=50, **FEW_POINTS
    ),
    "data in an array": lambda d: posterior_of(sprites_vae(d), Stored())(LEVELS[:30, :2].numpy() % 2),
    "RotationExplorer": lambda d: RotationExplorer(sprites_vae(d), Sprites(32), n_images=40).curves,
}


class Stored:
    """A data set in an array, which takes no rows on any other device."""

    factor_sizes = (2, 2)
    pixels = np.random.default_rng(0).integers(0, 2, (4, 1, 32, 32)).astype(np.float32)

    def images(self, factors):
        first, second = np.asarray(factors).T
        return self.pixels[2 * first + second]


def linear_quantities(vae, x):
    return [
        *vae.encode(x), vae.log_evidence(x), vae.covariance(), *vae.posterior(x), vae.elbo(x), *vae.loss(x).values()
    ]  # fmt: skip


def infogan_explorer(model):
    explorer = InfoGANExplorer(model)
    first = explorer.png()
    explorer.move(2, [0.5, -0.5], 3, 0.5)
    assert explorer.png() != first
    return [explorer.images, explorer.probabilities, explorer.means]


def numbers(found):
    """All numbers of a result, however nested, as one list of arrays."""
    if isinstance(found, torch.Tensor):
        return [found.detach().cpu().numpy()]
    if isinstance(found, dict):
        return numbers(list(found.values()))
    return [a for part in found for a in numbers(part)] if isinstance(found, list | tuple) else [np.asarray(found)]


def devices_of(found):
    if isinstance(found, torch.Tensor):
        return {found.device.type}
    return set().union(*map(devices_of, found)) if isinstance(found, list | tuple) else set()


@pytest.mark.parametrize(
    "case", [*INFORMATION.items(), *LINEAR.items(), *DIGITS.items(), *SCORED.items()], ids=lambda c: c[0]
)
def test_another_device_gives_the_numbers_of_the_cpu(case):
    name, call = case
    torch.manual_seed(0)
    expected = numbers(call("cpu"))
    with posing() as posed:
        torch.manual_seed(0)
        found = call(posed)
        if name in INFORMATION or name in ("ppca", "LinearVAE"):
            assert devices_of(found) == {posed.type}
        found = numbers(found)
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_the_posed_device_refuses_what_another_device_refuses():
    """Without this the tests above would show nothing."""
    with posing() as posed:
        x = torch.ones(3).to(posed)
        assert x.device == POSED and (x + 1).sum().item() == 6
        with pytest.raises(RuntimeError, match="same device"):
            x + torch.ones(3)
        with pytest.raises(TypeError, match="float64"):
            x.double()
        with pytest.raises(TypeError, match="convert"):
            np.asarray(x)
        with pytest.raises(RuntimeError, match="generator"):
            torch.rand(3, device=posed, generator=torch.Generator())


def test_a_tensor_on_another_device_than_the_models_is_refused_with_both_named():
    vae, fit = LinearVAE(6, 2), ppca(X, 2)
    with posing() as posed:
        for call in (vae.encode, vae.log_evidence, vae.posterior, vae.elbo, fit.log_evidence):
            with pytest.raises(ValueError, match="on lazy:0 and the model on cpu, expected one device"):
                call(X.to(posed))


def test_a_function_whose_network_is_on_another_device_is_refused_with_the_remedy():
    network = torch.nn.Linear(2, 2)
    with posing() as posed:
        network.to(posed)
        for score in (metrics.mig, metrics.beta_vae_score):
            with pytest.raises(
                ValueError, match=r"tensors of the encoder elsewhere, .*give the network itself"
            ) as found:
                score(lambda images: network(torch.as_tensor(images).flatten(1)[:, :2]), Stored())
            assert found.value.__suppress_context__


def test_a_linear_vae_makes_no_tensor_on_the_cpu():
    """On the meta device, which has shapes and no values."""
    vae, x = LinearVAE(6, 2).to("meta"), X.to("meta")
    assert vae.log_evidence(x).shape == (40,) and vae.covariance().device.type == "meta"
    assert [part.device.type for part in vae.posterior(x)] == ["meta"] * 2
    assert PPCA(*(part.to("meta") for part in ppca(X, 2))).log_evidence(x).device.type == "meta"


def test_ppca_of_float64_keeps_float64():
    x = X.double()
    fit = ppca(x, 2)
    covariance = fit.weight @ fit.weight.T + fit.variance * torch.eye(6, dtype=torch.float64)
    expected = torch.distributions.MultivariateNormal(fit.mean, covariance).log_prob(x)
    np.testing.assert_allclose(fit.log_evidence(x), expected, rtol=1e-12)


def test_a_classifier_of_a_report_is_trained_on_the_models_device(monkeypatch):
    """The real digits of a report are read by a classifier on the device of the model."""
    asked = []

    def train_classifier(digits, seed, device):
        asked.append(torch.device(device))
        return classifier(device)

    monkeypatch.setattr(digit_reports, "train_classifier", train_classifier)
    with posing() as posed:
        for make in (GAN, ConditionalGAN):
            digit_reports.evaluate_digits(made(lambda make=make: make(width=0.0625), posed), FEW)
    assert asked == [POSED, POSED]
