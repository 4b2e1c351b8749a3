"""Disentanglement scores: the reference's values, representations whose truth is known, and what each score misses."""

import json

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score, roc_auc_score

from models import VAE
from models.evaluation.metrics import (
    active_modularity,
    beta_vae_score,
    continuous_mig,
    dci,
    explicitness,
    factor_vae_score,
    irs,
    mig,
    mig_per_factor,
    modularity,
    sap,
    scores,
)
from models.evaluation.metrics.sampling import Images, StoredCodes

SIZES = (3, 4, 6, 5)
N = 3000
FEW = {"n_train": 1000, "n_test": 1000}


def fast_dci(codes, factors):
    return dci(codes, factors, booster="histogram")


TABLE = [mig, modularity, active_modularity, sap, explicitness, fast_dci, irs]  # the scores of codes and factors


class Grid:
    """A data set whose images are the factors themselves."""

    def __init__(self, sizes=SIZES):
        self.factor_sizes, self.asked = sizes, 0

    def images(self, factors):
        self.asked += len(factors)
        return factors


def aligned(factors, sizes=SIZES, dead=2, rng=None):
    """A latent for each factor, on the scale of a few units, then dead ones."""
    rng = rng or np.random.default_rng(1)
    return np.c_[4 * (factors + 0.5) / np.array(sizes) - 2, 0.01 * rng.normal(size=(len(factors), dead))]


def turned(codes):
    """The first two latents, rotated by 45 degrees."""
    rotated, (a, b) = codes.copy(), codes.T[:2]
    rotated[:, 0], rotated[:, 1] = (a + b) / np.sqrt(2), (a - b) / np.sqrt(2)
    return rotated


@pytest.fixture(scope="module")
def factors():
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(size, size=N) for size in SIZES], axis=1)


@pytest.fixture(scope="module")
def codes(factors):
    return aligned(factors)


@pytest.fixture(scope="module")
def noisy(codes):
    """Every latent says something of several factors, none says all."""
    rng = np.random.default_rng(2)
    return codes @ rng.normal(size=(6, 6)) + 0.3 * rng.normal(size=codes.shape)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(3).normal(size=(N, 6))


@pytest.fixture(scope="module")
def calibration(data_folder):
    """The reference's factors and representations, and its values."""
    with np.load(data_folder / "metrics" / "calibration.npz") as archive:
        arrays = dict(archive)
    return arrays, json.loads((data_folder / "metrics" / "calibration.json").read_text())


REPRESENTATIONS = ["axis_aligned", "noisy", "rotated", "partly_mixed", "noise"]


@pytest.mark.parametrize("name", REPRESENTATIONS)
def test_scores_of_the_reference_implementation_are_met(calibration, name):
    arrays, expected = calibration
    codes, factors, expected = arrays[name], arrays["factors"], expected[name]
    first = codes[:10_000], factors[:10_000]  # the reference's MIG and modularity saw the training rows alone
    assert mig(*first) == pytest.approx(expected["mig"], abs=1e-4)
    assert modularity(*first) == pytest.approx(expected["modularity"], abs=1e-4)
    assert sap(codes, factors) == pytest.approx(expected["sap"], abs=0.002)
    for part, value in fast_dci(codes[:3000], factors[:3000])._asdict().items():
        assert value == pytest.approx(expected[f"dci_{part}"], abs=0.04), part
    assert "the two agree within .04" in " ".join(dci.__doc__.split())


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_scores_from_interventions_are_1_aligned_and_rotated_and_chance_for_noise(calibration, score):
    arrays, _ = calibration
    rotation = np.linalg.lstsq(arrays["axis_aligned"].astype(float), arrays["rotated"], rcond=None)[0]
    data, rng = Grid((3, 6, 40, 32, 32)), np.random.default_rng(0)

    def represent(images):
        return np.c_[(images + 0.5) / data.factor_sizes - 0.5, 0.05 * rng.normal(size=(len(images), 5))]

    first = arrays["factors"][:100]
    assert np.allclose(represent(first)[:, :5], arrays["axis_aligned"][:100, :5], atol=1e-6)  # it is that map
    assert score(represent, data) == pytest.approx(1, abs=0.01)
    assert score(lambda images: represent(images) @ rotation, data) == pytest.approx(1, abs=0.01)
    assert score(lambda images: rng.normal(size=(len(images), 10)), data) == pytest.approx(0.19, abs=0.03)


