"""Do files as they come from the field give what is in them? Oddities of exports, spreadsheets and hands."""

from __future__ import annotations

import itertools
import re

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from analysis.errors import DataError
from analysis.survey import load_codebook
from analysis.survey.files.answers import answers
from analysis.survey.files.scaffolding import scaffold
from analysis.survey.files.tables import read_table
from analysis.survey.validation import inspect_survey
from survey.exports import CODEBOOK


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("book") / "codebook.yml"
    file.write_text(CODEBOOK, encoding="utf-8")
    return load_codebook(file)


def read(tmp_path, text, book, name="export.csv", encoding="utf-8"):
    file = tmp_path / name
    file.write_bytes(text.encode(encoding))
    found = inspect_survey(file, book)
    assert file.read_bytes() == text.encode(encoding)
    return found


def in_rows(found):
    """Give the problems of cells as (row, column, value)."""
    return found.problems.dropna(subset="row")[["row", "column", "value"]].values.tolist()


def test_limesurvey_without_date_stamps_is_finished(tmp_path, book):
    """LimeSurvey writes 1 January 1980 where a finished response may carry no date."""
    text = (
        '"id";"submitdate";"lastpage";"Q1";"Q2"\n"1";"1980-01-01 00:00:00";"2";"101.0000000000";"A1"\n'
        '"2";"";"1";"102.0000000000";"A2"\n'
    )
    found = read(tmp_path, text, book)
    assert found.data[["firm", "sector"]].values.tolist() == [[101, "shops"]]
    assert found.set_aside["row"].tolist() == [3]


@pytest.mark.parametrize("start", [None, "", "2026-03-01 10:00:00"])
def test_qualtrics_loses_no_response_to_rows_of_labels(tmp_path, book, start):
    head = ["EndDate", "Status", "Finished", "ResponseId", "Q1", "Q2"]
    rows = [["2026-03-01 10:00:00", "IP Address", "True", f"R_{n}", str(n), "Shops"] for n in (1, 2, 3)]
    if start is not None:
        head, rows = ["StartDate", *head], [[start, *row] for row in rows]
    text = "\n".join(",".join(row) for row in [head, *rows])
    found = read(tmp_path, text, book)
    assert found.tool == "Qualtrics"
    assert found.data["firm"].tolist() == [1, 2, 3]


def test_qualtrics_is_known_by_its_row_of_identifiers(tmp_path, book):
    text = (
        'Q1,Q2\nNumber?,Business?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n7,Crafts\n8,Carfts\n'
    )
    found = read(tmp_path, text, book)
    assert found.tool == "Qualtrics"
    assert found.data["firm"].tolist() == [7, 8]
    assert found.intake.raw.rows.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("head", "extra", "tool"),
    [
        ("ID,Start time,Completion time", ("Points - {}", "Feedback - {}"), "Microsoft Forms"),
        ("ID,Heure de début,Heure de fin", ("Points - {}", "Commentaires - {}"), "Microsoft Forms"),
        ("Timestamp,Score,Username", ("{} [Score]", "{} [Feedback]"), "Google Forms"),
    ],
)
def test_points_of_a_quiz_are_no_answers(tmp_path, book, head, extra, tool):
    question = book.question("sector", "en")
    text = f"{head},{question},{extra[0].format(question)},{extra[1].format(question)}\n1,2,3,Shops,0,Well done\n"
    found = read(tmp_path, text, book)
    assert found.tool == tool
    assert found.data["sector"].tolist() == ["shops"]
    assert list(found.data) == ["sector"]


@pytest.mark.parametrize("mark", ["/", ".", ":"])
def test_kobo_groups_may_be_parted_by_other_marks(tmp_path, book, mark):
    text = (
        f"_uuid;_submission_time;a{mark}b{mark}firm;a{mark}b{mark}uses;a{mark}b{mark}uses/x;"
        f"a{mark}b{mark}uses/facebook\nu;2026-03-01;5;facebook;0;1\n"
    )
    found = read(tmp_path, text, book)
    assert found.data[["firm", "uses__facebook", "uses__x"]].values.tolist() == [[5, 1, 0]]


