"""Small random turns, scalings, shears and shifts of images, which the generator's images undergo as the real ones do.

Let T be such a change, drawn anew for each image. A discriminator that only ever sees T(x) cannot learn the training
set by heart (Zhao et al., Differentiable Augmentation, 2020; Karras et al., 2020, who show that p_G = p_data stays the
optimum wherever T can be undone in distribution). In InfoGAN there is more to it: c, G(z, c), T(G(z, c)) is a Markov
chain, so I(c; T(x)) <= I(c; x) by data processing, and L_I bounds the smaller one. A code is read best in what T leaves
alone, such as which digit it is; what T changes too, slant or size, can carry it only by moving more than T does.
"""

import math

import torch
from torch.nn import functional as F


def random_affine(images: torch.Tensor, strength: float = 1.0) -> torch.Tensor:
    """Each image of [n, channels, height, width] moved by an affine map of its own; differentiable in the images.

    With `strength` s, uniformly: turned by up to 15 s degrees, each axis scaled by exp(± 0.1 s), sheared by up to
    0.2 s, and shifted by up to 0.07 s of the image's size. Bilinear, zero outside. `strength` 0 gives the images
    themselves. Raises ValueError for a negative strength.
    """
    if strength < 0:
        raise ValueError(f"found strength={strength}, expected 0 or more")
    if strength == 0:
        return images
    uniform = strength * (2 * torch.rand(6, len(images), device=images.device) - 1)
    cos, sin = (math.radians(15) * uniform[0]).cos(), (math.radians(15) * uniform[0]).sin()
    scale_x, scale_y = (0.1 * uniform[1:3]).exp()
    shear, (shift_x, shift_y) = 0.2 * uniform[3], 2 * 0.07 * uniform[4:]  # the axes run from -1 to 1
    rows = [  # rotation · shear · scale
        torch.stack([cos * scale_x, (shear * cos - sin) * scale_y, shift_x], dim=1),
        torch.stack([sin * scale_x, (shear * sin + cos) * scale_y, shift_y], dim=1),
    ]
    with torch.autocast(images.device.type, enabled=False):  # places need more digits than bfloat16 has
        grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
        return F.grid_sample(images.float(), grid, align_corners=False)
