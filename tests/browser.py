"""A headless Chromium and the servers it looks at, all on this machine: for explorers' tests and their benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build import NOTEBOOKS

GALLERY = NOTEBOOKS / "explore.ipynb"
SCREENSHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Of each explorer of the gallery, in order: its section, and a control that the arrow keys move.
EXPLORERS = {
    "Entropy": ".noUi-handle >> nth=0",
    "Joint pmf": "input[type=number] >> nth=0",
    "Conjectures": "input[type=text] >> nth=0",
    "Forward and reverse KL": ".noUi-handle >> nth=0",
    "ELBO and EM": ".noUi-handle >> nth=0",
    "The InfoGAN bound": ".noUi-handle >> nth=0",
    "Latents of a VAE": ".noUi-handle >> nth=1",
    "β-VAE": ".noUi-handle >> nth=0",
    "The adversarial game": ".noUi-handle >> nth=0",
    "InfoGAN": ".noUi-handle >> nth=0",
    "Dependence": ".noUi-handle >> nth=0",
    "Rotation": ".noUi-handle >> nth=0",
}
# What voila and JupyterLab say of every page: they ask the internet for a font, skip extensions of another JupyterLab,
# and ask for an attached picture once before they look into the cell.
HARMLESS = ("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED", "shared module", "attachment:")


@contextmanager
def browser() -> Iterator:
    """A function that opens an empty page, 1280 pixels wide; `page.errors` gathers what its console calls an error."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )

        def open_page():
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.errors = []

            def heard(said):
                if is_error(said):
                    page.errors.append(f"{said.text} {said.location['url']}")

            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.on("console", heard)
            return page

        yield open_page
        chromium.close()


def is_error(said) -> bool:
    """Whether a message of the console is an error of ours."""
    return said.type == "error" and not any(part.lower() in said.text.lower() for part in HARMLESS)


@contextmanager
def voila(notebook: Path, log: Path) -> Iterator[str]:
    """The address at which voila serves a notebook, once it answers."""
    with server("voila", log, str(notebook), "--Voila.ip=127.0.0.1") as address:
        yield f"{address}/"


@contextmanager
def jupyterlab(folder: Path, log: Path) -> Iterator[str]:
    """The address at which JupyterLab serves a folder, with settings of its own."""
    options = (
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    )
    settings = {f"JUPYTERLAB_{name}_DIR": str(log.parent / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    with server("jupyterlab", log, *options, **settings) as address:
        yield f"{address}/lab"


@contextmanager
def server(module: str, log: Path, *options: str, **environment: str) -> Iterator[str]:
    """Start `python -m module` on a free port, wait until it answers, and end it at last."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "--no-browser", f"--port={port}", *options]
    with open(log, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            time.sleep(0.1)
            try:  # not the notebook itself: voila would run it
                urllib.request.urlopen(
                    f"{address}/{'voila/static/voila.js' if module == 'voila' else 'api'}", timeout=1
                )
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                assert process.poll() is None, log.read_text()
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_for_gallery(page, address: str) -> None:
    """Open the gallery and wait until all its pictures are there."""
    page.goto(address, timeout=180_000)
    script = (
        "n => [...document.querySelectorAll('img.widget-image')].filter(i => i.complete && i.naturalWidth).length >= n"
    )
    page.wait_for_function(script, arg=len(EXPLORERS), timeout=180_000)


def explorer_box(page, name: str):
    """The live face of the explorer of this section."""
    return page.locator(".widget-vbox:has(img.widget-image)").nth(list(EXPLORERS).index(name))
