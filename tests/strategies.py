"""What hypothesis draws: pmfs with exact zeros, sparse ones, and ones that are all but certain."""

from math import prod

import numpy as np
from hypothesis import assume, settings
from hypothesis import strategies as st

settings.register_profile("theorems", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("theorems")

# Weights over thirty orders of magnitude: most draws are sparse, as from a Dirichlet of small concentration.
weights = st.sampled_from([0.0, 1.0]) | st.floats(-30, 0).map(lambda exponent: 10**exponent) | st.floats(0.1, 1)
sizes = st.integers(1, 4)


@st.composite
def pmfs(draw, *shape, batch=()):
    """A pmf over outcomes of this shape (1 to 4 of them when none is given), or a batch of them."""
    shape = shape or (draw(sizes),)
    n = prod(batch) * prod(shape)
    p = np.array(draw(st.lists(weights, min_size=n, max_size=n))).reshape(*batch, -1)
    totals = p.sum(axis=-1, keepdims=True)
    assume((totals > 0).all())
    return (p / totals).reshape(*batch, *shape)


@st.composite
def same_outcomes(draw, k):
    """k pmfs over the same outcomes."""
    n = draw(sizes)
    return [draw(pmfs(n)) for _ in range(k)]


@st.composite
def joints(draw, n_variables=2):
    """A joint pmf, one axis a variable."""
    return draw(pmfs(*draw(st.tuples(*[st.integers(1, 3)] * n_variables))))


def channels(n):
    """A channel p(y|x) with n inputs: n rows, each a pmf over y."""
    return sizes.flatmap(lambda m: pmfs(m, batch=(n,)))
