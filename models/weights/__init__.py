"""Trained weights: half-precision safetensors with a JSON card each, how to load them, and how to publish new ones."""

from .pretrained import load_model, load_pretrained, pretrained_names
from .publishing import publish

__all__ = ["load_model", "load_pretrained", "pretrained_names", "publish"]
