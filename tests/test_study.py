"""A study does the runs of the large comparison, and says how much of a score the model or the seed decides."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from models import Sprites
from models.__main__ import main
from models.evaluation import metrics
from models.sweeps import explained, read_study, save_figures, studies, study
from models.sweeps.comparison import SCORES, rank_correlations, shares
from models.sweeps.studies import SIZES, families, runs_of
from models.weights import load_model

TINY = replace(SIZES["small"], steps=6, n_seeds=2, n_strengths=2, network=dict(network="mlp", hidden=16), n_images=500)


def few_scores(model, data, *_, **__):
    """MIG, and numbers in place of the slower scores, which have tests of their own."""
    mig = metrics.mig(model, data)
    return dict(zip(SCORES, np.random.default_rng(int(1e9 * mig)).random(len(SCORES)), strict=True)) | {"mig": mig}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The rows of a study of two of the six models, and its folder."""
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TQDM_DISABLE", "1")
        patch.setitem(SIZES, "small", TINY)
        patch.setattr(studies, "families", two_families)
        patch.setattr("models.evaluation.reports.scores", few_scores)
        return study("small", folder, device="cpu", workers=1), folder


def two_families(size):
    return {name: families(size)[name] for name in ("FactorVAE", "DIP-VAE-I")}


def test_a_study_is_models_times_strengths_times_seeds(tiny):
    rows, folder = tiny
    found = [(row["model"], row["strength"], row["seed"]) for row in rows]
    assert found == list(itertools.product(["FactorVAE"], [2.5, 25], [0, 1])) + list(
        itertools.product(["DIP-VAE-I"], [0.25, 12.5], [0, 1])
    )
    assert all(set(SCORES) | {"elbo"} <= set(row) for row in rows)
    assert read_study(folder / "study.csv") == rows


def test_a_row_holds_the_scores_of_its_file(tiny):
    rows, folder = tiny
    path = next(folder.glob("factor-vae-dsprites-32/*gamma=25*seed=1.safetensors"))
    model = load_model(path)
    assert (model.gamma, model.kl_start, model.encoder[1].out_features) == (25, 1, 16)
    assert rows[3]["strength"] == 25 and rows[3]["seed"] == 1
    expected = metrics.mig(model, Sprites(32))
    assert rows[3]["mig"] == pytest.approx(expected, abs=1e-6)


def test_the_sizes_are_those_of_the_paper():
    papers = families(SIZES["papers"])
    assert papers["β-VAE"].values == (1, 2, 4, 6, 8, 16) and papers["β-TCVAE"].values == (1, 2, 4, 6, 8, 10)
    assert papers["annealed VAE"].values == (5, 10, 25, 50, 75, 100)
    assert papers["annealed VAE"].shared["gamma"] == 1000 and papers["annealed VAE"].shared["capacity_steps"] == 100_000
    assert papers["FactorVAE"].values == (10, 20, 30, 40, 50, 100)
    assert papers["DIP-VAE-I"].values == papers["DIP-VAE-II"].values == (1, 2, 5, 10, 20, 50)
    counts = {"small": 6 * 2 * 3, "medium": 6 * 6 * 5, "papers": 6 * 6 * 50}
    assert {size: len(runs_of(size, "nowhere", "cpu")) for size in SIZES} == counts
    labels = [str(run.checkpoint) for _, run in runs_of("papers", "nowhere", "cpu")]
    assert len(set(labels)) == 1800


def test_penalties_weigh_a_quarter_at_a_quarter_of_the_pixels():
    small, papers = families(SIZES["small"]), families(SIZES["papers"])
    for name, family in small.items():
        unit = 1 if name == "annealed VAE" else 0.25
        assert family.values == tuple(unit * papers[name].values[i] for i in (0, 5))
    assert small["annealed VAE"].shared["gamma"] == 250


