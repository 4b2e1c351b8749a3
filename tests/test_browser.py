"""Explorers in a real browser: headless Chromium looks at lectures and at the gallery, which this machine serves."""

import re
import shutil

import pytest
from browser import (
    CHROMIUM,
    EXPLORERS,
    GALLERY,
    NOTEBOOKS,
    SCREENSHOTS,
    browser,
    explorer_box,
    jupyterlab,
    voila,
    wait_for_gallery,
)

from infotheory import __main__ as command

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def open_page():
    pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with browser() as open_page:
        yield open_page


@pytest.fixture
def page(open_page):
    page = open_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def gallery(open_page, tmp_path_factory):
    """The page with the gallery in it, as voila serves it."""
    pytest.importorskip("voila", reason='pip install -e ".[explore]"')
    with voila(GALLERY, tmp_path_factory.mktemp("voila") / "log") as address:
        page = open_page()
        wait_for_gallery(page, address)
        yield page
        page.close()


class Face:
    """One explorer as a reader sees it."""

    def __init__(self, page, name):
        self.page, self.name, self.box = page, name, explorer_box(page, name)
        self.picture = self.box.locator("img.widget-image")
        self.control = self.box.locator(EXPLORERS[name])
        self.box.scroll_into_view_if_needed()

    def text(self) -> str:
        return self.box.locator(".widget-html-content").last.inner_text()

    def number(self, name: str) -> float:
        return float(re.search(re.escape(name) + r" ?=? ?(-?[\d.]*\d)", self.text()).group(1))

    def press(self, key: str, times: int = 1) -> None:
        """Press a key on the control, and wait for another picture and another text."""
        picture, text = self.picture.get_attribute("src"), self.text()
        self.control.focus()
        for _ in range(times):
            self.page.keyboard.press(key)
        self.wait_for_change(picture, text)

    def wait_for_change(self, picture: str, text: str) -> None:
        changed = (
            "([box, src, text]) => box.querySelector('img.widget-image').src !== src && !box.innerText.includes(text)"
        )
        self.page.wait_for_function(changed, arg=[self.box.element_handle(), picture, text], timeout=60_000)
        self.page.wait_for_timeout(700)  # until the last of several pictures is there

    def keep(self) -> None:
        """A screenshot for a person to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        name = self.name.lower().replace(" ", "-").replace("β", "beta")
        self.box.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_every_explorer_of_the_gallery_is_there_with_its_heading(gallery):
    headings = [text.strip("¶ \n") for text in gallery.locator("h2").all_inner_texts()]
    assert headings == list(EXPLORERS)
    assert gallery.locator("img.widget-image").count() == len(EXPLORERS)
    links = gallery.locator("a[href^='#']").evaluate_all("links => links.map(a => decodeURI(a.getAttribute('href')))")
    assert {f"#{name.replace(' ', '-')}" for name in EXPLORERS} <= set(links)


def test_entropy_falls_as_one_outcome_becomes_likelier(gallery):
    face = Face(gallery, "Entropy")
    assert face.number("H(X)") == 1.75
    face.press("ArrowRight", 5)
    assert 1.6 < face.number("H(X)") < 1.75
    face.keep()


def test_a_cell_of_the_table_is_typed_and_the_sum_is_told(gallery):
    face = Face(gallery, "Joint pmf")
    before = face.number("I(X;Y)")
    face.press("ArrowUp", 3)
    assert "The table sums to 1.15, and each cell was divided by that" in face.text()
    assert face.number("I(X;Y)") > before
    assert face.number("H(X,Y)") == pytest.approx(
        face.number("H(X|Y)") + face.number("I(X;Y)") + face.number("H(Y|X)"), abs=0.002
    )
    face.keep()


def test_a_conjecture_is_settled_while_it_is_typed(gallery):
    face = Face(gallery, "Conjectures")
    assert "refuted" in face.text()
    picture, text = face.picture.get_attribute("src"), face.text()
    face.control.focus()
    gallery.keyboard.press("End")
    gallery.keyboard.type(" + I(X;", delay=20)
    face.box.get_by_text("expected the name of a variable").wait_for()
    assert face.picture.get_attribute("src") == picture  # the last one that could be read
    gallery.keyboard.type("Z|Y)", delay=20)
    face.wait_for_change(picture, text)
    face.box.get_by_text("proved, for every distribution").wait_for()
    face.keep()


def test_the_forward_kl_grows_as_q_leaves_the_mean_of_p(gallery):
    face = Face(gallery, "Forward and reverse KL")
    before = face.number("KL(p‖q)")
    face.press("ArrowRight", 5)
    assert face.number("KL(p‖q)") > before
    picture, text = face.picture.get_attribute("src"), face.text()
    face.box.get_by_text("q ← forward fit").press("Enter")
    face.wait_for_change(picture, text)
    assert face.number("KL(p‖q)") < before
    face.keep()


def test_the_two_ways_to_raise_the_bound(gallery):
    face = Face(gallery, "ELBO and EM")
    before = face.number("log p(x)")
    face.press("ArrowRight", 4)
    assert face.number("log p(x)") == before and face.number("gap") > 0.382
    for button in ("improve q", "improve p"):
        picture, text = face.picture.get_attribute("src"), face.text()
        face.box.get_by_text(button).press("Enter")
        face.wait_for_change(picture, text)
        if button == "improve q":
            assert face.number("gap") == 0 and face.number("log p(x)") == before
    assert face.number("log p(x)") > before
    face.keep()


def test_noise_lowers_the_information_and_never_below_the_bound(gallery):
    face = Face(gallery, "The InfoGAN bound")
    before = face.number("I(c;x)")
    face.press("ArrowRight", 5)
    assert face.number("I(c;x)") < before and face.number("L_I") <= face.number("I(c;x)")
    assert face.number("I(c;x)") == pytest.approx(face.number("L_I") + face.number("E KL"), abs=0.002)
    face.keep()


def test_a_latent_is_moved_away_from_the_image(gallery):
    face = Face(gallery, "Latents of a VAE")
    before = face.number("D = −log p(x|z)")
    face.press("ArrowRight", 12)
    assert face.number("D = −log p(x|z)") > before
    face.keep()


def test_a_smaller_beta_pays_a_higher_rate(gallery):
    face = Face(gallery, "β-VAE")
    rate, distortion = face.number("rate"), face.number("distortion")
    face.press("ArrowLeft")
    assert face.number("β") == 2 and face.number("rate") > rate and face.number("distortion") < distortion
    face.keep()


def test_a_generator_that_leaves_the_data_is_told_apart(gallery):
    face = Face(gallery, "The adversarial game")
    before = face.number("JSD")
    face.press("ArrowRight", 25)  # from a mean of 1, between the two modes, to 3.5, beyond both
    assert face.number("JSD") > before
    face.keep()


def test_a_number_is_given_to_the_generator_and_read_by_q(gallery):
    face = Face(gallery, "InfoGAN")
    face.press("ArrowRight", 6)
    given = re.search(r"given class \d+ and numbers \+?(-?[\d.]+)", face.text())
    assert float(given.group(1)) == pytest.approx(0.6)
    face.keep()


def test_the_turned_square_loses_its_total_correlation_when_it_is_turned_back(gallery):
    face = Face(gallery, "Dependence")
    before = face.number("TC(z)")
    face.press("ArrowLeft", 10)
    assert face.number("TC(z)") < before
    face.keep()


def test_mig_falls_as_two_latents_are_turned(gallery):
    face = Face(gallery, "Rotation")
    before = face.number("MIG")
    face.press("ArrowRight", 4)
    assert face.number("MIG") < before - 0.05
    face.keep()


def test_no_error_was_said_in_the_console(gallery):
    gallery.screenshot(path=SCREENSHOTS / "gallery.png")
    assert gallery.errors == []


def test_the_gallery_in_jupyterlab_shows_its_pictures_before_it_runs_and_moves_after(page, tmp_path):
    shutil.copy(GALLERY, tmp_path)
    with jupyterlab(tmp_path, tmp_path / "log") as address:
        page.goto(f"{address}/tree/{GALLERY.name}?reset", timeout=180_000)
        output = page.locator(".jp-OutputArea-output img").first
        output.wait_for(timeout=120_000)
        assert output.evaluate("image => image.naturalWidth") > 800
        page.screenshot(path=SCREENSHOTS / "jupyterlab-before.png")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=120_000)  # the kernel is up
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        handle = page.locator(".noUi-handle").first
        handle.wait_for(timeout=120_000)
        text = page.locator(".widget-html-content", has_text="H(X) =").first
        before = page.locator("img.widget-image").first.get_attribute("src")
        for _ in range(60):  # until the cell has run: a widget that was only saved does not answer
            handle.focus()
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(1_000)
            if "1.750 bits" not in text.inner_text():
                break
        assert float(re.search(r"H\(X\) = ([\d.]+) bits", text.inner_text()).group(1)) < 1.75
        assert page.locator("img.widget-image").first.get_attribute("src") != before
        page.screenshot(path=SCREENSHOTS / "jupyterlab.png")
        assert page.errors == []


def test_a_copy_of_a_lecture_is_not_marked_as_changed_when_it_is_opened(page, tmp_path):
    """JupyterLab writes the kernel's metadata into a notebook. The builder and `infotheory lectures` have done so."""
    command.copy_lectures(tmp_path / "lectures")
    with jupyterlab(tmp_path / "lectures", tmp_path / "log") as address:
        for name in ("01_entropy.ipynb", "explore.ipynb"):
            page.goto(f"{address}/tree/{name}?reset", timeout=180_000)
            page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=120_000)
            page.wait_for_timeout(3_000)  # the kernel has told what it is
            assert page.locator(".jp-mod-current .lm-TabBar-tabLabel", has_text=name).count() == 1
            assert page.locator(".jp-mod-dirty").count() == 0, name
        page.locator(".jp-Cell").first.dblclick()  # and the mark appears where something is changed
        page.keyboard.type("x")
        page.locator(".jp-mod-dirty").first.wait_for(timeout=20_000)


def test_moving_a_slider_of_lecture_1_changes_its_number_and_its_picture(page, tmp_path):
    with voila(NOTEBOOKS / "01_entropy.ipynb", tmp_path / "log") as address:
        page.goto(address, timeout=180_000)
        handle, picture = page.locator(".noUi-handle").first, page.locator("img.widget-image").first
        handle.wait_for(timeout=120_000)
        text = page.locator(".widget-html-content", has_text="H(X) =").first
        assert "1.750 bits" in text.inner_text()
        before = picture.get_attribute("src")
        handle.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("before => document.querySelector('img.widget-image').src !== before", arg=before)
        text.filter(has_not_text="1.750 bits").wait_for()
        entropy = float(re.search(r"H\(X\) = ([\d.]+) bits", text.inner_text()).group(1))
        assert 1.6 < entropy < 1.75  # p(a) has risen above one half
        assert page.errors == []
