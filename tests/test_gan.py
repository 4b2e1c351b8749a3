"""The games, term by term: against closed forms, quadrature, torch.distributions, scipy, or a literal loop."""

import math
import warnings

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.ndimage import affine_transform
from scipy.stats import norm
from torch import distributions, nn
from torch.nn import functional as F

import infotheory
from models import GAN, Categorical, ConditionalGAN, History, InfoGAN, LabelledImages, Normal, Uniform, gan, train
from models.adversarial import WON
from models.codes import describe, parse
from models.data.augment import GridSample, random_affine
from models.model import Model, Player
from models.training.step import adam, train_step

SMALL = dict(noise_dim=4, width=0.0625)
KINDS = [GAN, ConditionalGAN, InfoGAN]
LABELS = torch.arange(16) % 10


@pytest.fixture
def images():
    return torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def make(kind, **settings):
    torch.manual_seed(0)
    return kind(**SMALL | settings)


def batch_for(model, images):
    return (images, LABELS) if isinstance(model, ConditionalGAN) else images


def test_value_at_the_optimal_discriminator_is_twice_the_jensen_shannon_divergence_minus_log_4():
    """Two Gaussians; their divergence by quadrature."""
    p, q = norm(0, 1), norm(1.5, 0.7)

    def integrand(x):
        m = (p.pdf(x) + q.pdf(x)) / 2
        return (p.pdf(x) * math.log(p.pdf(x) / m) + q.pdf(x) * math.log(q.pdf(x) / m)) / 2

    divergence = quad(integrand, -8, 8)[0]
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 1, 400_000), rng.normal(1.5, 0.7, 400_000)
    logits = [torch.from_numpy(p.logpdf(x) - q.logpdf(x)) for x in (real, fake)]
    assert float(gan.value(*logits)) == pytest.approx(2 * divergence - math.log(4), abs=5e-3)


def test_generator_losses_are_their_logarithms_and_only_one_keeps_a_gradient_where_d_is_sure():
    logits = torch.linspace(-4, 4, 9, dtype=torch.double, requires_grad=True)
    d = logits.detach().sigmoid()
    for loss, expected, slope in (
        (gan.minimax_loss, (1 - d).log().mean(), -d / 9),
        (gan.non_saturating_loss, -d.log().mean(), -(1 - d) / 9),
    ):
        value = loss(logits)
        assert value.item() == pytest.approx(expected.item())
        assert torch.allclose(torch.autograd.grad(value, logits)[0], slope)


@pytest.mark.parametrize("adversarial", ["minimax", "non-saturating"])
@pytest.mark.parametrize("kind", KINDS)
def test_losses_are_the_binary_cross_entropies_of_an_independent_computation(kind, adversarial, images):
    model = make(kind, adversarial=adversarial)
    draw = model.draw(batch_for(model, images))
    discriminator, generator = model.discriminator_loss(draw), model.generator_loss(draw)
    with torch.no_grad():
        d_real, d_fake = (d_by_hand(model, x).sigmoid() for x in (images, draw.fake))
        v = -F.binary_cross_entropy(d_real, torch.ones(16)) - F.binary_cross_entropy(d_fake, torch.zeros(16))
        sign = 1 if adversarial == "non-saturating" else -1
        target = torch.ones(16) if adversarial == "non-saturating" else torch.zeros(16)
        g = sign * F.binary_cross_entropy(d_fake, target)
    information = sum(value.item() for name, value in generator.items() if name.startswith("L_I"))
    assert discriminator["V"].item() == pytest.approx(v.item(), abs=1e-5)
    assert generator["adversarial"].item() == pytest.approx(g.item(), abs=1e-5)
    assert discriminator["loss"].item() == pytest.approx(-v.item() - information, abs=1e-4)
    assert generator["loss"].item() == pytest.approx(g.item() - information, abs=1e-4)