def test_explained_is_the_r_squared_of_dummy_variables():
    rng = np.random.default_rng(0)
    models, strengths = rng.integers(4, size=60), rng.integers(3, size=60)
    scores = rng.normal(size=60) + models - 0.5 * strengths * models
    for groups in ((models,), (models, strengths)):
        keys = list(zip(*groups, strict=True))
        dummies = np.array([[key == other for other in sorted(set(keys))] for key in keys], float)
        residual = scores - dummies @ np.linalg.lstsq(dummies, scores, rcond=None)[0]
        assert explained(scores, *groups) == pytest.approx(1 - residual.var() / scores.var(), abs=1e-12)
    assert explained(scores, range(60)) == pytest.approx(1) and explained(scores, np.zeros(60)) < 1e-20
    assert explained(np.ones(60), models) == 0


def test_explained_by_chance_is_the_share_of_the_groups():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(18), 3)
    mean = np.mean([explained(rng.normal(size=54), groups) for _ in range(2_000)])
    assert mean == pytest.approx(17 / 53, abs=0.005)


def test_shares_sum_to_one_and_name_what_decides():
    grid = list(itertools.product("abc", (1, 2), range(5)))
    rng = np.random.default_rng(2)
    rows = [
        {"model": m, "strength": s, "seed": i, "of_model": ord(m), "of_strength": s, "of_seed": rng.normal()}
        for m, s, i in grid
    ]
    for place, score in enumerate(("of_model", "of_strength", "of_seed")):
        found = shares(rows, score)
        assert sum(found) == pytest.approx(1) and max(found) == found[place] > 0.7


def test_rank_correlations_are_those_of_scipy():
    rows = read_study()
    table = np.array([[row[score] for score in SCORES] for row in rows])
    assert np.allclose(rank_correlations(rows), spearmanr(table).statistic, atol=1e-12)


def test_the_shipped_study_is_the_small_one():
    rows = read_study()
    size = SIZES["small"]
    expected = [
        (name, strength, seed)
        for name, family in families(size).items()
        for strength in family.values
        for seed in range(size.n_seeds)
    ]
    assert [(row["model"], row["strength"], row["seed"]) for row in rows] == expected
    assert {row["steps"] for row in rows} == {size.steps}
    assert all(np.isfinite(list(row.values())[1:]).all() for row in rows)


def test_the_figures_of_a_study_are_pictures(tiny, tmp_path):
    paths = save_figures(tiny[0], tmp_path)
    assert [path.name for path in paths] == [
        "distributions.png", "rank_correlations.png", "against_elbo.png", "shares.png"
    ]  # fmt: skip
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    with pytest.raises(ValueError, match="found 1 runs, expected at least two"):
        save_figures(tiny[0][:1], tmp_path)


def test_the_command_prints_the_shares_and_draws(tiny, monkeypatch, capsys):
    rows, folder = tiny
    monkeypatch.setitem(SIZES, "small", TINY)
    monkeypatch.setattr(studies, "families", two_families)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr("models.sweeps.runs.train", lambda **_: pytest.fail("trained again"))
    assert main(["study", "--out", str(folder), "--device", "cpu"]) == 0
    told = capsys.readouterr().out
    assert f"| MIG             | {shares(rows, 'mig')[0]:.3f} |" in told and "| DIP-VAE-I |" in told
    assert (folder / "shares.png").exists() and f"saved as {folder}/study.csv and .md" in told


def test_what_a_study_refuses(tiny, tmp_path):
    with pytest.raises(ValueError, match="found the size 'large', expected one of small, medium, papers"):
        study("large", tmp_path)
    with pytest.raises(ValueError, match=r"is of another sweep: found .*'steps': 6"):  # the tiny study's folder
        altered = [run for _, run in runs_of("small", tiny[1], "cpu")][12]
        altered.checkpoint.parent.mkdir(exist_ok=True)
        tiny_result = next(tiny[1].glob("factor-vae-dsprites-32/*.json"))
        altered.result.write_bytes(tiny_result.read_bytes())
        runs_of("small", tiny[1], "cpu")
    (tmp_path / "other.csv").write_text("name,value\na,1\n")
    with pytest.raises(ValueError, match=r"found .*other.csv, expected the table of a study, study.csv"):
        read_study(tmp_path / "other.csv")
    with pytest.raises(ValueError, match="found 3 scores and groups of 2, expected a group for each score"):
        explained([1, 2, 3], [1, 2])