# Independent computations.


def test_mig_is_what_scikit_learns_mutual_information_gives(noisy, factors):
    gaps = []
    for v in factors.T:
        informations = sorted(
            mutual_info_score(v, np.digitize(z, np.histogram_bin_edges(z, 20)[1:-1])) for z in noisy.T
        )
        gaps.append((informations[-1] - informations[-2]) / mutual_info_score(v, v))
    assert np.allclose(mig_per_factor(noisy, factors), gaps, atol=1e-10)
    assert mig(noisy, factors) == pytest.approx(np.mean(gaps))


def test_modularity_is_its_formula_on_scikit_learns_mutual_information(noisy, factors):
    of_latents = []
    for z in noisy.T:
        bins = np.digitize(z, np.histogram_bin_edges(z, 20)[1:-1])
        squares = sorted(mutual_info_score(v, bins) ** 2 for v in factors.T)
        of_latents.append(1 - sum(squares[:-1]) / (len(squares) - 1) / squares[-1])
    assert modularity(noisy, factors) == pytest.approx(np.mean(of_latents))


def test_sap_of_two_blobs_is_the_gap_of_the_accuracies_of_their_best_thresholds():
    rng = np.random.default_rng(0)
    v = rng.integers(2, size=30_000)
    codes = np.stack([2 * v, v], axis=1) + rng.normal(size=(30_000, 2))
    assert sap(codes, v[:, None]) == pytest.approx(norm.cdf(1) - norm.cdf(0.5), abs=0.015)


@pytest.mark.parametrize("score", [sap, explicitness, fast_dci])
def test_scores_that_learn_are_tested_on_the_last_third_alone(score, factors):
    v = factors[:, :2] % 2
    honest = v + 0.1 * np.random.default_rng(0).normal(size=v.shape)
    codes = np.where(np.arange(N)[:, None] < 2000, honest, 1 - honest)  # what was learnt is wrong in every later row
    if score is sap:  # each factor has one latent that is always right, and one that is always wrong in the end
        assert score(np.c_[codes[:, :1], honest[:, :1]], v[:, :1]) > 0.99
    elif score is explicitness:
        assert score(codes, v) < 0.01
    else:
        assert score(codes, v).informativeness < 0.01


def test_explicitness_is_the_mean_area_under_the_curve_of_each_level(noisy, factors):
    n = 2 * N // 3
    scaled = (noisy - noisy[:n].mean(0)) / noisy[:n].std(0)
    areas = []
    for v in factors.T:
        probabilities = LogisticRegression().fit(scaled[:n], v[:n]).predict_proba(scaled[n:])
        areas.append(roc_auc_score(v[n:], probabilities, multi_class="ovr", average="macro"))
    assert explicitness(noisy, factors) == pytest.approx(np.mean(areas), abs=1e-9)


def test_dci_is_its_formula_on_the_importances_of_gradient_boosting(noisy, factors):
    codes, factors = noisy[:600], factors[:600, :2]
    importances, accuracies = [], []
    for v in factors.T:
        trees = GradientBoostingClassifier(random_state=0).fit(codes[:400], v[:400])
        importances.append(trees.feature_importances_)
        accuracies.append(np.mean(trees.predict(codes[400:]) == v[400:]))
    matrix = np.array(importances).T
    disentanglement = completeness = 0
    for row in matrix:
        p = row / row.sum()
        disentanglement += row.sum() / matrix.sum() * (1 + (p * np.log(p)).sum() / np.log(2))
    for column in matrix.T:
        completeness += (1 + (column * np.log(column)).sum() / np.log(6)) / 2
    found = dci(codes, factors)
    assert found == pytest.approx((disentanglement, completeness, np.mean(accuracies)), abs=1e-6)
    assert dci(codes, factors, booster="histogram") == pytest.approx(found, abs=0.06)


