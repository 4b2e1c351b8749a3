# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 10 · Why no objective on p(x) finds the factors, and what a definition needs
#
# **Both models generate exactly the same images. Why does only one of them have a latent for each factor?** In each
# row one latent of a model changes. On the left every row changes one factor. On the right every row changes four or
# five factors. Both models have the prior $\mathcal N(0,I)$, and both have exactly the distribution $p(x)$ of
# dSprites. So the likelihood cannot distinguish them.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.linalg import null_space
from scipy.stats import chi2, norm, spearmanr
from torch.nn.functional import binary_cross_entropy_with_logits

import infotheory as it
from infotheory import Step
from infotheory.teaching import evaluate_lines, measured
from models import Sprites, load_pretrained
from models.evaluation import metrics
from models.teaching.exercises import further_10 as exercises
from models.teaching.figures import further_10 as figures
from models.teaching.known_codes import ROTATIONS, SIZES, draw_factors, noise, standard

R5 = figures.opening()

# %% [markdown]
# After this notebook you can
#
# - prove that a rotation of the latents leaves $p(x)$, the ELBO and the prior unchanged;
# - construct such maps for other priors, and state the theorem of Locatello et al. (2019);
# - compute how much a rotation lowers the ELBO of a VAE whose posterior must be diagonal;
# - test the definition of disentanglement by symmetry groups, and say what it does not decide;
# - measure the agreement of trained models without any factor.
#
# | | |
# |---|---|
# | Needs | [lecture 10](../10_measuring_disentanglement.ipynb), [lecture 5](../05_beta_vae.ipynb) (5.7) |
# | Time | 44 minutes to read, 62 for the exercises; half a minute to run on two CPU cores |
# | Report | section 1: independent variables as disentangled ones; its reference [1] is Higgins et al. (2018) |
# | Sources | Locatello et al. 2019, Higgins et al. 2018, Rolínek et al. 2019, Duan et al. 2020; full list at the end |
#
# ## F10.1 Two perfect models (7 minutes)
#
# Take $z\sim\mathcal N(0,I_5)$, and let the decoder be the renderer of dSprites. The normal distribution function $\Phi$
# maps $z_k$ to a uniform variable on $[0,1]$, so
#
# $$v_k=\lfloor K_k\,\Phi(z_k)\rfloor\ \text{ is uniform on the levels, and}\qquad x=\mathrm{render}(v).\qquad(1)$$
#
# This model has exactly the distribution of the data, and latent $k$ encodes factor $k$. The second model has the prior
# $z'\sim\mathcal N(0,I_5)$ and the decoder $p'(x\mid z')=p(x\mid R^\top z')$ for an orthogonal matrix $R$. Then
#
# $$
# \begin{aligned}
# p'(x)&=\int\mathcal N(z';0,I)\,p(x\mid R^\top z')\,dz' &&(2)\ \text{definition}\\
# &=\int\mathcal N(Rz;0,I)\,p(x\mid z)\,|\det R|\,dz &&(3)\ \text{substitute }z'=Rz\\
# &=\int\mathcal N(z;0,I)\,p(x\mid z)\,dz=p(x) &&(4)\ |Rz|=|z|\text{ and }|\det R|=1
# \end{aligned}
# $$
#
# We evaluate the integral for one pair of latents and one bounded function of them, by quadrature.

# %%
nodes, weights = np.polynomial.hermite_e.hermegauss(60)  # for the density of N(0, 1)
grid = np.stack(np.meshgrid(nodes, nodes, indexing="ij"), axis=-1).reshape(-1, 2)
weight = np.outer(weights, weights).ravel() / (2 * math.pi)
c, s = math.cos(0.7), math.sin(0.7)
turn = np.array([[c, -s], [s, c]])


def likelihood(z):  # p(x|z) of one image x: a smooth function of both latents
    return np.exp(-((z[:, 0] - 0.5) ** 2) - (z[:, 1] + z[:, 0] ** 2 / 4) ** 2)


evaluate_lines({
    "(2)  ∫ N(z′; 0, I) p(x|Rᵀz′) dz′": weight @ likelihood(grid @ turn),
    "(4)  ∫ N(z; 0, I) p(x|z) dz": weight @ likelihood(grid),
})  # fmt: skip

# %% [markdown]
# **Predict, then run.** We draw 60,000 codes from the prior and render the factors of both models. A χ² test compares
# each pair of factors with independent uniform factors. What are the MIGs of the two codes?


# %%
def levels_of(z):  # (1)
    return np.minimum((norm.cdf(z) * SIZES).astype(int), SIZES - 1)


def largest_chi_squared(v):
    """Of all pairs of factors, relative to the quantile that a perfect model exceeds once in 10⁴."""
    ratios = []
    for j in range(5):
        for k in range(j):
            observed = np.bincount(v[:, j] * SIZES[k] + v[:, k], minlength=SIZES[j] * SIZES[k])
            expected = len(v) / len(observed)
            statistic = np.sum((observed - expected) ** 2 / expected)
            ratios.append(statistic / chi2.isf(1e-4, len(observed) - 1))
    return max(ratios)


