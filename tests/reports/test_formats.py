"""Is everything in every format? Tables and figures are counted in files read back by other programs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from importlib import import_module

import docx
import nbformat
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.reports import render
from analysis.reports.document import Document
from analysis.reports.rendering import FORMATS
from analysis.reports.writers.office import clean

pytestmark = pytest.mark.slow

OFFICE = ("docx", "pptx", "xlsx")
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><path d="M0 0h60v30H0z"/></svg>'


def written(document, name):
    return import_module(f"analysis.reports.writers.{name}").write(document)


def squeezed(text):
    return re.sub(r"\s", "", text)


def drawings(document, kinds=("cover", "finding", "figure", "kpi")):
    """Every alternative text the report must carry, with how often."""
    found = Counter()
    for block in document.blocks:
        if block["block"] in kinds:
            drawn = [block, *block.get("rows", ())] if block["block"] == "kpi" else [block]
            found.update(item["drawing"]["alt"] for item in drawn if item.get("drawing"))
    return found


def titles(document, kind, field):
    return [block[field] for block in document.blocks if block["block"] == kind]


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def described(content, pattern):
    """Alternative texts in the drawings of a file, read from its XML."""
    from lxml import etree

    found = Counter()
    for name, data in members(content).items():
        if re.fullmatch(pattern, name):
            tree = etree.fromstring(data)
            found.update(
                named.get("descr")
                for named in tree.iter()
                if etree.QName(named).localname in ("docPr", "cNvPr") and named.get("descr")
            )
    return found


def check_docx(document, content):
    read = docx.Document(io.BytesIO(content))
    alts = Counter(
        named.get("descr")
        for named in read.element.body.iter(f"{{{docx.oxml.ns.nsmap['wp']}}}docPr")
        if named.get("descr")
    )
    assert alts == clean_counter(drawings(document))
    captions = [p.text for p in read.paragraphs if p.style.name == "Caption"]
    for kind, field in (("figure", "caption"), ("table", "title")):
        for block in (b for b in document.blocks if b["block"] == kind):
            here = [c for c in captions if c.startswith(block["label"]) and clean(block[field]) in c]
            assert here, (block["label"], captions)
    key_figures = sum(block["block"] == "kpi" for block in document.blocks)
    assert len(captions) == len(numbered(document)) + key_figures
    named = [t._tbl.tblPr.find(docx.oxml.ns.qn("w:tblCaption")) for t in read.tables]
    assert sum(n is not None for n in named) == len(titles(document, "table", "title")) + key_figures


def numbered(document):
    return [b for b in document.blocks if b["block"] in ("figure", "table")]


def clean_counter(counted):
    return Counter({clean(text): count for text, count in counted.items()})


def check_pptx(document, content):
    read = pptx.Presentation(io.BytesIO(content))
    alts, heads, tables = Counter(), [], Counter()
    for slide in read.slides:
        heads.append(slide.shapes.title.text_frame.text)
        for shape in slide.shapes:
            if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.PICTURE:
                alts[shape._element.nvPicPr.cNvPr.get("descr")] += 1
            if shape.has_table:
                tables[shape._element.nvGraphicFramePr.cNvPr.get("descr")] += 1
    assert alts == clean_counter(drawings(document))
    for kind, field in (("figure", "title"), ("table", "title")):
        for title in titles(document, kind, field):
            assert any(squeezed(clean(title)) in squeezed(head) for head in heads), (title, heads)
    for title in titles(document, "table", "title"):
        assert tables[clean(title)] >= 1
    notes = "".join(squeezed(s.notes_slide.notes_text_frame.text) for s in read.slides if s.has_notes_slide)
    for block in numbered(document):
        assert squeezed(clean(block["reading"])) in notes
        assert "drawing" not in block or squeezed(clean(block["drawing"]["alt"])) in notes


def check_xlsx(document, content):
    read = openpyxl.load_workbook(io.BytesIO(content))
    for block in numbered(document):
        sheet = read[block["label"].replace("\u00a0", " ")]
        said = "".join(str(cell.value) for row in sheet for cell in row if cell.value is not None)
        wanted = [block["title"], block["measured"], block["reading"], block["source"]]
        wanted += [block["drawing"]["alt"]] if "drawing" in block else []
        for text in wanted:
            assert squeezed(clean(text)) in squeezed(said)
    alts = described(content, r"xl/drawings/drawing\d+\.xml")
    assert alts == clean_counter(drawings(document, ("figure",)))
    key_figures = sum(block["block"] == "kpi" for block in document.blocks)
    traced = any(sheet.title in ("Nombres du texte", "Numbers of the text") for sheet in read)
    assert len(read.sheetnames) == 1 + len(numbered(document)) + key_figures + traced


def check_html(document, content, page):
    read = page(content.decode())
    labels = Counter(each.get("aria-label") for each in read.all("svg") if each.get("role") == "img")
    twice = {alt: labels[alt] for alt in drawings(document)}
    assert all(twice[alt] >= count for alt, count in drawings(document).items())
    assert len(read.all("figure")) == len(titles(document, "figure", "title"))
    assert len(read.all("caption")) == len(titles(document, "table", "title"))
    said = squeezed(read.said())
    for block in numbered(document):
        assert squeezed(block["title"]) in said


def pdf_text(found):
    """Read a text string of a PDF: hexadecimal or literal, UTF-16 or Latin."""
    raw = bytes.fromhex(found[1:-1].decode()) if found[:1] == b"<" else re.sub(rb"\\(.)", rb"\1", found[1:-1])
    return raw[2:].decode("utf-16-be") if raw[:2] == b"\xfe\xff" else raw.decode("latin-1")


def check_pdf(document, content):
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    held = content
    for stream in streams:
        try:
            held += zlib.decompress(stream)
        except zlib.error:
            continue
    alts = {
        pdf_text(found) for found in re.findall(rb"/Alt\s*(<[^>]*>|\((?:\\.|[^\\()]|\([^()]*\))*\))", held)
    }
    assert alts == set(drawings(document))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the titles in the PDF are not read back")
    answer = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    said = squeezed(answer.stdout.decode())
    for block in numbered(document):
        assert squeezed(block["title"]) in said


CHECKS = {"docx": check_docx, "pptx": check_pptx, "xlsx": check_xlsx, "pdf": check_pdf}
REPORTS = {
    "every block": ("tests/fixtures/notebooks/every_block.ipynb", {"language": "en"}),
    "client": (
        "notebooks/client/client_report.ipynb",
        {"client": "librairie-des-tilleuls", "language": "fr"},
    ),
    "research": ("notebooks/research/01_adoption.ipynb", {"language": "fr"}),
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request, root, tmp_path_factory):
    """A real report, rendered once in all formats, and the document its files were written from."""
    notebook, parameters = REPORTS[request.param]
    folder = tmp_path_factory.mktemp("report") / "report"
    made = render(root / notebook, parameters, formats=FORMATS, output=folder)
    read = nbformat.read(made.folder / "report.ipynb", as_version=4)
    return Document.from_notebook(read, name=notebook), made.folder


@pytest.mark.parametrize("name", FORMATS)
def test_every_table_and_figure_is_in_every_format(report, name, page):
    document, folder = report
    content = (folder / f"report.{name}").read_bytes()
    assert numbered(document), "a report to count in"
    if name == "html":
        check_html(document, content, page)
    else:
        CHECKS[name](document, content)


@pytest.mark.parametrize("name", OFFICE)
def test_real_reports_hold_no_clock_and_no_machine(report, name):
    document, folder = report
    content = (folder / f"report.{name}").read_bytes()
    assert content == written(document, name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    held = b"".join(members(content).values())
    assert b"python-docx" not in held
    assert b"python-pptx" not in held
    assert not re.search(rb"/(?:home|root|work|tmp)/\w", held)


def test_office_files_open_in_libreoffice(every_block, tmp_path):
    for program in ("soffice", "pdfinfo"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: the pages of Office files are not counted")
    folder = render(every_block, {"language": "en"}, formats=OFFICE, output=tmp_path / "report").folder
    paths = [shutil.copy(folder / f"report.{name}", tmp_path / f"{name}.{name}") for name in OFFICE]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, paths)], capture_output=True, timeout=240)
    pages = {}
    for name in OFFICE:
        command = ["pdfinfo", str(tmp_path / f"{name}.pdf")]
        answer = subprocess.run(command, capture_output=True, text=True).stdout
        pages[name] = int(re.search(r"Pages:\s+(\d+)", answer)[1])
    assert pages["pptx"] == len(pptx.Presentation(paths[1]).slides)
    assert pages["docx"] >= 4
    assert pages["xlsx"] >= len(openpyxl.load_workbook(paths[2]).sheetnames)


RUNS = st.sampled_from(
    ["A finding", "=1+1", "Été : 44\u202f%", "x" * 90, "a\x0bb\x00c", "<b>&\"'", "漢字 🙂", "1er"]
)
TEXT = st.lists(RUNS, min_size=1, max_size=3).map(" ".join)
OPTIONAL = st.one_of(st.just(""), TEXT)


@st.composite
def figures(draw):
    title = draw(TEXT)
    shown = {key: draw(OPTIONAL) for key in ("measured", "reading", "source")}
    drawn = {"alt": draw(TEXT), "wide": SQUARE, "narrow": None}
    return {"block": "figure", "title": title, "caption": title, **shown, "drawing": drawn, "data": None}


@st.composite
def tables(draw):
    count = draw(st.integers(1, 7))
    columns = [
        {"name": f"c{i}", "label": draw(TEXT), "format": "text", "align": "left", "width": None}
        for i in range(count)
    ]
    rows = []
    for _ in range(draw(st.integers(0, 30))):
        said = draw(TEXT)
        rows.append({"group": None, "cells": [{"value": said, "text": said}] * count})
    shown = {key: draw(OPTIONAL) for key in ("measured", "reading", "source")}
    return {"block": "table", "title": draw(TEXT), **shown, "columns": columns, "rows": rows}


@st.composite
def sections(draw):
    paragraph = {"kind": "paragraph", "children": [{"kind": "text", "text": draw(TEXT)}]}
    heads = {"kicker": draw(OPTIONAL), "lead": draw(OPTIONAL), "flow": draw(st.booleans())}
    return {"block": "section", "id": "s", "title": draw(TEXT), **heads, "content": [paragraph]}


@st.composite
def proses(draw):
    words = [{"kind": "text", "text": draw(TEXT)}]
    item = {"kind": "item", "children": [{"kind": "paragraph", "children": words}]}
    listed = {"kind": "list", "ordered": draw(st.booleans()), "children": [item] * draw(st.integers(1, 40))}
    return {"block": "prose", "title": draw(OPTIONAL), "columns": 1, "content": [listed]}


DOCUMENTS = st.builds(
    Document,
    language=st.sampled_from(["fr", "en"]),
    title=TEXT,
    blocks=st.lists(st.one_of(figures(), tables(), sections(), proses()), min_size=1, max_size=5).map(tuple),
    simulated=st.booleans(),
)


@settings(max_examples=8, derandomize=True, suppress_health_check=list(HealthCheck))
@given(document=DOCUMENTS)
def test_whatever_is_shown_is_in_every_office_format(document):
    for name in OFFICE:
        content = written(document, name)
        CHECKS[name](document, content)
        assert content == written(document, name)


@settings(max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck))
@given(document=DOCUMENTS)
def test_nothing_on_a_slide_leaves_it(document):
    read = pptx.Presentation(io.BytesIO(written(document, "pptx")))
    for slide in read.slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0
            assert shape.left + shape.width <= read.slide_width
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.top + height <= read.slide_height, (shape.name, slide.shapes.title.text_frame.text)


def test_other_seeds_and_time_zones_give_the_same_bytes(french, tmp_path):
    code = (
        "import hashlib, nbformat, sys\n"
        "from importlib import import_module\n"
        "from analysis.reports.document import Document\n"
        "document = Document.from_notebook(nbformat.read(sys.argv[1], as_version=4))\n"
        "for name in ('docx', 'pptx', 'xlsx'):\n"
        "    made = import_module(f'analysis.reports.writers.{name}').write(document)\n"
        "    print(hashlib.sha256(made).hexdigest())\n"
    )
    answers = set()
    for seed, zone in (("1", "Asia/Tokyo"), ("77", "America/Lima")):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "", "LC_ALL": "C"}
        command = [sys.executable, "-c", code, str(french.folder / "report.ipynb")]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
        assert answer.returncode == 0, answer.stderr
        answers.add(answer.stdout)
    assert len(answers) == 1
    assert len(answers.pop().split()) == 3
