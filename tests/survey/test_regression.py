"""Models with the design's precision: R's values, influence by perturbing weights, separation, collinearity, misuse."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.inference import Score
from analysis.survey.modelling.fitted import refit
from analysis.survey.modelling.fitting import FAMILIES, fit

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]
SECTOR = {"craft": 1450, "food": 2300, "retail": 2800, "services": 2750}
REGION = {"East": 2050, "North": 2500, "South": 2750, "West": 2000}


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


@pytest.fixture(scope="module")
def raked(design):
    return design.rake({"sector": SECTOR, "region": REGION})


def close(got, expected, rel=1e-7):
    assert got == pytest.approx(expected, rel=rel, abs=1e-12)


def held(model, expected, rel=1e-7):
    table = model.coefficients
    close(table["estimate"].tolist(), expected["estimate"], rel)
    close(table["se"].tolist(), expected["se"], rel)
    assert model.fit.df == expected["df"]


def test_reference_level_can_be_chosen(design, r):
    model = design.glm("k", ["sector", "digital"], reference={"sector": "retail"})
    held(model, r["reference_glm"])
    assert model.coefficients["term"].tolist()[1:4] == ["sector[craft]", "sector[food]", "sector[services]"]


def test_products_of_predictors(design, r):
    model = design.glm("adopt", ["sector", "female", "digital", "sector:digital"], family="binomial")
    held(model, r["interaction"], 1e-6)
    for term, name in {"sector:digital": "wald", "sector": "sector", "digital:sector": "wald"}.items():
        test, expected = model.wald(term), r["interaction"][name]
        close([test.statistic, test.p], [expected["F"], expected["p"]], 1e-6)
        assert (test.df1, test.df2) == (expected["df"], expected["ddf"])


def test_raked_designs_keep_what_their_margins_explain(raked, design, r):
    model = raked.glm("adopt", ["sector", "female", "digital"], family="binomial")
    held(model, r["raked_glm"], 1e-6)
    micro = raked.subset(raked.data["size"] == "micro")
    held(micro.glm("k", ["female", "digital"], family="poisson"), r["raked_domain_glm"], 1e-6)


def test_replicate_weights_fit_the_model_again(design, r):
    model = design.replicate("JKn").glm("adopt", ["female", "digital"], family="binomial")
    expected = r["replicate_glm"]
    close(model.coefficients["estimate"].tolist(), expected["estimate"], 1e-6)
    close(model.coefficients["se"].tolist(), expected["se"], 1e-6)
    assert model.fit.df == expected["df"]
    effects = model.marginal_effects.set_index("term")
    linear = design.glm("adopt", ["female", "digital"], family="binomial").marginal_effects.set_index("term")
    assert (effects["se_unconditional"] / linear["se_unconditional"] - 1).abs().max() < 0.05
    close(effects["estimate"].to_dict(), linear["estimate"].to_dict())


@pytest.mark.parametrize(
    ("outcome", "family"), [("k", "gaussian"), ("adopt", "binomial"), ("k", "poisson"), ("bi1", "ordinal")]
)
def test_influence_is_what_a_little_more_weight_does(design, outcome, family):
    """The influence of a row is its weight times the slope of the coefficients by that weight."""
    model = design.glm(outcome, ["sector", "digital", "female"], family=family).model
    weights = design.weights.to_numpy()
    for place in (0, 7, 200):
        row = model.rows[place]
        more, less = weights.copy(), weights.copy()
        more[row] *= 1 + 1e-4
        less[row] *= 1 - 1e-4
        slope = (refit(model, more) - refit(model, less)) / 2e-4
        assert model.influence[place] == pytest.approx(slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("outcome", "family"), [("k", "gaussian"), ("adopt", "binomial"), ("k", "poisson"), ("bi1", "ordinal")]
)
def test_both_errors_of_effects_by_a_second_road(design, outcome, family):
    """Effects by predicting twice, their errors from slopes by steps in the coefficients and in the weights."""
    model = design.glm(outcome, ["sector", "digital", "female", "sector:digital"], family=family)
    table = model.marginal_effects
    inner = model.model
    share = inner.weights / inner.weights.sum()

    def predictions(changed, chosen):
        matrix = inner.terms.matrix(changed)
        if family == "ordinal":
            cuts = chosen[matrix.shape[1] - 1 :]
            below = special.expit(cuts - (matrix[:, 1:] @ chosen[: matrix.shape[1] - 1])[:, None])
            return np.diff(np.column_stack([np.zeros(len(below)), below, np.ones(len(below))]), axis=1)
        index = matrix @ chosen
        mean = {"gaussian": index, "binomial": special.expit(index), "poisson": np.exp(index)}[family]
        return mean[:, None]

    digital, step = inner.terms.predictors["digital"].values, 1e-5
    contrasts = [({"sector": code}, {"sector": 0}, 1.0) for code in (1, 2, 3)]
    contrasts += [({"digital": digital + step}, {"digital": digital - step}, 2 * step)]
    contrasts += [({"female": 1}, {"female": 0}, 1.0)]

    def rows(chosen):
        return np.hstack([(predictions(a, chosen) - predictions(b, chosen)) / h for a, b, h in contrasts])

    chosen = inner.finite
    expected = share @ rows(chosen)
    assert table["estimate"].to_numpy() == pytest.approx(expected, abs=1e-9)
    pulls = []
    for place in range(len(chosen)):
        move = np.zeros(len(chosen))
        move[place] = 1e-5
        pulls.append(share @ (rows(chosen + move) - rows(chosen - move)) / 2e-5)
    pulls = np.array(pulls)
    fixed = np.sqrt(np.diag(pulls.T @ inner.covariance @ pulls))
    assert table["se"].to_numpy() == pytest.approx(fixed, rel=1e-4)
    influence = share[:, None] * (rows(chosen) - expected) + inner.influence @ pulls
    free = np.sqrt(np.diag(design._covariance([Score(inner.rows, column) for column in influence.T])))
    assert table["se_unconditional"].to_numpy() == pytest.approx(free, rel=1e-4)


def test_effects_of_a_linear_model_are_its_coefficients(design):
    model = design.glm("k", ["sector", "digital"])
    effects = model.marginal_effects
    coefficients = model.coefficients.iloc[1:]
    close(effects["estimate"].tolist(), coefficients["estimate"].tolist())
    close(effects["se"].tolist(), coefficients["se"].tolist())
    close(effects["se_unconditional"].tolist(), coefficients["se"].tolist())


def test_predictive_margins_differ_by_the_marginal_effect(design):
    model = design.glm("bi1", ["sector", "female"], family="ordinal")
    margins = model.predictive_margins("sector").set_index(["sector", "level"])["estimate"]
    effects = model.marginal_effects.set_index(["term", "level"])["estimate"]
    for level in (1, 2, 3, 4, 5):
        close(margins["food", level] - margins["craft", level], effects["sector[food]", level])
    close(margins["food"].sum(), 1)
    assert effects.groupby("term").sum().abs().max() < 1e-12


def test_proportional_odds_are_those_of_r_at_its_optimum(design, r):
    model = design.glm("bi1", ["digital", "female", "sector"], family="ordinal")
    held(model, r["ordinal"], 1e-5)
    assert model.coefficients["term"].tolist()[-4:] == ["1|2", "2|3", "3|4", "4|5"]
    assert model.odds_ratios["term"].tolist() == [
        "digital",
        "female",
        *(f"sector[{s}]" for s in list(SECTOR)[1:]),
    ]
    assert model.wald("sector").df1 == 3


def test_proportional_odds_maximise_the_likelihood(smb):
    """A general optimiser on the likelihood written out finds the same coefficients."""
    known = smb.dropna(subset="bi1")
    answers, weights = known["bi1"].astype(int).to_numpy() - 1, known["w"].to_numpy()
    traits = known[["digital", "female"]].to_numpy(dtype=float)

    def loss(chosen):
        cuts = np.concatenate([[-np.inf], np.cumsum([chosen[2], *np.exp(chosen[3:])]), [np.inf]])
        index = traits @ chosen[:2]
        chance = special.expit(cuts[answers + 1] - index) - special.expit(cuts[answers] - index)
        return -np.sum(weights * np.log(chance)) / weights.sum()

    start = np.array([0.0, 0.0, -2.0, 0.0, 0.0, 0.0])
    best = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-9}).x
    expected = [*best[:2], *np.cumsum([best[2], *np.exp(best[3:])])]
    model = SurveyDesign(known, weights="w").glm("bi1", ["digital", "female"], family="ordinal")
    assert model.coefficients["estimate"].tolist() == pytest.approx(expected, abs=2e-6)


def test_an_ordered_category_keeps_its_order(smb):
    words = {1: "never", 2: "rarely", 3: "sometimes", 4: "often", 5: "daily"}
    named = smb.assign(
        habit=pd.Categorical(smb["bi1"].map(words), categories=list(words.values()), ordered=True)
    )
    models = [
        SurveyDesign(named, weights="w", strata="stratum", clusters="psu").glm(
            name, ["digital"], family="ordinal"
        )
        for name in ("habit", "bi1")
    ]
    first, second = (model.coefficients for model in models)
    close(first["estimate"].tolist(), second["estimate"].tolist(), 1e-12)
    assert first["term"].tolist() == [
        "digital",
        "never|rarely",
        "rarely|sometimes",
        "sometimes|often",
        "often|daily",
    ]


def test_a_number_can_be_taken_by_its_levels(smb):
    coded = smb.assign(zone=smb["region"].map({"East": 1, "North": 2, "South": 3, "West": 4}).astype(float))
    design = SurveyDesign(coded, weights="w", strata="stratum", clusters="psu")
    model = design.glm("adopt", ["zone"], family="binomial", reference={"zone": 2})
    assert model.coefficients["term"].tolist() == ["intercept", "zone[1]", "zone[3]", "zone[4]"]
    other = design.glm("adopt", ["region"], family="binomial", reference={"region": "North"})
    close(model.coefficients["estimate"].tolist(), other.coefficients["estimate"].tolist())


def test_weighted_least_squares_by_hand(design, smb):
    matrix = np.column_stack([np.ones(len(smb)), smb["digital"], smb["female"]])
    weighted = matrix * smb["w"].to_numpy()[:, None]
    expected = np.linalg.solve(weighted.T @ matrix, weighted.T @ smb["k"])
    model = design.glm("k", ["digital", "female"])
    close(model.coefficients["estimate"].tolist(), expected.tolist(), 1e-10)
    fitted = matrix @ expected
    mean = np.average(smb["k"], weights=smb["w"])
    share = np.average((smb["k"] - fitted) ** 2, weights=smb["w"])
    close(model.fit.r_squared, 1 - share / np.average((smb["k"] - mean) ** 2, weights=smb["w"]))


def test_intervals_and_tests_use_the_design_less_the_coefficients(design):
    row = design.glm("k", ["digital"], level=0.9).coefficients.iloc[1]
    assert row["df"] == design.degf - 1
    wide = stats.t.ppf(0.95, row["df"])
    close([row["low"], row["high"]], [row["estimate"] - wide * row["se"], row["estimate"] + wide * row["se"]])
    close(row["p"], 2 * stats.t.sf(abs(row["estimate"] / row["se"]), row["df"]))


def test_rows_in_any_order_and_weights_of_any_scale_give_the_same(smb, design):
    shuffled = smb.sample(frac=1, random_state=1).assign(w=lambda data: data["w"] * 7)
    again = SurveyDesign(shuffled, weights="w", strata="stratum", clusters="psu")
    first = SurveyDesign(smb, weights="w", strata="stratum", clusters="psu")
    for outcome, family in {"adopt": "binomial", "k": "poisson", "bi1": "ordinal"}.items():
        tables = [d.glm(outcome, ["sector", "age"], family=family).coefficients for d in (first, again)]
        close(tables[1]["estimate"].tolist(), tables[0]["estimate"].tolist(), 1e-10)
        close(tables[1]["se"].tolist(), tables[0]["se"].tolist(), 1e-9)


def test_units_of_a_predictor_only_scale_its_coefficient(smb):
    scaled = smb.assign(year=2000 + smb["age"], euros=smb["emp"] * 1e7)
    design = SurveyDesign(scaled, weights="w", strata="stratum", clusters="psu")
    first = design.glm("adopt", ["age", "emp"], family="binomial").coefficients
    second = design.glm("adopt", ["year", "euros"], family="binomial").coefficients
    close(second.loc[1, ["estimate", "se"]].tolist(), first.loc[1, ["estimate", "se"]].tolist())
    close((second.loc[2, ["estimate", "se"]] * 1e7).tolist(), first.loc[2, ["estimate", "se"]].tolist())


def test_few_units_leave_no_interval(smb):
    few = smb[smb["psu"].isin(smb["psu"].unique()[:3])]
    model = SurveyDesign(few, weights="w", clusters="psu").glm("k", ["age", "digital", "female"])
    table = model.coefficients
    assert set(table["flag"]) == {"df=0"}
    assert table[["low", "high", "p"]].isna().all(axis=None)
    assert math.isnan(model.wald(["age", "digital", "female"]).p)


@pytest.fixture
def separated():
    random = np.random.default_rng(5)
    count = 240
    firms = pd.DataFrame(
        {
            "w": random.uniform(1, 5, count),
            "sector": random.choice(["craft", "food", "retail"], count),
            "age": random.normal(size=count),
            "rural": random.integers(0, 2, count),
        }
    )
    firms["uses"] = (random.random(count) < special.expit(firms["age"])).astype(int)
    firms["posts"] = random.poisson(2, count)
    return firms


def test_a_level_that_decides_the_answer_is_named_and_left_out(separated):
    """What is left equals the model of the other firms, as those predicted for certain say nothing more."""
    data = separated.assign(uses=separated["uses"].mask(separated["sector"] == "food", 1))
    design = SurveyDesign(data, weights="w")
    with pytest.warns(
        UserWarning, match=r"sector\[food\] predict .uses. .*every firm with sector food has uses 1"
    ):
        model = design.glm("uses", ["sector", "age", "rural"], family="binomial")
    table = model.coefficients.set_index("term")
    assert table["flag"].to_dict() == {
        "intercept": "",
        "sector[food]": "separation",
        "sector[retail]": "",
        "age": "",
        "rural": "",
    }
    assert table.loc["sector[food]", ["estimate", "se", "low", "high", "p"]].isna().all()
    rest = design.subset(data["sector"] != "food").glm("uses", ["sector", "age", "rural"], family="binomial")
    expected = rest.coefficients.set_index("term")
    for column in ("estimate", "se"):
        close(table[column].dropna().to_dict(), expected[column].to_dict(), 1e-8)
    effects = model.marginal_effects.set_index("term")
    others = data.loc[data["sector"] != "food", "w"].sum() / data["w"].sum()
    close(
        effects.loc["age", "estimate"],
        rest.marginal_effects.set_index("term").loc["age", "estimate"] * others,
    )
    with pytest.raises(ParameterError, match=r"wald\(sector\).*separation"):
        model.wald("sector")
    assert model.wald("age").p < 0.05


def test_a_reference_level_that_decides_the_answer(separated):
    data = separated.assign(uses=separated["uses"].mask(separated["sector"] == "craft", 0))
    with pytest.warns(UserWarning, match="every firm with sector craft has uses 0"):
        model = SurveyDesign(data, weights="w").glm("uses", ["sector", "age"], family="binomial")
    flags = model.coefficients.set_index("term")["flag"]
    assert flags[flags == "separation"].index.tolist() == ["intercept", "sector[food]", "sector[retail]"]
    assert np.isfinite(model.coefficients.set_index("term").loc["age", "estimate"])


def test_a_level_without_counts(separated):
    data = separated.assign(posts=separated["posts"].mask(separated["sector"] == "retail", 0))
    with pytest.warns(UserWarning, match="every firm with sector retail has posts 0"):
        model = SurveyDesign(data, weights="w").glm("posts", ["sector", "age"], family="poisson")
    assert model.coefficients.set_index("term")["flag"]["sector[retail]"] == "separation"


def test_a_number_that_sorts_the_answers(separated):
    sorted_by_age = separated.assign(uses=(separated["age"] > 0.3).astype(int))
    with pytest.raises(DataError, match=r"age sort the answers to .uses. perfectly.*separation"):
        SurveyDesign(sorted_by_age, weights="w").glm("uses", ["age"], family="binomial")
    ranked = separated.assign(mood=pd.cut(separated["age"], 4, labels=False))
    with pytest.raises(DataError, match=r"age sort the answers to .mood. perfectly"):
        SurveyDesign(ranked, weights="w").glm("mood", ["age"], family="ordinal")


def test_large_effects_are_not_taken_for_separation(separated):
    random = np.random.default_rng(8)
    steep = separated.assign(uses=(random.random(240) < special.expit(14 * separated["age"])).astype(int))
    model = SurveyDesign(steep, weights="w").glm("uses", ["age"], family="binomial")
    assert (model.coefficients["flag"] == "").all()
    made = fit(
        FAMILIES["binomial"],
        np.column_stack([np.ones(240), steep["age"]]),
        steep["uses"].to_numpy(dtype=float),
        steep["w"].to_numpy(),
    )
    assert made.furthest > 10
    close(model.coefficients["estimate"].tolist(), made.coefficients.tolist())


def test_predictors_nearly_alike_are_told(smb):
    random = np.random.default_rng(2)
    twin = smb.assign(age_again=smb["age"] + random.normal(0, 0.1, len(smb)))
    design = SurveyDesign(twin, weights="w", strata="stratum", clusters="psu")
    with pytest.warns(UserWarning) as told:
        design.glm("k", ["age", "age_again", "digital"])
    found = sorted(
        str(warning.message).split(" is nearly determined by the other predictors")[0] for warning in told
    )
    assert found == ['glm(): "age"', 'glm(): "age_again"']


def test_missing_answers_are_outside_the_domain(design, smb):
    holes = smb.assign(digital=smb["digital"].mask(smb.index % 9 == 0))
    whole = SurveyDesign(holes, weights="w", strata="stratum", clusters="psu", fpc="N_psu")
    model = whole.glm("pu1", ["digital", "female"])
    known = holes["digital"].notna() & holes["pu1"].notna()
    expected = whole.subset(known).glm("pu1", ["digital", "female"])
    close(model.coefficients["se"].tolist(), expected.coefficients["se"].tolist(), 1e-12)
    assert (model.fit.n, model.fit.n_missing) == (known.sum(), 371 - known.sum())
    close(model.fit.n_weighted, smb.loc[known, "w"].sum())


def odd(smb):
    return smb.assign(
        same=3,
        only="all",
        men=1 - smb["female"],
        trade=smb["sector"].str.upper(),
        hole=np.nan,
        debt=-1.0 * smb["emp"],
        word=np.where(smb["adopt"] == 1, "yes", "no"),
    )


REFUSED = {
    "constant": ("adopt", ["same"], {}, 'predictor "same" is the same on every row used'),
    "one level": ("adopt", ["only"], {}, 'predictor "only" is "all" on every row used'),
    "opposites": ("adopt", ["female", "men"], {}, r'"men" is determined by female \(collinear\)'),
    "twins": ("adopt", ["sector", "trade"], {}, r'"trade\[FOOD\]" is determined by sector\[food\]'),
    "nothing known": ("adopt", ["hole", "age"], {}, '"hole" is missing most often'),
    "share of an amount": ("emp", ["age"], {"family": "binomial"}, "holds 7 where 0 or 1 is expected"),
    "negative count": ("debt", ["age"], {"family": "poisson"}, "a count cannot be negative"),
    "words": (
        "word",
        ["age"],
        {"family": "binomial"},
        'text such as "no", "yes", and a binomial model needs',
    ),
    "no order": ("word", ["age"], {"family": "ordinal"}, "in no known order. Make it an ordered category"),
    "two levels": ("adopt", ["age"], {"family": "ordinal"}, r"has 2 level\(s\) here, and at least 3"),
    "constant outcome": ("same", ["age"], {}, '"same" is 3 on every row: there is nothing to explain'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_data_a_model_cannot_be_fitted_to(smb, name):
    outcome, predictors, options, message = REFUSED[name]
    with pytest.raises(DataError, match=message):
        SurveyDesign(odd(smb), weights="w").glm(outcome, predictors, **options)


WRONG = {
    "unknown predictor": ("adopt", ["sectr"], {}, 'no column "sectr".*Did you mean "sector"'),
    "unknown outcome": ("adopted", ["sector"], {}, 'no column "adopted".*Did you mean "adopt"'),
    "unknown family": ("adopt", ["age"], {"family": "binomal"}, 'Did you mean "binomial"'),
    "unknown level": ("adopt", ["sector"], {"reference": {"sector": "fod"}}, 'Did you mean "food"'),
    "stray reference": ("adopt", ["age"], {"reference": {"sector": "food"}}, "which is not a predictor"),
    "no predictors": ("adopt", [], {}, "A model needs predictors"),
    "twice": ("adopt", ["age", "age"], {}, '"age" is named twice'),
    "outcome too": ("adopt", ["adopt", "age"], {}, '"adopt" is the outcome and a predictor too'),
    "product alone": ("adopt", ["age", "age:female"], {}, '"age:female" is a product, and "female" is not'),
    "square": ("adopt", ["age", "age:age"], {}, '"age:age" is named twice'),
    "level": ("adopt", ["age"], {"level": 95}, "level=95 is not a confidence level"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_calls_are_refused(design, name):
    outcome, predictors, options, message = WRONG[name]
    with pytest.raises(ParameterError, match=message):
        design.glm(outcome, predictors, **options)


def test_questions_a_model_cannot_answer(design):
    model = design.glm("k", ["sector", "age"])
    with pytest.raises(ParameterError, match="gaussian model has no odds ratios"):
        _ = model.odds_ratios
    with pytest.raises(ParameterError, match="this one is gaussian"):
        _ = model.rate_ratios
    with pytest.raises(ParameterError, match=r'no term "sectr".*Did you mean "sector"'):
        model.wald("sectr")
    with pytest.raises(ParameterError, match="give a predictor with levels, or 0/1: sector"):
        model.predictive_margins("age")


def test_nothing_is_read_from_the_callers_names(design):
    """Names such as C, Q or np, which formula languages read from the caller, mean columns here."""
    renamed = design.transform(lambda data: data.assign(C=data["age"], Q=data["sector"], np=data["female"]))
    C = Q = np_ = None
    model = renamed.glm("adopt", ["C", "Q", "np"], family="binomial")
    expected = design.glm("adopt", ["age", "sector", "female"], family="binomial")
    close(model.coefficients["estimate"].tolist(), expected.coefficients["estimate"].tolist(), 1e-14)
    assert (C, Q, np_) == (None, None, None)


def test_a_model_says_what_it_is(design):
    model = design.glm("adopt", ["sector", "age", "sector:age"], family="binomial")
    assert repr(model) == "Regression(adopt ~ sector + age + sector:age: binomial, 371 answers, 27 df)"


@pytest.mark.filterwarnings("error")
def test_categories_nobody_gave_do_not_count():
    rng = np.random.default_rng(8)
    trades, scale = ["food", "craft", "services"], ["no", "perhaps", "yes", "always"]
    plain = pd.DataFrame(
        {"w": rng.uniform(1, 3, 80), "trade": rng.choice(trades[:2], 80), "rank": rng.integers(0, 3, 80)}
    )
    plain["uses"] = rng.integers(0, 2, 80)
    answered = plain.assign(
        trade=pd.Categorical(plain["trade"], trades),
        rank=pd.Categorical.from_codes(plain["rank"], scale, ordered=True),
    )
    for outcome, family in {"uses": "binomial", "rank": "ordinal"}.items():
        one, two = (
            SurveyDesign(data, weights="w").glm(outcome, "trade", family=family, reference={"trade": "food"})
            for data in (plain, answered)
        )
        columns = ["estimate", "se", "df"]
        pd.testing.assert_frame_equal(one.coefficients[columns], two.coefficients[columns])
    assert two.coefficients["term"].tolist() == ["trade[craft]", "no|perhaps", "perhaps|yes"]