z = np.random.default_rng(5).normal(size=(60_000, 5))  # from the prior of either model
v_first, v_second = levels_of(z), levels_of(z @ R5)  # row by row Rᵀz
for name, v in {"first": v_first, "second": v_second}.items():
    ratio = largest_chi_squared(v)
    measured(f"{name} model: largest χ² over its quantile", ratio, between=(0.8, 1), digits=2)
    bounds = (0.6, 0.8) if name == "first" else (0, 0.1)
    measured(f"{name} model: MIG", metrics.mig(z[:9_000], v[:9_000]), between=bounds, digits=2)
others = [np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))[0] for seed in range(20)]
gaps = np.array([metrics.mig(z[:9_000], levels_of(z[:9_000] @ other)) for other in others])
measured("20 random rotations: mean MIG", gaps.mean(), between=(0.03, 0.15), digits=2)
measured("20 random rotations: largest MIG", gaps.max(), between=(0.1, 0.35), digits=2)
walk = np.linspace(-1.6, 1.6, 11)  # along each latent, through the middle of the code
for name, matrix in {"first": np.eye(5), "second": R5}.items():
    walks = [levels_of(np.outer(walk, e) @ matrix) for e in np.eye(5)]
    changed = [int((np.ptp(v, axis=0) > 0).sum()) for v in walks]
    print(f"{name} model, factors that change along each latent: {changed}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# No test rejects either model: the ratios are below 1. The MIG of the first code is near 0.7, since bins of equal width
# suit a normal latent less than a uniform one. The MIG of the second code is below 0.1.
# </details>
#
# Both are perfect models of the same data. Every quantity that depends on $p(x)$ alone is equal for both, so
# maximising such a quantity cannot select one of them.
#
# ## F10.2 Not only rotations (5 minutes)
#
# Locatello et al. (2019, theorem 1) prove the statement for every prior with a density and $d\ge2$ independent
# latents. There are infinitely many bijections $T$ of the code space for which $T(z)$ has the distribution of $z$.
# Almost everywhere, no entry of their Jacobian is 0. The proof constructs such a map. Each latent is mapped to a
# uniform variable by its distribution function, and then to a normal variable by $\Phi^{-1}$. A rotation follows, and
# both maps are inverted:
#
# $$T=F^{-1}\circ\Phi\circ R\circ\Phi^{-1}\circ F.\qquad(5)$$
#
# We draw this map for a prior that is uniform on $[0,1]^2$, where $F(u)=u$. Beside it is a *swirl* of
# $\mathcal N(0,I_2)$, whose angle grows with $|z|$. **Predict, then run.** What happens to straight lines?


# %%
def rot(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def uniform_turn(u):  # (5) for F(u) = u
    return norm.cdf(norm.ppf(u) @ rot(0.5).T)


def swirl(z):
    angle = 1.5 * np.linalg.norm(z, axis=-1)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * z[..., 0] - s * z[..., 1], s * z[..., 0] + c * z[..., 1]], axis=-1)


of_uniform = uniform_turn, np.linspace(0.1, 0.9, 9), np.linspace(1e-4, 1 - 1e-4, 400)
of_normal = swirl, np.linspace(-2, 2, 9), np.linspace(-2.5, 2.5, 400)
figures.warped({"uniform on [0, 1]²: T = Φ ∘ R ∘ Φ⁻¹": of_uniform, "N(0, I): a swirl": of_normal})

# %% [markdown]
# A bijection changes a density by the factor $|\det J|$. For a uniform density, $|\det J|=1$ therefore proves the
# statement. The swirl also leaves the length $|z|$ unchanged, and therefore the density of $\mathcal N(0,I)$.


# %%
def jacobian(function, z, step=1e-5):  # [n, 2, 2], by central differences
    columns = [(function(z + step * e) - function(z - step * e)) / (2 * step) for e in np.eye(2)]
    return np.stack(columns, axis=-1)


draws = np.random.default_rng(6)
points = {"uniform": draws.uniform(0.02, 0.98, size=(2_000, 2)), "swirl": draws.normal(size=(2_000, 2))}
for (name, at), function in zip(points.items(), (uniform_turn, swirl), strict=True):
    J = jacobian(function, at)
    difference = abs(abs(np.linalg.det(J)) - 1).max()
    measured(f"{name}: largest | |det J| − 1 |", difference, between=(0, 1e-4), digits=7)
    print(f"{name}: {np.sum(abs(J) < 1e-9)} of {J.size:,} entries of the Jacobians are 0")
length = np.linalg.norm(swirl(points["swirl"]), axis=1) - np.linalg.norm(points["swirl"], axis=1)
measured("swirl: largest | |T(z)| − |z| |", abs(length).max(), between=(0, 1e-12), digits=15)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Blue lines keep the first latent constant, and orange lines the second. After $T$, no latent is constant along any line,
# and no entry of a Jacobian is 0. Every new latent depends on both old ones.
# </details>
#
# ## F10.3 A trained model, rotated (7 minutes)
#
# We rotate a VAE with the encoder $q(z\mid x)=\mathcal N(\mu,\Sigma)$. The rotated model has $q'(z'\mid x)=\mathcal
# N(R\mu,R\Sigma R^\top)$ and the decoder $p'(x\mid z')=p(x\mid R^\top z')$. Its distortion is the same, because the
# decoder receives the same $z$. Exercise 1 proves that its rate is the same. We compute the ELBO and the
# importance-weighted bound on $\log p(x)$ from densities, in double precision with a *full* covariance. There are 64
# draws for each of 100 images. The draws of the second model are the rotated draws of the first.

