"""What is plain is recognised, what is doubtful is told, what is wrong is listed, and nothing is lost."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.survey import inspect_survey, load_codebook, read_survey
from analysis.survey.files.tables import read_table
from analysis.survey.files.tools import recognise
from survey import exports


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "codebook.yml"
    path.write_text(exports.CODEBOOK, encoding="utf-8")
    return load_codebook(path)


def google(book, **changes):
    """Give one firm's answers as Google Forms has them, some of them changed."""
    said = {"firm": "101", "sector": "Shops", "uses": "Facebook", "website": "Yes", "ease": "Agree"}
    said |= {"hours": "3", "since": "2020-01-31", "comment": "ok"} | changes
    cells = {"Timestamp": ["2026/03/01"]} | {book.question(name, "en"): [said[name]] for name in said}
    return pd.DataFrame(cells)


@pytest.mark.parametrize(
    ("changes", "column", "problem"),
    [
        ({"sector": "Banking"}, "What is your main business?", "not an answer the codebook knows"),
        ({"website": "perhaps"}, "Do you have a website?", "neither 0 nor 1"),
        ({"ease": "6"}, "Social networks are easy to use.", "not a point of the scale"),
        ({"hours": "90"}, "How many hours a week do you spend on it?", "out of range"),
        ({"since": "13/13/2020"}, "When did the firm open?", "not a date"),
        ({"since": "03/04/2020"}, "When did the firm open?", "day and month cannot be told apart"),
        (
            {"uses": "Facebook, Don’t know"},
            "Which platforms do you use?",
            "says both that the answer is missing",
        ),
    ],
)
def test_problem_is_told_in_the_words_of_the_file(book, changes, column, problem):
    found = inspect_survey(google(book, **changes), book)
    row = found.problems.iloc[0]
    assert len(found.problems) == 1
    assert (row["row"], row["column"], row["value"]) == (2, column, next(iter(changes.values())))
    assert problem in row["problem"] and len(row["remedy"]) > 10


def test_unknown_answer_among_several_is_a_problem_without_an_option_for_it(tmp_path):
    path = tmp_path / "book.yml"
    path.write_text(
        exports.CODEBOOK.replace("      other: {en: Other, fr: Autre}\n", "").replace(" 4: other,", "")
    )
    found = inspect_survey(google(load_codebook(path), uses="Facebook, A radio"), load_codebook(path))
    assert found.problems["problem"].tolist() == [
        '"a radio" is not an answer the codebook knows'.replace("a r", "A r")
    ]
    assert found.data["uses_other"].tolist() == ["A radio"], "what the firm wrote is kept"


def test_near_words_are_taken_and_told(book):
    data = google(book, ease="Strongly agre").rename(
        columns={"How many hours a week do you spend on it?": "How many hours a week do you spend on them?"}
    )
    found = inspect_survey(data, book)
    assert found.problems.empty
    assert found.data[["ease", "hours"]].to_numpy().tolist() == [[5, 3]]
    told = {note.code: note for note in found.notes}
    assert "was taken for hours" in told["likeness"] and '"Strongly agre" was taken for 5' in told["likened"]


def test_words_near_two_answers_are_not_taken(book):
    found = inspect_survey(google(book, ease="Strongly gree or disgree"), book)
    assert found.problems["problem"].tolist() == ["not a point of the scale"]


def test_wording_of_two_questions_is_doubtful(tmp_path):
    path = tmp_path / "book.yml"
    path.write_text(
        "variables:\n"
        "  - {name: a, type: number, label: {en: First, fr: Premier}, question: {en: And online?, fr: Et en ligne ?}}\n"
        "  - {name: b, type: number, label: {en: Second, fr: Second}, question: {en: And online?, fr: En ligne ?}}\n"
    )
    found = inspect_survey(pd.DataFrame({"And online?": ["3"], "First": ["1"]}), load_codebook(path))
    assert [note for note in found.notes if note.code == "doubtful"] == [
        'Column "And online?" may be a or b: rename it to say which.'
    ]
    assert found.data["And online?"].tolist() == ["3"] and found.data["a"].tolist() == [1]
    assert found.problems["column"].tolist() == ["b"]


def test_names_of_plain_files_are_never_guessed(book):
    """A column of one's own whose name holds that of a question is not that question."""
    data = google(book).rename(columns={"How many hours a week do you spend on it?": "opening_hours"})
    found = inspect_survey(data.drop(columns="Timestamp"), book)
    assert found.problems["column"].tolist() == ["hours"]
    assert found.data["opening_hours"].tolist() == ["3"]


def test_unfinished_responses_may_be_kept(tmp_path, book):
    path = tmp_path / "export.csv"
    exports.limesurvey(path, book, "en", "codes")
    kept = read_survey(path, book, incomplete="keep")
    data = read_survey(path, book)
    assert (len(kept), len(data)) == (7, 6)
    assert data.attrs["set_aside"] == [[8, "unfinished: submitdate is empty"]]
    assert "set_aside" not in kept.attrs
    with pytest.raises(ParameterError, match='incomplete="drop" is not a choice'):
        read_survey(path, book, incomplete="drop")


def test_file_of_unfinished_responses_only_is_refused(tmp_path, book):
    path = tmp_path / "export.csv"
    exports.limesurvey(path, book, "en", "codes")
    table = pd.read_csv(path, sep=";", dtype=str).assign(submitdate="")
    table.to_csv(path, sep=";", index=False)
    with pytest.raises(
        DataError, match=r"export\.csv: none of its 7 responses is finished.*incomplete=.keep"
    ):
        read_survey(path, book)


def test_what_was_done_travels_in_files(tmp_path, book):
    path = tmp_path / "export.csv"
    exports.qualtrics(path, book, "fr", "labels")
    data = read_survey(path, book)
    data.to_parquet(tmp_path / "kept.parquet")
    assert pd.read_parquet(tmp_path / "kept.parquet").attrs["notes"] == json.loads(
        json.dumps(data.attrs["notes"])
    )
    assert pd.concat([data, data]).attrs == data.attrs


@pytest.mark.parametrize(
    ("headings", "tool"),
    [
        (["id", "submitdate", "lastpage", "Q1"], "limesurvey"),
        (["submitdate. Date submitted", "lastpage. Last page"], "limesurvey"),
        (["start", "profile/firm", "_id", "_uuid", "_submission_time"], "kobotoolbox"),
        (["StartDate", "Progress", "Finished", "ResponseId", "Q1"], "qualtrics"),
        (["Timestamp", "What?"], "google_forms"),
        (["What?", "Timestamp"], None),
        (["ID", "Heure de début", "Heure de fin", "Nom"], "microsoft_forms"),
        (["firm", "wave", "start", "end"], None),
    ],
)
def test_tools_are_told_apart(headings, tool):
    found = recognise(headings)
    assert (None if found is None else found.code) == tool


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.text(alphabet='ab ,;\t|"é\n', max_size=8), st.integers(-999, 999)),
        min_size=3,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_every_dialect_of_csv_gives_back_its_cells(tmp_path_factory, rows, delimiter, encoding, quoting, end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["words", "number", "last"])
    writer.writerows((words, number, "z") for words, number in rows)
    path = tmp_path_factory.mktemp("dialect") / "table.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    cells = read_table(path).cells
    assert cells["words"].tolist() == [words for words, _ in rows]
    assert cells["number"].tolist() == [str(number) for _, number in rows]
