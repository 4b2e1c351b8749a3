"""The solutions of lecture 5, on the β-VAE."""

import numpy as np
import torch

from infotheory import Step
from models import BetaVAE, Sprites, load_pretrained, train


def beta_for(variances, sigma_squared, k):
    r"""Latent $j$ is active if and only if $\lambda_j>\beta\sigma^2$. At most $k$ latents are active if and only if the
    next largest variance, $\lambda_{(k+1)}$, is not above $\beta\sigma^2$. The smallest such β has
    $\beta\sigma^2=\lambda_{(k+1)}$. In an array that is sorted from the largest value down, $\lambda_{(k+1)}$ has the
    index $k$.
    """
    return sorted(variances, reverse=True)[k] / sigma_squared


def better_at_half():
    r"""The model of β = 0.25 has the smaller loss at β = 0.5, so the training starts from its weights. The published
    models were trained with a constant learning rate. The noise of the gradient then keeps the weights at a distance
    from the minimum. When the learning rate falls, the loss falls by more than a nat within 100 steps.

    The new point lies below the chord of its neighbours. The published curve is therefore an upper bound of the best
    curve of these networks, and not the curve itself.
    """
    model = load_pretrained("beta-vae-dsprites-32-beta-0.25")
    model.beta, model.learning_rate, model.half_life = 0.5, 5e-4, 30
    train(model, Sprites(32), steps=100, seed=1)
    return model.cpu()


def rate_of_five(digits):
    r"""The rate falls when β rises. The loop trains for 200 steps, measures the rate, and multiplies β by
    $(R/5)^{3/2}$, which is above 1 if the rate is above 5 nats. The rate at a fixed β still changes while the networks
    learn, so β is corrected up to four times. In this way the multiplier of (2) is adjusted until the constraint
    holds. A capacity (Burgess et al., 2018; further/05) replaces this loop by a term of the loss.
    """
    torch.manual_seed(0)
    model = BetaVAE(10, hidden=200, beta=1.0)
    for turn in range(5):
        model.learning_rate = 2e-3 * 0.7**turn
        train(model, digits, steps=200, seed=turn)
        with torch.no_grad():
            rate = model.loss(digits.to(model.device))["kl"].item()
        if abs(rate - 5) < 0.25:
            break
        model.beta *= (rate / 5) ** 1.5
    return model.cpu()


def cost_of_turn():
    r"""Write $c=\cos\varphi$, $s=\sin\varphi$, and $\ell_j=\max(\lambda_j,\beta\sigma^2)$ for the eigenvalues of $M$.

    $$
    \begin{aligned}
    \text{cost}&=\tfrac\beta2\big(\log M_{11}+\log M_{22}-\log\det M\big) &&(1)\ \text{equation (9)}\\
    &=\tfrac\beta2\log\frac{M_{11}M_{22}}{\ell_1\ell_2} &&(2)\ \text{a rotation keeps the eigenvalues}\\
    &=\tfrac\beta2\log\frac{(\lambda_1c^2+\lambda_2s^2)(\lambda_1s^2+\lambda_2c^2)}{\lambda_1\lambda_2}
    &&(3)\ \text{both active: }\ell_j=\lambda_j,\ M=Q\Lambda Q^\top\\
    &=\tfrac\beta2\log\Big(1+\frac{(\lambda_1-\lambda_2)^2s^2c^2}{\lambda_1\lambda_2}\Big)
    &&(4)\ c^4+s^4=1-2s^2c^2\\
    &=\tfrac\beta2\log\Big(1+\frac{(\lambda_1-\lambda_2)^2\sin^22\varphi}{4\lambda_1\lambda_2}\Big)
    &&(5)\ \sin2\varphi=2sc
    \end{aligned}
    $$

    Only line 3 needs two active latents. At 45° the last line equals (12) of the lecture. If the second collapses,
    $\lambda_2$ must be replaced by $\beta\sigma^2$. The cost is 0 once both have collapsed.
    """

    def gram(variances, sigma2, beta, angle):
        Q = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return Q @ np.diag(np.maximum(variances, beta * sigma2)) @ Q.T

    def given(variances, sigma2, beta, angle):
        M = gram(variances, sigma2, beta, angle)
        return beta / 2 * (np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1])

    def eigenvalues(variances, sigma2, beta, angle):
        M = gram(variances, sigma2, beta, angle)
        return beta / 2 * np.log(M[0, 0] * M[1, 1] / np.maximum(variances, beta * sigma2).prod())

    def active(variances, beta, angle, **_):
        c2, s2 = np.cos(angle) ** 2, np.sin(angle) ** 2
        return beta / 2 * np.log((variances @ [c2, s2]) * (variances @ [s2, c2]) / variances.prod())

    def expanded(variances, beta, angle, **_):
        difference = np.diff(variances)[0] * np.sin(angle) * np.cos(angle)
        return beta / 2 * np.log(1 + difference**2 / variances.prod())

    def doubled(variances, beta, angle, **_):
        return beta / 2 * np.log(1 + (np.diff(variances)[0] * np.sin(2 * angle)) ** 2 / (4 * variances.prod()))

    return [
        Step("½β (log M₁₁ + log M₂₂ − log det M)", "", given, "given"),
        Step("½β log M₁₁M₂₂/ℓ₁ℓ₂", "=", eigenvalues, "a rotation keeps the eigenvalues"),
        Step("½β log (λ₁c² + λ₂s²)(λ₁s² + λ₂c²)/λ₁λ₂", "=", active, "both latents are active"),
        Step("½β log(1 + (λ₁ − λ₂)² s²c²/λ₁λ₂)", "=", expanded, "c⁴ + s⁴ = 1 − 2s²c²"),
        Step("½β log(1 + (λ₁ − λ₂)² sin² 2φ/4λ₁λ₂)", "=", doubled, "sin 2φ = 2sc"),
    ], 3
