"""The usual mistakes are refused, in words that name the place and the remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign


@pytest.fixture
def firms():
    """Forty firms of two strata, drawn one by one: one in five of 100, one in ten of 200."""
    return pd.DataFrame(
        {
            "stratum": ["n"] * 20 + ["s"] * 20,
            "town": np.repeat(list("abcdefgh"), 5),
            "exist": [100] * 20 + [200] * 20,
            "w": [5.0] * 20 + [10.0] * 20,
            "sector": ["food", "craft"] * 20,
            "uses": [0, 1, 1, 0, 1] * 8,
            "platforms__facebook": [0, 1, 1, 0, 1] * 8,
            "platforms__x": [1, 0, 0, 0, 1] * 8,
            "channels": ["shop", "web", "shop;web", "web", "fair"] * 8,
        }
    )


def declare(data, **options):
    return SurveyDesign(data, **{"weights": "w", "strata": "stratum", **options})


MISUSES = {
    "weight of zero": (
        {"w": [0.0] + [5.0] * 39},
        {},
        r'"w" \(the weight\) is 0 on row 1\. It must be above 0',
    ),
    "weight below zero": ({"w": [5.0] * 39 + [-5.0]}, {}, "is -5 on row 40"),
    "weight missing": ({"w": [5.0, None] * 20}, {}, r"is missing on 20 rows \(2, 4, 6, 8, 10, …\)"),
    "weights scaled to the sample": (
        {"w": 1.0},
        {"fpc": "exist"},
        r'"w" adds up to the number of rows \(40\), but by "exist" one unit in 7.5 was drawn',
    ),
    "unit in two strata": (
        {"town": ["a"] * 30 + ["b"] * 10},
        {"clusters": "town"},
        "town a is in stratum n, s",
    ),
    "fewer exist than drawn": (
        {"exist": 9},
        {"fpc": "exist"},
        r"9 units exist where 20 were drawn \(stratum n",
    ),
    "neither share nor count": (
        {"exist": [0.2] * 20 + [200] * 20},
        {"fpc": "exist"},
        r"mixes shares drawn \(0.2\) and counts of units \(200\)",
    ),
    "share above one and below the count": (
        {"exist": 1.2},
        {"fpc": "exist"},
        "1.2 units exist where 20 were drawn",
    ),
    "one everywhere": ({"exist": 1}, {"fpc": "exist"}, r"1 on every row: .* one unit or all of them"),
    "lonely unit": (
        {"town": ["a", "b"] * 10 + ["c"] * 20},
        {"clusters": "town"},
        r'(?s)Only one unit was drawn in stratum s.*single_psu="adjust".*subset\(\)',
    ),
}


@pytest.mark.parametrize(("change", "options", "message"), MISUSES.values(), ids=MISUSES)
def test_designs_that_cannot_be(firms, change, options, message):
    declare(firms, fpc="exist")
    with pytest.raises(DataError, match=message):
        declare(firms.assign(**change), **options)


def test_file_filtered_before_the_design(firms):
    """Nine firms in forty left in the file, whose weights no longer make up the firms that exist."""
    rare = firms[(firms["sector"] == "food") & (firms["uses"] == 1)]
    with pytest.raises(DataError, match=r'adds up to 90 firms where "exist" says that 300 exist.*subset\(\)'):
        declare(rare, fpc="exist")
    kept = declare(firms, fpc="exist").subset(lambda d: (d["sector"] == "food") & (d["uses"] == 1))
    assert kept.total("uses")["estimate"].item() == 90
    assert kept.total("uses")["se"].item() > 0


def test_weights_scaled_for_other_reasons_are_taken_without_a_population(firms):
    assert declare(firms.assign(w=1.0)).mean("uses")["n"].item() == 40


def test_share_of_a_question_with_several_answers(firms):
    design = declare(firms)
    several = (
        r'"platforms" is a question with several answers.*columns platforms__facebook, platforms__x\. '
        r'Ask for each, such as proportion\("platforms__facebook"\)'
    )
    with pytest.raises(ParameterError, match=several):
        design.proportion("platforms")
    joined = r'Column "channels" joins several answers in one cell, such as "shop;web".*channels__answer'
    with pytest.raises(ParameterError, match=joined):
        design.proportion("channels")


def test_semicolon_within_one_answer_is_none_of_several(firms):
    worded = firms.assign(reason=["no time; no staff", "no use"] * 20)
    assert len(declare(worded).proportion("reason")) == 2
