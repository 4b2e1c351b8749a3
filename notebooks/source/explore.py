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
# This page has a figure with sliders from each lecture. Before you move a slider, predict what will happen. In
# JupyterLab, choose *Run → Run All Cells*; `voila notebooks/explore.ipynb` shows the same page without code. The arrow
# keys move a slider too: press Tab until it has the focus.
#
# [Entropy](#Entropy) · [Joint pmf](#Joint-pmf) · [Conjectures](#Conjectures) ·
# [Forward and reverse KL](#Forward-and-reverse-KL) · [ELBO and EM](#ELBO-and-EM) ·
# [The InfoGAN bound](#The-InfoGAN-bound) · [Latents of a VAE](#Latents-of-a-VAE) · [β-VAE](#β-VAE) ·
# [The adversarial game](#The-adversarial-game) · [InfoGAN](#InfoGAN) · [Dependence](#Dependence) · [Rotation](#Rotation)
#
# ## Entropy
#
# Make one outcome almost certain, so that $H(X)$ falls to 0. Where does the mean code length stop? (Lecture 1.)

# %%
from infotheory.explore import EntropyExplorer

EntropyExplorer([0.5, 0.25, 0.125, 0.125])

# %% [markdown]
# ## Joint pmf
#
# Can you type a table with $I(X;Y)=0$ in which no two cells are equal? Can you type one with $H(X\mid Y)=0$ but
# $H(Y\mid X)>0$? How does the mutual information of two fair coins change if their XOR is known? (Lectures 1 and 2.)

# %%
from infotheory.explore import JointExplorer

JointExplorer("weather")

# %% [markdown]
# ## Conjectures
#
# Does conditioning on $Z$ always lower $I(X;Y)$? Does it if $X\to Y\to Z$ is a chain? Type `I(X;Z|Y) = 0` as given.
# (Lectures 1 and 11.)

# %%
from infotheory.explore import ConjectureExplorer

ConjectureExplorer("I(X;Y|Z) <= I(X;Y)")

# %% [markdown]
# ## Forward and reverse KL
#
# Move the two modes together. At which distance do the two fits nearly agree? (Lecture 2.)

# %%
from infotheory.explore import KLExplorer

KLExplorer()

# %% [markdown]
# ## ELBO and EM
#
# There are two ways to raise the bound. Which of them can make $\log p(x)$ fall, and for which $q$? (Lecture 3.)

# %%
from infotheory.explore import ELBOExplorer

ELBOExplorer()

# %% [markdown]
# ## The InfoGAN bound
#
# Q may assume too little noise, or too much by the same amount. Which of the two lowers $L_I$ more? (Lecture 7.)

# %%
from infotheory.explore import InfoGANBoundExplorer

InfoGANBoundExplorer()

# %% [markdown]
# ## Latents of a VAE
#
# The sliders are in the order of their latents' KL. What do the last ones change? Which latent changes the shape, and
# does it change anything else? (Lectures 4 and 5.)

# %%
from models.explore import TraversalExplorer

TraversalExplorer("beta-vae-dsprites", image=2)

# %% [markdown]
# ## β-VAE
#
# Which latents collapse first as β grows? (Lecture 5.)

# %%
from models.explore import BetaExplorer

BetaExplorer(beta=4)

# %% [markdown]
# ## The adversarial game
#
# Move the generator away from the data. Which of its two losses still has a gradient towards the data? (Lecture 6.)

# %%
from infotheory.explore import GameExplorer

GameExplorer()

# %% [markdown]
# ## InfoGAN
#
# Move each number beyond ±1, outside the range of its training. Does Q still read it? Does new noise change the digit?
# (Lecture 8.)

# %%
from models import load_pretrained
from models.explore import InfoGANExplorer

InfoGANExplorer(load_pretrained("infogan-mnist"))

# %% [markdown]
# ## Dependence
#
# Rotate the square. Which penalties change? Which of them detect the ring? (Lecture 9.)

# %%
from infotheory.explore import DependenceExplorer

DependenceExplorer()

# %% [markdown]
# ## Rotation
#
# Two latents of a perfect code of dSprites' factors are rotated. Which scores change? (Lecture 10.)

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
