"""The precision of a step: what autocast and TF32 must leave alone."""

import pytest
import torch
from torch import nn

from models import DIPVAE, Model, Player
from models.training.checks import ready_players
from models.training.step import Step, adam, numerics, without_tf32

CPU = torch.device("cpu")


class Means(Model):
    """Posterior means as parameters, with DIP-VAE's penalty: the distance of their covariance from the identity."""

    def __init__(self, means):
        super().__init__()
        self.means, self.dip_vae, self.config = nn.Parameter(means), DIPVAE(2, kind="I", hidden=8), {}

    def loss(self, batch):
        covariance = self.dip_vae.covariance(self.means, torch.zeros_like(self.means))
        return {"loss": (covariance - torch.eye(len(covariance))).square().sum()}

    def players(self):
        return [Player("only", [self.means], self.loss, 1e-3)]


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_the_gradient_of_a_float32_product_is_one_of_float32(precision):
    means = torch.randn(64, 5, generator=torch.Generator().manual_seed(0))
    x = means.double() - means.double().mean(0)  # [n, d]
    covariance = x.T @ x / 63
    expected = 4 / 63 * x @ (covariance - torch.eye(5))  # d/dx Σ (C - 1)², whose columns have the mean zero
    model = Means(means.clone())
    players = ready_players(model)
    step = Step(model, players, {"only": adam(players[0])}, torch.zeros(64, 1), CPU, precision)
    step((torch.arange(64),))
    assert model.means.grad.dtype == torch.float32
    torch.testing.assert_close(model.means.grad.double(), expected, rtol=1e-5, atol=1e-7)


def test_networks_and_their_gradients_are_in_bfloat16():
    """Otherwise the test above would hold without any autocast."""
    layer, x = nn.Linear(8, 8), torch.randn(4, 8)
    with numerics(CPU, "bf16"):
        y = layer(x)
    assert y.dtype == torch.bfloat16
    seen = []
    y.register_hook(lambda slope: seen.append(slope.dtype))
    y.float().sum().backward()
    assert seen == [torch.bfloat16] and layer.weight.grad.dtype == torch.float32


PRODUCTS, CUDNN = torch.backends.cuda.matmul, torch.backends.cudnn
NEW = hasattr(PRODUCTS, "fp32_precision")
new = pytest.mark.skipif(not NEW, reason="PyTorch has this setting from version 2.9 on")


@pytest.fixture
def settings():
    """What PyTorch lets TF32 do here, as a function; a test may change it."""
    if NEW:
        places = [(PRODUCTS, "fp32_precision"), (CUDNN.conv, "fp32_precision")]
    else:
        places = [(PRODUCTS, "allow_tf32"), (CUDNN, "allow_tf32")]
    before = [getattr(*place) for place in places]
    yield lambda: [getattr(*place) for place in places]
    for place, value in zip(places, before, strict=True):
        setattr(*place, value)


def gradients():
    """The sums of the gradients of a matrix product and of a convolution."""
    x, images = torch.ones(3, 3, requires_grad=True), torch.ones(1, 1, 4, 4, requires_grad=True)
    ((x @ x).sum() + nn.functional.conv2d(images, torch.ones(1, 1, 3, 3)).sum()).backward()
    return x.grad.sum().item(), images.grad.sum().item()


def test_without_tf32_products_run_and_the_settings_come_back(settings):
    before = settings()
    with without_tf32():
        assert settings() == (["ieee", "ieee"] if NEW else [False, False]) and gradients() == (54, 36)
    assert settings() == before
    with pytest.raises(ZeroDivisionError), without_tf32():
        _ = 1 / 0
    assert settings() == before and gradients() == (54, 36)


@new
@pytest.mark.parametrize("chosen", ["tf32", "ieee"])
def test_without_tf32_runs_after_the_new_settings_were_used(chosen, settings):
    PRODUCTS.fp32_precision = CUDNN.conv.fp32_precision = chosen
    with without_tf32():
        assert settings() == ["ieee", "ieee"] and gradients() == (54, 36)
    assert settings() == [chosen, chosen]


@pytest.mark.filterwarnings("ignore:Please use the new API settings")
def test_without_tf32_runs_after_the_old_settings_were_used(settings):
    before = PRODUCTS.allow_tf32
    PRODUCTS.allow_tf32 = True
    try:
        with without_tf32():
            assert settings()[0] in ("ieee", False) and gradients() == (54, 36)
        assert PRODUCTS.allow_tf32 is True
    finally:
        PRODUCTS.allow_tf32 = before
