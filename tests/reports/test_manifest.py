from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from analysis.errors import ReportError
from analysis.reports import start, uses
from analysis.reports.manifest import code_hash, labelled, manifest, to_json
from analysis.reports.session import current


@pytest.fixture
def made(root, tmp_path):
    notebook, data = tmp_path / "a.ipynb", tmp_path / "data.csv"
    notebook.write_text("{}")
    data.write_text("x\n1\n")
    values = {"start": date(2025, 10, 1), "files": [Path("data.csv")], "n": 3, "none": None}
    return manifest(
        notebook=notebook, parameters=values, inputs=[data, data], outputs={"report.html": b"<p>"}
    )


def test_files_are_listed_with_their_hashes(made):
    assert made["inputs"] == {"data.csv": {"bytes": 4, "sha256": hashlib.sha256(b"x\n1\n").hexdigest()}}
    assert made["outputs"]["report.html"]["sha256"] == hashlib.sha256(b"<p>").hexdigest()
    assert made["notebook"]["file"] == "a.ipynb"


def test_parameters_are_plain(made):
    assert made["parameters"] == {"start": "2025-10-01", "files": ["data.csv"], "n": 3, "none": None}


def test_nothing_of_this_machine_or_moment_is_kept(made, tmp_path, root):
    text = to_json(made).decode()
    assert str(tmp_path) not in text
    assert str(root) not in text
    assert json.loads(text) == made


def test_files_of_the_project_are_named_from_its_root(root):
    assert labelled(root / "data" / "codebook" / "questionnaire.yml") == "data/codebook/questionnaire.yml"
    assert labelled("data/codebook/questionnaire.yml") == "data/codebook/questionnaire.yml"


def test_the_code_hash_sees_every_change(tmp_path, monkeypatch):
    from analysis.reports import manifest as module

    package = tmp_path / "analysis"
    (package / "reports" / "__pycache__").mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(package / "reports" / "manifest.py"))
    (package / "a.py").write_text("1")
    first = code_hash.__wrapped__()
    (package / "reports" / "__pycache__" / "a.pyc").write_text("x")
    assert code_hash.__wrapped__() == first
    (package / "a.py").write_text("2")
    assert code_hash.__wrapped__() != first


def test_declared_files_are_kept_by_name(root, shown):
    start(language="en")
    uses(root / "data" / "codebook", "pyproject.toml")
    assert current().inputs == ["data/codebook/questionnaire.yml", "pyproject.toml"]


def test_nothing_is_shown_before_start(monkeypatch):
    monkeypatch.setattr("analysis.reports.session._running", [])
    with pytest.raises(ReportError, match=r"Call start\(…\) before any other part of the report"):
        current()
