"""Answers are kept only as long as nothing they came from has changed, and only below the data folder."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analysis.catalog import data_path
from analysis.errors import DataError, ParameterError
from analysis.survey import load_codebook, read_survey, validation


@pytest.fixture
def home(tmp_path, monkeypatch):
    (tmp_path / "data" / "sample").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    rows = data_path("sample", "survey.csv").read_text(encoding="utf-8").splitlines(keepends=True)[:60]
    (tmp_path / "data" / "sample" / "survey.csv").write_text("".join(rows), encoding="utf-8")
    shutil.copytree(data_path("codebook"), tmp_path / "data" / "codebook")
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def readings(monkeypatch):
    """Count how often a file is really read."""
    seen = []
    real = validation.inspect_survey
    monkeypatch.setattr(
        "analysis.survey.read.inspect_survey",
        lambda *args, **named: seen.append(args) or real(*args, **named),
    )
    return seen


def test_the_second_reading_gives_the_same_answers_without_reading(home, readings):
    path = home / "data" / "sample" / "survey.csv"
    first, second = read_survey(path), read_survey(path)
    pd.testing.assert_frame_equal(first, second)
    assert first.attrs == second.attrs and len(first) == 59
    assert len(readings) == 1


def test_a_changed_file_or_codebook_is_read_again(home, readings):
    path = home / "data" / "sample" / "survey.csv"
    before = read_survey(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert len(read_survey(path)) == len(before) - 1
    codebook = home / "data" / "codebook" / "questionnaire.yml"
    codebook.write_text(
        codebook.read_text(encoding="utf-8").replace("[18, 90]", "[18, 20]"), encoding="utf-8"
    )
    assert tuple(load_codebook()["owner_age"].range) == (18, 20)
    with pytest.raises(DataError, match="owner_age"):
        read_survey(path)
    assert len(readings) == 3


@pytest.mark.parametrize("place", ["data/sample", "."])
def test_some_questions_come_with_the_design_and_are_those_of_the_whole(home, readings, place):
    path = home / place / "survey.csv"
    if not path.exists():
        shutil.copy(home / "data" / "sample" / "survey.csv", path)
    some, again = (read_survey(path, questions=["barriers", "sector"]) for _ in range(2))
    design = ["firm", "wave", "stratum", "town", "towns_in_stratum", "firms_in_town", "weight"]
    assert list(some) == [*design, "sector", *load_codebook().columns("barriers")]
    pd.testing.assert_frame_equal(some, read_survey(path)[list(some)])
    pd.testing.assert_frame_equal(some, again)
    with pytest.raises(ParameterError, match='no variable "barrier"'):
        read_survey(path, questions=["barrier"])


@pytest.mark.parametrize("place", ["data/sample", "."])
def test_one_question_or_one_answer_of_several_may_be_asked_for(home, place):
    path = home / place / "survey.csv"
    if not path.exists():
        shutil.copy(home / "data" / "sample" / "survey.csv", path)
    design = list(read_survey(path, questions=[]))
    assert list(read_survey(path, questions="weight")) == design
    assert list(read_survey(path, questions="platforms__facebook")) == [*design, "platforms__facebook"]
    for wrong in (3, [3]):
        with pytest.raises(ParameterError, match="not a int"):
            read_survey(path, questions=wrong)


def test_what_is_wrong_with_a_question_not_asked_for_is_said(home):
    path = home / "data" / "sample" / "survey.csv"
    answers = pd.read_csv(path, dtype=str, keep_default_na=False)
    answers.loc[3, "sector"] = "sorcery"
    answers.to_csv(path, index=False)
    with pytest.raises(DataError, match='column sector "sorcery"'):
        read_survey(path, questions=["barriers"])


def test_a_refused_file_is_refused_again_and_nothing_of_it_is_kept(home):
    path = home / "data" / "sample" / "survey.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DataError, match=r"survey\.csv has"):
            read_survey(path)
    assert not (home / "data" / "store").exists()


def test_a_file_elsewhere_leaves_no_copy(home, tmp_path_factory, readings):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "survey.csv"
    shutil.copy(home / "data" / "sample" / "survey.csv", elsewhere)
    read_survey(elsewhere)
    read_survey(elsewhere)
    assert len(readings) == 2 and not (home / "data" / "store").exists()


def test_a_damaged_copy_is_made_again(home):
    path = home / "data" / "sample" / "survey.csv"
    first = read_survey(path)
    (copy,) = (home / "data" / "store" / "surveys").glob("*.parquet")
    copy.write_bytes(copy.read_bytes()[:100])
    pd.testing.assert_frame_equal(read_survey(path), first)
    pd.testing.assert_frame_equal(pd.read_parquet(copy), first)


def test_a_folder_that_cannot_be_written_keeps_nothing(home):
    (home / "data" / "store").write_text("a file where the folder would be")
    assert len(read_survey(home / "data" / "sample" / "survey.csv")) == 59


def test_a_file_is_read_outside_any_project(home, monkeypatch, tmp_path_factory):
    book, path = load_codebook(), home / "data" / "sample" / "survey.csv"
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path_factory.mktemp("nowhere")))
    assert len(read_survey(path, book)) == 59
