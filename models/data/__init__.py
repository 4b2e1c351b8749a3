"""Images, and how they come to a model.

mnist.py          MNIST from its files or the packaged digits; binarised digits
sprites.py        dSprites, rendered, or held on an accelerator; sprite_shapes.py has the geometry, npz.py reads the
                  original archive
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
from .mnist import MNIST, binarize, download_mnist, load_mnist
from .sprites import Sprites

__all__ = ["MNIST", "LabelledImages", "Sprites", "binarize", "download_mnist", "load_mnist", "random_affine"]
