"""Images, and how they come to a model.

mnist.py          MNIST from its files or the packaged digits; binarised digits
sprites.py        dSprites, rendered, or held on an accelerator; sprite_shapes.py has the geometry, npz.py reads the
                  original archive
loading.py        load_images: a folder or a file of your own; folders.py and arrays.py read them
stored.py         images that stay bytes in memory or in a file; images with known factors
images.py         images and labels as tensors, with checks of shapes and values
inputs.py         the data of `train` in any usual container as one data set
batches.py        batches of a data set, converted, checked and moved to the device
augment.py        random affine maps of images
files.py          safetensors and JSON files that are written whole and read with care
arguments.py      checks of integers, numbers and tensors
float64.py        tensors in float64, on a device that has it
"""

from .augment import random_affine
from .images import LabelledImages
from .loading import load_images
from .mnist import MNIST, binarize, download_mnist, load_mnist
from .sprites import Sprites
from .stored import FactorImages, StoredImages

__all__ = [
    "MNIST", "FactorImages", "LabelledImages", "Sprites", "StoredImages", "binarize", "download_mnist", "load_images",
    "load_mnist", "random_affine",
]  # fmt: skip
