"""SPSS and Stata files keep their labels and their missing codes: "don't know" is neither missing nor no."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.errors import DataError
from analysis.survey import inspect_survey, load_codebook, read_survey, scaffold

BOOK = """
variables:
  - {name: firm, type: id, label: {en: Firm, fr: Entreprise}}
  - name: sector
    type: single
    label: {en: Sector, fr: Secteur}
    options: {shops: {en: Shops, fr: Commerce}, crafts: {en: Crafts, fr: Artisanat}}
    missing: {dk: {en: Don’t know, fr: Ne sait pas}}
  - {name: website, type: yesno, label: {en: Website, fr: Site web}, missing: {-8: {en: Don’t know, fr: Ne sait pas}}}
  - name: ease
    type: scale
    label: {en: Ease, fr: Facilité}
    options: {1: {en: No, fr: Non}, 2: {en: Rather, fr: Plutôt}, 3: {en: Sure, fr: Bien sûr}}
  - {name: hours, type: number, range: [0, 80], label: {en: Hours, fr: Heures}}
  - {name: since, type: date, label: {en: Opening, fr: Ouverture}}
  - name: uses
    type: multiple
    label: {en: Uses, fr: Usages}
    options: {x: {en: X, fr: X}, bluesky: {en: Bluesky, fr: Bluesky}}
""".replace("en: No,", 'en: "No",')
LABELS = {
    "secteur": "Secteur",
    "site": "Site web",
    "aise": "Facilité",
    "heures": "Hours",
    "ouvert": "Opening",
}
ANSWERS = {
    "secteur": {1: "Commerce", 2: "Artisanat", 9: "Ne sait pas"},
    "site": {1: "Oui", 2: "Non", 8: "Ne sait pas"},
    "aise": {1: "Non", 2: "Plutôt", 3: "Bien sûr"},
}


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.yml"
    path.write_text(BOOK, encoding="utf-8")
    return load_codebook(path)


def cells(dk_sector, dk_site, lost_hours):
    return pd.DataFrame(
        {
            "firm": [1.0, 2.0, 3.0, 4.0],
            "secteur": [1, 2, dk_sector, np.nan],
            "site": [1, 2, dk_site, np.nan],
            "aise": [3.0, 1.0, 2.0, np.nan],
            "heures": [2.5, 0.0, lost_hours, 7.0],
            "ouvert": pd.to_datetime(["2019-03-01", None, "2001-01-13", "1998-06-30"]),
            "uses__x": [1.0, 0.0, np.nan, 1.0],
            "uses__bluesky": [0.0, 0.0, np.nan, 1.0],
        }
    )


def write(path, labelled):
    """Write the same answers as SPSS or Stata would: user-missing codes and ranges, or extended missing values."""
    if path.suffix == ".dta":
        table = cells("a", "a", "b").astype({"secteur": object, "site": object, "heures": object})
        answers = {
            name: {k if k < 8 else "a": v for k, v in labels.items()} for name, labels in ANSWERS.items()
        }
        pyreadstat.write_dta(
            table,
            str(path),
            column_labels=labelled,
            variable_value_labels=answers,
            missing_user_values={"secteur": ["a"], "site": ["a"], "heures": ["b"]},
        )
        return
    pyreadstat.write_sav(
        cells(9, 8, 998),
        str(path),
        column_labels=labelled,
        variable_value_labels={
            name: {float(k): v for k, v in labels.items()} for name, labels in ANSWERS.items()
        },
        missing_ranges={"secteur": [9], "site": [8], "heures": [{"lo": 990, "hi": 999}]},
        compress=path.suffix == ".zsav",
    )


@pytest.mark.parametrize("ending", ["sav", "zsav", "dta"])
def test_labelled_files_give_the_same_answers(tmp_path, book, ending):
    path = tmp_path / f"survey.{ending}"
    write(path, LABELS)
    data = read_survey(path, book, why_missing=True)
    assert data["sector"].tolist() == ["shops", "crafts", pd.NA, pd.NA]
    assert data["website"].tolist() == [1, 0, pd.NA, pd.NA]
    assert data["ease"].tolist() == [3, 1, 2, pd.NA]
    assert data["hours"].tolist() == [2.5, 0, pd.NA, 7]
    assert data["since"].tolist()[0] == pd.Timestamp("2019-03-01") and data["since"].isna().sum() == 1
    assert data["uses__bluesky"].tolist() == [0, 0, pd.NA, 1]
    assert data["why_missing_sector"].tolist() == [pd.NA, pd.NA, "dont_know", pd.NA]
    assert data["why_missing_website"].tolist() == [pd.NA, pd.NA, "dont_know", pd.NA]
    assert data["why_missing_hours"].tolist() == [pd.NA, pd.NA, {"dta": "b"}.get(ending, "998"), pd.NA]


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_draft_codebook_takes_labels_and_missing_codes(tmp_path, ending):
    path = tmp_path / f"survey.{ending}"
    write(path, LABELS)
    scaffold(path, tmp_path / "draft.yml")
    draft = load_codebook(tmp_path / "draft.yml")
    found = inspect_survey(path, draft)
    assert found.problems.empty
    kinds = {variable.name: variable.type for variable in draft}
    assert kinds["secteur"] == "single" and kinds["site"] == "yesno" and kinds["aise"] == "scale"
    assert kinds["heures"] == "number" and kinds["ouvert"] == "date" and kinds["uses"] == "multiple"
    assert draft.label("secteur", "fr") == "Secteur"
    assert draft.option_label("secteur", 2, "fr") == "Artisanat"
    assert [str(code) for code in draft.missing("secteur")] == [{"dta": "a"}.get(ending, "9")]
    assert found.data["site"].tolist() == [1, 0, pd.NA, pd.NA]
    assert found.data["heures"].tolist() == [2.5, 0, pd.NA, 7]


def test_label_is_believed_before_the_code(tmp_path):
    path, book = tmp_path / "turned.sav", tmp_path / "book.yml"
    book.write_text(
        "variables:\n  - name: size\n    type: single\n    label: {en: Size, fr: Taille}\n"
        '    options: {"1": {en: Small, fr: Petite}, "2": {en: Large, fr: Grande}}\n'
    )
    pyreadstat.write_sav(
        pd.DataFrame({"size": [1.0, 2.0]}),
        str(path),
        variable_value_labels={"size": {1: "Large", 2: "Small"}},
    )
    found = inspect_survey(path, load_codebook(book))
    assert found.data["size"].tolist() == ["2", "1"]
    assert [note.code for note in found.notes] == ["disputed", "disputed"]


def test_rows_are_counted_from_the_first_firm(tmp_path, book):
    path = tmp_path / "bad.sav"
    write(path, LABELS)
    data, _ = pyreadstat.read_sav(str(path), user_missing=True)
    pyreadstat.write_sav(data.assign(heures=[2.5, 500, 1, 7]), str(path), column_labels=LABELS)
    listed = inspect_survey(path, book).problems
    hours = listed[listed["column"] == "heures"]
    assert hours[["row", "value"]].to_numpy().tolist() == [[2, "500"]]
    assert hours["problem"].item() == "out of range: the codebook allows 0 to 80"


@pytest.mark.parametrize("name", ["broken.sav", "broken.dta"])
def test_damaged_labelled_files_are_refused(tmp_path, book, name):
    (tmp_path / name).write_bytes(b"not a data file at all")
    with pytest.raises(DataError, match=rf"{name} cannot be read as (SPSS|Stata)"):
        read_survey(tmp_path / name, book)
