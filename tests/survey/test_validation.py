"""Every problem of a file is listed at once, with its row, its value and what to do."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.catalog import load
from analysis.errors import DataError
from analysis.survey import check_survey, load_codebook
from analysis.survey.files.answers import answers
from analysis.survey.validation import check_answers


def problems(data, book):
    return check_survey(data, book)[["row", "column", "value"]].values.tolist()


def change(data, column, **cells):
    changed = data.copy()
    for row, value in cells.items():
        changed.loc[int(row.removeprefix("row")) - 2, column] = value
    return changed


def test_sound_answers_have_no_problem(book, sound):
    listed = check_survey(sound, book)
    assert listed.empty
    assert list(listed) == ["row", "column", "value", "problem", "remedy"]


def test_data_given_are_never_changed(book, sound):
    before = sound.copy(deep=True)
    check_survey(change(sound, "hours", row3="lots"), book)
    pd.testing.assert_frame_equal(sound, before)


CASES = [
    ("hours", {"row3": "lots"}, "text where a number is expected"),
    ("hours", {"row4": "81"}, "out of range: the codebook allows 0 to 80 hours per week"),
    ("hours", {"row4": "-3"}, "out of range"),
    ("ready", {"row5": "4"}, "not a point of the scale"),
    ("platforms__x", {"row6": "2"}, "neither 0 nor 1"),
    ("platforms__x", {"row6": "maybe"}, "neither 0 nor 1"),
    ("platforms__x", {"row6": "peut-être"}, "neither 0 nor 1"),
    ("size", {"row2": "1-5"}, "not an answer the codebook knows"),
    ("asked_on", {"row2": "1 March"}, "not a date"),
    ("asked_on", {"row2": "2022-02-30"}, "not a date"),
    ("weight", {"row7": "0"}, "the weight is zero"),
    ("weight", {"row7": "-2"}, "the weight is negative"),
    ("weight", {"row7": ""}, "the weight is missing"),
    ("weight", {"row7": "heavy"}, "text where a number is expected"),
    ("stratum", {"row8": ""}, r"missing, and part of the design \(strata\)"),
    ("town", {"row8": ""}, r"missing, and part of the design \(clusters\)"),
    ("firm", {"row9": "f0"}, r"there twice in wave 2022 \(first on row 2\)"),
    ("firm", {"row9": ""}, "the identifier is missing"),
    ("town", {"row6": "b"}, r"the cluster lies in several strata: n, s \(mostly n\)"),
    ("towns", {"row2": "6"}, "differs from the rest of its stratum"),
]


@pytest.mark.parametrize(("column", "cells", "problem"), CASES)
def test_problem_is_found_where_it_is(book, sound, column, cells, problem):
    listed = check_survey(change(sound, column, **cells), book)
    assert len(listed) == 1
    row = listed.iloc[0]
    (place, value), *_ = cells.items()
    assert (row["row"], row["column"]) == (int(place.removeprefix("row")), column)
    assert row["value"] == value if value else pd.isna(row["value"])
    assert pd.Series([row["problem"]]).str.contains(problem).item()
    assert len(row["remedy"]) > 10


def test_all_problems_come_at_once(book, sound):
    data = change(sound, "hours", row3="lots", row4="99")
    data = change(data, "weight", row2="0")
    data = change(data, "ready", row9="9")
    assert problems(data, book) == [
        [2, "weight", "0"],
        [3, "hours", "lots"],
        [4, "hours", "99"],
        [9, "ready", "9"],
    ]


def test_absent_columns_are_named_with_likely_ones(book, sound):
    listed = check_survey(sound.rename(columns={"hours": "hour"}).drop(columns="platforms__x"), book)
    assert set(listed["column"]) == {"hours", "platforms__x"}
    assert listed["row"].isna().all()
    assert 'Did you mean "hour"' in listed.set_index("column").loc["hours", "remedy"]


def test_population_below_the_clusters_drawn(book, sound):
    listed = check_survey(sound.assign(towns=["2"] * 4 + ["1.5"] * 4), book)
    assert listed["row"].tolist() == [6, 7, 8, 9]
    assert listed["problem"].str.contains("below the 2 units drawn").all()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_are_those_of_the_file_blank_ones_counted(tmp_path, book, sound, ending):
    blank = pd.DataFrame("", index=[0], columns=sound.columns, dtype="string")
    data = pd.concat([sound.head(2), blank, change(sound, "hours", row5="lots").tail(6)], ignore_index=True)
    path = tmp_path / f"blank.{ending}"
    data.replace("", None).to_csv(path, index=False) if ending == "csv" else data.to_excel(path, index=False)
    assert problems(path, book) == [[6, "hours", "lots"]]


def test_firm_may_come_back_in_another_wave(book, sound):
    again = pd.concat([sound, sound.assign(wave="2024")], ignore_index=True)
    assert check_survey(again, book).empty


def test_answer_that_a_spreadsheet_made_a_date(book, sound):
    data = sound.astype(object)
    data.loc[1, "size"] = pd.Timestamp("2026-04-01")
    listed = check_survey(data, book)
    assert "a spreadsheet turned the answer into a date" in listed["remedy"].item()


def test_typed_tables_are_checked_like_text(book, sound):
    typed, _ = answers(sound, book)
    assert check_survey(typed, book).empty
    assert problems(typed.assign(weight=-1.0), book)[0] == [2, "weight", "-1"]
    assert problems(typed.assign(ready=9), book)[0] == [2, "ready", "9"]


def test_missing_codes_are_missing_and_never_zero(book, sound):
    typed, found = answers(sound, book)
    assert found == []
    assert typed["platforms__facebook"].isna().sum() == 3
    assert typed["hours"].isna().sum() == 2
    assert (typed["hours"] == 0).sum() == 1


def test_bundled_sample_is_sound(root):
    assert check_survey(root / "data/sample/survey.csv", load_codebook()).empty


def test_the_second_stage_is_checked_too():
    data = load("survey").head(400)
    book = load_codebook()
    twice = data["firm"] == data["firm"].iloc[0]
    elsewhere = data["town"][data["town"] != data["town"].iloc[0]].iloc[0]
    moved = data.assign(town=data["town"].mask(twice & (data["wave"] == 2024), elsewhere))
    short = data.assign(firms_in_town=2)
    assert check_survey(data, book).empty
    assert check_survey(moved, book)["problem"].str.contains("several units of town").any()
    assert check_survey(short, book)["problem"].str.contains("drawn in the unit of town").any()


@pytest.mark.parametrize(("yes", "no"), [("VRAI", "FAUX"), ("TRUE", "False"), ("1,0", "0,0")])
def test_yes_and_no_as_spreadsheets_write_them(book, sound, yes, no):
    table, problems = check_answers(sound.assign(platforms__x=[yes, no] * 4), book)
    assert problems.empty
    assert table["platforms__x"].tolist() == [1, 0] * 4


def test_table_with_a_column_twice_is_refused(book, sound):
    with pytest.raises(DataError, match='several columns "hours"'):
        check_answers(pd.concat([sound, sound[["hours"]]], axis=1), book)