def test_continuous_mig_is_what_quadrature_over_z_gives():
    rng = np.random.default_rng(0)
    factors = np.stack([rng.integers(size, size=400) for size in (3, 5)], axis=1)
    mean = factors @ np.array([[1, 0.2, 0], [0, 0.5, 0]])
    log_variance = np.log(rng.uniform(0.2, 0.6, size=mean.shape)) * 2
    z = np.linspace(-5, 9, 4001)
    informations = np.zeros((3, 2))
    for j in range(3):
        density = norm.pdf(z, mean[:, [j]], np.exp(log_variance[:, [j]] / 2))
        for k, size in enumerate((3, 5)):
            for v in range(size):
                given = density[factors[:, k] == v].mean(0)
                integrand = given * np.log((given + 1e-300) / (density.mean(0) + 1e-300))
                informations[j, k] += np.mean(factors[:, k] == v) * integrand.sum() * (z[1] - z[0])
    entropies = [-sum(p * np.log(p) for p in np.bincount(v) / 400) for v in factors.T]
    top = np.sort(informations, axis=0)
    expected = ((top[-1] - top[-2]) / entropies).mean()
    assert continuous_mig(mean, log_variance, factors, n_samples=20_000) == pytest.approx(expected, abs=0.01)


def test_active_modularity_is_the_modularity_of_the_active_latents(noisy, factors):
    sign = (-1.0) ** np.arange(N)  # its standard deviation is 1
    codes = np.c_[noisy, 0.049 * sign, 0.051 * sign]
    assert active_modularity(codes, factors) == modularity(codes[:, [0, 1, 2, 3, 4, 5, 7]], factors)
    assert active_modularity(0.001 * noisy, factors) == 0


# Representations whose truth is known.


def test_a_latent_for_each_factor_is_perfect(codes, factors):
    assert mig(codes, factors) > 0.98 and modularity(codes[:, :4], factors) > 0.999
    assert dci(codes[:600], factors[:600]) == pytest.approx((1, 1, 1), abs=1e-3)
    assert fast_dci(codes, factors) == pytest.approx((1, 1, 1), abs=1e-3)
    assert explicitness(codes, factors) > 0.9
    assert active_modularity(codes, factors) > 0.999 > 0.95 > modularity(codes, factors)
    for score in (beta_vae_score, factor_vae_score):
        assert score(aligned, Grid(), **FEW) == 1
    assert continuous_mig(codes, np.full(codes.shape, -8.0), factors) > 0.95


def test_mig_of_more_levels_than_bins_stops_at_log_20():
    v = np.arange(4000) % 40
    codes = np.stack([v, np.zeros(4000)], axis=1)
    assert mig(codes, v[:, None]) == pytest.approx(np.log(20) / np.log(40))


def test_noise_scores_next_to_nothing(noise, factors):
    assert mig(noise, factors) < 0.01 and sap(noise, factors) < 0.03
    found = fast_dci(noise, factors)
    assert found.disentanglement < 0.02 and found.completeness < 0.02
    chance = np.mean([1 / size for size in SIZES])
    assert found.informativeness == pytest.approx(chance, abs=0.04)
    assert explicitness(noise, factors) == pytest.approx(0.5, abs=0.02)
    rng = np.random.default_rng(0)
    for score in (beta_vae_score, factor_vae_score):
        assert score(lambda images: rng.normal(size=(len(images), 6)), Grid(), **FEW) == pytest.approx(0.25, abs=0.06)
    assert continuous_mig(0 * noise, 0 * noise, factors) == pytest.approx(0, abs=1e-6)


