from __future__ import annotations

import re
import shutil
import subprocess

import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.reports import Indicator, cover, figure, kpi, prose, section, start, table
from analysis.reports.writers import pdf


def pages(path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the text of the PDF is not read back")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
    return text.decode().split("\f")[:-1]


def test_every_page_says_what_it_must(french):
    read = pages(french.folder / "report.pdf")
    assert len(read) == 4
    assert "Données simulées" in read[0]
    for number, page in enumerate(read[1:], start=2):
        footer = page.strip().splitlines()[-1]
        assert re.search(rf"Librairie du Port · T4\s2025 · Données simulées\s+{number}\s*/\s*4$", footer)


def test_all_words_numbers_and_cells_are_there(french):
    text = re.sub(r"\s", "", "".join(pages(french.folder / "report.pdf"))).lower()
    for said in [
        "Vos réseaux sociaux au quatrième trimestre 2025",
        "De 1,5",
        "Répondre aux messages chaque matin",
        "Lecture : la moitié des 11 coups de cœur touchent plus de 409 personnes",
        "n = 23",
        "n < 5",
        "moins de 5 pairs",
        "1 885",
        "de 4,1 à 5,2 %",
        "jamais comptés comme zéro",
    ]:
        assert said.lower().replace(" ", "") in text, said


def test_the_file_claims_and_holds_accessibility(french):
    content = (french.folder / "report.pdf").read_bytes()
    assert b"pdfuaid:part" in content
    assert b"/Lang" in content or b"/StructTreeRoot" in content
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo is not installed: the structure of the PDF is not read back")
    told = subprocess.run(
        ["pdfinfo", str(french.folder / "report.pdf")], capture_output=True, text=True
    ).stdout
    assert re.search(r"Tagged:\s+yes", told)
    assert re.search(r"Title:\s+Librairie du Port, rapport d’essai", told)
    assert re.search(r"595\.2\d* x 841\.89 pts \(A4\)", told)
    file = str(french.folder / "report.pdf")
    answer = subprocess.run(["pdfinfo", "-struct-text", file], capture_output=True)
    tree = answer.stdout.decode(errors="replace")
    assert tree.count("H1") == 1
    assert tree.count("Figure") >= 6
    assert "TH" in tree


def test_fonts_are_embedded_and_no_system_font_is_used(french):
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed: the fonts of the PDF are not read back")
    told = subprocess.run(
        ["pdffonts", str(french.folder / "report.pdf")], capture_output=True, text=True
    ).stdout
    fonts = told.splitlines()[2:]
    assert {re.split(r"[+-]", line.split()[0])[1] for line in fonts} == {"LibertinusSerif", "DejaVuSans"}
    assert any("LibertinusSerif-Semibold" in line for line in fonts)


NASTY = ["#panic()", '"', "\\", "#[x]", "$x$ *b* _i_ `r`", "</svg>", "// c", "@ref <label>"]


@pytest.mark.parametrize("name", NASTY)
def test_client_data_are_never_read_as_typst(shown, document, texts, tmp_path, name):
    start(texts("## p\n\nAbout {{ client.name }}."), language="en", client={"name": name, "consultant": name})
    cover(subtitle=name, meta=name, caption=name)
    section("a", title=name, lead=name, kicker="Theme")
    prose("p")
    figure(lambda ax: ax.text(0, 0, name), alt=name, title=name, measured=name, reading=name, source=name)
    table(pd.DataFrame({"n": [name], "g": [name]}), title=name, group="g", source=name)
    kpi([Indicator(name, name, name, name, name, name)], title=name)
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.write(document()))
    text = re.sub(r"\s+", " ", " ".join(pages(path)))
    assert text.count(name) >= 15


def test_long_tables_repeat_their_head(shown, document, tmp_path):
    start(language="en")
    section("a", title="A")
    table(pd.DataFrame({"firm": [f"Firm {i}" for i in range(90)], "posts": range(90)}), title="Long")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.write(document()))
    read = pages(path)
    assert len(read) > 2
    assert all("firm" in page and "posts" in page for page in read)


def test_a_drawing_without_alternative_text_is_refused_by_the_standard(shown, document):
    start(language="en")
    section("a", title="A")
    figure(lambda ax: ax.plot([0, 1]), alt="A line.", title="Line")
    shown[-1]["drawing"]["alt"] = None
    with pytest.raises(ReportError, match=r"The PDF could not be set: .*alt"):
        pdf.write(document())


def test_the_same_document_gives_the_same_bytes(shown, document):
    start(language="en")
    section("a", title="A")
    assert pdf.write(document()) == pdf.write(document())


def test_without_a_cover_the_title_is_on_the_first_page(shown, document, tmp_path):
    start(language="en", title="Adoption")
    section("a", title="A finding")
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.write(document()))
    assert "Adoption" in pages(path)[0]
    assert "A finding" in pages(path)[0]
