"""Readiness: postures, comparison of hesitant presence with absence, and the simulator's truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import readiness
from analysis.adoption import with_presence
from analysis.catalog import data_path
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook, read_survey
from analysis.survey.indices import scale_score

ITEMS = [item.name for item in load_codebook() if item.scale == "readiness"]


@pytest.fixture(scope="module")
def design():
    book = load_codebook()
    return SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)


@pytest.fixture(scope="module")
def now(design):
    return design.subset(design.data["wave"] == 2026)


def firms_of(*rows):
    """Make firms from (present, answer to every statement)."""
    answers = [dict.fromkeys(ITEMS, answer) | {"platforms__x": present} for present, answer in rows]
    for row in answers:
        if row["ready_fashion"] is not None:
            row["ready_fashion"] = 6 - row["ready_fashion"]
    return pd.DataFrame(answers).astype("Int64").assign(w=1.0)


def test_postures_cross_presence_and_readiness():
    firms = firms_of((1, 4), (1, 2), (0, 3), (0, 1), (None, 4), (1, None))
    postures = readiness.with_posture(firms)["posture"].tolist()
    assert postures[:4] == ["present_ready", "present_unready", "absent_ready", "absent_unready"]
    assert pd.isna(postures[4]) and pd.isna(postures[5])


def test_the_cutoff_moves_the_line():
    firms = firms_of((1, 4), (1, 2))
    assert readiness.with_posture(firms, cutoff=80)["posture"].tolist() == ["present_unready"] * 2
    assert readiness.with_posture(firms, cutoff=25)["posture"].tolist() == ["present_ready"] * 2


def test_bands_hold_their_lower_ends():
    firms = firms_of((1, 1), (1, 2), (1, 3), (1, 4), (1, 5))
    table = readiness.bands(SurveyDesign(firms, weights="w"))
    assert table["estimate"].tolist() == pytest.approx([0.2, 0.2, 0.2, 0.4])
    assert table["band"].tolist() == list(readiness.BANDS)


def test_shares_of_postures_add_up(now):
    table = readiness.postures(now)
    assert table["estimate"].sum() == pytest.approx(1)
    present = table[table["posture"].str.startswith("present")]["estimate"].sum()
    connected = now.transform(with_presence).subset(
        now.data["ready_goal"].notna() | (now.data["internet"] == 1)
    )
    assert present == pytest.approx(connected.mean("uses_any")["estimate"].item(), abs=0.005)


def test_the_gap_is_that_of_adjusted_means_worked_out_by_hand():
    rng = np.random.default_rng(8)
    firms = firms_of(
        *[(int(p), int(a)) for p, a in zip(rng.integers(0, 2, 300), rng.choice([2, 4], 300), strict=True)]
    )
    sector = rng.choice(["a", "b"], 300)
    firms = firms.assign(sector=sector, repeat_share=40 + 10 * (sector == "b") + rng.normal(0, 5, 300))
    table = readiness.hesitation(SurveyDesign(firms, weights="w")).set_index("contrast")
    ready = (firms["ready_goal"] == 4).to_numpy(float)
    present = firms["platforms__x"].to_numpy(float)
    matrix = np.column_stack([np.ones(300), present, ready, present * ready, sector == "b"])
    beta = np.linalg.lstsq(matrix.astype(float), firms["repeat_share"].to_numpy(), rcond=None)[0]
    assert table.loc["unready", "estimate"] == pytest.approx(beta[1])
    assert table.loc["ready", "estimate"] == pytest.approx(beta[1] + beta[3])
    assert table.loc["difference", "estimate"] == pytest.approx(beta[3])


@pytest.mark.parametrize(
    ("effect", "outcome", "verdict"),
    [
        (-12, "repeat_share", "worse"),
        (12, "repeat_share", "better"),
        (0, "repeat_share", "undecided"),
        (3, "crisis", "worse"),
    ],
)
def test_the_verdict_can_fall_on_every_side(effect, outcome, verdict):
    rng = np.random.default_rng(2)
    present, answer = rng.integers(0, 2, 400), rng.choice([2, 4], 400)
    firms = firms_of(*[(int(p), int(a)) for p, a in zip(present, answer, strict=True)])
    hesitant = (present == 1) & (answer == 2)
    if outcome == "crisis":
        values = (rng.random(400) < np.where(hesitant, 0.1 + effect * 0.15, 0.1)).astype(int)
    else:
        values = 50 + effect * hesitant + rng.normal(0, 8, 400)
    table = readiness.hesitation(SurveyDesign(firms.assign(**{outcome: values}), weights="w"))
    assert table.set_index("contrast").loc["unready", "verdict"] == verdict


def test_loyalty_does_not_depend_on_presence_as_simulated(design):
    for wave in (2022, 2024, 2026):
        one = design.subset(design.data["wave"] == wave)
        table = readiness.hesitation(one, outcomes={"repeat_share": "gaussian"}).set_index("contrast")
        assert (table["verdict"] == "undecided").all()
        assert table.loc["unready", "low"] < 0 < table.loc["unready", "high"]


def test_readiness_goes_with_enquiries_as_simulated(now):
    table = readiness.preparation(now).set_index("outcome")
    assert table.loc["leads", "verdict"] == "better" and table.loc["leads", "low"] > 0
    assert table.loc["satisfaction", "verdict"] == "better"
    assert table.loc["would_stop", "estimate"] < 0


def test_the_index_follows_the_readiness_that_was_simulated():
    from analysis.sample import simulation
    from analysis.sample.survey import Interviews, readiness_items

    known = {}
    real = Interviews.__init__

    class Kept(Interviews):
        def __init__(self, *given):
            real(self, *given)
            known["ready"], known["internet"] = self.ready, self.internet
            known["items"] = readiness_items(self, np.random.default_rng(4))

    kept, simulation.Interviews = simulation.Interviews, Kept
    try:
        simulation.simulate(firms=400, seed=11)
    finally:
        simulation.Interviews = kept
    score = scale_score(known["items"].astype("Int64"), "readiness").to_numpy(float, na_value=np.nan)
    asked = known["internet"] & ~np.isnan(score)
    correlation = np.corrcoef(score[asked], known["ready"][asked])[0, 1]
    assert 0.85 < correlation < np.sqrt(0.8334) + 0.02


def test_a_firm_is_placed_with_the_margin_of_the_questionnaire(now):
    firm = now.data.loc[[now.data["ready_goal"].eq(5).idxmax()]]
    row = readiness.standing(firm, now).iloc[0]
    score = scale_score(now.data, "readiness")
    weights, values = now.weights[score.notna()], score.dropna().astype(float)
    spread = np.average((values - np.average(values, weights=weights)) ** 2, weights=weights)
    alpha = 1 - row["se"] ** 2 / spread
    assert 0.78 < alpha < 0.85
    assert row["high"] - row["estimate"] == pytest.approx(1.959964 * row["se"]) or row["high"] == 100
    assert row["peer_low"] < row["peer_median"] < row["peer_high"] and row["n"] == len(values)


def test_other_cutoffs_are_all_shown(now):
    table = readiness.sensitivity(now, [45, 55], outcomes={"repeat_share": "gaussian"})
    alone = readiness.hesitation(now, cutoff=55, outcomes={"repeat_share": "gaussian"}).set_index("contrast")
    assert table["cutoff"].tolist() == [45, 55]
    assert table["estimate"].iloc[1] == pytest.approx(alone.loc["unready", "estimate"])


def test_what_cannot_be_asked_is_refused(now):
    firms = firms_of((1, 4), (0, 2))
    with pytest.raises(ParameterError, match="cutoff=100: give a score between 0 and 100"):
        readiness.with_posture(firms, cutoff=100)
    with pytest.raises(DataError, match=r"None of the outcomes was asked.*repeat_share"):
        readiness.hesitation(SurveyDesign(firms, weights="w"))
    with pytest.raises(DataError, match="places one firm; 2 rows"):
        readiness.standing(firms, now)
    with pytest.raises(DataError, match="fewer than two thirds"):
        readiness.standing(firms_of((1, None)), now)
