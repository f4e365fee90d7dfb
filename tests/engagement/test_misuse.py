"""What is given in the wrong type is refused by its parameter's name."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import engagement
from analysis.errors import ParameterError

POSTS = pd.DataFrame(
    {
        "platform": "x",
        "account": "a",
        "published": pd.date_range("2025-01-01", periods=30, freq="D"),
        "exported": pd.Timestamp("2025-03-01"),
        "reach": range(30),
        "reactions": 1,
        "kind": ["p", "q"] * 15,
    }
)
TAKES = {
    "by": ("engagement", "typical", "cadence", "overperformance", "promotion", "silences"),
    "measure": ("contrast", "overperformance", "posting_times", "promotion"),
    "within": ("contrast",),
    "columns": ("means", "differences"),
    "rates": ("engagement",),
    "every": ("engagement", "typical"),
}


@pytest.mark.parametrize(("parameter", "name"), [(key, name) for key in TAKES for name in TAKES[key]])
def test_a_number_in_the_place_of_a_name_is_refused(parameter, name):
    given = {"by": "kind"} if name == "differences" else {}
    with pytest.raises(ParameterError, match=f"^{parameter}=.*3"):
        getattr(engagement, name)(POSTS, **{**given, parameter: 3})


@pytest.mark.parametrize(
    "name", ["posting_times", "posting_test", "promotion", "mature_posts", "young_posts"]
)
def test_days_in_words_are_refused(name):
    with pytest.raises(ParameterError, match=r"days='7' is not a number of days\. Give 7"):
        getattr(engagement, name)(POSTS, days="7")


def test_days_of_content_effects_are_checked_too():
    with pytest.raises(ParameterError, match="days='7' is not a number of days"):
        engagement.content_effects(POSTS, "kind", days="7")


def test_a_least_number_in_words_is_refused():
    with pytest.raises(ParameterError, match="fewest='5' is not a number of posts"):
        engagement.posting_times(POSTS, fewest="5")


def test_posts_in_pandas_are_coded_as_an_engine_codes_them():
    table = POSTS.assign(
        platform=["x", None] * 15, reach=POSTS["reach"].astype("Int64").mask(POSTS.index < 4)
    )
    as_text = table.assign(published=table["published"].astype("string"))
    pd.testing.assert_frame_equal(
        engagement.typical(table, "reach", ["kind", "platform"]),
        engagement.typical(as_text, "reach", ["kind", "platform"]),
    )
