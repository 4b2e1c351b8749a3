"""Models of a user's own, frozen parts, and runs that go wrong: a sentence each, and what is plain works."""

import warnings

import numpy as np
import pytest
import torch

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
    History,
    InfoGAN,
    LinearVAE,
    Normal,
    Player,
    Uniform,
    load_model,
    train,
)

SMALL = dict(hidden=8)
GAME = dict(noise_dim=4, width=0.0625)


@pytest.fixture
def images():
    return (torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


def own_vae(regulariser):
    class Own(VAE):
        def regulariser(self, kl, mean, log_variance, latents):
            return regulariser(kl)

    return Own(2, **SMALL)


@pytest.mark.parametrize(
    "regulariser, message",
    [
        (lambda kl: kl, "found a Tensor from Own.regulariser, expected a pair"),
        (lambda kl: None, "found a NoneType from Own.regulariser, expected a pair"),
        (lambda kl: [kl, {}], "found a list from Own.regulariser, expected a pair"),
        (lambda kl: (kl, {}, 1), r"found \(Tensor, dict, int\) from Own.regulariser, expected a pair"),
        (lambda kl: (kl, kl), r"found \(Tensor, Tensor\) from .*a scalar tensor .* and a dict of named terms"),
        (
            lambda kl: (2 * kl.item(), {}),
            "found the number .* from Own.regulariser, expected a tensor, .*leave out .item",
        ),
        (lambda kl: (kl, {"loss": kl}), "expected names other than loss, reconstruction and kl"),
        (lambda kl: (kl, {"kl": 2 * kl}), "expected names other than loss, reconstruction and kl"),
        (
            lambda kl: (kl, {"mine": 1.0}),
            r"found 'mine' as a float from the loss of 'vae', expected a tensor: torch.full\(\(\), value, device",
        ),
        (
            lambda kl: (kl, {"mine": torch.tensor(1.0, device="meta")}),
            r"found 'mine' on meta and the loss on \w+.* of 'vae', expected all on one device: torch.full\(\(\), value",
        ),
        (lambda kl: (kl, {"mine": kl.repeat(3)}), r"found 'mine' of shape \(3,\) .*one real number: a mean"),
        (lambda kl: (kl.repeat(3), {}), r"found a tensor of shape \(3,\) from Own.regulariser, expected one number: a"),
        (lambda kl: (kl, {3: kl}), "found a term named 3, a int, from the loss of 'vae', expected a str as its name"),
        (lambda kl: (1j * kl, {}), "complex64 .*expected one real number"),
    ],
)
def test_a_regulariser_that_returns_something_else_is_refused_in_a_sentence(regulariser, message, images, device):
    model = own_vae(regulariser)
    before = [parameter.clone() for parameter in model.parameters()]
    with pytest.raises(ValueError, match=message):
        train(model, images, steps=2, batch_size=8, device=device)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_a_plain_zero_is_no_penalty(images, device):
    history = train(own_vae(lambda kl: (0, {"mine": kl})), images, steps=2, batch_size=8, device=device)
    assert np.array_equal(history["loss"], history["reconstruction"])
    assert np.array_equal(history["mine"], history["kl"])


def own_players(players):
    class Own(VAE):
        def players(self):
            return players(self)

    return Own(2, **SMALL)


def player(model, **changes):
    return Player(**dict(name="a", parameters=list(model.parameters()), loss=model.loss, learning_rate=1e-3) | changes)


@pytest.mark.parametrize(
    "players, message",
    [
        (lambda m: None, "found NoneType from Own.players, expected a list of Player"),
        (lambda m: player(m), "expected a list of Player"),
        (lambda m: [m.loss], "expected a list of Player"),
        (lambda m: [], r"found players \[\], expected one or more, of different names"),
        (lambda m: [player(m), player(m)], "found players .'a', 'a'., expected one or more, of different names"),
        (lambda m: [player(m, name=3)], r"found players \[3\], expected a str as the name of each"),
        (lambda m: [player(m, loss=7)], "found 7 as the loss of the player 'a', expected a function"),
        (
            lambda m: [player(m, learning_rate="x")],
            "found learning_rate of the player 'a'='x', a str, exp",
        ),
        (lambda m: [player(m, parameters=["weight"])], "as parameters of the player 'a', expected tensors"),
        (lambda m: [player(m, parameters=[])], "found no trainable parameter in Own"),
        (
            lambda m: [player(m, loss=lambda x: m.loss(x)["loss"])],
            "found a Tensor from the loss of 'a', expected a dict",
        ),
        (
            lambda m: [player(m, loss=lambda x: {"kl": m.loss(x)["kl"]})],
            'found the terms kl .*one that is named "loss"',
        ),
        (lambda m: [player(m, loss=lambda x: {"loss": x.sum()})], 'found a "loss" without gradient'),
        (lambda m: [player(m, loss=lambda x: {"loss": 3.0})], "found 'loss' as a float"),
    ],
)
def test_players_that_are_none_are_refused_in_a_sentence(players, message, images, device):
    with pytest.raises(ValueError, match=message):
        train(own_players(players), images, steps=2, batch_size=8, device=device)


def test_parameters_may_come_from_a_generator(images, device):
    model = own_players(lambda m: [player(m, parameters=m.parameters())])
    before = model.encoder[1].weight.clone()
    train(model, images, steps=2, batch_size=8, device=device)
    assert not torch.equal(before, model.encoder[1].weight.cpu())


def test_terms_that_come_and_go_are_refused_with_the_step(images, device):
    steps = iter(range(10))
    model = own_players(lambda m: [player(m, loss=lambda x: m.loss(x) | ({"late": x.sum()} if next(steps) else {}))])
    with pytest.raises(ValueError, match=r"'late'. at step 1, expected those before it"):
        train(model, images, steps=3, batch_size=8, device=device)


FROZEN = {  # what is frozen, and the players that then have nothing to move
    "VAE encoder": (lambda: VAE(2, **SMALL), lambda m: m.encoder, ""),
    "BetaTCVAE decoder": (lambda: BetaTCVAE(2, **SMALL), lambda m: m.decoder, ""),
    "AdversarialAutoencoder encoder": (
        lambda: AdversarialAutoencoder(2, width=8, **SMALL),
        lambda m: m.encoder,
        "encoder",
    ),
    "AdversarialAutoencoder D": (
        lambda: AdversarialAutoencoder(2, width=8, **SMALL),
        lambda m: m.discriminator,
        "discriminator",
    ),
    "FactorVAE encoder": (lambda: FactorVAE(2, width=8, **SMALL), lambda m: m.encoder, ""),
    "FactorVAE D": (lambda: FactorVAE(2, width=8, **SMALL), lambda m: m.discriminator, "discriminator"),
    "InfoGAN trunk": (lambda: InfoGAN(**GAME), lambda m: m.discriminator.trunk, ""),
    "InfoGAN G": (lambda: InfoGAN(**GAME), lambda m: m.generator, "G"),
    "GAN D": (lambda: GAN(**GAME), lambda m: m.discriminator, "D"),
    "GAN first layer": (lambda: GAN(**GAME), lambda m: m.discriminator[0][0], ""),
}


@pytest.mark.parametrize("name", FROZEN)
def test_frozen_parts_stay_and_the_rest_trains(name, images, tmp_path, device):
    make, part, idle = FROZEN[name]
    path = tmp_path / "run.safetensors"

    def partly_frozen():
        torch.manual_seed(0)
        model = make()
        part(model).requires_grad_(False)
        return model

    model, resumed = partly_frozen(), partly_frozen()
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = train(model, images, steps=4, batch_size=8, device=device)
    said = [str(warning.message) for warning in caught]
    assert said == (
        [f"the player {idle} has no trainable parameter; its loss is recorded but moves nothing"] if idle else []
    )
    for name, parameter in model.named_parameters():
        assert torch.equal(parameter.cpu(), before[name]) == (not parameter.requires_grad), name
    assert np.isfinite(history.values).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for steps in (2, 4):
            train(resumed, images, steps=steps, batch_size=8, device=device, checkpoint=path)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), resumed.parameters(), strict=True))


