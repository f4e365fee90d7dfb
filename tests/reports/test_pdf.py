from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.charts import theme
from analysis.errors import ReportError
from analysis.reports import (
    Column,
    Indicator,
    Peers,
    callout,
    cover,
    figure,
    finding,
    kpi,
    prose,
    section,
    start,
    table,
)
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


def test_the_head_of_a_group_of_rows_is_never_alone_at_the_foot_of_a_page(shown, document, tmp_path):
    feet, tops = [], []
    for before in range(27, 31):
        shown.clear()
        start(language="en")
        section("a", title="A")
        groups = ["Group A"] * before + ["Group B"] * 12
        rows = [f"Firm {i}" for i in range(len(groups))]
        table(pd.DataFrame({"firm": rows, "g": groups}), columns={"firm": "Name"}, title="Long", group="g")
        first, second = (page.split("\n") for page in set_pages(document, tmp_path))
        feet.append([line.strip() for line in first if line.strip()][-1])
        said = [line.strip() for line in second if line.strip()]
        tops.append(said[said.index("Name") + 1])
    assert feet == ["Firm 27", "Firm 27", "Firm 28", "Firm 28"]
    assert tops == ["Group B", "Group B", "Group B", "Group A"]


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


def set_pages(document, tmp_path):
    (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
    return pages(tmp_path / "report.pdf")


@pytest.mark.parametrize(("field", "count"), [("", 3), ("flow: true\n", 1)])
def test_a_section_starts_a_page_unless_it_may_flow(shown, document, texts, tmp_path, field, count):
    start(texts(f"## b\n{field}title: Second\n\nShort.\n\n## c\n{field}title: Third\n\nShort."))
    section("a", title="First")
    section("b")
    section("c")
    read = set_pages(document, tmp_path)
    assert len(read) == count
    assert "Third" in read[-1]


def test_a_flowing_section_that_does_not_fit_starts_a_page_whole(shown, document, texts, tmp_path):
    long = "\n\n".join(["Many words fill the page."] * 25)
    start(texts(f"## a\ntitle: First\n\n{long}\n\n## b\nflow: true\ntitle: Second\n\n{long}"))
    section("a")
    section("b")
    first, second = set_pages(document, tmp_path)
    assert first.count("Many words") == second.count("Many words") == 25
    assert "Second" in second and "Second" not in first


@pytest.mark.parametrize("count", [9, 14])
def test_the_explanation_of_key_figures_never_stands_alone(shown, document, tmp_path, count):
    start(language="en")
    section("a", title="Peers")
    row = {
        "interval": "201 to 361",
        "change": "+2",
        "change_note": "28 before",
        "own": 30,
        "peers": Peers(13, 21, 30, 12),
    }
    kpi(
        [
            Indicator(
                f"Name{n:02}",
                "people reached per post, over the period",
                "30",
                **row,
            )
            for n in range(count)
        ],
        source="exports.",
    )
    read = set_pages(document, tmp_path)
    explained = next(page for page in read if "How to read" in page)
    assert f"Name{count - 1:02}" in explained and f"Name{count - 2:02}" in explained
    assert "Source: exports." in explained


FINDING = "title: A finding told at length, over two lines of its column at least\n\n" + "Said again. " * 20


def test_page_one_is_set_closer_where_that_keeps_it_on_a_page(shown, document, texts, tmp_path):
    said = "".join(f"## f{n}\n{FINDING}\n\n" for n in range(4))
    said += "## decision\ntitle: One thing\n\n" + "Do it. " * 180
    start(texts(f"{said}\n\n## end\nstyle: plain\nlabel: Last\n\nNo."))
    cover(title="Firm", subtitle="Networks", meta="Town", caption="Bars.")
    section("one", title="The page")
    for n in range(4):
        finding(f"f{n}")
    callout("decision")
    callout("end")
    read = set_pages(document, tmp_path)
    assert len(read) == 1
    assert "Last" in read[0]


def test_long_numbers_in_file_names_show_their_end(shown, document, tmp_path):
    start(language="en")
    section("a", title="Files")
    table(pd.DataFrame({"file": ["Oct-01-2025_Dec-31-2025_9992577193018432.csv"]}), title="Read")
    text = re.sub(r"[\s\u200b]", "", "".join(set_pages(document, tmp_path)))
    assert "Oct-01-2025_Dec-31-2025_…8432.csv" in text


def test_the_first_page_lists_what_follows_with_its_page(shown, document, tmp_path):
    start(language="en", title="Trial")
    names = ["Opening", "Sectors", "Platforms", "Method"]
    for name in names:
        section(name, title=f"What {name.lower()} says", kicker=name)
        figure(lambda ax: ax.plot([0, 1]), alt="A line.", title="Line", measured="in words")
    first, *others = set_pages(document, tmp_path)
    listed = dict(re.findall(r"(Sectors|Platforms|Method)\s+(\d)", first[first.index("Contents") :]))
    found = {
        name: str(number)
        for number, page in enumerate(others, start=2)
        for name in names
        if f"What {name.lower()} says" in page
    }
    assert listed == found
    assert len(found) == 3
    for page in others:
        opens = next(name for name in names if f"What {name.lower()} says" in page)
        assert page.split("\n")[0].split()[-1] == opens


def test_a_short_report_lists_no_contents(shown, document, tmp_path):
    start(language="en", title="Trial")
    section("a", title="A finding")
    section("b", title="Another")
    assert "Contents" not in set_pages(document, tmp_path)[0]


def test_figures_and_tables_bear_the_same_numbers_as_on_the_page(french):
    web = re.sub(
        r"<[^>]+>", "", (french.folder / "report.html").read_text(encoding="utf-8").split("</style>")[1]
    )
    said = "".join(pages(french.folder / "report.pdf"))
    numbered = re.compile(r"(Figure|Tableau)\s(\d+)\b")
    assert set(numbered.findall(web)) == set(numbered.findall(said)) == {("Figure", "1"), ("Tableau", "1")}


@pytest.mark.parametrize(("height", "count"), [(140, 2), (160, 3)])
def test_short_sections_share_a_page_set_closer_and_numbers_run_on(shown, document, tmp_path, height, count):
    # Set as usual, two sections with figures 140 units high pass a page by a little; at 160 they do by more.
    start(language="en", title="Trial")
    section("opening", title="Opening")
    figure(lambda ax: theme.set_height(ax, 600), alt="A.", title="Fills the first page")
    for name in ("first", "second"):
        section(name, title=name.title(), lead="A lead of some words.", kicker="Theme")
        shown[-1]["flow"] = True
        for number in (1, 2):
            figure(
                lambda ax: theme.set_height(ax, height),
                alt="A line.",
                title=f"Line {number}",
                measured="in words",
                source="nobody",
            )
    read = set_pages(document, tmp_path)
    assert len(read) == count
    assert [n for page in read for n in re.findall(r"Figure\s(\d)", page)] == ["1", "2", "3", "4", "5"]


def test_signs_that_no_font_can_draw_do_not_stop_the_page(shown, document, tmp_path):
    start(language="en", client={"name": "Salon\x00 Iris\x1b"})
    table(pd.DataFrame({"said": ["a\x00b\x07c"]}), title="Said\x0b twice")
    (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
    read = " ".join(pages(tmp_path / "report.pdf")).split()
    assert {"abc", "Said", "twice", "Iris"} <= set(read)


def test_words_of_a_wide_table_never_lie_on_each_other_or_past_the_margin(shown, document, tmp_path):
    start(language="en")
    section("a", title="Wide")
    table(pd.DataFrame({f"Column number {i}": [1234567.8 * (i + 1)] for i in range(15)}), title="Many")
    table(pd.DataFrame({"word": ["unbreakable" * 14], "n": ["beside"]}), title="Long")
    (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
    boxes = bounding_boxes(tmp_path / "report.pdf")
    assert len(boxes) > 40
    assert max(right for _, _, right, _ in boxes) <= (210 - 17) / 25.4 * 72 + 1
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            wide = min(right, other[2]) - max(left, other[0])
            high = min(bottom, other[3]) - max(top, other[1])
            assert wide <= 0.5 or high <= 3


def test_words_that_fit_are_never_broken(shown, document, tmp_path):
    start(language="fr")
    section("a", title="Étroit")
    widths = {
        "file": Column("Fichier", width=2.35),
        "n": Column("Lignes", width=0.25),
        "d": Column("Date", width=0.25),
    }
    rows = pd.DataFrame({"file": ["a.csv"], "n": [4], "d": ["1er nov."]})
    table(rows, title="Lu", columns=widths)
    (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
    read = pages(tmp_path / "report.pdf")[0]
    assert "Lignes" in read
    assert "nov." in read


def bounding_boxes(path):
    """Give left, top, right and bottom of every word."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the places of the words are not read back")
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', told.decode())
    return [tuple(map(float, box)) for box in found]


def test_a_tall_drawing_stays_on_the_page_with_its_source(shown, document, tmp_path):
    tall = Figure(figsize=(3, 9))
    tall.text(0.5, 0.01, "lowest")
    start(language="en")
    section("a", title="Tall")
    figure(tall, alt="Nothing.", title="High", source="exports")
    (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
    bottoms = [bottom for *_, bottom in bounding_boxes(tmp_path / "report.pdf")]
    read = [page for page in pages(tmp_path / "report.pdf") if "lowest" in page]
    assert len(read) == 1
    assert "exports" in read[0]
    assert max(bottoms) < 297 / 25.4 * 72


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_process_forked_after_pages_were_set_sets_them_too(shown, document, tmp_path):
    start(language="en")
    section("a", title="A")
    made = pdf.write(document())
    child = os.fork()
    if child == 0:
        (tmp_path / "report.pdf").write_bytes(pdf.write(document()))
        os._exit(0)
    for _ in range(200):
        if os.waitpid(child, os.WNOHANG)[0]:
            break
        time.sleep(0.1)
    else:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        pytest.fail("the forked process waits for ever")
    assert (tmp_path / "report.pdf").read_bytes() == made


def test_threads_set_pages_at_once(shown, document):
    start(language="en")
    section("a", title="A")
    report = document()
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: pdf.write(report), range(12)))
    assert made == {pdf.write(report)}


def test_findings_and_decision_are_set_smaller_rather_than_parted(shown, document, texts, tmp_path):
    said = "Words of a finding that go on for a while, as a sentence does where it is told at some length. "
    start(texts(f"## f\ntitle: Found\n\n{said * 5}\n\n## d\nstyle: decision\ntitle: Decide\n\n{said * 2}"))
    cover(lambda ax: ax.plot([0, 1]), alt="A line.", title="A name", subtitle="Trial")
    section("a", title="The page that counts")
    for _ in range(3):
        finding("f")
    callout("d")
    section("b", title="Second")
    first, second = set_pages(document, tmp_path)
    assert (first.count("Found"), first.count("Decide"), "Second" in second) == (3, 1, True)


def test_definitions_in_two_columns_and_who_signs_are_never_parted(shown, document, texts, tmp_path):
    told = "\n\n".join(f"**Word {i}.** What it means, with a few words more." for i in range(10))
    counts = set()
    for rows in range(20, 36):
        shown.clear()
        start(texts(f"## m\ntitle: Definitions\ncolumns: 2\n\n{told}"), language="en")
        shown[0]["brand"] = {**shown[0]["brand"], "legal": "SIREN 000 000 000"}
        section("a", title="A")
        table(pd.DataFrame({"n": range(rows)}), title="T")
        prose("m")
        read = set_pages(document, tmp_path)
        counts.add(len(read))
        for words in ("Definitions", "SIREN", *(f"Word {i}." for i in range(10))):
            assert words in read[-1], (rows, words)
    assert counts == {1, 2}
