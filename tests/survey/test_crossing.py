"""The shares of a two-way table are proportions on their own bases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign


@pytest.fixture(scope="module")
def design():
    rng = np.random.default_rng(8)
    data = pd.DataFrame(
        {
            "w": rng.uniform(1, 4, 120),
            "town": np.repeat(np.arange(15), 8),
            "sector": pd.Categorical(rng.choice(["food", "craft"], 120), ["food", "craft", "transport"]),
            "uses": pd.array(rng.choice([0, 1], 120), dtype="Int64"),
        }
    )
    return SurveyDesign(data.assign(uses=data["uses"].mask(data.index < 6)), weights="w", clusters="town")


def cell(table, sector, uses):
    return table[(table["sector"] == sector) & (table["uses"] == uses)].iloc[0]


def test_shares_of_a_row_are_the_proportion_in_its_group(design):
    row = cell(design.cross_table("sector", "uses", of="rows"), "craft", 1)
    alone = design.proportion("uses", by="sector").set_index("sector").loc["craft"]
    for name in ("estimate", "se", "low", "high", "n", "n_weighted", "df"):
        assert row[name] == alone[name]


def test_shares_of_a_column_are_the_same_table_turned(design):
    one = cell(design.cross_table("sector", "uses", of="columns"), "food", 0)
    two = cell(design.cross_table("uses", "sector", of="rows"), "food", 0)
    assert one[["estimate", "se", "n"]].tolist() == two[["estimate", "se", "n"]].tolist()


def test_shares_of_all_are_the_share_of_the_pair(design):
    table = design.cross_table("sector", "uses")
    pair = design.transform(
        lambda d: d.assign(both=((d["sector"] == "food") & (d["uses"] == 1)).where(d["uses"].notna()))
    )
    alone = pair.proportion("both").iloc[0]
    row = cell(table, "food", 1)
    assert row[["estimate", "se", "n"]].tolist() == pytest.approx(alone[["estimate", "se", "n"]].tolist())
    assert table["estimate"].sum() == pytest.approx(1)
    assert (table["n"] == 114).all()


def test_category_that_no_one_chose_is_shown(design):
    row = cell(design.cross_table("sector", "uses"), "transport", 1)
    assert row["estimate"] == 0 and "beta limit" in row["flag"]
    empty = cell(design.cross_table("sector", "uses", of="rows"), "transport", 1)
    assert empty["n"] == 0 and np.isnan(empty["estimate"])


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda d: d.cross_table("sector", "uses", of="row"),
            'of="row" is not a choice. Did you mean "rows"',
        ),
        (lambda d: d.cross_table("sector", "sector"), '"sector" cannot be crossed with itself'),
        (lambda d: d.cross_table("sector", "use"), 'Did you mean "uses"'),
        (lambda d: d.cross_table("sector", "uses", interval="wils"), 'Did you mean "wilson"'),
    ],
)
def test_wrong_questions_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)
