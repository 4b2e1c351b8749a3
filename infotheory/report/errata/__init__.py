"""`ERRATA`: what is wrong or loose in the report, in its order, each with a correction and evidence that runs."""

from ..facts import Errata
from . import elbo, infogan_bound, infogan_objective, information, vae_loss

SECTION_4_1 = [*infogan_objective.OBJECTIVE, *infogan_bound.BOUND]
SECTION_4_2 = [*vae_loss.BETA_VAE, *elbo.LOWER_BOUND, *vae_loss.DECODER]

ERRATA = Errata([*information.SECTIONS_1_TO_3, *SECTION_4_1, *SECTION_4_2])
