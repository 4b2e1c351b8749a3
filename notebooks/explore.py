# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Explore
#
# One thing to move from every lecture. Before you move it, say what will happen; then see. In JupyterLab choose
# *Run → Run All Cells*; `voila notebooks/explore.ipynb` shows the same page without code. Sliders also obey the arrow
# keys: press Tab until one has the focus.
#
# [Entropy](#Entropy) · [Joint pmf](#Joint-pmf) · [Conjectures](#Conjectures) ·
# [Forward and reverse KL](#Forward-and-reverse-KL) · [ELBO and EM](#ELBO-and-EM) ·
# [The InfoGAN bound](#The-InfoGAN-bound) · [Latents of a VAE](#Latents-of-a-VAE) · [β-VAE](#β-VAE) ·
# [The adversarial game](#The-adversarial-game) · [InfoGAN](#InfoGAN) · [Dependence](#Dependence) · [Rotation](#Rotation)
#
# ## Entropy
#
# Make one outcome almost certain: where does the mean code length stop, although $H(X)$ goes on to 0? (Lecture 1.)

# %%
from infotheory.explore import EntropyExplorer

EntropyExplorer([0.5, 0.25, 0.125, 0.125])

# %% [markdown]
# ## Joint pmf
#
# Can you type a table with $I(X;Y)=0$ in which no two cells are equal? One with $H(X\mid Y)=0$ but $H(Y\mid X)>0$? Of two
# fair coins, what happens to their information once their XOR is known? (Lectures 1 and 2.)

# %%
from infotheory.explore import JointExplorer

JointExplorer("weather")

# %% [markdown]
# ## Conjectures
#
# Does knowing $Z$ always lower $I(X;Y)$? And if $X\to Y\to Z$ is a chain: type `I(X;Z|Y) = 0` as given. (Lectures 1 and 11.)

# %%
from infotheory.explore import ConjectureExplorer

ConjectureExplorer("I(X;Y|Z) <= I(X;Y)")

# %% [markdown]
# ## Forward and reverse KL
#
# Push the two modes together: from which distance on do the two fits nearly agree? (Lecture 2.)

# %%
from infotheory.explore import KLExplorer

KLExplorer()

# %% [markdown]
# ## ELBO and EM
#
# There are two ways to raise the bound. Which of them can make $\log p(x)$ fall, and from which $q$? (Lecture 3.)

# %%
from infotheory.explore import ELBOExplorer

ELBOExplorer()

# %% [markdown]
# ## The InfoGAN bound
#
# Which costs more: a reader who believes in too little noise, or in as much too much? (Lecture 7.)

# %%
from infotheory.explore import InfoGANBoundExplorer

InfoGANBoundExplorer()

# %% [markdown]
# ## Latents of a VAE
#
# The sliders stand in the order of their KL. What do the last ones do? Which latent moves the shape, and does it move
# nothing else? (Lectures 4 and 5.)

# %%
from models.explore import TraversalExplorer

TraversalExplorer("beta-vae-dsprites", image=2)

# %% [markdown]
# ## β-VAE
#
# Which latents does a larger β give up first? (Lecture 5.)

# %%
from models.explore import BetaExplorer

BetaExplorer(beta=4)

# %% [markdown]
# ## The adversarial game
#
# Move the generator away from the data: which of its two losses still pulls it back? (Lecture 6.)

# %%
from infotheory.explore import GameExplorer

GameExplorer()

# %% [markdown]
# ## InfoGAN
#
# Move each number beyond ±1, where it was never trained: does Q still read it? And does new noise change the digit?
# (Lecture 8.)

# %%
from models import load_pretrained
from models.explore import InfoGANExplorer

InfoGANExplorer(load_pretrained("infogan-mnist"))

# %% [markdown]
# ## Dependence
#
# Turn the square: which penalties notice? Which see the ring? (Lecture 9.)

# %%
from infotheory.explore import DependenceExplorer

DependenceExplorer()

# %% [markdown]
# ## Rotation
#
# A perfect code of dSprites' factors, two of whose latents are turned: which scores notice? (Lecture 10.)

# %%
import numpy as np

from models import Sprites
from models.explore import RotationExplorer


class Factors:
    factor_sizes, factor_names = Sprites.factor_sizes, Sprites.factor_names

    def images(self, factors):
        return np.asarray(factors)  # an encoder that reads the factors needs no image


sizes = np.array(Factors.factor_sizes)
RotationExplorer(
    lambda v: (v - (sizes - 1) / 2) / np.sqrt((sizes**2 - 1) / 12), Factors(), latents=(3, 4), n_images=1_000
)