def test_a_model_without_trainable_parameters_is_refused(images, device):
    with pytest.raises(ValueError, match="found no trainable parameter in VAE"):
        train(VAE(2, **SMALL).requires_grad_(False), images, steps=1, batch_size=8, device=device)


def test_the_size_of_the_data_is_taken_or_equal(images, tmp_path, device):
    data = images.repeat(2, 1, 1, 1)
    model = BetaTCVAE(2, n_examples=100_000, **SMALL)
    with pytest.raises(ValueError, match="found 32 examples in the data and n_examples=100,000, expected the same"):
        train(model, data, steps=1, batch_size=8, device=device)
    with pytest.raises(ValueError, match="found no n_examples"):
        BetaTCVAE(2, **SMALL).loss(images)
    histories = []
    for n_examples in (None, 32):
        torch.manual_seed(0)
        model = BetaTCVAE(2, n_examples=n_examples, **SMALL)
        histories.append(
            train(model, data, steps=2, batch_size=8, device=device, checkpoint=tmp_path / f"{n_examples}")
        )
        assert load_model(tmp_path / f"{n_examples}").n_examples == 32
    assert np.array_equal(histories[0].values, histories[1].values)
    weighted = BetaTCVAE(2, sampling="weighted", n_examples=100_000, **SMALL)  # which does not depend on it
    assert len(train(weighted, data, steps=1, batch_size=8, device=device)) == 1


