"""The explorer of an InfoGAN, without a browser: its state, its picture, and Q's reading against the model's own."""

import pytest
import torch
from pictures import differing

from models import Categorical, InfoGAN, Normal, Uniform
from models.explore import InfoGANExplorer


@pytest.fixture(scope="module")
def model(device):
    torch.manual_seed(0)
    codes = [Uniform(-1, 1), Categorical(4), Normal(learn_sigma=True)]
    return InfoGAN(codes, noise_dim=5, width=0.0625).eval().to(device)


def test_it_shows_the_models_image_and_q_reads_what_the_model_recognises(model):
    explorer = InfoGANExplorer(model, "abcd", chosen=2, numbers=[0.5, -1.5], noise=7, size=0.5)
    z = 0.5 * torch.randn(1, 5, generator=torch.Generator().manual_seed(7))
    codes = [torch.tensor([[0.5]]), torch.tensor([[0.0, 0.0, 1.0, 0.0]]), torch.tensor([[-1.5]])]
    with torch.no_grad():
        image = model.generate(z.to(model.device), [code.to(model.device) for code in codes])
        first, logits, last = model.recognise(image)
    assert torch.allclose(explorer.images[2:3], image, atol=1e-6)
    assert explorer.probabilities == pytest.approx(logits.softmax(1)[0].cpu().numpy(), abs=1e-5)
    assert explorer.means == pytest.approx([first.item(), last[0, 0].item()], abs=1e-5)
    assert explorer.describe().startswith("given class c and numbers +0.5, -1.5 (noise 7 × 0.5); Q reads class ")


def test_class_number_and_noise_each_change_the_picture_and_the_same_state_gives_the_same_bytes(model):
    explorer = InfoGANExplorer(model)
    start = explorer.png()
    pictures = {start}
    for state in ((1, [0, 0], 0, 1), (0, [1, 0], 0, 1), (0, [0, 1], 0, 1), (0, [0, 0], 1, 1), (0, [0, 0], 0, 0.5)):
        explorer.move(*state)
        pictures.add(explorer.png())
    assert len(pictures) == 6
    explorer.move(0, [0, 0], 0, 1)
    assert explorer.png() == start


def test_pixels_that_were_kept_are_those_of_a_figure_drawn_as_a_whole(model):
    explorer = InfoGANExplorer(model)
    assert differing(explorer) < 1e-4
    explorer.move(2, [1.5, -1], 3, 0.5)
    assert differing(explorer) < 1e-4


def test_controls_move_state_text_and_picture(model):
    explorer = InfoGANExplorer(model, "abcd")
    chosen, numbers, last = explorer.widget().children[:3]
    size, fresh = last.children
    image, text = explorer.widget().children[-1], explorer.widget().children[-2]
    before = image.value
    chosen.value = 3
    assert explorer.chosen == 3 and "given class d" in text.value and image.value != before
    before = image.value
    numbers.children[1].value = 0.7
    assert explorer.numbers == [0.0, 0.7] and image.value != before
    before = image.value
    fresh.click()
    assert explorer.noise == 1 and explorer.numbers == [0.0, 0.7] and image.value != before
    size.value = 0.0
    still = image.value
    fresh.click()  # at size 0 all noises are one
    assert explorer.noise == 2 and torch.equal(explorer.inputs()[0].cpu(), torch.zeros(4, 5)) and image.value == still


def test_classes_stand_in_the_order_of_their_names(model):
    explorer = InfoGANExplorer(model, ["9", "10", "2", "1"])
    assert explorer.order == [3, 2, 0, 1]
    assert explorer.controls()[0].options == (("1", 3), ("2", 2), ("9", 0), ("10", 1))
    drawn = explorer.draw().axes[1].patches
    assert [bar.get_height() for bar in drawn] == pytest.approx(explorer.probabilities[[3, 2, 0, 1]])


def test_a_model_without_continuous_codes_has_no_sliders_for_them():
    explorer = InfoGANExplorer(InfoGAN([Categorical(3)], noise_dim=2, width=0.0625).eval())
    assert explorer.means == [] and "numbers" not in explorer.describe()
    assert not explorer.controls()[1].children and explorer.png()


def test_wrong_models_and_states_are_refused(model):
    small = dict(noise_dim=2, width=0.0625)
    with pytest.raises(ValueError, match="exactly one Categorical"):
        InfoGANExplorer(InfoGAN([Uniform()], **small).eval())
    with pytest.raises(ValueError, match=r"expected model\.eval"):
        InfoGANExplorer(InfoGAN([Categorical(3)], **small))
    with pytest.raises(ValueError, match="found 2 names"):
        InfoGANExplorer(model, "ab")
    for wrong in ({"chosen": 4}, {"numbers": [0.0]}, {"noise": -1}, {"size": -1.0}):
        with pytest.raises(ValueError, match="expected a class of 0 … 3, 2 numbers"):
            InfoGANExplorer(model, **wrong)
