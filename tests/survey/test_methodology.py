"""What an appendix states of a survey: facts counted by hand, from the files, or by AAPOR's definitions."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign, load_codebook
from analysis.survey.methodology import interval_coverage, methodology, model_table, robustness, software
from analysis.survey.sampling_facts import design_facts, strata_table, weight_table
from analysis.survey.study import dispositions, missing_answers, response_rates, study_facts, wording

FIRMS = pd.DataFrame(
    {
        "zone": ["n", "n", "n", "s", "s", "s", "s"],
        "town": [1, 1, 2, 3, 4, 4, 5],
        "towns": [10, 10, 10, 40, 40, 40, 40],
        "w": [2.0, 4.0, 6.0, 10.0, 10.0, 20.0, 8.0],
        "internet": [1, 1, 0, None, 1, 0, 1],
        "owner_age": [30, 40, None, None, 52, 61, 45],
        "platforms__facebook": [1, 0, 0, None, 1, 0, 1],
    }
)


@pytest.fixture
def book():
    return load_codebook()


@pytest.fixture
def design():
    return SurveyDesign(FIRMS, weights="w", strata="zone", clusters="town", fpc="towns")


def with_study(book, **study):
    return replace(book, study=study)


def test_strata_are_counted(design):
    table = strata_table(design).set_index("stratum")
    assert table.loc["n"].tolist() == [12.0, 10.0, 2, 3, 4.0]
    assert table.loc["s"].tolist() == [48.0, 40.0, 3, 4, 12.0]


def test_a_domain_counts_its_own_firms_and_keeps_the_design(design):
    small = design.subset(design.data["internet"] == 1)
    table = strata_table(small).set_index("stratum")
    assert table["n"].to_dict() == {"n": 2, "s": 2} and table["units"].to_dict() == {"n": 1, "s": 2}
    assert table.loc["n", "units_population"] == 10
    assert design_facts(small).rows == 7 and design_facts(small).n == 4


def test_without_strata_there_is_one_row_without_a_name():
    table = strata_table(SurveyDesign(FIRMS, weights="w"))
    assert len(table) == 1 and table["stratum"].isna().all() and table["units_population"].isna().all()


def test_the_design_is_told_as_declared(design):
    facts = design_facts(design)
    assert (facts.n, facts.population, facts.strata, facts.units, facts.df) == (7, 60.0, 2, 5, 3)
    assert (facts.cluster_columns, facts.fpc_columns) == (("town",), ("towns",))
    assert (facts.variance, facts.single_psu, facts.adjustments) == ("linearisation", "error", 0)


def test_replicate_weights_are_told():
    firms = FIRMS.assign(r1=FIRMS["w"] * 1.2, r2=FIRMS["w"] * 0.8)
    made = SurveyDesign(firms, weights="w", replicates=["r1", "r2"], replicate_method="BRR")
    assert (design_facts(made).variance, design_facts(made).replicates) == ("BRR", 2)


def test_weights_and_margins_before_and_after_raking(design):
    weights, margins = weight_table(design)
    w = FIRMS["w"].to_numpy()
    assert weights["state"].tolist() == ["after"] and len(margins) == 0
    assert weights["effective_n"].item() == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert weights["kish_deff"].item() == pytest.approx(7 * (w**2).sum() / w.sum() ** 2)
    raked = design.rake({"zone": {"n": 30, "s": 30}})
    weights, margins = weight_table(raked)
    assert weights["state"].tolist() == ["before", "after"]
    assert weights["weight_max"].tolist() == pytest.approx([20.0, max(6.0 * 30 / 12, 20.0 * 30 / 48)])
    assert margins.set_index("level")["before"].to_dict() == {"n": 12.0, "s": 48.0}
    assert margins["after"].tolist() == pytest.approx([30.0, 30.0]) and margins["target"].tolist() == [30, 30]
    assert design_facts(raked).adjustments == 1


def test_the_outcomes_told_are_those_of_the_bundled_answers(book, root):
    answers = pd.read_csv(root / "data/sample/survey.csv", usecols=["firm", "wave"])
    firms = {wave: set(rows) for wave, rows in answers.groupby("wave")["firm"]}
    told = dispositions(book).set_index("wave")
    assert told["complete"].to_dict() == {wave: len(rows) for wave, rows in firms.items()}
    for before, wave in ((2022, 2024), (2024, 2026)):
        assert firms[wave] <= firms[before]
        assert told.loc[wave, "other"] == len(firms[before] - firms[wave])
    assert dispositions(book, [2026])["wave"].tolist() == [2026]


def test_response_rates_are_those_of_aapor():
    """600 complete, 50 partial, 200 refusals, 100 not reached, 50 others; 400 unknown; 100 not eligible."""
    counts = pd.DataFrame(
        [
            {"wave": 1, "complete": 600, "partial": 50, "refusal": 200, "noncontact": 100, "other": 50}
            | {"unknown": 400, "ineligible": 100}
        ]
    )
    rates = response_rates(counts).set_index("rate")["estimate"]
    assert rates["RR1"] == pytest.approx(600 / 1400)
    assert rates["RR2"] == pytest.approx(650 / 1400)
    assert rates["RR3"] == pytest.approx(600 / (1000 + 400 * 1000 / 1100))


def test_nobody_approached_has_no_rate():
    none = pd.DataFrame([{"wave": 1} | dict.fromkeys(dispositions(load_codebook()).columns[1:], 0)])
    assert response_rates(none)["estimate"].isna().all()


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"completes": 3}, r'completes: 3 cannot be read\. Did you mean "complete"\?'),
        ({"complete": "many"}, "complete: many cannot be read"),
        ({"complete": -1}, "complete: -1 cannot be read"),
    ],
)
def test_outcomes_that_cannot_be_read_are_refused(book, counts, said):
    with pytest.raises(ParameterError, match=f"study, dispositions of 2024: {said}"):
        dispositions(with_study(book, dispositions={2024: counts}))


def test_blanks_stay_blank_and_wrong_facts_are_refused(book):
    told = study_facts(with_study(book, sponsor={"en": "The chamber", "fr": "La chambre"}), "fr")
    assert told.set_index("fact")["told"].dropna().to_dict() == {"sponsor": "La chambre"}
    assert len(told) == len(study_facts(book, "en")) == 17
    with pytest.raises(ParameterError, match=r'study: "sponsors" is not a fact\. Did you mean "sponsor"\?'):
        study_facts(with_study(book, sponsors={"en": "x"}), "en")


def test_a_codebook_without_a_study_tells_nothing(book):
    silent = with_study(book)
    assert study_facts(silent, "en")["told"].isna().all() and dispositions(silent).empty
    assert response_rates(dispositions(silent)).empty


def test_missing_answers_are_counted_by_question(design, book):
    table = missing_answers(design, book, ["internet", "owner_age", "platforms", "website"]).set_index(
        "variable"
    )
    assert table["missing"].to_dict() == {"internet": 1, "owner_age": 2, "platforms": 1, "website": 7}
    assert table.loc["owner_age", ["n", "answered", "estimate"]].tolist() == [7, 5, pytest.approx(2 / 7)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_wording_is_that_of_the_questionnaire(book, root, language):
    raw = yaml.safe_load((root / "data/codebook/questionnaire.yml").read_text(encoding="utf-8"))
    asked = {variable["name"]: variable for variable in raw["variables"]}
    table = wording(book, ["sector", "internet", "owner_age"], language)
    assert table["question"].tolist() == [asked[name]["question"][language] for name in table["variable"]]
    options = [words[language] for words in asked["sector"]["options"].values()]
    assert table["answers"].tolist() == [" · ".join(options), "", ""]
    assert table["kind"].tolist() == ["single", "yesno", "number"]


def test_an_unknown_item_is_refused(design, book):
    with pytest.raises(ParameterError, match='has no variable "internets"'):
        missing_answers(design, book, ["internets"])


def test_models_are_described_with_what_was_left_out_and_separated(design):
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"w": 1.0, "age": rng.normal(size=80), "group": ["a"] * 40 + ["b"] * 40})
    data["uses"] = (data["age"] + rng.normal(size=80) > 0).astype(int)
    data.loc[data["group"] == "b", "uses"] = 1
    data.loc[0, "age"] = np.nan
    with pytest.warns(UserWarning, match="group"):
        split = SurveyDesign(data, weights="w").glm("uses", ["age", "group"], family="binomial")
    row = model_table({"Use": split}).iloc[0]
    assert row[["model", "outcome", "predictors", "family"]].tolist() == [
        "Use",
        "uses",
        "age + group",
        "binomial",
    ]
    assert (row["n"], row["n_missing"], row["df"]) == (79, 1, (79 - 1) + 1 - 3)
    assert "group[b]" in row["separated"]


def test_other_ways_to_the_first_figure(design):
    table = robustness(design, "internet").set_index("variant")
    known = FIRMS.dropna(subset="internet")
    share = (known["w"] * known["internet"]).sum() / known["w"].sum()
    assert table.loc[["main", "beta", "wilson"], "estimate"].tolist() == pytest.approx([share] * 3)
    assert table.loc["unweighted", "estimate"] == pytest.approx(known["internet"].mean())
    spread = np.sqrt(known["internet"].var(ddof=0) / (len(known) - 1) * 7 / 6 * 5 / 6)
    assert table.loc["unweighted", "se"] == pytest.approx(spread, rel=0.02)
    assert table.loc["main", "low"] != pytest.approx(table.loc["beta", "low"], abs=1e-4)


def test_a_raked_design_is_trimmed_without_a_warning(design, recwarn):
    robustness(design.rake({"zone": {"n": 30, "s": 30}}), "internet")
    assert [str(told.message) for told in recwarn] == []


def test_design_intervals_hold_the_truth_and_naive_ones_do_not(root):
    drawn = pd.read_csv(root / "data/reference/interval_coverage.csv")
    table = interval_coverage().set_index(["interval", "quantity"])
    for key, rows in drawn.groupby(["interval", "quantity"]):
        assert table.loc[key, "estimate"] == pytest.approx(rows["held"].sum() / 500)
        assert table.loc[key, "n"] == 500
    assert table.loc["design", "estimate"].between(0.916, 0.978).all()
    assert table.loc[("naive", "rate"), "high"] < 0.916


def test_software_is_what_is_installed():
    listed = software().set_index("name")["version"]
    assert listed["svy"] == version("svy") and listed["pandas"] == pd.__version__


def test_all_is_gathered_for_the_wave_of_the_domain(design, book):
    firms = FIRMS.assign(wave=2026)
    made = SurveyDesign(firms, weights="w", strata="zone", clusters="town")
    told = methodology(made, book, language="en", items=["internet"], outcome="internet")
    assert told.dispositions["wave"].tolist() == [2026]
    assert told.rates["rate"].tolist() == ["RR1", "RR2", "RR3"]
    assert len(told.robustness) == 5 and told.models.empty and told.facts.n == 7
