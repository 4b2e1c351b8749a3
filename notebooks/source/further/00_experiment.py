# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 0 · An experiment of your own
#
# **How do you train a model, keep a record of it, and look at what it has learned?** This notebook is a template for a
# project. One cell trains any model of the course, with its data, its seed and a checkpoint. The next cells show its loss
# terms, its images and its scores, and write them to a file. The picture shows what a published VAE has learned in
# 40,000 steps. Along each row one latent changes.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import json
import platform
import tempfile
from pathlib import Path

import torch

from infotheory.teaching import measured
from models import BetaVAE, choose_device, load_pretrained, train  # noqa: F401, BetaVAE is for a change in F0.2
from models.evaluation import evaluate
from models.recipes import RECIPES, load_data
from models.teaching.figures import further_00 as figures

_, examples = load_data("binary digits")
figures.opening(load_pretrained("vae-mnist"), examples)

# %% [markdown]
# After this notebook you can
#
# - train any recipe of the package, and continue a run that was interrupted;
# - record settings and results in a form that a table can be made from;
# - change one thing at a time, and report a median over seeds.
#
# | | |
# |---|---|
# | Needs | [lecture 4](../04_vae.ipynb), and the lecture of the model that you train |
# | Time | 6 minutes to read; a minute to run |
#
# ## F0.1 Choose (1 minute)
#
# A *recipe* has a model with its settings, the name of its data and a number of steps. `device` is the GPU if there is one.
# To use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you start Jupyter.

# %%
for name, recipe in RECIPES.items():
    print(f"{name:32s} {recipe.steps:6,} steps of {recipe.data}")
device = choose_device()

# %% [markdown]
# ## F0.2 Train (2 minutes)
#
# This cell is the experiment. `STEPS` is small, so that it runs in seconds; `recipe.steps` trains in full. Replace
# `FOLDER` by a folder of yours. The checkpoint is written once a minute. If you run the cell again after an interruption, the
# training continues from the checkpoint. A finished run is not repeated, so choose a new seed or a new file name after a
# change of the settings.

# %%
NAME, STEPS, SEED = "vae", 1_000, 0
FOLDER = Path(tempfile.mkdtemp())

recipe = RECIPES[NAME]
data, test_images = load_data(recipe.data, device=device)
torch.manual_seed(SEED)  # the first weights
model = recipe.make()
history = train(
    model, data, steps=STEPS, batch_size=recipe.batch_size, seed=SEED, device=device,
    checkpoint=FOLDER / f"{NAME}-{SEED}.safetensors",
)  # fmt: skip
figures.curves(history)
measured("loss of the last 100 steps", history.mean("loss", 100), "nats per image", between=(110, 135), digits=1)

# %% [markdown]
# A model of your own works in the same way. For example, replace `recipe.make()` by `BetaVAE(10, beta=8)`, or `data` by
# your own images. For `BetaVAE(10, beta=8, network="conv", size=32)`, also replace `recipe.data` by `"sprites-32"`. Then
# remove the calls of `measured`, whose ranges are those of the VAE. The README has a new model in twenty lines.
#
# ## F0.3 Look (1 minute)
#
# The rows of a VAE are its latents, and the numbers are their mean KL. A GAN shows samples, with one label or one class of
# the code in each column. A latent of 0.0 nats has collapsed: its row does not change.

# %%
figures.drawn(model, test_images)

# %% [markdown]
# ## F0.4 Measure and record (2 minutes)
#
# `evaluate` computes the terms of the ELBO, and for sprites also every score of
# [lecture 10](../10_measuring_disentanglement.ipynb). For a GAN it gives the report on a model of digits. One line of a file has everything that a table needs: what was trained, how, where, and what came out.

# %%
numbers, report = evaluate(model)
record = {
    "model": NAME, "seed": SEED, "steps": len(history), "precision": "float32", "device": device.type,
    "torch": torch.__version__, "python": platform.python_version(), "seconds": history.seconds,
    **model.config, **numbers,
}  # fmt: skip
with open(FOLDER / "experiments.jsonl", "a") as file:
    print(json.dumps(record, default=str), file=file)
if report:
    print(report)
print("recorded:", ", ".join(numbers))
measured("ELBO of the test digits", numbers["elbo"], "nats", between=(-135, -110), digits=1)
measured("its KL", numbers["kl"], "nats", between=(12, 22), digits=1)

# %% [markdown]
# ## F0.5 Report (1 minute)
#
# A single run shows little, because the scores of different seeds differ more than those of most methods (Locatello et al.,
# 2019). Run at least five seeds for each setting, change one setting at a time, and report the median with the range.
# Decide before the training which number decides. On a GPU, `train_together` or the command
# `infotheory train NAME --seed 0 1 2 3 4` trains the seeds at the same time.
#
# > **Summary**
# > - `RECIPES`, `load_data`, `train` and `evaluate` are a whole experiment.
# > - A checkpoint continues an interrupted run, and a line of JSON records a finished one.
# > - Report medians over seeds, with a rule that was fixed before the training.
#
# **Sources.** F. Locatello, S. Bauer, M. Lucic, G. Rätsch, S. Gelly, B. Schölkopf, O. Bachem 2019, *Challenging common
# assumptions in the unsupervised learning of disentangled representations*, [arXiv:1811.12359](https://arxiv.org/abs/1811.12359)
