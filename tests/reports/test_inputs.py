"""The list of files and the remarks on reading are in the reader's words, with dates that hold their year."""

from __future__ import annotations

import ast
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.platforms.export import Exports, Notice
from analysis.reports import files_read, remarks, start
from conftest import ROOT


def export(file="Posts.csv", days=("2025-04-01", "2025-06-30"), codes=(), column="published", **fields):
    given = {"platform": "facebook", "kind": "posts", "rows_read": 30} | fields
    table = pd.DataFrame({column: pd.to_datetime(pd.Series(list(days), dtype="object"))})
    return SimpleNamespace(
        file=file, table=table, warnings=[SimpleNamespace(code=code) for code in codes], **given
    )


def flat(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def language(shown, request):
    start(language=request.param)
    return request.param


@pytest.mark.parametrize(
    ("language", "what", "period"),
    [
        ("fr", "Facebook, publications", "du 1er avr. au 30 juin 2025"),
        ("en", "Facebook, posts", "from 1 Apr to 30 June 2025"),
    ],
    indirect=["language"],
)
def test_what_a_file_held(language, what, period):
    row = files_read([export()]).iloc[0]
    assert (row["file"], flat(row["what"]), row["rows"], flat(row["period"])) == (
        "Posts.csv",
        what,
        30,
        period,
    )


@pytest.mark.parametrize("language", ["fr"], indirect=True)
def test_a_file_over_two_years_names_both(language):
    days = ("2024-12-01", "2025-01-31")
    assert flat(files_read([export(days=days)])["period"].item()) == "du 1er déc. 2024 au 31 janv. 2025"


@pytest.mark.parametrize("language", ["fr"], indirect=True)
def test_a_file_without_dates_or_rows_says_no_period(language):
    for empty in (export(days=()), export(days=(None, None)), export(column="level")):
        assert files_read([empty])["period"].item() == ""
    daily = export(column="date", kind="daily")
    assert flat(files_read([daily])["period"].item()) == "du 1er avr. au 30 juin 2025"


@pytest.mark.parametrize("language", ["fr", "en"], indirect=True)
def test_each_kind_of_remark_is_made_once_with_its_files(language):
    files = [export(codes=["zone_unknown", "zone_unknown"]), export(codes=["zone_unknown"]), export()]
    said = remarks(files)
    assert len(said) == 1
    assert "2 fichiers" in flat(said[0]) if language == "fr" else "2 files" in said[0]
    alone = flat(remarks(files[:1])[0])
    assert "un fichier" in alone if language == "fr" else "one file" in alone


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("fr", "Export qui n’a pas pu être lu,", "rapport : Avril 2025.csv et b.zip."),
        ("en", "An export that could not be read,", "report: Avril 2025.csv and b.zip."),
    ],
    indirect=["language"],
)
def test_exports_left_out_are_named_first(language, one, two):
    refused = {"Avril 2025.csv": "Avril 2025.csv, row 2: ...", "b.zip": "b.zip is damaged."}
    notices = [Notice("unknown_format", "a.csv: no known export")]
    said = [flat(text) for text in remarks(Exports([], notices, refused=refused))]
    assert (len(said), said[0].endswith(two)) == (2, True)
    alone = remarks(Exports([], refused={"b.zip": "b.zip is damaged."}))
    assert flat(alone[0]).startswith(one) and len(alone) == 1


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_nothing_noticed_is_an_empty_list(language):
    assert remarks([export()]) == []


def codes_of_readers():
    for path in sorted((ROOT / "src" / "analysis" / "platforms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func).split(".")[-1].lower() if isinstance(node, ast.Call) else ""
            if called == "notice" and node.args:
                yield from (leaf.value for leaf in ast.walk(node.args[0]) if is_code(leaf))


def is_code(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()


@pytest.mark.parametrize("language", ["fr", "en"], indirect=True)
def test_every_remark_a_reader_makes_has_its_words(language):
    codes = sorted({code for code in codes_of_readers() if code != "views"})
    assert len(codes) > 20
    said = remarks([export(codes=codes)])
    assert len(said) == len(codes) and all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_files_that_were_not_read_are_told(language):
    read = Exports([export()], [Notice("unknown_format", "strange.csv"), Notice("unknown_format", "b.csv")])
    assert remarks(read) == ["Table of a format not known, not read: 2 files."]
