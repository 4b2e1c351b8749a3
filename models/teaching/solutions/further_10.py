"""The solutions of further/10, on the definition by symmetries and on the impossibility."""

import numpy as np

import infotheory as it
from infotheory import Step


def kl_of_turn():
    r"""Let $\mu$ and $\Sigma$ be the mean and the covariance of the posterior. Only line 4 needs $R^\top R=I$.

    $$
    \begin{aligned}
    \mathrm{KL}\big(\mathcal N(R\mu,R\Sigma R^\top)\,\|\,\mathcal N(0,I)\big)
    &=\tfrac12\big(\operatorname{tr}R\Sigma R^\top+|R\mu|^2-d-\log\det R\Sigma R^\top\big)
    &&(2)\ \text{closed form}\\
    &=\tfrac12\big(\operatorname{tr}R^\top R\Sigma+\mu^\top R^\top R\mu-d-\log\det\Sigma-\log\det R^\top R\big)
    &&(3)\ \text{cyclic trace; determinant of a product}\\
    &=\tfrac12\big(\operatorname{tr}\Sigma+|\mu|^2-d-\log\det\Sigma\big) &&(4)\ R^\top R=I\\
    &=\mathrm{KL}\big(\mathcal N(\mu,\Sigma)\,\|\,\mathcal N(0,I)\big) &&(5)\ \text{closed form}
    \end{aligned}
    $$
    """

    def kl(mean, covariance):
        return it.gaussian_kl(mean, covariance, np.zeros(len(mean)), np.eye(len(mean)))

    def closed(mean, variances, R):
        covariance = R @ np.diag(variances) @ R.T
        return (np.trace(covariance) + np.sum((R @ mean) ** 2) - len(mean) - np.linalg.slogdet(covariance)[1]) / 2

    def with_gram(mean, variances, R):
        gram = R.T @ R
        quadratic = np.trace(gram @ np.diag(variances)) + mean @ gram @ mean
        return (quadratic - len(mean) - np.log(variances).sum() - np.linalg.slogdet(gram)[1]) / 2

    def without_R(mean, variances, R):
        return (variances.sum() + mean @ mean - len(mean) - np.log(variances).sum()) / 2

    return [
        Step("KL(N(Rμ, RΣRᵀ) ‖ N(0, I))", "", lambda mean, variances, R: kl(R @ mean, R @ np.diag(variances) @ R.T),
             "turned"),
        Step("½ (tr RΣRᵀ + |Rμ|² − d − log det RΣRᵀ)", "=", closed, "closed form"),
        Step("½ (tr RᵀRΣ + μᵀRᵀRμ − d − log det Σ − log det RᵀR)", "=", with_gram, "cyclic trace, determinants"),
        Step("½ (tr Σ + |μ|² − d − log det Σ)", "=", without_R, "RᵀR = I"),
        Step("KL(N(μ, Σ) ‖ N(0, I))", "=", lambda mean, variances, R: kl(mean, np.diag(variances)), "closed form"),
    ], 4  # fmt: skip


def price_of_a_turn(variances, R):
    r"""For $q=\mathcal N(0,\mathrm{diag}(s^2))$ and the precision matrix $\Lambda=R\,\mathrm{diag}(1/\sigma^2)R^\top$,

    $$\mathrm{KL}=\tfrac12\Big(\sum_j\Lambda_{jj}s_j^2-d-\sum_j\log s_j^2-\log\det\Lambda\Big).$$

    The derivative in $s_j^2$ is 0 at $s_j^2=1/\Lambda_{jj}$. There the first two terms cancel. With
    $\log\det\Lambda=-\sum_j\log\sigma_j^2$ the least KL is

    $$\tfrac12\Big(\sum_j\log\Lambda_{jj}+\sum_j\log\sigma_j^2\Big).$$
    """
    R, variances = np.asarray(R), np.asarray(variances)
    precision = np.sum(R**2 / variances, axis=1)  # the diagonal of Λ
    return (np.log(precision).sum() + np.log(variances).sum()) / 2


def action_residual(codes, shift):
    r"""Row $w$ of `codes` is $f(w)^\top$. So $\rho f(w)=f(w+a)$ for all $w$ means $F\rho^\top=F_a$, where $F_a$ is the
    rolled table. Least squares gives the best $\rho^\top$. The residual is 0 iff a linear map performs the shift.
    """
    codes = np.asarray(codes, float)
    moved = np.roll(codes, -shift, axis=0)
    rho_transposed = np.linalg.lstsq(codes, moved, rcond=None)[0]
    return np.mean(np.sum((moved - codes @ rho_transposed) ** 2, axis=1))


def shifted_code():
    r"""The shifts $(0,b)$ must leave the first two latents unchanged, so these depend on $x$ alone. The shifts
    $(a,3a)$ must leave the last two unchanged. They leave $y-3x$ unchanged, because $(y+3a)-3(x+a)=y-3x$. So the code
    consists of the circles of $x$ and of $y-3x$. It has $1{,}024$ different values, because $x$ and $y-3x$ determine
    $y$.

    Each shift $(a,c)$ is the product of $(a,3a)$ and $(0,c-3a)$. So the same states, images and group have a second
    disentangled code. Only the two subgroups are different.
    """

    def represent(states):
        x, y = states.T
        angles = [2 * np.pi / 32 * x, 2 * np.pi / 32 * (y - 3 * x)]
        return np.stack([f(angle) for angle in angles for f in (np.cos, np.sin)], axis=1)

    return represent