def d_by_hand(model, images):
    """The logit of D for each image, from trunk and last layer, one row at a time; with labels w_y · φ(x) + b_y."""
    if isinstance(model, InfoGAN):
        trunk, last = model.discriminator.trunk, model.discriminator.discriminate
    else:
        trunk, last = model.discriminator
    labels = LABELS if isinstance(model, ConditionalGAN) else torch.zeros(16, dtype=torch.long)
    features = trunk(images)
    return torch.stack([features[i] @ last.weight[y] + last.bias[y] for i, y in enumerate(labels)])


@pytest.mark.parametrize("kind", KINDS)
def test_each_player_moves_its_own_network_and_no_parameter_is_left_out(kind, images):
    model = make(kind)
    discriminator, generator = model.players()
    assert not {*map(id, discriminator.parameters)} & {*map(id, generator.parameters)}
    assert len(discriminator.parameters) + len(generator.parameters) == len(list(model.parameters()))
    model.discriminator_loss(model.draw(batch_for(model, images)))["loss"].backward()
    assert all(parameter.grad is None for parameter in model.generator.parameters())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("settings", [{}, {"normalisation": "spectral", "augmentation": 1.0, "adversarial": "minimax"}])
def test_every_game_trains_from_its_config_and_records_its_terms(kind, settings, images, device):
    model = make(kind, **settings)
    data = LabelledImages(images, LABELS) if kind is ConditionalGAN else images
    history = train(model, data, steps=3, batch_size=8, device=device)
    assert {"V", "adversarial"} < {*history.names} and (history["V"] < 0).all()
    again = kind(**model.config)
    again.load_state_dict(model.state_dict())
    assert again.config == model.config


def test_infogan_discriminator_returns_the_information_that_q_is_trained_on(images):
    model = make(InfoGAN, codes=[Categorical(3), Normal()], weight=0.5)
    draw = model.draw(images)
    discriminator = model.discriminator_loss(draw)
    with torch.no_grad():
        logits, mean = model.recognise(draw.fake)
        expected = [
            math.log(3) + distributions.Categorical(logits=logits).log_prob(draw.codes[0].argmax(1)).mean(),
            distributions.Normal(0.0, 1.0).entropy() + distributions.Normal(mean, 1.0).log_prob(draw.codes[1]).mean(),
        ]
    assert [discriminator[f"L_I[{i}]"].item() for i in range(2)] == pytest.approx(
        [float(x) for x in expected], abs=1e-5
    )
    loss = -discriminator["V"] - 0.5 * (discriminator["L_I[0]"] + discriminator["L_I[1]"])
    assert discriminator["loss"].item() == pytest.approx(loss.item(), abs=1e-6)


def test_conditional_images_follow_the_label_and_share_it_with_the_real_ones(images):
    model = make(ConditionalGAN).eval()
    noise = torch.randn(2, 4)
    same, other = model.generate(noise, torch.tensor([3, 3])), model.generate(noise, torch.tensor([3, 4]))
    assert torch.equal(same[0], other[0]) and not torch.equal(same[1], other[1])
    assert torch.equal(model.draw((images, LABELS)).labels, LABELS)


def test_samples_are_images_of_draws_from_the_priors():
    def same_draws(model, asked, more):
        torch.manual_seed(4)
        made = model.eval().sample(asked)
        torch.manual_seed(4)
        noise = model.draw_noise(2)
        assert made.shape == (2, 1, 28, 28) and not made.requires_grad
        assert torch.equal(made, model.generate(noise, *more(model)))

    labels = torch.tensor([3, 1])
    same_draws(GAN(width=0.0625), 2, lambda model: ())
    same_draws(InfoGAN(width=0.0625), 2, lambda model: (model.sample_codes(2),))
    same_draws(ConditionalGAN(width=0.0625), labels, lambda model: (labels,))


