"""A secret parameter reaches the kernel, and nothing that is written or said: files are searched, and messages."""

from __future__ import annotations

import html
import json
import os
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from analysis.__main__ import main
from analysis.errors import ParameterError, ReportError
from analysis.reports import render
from analysis.reports.running.secrecy import HIDDEN, Secrets
from analysis.typography import typeset

SECRET = 'hunter2\'s & "clé" <9>'
SHOWS = """import sys, json, html, base64, urllib.parse
import pandas as pd
from analysis.reports import start, section, table, figure
start(language="en", title=f"With {key}")
print(key, repr(key), json.dumps(key), html.escape(key), urllib.parse.quote(key), base64.b64encode(key.encode()))
print("warned of", key, file=sys.stderr)
section("one", title=f"Known: {len(key)} signs", lead=key, kicker="a")
table(pd.DataFrame({"key": [key]}), title="Keys", columns={"key": "Key"})
figure(lambda ax: ax.set_title(key), alt=f"A drawing of {key}", title="Drawn")
key"""


@pytest.fixture
def notebook(tmp_path):
    """Give a function that writes a notebook with a secret parameter."""

    def written(source):
        cells = [
            nbformat.v4.new_code_cell('key: str = ""  # secret: of the service'),
            nbformat.v4.new_code_cell(source),
        ]
        cells[0].metadata["tags"] = ["parameters"]
        path = tmp_path / "asking.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return written


def forms(secret):
    """Write the secret, and its longest word, as they could turn up."""
    return [form.encode() for form in (secret, json.dumps(secret)[1:-1], "hunter2", "clé", "aHVudGVyM")]


def search(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [form for form in forms(SECRET) if form in content] == [], path.name


def test_a_secret_is_in_no_file(notebook, tmp_path):
    made = render(notebook(SHOWS), {"key": SECRET}, formats=["html", "pdf"], output=tmp_path / "out")
    search(tmp_path / "out")
    assert json.loads((made.folder / "manifest.json").read_text())["parameters"] == {"key": HIDDEN}
    executed = nbformat.read(made.folder / "report.ipynb", as_version=4)
    assert "environ['ANALYSIS_SECRET_KEY']" in executed.cells[1].source
    page = (made.folder / "report.html").read_text(encoding="utf-8")
    assert f"Known: {len(SECRET)} signs" in page and page.count(HIDDEN) >= 4
    assert made.warnings == (f"warned of {HIDDEN}\n",)
    assert "ANALYSIS_SECRET_KEY" not in os.environ


@pytest.mark.parametrize("secret", ["é«»€clé 12", "😀emoji😀", "AKIA/EX+KEY?>~", "hunter2!"])
def test_other_ways_of_writing_it_are_found(secret):
    coded = [
        code(before + secret.encode())
        for code in (b64encode, urlsafe_b64encode)
        for before in (b"", b"u:", b"a")
    ]
    shown = [
        repr(secret.encode())[2:-1],
        secret.upper(),
        secret.encode().hex(),
        *(form.decode() for form in coded),
    ]
    for text in Secrets({"key": secret}).redacted(shown):
        assert HIDDEN in text
        assert len(text.replace(HIDDEN, "").rstrip("=")) <= 3, text


@pytest.mark.slow
def test_it_may_come_from_the_environment(notebook, tmp_path, monkeypatch):
    path = notebook('print(len(key))\nassert "hunter2" in key')
    monkeypatch.setenv("ANALYSIS_SECRET_KEY", SECRET)
    made = render(path, formats=["html"], output=tmp_path / "out")
    assert str(len(SECRET)) in (made.folder / "report.html").read_text()
    again = render(path, {"key": HIDDEN}, formats=["html"], output=tmp_path / "again")
    for name in ("report.html", "report.ipynb"):
        assert (again.folder / name).read_bytes() == (made.folder / name).read_bytes()


@pytest.mark.parametrize(
    "source",
    [
        "raise ValueError(key)",
        'open(f"{key}.csv")',
        "print(key)\n{}[key]",
        "import warnings; warnings.warn(key); 1/0",
    ],
)
def test_a_failing_cell_does_not_tell_it(notebook, tmp_path, capfd, source):
    path = notebook(source)
    with pytest.raises(ReportError, match=r"asking\.ipynb, code cell 2 .* failed with") as caught:
        render(path, {"key": SECRET}, formats=["html"], output=tmp_path / "out")
    assert "hunter2" not in str(caught.value) and caught.value.__suppress_context__
    assert main(["--debug", "run", str(path), "-p", "key", SECRET, "--output", str(tmp_path / "out")]) == 4
    said = capfd.readouterr()
    assert "Traceback" in said.err and "asking.ipynb" in said.err
    assert "hunter2" not in said.err + said.out
    search(tmp_path / "out")


def test_every_way_of_writing_it_is_blotted_out():
    kept = Secrets({"key": SECRET})
    assert kept.redacted([SECRET, {"a": (repr(SECRET), 3, None)}]) == [HIDDEN, {"a": (repr(HIDDEN), 3, None)}]
    assert kept.redacted("hunter2") == "hunter2"
    assert "hunter2" not in repr(kept)
    assert kept.environment == {"ANALYSIS_SECRET_KEY": SECRET}


signs = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=6, max_size=12)


@pytest.mark.slow
@given(signs.filter(str.strip))
def test_however_it_is_quoted_it_is_found(secret):
    kept = Secrets({"key": secret})
    quoted = [
        secret,
        repr(secret),
        json.dumps(secret),
        json.dumps(secret, ensure_ascii=False),
        html.escape(secret),
    ]
    quoted += [
        str(escape(secret)),
        quote(secret),
        quote_plus(secret),
        ascii(secret),
        json.dumps(html.escape(secret)),
    ]
    quoted += [b64encode(secret.encode()).decode(), *(typeset(secret, language) for language in ("en", "fr"))]
    assert [text for text in quoted if HIDDEN not in kept.redacted(text)] == []


@pytest.mark.parametrize("value", ["1234", " " * 8, "\udc80abcdef", "abc\0def"])
def test_what_could_not_be_kept_out_is_refused(value):
    with pytest.raises(
        ParameterError, match='"key" is secret and was given fewer than 6 characters'
    ) as caught:
        Secrets.taken(["key"], {"key": value})
    assert value not in str(caught.value)


def test_the_environment_is_held_to_the_same(monkeypatch):
    monkeypatch.setenv("ANALYSIS_SECRET_KEY", "abc")
    with pytest.raises(ParameterError, match='"key" is secret'):
        Secrets.taken(["key"], {})


def test_without_secrets_nothing_changes():
    content = {"a": ["b"]}
    assert Secrets().redacted(content) is content
    assert Secrets.taken(["key"], {"key": ""}).values == {}


def test_an_error_of_ours_stays_what_it_was():
    told = Secrets({"key": "s3cr3t!"}).failure(ReportError("x.ipynb: s3cr3t!"), "x.ipynb")
    assert type(told) is ReportError and str(told) == f"x.ipynb: {HIDDEN}"
    other = Secrets({"key": "s3cr3t!"}).failure(OSError("s3cr3t!"), "x.ipynb")
    assert str(other) == f"x.ipynb failed with OSError: {HIDDEN}"