def test_rotating_two_latents_lowers_mig_sap_dci_and_modularity(codes, factors):
    rotated = turned(codes)
    assert mig(rotated, factors) < mig(codes, factors) - 0.3
    assert sap(rotated, factors) < sap(codes, factors) - 0.05
    assert modularity(rotated, factors) < modularity(codes, factors) - 0.05
    before, after = fast_dci(codes, factors), fast_dci(rotated, factors)
    assert after.disentanglement < before.disentanglement - 0.2 and after.completeness < before.completeness - 0.1
    sharp = np.full(codes.shape, -8.0)
    assert continuous_mig(rotated, sharp, factors) < continuous_mig(codes, sharp, factors) - 0.3


def test_a_rotation_is_not_seen_by_explicitness_nor_by_the_scores_from_interventions(codes, factors):
    assert explicitness(turned(codes), factors) == pytest.approx(explicitness(codes, factors), abs=0.01)
    small = np.array([[0.9, 0.436], [-0.436, 0.9]])  # a rotation by 26 degrees: each factor keeps a latent of its own

    def represent(images):
        z = aligned(images)
        z[:, 2:4] = z[:, 2:4] @ small
        return z

    for score in (beta_vae_score, factor_vae_score):
        assert score(represent, Grid(), **FEW) > 0.99


def test_a_duplicate_of_every_latent_takes_mig_and_sap_to_0_and_leaves_modularity(codes, noisy, factors):
    twice = np.c_[noisy, noisy]
    assert mig(twice, factors) == 0 and sap(twice, factors) == 0
    assert modularity(twice, factors) == pytest.approx(modularity(noisy, factors))
    assert continuous_mig(twice, np.full(twice.shape, -2.0), factors) < 0.02
    for score in (beta_vae_score, factor_vae_score):
        assert score(lambda images: np.tile(aligned(images, dead=0), 2), Grid(), **FEW) > 0.99


def test_two_factors_in_one_latent_cost_disentanglement_and_modularity_not_mig_nor_completeness(factors):
    pair = factors[:, 0] * 4 + factors[:, 1]  # twelve values: both can be read from it
    codes = np.c_[pair, 0 * pair, aligned(factors)[:, 2:]]
    assert mig(codes, factors) > 0.98
    found = fast_dci(codes, factors)
    assert found.completeness > 0.99 and found.disentanglement < 0.85
    assert active_modularity(codes, factors) < 0.95


@pytest.mark.parametrize("score", TABLE)
def test_the_order_of_the_latents_is_of_no_account(score, noisy, factors):
    assert score(noisy[:, [3, 0, 5, 1, 4, 2]], factors) == pytest.approx(score(noisy, factors), abs=0.01)


@pytest.mark.parametrize("score", [mig, modularity, explicitness, fast_dci])
def test_the_scale_and_place_of_latents_are_of_no_account(score, noisy, factors):
    moved = noisy * [1, 2, 4, 0.5, 0.25, 8] + [0, 0, 1, 2, 3, 4]
    assert score(moved, factors) == pytest.approx(score(noisy, factors), abs=1e-2)


@pytest.mark.parametrize("score", [mig, sap, explicitness, fast_dci, active_modularity])
def test_constant_latents_say_nothing_and_change_nothing(score, noisy, factors):
    more = score(np.c_[noisy, np.full((N, 2), 7.0)], factors)
    alone = score(noisy, factors)
    if score is fast_dci:  # but for the unit of completeness' entropy, the log of the number of latents
        rest = np.log(6) / np.log(8)
        assert more == pytest.approx((alone[0], 1 - (1 - alone[1]) * rest, alone[2]), abs=1e-2)
    else:
        assert more == pytest.approx(alone)


def test_codes_that_are_all_constant_score_nothing(factors):
    flat = np.ones((N, 3))
    assert mig(flat, factors) == modularity(flat, factors) == active_modularity(flat, factors) == 0
    assert sap(flat, factors) == 0 and explicitness(flat, factors) == 0.5
    assert fast_dci(flat, factors)[:2] == dci(flat[:300], factors[:300])[:2] == (0, 0)
    assert factor_vae_score(lambda images: np.ones((len(images), 3)), Grid(), **FEW) == 0
    constant = beta_vae_score(lambda images: np.ones((len(images), 3)), Grid(), **FEW)
    assert constant == pytest.approx(0.25, abs=0.06)