def test_learned_sigma_reaches_the_information_of_a_gaussian_channel():
    """x = c + ε: with Q the posterior, L_I is ½ log(1 + 1/Var ε); with σ = 1 it cannot be."""
    torch.manual_seed(0)
    code, fixed, noise_variance = Normal(learn_sigma=True), Normal(), 0.1
    c = code.sample(200_000)
    mean = (c + math.sqrt(noise_variance) * torch.randn_like(c)) / (1 + noise_variance)
    log_sigma = torch.full_like(mean, math.log(noise_variance / (1 + noise_variance)) / 2)
    parameters = torch.cat([mean, log_sigma], dim=1)
    assert parameters.shape[1] == code.n_parameters == fixed.n_parameters + 1
    assert torch.allclose(
        code.log_q(c, parameters), distributions.Normal(mean, log_sigma.exp()).log_prob(c)[:, 0], atol=1e-5
    )
    bound = infotheory.mutual_information_bound(code.log_q(c, parameters), code.entropy)
    cov = np.array([[1, 1], [1, 1 + noise_variance]])
    assert float(bound) == pytest.approx(float(infotheory.gaussian_mutual_information(cov, 1)), abs=0.01)
    assert float(infotheory.mutual_information_bound(fixed.log_q(c, mean), fixed.entropy)) < float(bound) - 0.5


