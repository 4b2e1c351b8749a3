"""`DERIVATIONS`: every chain that the report derives, in its order, and those beyond it, by name."""

from ...derivation import Derivation
from . import (
    decompositions,
    elbo,
    inequalities,
    infogan_bound,
    infogan_objective,
    information,
    optimal_discriminator,
    vae_loss,
)

SECTION_3 = [
    information.SELF_INFORMATION,
    information.ENTROPY,
    information.JOINT_ENTROPY,
    information.CONDITIONAL_ENTROPY,
    information.CONDITIONAL_ENTROPY_TRANSFORMED,
    information.MUTUAL_INFORMATION,
    information.KL_DIVERGENCE,
]
SECTION_4_1 = [
    infogan_objective.OBJECTIVE,
    infogan_objective.ADVERSARIAL_VALUE,
    infogan_objective.MAXIMAL_INFORMATION,
    infogan_bound.BOUND,
    infogan_bound.LOWER_BOUND,
    infogan_bound.LEMMA,
    infogan_bound.FINAL_BOUND,
    infogan_objective.FINAL_OBJECTIVE,
]
SECTION_4_2 = [
    vae_loss.BETA_VAE_LOSS,
    elbo.BAYES,
    elbo.KL_TO_THE_POSTERIOR,
    elbo.LOG_EVIDENCE,
    elbo.EVIDENCE_LOWER_BOUND,
    elbo.ELBO,
    elbo.ELBO_OBJECTIVE,
    vae_loss.SQUARED_ERROR,
    vae_loss.VAE_LOSS,
]
BEYOND_THE_REPORT = [
    inequalities.GIBBS,
    inequalities.JENSEN,
    decompositions.INFOGAN_GAP,
    decompositions.ELBO_SURGERY,
    decompositions.TOTAL_CORRELATION_SPLIT,
    optimal_discriminator.OPTIMAL_DISCRIMINATOR,
    optimal_discriminator.JENSEN_SHANNON,
    inequalities.PINSKER,
    inequalities.FANO,
    inequalities.DATA_PROCESSING,
]

DERIVATIONS: dict[str, Derivation] = {
    derivation.name: derivation for derivation in (*SECTION_3, *SECTION_4_1, *SECTION_4_2, *BEYOND_THE_REPORT)
}
