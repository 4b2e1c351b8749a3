"""Explorers of models and codes, figures with sliders, and traversals of latents. Each loads when it is first used."""

from infotheory._lazy import lazily

_WHERE = {
    "BetaExplorer": "beta",
    "InfoGANExplorer": "infogan",
    "RotationExplorer": "rotation",
    "TraversalExplorer": "traversal",
    "latent_traversal": "latents",
    "save_traversal": "latents",
}

__all__ = list(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