def test_two_columns_for_one_question_are_never_chosen_between(tmp_path, book):
    found = read(tmp_path, "_uuid,_submission_time,a/sector,b/sector\nu,2026-03-01,shops,food\n", book)
    assert found.data[["a/sector", "b/sector"]].values.tolist() == [["shops", "food"]]
    assert "sector" in set(found.problems.loc[found.problems["row"].isna(), "column"])
    assert [note.code for note in found.notes].count("doubtful") == 2


def test_wording_met_again_with_a_number_is_left_as_it_is(tmp_path, book):
    question = book.question("sector", "en")
    found = read(
        tmp_path, f"ID,Start time,Completion time,{question},{question}2\n1,a,b,Shops,Crafts\n", book
    )
    assert found.data["sector"].tolist() == ["shops"]
    assert found.data[f"{question}2"].tolist() == ["Crafts"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_none_and_not_applicable_are_answers_where_the_questionnaire_says_so(tmp_path, ending):
    file = tmp_path / "codebook.yml"
    file.write_text(
        "variables:\n"
        "- {name: help, type: single, label: {en: Help, fr: Aide}, options: {none: {en: None, fr: Aucune},"
        " paid: {en: Paid, fr: Payée}}, missing: {-7: {en: N/A, fr: Sans objet}}}\n"
        "- {name: uses, type: multiple, label: {en: Uses, fr: Usages}, options: {none: {en: None, fr: Aucun},"
        " x: {en: X, fr: X}}}\n",
        encoding="utf-8",
    )
    data = tmp_path / f"answers.{ending}"
    rows = pd.DataFrame({"help": ["None", "Paid", "N/A", None], "uses": ["none", "x", "None", None]})
    rows["firm"] = range(4)
    rows.to_csv(data, index=False) if ending == "csv" else rows.to_excel(data, index=False)
    found = inspect_survey(data, load_codebook(file))
    assert found.problems.empty
    assert found.data["help"].fillna("-").tolist() == ["none", "paid", "-", "-"]
    assert found.data["uses__none"].fillna(-1).tolist() == [1, 0, 1, -1]
    assert found.why_missing["why_missing_help"].fillna("-").tolist() == ["-", "-", "not_asked", "-"]
    drafted = scaffold(data)
    assert re.search(r"none: \{en: none", drafted, re.IGNORECASE)


ONE_WAY = {"2.5": 2.5, "12,5": 12.5, "1.234,5": 1234.5, "1,234.5": 1234.5, "1 234,5": 1234.5, "7": 7, "0,125": 0.125,
           "1,234,567": 1234567, "1.234.567": 1234567, "0.125": 0.125}  # fmt: skip


@pytest.mark.parametrize("decimal_comma", [None, True, False])
def test_number_written_one_way_never_changes_with_its_neighbours(book, decimal_comma):
    for pair in itertools.combinations(ONE_WAY, 2):
        table, problems = answers(pd.DataFrame({"hours": list(pair)}), book, decimal_comma)
        assert table["hours"].tolist() == [ONE_WAY[cell] for cell in pair], pair
        assert not [problem for problem in problems if problem.row], pair


@pytest.mark.parametrize(
    ("cells", "decimal_comma", "expected"),
    [
        (["1,234", "2.5"], None, 1234),
        (["1,234", "12,5"], None, 1.234),
        (["1,234", "8"], None, None),
        (["1,234", "8"], True, 1.234),
        (["1,234", "2.5"], True, None),
        (["1.234", "8"], None, 1.234),
        (["1.234", "12,5"], None, None),
        (["1.234", "1.234,5"], True, None),
    ],
)
def test_mark_that_may_mean_two_things_is_read_by_the_column_or_asked_about(
    book, cells, decimal_comma, expected
):
    table, problems = answers(pd.DataFrame({"hours": cells}), book, decimal_comma)
    doubts = [(problem.row, problem.value) for problem in problems if problem.row]
    assert doubts == ([(2, cells[0])] if expected is None else [])
    assert pd.isna(table["hours"][0]) if expected is None else table["hours"][0] == expected


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("sep=;\r\nfirm;sector\r\n1;Shops\r\n2;Crafts\r\n", "utf-8-sig"),
        ('"sep=,"\nfirm,sector\n1,Shops\n2,Crafts\n', "utf-8"),
        ("sep=\t\nfirm\tsector\n1\tShops\n2\tCrafts\n", "utf-16"),
        ("firm;sector\r1;Shops\r2;Crafts\r", "cp1252"),
        ("firm;sector;;\n1;Shops;;\n;;;\n2;Crafts;;\n;;;\n", "utf-8"),
    ],
)
def test_dialects_of_spreadsheets(tmp_path, book, text, encoding):
    found = read(tmp_path, text, book, encoding=encoding)
    assert found.data.values.tolist() == [[1, "shops"], [2, "crafts"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'firm,comment\n1,ok\n2,"never closed\n3,lost\n',
            r"^open\.csv, row 3: a quote is opened and never closed",
        ),
        (
            'firm,comment\n1,ok\n2,"' + "x,y\n" * 40_000,
            r"^open\.csv, row 3: field larger .* Close the quotes",
        ),
        (
            "firm,,sector,,sector,firm\n1,2,3,4,5,6\n",
            r'columns 2, 4 have no name .* 2 name\(s\).*"firm", "sector"',
        ),
    ],
)
def test_text_that_would_lose_rows_is_refused(tmp_path, text, message):
    file = tmp_path / "open.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_table(file)


