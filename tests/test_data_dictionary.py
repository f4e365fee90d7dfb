"""Every column of every bundled table has a title, a unit, a meaning and a source."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml


@pytest.fixture(scope="module")
def dictionary(root):
    return yaml.safe_load((root / "data/dictionary.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def book(root):
    text = (root / "data/codebook/questionnaire.yml").read_text(encoding="utf-8")
    return {v["name"]: v for v in yaml.safe_load(text)["variables"]}


def bundled(root):
    return {
        path.stem: path
        for folder in ("sample", "reference")
        for path in sorted((root / "data" / folder).iterdir())
        if path.suffix in {".csv", ".parquet"}
    }


def columns(path):
    if path.suffix == ".parquet":
        return pq.read_schema(path).names
    return list(pd.read_csv(path, nrows=0).columns)


def survey_columns(book):
    for name, variable in book.items():
        if variable["type"] == "multiple":
            yield from (f"{name}__{option}" for option in variable["options"])
        else:
            yield name


def test_every_bundled_table_is_described_and_no_other(root, dictionary):
    files = {name: path.relative_to(root / "data").as_posix() for name, path in bundled(root).items()}
    assert {name: table["file"] for name, table in dictionary["tables"].items()} == files


def test_every_column_is_described_in_the_order_of_the_file(root, dictionary):
    for name, path in bundled(root).items():
        if name != "survey":
            assert list(dictionary["tables"][name]["columns"]) == columns(path), name


def test_every_column_of_the_survey_is_in_the_questionnaire(root, book):
    assert columns(bundled(root)["survey"]) == list(survey_columns(book))


def test_descriptions_are_complete(dictionary):
    for name, table in dictionary["tables"].items():
        assert set(table["title"]) == {"en", "fr"}, name
        for column, entry in table.get("columns", {}).items():
            where = f"{name}.{column}"
            assert set(entry) == {"title", "unit", "meaning", "source"}, where
            assert all(entry["title"].get(language) for language in ("en", "fr")), where
            assert entry["meaning"].strip(), where
            assert entry["source"].strip(), where


def test_survey_answers_are_the_ones_the_questionnaire_allows(root, book):
    data = pd.read_csv(bundled(root)["survey"], dtype={"size_class": "string"})
    for name, variable in book.items():
        if variable["type"] == "multiple":
            for option in variable["options"]:
                assert set(data[f"{name}__{option}"].dropna()) <= {0, 1}, f"{name}__{option}"
        elif variable["type"] == "yesno":
            assert set(data[name].dropna()) <= {0, 1}, name
        elif variable["type"] in {"single", "scale"}:
            assert set(data[name].dropna()) <= set(variable["options"]), name
        elif variable["type"] == "number":
            low, high = variable["range"]
            assert data[name].dropna().between(low, high).all(), name


def test_bundled_tables_load_with_dates_and_missing_values(root):
    from analysis.catalog import load

    data = load("messages")
    assert str(data["received"].dtype).startswith("datetime64")
    assert data["answered"].isna().any()
    assert load("posts")["post_id"].map(type).eq(str).all()
    assert load("survey")["platforms__facebook"].dtype == "Int64"
    assert load("programme")["start"].isna().any()
