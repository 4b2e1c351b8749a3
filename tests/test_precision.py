"""In what precision a step computes: what a loss computes in float32 is differentiated in float32."""

import pytest
import torch
from torch import nn

from models import DIPVAE
from models.model import Player
from models.training.step import move, numerics, without_tf32

CPU = torch.device("cpu")


def test_the_gradient_of_a_product_in_float32_is_in_float32_although_networks_are_in_bfloat16():
    codes = nn.Parameter(torch.randn(64, 5, generator=torch.Generator().manual_seed(0)))
    player = Player("codes", [codes], lambda draw: {}, 1e-3)
    optimizer = torch.optim.Adam(player.parameters)
    with numerics(CPU, "bf16"):
        covariance = DIPVAE(5, hidden=8, kind="I").covariance(codes, torch.zeros(64, 5))
        move(player, optimizer, covariance.square().sum())
    x = codes.detach().double()  # the step of Adam moved them by 0.001; undo it below
    x = x + 1e-3 * codes.grad.sign().double()
    centred = x - x.mean(0)
    by_hand = 4 / 63 * centred @ (centred.T @ centred / 63)
    torch.testing.assert_close(codes.grad.double(), by_hand, rtol=1e-4, atol=1e-5)


PLACES = (torch.backends.cuda.matmul, torch.backends.cudnn.conv)


@pytest.fixture
def chosen(request):
    """A precision that a user has chosen by PyTorch's newer settings."""
    before = [place.fp32_precision for place in PLACES]
    for place in PLACES:
        place.fp32_precision = request.param
    yield request.param
    for place, value in zip(PLACES, before, strict=True):
        place.fp32_precision = value


@pytest.mark.skipif(not hasattr(PLACES[0], "fp32_precision"), reason="needs PyTorch 2.9 or newer")
@pytest.mark.parametrize("chosen", ["tf32", "ieee"], indirect=True)
def test_without_tf32_is_put_back_also_where_a_user_has_chosen_the_precision(chosen):
    with pytest.raises(RuntimeError, match="inside"), without_tf32():
        assert [place.fp32_precision for place in PLACES] == ["ieee", "ieee"]
        torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3) @ torch.ones(3, 3), torch.ones(1, 1, 2, 2))
        raise RuntimeError("inside")
    assert [place.fp32_precision for place in PLACES] == [chosen, chosen]