# Posterior collapse.


def test_posterior_collapse_is_warned_of_once_with_what_to_do(images, device):
    torch.manual_seed(0)
    model = BetaVAE(2, beta=1000.0, learning_rate=1e-2, **SMALL)
    with pytest.warns(RuntimeWarning) as caught:
        history = train(model, images, steps=1100, batch_size=8, device=device)
    assert history.mean("kl") < 1e-3
    said = [str(warning.message) for warning in caught if "collapse" in str(warning.message)]
    assert len(said) == 1 and "so q(z|x) nearly equals the prior" in said[0] and "Try a smaller beta" in said[0]


COLLAPSING = {
    "VAE": lambda: VAE(2, **SMALL),
    "BetaVAE": lambda: BetaVAE(2, **SMALL),
    "BetaTCVAE": lambda: BetaTCVAE(2, **SMALL),
    "DIPVAE": lambda: DIPVAE(2, **SMALL),
    "FactorVAE": lambda: FactorVAE(2, width=8, **SMALL),
    "AdversarialAutoencoder": lambda: AdversarialAutoencoder(2, width=8, **SMALL),
    "LinearVAE": lambda: LinearVAE(4, 2),
}


@pytest.mark.parametrize("name", COLLAPSING)
@pytest.mark.parametrize(("kl", "steps", "collapsed"), [(1e-5, 500, True), (1e-5, 450, False), (0.01, 5000, False)])
def test_every_vae_sees_a_collapse_and_says_what_to_try(name, kl, steps, collapsed):
    terms = {"kl": kl, "discriminator loss": 0.6, "V": -1.2}
    history = History([*terms], np.tile(np.float32([*terms.values()]), (steps, 1)))
    trouble = COLLAPSING[name]().watch(history)
    assert bool(trouble) == collapsed
    assert not collapsed or (trouble.startswith("posterior collapse") and "Try " in trouble)


def test_a_kl_that_is_annealed_or_held_near_zero_is_no_collapse():
    flat = History(["kl"], np.full((5000, 1), 1e-5, np.float32))
    annealed = VAE(2, kl_start=100, kl_steps=4_600, **SMALL)
    assert annealed.watch(flat) is None  # 400 steps after the annealing
    flat.extend(["kl"], np.full((200, 1), 1e-5, np.float32))
    assert "collapse" in annealed.watch(flat)
    held = BetaVAE(2, capacity=20.0, capacity_steps=260_000, **SMALL)
    assert held.watch(flat) is None  # C is .4 nats: a KL near 0 is what is asked for
    held = BetaVAE(2, capacity=20.0, capacity_steps=52_000, **SMALL)
    assert "Try a larger gamma" in held.watch(flat)  # C is 2 nats


# Codes that are ignored, and codes that are none.


def bounds(codes, values, steps=1000):
    """A history in which L_I of each code has a value throughout."""
    names = ["V", *(f"L_I[{i}]" for i in range(len(codes)))]
    return History(names, np.tile(np.float32([-1.2, *values]), (steps, 1)))


