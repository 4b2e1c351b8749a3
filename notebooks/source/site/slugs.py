"""The anchors of headings."""


def jupyter_slug(title: str) -> str:
    """The anchor that JupyterLab gives a heading."""
    return title.strip().replace(" ", "-")