def test_codes_with_learned_sigma_survive_json_and_older_descriptions_are_read():
    codes = [Categorical(3), Uniform(0, 2, learn_sigma=True), Normal(learn_sigma=True)]
    assert parse(describe(codes)) == codes
    assert parse([["Uniform", -1.0, 1.0], ["Normal"]]) == [Uniform(-1, 1), Normal()]
    assert make(InfoGAN, codes=codes).recognise(torch.rand(2, 1, 28, 28))[1].shape == (2, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_spectral_normalisation_makes_the_largest_singular_value_of_each_layer_one(kind, images):
    model = make(kind, normalisation="spectral")
    trunk = model.discriminator.trunk if kind is InfoGAN else model.discriminator[0]
    with torch.no_grad():
        for _ in range(100):  # one power iteration each
            trunk(images)
    weights = [layer.weight.flatten(1) for layer in trunk if hasattr(layer, "weight")]
    assert len(weights) == 3
    assert [torch.linalg.matrix_norm(w, ord=2).item() for w in weights] == pytest.approx([1, 1, 1], abs=2e-2)


# Augmentation


def test_random_affine_is_scipys_transform_by_rotation_shear_scale_and_shift(images):
    torch.manual_seed(1)
    moved = random_affine(images[:3], strength=1.5)
    torch.manual_seed(1)
    uniform = 1.5 * (2 * torch.rand(6, 3).double().numpy() - 1)
    for image, result, (turn, grow_x, grow_y, lean, right, down) in zip(images, moved, uniform.T, strict=False):
        angle = math.radians(15 * turn)
        rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        matrix = rotation @ np.array([[1, 0.2 * lean], [0, 1]]) @ np.diag(np.exp([0.1 * grow_x, 0.1 * grow_y]))
        matrix, shift = matrix[::-1, ::-1], 28 * 0.07 * np.array([down, right])  # scipy's axes are (y, x)
        offset = 13.5 + shift - matrix @ [13.5, 13.5]
        expected = affine_transform(image[0].double().numpy(), matrix, offset, order=1, mode="grid-constant")
        assert np.abs(result[0].numpy() - expected).max() < 1e-4


def test_random_affine_is_linear_in_the_images_and_nothing_at_strength_zero(images):
    def moved(x):
        torch.manual_seed(2)
        return random_affine(x)

    assert torch.allclose(moved(2 * images + images.flip(0)), 2 * moved(images) + moved(images.flip(0)), atol=1e-5)
    assert random_affine(images, 0) is images
    with pytest.raises(ValueError, match="strength=-1, expected 0 or more"):
        random_affine(images, -1)


@pytest.mark.parametrize("shape", [(16, 1, 28, 28), (3, 2, 5, 9), (2, 3, 1, 4), (1, 1, 64, 64)])
@pytest.mark.parametrize("spread", [0.1, 1.0])  # 1: many places lie outside of the image
def test_the_sampling_with_a_deterministic_backward_is_grid_sample(shape, spread):
    torch.manual_seed(0)
    images, slope = torch.rand(shape, requires_grad=True), torch.randn(shape)
    maps = torch.eye(2, 3) + spread * torch.randn(shape[0], 2, 3)
    grid = F.affine_grid(maps, list(shape), align_corners=False)
    plain = F.grid_sample(images, grid, align_corners=False)
    (expected,) = torch.autograd.grad(plain, images, slope)
    with torch.autocast("cpu", torch.bfloat16):  # where a step of precision "bf16" runs its backward
        sampled = GridSample.apply(images, grid)
        (gradient,) = torch.autograd.grad(sampled, images, slope)
    assert torch.equal(sampled, plain) and gradient.dtype == torch.float32
    assert torch.allclose(gradient, expected, rtol=1e-5, atol=1e-5)


def test_random_affine_on_a_device_is_that_of_the_cpu(images, monkeypatch):
    def moved():
        torch.manual_seed(2)
        result = random_affine(x)
        return result, torch.autograd.grad(result, x, images.flip(0))[0]

    x = images.clone().requires_grad_()
    here, gradient_here = moved()
    monkeypatch.setattr("models.data.augment.DETERMINISTIC", ())
    there, gradient_there = moved()
    assert "GridSampler" in here.grad_fn.name() and "GridSampler" not in there.grad_fn.name()
    assert torch.equal(here, there) and torch.allclose(gradient_here, gradient_there, atol=1e-5)


def test_augmentation_changes_real_and_generated_images_alike(images):
    model = make(GAN, augmentation=1.0)
    torch.manual_seed(3)
    draw = model.draw(images)
    torch.manual_seed(3)
    noise = model.draw_noise(16)
    fake = model.generate(noise)
    real, fake = random_affine(images), random_affine(fake)
    assert torch.equal(draw.real, real) and torch.allclose(draw.fake, fake) and draw.fake.requires_grad


# The loop


def test_in_bfloat16_the_generator_meets_the_discriminator_that_has_just_moved(images):
    """Autocast keeps weights that it has cast; kept over a player's move they would be those of before."""
    model, drawn = make(GAN, discriminator_learning_rate=0.05), []
    players, draw = model.players(), model.draw
    model.draw = lambda batch: drawn.append(draw(batch)) or drawn[-1]
    with torch.autocast("cpu", torch.bfloat16):
        terms = train_step(model, players, {player.name: adam(player) for player in players}, images)
    with torch.autocast("cpu", torch.bfloat16):
        again = model.generator_loss(drawn[0])
    assert terms["adversarial"].item() == again["adversarial"].item()


def test_data_of_images_and_labels_gives_the_rows_asked_for(images):
    data = LabelledImages(images, LABELS)
    rows = torch.tensor([3, 1])
    assert len(data) == 16 and torch.equal(data[rows][0], images[rows]) and data[rows][1].tolist() == [3, 1]
    assert data.to(torch.device("cpu"))[rows][1].tolist() == [3, 1]


class Troubled(Model):
    """A model that sees trouble from step 100 on."""

    batch_size = 2

    def __init__(self):
        super().__init__()
        self.config, self.weight = {}, torch.nn.Parameter(torch.zeros(()))

    def watch(self, history):
        return f"trouble at step {len(history)}, do this" if len(history) >= 100 else None

    def players(self):
        return [Player("only", [self.weight], lambda images: {"loss": self.weight**2}, 1e-3)]


def test_the_loop_warns_once_of_what_a_model_sees(device):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        train(Troubled(), torch.rand(4, 1, 1, 1), steps=300, device=device)
    assert [str(warning.message) for warning in caught] == ["trouble at step 100, do this"]


def test_a_discriminator_wins_outright_when_its_loss_stays_small():
    def wins_outright(losses):
        return History(["loss"], losses[:, None]).median("loss") < WON

    assert wins_outright(np.full(500, 0.01)) and not wins_outright(np.full(499, 0.01))
    assert not wins_outright(np.full(600, 0.1)) and not wins_outright(np.r_[np.full(900, 0.01), np.full(300, 1.0)])
    assert wins_outright(np.r_[np.full(300, 1.0), np.full(500, 0.01)])


def test_the_median_of_a_history_counts_from_a_step_on():
    history = History(["kl"], np.arange(10.0)[:, None])
    assert history.median("kl", steps=3) == 8 and history.median("kl", steps=3, after=7) == 8
    assert math.isnan(history.median("kl", steps=3, after=8)) and math.isnan(history.median("kl"))
    with pytest.raises(KeyError, match="found no term 'tc'"):
        history.median("tc", steps=3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_discriminator_that_wins_is_named_with_what_to_do(kind):
    model = make(kind)
    assert model.watch(History(["V"], np.full((600, 1), -1.2, np.float32))) is None
    with pytest.warns(RuntimeWarning, match=r"wins outright: .* at step 600, .*discriminator_learning_rate"):
        warnings.warn(model.watch(History(["V"], np.full((600, 1), -0.01, np.float32))), RuntimeWarning, stacklevel=1)


def test_a_run_that_collapses_warns_once(device):
    """G stands still and makes grey; the real images are black. D, here a single layer, needs a few steps."""
    model = make(GAN, generator_learning_rate=0.0, discriminator_learning_rate=2e-2)
    model.generator = nn.Sequential(nn.Linear(4, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28)))
    model.discriminator = nn.Sequential(nn.Flatten(), nn.Linear(784, 1))
    with pytest.warns(RuntimeWarning, match="wins outright") as caught:
        train(model, torch.zeros(8, 1, 28, 28), steps=700, batch_size=2, device=device)
    assert len([warning for warning in caught if issubclass(warning.category, RuntimeWarning)]) == 1


# Bad input


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "settings",
    [
        {"noise_dim": -1}, {"width": 0.0}, {"augmentation": -1.0}, {"adversarial": "wasserstein"},
        {"normalisation": "layer"},
    ],
    ids=str,
)  # fmt: skip
def test_impossible_settings_are_refused(kind, settings):
    with pytest.raises(ValueError, match=r"found .*expected"):
        make(kind, **settings)


