"""`ERRATA`: what is wrong or loose in the report, in its order, each with a correction and evidence that runs."""

from .errata_infogan import SECTION_4_1
from .errata_information import SECTIONS_1_TO_3
from .errata_vae import SECTION_4_2
from .evidence import Errata

ERRATA = Errata([*SECTIONS_1_TO_3, *SECTION_4_1, *SECTION_4_2])
