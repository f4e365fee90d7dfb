from __future__ import annotations

import re

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts import theme
from analysis.errors import ParameterError, ReportError
from analysis.reports import callout, cover, figure, finding, kpi, phrase, prose, section, start, table
from analysis.reports import drawing as drawings
from analysis.reports.document import Document

TEXTS = """
## one
title: First of {{ total }}
lead: A lead
alt: Dots. {{ total }} of them.

Body of {{ total }}.

## decision
title: Do it

## aside
title: Good to know

Better absent than hesitant.

## unknown
style: plain
label: What we cannot say

the hour.

## nothing
"""


@pytest.fixture
def started(texts, shown):
    start(texts(TEXTS), language="en", client={"name": "Hartwell & Sons"}, period="2025-Q4", simulated=True)
    return shown


def line(ax):
    ax.plot([0, 1], [0, 1])


def test_every_block_reaches_the_document_in_order(started, document):
    cover(subtitle="A subtitle")
    section("one", total=3)
    prose("one", total=3)
    finding("one", line, total=3)
    callout("decision")
    figure(line, text="one", total=3)
    table(pd.DataFrame({"a": [1]}), title="A table")
    made = document()
    kinds = [block["block"] for block in made.blocks]
    assert kinds == ["cover", "section", "prose", "finding", "callout", "figure", "table"]
    assert (made.language, made.title, made.simulated) == ("en", "Hartwell & Sons", True)
    assert made.footer == ("Hartwell & Sons", "Q4\u00a02025")
    assert [len(part.blocks) for part in made.parts] == [5]


def test_a_figure_is_drawn_wide_and_narrow_from_one_callable(started):
    widths = []
    figure(lambda ax: widths.append(ax.figure.get_figwidth() * 72), alt="Nothing.", title="Nothing")
    assert [round(width) for width in widths] == [680, 350]
    drawn = started[-1]["drawing"]
    assert 'viewBox="0 0 680' in drawn["wide"]
    assert 'viewBox="0 0 350' in drawn["narrow"]
    assert " width=" not in drawn["wide"].split(">")[0]


def test_a_ready_figure_is_taken_as_it_is(started):
    ready = Figure(figsize=(4, 2))
    ready.subplots().plot([0, 1])
    figure(ready, alt="A line.", title="A line")
    assert started[-1]["drawing"]["narrow"] is None
    assert "<text" in started[-1]["drawing"]["wide"]
    assert "dc:date" not in started[-1]["drawing"]["wide"]


@pytest.mark.parametrize("alt", [None, "", "  "])
def test_a_figure_without_alternative_text_is_refused(started, alt):
    with pytest.raises(ReportError, match='figure "Growth": alternative text is missing'):
        figure(line, title="Growth", alt=alt)
    with pytest.raises(ReportError, match="cover: alternative text is missing"):
        cover(line, alt=alt)


def test_a_finding_with_a_drawing_needs_its_alternative_text(started):
    with pytest.raises(ReportError, match='finding "aside": alternative text is missing'):
        finding("aside", line)


def test_alternative_text_and_caption_are_two_things(started):
    figure(line, alt="A line that rises.", title="Sales grow", caption="Sales by month")
    block = started[-1]
    assert (block["drawing"]["alt"], block["caption"]) == ("A line that rises.", "Sales by month")


def test_a_text_block_goes_before_the_arguments_it_uses(started):
    figure(line, text="one", total=3, title="Not this one", source="Own source")
    assert (started[-1]["title"], started[-1]["source"]) == ("First of 3", "Own source")


def test_what_is_neither_callable_nor_figure_is_refused(started):
    with pytest.raises(ReportError, match="give a function that draws on an Axes"):
        figure(3, alt="Three.")


def test_titles_are_required(started):
    with pytest.raises(ReportError, match='section "nothing": there is no title'):
        section("nothing")
    with pytest.raises(ReportError, match='finding "unknown": there is no title'):
        finding("unknown")
    with pytest.raises(ReportError, match="table: there is no title"):
        table(pd.DataFrame({"a": [1]}))
    with pytest.raises(ReportError, match="kpi: there is no indicator"):
        kpi([])