def test_lone_quotes_inside_cells_are_kept(tmp_path):
    file = tmp_path / "screens.csv"
    file.write_text('firm,comment\n1,a 5" screen\n2,"so ""good"""\n', encoding="utf-8")
    assert read_table(file).cells["comment"].tolist() == ['a 5" screen', 'so "good"']


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_not_read_are_told(tmp_path, book):
    rows = [["firm", "sector", "website"], [101, "Shops", True], ["102", "Crafts", "FAUX"]]
    file = workbook(tmp_path / "two.xlsx", Answers=rows, Notes=[["Read me"]])
    found = inspect_survey(file, book)
    assert found.data.values.tolist() == [[101, "shops", 1], [102, "crafts", 0]]
    assert [str(note) for note in found.notes] == ['Sheet "Answers" was read; not read: Notes.']
    with pytest.raises(DataError, match=r'^two\.xlsx has no sheet "Answer"\. Its sheets: Answers, Notes\.$'):
        inspect_survey(file, book, sheet="Answer")
    dated = workbook(tmp_path / "dated.xlsx", **{"Notes": [["Read me"]], "2026": rows})
    assert inspect_survey(dated, book, sheet=2026).data["firm"].tolist() == [101, 102]
    with pytest.raises(DataError, match=r"^two\.xlsx holds no rows .* Its other sheets: Answers\.$"):
        inspect_survey(file, book, sheet=1)


def test_rows_of_a_workbook_are_counted_as_on_screen(tmp_path, book):
    rows = [[None, None], ["firm", "sector"], [1, "Shops"], [None, None], [2, "Astronomy"]]
    found = inspect_survey(workbook(tmp_path / "late.xlsx", Sheet1=rows), book)
    assert in_rows(found) == [[5, "sector", "Astronomy"]]


def test_files_that_are_not_what_their_name_says_are_named_with_a_remedy(tmp_path):
    real = workbook(tmp_path / "real.xlsx", Sheet1=[["firm"], [1]])
    renamed, text, locked = (tmp_path / name for name in ("renamed.csv", "text.xlsx", "locked.xlsx"))
    renamed.write_bytes(real.read_bytes())
    text.write_text("firm,sector\n1,Shops\n", encoding="utf-8")
    locked.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    for file, message in (
        (renamed, r"^renamed\.csv is a workbook or an archive, not text: name it \.xlsx"),
        (text, r"^text\.xlsx cannot be read as a workbook .* It holds text: name it \.csv\.$"),
        (locked, r"^locked\.xlsx cannot be read as a workbook .* protected by a password"),
    ):
        with pytest.raises(DataError, match=message):
            read_table(file)


