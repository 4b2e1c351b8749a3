"""One game of InfoGAN: a fair code c, noise z of four equal values, x = c except at z = 0, where x = 1 - c.

Q(c = x|x) is 0.6, where the posterior p(c = x|x) is 0.75.
"""

import numpy as np

from ...divergences import kl_divergence
from ...measures import mutual_information

G = np.array([[1, 0], [0, 1], [0, 1], [0, 1]])  # G[z, c]
P_CX = np.array([[0.375, 0.125], [0.125, 0.375]])  # c in rows
POSTERIOR = P_CX / P_CX.sum(axis=0)
Q = np.array([[0.6, 0.4], [0.4, 0.6]])  # Q(c|x), columns sum to 1
H_C, P_C, P_X = np.log(2), np.array([0.5, 0.5]), np.array([0.5, 0.5])
I = mutual_information(P_CX)
L_I = H_C + sum(np.log(Q[c, G[z, c]]) for z in range(4) for c in range(2)) / 8
MEAN_KL = P_X @ kl_divergence(POSTERIOR, Q, axis=0)
