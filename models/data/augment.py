"""Small random rotations, scalings, shears and shifts of images, applied to real and to generated images alike.

Let T be such a change, drawn anew for each image. A discriminator that only ever sees T(x) cannot memorise the training
set (Zhao et al., Differentiable Augmentation, 2020). p_G = p_data remains the optimum if T is invertible as a map of
distributions (Karras et al., 2020). In InfoGAN, c, G(z, c), T(G(z, c)) is a Markov chain, so I(c; T(x)) <= I(c; x) by
the data-processing inequality, and L_I bounds the smaller of the two. A code is easiest to infer from features that T
preserves, such as the digit. A feature that T changes, such as slant, must vary more than T does to carry a code.
"""

import math

import torch
from torch.nn import functional as F

DETERMINISTIC = ("cpu",)  # where grid_sample's own backward is; it is faster there than the matrix products below


def random_affine(images: torch.Tensor, strength: float = 1.0) -> torch.Tensor:
    """Each image of [n, channels, height, width] under its own random affine map; differentiable in the images.

    With `strength` s, an image is turned by up to 15 s degrees, each axis is scaled by exp(± 0.1 s), and the image is
    sheared by up to 0.2 s and shifted by up to 0.07 s of its size, all uniformly. Interpolation is bilinear, with zeros
    outside. `strength` 0 returns the images themselves. Raises ValueError for a negative strength.
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
    with torch.autocast(images.device.type, enabled=False):  # coordinates need more digits than bfloat16 has
        grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
        if images.device.type in DETERMINISTIC:
            return F.grid_sample(images.float(), grid, align_corners=False)
        return GridSample.apply(images.float(), grid)


class GridSample(torch.autograd.Function):
    """`F.grid_sample(images, grid, align_corners=False)`, bilinear, zeros outside, with a deterministic backward.

    PyTorch's backward on CUDA adds up in the order in which its threads arrive, so the last bits differ between runs.
    With hat(t) = max(0, 1 - |t|), and x_p, y_p the place in pixels from which output pixel p is read,

        out[p] = sum_kl hat(y_p - k) hat(x_p - l) image[k, l],
        d loss / d image[k, l] = sum_p hat(y_p - k) (d loss / d out[p]) hat(x_p - l),

    a matrix product for each image. `images` [n, channels, height, width] and `grid` [n, height, width, 2] are float32;
    the grid gets no gradient. The product rounds its factors only if the caller allows TF32 for it.
    """

    @staticmethod
    def forward(ctx, images: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(grid)
        ctx.size = images.shape[2:]
        return F.grid_sample(images, grid, align_corners=False)

    @staticmethod
    def backward(ctx, grad_output: torch.Tensor) -> tuple[torch.Tensor, None]:
        (grid,), (height, width) = ctx.saved_tensors, ctx.size
        with torch.autocast(grad_output.device.type, enabled=False):  # it may be on again when the backward runs
            of_columns, of_rows = _hats(grid[..., 0], width), _hats(grid[..., 1], height)
            weighted = grad_output.flatten(2)[:, :, None] * of_rows[:, None]  # [n, channels, height, pixels of out]
            return weighted @ of_columns.mT[:, None], None


def _hats(coordinates: torch.Tensor, size: int) -> torch.Tensor:
    """Coordinates [n, …] on an axis from -1 to 1 -> the weight hat(x_p - l) of each of its pixels, [n, size, p]."""
    places = ((coordinates.flatten(1) + 1) * size - 1) / 2
    return (1 - (places[:, None] - torch.arange(size, device=places.device)[:, None]).abs()).relu()
