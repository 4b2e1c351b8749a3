"""The report on disentanglement, executable: its derivations, the properties that it states, and its errata.

Yuva, Disentanglement in Statistical Machine Learning (EE410 term project, Sabanci University).

`DERIVATIONS["mutual information"].show()` evaluates a chain line by line on random inputs, and `.show(on={"p_xy": p})`
on your own. The names of the inputs, with the shapes of an example, are `DERIVATIONS["mutual information"].inputs`.
"""

from .derivations import DERIVATIONS
from .errata import ERRATA
from .facts import Errata, Erratum, Evidence, Fact
from .identities import IDENTITIES, Identity

__all__ = ["DERIVATIONS", "ERRATA", "IDENTITIES", "Errata", "Erratum", "Evidence", "Fact", "Identity"]
