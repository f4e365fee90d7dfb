"""Reports made without a kernel, and one rendered through a kernel for all tests that only look at it."""

from __future__ import annotations

import html.parser
import shutil

import nbformat
import pytest

from analysis.reports import exhibits, opening, passages, render
from analysis.reports.document import MIME, Document


@pytest.fixture
def shown(monkeypatch):
    """Collect the blocks a test shows, in the place of a notebook's outputs."""
    collected = []
    for module in (opening, passages, exhibits):
        monkeypatch.setattr(module, "emit", lambda block, text: collected.append({**block, "inputs": []}))
    return collected


@pytest.fixture
def document(shown):
    """Give a function that makes a document of what was shown so far."""

    def made():
        outputs = [{"output_type": "display_data", "data": {MIME: block}} for block in shown]
        return Document.from_notebook({"cells": [{"cell_type": "code", "metadata": {}, "outputs": outputs}]})

    return made


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """Give a function that writes a text file and names it as `start` wants it."""

    def written(text, language="en"):
        (tmp_path / f"texts.{language}.md").write_text(text, encoding="utf-8")
        return str(tmp_path / "texts")

    return written


@pytest.fixture(scope="session")
def every_block(root):
    """Name the notebook that shows every kind of block."""
    return root / "tests" / "fixtures" / "notebooks" / "every_block.ipynb"


@pytest.fixture(scope="session")
def french(every_block, tmp_path_factory):
    """Render every block in French, once."""
    return render(every_block, {"language": "fr"}, output=tmp_path_factory.mktemp("fr") / "report")


class Page(html.parser.HTMLParser):
    """What the tests ask of a web page: its elements in order, with attributes, and the text of some."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def said(self, tag=None):
        return "".join(data for path, data in self.texts if "style" not in path and (not tag or tag in path))


@pytest.fixture
def page():
    """Give the parser of web pages."""
    return Page


SMALL_CELLS = (
    "from analysis.reports import client_folder, prose, section, start",
    'client: str = "alder"  # whose\nperiod: str = "2025-Q4"  # when\nlanguage: str = "en"  # for whom',
    'start("client/client_report", language=language, client=client, period=period)',
    'files = sorted((client_folder(client) / "exports").iterdir())\ncounts = [int(file.read_text()) for file in files]',
    'section("only")\nprose("told", total=sum(counts), files=len(counts))',
)
SMALL_TEXT = """## report
title: {{ client.name }}

## only
kicker: All
title: Everything there is

## told

{{ total | number }} posts in {{ files | number }} files.
"""


@pytest.fixture
def small_project(root, tmp_path, monkeypatch):
    """Give a function that makes a project whose reports take a moment: clients, each with two exports."""

    def made(*clients, cells=SMALL_CELLS):
        for folder in ("data/codebook", "data/clients", "notebooks/client"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "requirements.lock", tmp_path / "requirements.lock")
        write_notebook(tmp_path / "notebooks/client/client_report.ipynb", cells)
        for language in ("en", "fr"):
            path = tmp_path / "notebooks" / "client" / f"client_report.{language}.md"
            path.write_text(SMALL_TEXT, encoding="utf-8")
        for client in clients:
            folder = tmp_path / "data" / "clients" / client
            (folder / "exports").mkdir(parents=True)
            about = f"id: {client}\nname: {client.title()} & Co\ntrade: joiner\nlanguage: en\n"
            (folder / "client.yml").write_text(about, encoding="utf-8")
            for number, name in enumerate(("may.csv", "june.csv"), start=3):
                (folder / "exports" / name).write_text(str(number), encoding="utf-8")
        monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return made


def write_notebook(path, cells):
    """Write a notebook whose second code cell holds the parameters."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Report"), *map(nbformat.v4.new_code_cell, cells)]
    )
    notebook.cells[2].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