def test_a_section_may_do_without_a_text_block(started):
    section("free", title="A title", kicker="Theme")
    assert (started[-1]["title"], started[-1]["kicker"], started[-1]["id"]) == ("A title", "Theme", "free")


@pytest.mark.parametrize(
    ("name", "style", "label"),
    [
        ("decision", "decision", ""),
        ("aside", "note", "Good to know."),
        ("unknown", "plain", "What we cannot say:"),
    ],
)
def test_callouts_have_the_style_of_their_block(started, name, style, label):
    callout(name)
    assert (started[-1]["style"], started[-1]["label"]) == (style, label)


def test_an_unknown_style_is_refused(started):
    with pytest.raises(ReportError, match='style "loud" is not one of decision, note, plain'):
        callout("aside", style="loud")


def test_phrase_gives_one_field(started):
    assert phrase("one", total=3) == "First of 3"
    with pytest.raises(ReportError, match=r'has no field "kicker"\. Fields: title, lead, alt'):
        phrase("one", "kicker", total=3)


def test_columns_take_their_headings_from_the_text_block(texts, shown):
    start(texts("## t\ntitle: T\ncolumn.a: First\ncolumn.z: Last\n"), language="en")
    data = pd.DataFrame({"a": [1], "z": [2]})
    table(data, text="t", columns={"a": "", "z": ""})
    assert [column["label"] for column in shown[-1]["columns"]] == ["First", "Last"]
    with pytest.raises(ReportError, match='Text block "t" names columns the table does not show: z'):
        table(data, text="t", columns={"a": ""})


def test_start_refuses_what_it_does_not_know(shown, texts):
    with pytest.raises(ParameterError, match='language "de" is not written here'):
        start(language="de")
    with pytest.raises(ReportError, match=r'no text file "research/none\.en\.md"'):
        start("research/none")
    with pytest.raises(ParameterError, match='there is no client "nobody"'):
        start(client="nobody")
    with pytest.raises(ParameterError, match='"2025-Q5" is not a period'):
        start(period="2025-Q5")


def test_an_empty_notebook_is_refused():
    with pytest.raises(ReportError, match=r"a\.ipynb: the notebook shows nothing to report"):
        Document.from_notebook({"cells": []}, name="a.ipynb")


def test_a_notebook_that_shows_nothing_is_refused(started, document):
    with pytest.raises(ReportError, match="showed nothing after start"):
        document()


def test_prose_cells_tagged_report_are_taken_over(started, document):
    section("one", total=3)
    outputs = [{"data": {"application/vnd.analysis.block+json": block}} for block in started]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "For the notebook's reader."},
        {"cell_type": "code", "metadata": {}, "outputs": outputs},
        {"cell_type": "markdown", "metadata": {"tags": ["report"]}, "source": "For **all**."},
    ]
    made = Document.from_notebook({"cells": cells})
    assert [block["block"] for block in made.blocks] == ["section", "prose"]


def test_scales_of_a_drawing_without_margins_stay_inside_it(started):
    def drawn(ax):
        ax.plot([1, 2, 3], [1000, 4000, 2000])
        ax.set_xlabel("Month")
        ax.set_ylabel("Reach")
        ax.set_title("Growth")

    figure(drawn, title="Reach by month", alt="A line.")
    for width, name in ((680, "wide"), (350, "narrow")):
        svg = started[-1]["drawing"][name]
        words = re.findall(r"<text([^>]*)>([^<]+)", svg)
        assert {"Month", "Reach", "Growth"} <= {word for _, word in words}
        x = [float(found[1]) for given, _ in words if (found := re.search(r'\bx="([-\d.]+)"', given))]
        y = [float(found[1]) for given, _ in words if (found := re.search(r'\by="([-\d.]+)"', given))]
        assert min(x) > 0
        assert max(x) < width
        assert min(y) > 8
        assert max(y) < 300


def test_a_drawing_whose_author_set_margins_is_left_alone(started):
    def drawn(ax):
        theme.frame(ax, left=2, right=2, top=2, bottom=2)
        ax.plot([1, 2], [1000, 4000])

    figure(drawn, title="Set", alt="A line.")
    assert started[-1]["drawing"]["wide"] == drawings._bare(theme.draw_svg(drawn, language="en"))
