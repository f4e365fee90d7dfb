"""Files of any common kind give the same answers; what is no answer is missing or refused, never 0."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.survey import check_survey, load_codebook, read_survey, scaffold
from analysis.survey.files.tables import read_table


def as_french(data):
    return data.assign(hours=data["hours"].str.replace(".", ","), weight=data["weight"].str.replace(".", ","))


WRITERS = {
    "comma.csv": lambda d, p: d.to_csv(p, index=False),
    "bom.csv": lambda d, p: d.to_csv(p, index=False, encoding="utf-8-sig"),
    "french.csv": lambda d, p: as_french(d).to_csv(p, index=False, sep=";", encoding="cp1252"),
    "quoted.csv": lambda d, p: as_french(d).to_csv(p, index=False, quoting=1),
    "tabs.tsv": lambda d, p: d.to_csv(p, index=False, sep="\t", encoding="utf-16"),
    "bare.txt": lambda d, p: d.to_csv(p, index=False, sep="|", encoding="utf-16-le"),
    "book.xlsx": lambda d, p: d.to_excel(p, index=False),
    "typed.xlsx": lambda d, p: typed(d).to_excel(p, index=False),
    "table.parquet": lambda d, p: d.to_parquet(p),
    "typed.parquet": lambda d, p: typed(d).to_parquet(p),
}


def typed(data):
    """Give numbers as floats, the way a spreadsheet or another program keeps them."""
    numeric = ["wave", "towns", "weight", "platforms__facebook", "platforms__x", "hours", "ready"]
    return data.assign(
        **{name: pd.to_numeric(data[name].replace("", None)).astype(float) for name in numeric}
    )


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_kind_of_file_gives_the_same_answers(tmp_path, book, sound, name):
    path = tmp_path / name
    WRITERS[name](sound, path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    data = read_survey(path, book)
    assert data["hours"].tolist() == [2.5, 0, pd.NA, pd.NA, 10, 3, 1.5, 80]
    assert data["weight"].tolist() == [2.5] * 4 + [4.0] * 4
    assert data["platforms__facebook"].tolist() == [1, 0, pd.NA, pd.NA, 1, pd.NA, 0, 1]
    assert data["size"].isna().tolist() == [False, False, False, True, False, True, False, False]
    assert data["ready"].tolist() == [1, 3, pd.NA, pd.NA, 2, 2, 3, 1]
    assert data["asked_on"].notna().sum() == 5 and data["asked_on"][0] == pd.Timestamp("2022-03-01")
    assert {str(data[c].dtype) for c in ("wave", "ready", "platforms__x")} == {"Int64"}
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_accents_survive_an_old_encoding(tmp_path, book, sound):
    path = tmp_path / "old.csv"
    sound.assign(comment="Café d’été").to_csv(path, index=False, sep=";", encoding="cp1252")
    assert read_survey(path, book)["comment"].unique().tolist() == ["Café d’été"]


def test_identifiers_keep_their_zeros(tmp_path, book, sound):
    path = tmp_path / "zeros.csv"
    sound.assign(firm=[f"00{i}" for i in range(8)]).to_csv(path, index=False)
    assert read_survey(path, book)["firm"][3] == "003"


def test_columns_of_ones_own_are_kept(tmp_path, book, sound):
    path = tmp_path / "more.csv"
    sound.assign(interviewer="Ada").to_csv(path, index=False)
    assert set(read_survey(path, book)["interviewer"]) == {"Ada"}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (["1 234,5", "2,5"], [1234.5, 2.5]),
        (["1.234,5", "2,5"], [1234.5, 2.5]),
        (["1,234.5", "2.5"], [1234.5, 2.5]),
        (["1,234,567", "1,234.5"], [1234567, 1234.5]),
        (["1\u202f234", "7"], [1234, 7]),
        (["0,125", "0,5"], [0.125, 0.5]),
    ],
)
def test_marks_of_numbers_are_read_from_their_column(tmp_path, hours, expected):
    path = tmp_path / "numbers.csv"
    pd.DataFrame({"firm": ["a", "b"], "hours": hours}).to_csv(path, index=False)
    book = tmp_path / "book.yml"
    book.write_text(
        "variables:\n  - {name: firm, type: id, label: {en: F, fr: F}}\n"
        "  - {name: hours, type: number, label: {en: H, fr: H}}\n"
    )
    assert read_survey(path, load_codebook(book))["hours"].tolist() == expected


def test_comma_that_may_mean_two_things_is_asked_about(tmp_path, book, sound):
    doubtful = sound.assign(hours=["1,500", "", "2,250", "", "", "", "", ""])
    commas, semicolons = tmp_path / "commas.csv", tmp_path / "semicolons.csv"
    doubtful.to_csv(commas, index=False)
    doubtful.to_csv(semicolons, index=False, sep=";")
    with pytest.raises(DataError, match=r'row 2, column hours "1,500": a comma or point that may be'):
        read_survey(commas, book)
    assert read_survey(semicolons, book)["hours"].dropna().tolist() == [1.5, 2.25]


def test_refusal_names_the_first_problems_and_counts_the_rest(tmp_path, book, sound):
    path = tmp_path / "bad.csv"
    sound.assign(weight="0", ready="7").to_csv(path, index=False)
    with pytest.raises(DataError) as error:
        read_survey(path, book)
    text = str(error.value)
    assert text.startswith("bad.csv has 16 problems against codebook.yml:")
    assert "row 2, column weight" in text and "… and 6 more" in text
    assert text.count("\n  - ") == 10
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nothing.csv", None, r"nothing\.csv does not exist"),
        ("empty.csv", b"", r"empty\.csv is empty"),
        ("names.csv", b"firm,wave\n", r"no rows of answers"),
        ("twice.csv", b"firm,firm\n1,2\n", r'such as "firm"'),
        ("unnamed.csv", b"firm,,x\n1,2,3\n", r"column 2 has no name"),
        ("long.csv", b"firm,x\n1,2\n1,2,3\n", r"row 3: 3 cells for 2 columns"),
        ("notes.pdf", b"%PDF", r'ends in "\.pdf"'),
        ("broken.xlsx", b"PK not a workbook", r"cannot be read as a workbook"),
        ("broken.parquet", b"nonsense", r"cannot be read as Parquet"),
    ],
)
def test_files_that_cannot_be_read_are_refused(tmp_path, book, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_survey(path, book)


def test_short_rows_are_missing_at_their_end(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("firm,a,b\n1,2\n\n3,4,5\n")
    cells = read_table(path).cells
    assert cells["b"].tolist() == ["", "5"]


def test_draft_of_a_codebook_describes_the_data(tmp_path, sound):
    sound = sound.replace({"-8": "", "-7": ""})
    text = scaffold(sound, tmp_path / "draft.yml")
    draft = load_codebook(tmp_path / "draft.yml")
    kinds = {v.name: v.type for v in draft}
    assert kinds["platforms"] == "multiple" and kinds["size"] == "single" and kinds["hours"] == "number"
    assert draft.columns("platforms") == ("platforms__facebook", "platforms__x")
    assert (tmp_path / "draft.yml").read_text(encoding="utf-8") == text
    assert check_survey(sound, draft).empty
    with pytest.raises(DataError, match=r"draft\.yml exists already"):
        scaffold(sound, tmp_path / "draft.yml")
