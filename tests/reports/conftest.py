"""Reports made without a kernel, and one rendered through a kernel for all tests that only look at it."""

from __future__ import annotations

import html.parser

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
