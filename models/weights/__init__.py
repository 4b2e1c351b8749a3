"""Trained weights that the package ships: half-precision safetensors with a JSON card each."""