# %%
vae = load_pretrained("beta-vae-dsprites-32-beta-1").double()
images = Sprites(32).sample(100, seed=3)[1].double()
R = torch.as_tensor(ROTATIONS[1])
with torch.no_grad():
    mu, log_variance = vae.encoder(images).chunk(2, dim=1)
Sigma = torch.diag_embed(log_variance.exp())
prior = torch.distributions.MultivariateNormal(torch.zeros(10).double(), torch.eye(10).double())


@torch.no_grad()
def log_weights(mean, covariance, decoder, z):  # log p(x|z) + log p(z) − log q(z|x) for z [draws, images, 10]
    logits = decoder(z.flatten(0, 1)).view(len(z), *images.shape)
    D = binary_cross_entropy_with_logits(logits, images.expand_as(logits), reduction="none").flatten(2).sum(2)
    q = torch.distributions.MultivariateNormal(mean, covariance)
    return prior.log_prob(z) - D - q.log_prob(z)


epsilon = torch.randn(64, 100, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
z = mu + (log_variance / 2).exp() * epsilon
straight = log_weights(mu, Sigma, vae.decoder, z)
turned = log_weights(mu @ R.T, R @ Sigma @ R.T, lambda z: vae.decoder(z @ R), z @ R.T)
measured("mean ELBO", straight.mean(), "nats", between=(-34, -29), digits=2)
largest = (turned.mean(0) - straight.mean(0)).abs().max()
measured("largest change of the ELBO of an image", largest, "nats", between=(0, 1e-8), digits=10)
bounds = [w.logsumexp(0) - math.log(64) for w in (straight, turned)]
measured("mean bound with 64 draws", bounds[0].mean(), "nats", between=(-31, -26), digits=2)
measured("its largest change", (bounds[1] - bounds[0]).abs().max(), "nats", between=(0, 1e-8), digits=10)

# %% [markdown]
# **Predict, then run.** We rotate the codes of three trained models 20 times at random. How much does their MIG fall?

# %%
names = {"β = 0.25": "beta-vae-dsprites-32-beta-0.25", "β = 0.5": "beta-vae-dsprites-32-beta-0.5"}
names |= {f"β = {beta}": f"beta-vae-dsprites-32-beta-{beta}" for beta in (1, 2, 4)}
others = {"β-TCVAE": "beta-tc-vae", "FactorVAE": "factor-vae", "DIP-VAE": "dip-vae"}
names |= {name: f"{file}-dsprites-32" for name, file in others.items()}
v, sprites = Sprites(32).sample(3_000, seed=1)
codes = {}
with torch.no_grad():
    for name, file in names.items():
        encoded = [load_pretrained(file).encode(batch) for batch in sprites.split(250)]
        codes[name] = [torch.cat(parts).double().numpy() for parts in zip(*encoded, strict=True)]
gaps = {name: metrics.mig(mean, v) for name, (mean, _) in codes.items()}
ranges = {"β = 1": ((0.02, 0.045), (0.046, 0.15)), "β = 4": ((0.015, 0.03), (0.031, 0.1))}
ranges["DIP-VAE"] = (0.3, 0.45), (0.1, 0.2)
for name, (own, largest) in ranges.items():
    of_turns = np.array([metrics.mig(codes[name][0] @ rotation.T, v) for rotation in ROTATIONS])
    measured(f"{name}: MIG", gaps[name], between=own)
    measured(f"{name}: mean MIG of 20 rotations", of_turns.mean(), between=(0.01, 0.1))
    measured(f"{name}: largest MIG of 20 rotations", of_turns.max(), between=largest)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The MIG of the DIP-VAE falls from above 0.3 to below 0.2 in each of 20 rotations, and to less than 0.1 on average. For
# both β-VAEs, the mean over rotations is close to the MIG of the code itself, and the largest value exceeds it. A MIG
# of 0.03 therefore does not show that the axes of a code differ from random ones.
# </details>
#
# Always run this control before you interpret a small score. The table of single factors contains more than the mean.
# In lecture 5 a rotation reduced the largest information about each position.

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 15 minutes · the KL of a rotated posterior
#
# Prove that, for an orthogonal $R$,
#
# $$\mathrm{KL}\big(\mathcal N(R\mu,R\Sigma R^\top)\,\|\,\mathcal N(0,I)\big)
# =\mathrm{KL}\big(\mathcal N(\mu,\Sigma)\,\|\,\mathcal N(0,I)\big).$$
#
# Return all lines from `first` to `last`, at least four, and the number of the one line that needs $R^\top R=I$. A value
# is a function of `mean` $[3]$, `variances` $[3]$ and `R` $[3,3]$. The check evaluates your lines for 100 orthogonal
# matrices, and then for 100 matrices that are not orthogonal.
#
# <details><summary>Hint 1</summary>
#
# $\mathrm{KL}(\mathcal N(m,S)\,\|\,\mathcal N(0,I))=\frac12(\operatorname{tr}S+|m|^2-d-\log\det S)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\operatorname{tr}R\Sigma R^\top=\operatorname{tr}R^\top R\Sigma$ holds for every $R$, and so does
# $\det R\Sigma R^\top=\det\Sigma\cdot\det R^\top R$.
#
# </details>


# %% tags=["exercise"]
def kl_of(mean, covariance):
    return it.gaussian_kl(mean, covariance, np.zeros(3), np.eye(3))


first = Step(
    "KL(N(Rμ, RΣRᵀ) ‖ N(0, I))", "",
    lambda mean, variances, R: kl_of(R @ mean, R @ np.diag(variances) @ R.T), "turned",
)  # fmt: skip
last = Step(
    "KL(N(μ, Σ) ‖ N(0, I))", "=",
    lambda mean, variances, R: kl_of(mean, np.diag(variances)), "closed form",
)  # fmt: skip


def my_kl_of_turn():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.kl_of_turn.check(my_kl_of_turn)

# %% [markdown]
# ## F10.4 The price of a rotation (6 minutes)
#
# The axes that a VAE selects do not come from $p(x)$. They come from the part of the model that we *cannot* rotate
# freely. The encoder of a VAE has a **diagonal** covariance, but $R\Sigma R^\top$ is not diagonal in general. Let the
# exact posterior be $\mathcal N(m,\Lambda^{-1})$, and let $q$ have the same mean and the variances $s_j^2$:
#
# $$
# \begin{aligned}
# \mathrm{KL}\big(q\,\|\,\mathcal N(m,\Lambda^{-1})\big)
# &=\tfrac12\sum_j\big(\Lambda_{jj}s_j^2-1-\log s_j^2\big)-\tfrac12\log\det\Lambda &&(6)\ \text{closed form}\\
# &\ge\tfrac12\Big(\sum_j\log\Lambda_{jj}-\log\det\Lambda\Big) &&(7)\ \text{least at }s_j^2=1/\Lambda_{jj}\\
# &\ge0 &&(8)\ \text{Hadamard; equality iff }\Lambda\text{ is diagonal}
# \end{aligned}
# $$
#
# The value (7) is the **price of a rotation**. **Predict, then run.** How large is the price of our $R$ in nats? When
# is the price 0?

# %%
Lambda = R @ torch.diag_embed((-log_variance).exp()) @ R.T
diagonal = torch.diagonal(Lambda, dim1=1, dim2=2)
price = (diagonal.log().sum(1) - torch.logdet(Lambda)) / 2  # (7)
closed = it.gaussian_kl(mu, torch.diag_embed(1 / diagonal), mu, torch.linalg.inv(Lambda))
measured("mean price (7)", price.mean(), "nats", between=(5, 9), digits=2)
difference = (price - closed).abs().max()
measured("largest difference from it.gaussian_kl", difference, "nats", between=(0, 1e-6), digits=8)
z = mu @ R.T + diagonal.rsqrt() * epsilon
restricted = log_weights(mu @ R.T, torch.diag_embed(1 / diagonal), lambda z: vae.decoder(z @ R), z)
loss = straight.mean() - restricted.mean()
measured("fall of the ELBO with the best diagonal encoder of (7)", loss, "nats", between=(3, 9), digits=2)

is_active = it.diagonal_gaussian_kl(mu, log_variance).mean(0) > 0.1
precision = (-log_variance[:, is_active]).exp()


def price_of_turning(a, b):  # two latents with these precisions, by 45°: both get the mean precision
    return (((a + b) / 2).log() - (a.log() + b.log()) / 2).mean().item()


d = precision.shape[1]
prices = [price_of_turning(precision[:, i], precision[:, j]) for i in range(d) for j in range(i)]
print(f"45° between latents of equal σ: {price_of_turning(precision[:, 0], precision[:, 0]):z.3f} nats")
print(f"{d} active latents, {len(prices)} pairs")
measured("smallest price of a pair", min(prices), "nats", between=(0.05, 0.3), digits=2)
measured("largest price of a pair", max(prices), "nats", between=(0.3, 1), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The mean price is several nats, and the ELBO falls by several nats. The price is 0 for latents of equal σ, which can
# be rotated freely. Here every pair has a positive price, because the two precisions differ for single images, even if
# their means over images are similar.
# </details>
#
# If the posterior is diagonal, the local directions of the decoder tend to be orthogonal (Rolínek et al., 2019). A
# price that selects *some* axes does not imply that these axes are factors.
#
# Unsupervised disentanglement therefore rests on a **bias**, which a paper should name. Candidates are the diagonal
# family of $q$, the networks, the schedule of the KL, the seeds and the stopping time. The *selection* of models by a
# score that uses the factors is another candidate. Additional information can also distinguish the codes. Examples
# are a few labels, pairs of images that share a factor, and actions with a visible effect (F10.5).

# %% [markdown]
# ### Exercise 2 ★★★ · compute · extra · 15 minutes · the price of a rotation
#
# Given the variances $\sigma_j^2$ of a diagonal posterior and an orthogonal matrix $R$, return the least
# $\mathrm{KL}(q\,\|\,\mathcal N(0,R\,\mathrm{diag}(\sigma^2)R^\top))$ over all diagonal Gaussians $q$.
#
# <details><summary>Hint 1</summary>
#
# The precision matrix is $\Lambda=R\,\mathrm{diag}(1/\sigma^2)R^\top$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\log\det\Lambda=-\sum_j\log\sigma_j^2$ for every $R$.
#
# </details>
# <details><summary>Hint 3</summary>
#
# If you find $\sum_j\log(R\,\mathrm{diag}(\sigma^2)R^\top)_{jj}$, you have the KL in the other direction. Matching the
# marginal variances is the *forward* fit of lecture 2.
#
# </details>


# %% tags=["exercise"]
def my_price_of_a_turn(variances, R):
    """The least KL, in nats; variances is an array [d], R [d, d]."""
    ...


exercises.price_of_a_turn.check(my_price_of_a_turn)

# %% [markdown]
# ## F10.5 A definition: symmetries instead of factors (11 minutes)
#
# The report's reference [1] (Higgins et al., 2018) does not start from factors. Position is one property because
# there are *transformations* that change it and leave everything else unchanged. Let a group $G$ act on the states
# $w$ of the world. Let $f$ map a state, through its image, to its code. The code is **disentangled with respect to a
# decomposition** $G=G_1\times\dots\times G_m$ if
#
# 1. there is an action of $G$ on codes for which $f$ is **equivariant**: $f(g\cdot w)=g\cdot f(w)$;
# 2. the code space splits into $Z_1\oplus\dots\oplus Z_m$, and $G_i$ acts on $Z_i$ only and leaves the other parts
#    fixed.
#
# A linear action is $g\cdot z=\rho(g)z$ with matrices for which $\rho(gh)=\rho(g)\rho(h)$. The
# second condition then says that $\rho(g_1,\dots,g_m)=\rho_1(g_1)\oplus\dots\oplus\rho_m(g_m)$. All matrices are
# block diagonal, and block $i$ depends on $g_i$ alone.
#
# **The group of shifts.** The states are the $32\times32$ positions $w=(x,y)$ of a heart. The group is $C_{32}\times
# C_{32}$, with $(a,b)\cdot(x,y)=(x+a,\,y+b)\bmod32$. At the edge the heart reappears on the opposite side, which does
# not happen in dSprites itself. The group acts on the 1,024 images by permutations.

# %%
n = 32  # positions along x and along y
states = np.stack(np.unravel_index(np.arange(n * n), (n, n)), axis=1)  # w = (x, y)


def shift(states, g):  # g · w for g = (a, b)
    return (states + np.array(g)) % n


def heart_at(states):
    v = np.full((len(states), 5), [2, 5, 0, 0, 0])
    v[:, 3:] = states
    return Sprites(32).images(torch.as_tensor(v))


start = np.array([[24, 10]])
elements = [(4 * step, 0) for step in range(8)] + [(0, 4 * step) for step in range(8)]
orbit = [shift(start, g) for g in elements]
figures.hearts(heart_at(np.concatenate(orbit)))

# %% [markdown]
# **A code that satisfies the definition.** Each coordinate of the position is encoded on a circle, and each shift
# rotates this circle. With $\omega=2\pi/32$,
#
# $$f(x,y)=(\cos\omega x,\ \sin\omega x,\ \cos\omega y,\ \sin\omega y),\qquad
# \rho(a,b)=\begin{pmatrix}\mathrm{rot}(\omega a)&0\\0&\mathrm{rot}(\omega b)\end{pmatrix}.\qquad(9)$$
#
# The equation $\rho(g)f(w)=f(g\cdot w)$ is the addition theorem of sine and cosine. We check all $1{,}024^2$ pairs.


# %%
def circles(states):
    angle = 2 * np.pi / n * states
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1).reshape(len(states), 4)


def rho(a, b):
    matrix = np.zeros((4, 4))
    matrix[:2, :2], matrix[2:, 2:] = rot(2 * np.pi * a / n), rot(2 * np.pi * b / n)
    return matrix


z = circles(states)
error = max(abs(z @ rho(*g).T - circles(shift(states, g))).max() for g in states)
measured("largest |ρ(g) f(w) − f(g·w)|", error, between=(0, 1e-12), digits=15)
products = max(abs(rho(*g) @ rho(*h) - rho(*shift(g, h))).max() for g in states[::37] for h in states[::41])
measured("largest |ρ(g)ρ(h) − ρ(gh)|", products, between=(0, 1e-12), digits=15)
print(f"different codes: {len(np.unique(z.round(9), axis=0)):,} of {len(states):,} states")

# %% [markdown]
# **One real number is not enough.** Let $f(x)\in\mathbb R$ with a linear action of $C_{32}$. A linear map of
# $\mathbb R$ is a number, $\rho(1)=c$, and 32 shifts by 1 are the identity. So $c^{32}=1$ and $c=\pm1$. Then $f(x)=c^xf(0)$ has
# at most *two* values for 32 states. A cyclic factor with more than two states needs two latents, which form one block.
#
# For any code, least squares gives the matrix that best maps all $f(w)$ to $f(g\cdot w)$. We compute the share of the
# variance that it does not explain. **Predict, then run.** How large is this share for $(x,y,1)$, for circles, for
# circles that a random matrix $M$ has mixed, and for a trained encoder?


# %%
def best_action(z, moved):  # ρ with moved ≈ z ρᵀ, and the share of the variance that it misses
    matrix = np.linalg.lstsq(z, moved, rcond=None)[0].T
    return matrix, np.sum((moved - z @ matrix.T) ** 2) / np.sum((moved - moved.mean(axis=0)) ** 2)


@torch.no_grad()
def encoded_with_1(states):
    mean, _ = load_pretrained("beta-vae-dsprites-32-beta-2").encode(heart_at(states))
    return np.c_[mean.double().numpy(), np.ones(len(states))]


M = np.random.default_rng(3).normal(size=(4, 4))
kinds = {
    "(x, y, 1)": (lambda w: np.c_[standard(w, n), np.ones(len(w))], (0.01, 1)),
    "circles": (circles, (-1e-12, 1e-12)),
    "circles, mixed by M": (lambda w: circles(w) @ M.T, (-1e-12, 1e-12)),
    "trained β-VAE, with a 1": (encoded_with_1, (0.01, 1)),
}
for name, (f, between) in kinds.items():
    for g in ((1, 0), (8, 0)):
        share = best_action(f(states), f(shift(states, g)))[1]
        measured(f"{name}: share missed at {g}", share, between=between, digits=3)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The code $(x,y)$ contains the order of the positions, but not that 31 is next to 0, so a shift that wraps fails.
# Larger shifts wrap more often. Both codes of circles have an exact linear action. The trained encoder has no such
# action, and no term of its loss requires one.
# </details>
#
# **Mixing hides the blocks, but does not destroy them.** With $z'=Mz$ the action is $\rho'(g)=M\rho(g)M^{-1}$. The
# code is still equivariant, and $\rho'(gh)=\rho'(g)\rho'(h)$, but $\rho'$ is no longer block diagonal. We can find
# the blocks without $M$. The block of $x$ is the subspace that *the shifts of $y$ leave fixed*, the null space of
# $\rho'(0,b)-\mathbf 1$. Here $b=4$.

# %%
mixed = circles(states) @ M.T
move_x, _ = best_action(mixed, circles(shift(states, (4, 0))) @ M.T)
move_y, _ = best_action(mixed, circles(shift(states, (0, 4))) @ M.T)
one = np.eye(4)
basis = np.c_[null_space(move_y - one, rcond=1e-9), null_space(move_x - one, rcond=1e-9)]  # of x, then of y
again = [np.linalg.solve(basis, move @ basis) for move in (move_x, move_y)]
shown = {"circles: ρ(4, 0)": rho(4, 0), "mixed: ρ′(4, 0)": move_x, "mixed, in the found basis": again[0]}
figures.actions(shown)


def off_blocks(matrix):
    return max(abs(matrix[:2, 2:]).max(), abs(matrix[2:, :2]).max())


measured("largest entry outside the blocks, mixed", off_blocks(move_x), between=(0.1, 10), digits=2)
measured("in the found basis", max(map(off_blocks, again)), between=(0, 1e-9), digits=12)
still = abs(again[0][2:, 2:] - np.eye(2)).max()
measured("largest change of the block of y by a shift of x", still, between=(0, 1e-9), digits=12)

# %% [markdown]
# By the linear definition, "disentangled" is a property of *subspaces*. A rotation within a block does not change
# this property. If you may apply the group, you can undo a mixing of blocks. If you only *look* at images, you
# cannot, by F10.1.
#
# **Predict, then run.** The code of circles is disentangled by the definition. What are its scores, for both positions
# and ten latents, of which six have collapsed?

# %%
positions = draw_factors(9_000)[:, 3:]


def judged(w):
    return np.c_[circles(w), noise(w, 6, 0.01)]


class Positions:
    factor_sizes, factor_names = (n, n), ("posX", "posY")

    def images(self, factors):
        return factors


z, w = judged(positions), positions
D, C, _ = metrics.dci(z[:2_000], w[:2_000] // 4, booster="histogram")
sample = dict(n_train=2_000, n_test=1_000)
measured("MIG", metrics.mig(z, w), between=(0, 0.05), digits=2)
measured("SAP", metrics.sap(z[:3_000], w[:3_000]), between=(0, 0.05), digits=2)
measured("active modularity", metrics.active_modularity(z, w), between=(0.95, 1.001), digits=2)
measured("DCI, disentanglement", D, between=(0.95, 1.001), digits=2)
measured("DCI, completeness", C, between=(0.6, 0.8), digits=2)
for name, score in (("β-VAE", metrics.beta_vae_score), ("FactorVAE", metrics.factor_vae_score)):
    measured(f"{name} score", score(judged, Positions(), **sample), between=(0.97, 1.001), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Scores of modularity agree with the definition. Scores of compactness reject the code, because sine and cosine share a
# factor. If you rank models by MIG, you assume that every factor is a line.
# </details>
#
# **The definition does not choose the decomposition.** $C_{32}\times C_{32}$ is also the product of the *diagonal* shifts
# $(a,a)$ and the shifts $(0,b)$. With respect to these, the circles of $x$ and $y$ are *entangled*, because $(a,a)$
# moves both blocks. The circles of $x$ and $y-x$ are disentangled.


# %%
def sheared_circles(states):
    x, y = states.T
    return circles(np.stack([x, (y - x) % n], axis=-1))


for title, code in {"circles of x, y": circles, "circles of x, y − x": sheared_circles}.items():
    for g in ((4, 0), (0, 4), (4, 4)):
        matrix, _ = best_action(code(states), code(shift(states, g)))
        blocks = {"first": matrix[:2, :2], "second": matrix[2:, 2:]}
        moved = [name for name, block in blocks.items() if abs(block - np.eye(2)).max() > 1e-6]
        print(f"{title:20s} {g} moves the block: {' and '.join(moved)}")

# %% [markdown]
# Both codes satisfy the definition, each for its own pair of subgroups. The choice of the directions $x$ and $y$ is
# knowledge about the world, as the choice of the five factors was. The definition states where this knowledge enters,
# but it does not supply it.

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 12 minutes · is there a linear action?
#
# Let $f(0),\dots,f(n-1)$ be the codes of a cyclic factor (a row for each state), and let $a$ be a shift. Return the
# mean over states of the squared distance $|f(w+a)-\rho f(w)|^2$ for the best matrix $\rho$, without a constant.
#
# <details><summary>Hint 1</summary>
#
# `np.roll(codes, -a, axis=0)` has $f(w+a \bmod n)$ in row $w$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.linalg.lstsq(codes, moved, rcond=None)[0]` is the matrix $\rho^\top$ of least squares.
#
# </details>


# %% tags=["exercise"]
def my_action_residual(codes, shift):
    """The mean squared distance that the best matrix leaves; codes is an array [states, latents]."""
    ...


exercises.action_residual.check(my_action_residual)

# %% [markdown]
# ### Exercise 4 ★★☆ · do · essential · 20 minutes · a code for other shifts
#
# $C_{32}\times C_{32}$ is also the product of the shifts $(a,3a)$ and the shifts $(0,b)$. Return a function from
# states $[n,2]$ to codes $[n,4]$ that is disentangled with respect to them. The shifts $(a,3a)$ move the first two
# latents only, and the shifts $(0,b)$ move the last two only. All 1,024 states must have different codes. The check
# fits the matrices of several shifts itself.
#
# <details><summary>Hint</summary>
#
# Which integer combination of $x$ and $y$ do the shifts $(0,b)$ leave unchanged? Which one do the shifts $(a,3a)$ leave
# unchanged?
#
# </details>


# %% tags=["exercise"]
def my_shifted_code():
    """Return a function from states [n, 2] to codes [n, 4]."""
    ...


exercises.shifted_code.check(my_shifted_code)

# %% [markdown]
# ## F10.6 A score without factors: agreement of trainings (8 minutes)
#
# If different trainings find the same latents, these latents do not depend on the seed. Duan et al. (2020) use
# this idea for model selection and call it **unsupervised disentanglement ranking**, UDR. For two models, let $S_{ab}$
# be the absolute rank correlation of latent $a$ of one with latent $b$ of the other, over the same images. Latents
# whose KL is at most 0.01 nats are left out. The agreement of the two models is
#
# $$\mathrm{UDR}=\frac12\Big(\frac1{d_a}\sum_a\frac{\max_bS_{ab}^2}{\sum_bS_{ab}}
# +\frac1{d_b}\sum_b\frac{\max_aS_{ab}^2}{\sum_aS_{ab}}\Big).\qquad(10)$$
#
# A term is 1 if a latent has one partner with $S=1$ and no correlation with the others. It falls if the largest
# correlation is small, or if several latents share it. We use the form of disentanglement_lib, the library of Locatello
# et al. (2019). The score does not change if latents are permuted, flipped, or changed by an increasing function.


# %%
def agreement(one, other, least=0.01):
    """UDR (10) of two models, each given as means and log-variances [n, d] of the same images."""
    informative = [it.diagonal_gaussian_kl(*model).mean(0) > least for model in (one, other)]
    a, b = (model[0][:, chosen] for model, chosen in zip((one, other), informative, strict=True))
    S = abs(spearmanr(a, b).statistic[: a.shape[1], a.shape[1] :])
    return np.mean(S.max(axis=1) ** 2 / S.sum(axis=1)) / 2 + np.mean(S.max(axis=0) ** 2 / S.sum(axis=0)) / 2


mean, log_variance_of = codes["DIP-VAE"]
flipped = -mean[:, ::-1], log_variance_of[:, ::-1]
value = agreement(codes["β = 4"], codes["DIP-VAE"])
measured("agreement of β = 4 with DIP-VAE", value, between=(0.2, 0.4), digits=2)
difference = abs(agreement(codes["β = 4"], flipped) - value)
measured("its change if latents are reordered and flipped", difference, between=(0, 1e-9), digits=10)

# %% [markdown]
# In the paper, the models of one comparison differ only in the seed, and the score of a model is its median over the
# others. This package contains one training of each setting. We therefore compare *settings*: eight models of the same
# sprites, with five values of β and three different losses. The KL of the last three was annealed from a larger weight.
#
# **Predict, then run.** Which models agree? The diagonal is blank, because a model agrees with itself.
# Does the agreement follow MIG, which uses the factors?

# %%
table = np.array([[agreement(codes[a], codes[b]) for b in codes] for a in codes])
figures.agreement(table, list(codes), list(gaps.values()))
sweep, annealed = slice(0, 5), slice(5, 8)
of_sweep = table[sweep, sweep][np.triu_indices(5, 1)]
of_annealed = table[annealed, annealed][np.triu_indices(3, 1)]
measured("annealed models: smallest agreement of a pair", of_annealed.min(), between=(0.9, 1), digits=2)
measured("the sweep over β: largest agreement of a pair", of_sweep.max(), between=(0.3, 0.7), digits=2)
between_groups = table[sweep, annealed].max()
measured("between both groups: largest agreement", between_groups, between=(0.2, 0.45), digits=2)
measured("annealed models: smallest MIG", min(list(gaps.values())[annealed]), between=(0.2, 0.35), digits=2)
measured("the sweep over β: largest MIG", max(list(gaps.values())[sweep]), between=(0.02, 0.08), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The three annealed models agree above 0.9, although their losses differ. In the sweep over β even neighbouring
# models agree far less. The agreement separates the two groups exactly as MIG does, but it uses no factor.
# </details>
#
# **What agreement does not show.** It shows that several trainings select the same axes, but not that these axes are
# factors. We put the three active latents of the three models into the same order, with the same signs. Then we apply
# one common rotation to all three codes.
#
# **Predict, then run.** Does the common rotation change their agreement? Does it change MIG?

# %%
rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
kl = {name: it.diagonal_gaussian_kl(*codes[name]).mean(0) for name in list(codes)[annealed]}
order = {name: np.argsort(-of)[:3] for name, of in kl.items()}
reference, turned_codes = codes["DIP-VAE"][0][:, order["DIP-VAE"]], {}
for name, chosen in order.items():
    mean, log_variances = (part[:, chosen] for part in codes[name])
    correlation = spearmanr(reference, mean).statistic[:3, 3:]
    partner = abs(correlation).argmax(axis=1)  # which latent belongs to each latent of the DIP-VAE
    same = mean[:, partner] * np.sign(correlation[np.arange(3), partner])
    turned_codes[name] = same @ rotation.T, log_variances[:, partner]
for name in ("β-TCVAE", "FactorVAE"):
    of_turned = agreement(turned_codes[name], turned_codes["DIP-VAE"])
    measured(f"{name} and DIP-VAE, both turned: agreement", of_turned, between=(0.9, 1), digits=2)
    measured(f"{name}, turned: MIG", metrics.mig(turned_codes[name][0], v), between=(0.1, 0.2), digits=2)
of_one = agreement(turned_codes["FactorVAE"], codes["DIP-VAE"])
measured("FactorVAE turned, DIP-VAE as it is: agreement", of_one, between=(0.4, 0.75), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The agreement of the rotated models stays above 0.9, but their MIG falls below 0.2. If all trainings selected these
# rotated axes, the agreement would be as high. So agreement detects an axis that a *bias shared by all trainings*
# selects. Whether this axis is a factor is a separate question, and F10.1 shows that $p(x)$ does not answer it.
#
# If only one of the two models is rotated, the agreement is still between 0.4 and 0.75. Models with few latents agree
# more easily than models with many, so compare the agreement with that of random rotations.
# </details>
#
# ## Summary
#
# > - A rotation leaves $p(z)$, $p(x)$ and the ELBO unchanged, but it entangles the code. No objective on $p(x)$ alone
# >   finds the factors, for any prior with a density and $d\ge2$ independent latents.
# > - A diagonal posterior selects some axes. A rotation away from them has the price (7), which is 0 for latents of
# >   equal σ.
# > - The definition by symmetries needs no axes: $\rho(g)f(w)=f(g\cdot w)$, where each block of $\rho(g)$ depends on one
# >   $g_i$ alone. A cyclic factor of more than two states needs two latents if the action is linear. The
# >   definition requires you to name the subgroups.
# > - Agreement of trainings needs no factor. It detects axes that all trainings select, but these axes need not be
# >   factors.
#
# **You can now** prove that rotations leave $p(x)$ unchanged, construct further such maps, compute the price of a
# rotation, test the definition numerically, and measure the agreement of models.
#
# **Sources.** F. Locatello et al. 2019, *Challenging common assumptions in the unsupervised learning of disentangled
# representations*, ICML, [arXiv:1811.12359](https://arxiv.org/abs/1811.12359) · I. Higgins et al. 2018, *Towards a
# definition of disentangled representations*, [arXiv:1812.02230](https://arxiv.org/abs/1812.02230) · M. Rolínek, D.
# Zietlow, G. Martius 2019, *Variational autoencoders pursue PCA directions (by accident)*, CVPR,
# [arXiv:1812.06775](https://arxiv.org/abs/1812.06775) · S. Duan et al. 2020, *Unsupervised model selection for
# variational disentangled representation learning*, ICLR, [arXiv:1905.12614](https://arxiv.org/abs/1905.12614)
#
# **Further reading.** ★☆☆ Locatello et al. (2019), section 3. ★★☆ Duan et al. (2020). ★★★ Higgins et al. (2018).
#
# **Next.** [Lecture 11](../11_reading_the_report.ipynb) reviews the report.
