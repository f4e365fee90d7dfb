"""`check-survey` says what a file is, lists every problem at once, drafts a codebook, and changes nothing."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.survey import load_codebook
from survey import exports


@pytest.fixture
def book_file(tmp_path):
    path = tmp_path / "codebook.yml"
    path.write_text(exports.CODEBOOK, encoding="utf-8")
    return path


def test_sound_export_is_said_to_be_sound(tmp_path, book_file, capsys):
    path = tmp_path / "export.csv"
    exports.limesurvey(path, load_codebook(book_file), "fr", "labels", headings="full")
    assert main(["check-survey", str(path), "--codebook", str(book_file)]) == 0
    said = capsys.readouterr().out
    assert "export.csv: Written by LimeSurvey." in said
    assert "row 8 set aside: unfinished: Date de soumission is empty" in said
    assert "no problem found" in said


def test_every_problem_is_listed_in_text_and_csv(tmp_path, book_file, capsys):
    path, problems = tmp_path / "export.csv", tmp_path / "problems.csv"
    exports.google_forms(path, load_codebook(book_file), "en")
    text = (
        path.read_text(encoding="utf-8")
        .replace("2.5", "lots")
        .replace("Crafts", "Banking")
        .replace(",40,", ",99,")
    )
    path.write_text(text, encoding="utf-8")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert main(["check-survey", str(path), "--codebook", str(book_file), "--problems", str(problems)]) == 3
    captured = capsys.readouterr()
    listed = pd.read_csv(problems, encoding="utf-8-sig")
    assert list(listed) == ["row", "column", "value", "problem", "remedy"]
    hours, business = "How many hours a week do you spend on it?", "What is your main business?"
    assert listed[["row", "column", "value"]].to_numpy().tolist() == [
        [2, hours, "lots"],
        [4, business, "Banking"],
        [6, hours, "99"],
    ]
    for row in listed.to_dict("records"):
        assert f'row {row["row"]}, column {row["column"]} "{row["value"]}": {row["problem"]}' in captured.out
    assert "export.csv: 3 problems, listed above. The file was not changed." in captured.err
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_list_of_problems_runs_nothing_in_a_spreadsheet(tmp_path, book_file):
    path, problems = tmp_path / "hand.csv", tmp_path / "problems.csv"
    path.write_text("firm,hours,sector\n1,=1+1,shops\n2,+SUM(A1),shops\n3,-5,@x\n", encoding="utf-8")
    assert main(["check-survey", str(path), "--codebook", str(book_file), "--problems", str(problems)]) == 3
    listed = pd.read_csv(problems, encoding="utf-8-sig").dropna(subset="row")
    assert sorted(listed["value"]) == sorted(["'=1+1", "'+SUM(A1)", "-5", "'@x"])


def test_draft_from_the_command_describes_the_file(tmp_path, book_file, capsys):
    path, draft = tmp_path / "export.xlsx", tmp_path / "draft.yml"
    exports.microsoft_forms(path, load_codebook(book_file), "fr")
    assert main(["check-survey", str(path), "--scaffold"]) == 0
    draft.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check-survey", str(path), "--codebook", str(draft), "--sheet", "Sheet1"]) == 0


@pytest.mark.parametrize(
    ("place", "message"),
    [("survey", "is the survey itself"), ("data", "lies in the project's data folder")],
)
def test_list_of_problems_never_lands_on_data(tmp_path, book_file, capsys, root, place, message):
    path = tmp_path / "export.csv"
    exports.google_forms(path, load_codebook(book_file), "en")
    target = path if place == "survey" else root / "data" / "problems.csv"
    assert main(["check-survey", str(path), "--codebook", str(book_file), "--problems", str(target)]) == 2
    assert message in capsys.readouterr().err
    assert not (root / "data" / "problems.csv").exists()