@pytest.mark.parametrize(
    "code",
    [Categorical(10), Uniform(-1, 1), Uniform(-1, 3, learn_sigma=True), Uniform(0, 0.01, learn_sigma=True), Normal()],
    ids=str,
)
def test_ignored_is_the_bound_of_the_best_q_that_does_not_look(code):
    """A constant Q on draws of the code: logits of 0, or the mean of the code, with its own spread if σ is learned."""
    torch.manual_seed(0)
    drawn = code.sample(400_000)
    parameters = torch.zeros(1, code.n_parameters)
    if not isinstance(code, Categorical):
        parameters[0, 0] = drawn.mean()
        parameters[0, 1:] = drawn.std().log()  # below the smallest σ that Q gives for the narrowest code
    best = code.log_q(drawn, parameters.expand(len(drawn), -1)).mean() + code.entropy
    assert code.ignored == pytest.approx(best.item(), abs=5e-3)


def test_ignored_codes_are_named_with_what_to_do():
    codes = [Categorical(10), Uniform(-1, 1)]
    model = InfoGAN(codes, weight=0.1, **GAME)
    none, half = codes[1].ignored, codes[1].ignored + 0.1
    assert model.watch(bounds(codes, [2.2, half])) is None
    assert model.watch(bounds(codes, [0.0, none], steps=950)) is None  # too early to tell
    said = model.watch(bounds(codes, [0.0, half]))
    assert (
        said.startswith("codes are ignored: at step")
        and "median L_I[0] of" in said
        and "Try a larger weight than 0.1" in said
    )
    assert "L_I[0] and L_I[1]" in model.watch(bounds(codes, [0.0, none]))
    assert "L_I[1]" in model.watch(bounds(codes, [2.2, none - 1]))
    assert "wins outright" in model.watch(History(["V"], np.full((1000, 1), -0.01, np.float32)))


class OneLayer(torch.nn.Module):
    """D and Q without hidden layers, for a test that takes a thousand steps."""

    def __init__(self):
        super().__init__()
        self.heads = torch.nn.Linear(784, 4)

    def forward(self, images):
        return self.heads(images.flatten(1)).split([1, 3], dim=1)


def test_a_weight_of_zero_is_warned_of_in_training(images, device):
    torch.manual_seed(0)
    model = InfoGAN([Categorical(3)], weight=0.0, noise_dim=2, width=0.0625)
    model.generator = torch.nn.Sequential(
        torch.nn.Linear(5, 784), torch.nn.Sigmoid(), torch.nn.Unflatten(1, (1, 28, 28))
    )
    model.discriminator = OneLayer()
    with pytest.warns(RuntimeWarning, match=r"codes are ignored: .*median L_I\[0\] .*larger weight than 0"):
        train(model, images, steps=1000, batch_size=4, device=device)


@pytest.mark.parametrize(
    "codes, message",
    [
        (Categorical(5), r"found codes=Categorical\(n=5\), expected a list of codes, such as \[Categorical\(10\)\]"),
        ("Categorical", "found codes='Categorical', expected a list"),
        ([10], "found 10 among the codes, expected Categorical, Uniform, Normal"),
        ([Categorical], "found Categorical among the codes, expected Categorical, Uniform, Normal objects"),
        ([["Poisson", 3]], "found .'Poisson', 3. among the codes"),
        ([None], "found None among the codes"),
        ([[]], r"found \[\] among the codes"),
        ([], "found no codes, expected at least one"),
        ((), "found no codes, expected at least one"),
    ],
)
def test_codes_that_are_none_are_refused_in_a_sentence(codes, message):
    with pytest.raises(ValueError, match=message):
        InfoGAN(codes, **GAME)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Categorical(2.5),
        lambda: Categorical("3"),
        lambda: Categorical(True),
        lambda: Categorical(None),
        lambda: Uniform("0", 1),
        lambda: Uniform(0, float("inf")),
        lambda: Uniform(float("nan"), 1),
        lambda: Uniform(False, True),
        lambda: Categorical(10**12),
        lambda: Normal(5),
        lambda: Normal("x"),
        lambda: Normal(0, 1),
    ],
)
def test_codes_of_no_numbers_are_refused(make):
    with pytest.raises(ValueError, match=r"found (Categorical|Uniform|Normal)\(.*expected"):
        make()


def test_codes_take_the_numbers_of_numpy_and_keep_pythons():
    codes = [Categorical(np.int64(3)), Uniform(np.float32(0), np.float32(1)), Uniform(np.float64(0), np.int8(1))]
    assert codes == [Categorical(3), Uniform(0, 1), Uniform(0, 1)]
    assert all(type(value) in (int, float, bool) for code in codes for value in vars(code).values())
    assert Normal(True) == Normal(learn_sigma=True) != Normal()


