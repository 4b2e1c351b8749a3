"""The static site: every page opens without a network and without an error, its formulas are set, its links lead on."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import build
import pytest
import website
from browser import CHROMIUM, browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "html"
    notebooks = {name: build.path_of(name) for name in sorted(build.names())}
    count = website.write_site(folder, notebooks, build.ROOT / "README.md")
    assert count >= len(notebooks) + 8
    return folder


class Links(HTMLParser):
    """What a page refers to, and the anchors that it offers."""

    def __init__(self, path: Path):
        super().__init__()
        self.links, self.anchors, self.loaded = set(), {""}, set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.add(found["href"])
        if name := found.get("id") or (found.get("name") if tag == "a" else None):
            self.anchors.add(name)
        if tag in ("script", "img") and found.get("src"):
            self.loaded.add(found["src"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.add(found["href"])


def test_no_link_is_broken(site):
    pages = {path: Links(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links | page.loaded:
            if "://" in link or link.startswith(("mailto:", "data:", "javascript:")):
                assert link not in page.loaded, f"{path.name} loads {link}"
                continue
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            assert target.exists(), f"{path.name}: {link}"
            if target.suffix == ".html" and target in pages:
                assert unquote(anchor) in pages[target].anchors, f"{path.name}: {link}"


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt-get install chromium")
def test_every_page_opens_without_a_network(site):
    with browser() as open_page:
        page, asked = open_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: page.errors.append(request.url))
        for path in sorted(site.rglob("*.html")):
            page.goto(path.as_uri())
            text = path.read_text(encoding="utf-8")
            if "tex-chtml-full" in text:
                page.wait_for_function("document.body.dataset.formulas == 'set'", timeout=30_000)
                assert page.locator("mjx-container").count() > 0, path.name
                assert page.locator("mjx-merror").count() == 0, path.name
            broken = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
            assert not broken and not page.errors, f"{path.name}: {broken} {page.errors}"
        assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


def test_solutions_are_folded_and_explorers_are_pictures(site):
    text = (site / "solutions" / "03_variational_inference.html").read_text()
    assert text.count("hide-input") >= 5 and "Show code cell source" in text
    gallery = (site / "explore.html").read_text()
    assert gallery.count("<img") >= 12 and "widget-view" not in gallery


def test_pages_of_words_are_there(site):
    for name in (
        "index",
        "concepts",
        "notation",
        "glossary",
        "bibliography",
        "many_machines",
        "study",
        "lecturers",
        "students",
        "search",
    ):
        assert (site / f"{name}.html").is_file()
    assert "infotheory.mutual_information" in (site / "concepts.html").read_text()
    assert (site / "index.html").read_text().count("sd-card-title") == 11


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("…")
    with pytest.raises(FileExistsError, match="that are no site, expected an empty or a new folder"):
        website.write_site(tmp_path, {}, build.ROOT / "README.md")
    assert (tmp_path / "thesis.tex").exists()


def test_what_sphinx_warns_of_stops_the_build(tmp_path):
    source = tmp_path / "source"
    website.shutil.copytree(website.PAGES, source)
    (source / "index.md").write_text("# A page\n\n[a broken link](nowhere.md)\n")
    with pytest.raises(RuntimeError, match=r"Sphinx says[\s\S]*nowhere"):
        website.sphinx(source, tmp_path / "built")
