"""Explorers in a real browser: headless Chromium looks at a lecture that voila serves on this machine."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from build import HERE as NOTEBOOKS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def page():
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser.new_page()
        browser.close()


@pytest.fixture
def serve(tmp_path):
    """Start voila for a notebook; give its address once it answers."""
    started = []

    def start(notebook):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = open(tmp_path / "voila.log", "w")  # noqa: SIM115 - voila writes to it until it is ended
        command = [
            sys.executable,
            "-m",
            "voila",
            "--no-browser",
            f"--port={port}",
            "--Voila.ip=127.0.0.1",
            str(notebook),
        ]
        started.append(subprocess.Popen(command, stdout=log, stderr=log))
        address = f"http://127.0.0.1:{port}/voila/static/voila.js"
        for _ in range(120):
            time.sleep(0.5)
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                assert started[-1].poll() is None, (tmp_path / "voila.log").read_text()
        return f"http://127.0.0.1:{port}/"

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


def test_moving_a_slider_of_lecture_1_changes_its_number_and_its_picture(page, serve):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(serve(NOTEBOOKS / "01_entropy.ipynb"), timeout=120_000)
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
    assert not errors