@pytest.mark.parametrize(
    "make, name",
    [
        (lambda: VAE("2"), "latent_dim='2'"),
        (lambda: VAE(2.5), "latent_dim=2.5"),
        (lambda: VAE(None), "latent_dim=None"),
        (lambda: VAE(2, hidden="8"), "hidden='8'"),
        (lambda: VAE(2, variance="x"), "variance='x'"),
        (lambda: VAE(2, learning_rate="1e-3"), "learning_rate='1e-3'"),
        (lambda: VAE(2, half_life="x"), "half_life='x'"),
        (lambda: VAE(2, kl_start="x"), "kl_start='x'"),
        (lambda: BetaVAE(2, beta="4"), "beta='4'"),
        (lambda: BetaVAE(2, capacity="x"), "capacity='x'"),
        (lambda: BetaTCVAE(2, beta="6"), "beta='6'"),
        (lambda: BetaTCVAE(2, n_examples=2.5), "n_examples=2.5"),
        (lambda: AdversarialAutoencoder(2, width="x"), "width='x'"),
        (lambda: FactorVAE(2, gamma="x"), "gamma='x'"),
        (lambda: DIPVAE(2, off_diagonal="x"), "off_diagonal='x'"),
        (lambda: LinearVAE("x", 2), "dim='x'"),
        (lambda: GAN(noise_dim="62"), "noise_dim='62'"),
        (lambda: GAN(width="x"), "width='x'"),
        (lambda: ConditionalGAN(n_labels="10"), "n_labels='10'"),
        (lambda: InfoGAN(weight="x"), "weight='x'"),
    ],
)
def test_settings_that_are_no_numbers_are_refused_by_name(make, name):
    with pytest.raises(ValueError, match=f"found {name}, a .*, expected (an integer|a number)"):
        make()


@pytest.mark.parametrize(
    "model, message",
    [
        (VAE, r"found the class VAE, expected a model: make one, VAE\(…\)"),
        (
            torch.nn.Linear(2, 2),
            "found a Linear as the model, expected one of .* a subclass of models.Model",
        ),
        (None, "found a NoneType as the model"),
    ],
)
def test_what_is_no_model_is_refused_in_a_sentence(model, message, images, device):
    with pytest.raises(ValueError, match=message):
        train(model, images, steps=1, batch_size=8, device=device)


def test_data_in_the_place_of_the_model_are_seen(images):
    with pytest.raises(ValueError, match=r"found a Tensor as the model and a VAE as the data, .*train\(model, data"):
        train(images, VAE(2, **SMALL), steps=1)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda m, x: m.encode(x.numpy()), "found images as a ndarray, expected a tensor"),
        (lambda m, x: m.encode(x.byte()), r"found images of torch.uint8, expected torch.float32: .* / 255 if they are"),
        (lambda m, x: m.encode(x.double()), r"found images of torch.float64, .*: images.to\(torch.float32\)"),
        (lambda m, x: m.encode(x.to("meta")), "found images on meta and the model on cpu"),
        (lambda m, x: m.encode(x[..., :14]), r"found images of shape \(16, 1, 28, 14\), expected \[n, 1, 28, 28\]"),
        (lambda m, x: m.decode(x.numpy()), "found latents as a ndarray"),
        (lambda m, x: m.decode(torch.zeros(3, 7)), r"found latents of shape \(3, 7\), expected \[n, 2\]"),
        (lambda m, x: m.sample(-1), "found n=-1, expected 0 or more"),
        (lambda m, x: m.sample(2.5), "found n=2.5, a float, expected an integer"),
        (lambda m, x: m.importance_weighted_bound(x, 0), "found n_samples=0, expected 1 or more"),
        (lambda m, x: GAN(**GAME).sample(2.5), "found n=2.5, a float, expected an integer"),
        (lambda m, x: InfoGAN(**GAME).sample(-1), "found n=-1, expected 0 or more"),
        (lambda m, x: ConditionalGAN(**GAME).sample(5), "expected an integer for each image"),
        (lambda m, x: ConditionalGAN(**GAME).sample([0, 10]), "expected integers in 0 … 9"),
    ],
)
def test_a_model_is_asked_with_what_it_takes_or_says_so(call, message, images):
    with pytest.raises(ValueError, match=message):
        call(VAE(2, **SMALL), images)
