# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Start here
#
# **Can a network find the ten digits if it is trained without labels?** The InfoGAN below was trained on 60,000 images
# without any label. Its loss rewards images from which a code with ten values can be recovered. On the left, each
# column has its own value of this code. Why does almost every column show a single digit? These lectures derive the
# information theory behind the picture, and they check the equations with numbers. (The labels were used only after the
# training, to choose the best of five runs and to name the columns.)
#
# ![An InfoGAN generated two blocks of digits. On the left, each of ten columns shows one digit in ten different handwritings. On the right, a second part of the code changes the shape of each digit from left to right.](pictures/08_infogan.png)
#
# The course follows a term report by Burak Yuva, *Disentanglement in Statistical Machine Learning* (EE410, Sabancı
# University), and corrects its errors. You need Python, calculus and probability; PyTorch is needed from lecture 3 on.
#
# ## What builds on what

# %% tags=["hide-input"] jupyter={"source_hidden": true}
import numpy as np

from infotheory.teaching.exercises.lecture_00 import information
from infotheory.teaching.figures import lecture_00 as figures

figures.course_map()

# %% [markdown]
# A solid arrow leads to a lecture that needs the earlier one, and a dotted arrow to a lecture that it helps. If you
# have time for six lectures, read those in the filled boxes: 1, 2, 3, 4, 7 and 8. They lead from the entropy of a coin
# to the picture above. Lecture 8 also needs the game of a GAN, so read sections 6.1 to 6.3 before it.
#
# ## The lectures
#
# | | |
# |---|---|
# | ![A calendar shows a year with few wet days, and bars fall from 365 questions a year to 105.](pictures/01_entropy.png) | **[1 · Entropy](01_entropy.ipynb)** measures uncertainty in nats and bounds it.<br><small>42 minutes to read, 85 for 5 exercises; 5 seconds to run</small> |
# | ![A wide Gaussian covers both modes of a density, and a narrow one covers a single mode.](pictures/02_mutual_information_and_kl.png) | **[2 · Mutual information and KL divergence](02_mutual_information_and_kl.ipynb)** measures how much one variable reveals about another.<br><small>43 minutes to read, 80 for 5 exercises; 9 seconds to run</small> |
# | ![For each of four guesses about a disease, a blue and an orange bar together reach the same dashed line.](pictures/03_variational_inference.png) | **[3 · Variational inference](03_variational_inference.ipynb)** replaces an intractable sum with a bound, the ELBO.<br><small>40 minutes to read, 70 for 5 exercises; 11 seconds to run</small> |
# | ![Three rows show digits: people wrote the first row, and a VAE drew the other two.](pictures/04_vae.png) | **[4 · The variational autoencoder](04_vae.ipynb)** turns the ELBO into a loss and trains a network with it.<br><small>41 minutes to read, 75 for 5 exercises; 44 seconds to run</small> |
# | ![Each row shows sprites of a β-VAE while one latent changes. With β = 4, two of the latents change nothing.](pictures/05_beta_vae.png) | **[5 · β-VAE](05_beta_vae.ipynb)** puts a weight on the KL and shows which latents collapse.<br><small>45 minutes to read, 75 for 4 exercises; 30 seconds to run</small> |
# | ![Twenty digits, handwritten and generated, beside two densities on a line and the best discriminator between them.](pictures/06_gan.png) | **[6 · Generative adversarial networks](06_gan.ipynb)** derives the divergence that an optimal discriminator measures, and trains both networks.<br><small>46 minutes to read, 88 for 6 exercises; 38 seconds to run</small> |
# | ![Two tables show which images four codes generate, before and after a training. Two curves beside them rise to log 4.](pictures/07_infogan_bound.png) | **[7 · The InfoGAN bound](07_infogan_bound.ipynb)** bounds the mutual information of code and image, which is intractable.<br><small>44 minutes to read, 77 for 5 exercises; 19 seconds to run</small> |
# | ![A grid of digits shows one class of the code in each column.](pictures/08_infogan.png) | **[8 · InfoGAN](08_infogan.ipynb)** trains a GAN on that bound and examines the meaning of its codes.<br><small>39 minutes to read, 77 for 5 exercises; 52 seconds to run</small> |
# | ![Rows of sprites show single latents of two encoders, and bars compare the KL of six encoders with log N.](pictures/09_regularisers.png) | **[9 · Regularisers](09_regularisers.ipynb)** splits the KL into three parts and compares the models that penalise them.<br><small>45 minutes to read, 68 for 5 exercises; 40 seconds to run</small> |
# | ![Nine tables of latents and factors, with two scores above each.](pictures/10_measuring_disentanglement.png) | **[10 · Measuring disentanglement](10_measuring_disentanglement.ipynb)** compares ten scores on codes whose true factors are known.<br><small>44 minutes to read, 68 for 5 exercises; 59 seconds to run</small> |
# | ![Three scatter plots compare both sides of three claims; one holds always, one never, one almost always.](pictures/11_reading_the_report.png) | **[11 · Reading the report](11_reading_the_report.ipynb)** proves the report's claims, or refutes them with a counterexample.<br><small>38 minutes to read, 80 for 5 exercises; 13 seconds to run</small> |
#
# ## How long it takes
#
# The minutes of reading follow a formula. It counts a minute for every 150 words or 15 lines of code, and 0.7 minutes
# for each displayed equation or figure. The minutes have not been measured in a class, so use them to compare lectures.
# The time for predictions is added. The seconds were measured on two CPU cores.
#
# The folder `further/` contains notebooks that go deeper:
#
# - after lecture 2, [continuous variables and estimation](further/02_estimation.ipynb);
# - after lecture 4, [a VAE that can be solved](further/04_vae_solved.ipynb);
# - after lecture 5, [rate and distortion](further/05_rate_and_distortion.ipynb);
# - after lecture 6, [mode collapse](further/06_mode_collapse.ipynb);
# - after lecture 7, [other bounds](further/07_other_bounds.ipynb);
# - after lecture 8, [what the codes mean](further/08_what_codes_mean.ipynb);
# - after lecture 9, [what estimates and surrogates miss](further/09_what_surrogates_miss.ipynb);
# - after lecture 10, [the definition and the impossibility](further/10_definition_and_impossibility.ipynb);
# - after lecture 11, [the prover](further/11_the_prover.ipynb);
# - at any time, [the facts that the lectures use](further/12_facts_used.ipynb), each with a proof;
# - for a project, [an experiment of your own](further/00_experiment.ipynb).
#
# [Explore](explore.ipynb) collects all figures that have sliders.
#
# ## How an answer is checked
#
# Each exercise has an empty function and a line that checks it. Replace the three dots with your code and run the cell.
# The check prints ○ if nothing is written yet, ✗ with a remark for a wrong answer, and ✓ for a right one. The cell
# below checks one function in three states. The function must return the information of an event of probability $p$, in
# nats.


