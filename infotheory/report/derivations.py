"""`DERIVATIONS`: every chain that the report derives, in its order, and those beyond it, by name."""

from ..derivation import Derivation
from .derivations_beyond import BEYOND_THE_REPORT
from .derivations_infogan import SECTION_4_1
from .derivations_information import SECTION_3
from .derivations_vae import SECTION_4_2

DERIVATIONS: dict[str, Derivation] = {
    derivation.name: derivation for derivation in (*SECTION_3, *SECTION_4_1, *SECTION_4_2, *BEYOND_THE_REPORT)
}