def test_small_latents_have_no_vote_in_factor_vae_score():
    def represent(images):
        return aligned(images, dead=0) * [1, 1, 1, 0.01]  # the last factor's latent is below the threshold

    assert factor_vae_score(represent, Grid(), **FEW) < 0.9
    assert factor_vae_score(represent, Grid(), threshold=0.001, **FEW) == 1


def test_the_scale_of_active_latents_is_of_no_account_to_factor_vae_score():
    mixing = np.eye(4) + np.random.default_rng(0).normal(size=(4, 4))

    def represent(images):
        return aligned(images, dead=0) @ mixing

    found = factor_vae_score(represent, Grid(), **FEW)
    assert 0.5 < found < 0.95
    scaled = factor_vae_score(lambda images: represent(images) * [1, 20, 0.25, 7], Grid(), **FEW)
    assert scaled == pytest.approx(found, abs=0.002)


def test_beta_vae_score_is_of_points_that_the_classifier_has_not_seen():
    rng = np.random.default_rng(0)

    def represent(images):
        return 10 * rng.normal(size=(len(images), 50))

    assert beta_vae_score(represent, Grid(), n_train=30, n_test=2000) == pytest.approx(0.25, abs=0.06)


# Sampling.


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_no_image_is_encoded_twice_and_a_seed_is_a_result(score):
    def represent(images):
        return np.asarray(images) @ np.random.default_rng(0).normal(size=(4, 3))

    data = Grid()
    found = score(represent, data, seed=3)
    assert data.asked == np.prod(SIZES)
    assert found == score(represent, Grid(), seed=3) != score(represent, Grid(), seed=4)
    subset = Grid()
    score(represent, subset, n_images=100, **FEW)
    assert subset.asked == 100


def test_images_that_two_scores_ask_for_are_encoded_once():
    data = Grid()
    images = Images(SIZES)
    codes = StoredCodes(data.images, images)
    codes.encode(np.arange(100), np.arange(50, 150))
    codes.encode(np.arange(200))
    assert data.asked == 200 and np.array_equal(codes[np.arange(200)], images.factors(np.arange(200)))


def test_pairs_share_the_factor_and_only_that():
    images = Images(SIZES)
    rng = np.random.default_rng(0)
    factor, first = np.array([0, 1, 2, 3]), rng.integers(len(images), size=(4, 4000))
    second = images.with_equal(factor, first, rng)
    for k in range(4):
        a, b = images.factors(first[k]), images.factors(second[k])
        assert (a[:, k] == b[:, k]).all()
        others = [j for j in range(4) if j != k]
        assert np.allclose((a == b).mean(0)[others], 1 / np.array(SIZES)[others], atol=0.04)


# A model.


class Squares:
    """A white square at one of 4 × 6 places, each drawn once."""

    factor_sizes = (4, 6)

    def __init__(self):
        self.drawn = torch.zeros(4, 6, 1, 28, 28)
        for x, y in np.ndindex(4, 6):
            self.drawn[x, y, 0, 4 * x : 4 * x + 6, 4 * y : 4 * y + 6] = 1

    def images(self, factors):
        return self.drawn[factors[:, 0], factors[:, 1]]


def test_scores_of_a_model_are_finite_repeatable_and_leave_it_alone():
    torch.manual_seed(0)
    model = VAE(3, hidden=8).train()
    with torch.no_grad():  # an untrained encoder's means are all below the threshold
        model.encoder[-1].weight *= 20
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = scores(model, Squares())
    assert set(found) == {
        "mig", "mig[0]", "mig[1]", "sap", "dci_disentanglement", "dci_completeness", "dci_informativeness",
        "modularity", "explicitness", "beta_vae", "factor_vae", "irs", "continuous_mig", "active_modularity",
    }  # fmt: skip
    assert all(type(value) is float and -0.02 <= value <= 1 for value in found.values())
    assert found["mig"] == pytest.approx((found["mig[0]"] + found["mig[1]"]) / 2, abs=1e-12)
    assert found["factor_vae"] > 0 and found == scores(model, Squares())
    assert model.training and all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_scores_wants_a_model_that_encodes():
    with pytest.raises(ValueError, match="found Module without encode"):
        scores(torch.nn.Module(), Squares())  # it has no forward either


