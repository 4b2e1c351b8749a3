"""Section 4.1 of the report: InfoGAN's objective, with the information and with its bound L_I.

Sources: Chen et al. (2016), eq. 1-3 and 6.
"""

import numpy as np

from ...derivation import Derivation, Step
from ...measures import conditional_entropy, entropy, mutual_information
from .game import (
    adversarial_value,
    code_output_and_posterior,
    draw_game,
    draw_generators,
    log_likelihood_of_labels,
    mean_log_q,
)

OBJECTIVE = Derivation(
    "InfoGAN objective",
    "section 4.1.1",
    [
        Step(
            "V_I(D,G)",
            "",
            lambda p_data, p_x, D, p_cx, weight, **_: (
                log_likelihood_of_labels(p_data, p_x, D) - weight * mutual_information(p_cx)
            ),
            "G minimises it, and D maximises it; the second term rewards codes that can be read from x",
        ),
        Step(
            r"V_{\mathrm{GAN}}(D,G)-\lambda I(c;G(z,c))",
            "=",
            lambda p_z, p_c, p_data, D, G, p_cx, p_x, weight, **_: (
                adversarial_value(p_z, p_c, p_data, D, G) - weight * np.sum(p_cx * np.log(p_cx / (p_c[:, None] * p_x)))
            ),
            "definition",
        ),
    ],
    draw_game,
    equations=("4.1.1 objective",),
    derive=code_output_and_posterior,
)

ADVERSARIAL_VALUE = Derivation(
    "adversarial value",
    "section 4.1.1",
    [
        Step(
            r"V_{\mathrm{GAN}}(D,G)",
            "",
            lambda p_data, p_x, D, **_: log_likelihood_of_labels(p_data, p_x, D),
            "twice the log-likelihood of D as a classifier of real and generated x",
        ),
        Step(
            r"E_{x\sim p_{\mathrm{data}}(x)}[\log D(x)]+E_{z\sim p_z(z),\,c\sim p(c)}[\log(1-D(G(z,c)))]",
            "=",
            lambda p_z, p_c, p_data, D, G, **_: adversarial_value(p_z, p_c, p_data, D, G),
            "one term for each label; the generated x is G(z,c)",
        ),
    ],
    draw_game,
    equations=("4.1.1 adversarial value",),
    derive=code_output_and_posterior,
)

MAXIMAL_INFORMATION = Derivation(
    "maximal information",
    "section 4.1.1",
    [
        Step(r"\max_G I(c;G(z,c))", "", lambda p_cx, **_: mutual_information(p_cx), "the goal"),
        Step(
            r"\max_G\,[H(c)-H(c|G(z,c))]",
            "=",
            lambda p_cx, p_c: entropy(p_c) - conditional_entropy(p_cx),
            "I(X;Y) = H(X) - H(X|Y)",
        ),
        Step(
            r"\min_G H(c|G(z,c))",
            "equivalent",
            lambda p_cx, **_: -np.sum(p_cx * np.log(p_cx / p_cx.sum(axis=1, keepdims=True)), axis=(1, 2)),
            "H(c) is constant: the same G is best, although the two values differ (they sum to H(c))",
            best="min",
        ),
    ],
    draw_generators,
    equations=("4.1.1 maximal information",),
)

FINAL_OBJECTIVE = Derivation(
    "final InfoGAN objective",
    "section 4.1.1",
    [
        Step(
            "V_I(D,G)",
            "",
            lambda p_data, p_x, D, p_cx, weight, **_: (
                log_likelihood_of_labels(p_data, p_x, D) - weight * mutual_information(p_cx)
            ),
            "the objective that cannot be computed",
        ),
        Step(
            r"V_{\mathrm{GAN}}(D,G)-\lambda\mathcal L_I(c,G(z,c))",
            "<=",
            lambda p_z, p_c, p_data, D, G, Q, weight, **_: (
                adversarial_value(p_z, p_c, p_data, D, G)
                - weight * (-np.sum(p_c * np.log(p_c)) + mean_log_q(p_z, p_c, G, Q))
            ),
            "I is at least L_I, with equality at the best Q; G and Q minimise the right side",
        ),
    ],
    draw_game,
    equations=("4.1.1 final objective",),
    derive=code_output_and_posterior,
)
