"""Sphinx's settings for the site of the lectures, see ../website.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "The information theory of disentanglement"
extensions = ["myst_nb", "sphinxcontrib.bibtex", "sphinx_copybutton", "sphinx_design"]
language = "en"

# Notebooks are never run: they come executed.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_mime_priority_overrides = [("html", "image/png", 5)]  # the picture of an explorer before its widget
nb_ipywidgets_js = {}  # else a page with a widget loads scripts from a network
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
myst_heading_slug_func = "slugs.jupyter_slug"  # a dotted path, since a function here cannot be pickled
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]

mathjax_path = "mathjax/tex-chtml-full.js"
mathjax3_config = {
    "options": {"enableMenu": False},  # the menu would load more from a network
    "startup": {"typeset": False},  # by formulas.js, after the page is shown
}

bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_js_files = ["formulas.js"]
html_copy_source = True
html_sourcelink_suffix = ""
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "use_repository_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "toc_title": "In this notebook",
}

html_context = {"default_mode": "auto"}