# Bad input.


@pytest.mark.parametrize("score", [*TABLE, dci, mig_per_factor])
def test_bad_codes_and_factors_are_refused_in_words(score, noisy, factors):
    def changed(array, where, value):
        array = array.copy()
        array[where] = value
        return array

    bad = {
        "found nan in row 7, latent 2": (changed(noisy, (7, 2), np.nan), factors),
        "found inf in row 0, latent 0": (changed(noisy, (0, 0), np.inf), factors),
        "expected integers": (noisy, factors + 0.5),
        "found 3000 rows of codes and 2999 of factors": (noisy, factors[:-1]),
        "found factor 1 = 2 in all rows": (noisy, changed(factors, (slice(None), 1), 2)),
        "expected at least 20": (noisy[:19], factors[:19]),
        r"expected real numbers \[n, d\]": (noisy[:, 0], factors),
        r"expected integers \[n, k\]": (noisy, factors[:, 0]),
    }
    for words, (codes, factors_given) in bad.items():
        with pytest.raises(ValueError, match=words):
            score(codes, factors_given)


@pytest.mark.parametrize("score", [mig, sap, fast_dci])
def test_one_latent_has_no_runner_up(score, noisy, factors):
    with pytest.raises(ValueError, match="found 1 latents"):
        score(noisy[:, :1], factors)


@pytest.mark.parametrize("score", [modularity, active_modularity, fast_dci])
def test_one_factor_has_no_rival(score, noisy, factors):
    with pytest.raises(ValueError, match="1 factors"):
        score(noisy, factors[:, :1])


@pytest.mark.parametrize("score", [sap, explicitness, fast_dci])
def test_rows_in_order_are_refused_by_scores_that_learn(score, noisy, factors):
    with pytest.raises(ValueError, match="first 2000 rows, from which classifiers learn"):
        score(noisy, np.c_[factors, np.arange(N) >= 2000].astype(int))
    with pytest.raises(ValueError, match="last 1000 rows, on which classifiers are tested"):
        score(noisy, np.c_[factors, np.arange(N) % 2 * (np.arange(N) < 2000)].astype(int))
    with pytest.raises(ValueError, match="expected rows in random order"):
        score(noisy, np.arange(N)[:, None] * 12 // N + 0 * factors[:, :2])


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_bad_data_sets_encoders_and_sizes_are_refused_in_words(score):
    with pytest.raises(ValueError, match="expected two factors"):
        score(aligned, Grid((5,)))
    with pytest.raises(ValueError, match="two values or more"):
        score(aligned, Grid((5, 1)))
    with pytest.raises(ValueError, match=r"expected real numbers \[n, d\]"):
        score(lambda images: images[:, 0], Grid(), **FEW)
    with pytest.raises(ValueError, match="not finite"):
        score(lambda images: images * np.nan, Grid(), **FEW)
    with pytest.raises(ValueError, match="found n_train=0"):
        score(aligned, Grid(), n_train=0)
    with pytest.raises(ValueError, match="found n_images=0"):
        score(aligned, Grid(), n_images=0)


def test_other_names_and_shapes_are_refused_in_words(noisy, factors):
    with pytest.raises(ValueError, match="found booster='other'"):
        dci(noisy, factors, booster="other")
    with pytest.raises(ValueError, match="expected equal shapes"):
        continuous_mig(noisy, noisy[:, :2], factors)
    with pytest.raises(ValueError, match="found nan"):
        continuous_mig(noisy, noisy * np.nan, factors)


def test_tensors_are_taken_as_arrays_are(noisy, factors):
    assert mig(torch.from_numpy(noisy), torch.from_numpy(factors)) == mig(noisy, factors)
