"""Weights that add up to the population, estimates as precise as R says, and misuse refused in words."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.weighting.calibration import Margin, raking
from analysis.survey.weighting.diagnostics import effective_size

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
SECTOR = {"craft": 1450, "food": 2300, "retail": 2800, "services": 2750}
REGION = {"East": 2050, "North": 2500, "South": 2750, "West": 2000}
LARGER = {"craft": 1750, "food": 3200, "retail": 3900, "services": 3050}
PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]


@pytest.fixture(scope="module")
def r():
    return json.loads((FIXTURES / "r_models.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def smb():
    data = pd.read_csv(FIXTURES / "smb.csv")
    return data[data["wave"] == 1].assign(k=data[PLATFORMS].sum(axis=1)).reset_index(drop=True)


@pytest.fixture(scope="module")
def design(smb):
    return SurveyDesign(smb, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


def close(got, expected, rel=1e-8):
    assert got == pytest.approx(expected, rel=rel, abs=1e-12)


def quietly(function, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **options)


def adjusted(design, name):
    """Make the design R made under the same name in r_models.R."""
    totals = {"sector": LARGER, "female": 4700}
    small = {level: count * 0.75 for level, count in SECTOR.items()}
    return {
        "rake": lambda: design.rake({"sector": SECTOR, "region": REGION}),
        "rake_domain": lambda: design.subset(design.data["region"] != "West").rake(
            {"sector": small, "size": {"micro": 5000, "small": 1975}}
        ),
        "poststratify": lambda: design.poststratify({"sector": SECTOR}),
        "poststratify_raked": lambda: adjusted(design, "rake").poststratify(
            {"size": {"micro": 7000, "small": 2300}}
        ),
        "linear": lambda: design.calibrate(totals),
        "raking": lambda: design.calibrate(totals, method="raking"),
        "logit": lambda: design.calibrate(totals, method="logit", bounds=(0.8, 1.25)),
        "bounded": lambda: design.calibrate(totals, bounds=(0.9, 1.1)),
        "trim_once": lambda: design.trim(upper=45, lower=15, strict=False),
        "trim_both": lambda: design.trim(upper=45, lower=15),
        "trim_raked": lambda: adjusted(design, "rake").trim(upper=40, strict=False),
    }[name]()


NAMES = [
    "rake",
    "rake_domain",
    "poststratify",
    "poststratify_raked",
    "linear",
    "raking",
    "logit",
    "bounded",
    "trim_once",
    "trim_both",
    "trim_raked",
]


@pytest.mark.parametrize("name", NAMES)
def test_estimates_are_those_of_r(design, r, name):
    result, expected = quietly(adjusted, design, name), r[name]
    close(result.weights.tolist()[:12], expected["weights"])
    found = {
        "mean": result.mean("adopt"),
        "total": result.total("k"),
        "ratio": result.ratio("k", "emp"),
        "domain": result.subset(result.data["sector"] == "food").mean("adopt"),
    }
    for measure, table in found.items():
        close(table.iloc[0][["estimate", "se"]].tolist(), list(expected[measure].values()))
    close(result.mean("adopt", by="region")["se"].tolist(), expected["by"])


def test_known_counts_have_no_error_left(design):
    table = adjusted(design, "rake").total("sector").set_index("level")
    close(table["estimate"].to_dict(), SECTOR)
    assert (table["se"] < 1e-6).all()
    plain = design.total("sector").set_index("level")["se"]
    assert (plain > 50).all()


def test_replicate_weights_are_raked_each(design, r):
    raked = adjusted(design.replicate("JKn"), "rake")
    for measure, table in {"mean": raked.mean("adopt"), "total": raked.total("k")}.items():
        close(table.iloc[0][["estimate", "se"]].tolist(), list(r["replicate_rake"][measure].values()))


def test_the_first_design_keeps_its_weights(design, smb):
    adjusted(design, "rake")
    assert design.weights.tolist() == smb["w"].tolist()
    assert set(design.diagnostics["before"].dropna()) == set(design.diagnostics["after"].dropna())


def test_shares_of_a_population(design):
    shares = {level: count / 9300 for level, count in SECTOR.items()}
    result = design.poststratify({"sector": shares}, shares_of=9300)
    close(result.weights.tolist(), adjusted(design, "poststratify").weights.tolist(), 1e-12)


def test_rows_in_any_order_get_the_same_weights(design, smb):
    shuffled = smb.sample(frac=1, random_state=3)
    again = SurveyDesign(shuffled, weights="w", strata="stratum", clusters="psu", fpc="N_psu")
    for name in ("rake", "linear", "logit", "trim_both"):
        expected = quietly(adjusted, design, name)
        result = quietly(adjusted, again, name)
        close(result.weights.sort_index().tolist(), expected.weights.tolist(), 1e-10)
        close(result.mean("adopt")["se"].item(), expected.mean("adopt")["se"].item(), 1e-10)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(2, 4))
def test_raking_keeps_what_its_margins_do_not_know(seed, rows, columns):
    """Raked tables keep the odds ratios they started from, and reach both margins."""
    random = np.random.default_rng(seed)
    start = random.uniform(1, 50, size=(rows, columns))
    goal = random.dirichlet(np.ones(rows) * 5) * 1000, random.dirichlet(np.ones(columns) * 5) * 1000
    place = np.indices((rows, columns)).reshape(2, -1)
    margins = [Margin(cells, counts) for cells, counts in zip(place, goal, strict=True)]
    made = raking(start.ravel(), np.arange(start.size), margins).after.reshape(rows, columns)
    assert made.sum(axis=1) == pytest.approx(goal[0], rel=1e-9)
    assert made.sum(axis=0) == pytest.approx(goal[1], rel=1e-9)
    odds = [table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) for table in (start, made)]
    assert odds[0] == pytest.approx(odds[1], rel=1e-9)


def test_diagnostics_tell_what_was_done(design, smb):
    table = adjusted(design, "rake").diagnostics
    figures = table[table["variable"].isna()].set_index("measure")
    weights = smb["w"]
    close(figures.loc["kish_deff", "before"], 1 + weights.var(ddof=0) / weights.mean() ** 2)
    close(figures.loc["effective_n", "before"] * figures.loc["kish_deff", "before"], 371)
    close(figures.loc["weight_ratio", "before"], weights.max() / weights.min())
    counts = table[table["measure"] == "population"].set_index(["variable", "level"])
    close(counts.loc[("sector", "food"), "before"], smb.loc[smb["sector"] == "food", "w"].sum())
    close(counts["after"].tolist(), counts["target"].tolist())
    gaps = table[table["measure"] == "standardised_difference"].set_index(["variable", "level"])
    share, wanted = counts.loc[("region", "West"), "before"] / weights.sum(), 2000 / 9300
    close(gaps.loc[("region", "West"), "before"], (share - wanted) / math.sqrt(wanted * (1 - wanted)))
    assert gaps["after"].abs().max() < 1e-9
    assert counts["n"].tolist() == [53, 96, 125, 97, 78, 96, 113, 84]


def test_effective_size_of_equal_weights_is_the_sample():
    assert effective_size(np.full(40, 3.7)) == pytest.approx(40)
    assert effective_size(np.array([1.0, 0.0, 0.0])) == 1


def test_trimming_says_which_margins_it_lost(design):
    raked = adjusted(design, "rake")
    with pytest.warns(
        UserWarning, match=r"trim\(\).*sector food \(2,324.69 instead of 2,300\).*Adjust again"
    ):
        result = raked.trim(upper=40)
    table = result.diagnostics
    lost = table[table["flag"].str.contains("not reached")]
    assert set(lost["variable"]) == {"region", "sector"}
    close(result.weights.sum(), 9300)


def test_margins_that_cannot_hold_together_are_named():
    """Every firm of sector a lies in the north: 60 and 40 cannot be had with 30 and 70."""
    firms = pd.DataFrame({"w": [10.0] * 4, "sector": list("aabb"), "region": list("nnss")})
    design = SurveyDesign(firms, weights="w")
    with pytest.warns(UserWarning, match="do not add up to 2 of the known counts: sector a"):
        result = design.rake({"sector": {"a": 60, "b": 40}, "region": {"n": 30, "s": 70}})
    flags = result.diagnostics.set_index(["variable", "level"])["flag"]
    assert "not reached" in flags[("sector", "a")].iloc[0]


def test_negative_weights_are_told_and_not_taken_further(design):
    totals = {"emp": 60_000, "sector": SECTOR}
    with pytest.warns(UserWarning, match="some weights are not above 0"):
        result = design.calibrate(totals)
    assert result.weights.min() < 0
    assert "negative weights" in set(result.diagnostics["flag"])
    with pytest.raises(DataError, match=r"weight.s. are not above 0, as linear calibration"):
        result.rake({"sector": SECTOR})
    with pytest.raises(DataError, match=r"glm\(\): \d+ weight.s. are negative"):
        result.glm("adopt", ["age"])
    assert design.calibrate(totals, method="raking").weights.min() > 0


def test_totals_out_of_reach_of_the_bounds_are_named(design):
    with pytest.warns(UserWarning, match=r"calibrate\(\).*emp .* instead of 60,000"):
        design.calibrate({"emp": 60_000, "sector": SECTOR}, method="logit", bounds=(0.3, 3))


def test_bounds_hold(design):
    ratio = adjusted(design, "bounded").weights / design.weights
    assert ratio.min() >= 0.9 - 1e-12
    assert ratio.max() <= 1.1 + 1e-12
    assert ((ratio < 0.9 + 1e-9) | (ratio > 1.1 - 1e-9)).any()


def test_size_alone_scales_all_weights(design):
    result = design.calibrate({}, size=9300)
    close((result.weights / design.weights).tolist(), [9300 / design.weights.sum()] * 371)


def test_a_zero_count_without_firms_is_no_matter(design):
    result = design.poststratify({"sector": SECTOR | {"fishing": 0}})
    close(result.weights.tolist(), adjusted(design, "poststratify").weights.tolist())


REFUSED = {
    "a level without a count": (
        {"sector": {"craft": 1450, "food": 2300, "retail": 2800}},
        "rake.*sector services is met on 97 row.s. of the sample and has no count",
    ),
    "a misspelt level": (
        {"sector": SECTOR | {"service": 2750} | {"services": 0}},
        "sector services has the count 0 in the population and is met on 97",
    ),
    "a level without firms": (
        {"sector": SECTOR | {"fishing": 120}},
        "sector fishing has 120 firms in the population and none in the sample.*Join it to a level like it",
    ),
    "a negative count": ({"sector": SECTOR | {"food": -3}}, "sector food has the count -3"),
    "a missing count": ({"sector": SECTOR | {"food": math.nan}}, "sector food has the count nan"),
    "a count in words": ({"sector": SECTOR | {"food": "many"}}, "sector food has the count 'many'"),
    "two populations": (
        {"sector": SECTOR, "region": REGION | {"West": 2100}},
        "counts of sector add up to 9,300 firms and those of region to 9,400: no weights can give both",
    ),
    "shares": (
        {"sector": {level: count / 9300 for level, count in SECTOR.items()}},
        "add up to 1, below the 371 rows.*shares_of=",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_counts_the_sample_cannot_be_fitted_to_are_refused(design, name):
    counts, message = REFUSED[name]
    with pytest.raises(DataError, match=message):
        design.rake(counts)


def test_a_near_name_is_offered(design):
    counts = {level.replace("services", "service"): count for level, count in SECTOR.items()}
    with pytest.raises(DataError, match=r'sector services .*Did you mean "service"'):
        design.poststratify({"sector": counts})


def test_text_for_numbers_is_told_apart():
    firms = pd.DataFrame({"w": [10.0, 10.0], "zone": [1, 2]})
    with pytest.raises(DataError, match="counts name it as str, the answers as int"):
        SurveyDesign(firms, weights="w").rake({"zone": {"1": 30, "2": 10}})


def test_missing_answers_cannot_be_weighted(smb):
    holes = smb.assign(sector=smb["sector"].mask(smb.index == 4), emp=smb["emp"].mask(smb.index < 2))
    design = SurveyDesign(holes, weights="w", strata="stratum", clusters="psu", fpc="N_psu")
    with pytest.raises(DataError, match='column "sector" is missing on row 5'):
        design.rake({"sector": SECTOR})
    with pytest.raises(DataError, match=r'column "emp" is missing on 2 rows \(1, 2\)'):
        design.calibrate({"emp": 60_000})


def test_shares_must_add_up(design):
    with pytest.raises(DataError, match="shares of sector add up to 9300, not to 1"):
        design.rake({"sector": SECTOR}, shares_of=9300)


WRONG = {
    "no counts": (lambda d: d.rake({}), r"rake\(\) takes the counts of each variable"),
    "no mapping": (
        lambda d: d.rake({"sector": 3}),
        "the counts of sector are 3; give the count of each level",
    ),
    "unknown column": (lambda d: d.rake({"secteur": SECTOR}), 'no column "secteur".*Did you mean "sector"'),
    "two variables": (
        lambda d: d.poststratify({"sector": SECTOR, "region": REGION}),
        r"poststratify\(\) takes one variable.*Use rake",
    ),
    "nothing to trim": (lambda d: d.trim(), "needs a limit"),
    "limit below the mean": (lambda d: d.trim(upper=20), "mean weight is 31.99"),
    "unknown method": (lambda d: d.calibrate({"emp": 9}, method="linea"), 'Did you mean "linear"'),
    "logit without bounds": (lambda d: d.calibrate({"emp": 9}, method="logit"), "needs two bounds"),
    "bounds above 1": (lambda d: d.calibrate({"emp": 9}, bounds=(1.2, 2)), r"bounds=\(1.2, 2\)"),
    "no totals": (lambda d: d.calibrate({}), "takes known totals"),
    "total in words": (lambda d: d.calibrate({"emp": "many"}), "the total of emp is 'many'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_calls_are_refused(design, name):
    call, message = WRONG[name]
    with pytest.raises(ParameterError, match=message):
        call(design)


def test_size_and_counts_must_agree(design):
    with pytest.raises(DataError, match="sector add up to 9,300 firms and size= says 9,400"):
        design.calibrate({"sector": SECTOR}, size=9400)


def test_trimmed_replicates_leave_out_who_was_left_out(design):
    """Rows a jackknife replicate leaves out weigh 0 there, below any lower limit, and still do after trimming."""
    trimmed = design.replicate("JKn").trim(upper=45, lower=15)
    out = design.replicate("JKn")._replicates.weights == 0
    assert (trimmed._replicates.weights[out] == 0).all()
    inside = trimmed._replicates.weights[~out]
    assert inside.min() >= 15
    assert inside.max() <= 45
    close(
        trimmed._replicates.weights.sum(axis=0).tolist(),
        design.replicate("JKn")._replicates.weights.sum(axis=0).tolist(),
    )
    close(trimmed.mean("adopt")["se"].item(), design.trim(upper=45, lower=15).mean("adopt")["se"].item(), 0.1)
