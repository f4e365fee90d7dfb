from __future__ import annotations

import io
import zipfile

import docx
import pandas as pd
import pptx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from PIL import Image

from analysis.errors import DataError
from analysis.reports import Column, callout, cover, figure, finding, kpi, prose, section, start, table
from analysis.reports.document import Document
from analysis.reports.indicators import Indicator, Peers
from analysis.reports.writers.docx import write

TEXTS = """
## one
title: Vous publiez plus que vos pairs
kicker: Repères
lead: Du 1er octobre au 31 décembre.
alt: Points. 38.

Des mots **forts**, un *accent*, un [lien](https://example.org) et `du code`.

## listed
title: Suite

1. premier
2. second
   - dedans

Puis :

1. à nouveau

> cité

| a | b |
|---|--:|
| x | 1 |

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
    start(
        texts(TEXTS, "fr"),
        language="fr",
        client={"name": "Librairie du Port", "consultant": "Cabinet Exemple"},
        period="2025-Q4",
        simulated=True,
    )


def read(document):
    return docx.Document(io.BytesIO(write(document)))


def styled(text, style):
    return [paragraph.text for paragraph in text.paragraphs if paragraph.style.name == style]


def test_the_first_page_and_the_headings_are_real(begun, document):
    cover(
        line, subtitle="Vos réseaux sociaux", meta="Brest", caption="Une barre par jour.", alt="Barres. 35."
    )
    section("one")
    finding("one", line)
    section("listed")
    text = read(document())
    assert styled(text, "Title") == ["Librairie du Port"]
    assert styled(text, "Subtitle") == ["Vos réseaux sociaux"]
    assert styled(text, "Heading 1") == ["Vous publiez plus que vos pairs", "Suite"]
    assert styled(text, "Heading 2") == ["1  Vous publiez plus que vos pairs"]
    levels = [
        style.element.find(f".//{qn('w:outlineLvl')}") for style in text.styles if style.name == "Heading 2"
    ]
    assert levels[0].get(qn("w:val")) == "1"


def test_labels_of_the_cover_do_not_touch_the_edge_of_its_ground(begun, document):
    def filled(ax):
        ax.set_position([0, 0, 1, 1])
        ax.fill_between([0, 1], [1, 1], color="#FFFFFF")
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])

    cover(filled, subtitle="Vos réseaux sociaux", alt="Rien.")
    (drawn,) = read(document()).part.package.image_parts
    picture = Image.open(io.BytesIO(drawn.blob)).convert("RGB")
    width, height = picture.size
    for part in ((0, 0, width, 30), (0, height - 30, width, height), (0, 0, 30, height)):
        assert picture.crop(part).getcolors() == [((part[2] - part[0]) * (part[3] - part[1]), (10, 79, 114))]


def test_the_contents_are_links_that_need_no_update(begun, document):
    section("one")
    section("listed")
    text = read(document())
    listed = [p for p in text.paragraphs if p.style.name == "toc 1"]
    assert [p.text for p in listed] == ["Vous publiez plus que vos pairs", "Suite"]
    named = {mark.get(qn("w:name")) for mark in text.element.body.iter(qn("w:bookmarkStart"))}
    assert {p.hyperlinks[0].fragment for p in listed} <= named
    assert text.settings.element.find(qn("w:updateFields")) is None
    codes = [code.text.strip() for code in text.element.body.iter(qn("w:instrText"))]
    assert codes[0] == r'TOC \o "1-1" \n \h \z'
    marks = [mark.get(qn("w:fldCharType")) for mark in text.element.body.iter(qn("w:fldChar"))]
    assert marks.count("begin") == marks.count("separate") == marks.count("end")


def test_the_language_is_said_everywhere(begun, document):
    section("one")
    text = read(document())
    spoken = {tongue.get(qn("w:val")) for tongue in text.styles.element.iter(qn("w:lang"))}
    assert spoken == {"fr-FR"}
    assert text.settings.element.find(qn("w:themeFontLang")).get(qn("w:val")) == "fr-FR"
    assert (text.core_properties.language, text.core_properties.author) == ("fr-FR", "Cabinet Exemple")
    assert text.core_properties.created.year == 1980


def test_exhibits_are_numbered_by_fields(begun, document):
    section("one")
    figure(
        line, alt="Une ligne.", title="Elle monte", measured="en %", reading="1 au début.", source="exports."
    )
    figure(line, alt="Une autre.", title="Elle aussi", caption="La seconde ligne")
    table(pd.DataFrame({"a": [1]}), title="Un tableau")
    text = read(document())
    assert styled(text, "Caption") == [
        "Figure\u00a01\u00a0– Elle monte",
        "Figure\u00a02\u00a0– La seconde ligne",
        "Tableau\u00a01\u00a0– Un tableau",
    ]
    assert styled(text, "Heading 2") == ["Elle aussi"]
    codes = [code.text.strip() for code in text.element.body.iter(qn("w:instrText"))]
    assert codes == [r"SEQ Figure \* ARABIC"] * 2 + [r"SEQ Tableau \* ARABIC"]
    assert styled(text, "Reading")[0] == "Lecture\u00a0: 1 au début."
    assert styled(text, "Source")[0] == "Source\u00a0: exports."


def test_tables_repeat_their_head_and_align_numbers(begun, document):
    data = pd.DataFrame({"network": ["X", "Y"], "share": [0.44, None], "kind": ["open", "closed"]})
    table(
        data, title="Parts", group="kind", columns={"network": "Réseau", "share": Column("Part", "percent")}
    )
    made = read(document()).tables[0]
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["Réseau", "Part"],
        ["open", "open"],
        ["X", "44\u202f%"],
        ["closed", "closed"],
        ["Y", "–"],
    ]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in made.rows]
    assert heads == [True, False, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in made.rows)
    sides = [row.cells[1].paragraphs[0].alignment for row in made.rows if row.cells[0].text in "XY"]
    assert sides == [docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT] * 2
    assert made._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Parts"


def test_key_figures_keep_their_strips_and_words(begun, document):
    many = Peers(14, 24, 41, 23)
    few = Peers(14, 24, 41, 3)
    kpi(
        [
            Indicator("Publications", "comptées", "38", "compte exact", "+9", "29 au T3", "up", many, 38),
            Indicator("Délai", "médiane", "26 h", "de 19 à 34", "+8 h", "", "alert", few, 26, 19, 34),
        ]
    )
    text = read(document())
    cells = [[cell.text for cell in row.cells] for row in text.tables[0].rows]
    assert cells[1][:3] == ["Publications\ncomptées", "38\ncompte exact", "▲ +9\n29 au T3"]
    assert cells[2][2] == "◆ +8\u00a0h"
    alts = [p.get("descr") for p in text.element.body.iter(qn("wp:docPr"))]
    assert "n\u00a0=\u00a023" in alts[0]
    assert "Moins de 5 pairs" in alts[1]
    assert alts[2] == ""
    assert "decorative" in text.element.body.xml


def test_prose_keeps_its_marks_links_and_numbers(begun, document):
    section("one")
    prose("listed")
    text = read(document())
    said = next(p for p in text.paragraphs if p.text.startswith("Des mots"))
    assert [run.text for run in said.runs if run.bold] == ["forts"]
    assert [run.text for run in said.runs if run.italic] == ["accent"]
    assert said.hyperlinks[0].address == "https://example.org"
    lead = next(p for p in text.paragraphs if p.style.name == "Lead")
    assert [run.text for run in lead.runs if run.font.superscript] == ["er"]
    lists = [
        (p.text, p._p.pPr.numPr.numId.val, p._p.pPr.numPr.ilvl.val)
        for p in text.paragraphs
        if p._p.pPr is not None and p._p.pPr.numPr is not None
    ]
    assert [(text, depth) for text, _, depth in lists] == [
        ("premier", 0),
        ("second", 0),
        ("dedans", 1),
        ("à nouveau", 0),
    ]
    assert lists[0][1] == lists[1][1] != lists[3][1]
    assert styled(text, "Quote") == ["cité"]
    assert [cell.text for cell in text.tables[0].columns[1].cells] == ["b", "1"]


def test_callouts_are_paragraphs_of_their_own_styles(begun, document):
    callout("decision")
    callout("aside")
    text = read(document())
    assert styled(text, "Decision") == ["Répondre chaque matin."]
    assert styled(text, "Decision text") == ["Deux heures."]
    assert styled(text, "Note text") == ["Bon à savoir. Rien de plus."]


def test_every_page_says_whose_report_it_is(begun, document):
    section("one")
    footer = read(document()).sections[0].footer
    assert footer.paragraphs[0].text == "Librairie du Port · T4\u00a02025 · Données simulées\t1 / 1"
    codes = [code.text.strip() for code in footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def branded(project, **fields):
    brand = {**Document("fr", "x", ()).brand, **fields}
    section = {
        "block": "section",
        "id": "s",
        "title": "Titre",
        "kicker": "",
        "lead": "",
        "flow": False,
        "content": [],
    }
    return Document("fr", "Rapport", (section,), brand=brand)


@pytest.fixture
def project(tmp_path, monkeypatch):
    import analysis.reports.writers.docx as module

    monkeypatch.setattr(module, "project_root", lambda: tmp_path)
    return tmp_path


def as_template(path, content):
    """Save a document as Word saves a template."""
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(path, "w") as kept:
        for name in given.namelist():
            data = given.read(name)
            kept.writestr(name, data.replace(b"document.main+xml", b"template.main+xml"))


def test_a_template_gives_its_page_and_styles(project):
    own = docx.Document()
    own.add_paragraph("Sample words of the template")
    own.sections[0].page_width = docx.shared.Mm(200)
    own.styles["Heading 1"].font.name = "Verdana"
    own.sections[0].footer.paragraphs[0].text = "Cabinet Exemple, 1 rue du Port"
    saved = io.BytesIO()
    own.save(saved)
    as_template(project / "house.dotx", saved.getvalue())
    made = read(branded(project, templates={"docx": "house.dotx"}))
    assert round(made.sections[0].page_width.mm) == 200
    assert made.styles["Heading 1"].font.name == "Verdana"
    assert "Sample words" not in "".join(p.text for p in made.paragraphs)
    assert made.sections[0].footer.paragraphs[0].text == "Cabinet Exemple, 1 rue du Port"
    assert styled(made, "Heading 1") == ["Titre"]


def test_the_words_at_the_head_of_a_template_stay_alone(project):
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "Cabinet Exemple"
    own.save(project / "house.docx")
    made = read(branded(project, templates={"docx": "house.docx"}))
    assert [line.text for line in made.sections[0].header.paragraphs] == ["Cabinet Exemple"]
    assert "NUMPAGES" in made.sections[0].footer.paragraphs[0]._p.xml


def test_a_template_that_is_none_is_refused(project):
    (project / "house.docx").write_text("not an archive")
    with pytest.raises(DataError, match=r"Template house\.docx: this is no Word or PowerPoint file"):
        write(branded(project, templates={"docx": "house.docx"}))
    with pytest.raises(DataError, match=r"Template gone\.docx: there is no such file"):
        write(branded(project, templates={"docx": "gone.docx"}))
    pptx.Presentation().save(project / "slides.docx")
    with pytest.raises(DataError, match=r"Template slides\.docx: .* file of the kind its name says"):
        write(branded(project, templates={"docx": "slides.docx"}))
    own = docx.Document()
    own.styles.add_style("Lead", WD_STYLE_TYPE.CHARACTER)
    own.save(project / "house.docx")
    with pytest.raises(DataError, match='has a style "Lead" that is not one of paragraphs'):
        write(branded(project, templates={"docx": "house.docx"}))


def test_the_brand_gives_colours_and_typefaces(project):
    plain = branded(project)
    colours = {**plain.brand["colours"], "light": {**plain.brand["colours"]["light"], "accent": "#7A1F5C"}}
    fonts = {**plain.brand["fonts"], "serif": "Garamond"}
    made = read(branded(project, colours=colours, fonts=fonts))
    assert made.styles["Kicker"].font.color.rgb == docx.shared.RGBColor(0x7A, 0x1F, 0x5C)
    assert made.styles["Heading 1"].font.name == "Garamond"
    assert read(plain).styles["Heading 1"].font.name == "Cambria"


LOGO = {
    "type": "image/svg+xml",
    "data": "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAyMCAxMCI+"
    "PHBhdGggZD0iTTAgMGgyMHYxMEgweiIvPjwvc3ZnPg==",
    "alt": "Cabinet Exemple",
    "ratio": 2.0,
}


def test_the_consultant_signs_with_logo_and_contact(project):
    contact = {"email": "bonjour@example.org", "name": "Anne Exemple"}
    made = read(branded(project, logo=LOGO, contact=contact, legal="SIREN 000 000 000"))
    drawn = next(made.element.body.iter(qn("wp:inline")))
    assert drawn.docPr.get("descr") == "Cabinet Exemple"
    assert drawn.extent.cx == pytest.approx(2 * drawn.extent.cy, rel=0.01)
    assert styled(made, "Legal") == ["Anne Exemple · bonjour@example.org", "SIREN 000 000 000"]
    pixels = drawn.graphic.graphicData.pic.blipFill.blip.embed
    png = made.part.related_parts[pixels].blob
    from matplotlib.image import imread

    assert imread(io.BytesIO(png))[..., :3].mean() < 0.1


def test_a_tall_drawing_leaves_room_for_its_title_and_source_on_the_page(begun, document):
    section("one")
    figure(Figure(figsize=(2, 9)), alt="Rien.", title="Haut", source="exports.")
    text = read(document())
    page = text.sections[0]
    shape = text.inline_shapes[0]
    assert shape.height <= 0.76 * (page.page_height - page.top_margin - page.bottom_margin)
    assert shape.height / shape.width == pytest.approx(9 / 2, rel=0.01)
