from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from analysis.errors import DataError
from analysis.platforms.layout.grid import members, sheets, text_grid


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_known_headings(delimiter):
    content = delimiter.join(["Geography", "Views"]) + "\n" + delimiter.join(['"a,b;c"', "4"]) + "\n"
    assert text_grid(content.encode(), "a.csv").rows == [["Geography", "Views"], ["a,b;c", "4"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_end_of_line_and_newlines_inside_quotes(newline):
    content = newline.join(["Geography,Views", '"two\nlines",4', ""])
    assert text_grid(content.encode(), "a.csv").rows[1] == ["two\nlines", "4"]


def test_a_separator_line_is_obeyed_and_counted():
    grid = text_grid(b"sep=;\nDate;Views\n2025-01-01;4\n", "a.csv")
    assert (grid.offset, grid.rows[0]) == (1, ["Date", "Views"])


def test_empty_sheets_are_left_out():
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("full").append(["Date", "Views"])
    book.save(target)
    assert [grid.part for grid in sheets(target.getvalue(), "a.xlsx")] == ["full"]


def test_a_damaged_member_is_refused_by_name():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("Totals.csv", "Date,Views\n" * 300)
    data = bytearray(target.getvalue())
    data[45:60] = b"\xff" * 15
    with pytest.raises(DataError, match=r'a\.zip: the member "Totals.csv" cannot be unpacked'):
        list(members(bytes(data), "a.zip"))


def test_an_archive_of_an_unknown_version_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("Totals.csv", "Date,Views\n")
    data = bytearray(target.getvalue())
    place = data.index(b"PK\x01\x02")
    data[place + 6 : place + 8] = b"\xe6\x00"
    with pytest.raises(DataError, match=r"a\.zip is not a complete ZIP archive \(zip file version 23\.0\)"):
        list(members(bytes(data), "a.zip"))
