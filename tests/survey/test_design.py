"""A design gives one table whatever is asked, and refuses what cannot be, saying what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign

COLUMNS = ["estimate", "se", "low", "high", "n", "n_weighted", "df", "deff", "method", "flag"]


@pytest.fixture
def firms():
    return pd.DataFrame(
        {
            "stratum": ["n"] * 4 + ["s"] * 4,
            "town": ["a", "a", "b", "b", "c", "c", "d", "d"],
            "towns": [5, 5, 5, 5, 8, 8, 8, 8],
            "w": [2.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0],
            "uses": pd.array([1, 0, 1, None, 0, 0, 1, 0], dtype="Int64"),
            "hours": [3.0, None, 1.0, 2.0, 0.0, 5.0, 4.0, 1.0],
            "trade": pd.array(
                ["baker", "joiner", "baker", None, "joiner", "baker", "joiner", "joiner"], dtype="string"
            ),
        }
    )


@pytest.fixture
def design(firms):
    return SurveyDesign(firms, weights="w", strata="stratum", clusters="town", fpc="towns")


def declare(data, **options):
    return SurveyDesign(data, **{"weights": "w", "strata": "stratum", "clusters": "town", **options})


def test_same_columns_grouped_or_not(design):
    assert list(design.mean("hours")) == COLUMNS
    assert list(design.mean("hours", by="trade")) == ["trade", *COLUMNS]
    assert list(design.proportion("uses", by=["stratum", "trade"])) == ["stratum", "trade", *COLUMNS]
    assert list(design.proportion("trade", by="stratum")) == ["stratum", "level", *COLUMNS]
    assert list(design.total("hours")) == [c for c in COLUMNS if c != "deff"]


def test_missing_answers_are_left_out_and_never_zero(design):
    row = design.mean("uses").iloc[0]
    assert row["n"] == 7
    assert row["estimate"] == pytest.approx((2 + 2 + 4) / (3 * 2 + 4 * 4))
    assert design.proportion("uses")["estimate"].item() == pytest.approx(row["estimate"])


def test_missing_answers_keep_the_design(firms, design):
    known = firms.assign(answered=firms["hours"].notna())
    subset = declare(known, fpc="towns").subset(known["answered"])
    assert design.mean("hours")["se"].item() == subset.mean("hours")["se"].item()


def test_group_is_the_subset_of_it(design):
    grouped = design.proportion("uses", by="trade").set_index("trade").loc["joiner"]
    alone = design.subset(design.data["trade"] == "joiner").proportion("uses").iloc[0]
    pd.testing.assert_series_equal(grouped, alone, check_names=False)


def test_rows_without_a_group_are_in_no_group(design):
    assert design.mean("hours", by="trade")["n"].sum() == 6


def test_boolean_and_01_give_one_row_and_words_one_per_answer(firms):
    ready = firms.assign(yes=firms["uses"] == 1, python=[True, False, True, None, False, False, True, False])
    design = declare(ready)
    assert len(design.proportion("yes")) == 1
    assert len(design.proportion("python")) == 1
    assert design.proportion("python")["estimate"].item() == design.proportion("uses")["estimate"].item()
    assert design.proportion("trade")["level"].tolist() == ["baker", "joiner"]
    assert design.proportion("trade")["estimate"].sum() == pytest.approx(1)


def test_categories_keep_their_order_and_those_not_met(firms):
    sizes = pd.Categorical(["0", "1-4", "0", "0", "5-9", "0", "1-4", "0"], ["0", "1-4", "5-9", "10-49"])
    table = declare(firms.assign(size=sizes)).proportion("size")
    assert table["level"].tolist() == ["0", "1-4", "5-9", "10-49"]
    last = table.iloc[-1]
    assert (last["estimate"], last["low"], last["method"]) == (0, 0, "beta")
    assert 0 < last["high"] < 1
    assert "beta limit" in last["flag"]


def test_subset_of_a_subset_is_both(design):
    data = design.data
    joiners = design.subset(data["trade"] == "joiner")
    both = joiners.subset(joiners.data["stratum"] == "s")
    assert len(both) == 3
    assert both.mean("hours")["n"].item() == 3
    assert "8 rows, 3 in the domain" in repr(both)


def test_subset_lines_up_by_label(design):
    shuffled = (design.data["trade"] == "baker").sample(frac=1, random_state=1)
    assert set(design.subset(shuffled).data["trade"]) == {"baker"}
    assert len(design.subset(lambda d: d["hours"] > 2)) == 3


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (lambda d: d["hours"] > 99, "no row fulfils"),
        (lambda d: d["hours"], "true or false"),
        (lambda d: (d["hours"] > 1).head(3), "has 3 values and the design 8 rows"),
    ],
)
def test_conditions_that_select_nothing_sensible_are_refused(design, condition, message):
    with pytest.raises(ParameterError, match=message):
        design.subset(condition(design.data))


def test_data_given_are_never_changed(firms):
    before = firms.copy(deep=True)
    design = declare(firms, fpc="towns")
    answers = design.data
    answers["hours"] = 0
    design.transform(lambda d: d.assign(hours=0)).mean("hours")
    pd.testing.assert_frame_equal(firms, before)
    assert design.mean("hours")["estimate"].item() > 0


def test_transform_must_keep_the_rows(design):
    with pytest.raises(ParameterError, match="same rows in the same order"):
        design.transform(lambda d: d.head(3))


def test_flags_say_why_not_to_read(design):
    row = design.mean("hours", by="trade").iloc[0]
    assert row["flag"].startswith("n<30")
    plenty = pd.DataFrame({"w": 1.5, "y": [1.0, 0.0] * 20, "z": [50.0, -49.0] * 20})
    wide = SurveyDesign(plenty, weights="w")
    assert wide.mean("y")["flag"].item() == ""
    assert wide.mean("z")["flag"].item() == "cv>0.3"


def test_ratio_to_nothing_is_no_number_and_leaves_the_other_groups(firms):
    ready = firms.assign(staff=[0, 2, 0, 1, 1, 0, 3, 1])
    table = declare(ready).ratio("uses", "staff", by="trade").set_index("trade")
    assert table.loc["baker", ["estimate", "se", "low", "high"]].isna().all()
    assert table.loc["joiner", "estimate"] == pytest.approx(4 / 24)
    assert table.loc["joiner", "se"] > 0


def test_design_column_twice_is_refused(firms):
    with pytest.raises(ParameterError, match='weights="w": the survey has several columns'):
        declare(pd.concat([firms, firms[["w"]]], axis=1))


def test_group_in_which_no_one_answered_is_a_row_without_estimate(firms):
    design = declare(firms.assign(hours=firms["hours"].where(firms["trade"] != "baker")))
    row = design.mean("hours", by="trade").set_index("trade").loc["baker"]
    assert row["n"] == 0 and np.isnan(row["estimate"]) and np.isnan(row["low"])


def test_weights_from_finite_populations(firms):
    counted = SurveyDesign(firms, strata="stratum", clusters="town", fpc="towns")
    assert counted.weights.tolist() == [2.5] * 4 + [4.0] * 4
    shares = firms.assign(share=firms["towns"].map({5: 2 / 5, 8: 2 / 8}))
    shared = SurveyDesign(shares, strata="stratum", clusters="town", fpc="share")
    assert shared.mean("hours")["se"].item() == pytest.approx(counted.mean("hours")["se"].item())


def test_labels_used_again_in_each_stratum(firms):
    again = firms.assign(town=["1", "1", "2", "2"] * 2)
    with pytest.raises(DataError, match=r"town 1 is in stratum n, s.*nested=True"):
        declare(again)
    assert declare(again, nested=True).mean("hours")["se"].item() == declare(firms).mean("hours")["se"].item()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"w": 0.0}, r'"w" \(the weight\) is 0 on 8 rows \(1, 2, 3, 4, 5, …\)\. It must be above 0'),
        ({"w": [2.0, -1.0, 2, 2, 4, 4, 4, 4]}, r"is -1 on row 2"),
        ({"w": [2.0, None, 2, 2, 4, 4, 4, 4]}, r"is missing on row 2"),
        ({"w": [2.0, np.inf, 2, 2, 4, 4, 4, 4]}, r"is infinite on row 2"),
        ({"w": ["2", "two", "2", "2", "4", "4", "4", "4"]}, r'text such as "two" on row 2'),
        ({"stratum": [None, "n", "n", "n", "s", "s", "s", "s"]}, r'"stratum" is part of .* missing on row 1'),
        ({"town": ["a", "a", "c", "b", "c", "c", "d", "d"]}, r"town c is in stratum n, s"),
        ({"towns": [1] * 8}, r"1 on every row.*one unit or all of them"),
        ({"towns": [1.5] * 4 + [8] * 4}, r"1.5 units exist where 2 were drawn \(stratum n"),
        ({"towns": [0.4] * 4 + [8] * 4}, r"mixes shares drawn \(0.4\) and counts of units \(8\)"),
        ({"towns": [5, 6, 5, 5, 8, 8, 8, 8]}, r"varies from 5 to 6 within stratum n"),
        ({"towns": [-5] * 4 + [8] * 4}, r"finite population\) is -5 on 4 rows"),
    ],
)
def test_impossible_designs_are_refused(firms, change, message):
    with pytest.raises(DataError, match=message):
        declare(firms.assign(**change), fpc="towns")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": "weight"}, 'weights="weight": the survey has no such column'),
        ({"strata": "stratums"}, 'Did you mean "stratum"'),
        ({"single_psu": "averge"}, 'single_psu="averge" is not a choice. Did you mean "average"'),
        ({"weights": None}, "name the column of design weights"),
        ({"clusters": ["town", "uses"], "fpc": "towns"}, "1 column.* for 2 stage"),
        ({"clusters": 3}, "clusters= takes the name of a column, not int"),
        ({"fpc": [1]}, "fpc= takes the name of a column, not int"),
    ],
)
def test_wrong_options_are_refused(firms, options, message):
    with pytest.raises(ParameterError, match=message):
        declare(firms, **options)


def test_lonely_stratum_is_named_with_its_remedies(firms):
    with pytest.raises(DataError, match="Only one unit was drawn in stratum s") as error:
        declare(firms.assign(town=["a", "a", "b", "b", "c", "c", "c", "c"]))
    for remedy in ("adjust", "average", "certainty", "remove"):
        assert f'single_psu="{remedy}"' in str(error.value)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda d: d.mean("hour"), 'no column "hour". Did you mean "hours"'),
        (
            lambda d: d.mean("trade"),
            r'mean\(\) needs a number, and column "trade" holds text such as "baker"',
        ),
        (lambda d: d.mean("hours", by="trades"), 'Did you mean "trade"'),
        (lambda d: d.mean("hours", by=["trade", "trade"]), "twice"),
        (lambda d: d.mean("hours", level="95"), "level=95 is not a confidence level"),
        (lambda d: d.mean(3), "named in text, not by the int 3"),
        (lambda d: d.transform(lambda t: pd.concat([t, t[["hours"]]], axis=1)).mean("hours"), "2 columns"),
        (lambda d: d.transform(lambda t: t.assign(x=t["hours"] / 0)).mean("x"), r"infinite on 6 row\(s\)"),
        (lambda d: d.mean("hours", level=95), "level=95 is not a confidence level"),
        (lambda d: d.proportion("uses", interval="logt"), 'Did you mean "logit"'),
        (lambda d: d.transform(lambda t: t.assign(n=1)).mean("hours", by="n"), "rename yours"),
        (lambda d: d.transform(lambda t: t.assign(x=None)).proportion("x"), "holds no answer"),
        (lambda d: d.transform(lambda t: t.assign(x=None)).mean("hours", by="x"), "every row is missing"),
    ],
)
def test_wrong_questions_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)


def test_measure_is_not_taken_for_answers():
    data = pd.DataFrame({"w": 2.0, "spend": np.arange(60.0)})
    with pytest.raises(ParameterError, match="60 different values: it is a measure"):
        SurveyDesign(data, weights="w").proportion("spend")


def test_no_rows_and_no_table_are_refused():
    with pytest.raises(DataError, match="no rows"):
        SurveyDesign(pd.DataFrame({"w": []}), weights="w")
    with pytest.raises(ParameterError, match="pandas DataFrame, not dict"):
        SurveyDesign({"w": [1.0]}, weights="w")


def test_design_effect_against_simple_random_sampling():
    """A sample drawn simply, with its population known, has the variance of simple sampling: deff 1."""
    data = pd.DataFrame({"w": 5.0, "N": 100, "y": [1.0, 4.0, 2.0, 8.0, 5.0] * 4})
    assert SurveyDesign(data, weights="w", fpc="N").mean("y")["deff"].item() == pytest.approx(1)
    scaled = SurveyDesign(data.assign(w=0.5), weights="w").mean("y")
    assert np.isnan(scaled["deff"].item())


def test_level_widens_the_interval(design):
    narrow, wide = design.mean("hours", level=0.8), design.mean("hours", level=0.99)
    assert wide["low"].item() < narrow["low"].item() < narrow["high"].item() < wide["high"].item()


@pytest.mark.parametrize(("rule", "se"), [("average", np.nan), ("certainty", 0.0)])
def test_strata_that_are_all_lonely_have_no_interval(rule, se):
    data = pd.DataFrame({"h": [1, 2, 3], "w": [2.0, 3.0, 4.0], "y": [1, 0, 1]})
    row = SurveyDesign(data, weights="w", strata="h", single_psu=rule).mean("y").iloc[0]
    assert row["se"] == pytest.approx(se, nan_ok=True)
    assert (row["df"], row["flag"]) == (0, "n<30; df=0")
    assert np.isnan(row["low"])


def test_population_drawn_entirely_has_no_error():
    data = pd.DataFrame({"w": 1.0, "N": 6, "y": [1, 0, 1, 0, 1, 1]})
    row = SurveyDesign(data, weights="w", fpc="N").proportion("y").iloc[0]
    assert row[["estimate", "se", "low", "high"]].tolist() == pytest.approx([4 / 6, 0, 4 / 6, 4 / 6])


def test_infinite_population_is_no_population(firms):
    endless = declare(firms.assign(towns=np.inf), fpc="towns").mean("hours")
    pd.testing.assert_frame_equal(endless, declare(firms).mean("hours"))


def test_rows_may_share_a_label(firms, design):
    same = firms.set_axis([7] * 8)
    kept = declare(same, fpc="towns").subset(same["trade"] == "baker")
    assert (
        kept.mean("hours")["estimate"].item()
        == design.subset(design.data["trade"] == "baker").mean("hours")["estimate"].item()
    )
