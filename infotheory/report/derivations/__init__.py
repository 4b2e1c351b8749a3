"""`DERIVATIONS`: every chain that the report derives, in its order, and those beyond it, by name."""

from ...derivation import Derivation
from . import decompositions, elbo, inequalities, information, optimal_discriminator, vae_loss
from . import infogan_bound as bound
from . import infogan_objective as objective

SECTION_3 = [
    information.SELF_INFORMATION, information.ENTROPY, information.JOINT_ENTROPY, information.CONDITIONAL_ENTROPY,
    information.CONDITIONAL_ENTROPY_TRANSFORMED, information.MUTUAL_INFORMATION, information.KL_DIVERGENCE
]  # fmt: skip
SECTION_4_1 = [
    objective.OBJECTIVE, objective.ADVERSARIAL_VALUE, objective.MAXIMAL_INFORMATION, bound.BOUND, bound.LOWER_BOUND,
    bound.LEMMA, bound.FINAL_BOUND, objective.FINAL_OBJECTIVE
]  # fmt: skip
SECTION_4_2 = [
    vae_loss.BETA_VAE_LOSS, elbo.BAYES, elbo.KL_TO_THE_POSTERIOR, elbo.LOG_EVIDENCE, elbo.EVIDENCE_LOWER_BOUND,
    elbo.ELBO, elbo.ELBO_OBJECTIVE, vae_loss.SQUARED_ERROR, vae_loss.VAE_LOSS
]  # fmt: skip
BEYOND_THE_REPORT = [
    inequalities.GIBBS, inequalities.JENSEN, decompositions.INFOGAN_GAP, decompositions.ELBO_SURGERY,
    decompositions.TOTAL_CORRELATION_SPLIT, optimal_discriminator.OPTIMAL_DISCRIMINATOR,
    optimal_discriminator.JENSEN_SHANNON, inequalities.PINSKER, inequalities.FANO, inequalities.DATA_PROCESSING
]  # fmt: skip

DERIVATIONS: dict[str, Derivation] = {
    derivation.name: derivation for derivation in (*SECTION_3, *SECTION_4_1, *SECTION_4_2, *BEYOND_THE_REPORT)
}
