"""The solutions of further/04, on the linear VAE."""

import numpy as np

import infotheory as it
from infotheory import Step


def best_decoder(covariance, k):
    r"""In (6), $\sigma^2$ is the mean of the $d-k$ smallest eigenvalues, and $WW^\top=U(\Lambda-\sigma^2I)U^\top$,
    since $RR^\top=I$. Then $WW^\top+\sigma^2I$ has the $k$ largest eigenvalues of the data, and $\sigma^2$ in all other
    directions. The likelihood of a Gaussian would be largest for the covariance of the data itself. The model keeps
    its $k$ largest eigenvalues exactly, and replaces the other eigenvalues by one number. The best single variance
    for several directions is the mean of their variances, as in exercise 2 of lecture 4.
    """
    eigenvalues, vectors = np.linalg.eigh(covariance)  # rising
    variance = eigenvalues[:-k].mean()
    U = vectors[:, -k:]
    return variance, U * (eigenvalues[-k:] - variance) @ U.T


def diagonal_gap():
    r"""Only line 4 needs the best variances.

    $$
    \begin{aligned}
    \mathrm{KL}(q\,\|\,p(z\mid x))&=\tfrac12\big(\operatorname{tr}(PS)-k-\log\det S-\log\det P\big)
    &&(2)\ \text{two Gaussians with the same mean, }S=\operatorname{diag}s^2\\
    &=\tfrac12\Big(\sum_jP_{jj}s_j^2-k-\sum_j\log s_j^2-\log\det P\Big) &&(3)\ S\text{ is diagonal}\\
    &=\tfrac12\Big(k-k+\sum_j\log P_{jj}-\log\det P\Big) &&(4)\ s_j^2=1/P_{jj}\\
    &=\tfrac12\Big(\sum_j\log P_{jj}-\log\det P\Big) &&(5)\ k-k=0
    \end{aligned}
    $$

    Since $P=M/\sigma^2$, both the sum and the determinant contain $-k\log\sigma^2$, which cancels, and (8) follows. The
    derivative of (3) with respect to $s_j^2$ is $\tfrac12(P_{jj}-1/s_j^2)$; it is zero only at $s_j^2=1/P_{jj}$, and
    the second derivative is positive. The best variances are those of each latent *given all others*, and not the
    marginal variances of the posterior. A diagonal $q$ underestimates the marginal variances.
    """

    def log_det(matrix):
        return np.linalg.slogdet(matrix)[1]

    first = Step(
        "KL(q‖p(z|x))", "", lambda P, s2: it.gaussian_kl(0 * s2, np.diag(s2), 0 * s2, np.linalg.inv(P)), "given"
    )
    matrices = Step(
        "½(tr PS − k − log det S − log det P)", "=",
        lambda P, s2: (np.trace(P @ np.diag(s2)) - len(s2) - log_det(np.diag(s2)) - log_det(P)) / 2,
        "two Gaussians with the same mean",
    )  # fmt: skip
    sums = Step(
        "½(Σ P_jj s_j² − k − Σ log s_j² − log det P)", "=",
        lambda P, s2: (np.diag(P) @ s2 - len(s2) - np.log(s2).sum() - log_det(P)) / 2, "S is diagonal",
    )  # fmt: skip
    best = Step(
        "½(k − k + Σ log P_jj − log det P)", "=",
        lambda P, s2: (len(s2) - len(s2) + np.log(np.diag(P)).sum() - log_det(P)) / 2, "s_j² = 1/P_jj",
    )  # fmt: skip
    last = Step(
        "½(Σ log P_jj − log det P)", "=", lambda P, s2: (np.log(np.diag(P)).sum() - log_det(P)) / 2, "k − k = 0"
    )
    return [first, matrices, sums, best, last], 4


def kl_of_latents(eigenvalues, variance, k):
    r"""A latent is active if its eigenvalue exceeds $\sigma^2$, and its KL is $\tfrac12\log(\lambda_j/\sigma^2)$.
    Otherwise $q(z_j\mid x)$ equals the prior and the KL is zero, which $\max(\lambda_j/\sigma^2,1)$ includes.
    """
    largest = np.sort(eigenvalues)[::-1][:k]
    return np.log(np.maximum(largest / variance, 1)) / 2
