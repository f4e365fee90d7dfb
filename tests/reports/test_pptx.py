from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pptx
import pytest
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches

from analysis.charts.theme import text_width
from analysis.reports import Column, callout, cover, figure, finding, kpi, prose, section, start, table
from analysis.reports.document import Document
from analysis.reports.indicators import Indicator, Peers
from analysis.reports.writers.pptx import write
from analysis.reports.writers.slides.deck import SERIF_ROOM
from analysis.reports.writers.slides.fit import Line, Run, lines_of, paged

TEXTS = """
## one
title: Vous publiez plus que vos pairs
kicker: Repères
lead: Du 1er octobre au 31 décembre.
alt: Points. 38.

Des mots **forts** et un [lien](https://example.org).

## listed
title: Suite

1. premier
2. second

- dedans

## long
title: Méthode

{% for place in places %}Une phrase assez longue pour occuper sa place sur la page, numéro {{ place }}.

{% endfor %}

## decision
title: Répondre chaque matin.
label: La décision

Deux heures.

## aside
title: Bon à savoir

Rien de plus.
"""


def line(ax):
    ax.plot([0, 1], [0, 1])


@pytest.fixture
def begun(texts, shown):
    client = {"name": "Librairie du Port", "consultant": "Cabinet Exemple"}
    start(texts(TEXTS, "fr"), language="fr", client=client, period="2025-Q4", simulated=True)


def read(document):
    return pptx.Presentation(io.BytesIO(write(document)))


