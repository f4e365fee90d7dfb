from __future__ import annotations

import pytest

from analysis.errors import DataError
from analysis.platforms.layout.markup import is_markup, markup_sheets
from analysis.platforms.opening import read_bytes
from platforms.faithful_linkedin import METRICS, book, metrics_row

ROWS = [
    ["Aggregated engagement metrics"],
    METRICS,
    *[metrics_row(f"02/1{n}/2024", 101 + n) for n in range(2, 5)],
]


def page(rows):
    def cell(value, tag="td"):
        words = str(value).replace("&", "&amp;").replace("<", "&lt;")
        return f"<{tag}>{words}</{tag}>"

    lines = "".join(f"<tr>{''.join(cell(value) for value in row)}</tr>\n" for row in rows)
    return f'<html><head><meta charset="utf-8"></head><body><table border="1">{lines}</table></body></html>'.encode()


def xml(rows):
    def cell(value):
        kind = "Number" if isinstance(value, (int, float)) else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'

    lines = "".join(f"<Row>{''.join(cell(value) for value in row)}</Row>" for row in rows)
    return (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Metrics"><Table>'
        f"{lines}</Table></Worksheet></Workbook>"
    ).encode()


@pytest.mark.parametrize("write", [page, xml])
def test_a_page_or_xml_named_xls_reads_as_the_workbook(write):
    (whole,) = read_bytes(book({"Metrics": ROWS}), "a.xlsx")
    (export,) = read_bytes(write(ROWS), "a.xls")
    assert export.format == "linkedin_page_daily"
    assert export.table.equals(whole.table)


def test_text_named_xls_reads_as_text():
    text = "\n".join("\t".join(str(cell) for cell in row) for row in ROWS)
    (whole,) = read_bytes(book({"Metrics": ROWS}), "a.xlsx")
    (export,) = read_bytes(text.encode("utf-16"), "a.xls")
    assert export.table.equals(whole.table)


def test_xml_skips_cells_and_rows_by_their_index():
    data = b'<Data ss:Type="String">c'
    skipping = b'<Row ss:Index="4"><Cell ss:Index="3">' + data
    made = xml([["a", "b"], ["c", "d"]]).replace(b"<Row><Cell>" + data, skipping)
    (sheet,) = markup_sheets(made, "a.xls")
    assert sheet == ("Metrics", [["a", "b"], [], [], [None, None, "c", "d"]])


def test_several_tables_are_several_sheets_and_entities_are_letters():
    made = b"<table><tr><td>&eacute;t&#233; &lt;1%</td><td>1<br>2</td></tr></table><table><tr><td>3</td></tr></table>"
    assert markup_sheets(made, "a.xls") == [("table 1", [["été <1%", "1\n2"]]), ("table 2", [["3"]])]


def test_entities_of_its_own_are_not_expanded():
    made = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]><table><tr><td>&x;</td></tr></table>'
    assert markup_sheets(made, "a.xls") == [("table 1", [["&x;"]])]


def test_a_page_without_a_table_is_refused_in_words():
    with pytest.raises(DataError, match=r"a.xls is a web page without a table.*asked to log in"):
        read_bytes(b"<!doctype html><html><body>Sign in</body></html>", "a.xls")


def test_an_index_out_of_all_bounds_makes_no_mountain_of_cells():
    made = b'<table><row index="999999999"><cell index="999999999">x</cell></row></table>'
    ((_, rows),) = markup_sheets(made, "a.xls")
    assert len(rows) < 20_000 and len(rows[-1]) < 20_000


@pytest.mark.parametrize(
    ("data", "markup"), [(b"\xef\xbb\xbf<html>", True), (b"  \n<?xml", True), (b"\xd0\xcf\x11\xe0", False)]
)
def test_markup_is_known_by_its_first_bytes(data, markup):
    assert is_markup(data) is markup