# %%
def not_yet(p): ...  # your code


def in_bits(p):
    return -np.log2(p)


def in_nats(p):
    return -np.log(p)


information.check(not_yet)
information.check(in_bits)
information.check(in_nats)

# %% [markdown]
# In a lecture, `exercises.NAME.hint()` prints the next hint, and `exercises.NAME.solution()` prints a model answer. The
# folder `solutions/` contains a notebook for each lecture, which explains every answer. A proof is
# checked by the numbers of its lines; no check reads the reasons. The exercise above has two hints, and this is the
# first:

# %%
information.hint()

# %% [markdown]
# ## Before you start
#
# - **Install.** Use Python 3.11 or newer. In the project folder, run `pip install -e . && jupyter lab notebooks`. The
#   lectures download nothing.
# - **Run.** Choose *Run*, then *Run All Cells* first. The sliders then appear, and each exercise has the variables that it needs.
#   Outputs below a prediction are hidden until you run or open them.
# - **GPU.** `device` is the GPU if there is one. To use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu`
#   before you start. No lecture needs a GPU.
# - **Numbers.** A number after ≈ depends on the machine. The lecture checks that it lies in the range for which the
#   text is true.
#
# ## Notation
#
# Random variables are capital letters, and their values are small letters. Logarithms are natural and entropies are in
# nats, unless bits are stated.
#
# | symbol | meaning | in code |
# |---|---|---|
# | p(x), p(x, y) | probability mass function (pmf), joint pmf with x in rows | `p_x`, `p_xy` |
# | p(x \| y) | conditional pmf | `conditional(p_xy, given="y")` |
# | H(X), H(X,Y), H(X \| Y) | entropy, joint, conditional | `entropy`, `joint_entropy`, `conditional_entropy` |
# | I(X; Y) | mutual information | `mutual_information` |
# | KL(p ‖ q) | Kullback–Leibler divergence | `kl_divergence` |
# | z, x, c | latent variable or noise, observation, code | `latents` or `noise`, `images`, `codes` |
# | q(z \| x), p(x \| z) | encoder, decoder | `model.encode`, `model.decode` |
# | G, D, Q | generator, discriminator, recognition network | `generate`, `discriminator`, `recognise` |
# | L_I | the bound of InfoGAN | `mutual_information_bound` |
# | TC(z) | total correlation | `total_correlation` |
#
# ## If you teach
#
# - **Six weeks**: teach lectures 1, 2, 3, 4, 7 and 8, one a week. Add the first half of lecture 6 before lecture 8.
# - **Twelve weeks**: teach lectures 1 to 11, one a week. Use the last week for a project, such as a model of the students' own.
# - **Student copies**: the lectures can be handed out as they are, since their exercises have empty functions. The
#   command `infotheory lectures FOLDER --no-solutions` copies them without the folder `solutions/`.
# - **Slides, grading, a site**: `python notebooks/source/build.py` makes slides with `--slides DIR`, graded coursework for
#   nbgrader with `--nbgrader DIR`, and a static site with `--site DIR`.
# - **Changes**: `notebooks/source/CONTRIBUTING.md` explains how to change a lecture or add an exercise.
#
# **Next**: [entropy](01_entropy.ipynb).
