"""The solutions of further/06, on mode collapse."""

import numpy as np


def collapse(k, j):
    r"""Let $m=(p+g)/2$. On each of the $j$ modes that both have, $p/m=\frac{2j}{j+k}$ and $g/m=\frac{2k}{j+k}$. On each
    of the $k-j$ missed modes $g=0$ and $p/m=2$. The sums are

    $$\mathrm{KL}(p\|m)=\frac jk\log\frac{2j}{j+k}+\Big(1-\frac jk\Big)\log2,\qquad
    \mathrm{KL}(g\|m)=\log\frac{2k}{j+k},$$

    and the Jensen–Shannon divergence is half their sum. One digit of ten gives 0.526 nats, and five of ten 0.216 nats,
    of at most $\log2=0.693$ nats.
    """
    both = j / k * np.log(2 * j / (j + k))
    missed = (1 - j / k) * np.log(2)
    generated = np.log(2 * k / (j + k))
    return (both + missed + generated) / 2


def frechet(mean_1, covariance_1, mean_2, covariance_2):
    r"""The matrix $\Sigma_1\Sigma_2$ is not symmetric, but it has the eigenvalues of the symmetric matrix
    $\Sigma_1^{1/2}\Sigma_2\Sigma_1^{1/2}$. They are not negative, and the trace of the root is the sum of their roots:

    $$F=|\mu_1-\mu_2|^2+\operatorname{tr}\Sigma_1+\operatorname{tr}\Sigma_2-2\sum_j\sqrt{\lambda_j(\Sigma_1\Sigma_2)}.$$

    No matrix root is needed. In one dimension $F=(\mu_1-\mu_2)^2+(\sigma_1-\sigma_2)^2$. Rounding can make an
    eigenvalue that is 0 slightly negative or complex, so we take the real part and cut it at 0.
    """
    eigenvalues = np.linalg.eigvals(covariance_1 @ covariance_2).real
    roots = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    return np.sum((mean_1 - mean_2) ** 2) + np.trace(covariance_1) + np.trace(covariance_2) - 2 * roots


def what_D_sees():
    r"""If $D$ sees two points at a time, the batch $[128,2]$ becomes $[64,4]$. Two near points are rare in the data,
    where seven of eight pairs come from different modes. So $D$ recognises a collapsed generator by its pairs,
    wherever its points lie. Its gradient moves the two points of a pair *differently*, and the generator spreads. Lin
    et al. (2018) call this *packing*.

    The standard deviation of the batch as an additional input has the same effect. It is a simple form of the minibatch
    features of Salimans et al. (2016).
    """

    def shown(points):
        return points.reshape(-1, 4)

    return shown
