"""The adversarial game: what the discriminator and the generator each lose.

Goodfellow et al., Generative Adversarial Nets (2014), eq. 1: V(D, G) = E_x log D(x) + E_z log(1 - D(G(z))).
"""

import torch
from torch.nn.functional import softplus


def value(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """V(D, G) in nats, from the logits of D. The discriminator maximises it; at most 0, and -log 4 at D = 1/2."""
    return -softplus(-real_logits).mean() - softplus(fake_logits).mean()


def non_saturating_loss(fake_logits: torch.Tensor) -> torch.Tensor:
    """-E_z log D(G(z)), in nats: the generator's loss in practice. Source: the paper, end of section 3."""
    return softplus(-fake_logits).mean()