def test_parquet_keeps_its_index_and_lists(tmp_path, book):
    file = tmp_path / "frame.parquet"
    pd.DataFrame(
        {"uses": [["facebook", "x"], None, ["video"]], "website": [True, None, False]},
        index=pd.Index([7, 8, 9], name="firm"),
    ).to_parquet(file)
    found = inspect_survey(file, book)
    assert found.data["firm"].tolist() == [7, 8, 9]
    assert found.data["uses__facebook"].fillna(-1).tolist() == [1, -1, 0]
    assert found.data["website"].fillna(-1).tolist() == [1, -1, 0]


def test_question_not_shown_is_no_other_answer(tmp_path, book):
    """LimeSurvey may write N/A in every column of a question that was not shown, "other" in words included."""
    text = "id,submitdate,lastpage,Q1,Q3_SQ1,Q3_SQ2,Q3_other\n1,2026-01-01,3,1,Y,,Radio\n2,2026-01-01,3,2,N/A,N/A,N/A\n"
    found = read(tmp_path, text, book)
    assert found.data["uses__other"].fillna(-1).tolist() == [1, -1]
    assert found.data["uses__facebook"].fillna(-1).tolist() == [1, -1]


@pytest.mark.parametrize("words", ["-99", "None", "Aucun", "refused", "Je ne sais pas !"])
def test_code_or_refusal_among_several_answers_is_no_other_answer(tmp_path, book, words):
    found = read(tmp_path, f"Q1,Q3\n1,Facebook\n2,{words}\n3,A radio show\n", book)
    assert found.data["uses__other"].fillna(-1).tolist() == [0, -1, 1]
    assert found.data["uses__facebook"].fillna(-1).tolist() == [1, -1, 0]
    assert in_rows(found) == [[3, "Q3", words]]


@pytest.mark.parametrize("zone", ["+01:00", "Z", "-0500", ""])
def test_clock_of_the_place_is_kept(tmp_path, book, zone):
    found = read(tmp_path, f"firm,since\n1,2026-03-01T23:30:00.000{zone}\n", book)
    assert found.data["since"].tolist() == [pd.Timestamp("2026-03-01 23:30:00")]


def test_labels_of_a_file_tell_refusal_from_dont_know_and_strange_words_are_told(tmp_path, book):
    file = tmp_path / "firms.sav"
    firms = pd.DataFrame(
        {"firm": [1.0, 2, 3], "ease": [8.0, 9, 5], "sector": [1.0, 2, 3], "website": [1.0, 2, 7]}
    )
    labels = {
        "ease": {8: "Don't know", 9: "Refused", 5: "Strongly agree"},
        "sector": {1: "Banks", 2: "Food, drink and tobacco", 3: "Crafts"},
        "website": {1: "Yes", 2: "No", 7: "Refused"},
    }
    pyreadstat.write_sav(firms, str(file), variable_value_labels=labels)
    found = inspect_survey(file, book)
    assert found.why_missing["why_missing_ease"].fillna("-").tolist() == ["dont_know", "refused", "-"]
    assert found.why_missing["why_missing_website"].fillna("-").tolist() == ["-", "-", "refused"]
    assert found.data["website"].fillna(-1).tolist() == [1, 0, -1]
    assert found.data["ease"].fillna(-1).tolist() == [-1, -1, 5]
    assert in_rows(found) == []
    told = [str(note) for note in found.notes if note.code == "relabelled"]
    assert told == ['sector: 1 was read by its code; the file calls it "Banks".']


def test_draft_keeps_zeros_in_front_and_names_of_columns(tmp_path):
    file, draft = tmp_path / "hand.csv", tmp_path / "draft.yml"
    file.write_text("a b,A-B,a_b,code\n1,2,3,007\n8,9,1,012\n", encoding="utf-8")
    scaffold(file, draft)
    found = inspect_survey(file, load_codebook(draft))
    assert found.problems.empty
    assert found.data["a_b"].tolist() == [3, 1]
    assert found.data["code"].tolist() == ["007", "012"]
    assert sorted(found.data.drop(columns="code").iloc[0]) == [1, 2, 3]