def said(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def heads(deck):
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def test_each_exhibit_has_its_slide_with_notes(begun, document):
    cover(
        line, subtitle="Vos réseaux", meta="du 1er octobre", caption="Une barre par jour.", alt="Barres. 35."
    )
    section("one")
    figure(
        line, alt="Une ligne.", title="Elle monte", measured="en %", reading="1 au début.", source="exports."
    )
    table(pd.DataFrame({"a": [1]}), title="Un tableau", reading="a vaut 1.")
    deck = read(document())
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    assert heads(deck) == [
        "Librairie du Port",
        "Vous publiez plus que vos pairs",
        "Vous publiez plus que vos pairs",
        "Elle monte",
        "Un tableau",
    ]
    drawn = deck.slides[3]
    assert "en\u202f%" in said(drawn)
    assert "Figure\u00a01. Source\u00a0: exports." in said(drawn)
    assert drawn.notes_slide.notes_text_frame.text == "Une ligne.\nen\u202f%\nLecture\u00a0: 1 au début."
    pictures = [shape for shape in drawn.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert [p._element.nvPicPr.cNvPr.get("descr") for p in pictures] == ["Une ligne."]
    assert deck.slides[4].notes_slide.notes_text_frame.text == "Lecture\u00a0: a vaut 1."


def test_the_first_slide_says_whose_report_it_is(begun, document):
    cover(
        line, subtitle="Vos réseaux", meta="du 1er octobre", caption="Une barre par jour.", alt="Barres. 35."
    )
    first = read(document()).slides[0]
    assert said(first) == [
        "Librairie du Port",
        "Vos réseaux · du 1er octobre",
        "Cabinet Exemple · Données simulées",
        "Une barre par jour.",
    ]
    raised = [run.get("baseline") for run in first._element.iter(qn("a:rPr")) if run.get("baseline")]
    assert raised == ["30000"]


def test_slides_are_numbered_and_speak_the_language(begun, document):
    section("one")
    deck = read(document())
    last = deck.slides[-1]
    assert "Librairie du Port · T4\u00a02025 · Données simulées" in said(last)
    assert said(last)[-1] == str(len(deck.slides))
    for slide in deck.slides:
        assert {run.get("lang") for run in slide._element.iter(qn("a:rPr"))} == {"fr-FR"}
    assert (deck.core_properties.language, deck.core_properties.created.year) == ("fr-FR", 1980)
    ids = [named.get("id") for named in last._element.iter(qn("p:cNvPr"))]
    assert len(ids) == len(set(ids))


def test_a_long_table_goes_on_with_its_head_and_group(begun, document):
    data = pd.DataFrame(
        {"name": [f"row {i}" for i in range(60)], "n": range(60), "kind": ["a"] * 55 + ["b"] * 5}
    )
    table(data, title="Longue", group="kind", columns={"name": "Nom", "n": Column("n", "number")})
    deck = read(document())
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) > 1
    assert heads(deck)[1:] == [f"Longue ({i}/{len(tables)})" for i in range(1, len(tables) + 1)]
    rows = [row.cells[0].text for made in tables for row in list(made.rows)[1:]]
    assert [row for row in rows if row.startswith("row")] == [f"row {i}" for i in range(60)]
    assert all(made.cell(0, 0).text == "Nom" for made in tables)
    assert all(made.cell(1, 0).text in ("a", "b") for made in tables)
    assert all(made.cell(len(made.rows) - 1, 0).text not in ("a", "b") for made in tables)


def test_key_figures_are_a_table_with_strips_on_their_rows(begun, document):
    peers = Peers(14, 24, 41, 23)
    kpi(
        [
            Indicator("Publications", "comptées", "38", "compte exact", "+9", "29 au T3", "up", peers, 38),
            Indicator("Délai", "médiane", "26 h", "", "+8 h", "", "alert", peers, 26, 19, 34),
        ]
    )
    slide = read(document()).slides[-1]
    frame = next(shape for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in frame.table.rows[1].cells] == [
        "Publications\ncomptées",
        "38\ncompte exact",
        "▲ +9\n29 au T3",
        "",
    ]
    strips = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    top = frame.top + frame.table.rows[0].height
    for row, strip in zip(list(frame.table.rows)[1:], strips, strict=True):
        assert top <= strip.top
        assert strip.top + strip.height <= top + row.height
        top += row.height
    assert "La bande grise" in slide.notes_slide.notes_text_frame.text


def test_prose_is_shared_over_slides_without_loss(begun, document):
    prose("long", places=list(range(1, 41)))
    deck = read(document())
    shown = heads(deck)[1:]
    assert len(shown) > 1
    assert shown == [f"Méthode ({i}/{len(shown)})" for i in range(1, len(shown) + 1)]
    bodies = "\n".join("\n".join(said(slide)) for slide in deck.slides)
    numbers = [int(n) for n in re.findall(r"numéro (\d+)\.", bodies)]
    assert numbers == list(range(1, 41))


def test_lists_have_real_bullets_and_numbers(begun, document):
    prose("listed")
    slide = read(document()).slides[-1]
    numbered = [mark.get("startAt") for mark in slide._element.iter(qn("a:buAutoNum"))]
    assert numbered == ["1", "2"]
    assert [mark.get("char") for mark in slide._element.iter(qn("a:buChar"))] == ["•"]


def test_findings_and_callouts_have_slides(begun, document):
    section("one")
    finding("one", line)
    callout("decision")
    callout("aside")
    deck = read(document())
    assert heads(deck)[-3:] == [
        "1. Vous publiez plus que vos pairs",
        "Répondre chaque matin.",
        "Bon à savoir",
    ]
    assert "Deux heures." in said(deck.slides[-2])
    linked = deck.slides[-3]._element.findall(f".//{qn('a:hlinkClick')}")
    assert len(linked) == 1


def test_a_long_title_is_set_smaller_and_keeps_its_room(begun, document):
    title = "Une phrase qui dit tout ce qu'elle sait, et un peu plus encore. " * 5
    figure(line, alt="Une ligne.", title=title)
    slide = read(document()).slides[-1]
    holder = slide.shapes.title
    size = holder.text_frame.paragraphs[0].runs[0].font.size.pt
    assert size < 28
    width = holder.width / 12700 * SERIF_ROOM
    lines = lines_of(holder.text_frame.text, width, size, bold=True)
    assert lines * size * 1.2 <= holder.height / 12700
    drawn = next(shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE)
    assert drawn.top > holder.top + size * 12700


def test_a_paragraph_no_slide_holds_is_cut_between_words():
    words = " ".join(f"mot{i}" for i in range(900))
    pages = paged([Line((Run(words[:2000]), Run(words[2000:], bold=True)))], 400, 200, 14)
    assert len(pages) > 3
    assert " ".join(line.text for page in pages for line in page) == words
    assert pages[-1][-1].runs[-1].bold


@pytest.fixture
def project(tmp_path, monkeypatch):
    import analysis.reports.writers.slides.deck as module

    monkeypatch.setattr(module, "project_root", lambda: tmp_path)
    return tmp_path


def test_a_template_gives_its_layouts_and_loses_its_slides(project):
    own = pptx.Presentation()
    own.slide_width = Inches(12)
    sample = own.slides.add_slide(own.slide_layouts[5])
    sample.shapes.title.text = "Sample of the template"
    saved = io.BytesIO()
    own.save(saved)
    with zipfile.ZipFile(saved) as given, zipfile.ZipFile(project / "house.potx", "w") as kept:
        for name in given.namelist():
            kept.writestr(name, given.read(name).replace(b"presentation.main+xml", b"template.main+xml"))
    part = {
        "block": "section",
        "id": "s",
        "title": "Titre",
        "kicker": "",
        "lead": "Chapeau",
        "flow": False,
        "content": [],
    }
    brand = {**Document("fr", "x", ()).brand, "templates": {"pptx": "house.potx"}}
    content = write(Document("fr", "Rapport", (part,), brand=brand))
    deck = pptx.Presentation(io.BytesIO(content))
    assert deck.slide_width == Inches(12)
    assert heads(deck) == ["Rapport", "Titre"]
    assert len(deck.slide_layouts) == len(own.slide_layouts)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Sample of the template" not in held


@pytest.mark.parametrize("lacking", ["titles", "layouts"])
def test_a_poor_template_still_gives_titles_and_room(project, lacking):
    own = pptx.Presentation()
    for layout in list(own.slide_layouts)[1:] if lacking == "layouts" else ():
        own.slide_layouts.remove(layout)
    for layout in own.slide_layouts if lacking == "titles" else ():
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)
    own.save(project / "house.pptx")
    brand = {**Document("fr", "x", ()).brand, "templates": {"pptx": "house.pptx"}}
    rows = [{"group": None, "cells": [{"value": 1, "text": "1"}]}] * 9
    held = {"title": "Neuf", "measured": "", "reading": "", "source": "", "rows": rows}
    column = {"name": "a", "label": "a", "format": "number", "align": "right", "width": None}
    made = write(Document("fr", "Rapport", ({"block": "table", **held, "columns": [column]},), brand=brand))
    deck = pptx.Presentation(io.BytesIO(made))
    assert heads(deck) == ["Rapport", "Neuf"]
    placed = [(shape.top, shape.top + shape.height) for shape in deck.slides[1].shapes if shape.has_table]
    assert placed[0][0] < 0.35 * deck.slide_height < placed[0][1]


def test_titles_in_the_serif_take_less_room_than_measured():
    """Titles are measured in DejaVu Sans; Caladea has the widths of Cambria, which they are set in."""
    from matplotlib import font_manager
    from matplotlib.textpath import TextPath

    found = [path for path in font_manager.findSystemFonts() if path.endswith("Caladea-Bold.ttf")]
    if not found:
        pytest.skip("the font Caladea is not installed: the widths of Cambria are not compared")
    title = "Vos publications « Coup de cœur » sont 2,3 fois plus vues que les autres"
    serif = font_manager.FontProperties(fname=found[0])
    set_in = TextPath((0, 0), title, size=100, prop=serif).get_extents().width
    assert set_in * SERIF_ROOM < text_width(title, 100, bold=True)
