from __future__ import annotations

import base64
import io

import nbformat
import pandas as pd
import pytest
from PIL import Image

from analysis.charts.theme import draw_png, draw_svg
from analysis.reports import render
from analysis.reports.document import Document
from analysis.reports.ordinary import ordinary_blocks
from analysis.reports.writers import html, pdf

PROSE = "# A *title*\n\nOpening words <script>.\n\n## First part\n\nMore.\n\n### Deeper\n\n- a\n- b"


def line(ax):
    ax.plot([0, 1], [0, 1])


@pytest.fixture
def notebook():
    frame = pd.DataFrame({"firm": ["a", "<b>"], "posts": [1, 2]})
    png = base64.b64encode(draw_png(line, width=350, scale=1)).decode()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "printed & kept\n"},
        {
            "output_type": "display_data",
            "data": {"text/html": frame.to_html(), "text/plain": "x"},
            "metadata": {},
        },
        {"output_type": "display_data", "data": {"image/png": png}, "metadata": {"alt": "A rising line."}},
        {"output_type": "display_data", "data": {"image/svg+xml": draw_svg(line)}, "metadata": {}},
    ]
    return {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": PROSE},
            {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs},
        ]
    }


def test_prose_tables_and_pictures_come_in_order(notebook):
    title, blocks = ordinary_blocks(notebook, "en")
    kinds = [block["block"] for block in blocks]
    assert title == "A title"
    assert kinds == ["prose", "section", "prose", "prose", "table", "figure", "figure"]
    assert [row["cells"][1]["text"] for row in blocks[4]["rows"]] == ["a", "<b>"]
    assert [block["drawing"]["alt"] for block in blocks[5:]] == ["A rising line.", "Figure 2"]


def shown(**data):
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}
    return ordinary_blocks({"cells": [cell]}, "en")[1]


def test_a_photograph_is_a_figure_and_a_broken_picture_its_text():
    photograph = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(photograph, "JPEG")
    encoded = base64.b64encode(photograph.getvalue()).decode()
    (figure,) = shown(**{"image/jpeg": encoded, "text/plain": "a photograph"})
    assert (
        'viewBox="0 0 40 20"' in figure["drawing"]["wide"] and "data:image/jpeg;" in figure["drawing"]["wide"]
    )
    for kind, content in (("image/png", "AAAA"), ("image/jpeg", encoded[:60]), ("image/svg+xml", "none")):
        (block,) = shown(**{kind: content, "text/plain": "a picture"})
        assert block["content"] == [{"kind": "code", "text": "a picture", "block": True}]


def test_signs_no_page_can_hold_are_left_out():
    (block,) = shown(**{"text/plain": "a\0b\x1b[1;31mred\x1b[0m\x1b[2K\x1b]0;name\x07\r\nnext\ufffe"})
    assert block["content"][0]["text"] == "abred\nnext"


def test_code_in_prose_heads_no_section():
    source = "# *A* `title` [here](x.md)\n\n```\n# no heading\n## nor this\n```\n\n## 1. Part"
    cell = {"cell_type": "markdown", "metadata": {}, "source": source}
    title, blocks = ordinary_blocks({"cells": [cell]}, "en")
    assert title == "A title here"
    assert [block["title"] for block in blocks] == ["", "1. Part"]


def test_both_writers_take_it(notebook, page):
    document = Document.from_notebook(notebook, name="own.ipynb")
    read = page(html.write(document).decode())
    assert not read.all("script")
    assert "printed & kept" in read.said("pre")
    assert len(read.all("figure")) == 2
    assert pdf.write(document)[:5] == b"%PDF-"


def test_any_parameterised_notebook_is_rendered(tmp_path, page):
    cell = nbformat.v4.new_code_cell("who: str = 'you'", metadata={"tags": ["parameters"]})
    cells = [
        nbformat.v4.new_markdown_cell("# Greeting"),
        cell,
        nbformat.v4.new_code_cell("print('hello', who)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "own.ipynb")
    made = render(tmp_path / "own.ipynb", {"who": "Été"}, output=tmp_path / "out")
    text = (made.folder / "report.html").read_text(encoding="utf-8")
    assert "hello Été" in text
    assert page(text).said("h1") == "Greeting"


NAMED = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x")], names=["town", "trade"])
TWO_ROWS = [["town", "trade", "posts"], ["a", "x", "1"], ["a", "y", "2"], ["b", "x", "3"]]


def said(block):
    heads = [column["label"] for column in block["columns"]]
    return [heads, *([cell["text"] for cell in row["cells"]] for row in block["rows"])]


@pytest.mark.parametrize("styled", [False, True])
def test_no_row_of_a_table_with_grouped_rows_is_lost(styled):
    frame = pd.DataFrame({"posts": [1, 2, 3]}, index=NAMED)
    html = frame.style.to_html() if styled else frame._repr_html_()
    (block,) = shown(**{"text/html": html, "text/plain": "<pandas.io.formats.style.Styler at 0x0>"})
    assert said(block) == TWO_ROWS
    assert [column["align"] for column in block["columns"]] == ["left", "left", "right"]


def test_headings_above_each_other_name_one_column():
    frame = pd.DataFrame([[1, 2, 3]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "")]))
    (block,) = shown(**{"text/html": frame._repr_html_()})
    assert said(block) == [["", "a / x", "a / y", "b"], ["0", "1", "2", "3"]]


def test_a_styled_table_is_a_table_under_its_caption():
    styler = pd.DataFrame({"rate": [0.5]}).style.format("{:.0%}").set_caption("What they say")
    (block,) = shown(
        **{"text/html": styler.to_html(), "text/plain": "<pandas.io.formats.style.Styler at 0x0>"}
    )
    assert (block["title"], said(block)) == ("What they say", [["", "rate"], ["0", "50%"]])


def test_kinds_of_columns_are_no_row():
    head = "<thead><tr><th>firm</th></tr><tr><td>str</td></tr></thead>"
    (block,) = shown(**{"text/html": f'<table class="dataframe">{head}<tr><td>é<br>b</td></tr></table>'})
    assert said(block) == [["firm"], ["é\nb"]]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("text/html", "<style>p {}</style><p>Two <b>words</b></p><p>More</p>", "Two words\nMore"),
        ("text/latex", "$x^2$", "$x^2$"),
        ("text/html", "<img src='x.png'>", "<IPython.core.display.Thing object>"),
    ],
)
def test_what_names_only_its_object_is_told_otherwise(kind, content, expected):
    (block,) = shown(**{kind: content, "text/plain": "<IPython.core.display.Thing object>"})
    assert block["content"][0]["text"] == expected


def test_markdown_shown_by_a_cell_is_prose():
    text = "**Two**\n\n## Part\n\nMore"
    first, section, last = shown(
        **{"text/markdown": text, "text/plain": "<IPython.core.display.Markdown object>"}
    )
    assert [node["kind"] for node in first["content"] + last["content"]] == ["paragraph", "paragraph"]
    assert section["title"] == "Part"