@pytest.mark.parametrize("codes", [[], [["Categorical", 1]]])
def test_codes_without_information_are_refused(codes):
    with pytest.raises(ValueError, match="expected at least"):
        make(InfoGAN, codes=codes)
    with pytest.raises(ValueError, match="n_labels=1, expected at least 2"):
        make(ConditionalGAN, n_labels=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change, message",
    [
        (lambda x: 255 * x, r"pixels from .*expected 0 to 1: divide by 255"),
        (lambda x: 2 * x - 1, r"expected 0 to 1: use \(x \+ 1\) / 2"),
        (lambda x: x * math.nan, r"pixels from nan to nan in image 0, expected 0 to 1: some are not finite"),
        (lambda x: x[:, :, :14], r"found images of shape \(.*14, 28\), expected \[n, 1, 28, 28\]"),
        (lambda x: x[:1], "expected at least 2"),
    ],
    ids=["bytes", "tanh", "nan", "shape", "one"],
)
def test_images_that_a_game_cannot_take_are_refused_before_training(kind, change, message, images, device):
    model, changed = make(kind), change(images)
    data = LabelledImages(changed, LABELS[: len(changed)]) if kind is ConditionalGAN else changed
    with pytest.raises(ValueError, match=message):
        train(model, data, steps=1, batch_size=min(8, len(changed)), device=device)


def test_labels_out_of_range_missing_or_unasked_for_are_refused(images, device):
    model = make(ConditionalGAN)
    for labels in (LABELS + 1, LABELS - 1):
        with pytest.raises(ValueError, match=r"found labels from .* expected integers in 0 … 9"):
            train(model, LabelledImages(images, labels), steps=3, batch_size=16, device=device)
    with pytest.raises(ValueError, match=r"expected integers in 0 … 9"):
        model.generate(torch.randn(1, 4), torch.tensor([10]))
    with pytest.raises(ValueError, match="found images without labels, expected both: train on LabelledImages"):
        train(model, images, steps=1, batch_size=8, device=device)
    history = train(make(GAN), LabelledImages(images, LABELS), steps=2, batch_size=8, device=device)
    without = train(make(GAN), images, steps=2, batch_size=8, device=device)
    assert np.array_equal(history.values, without.values)  # labels are left out
    for labels in (LABELS[:5], LABELS.float(), LABELS[:, None]):
        with pytest.raises(ValueError, match="expected an integer for each image"):
            LabelledImages(images, labels)
