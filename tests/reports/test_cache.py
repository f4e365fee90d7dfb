"""Nothing is rendered twice without need, and everything is once anything it is made from has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import nbformat
import pytest

from analysis.reports import cache, hashes, render_client
from analysis.reports.cache import Checks, cells_hash, is_current
from analysis.reports.hashes import Hashes

WISHES = {"period": "2025-Q4", "formats": ["html"]}


@pytest.fixture
def project(small_project):
    """Give a project with two clients whose reports are up to date."""
    home = small_project("alder", "birch")
    for client in ("alder", "birch"):
        render_client(client, formats=["html"])
    assert current() == {"alder", "birch"}
    return home


def current(**other):
    checks = Checks()
    return {client for client in checks.clients() if checks.is_current(client, **{**WISHES, **other})}


def edit_notebook(home, change):
    path = home / "notebooks" / "client" / "client_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


CHANGES = {
    "an export of the client": (
        lambda home: write(home, "data/clients/alder/exports/may.csv", "9"),
        {"birch"},
    ),
    "a new export": (lambda home: write(home, "data/clients/alder/exports/july.csv", "9"), {"birch"}),
    "an export that is gone": (
        lambda home: (home / "data/clients/alder/exports/may.csv").unlink(),
        {"birch"},
    ),
    "the client's file": (
        lambda home: append(home, "data/clients/alder/client.yml", "town: Leeds\n"),
        {"birch"},
    ),
    "the client's brand": (lambda home: write(home, "data/clients/alder/brand.yml", "legal: A\n"), {"birch"}),
    "the consultant's brand": (lambda home: write(home, "brand.yml", "legal: A\n"), set()),
    "the words of the report": (
        lambda home: append(home, "notebooks/client/client_report.en.md", "\n## more\ntitle: More\n"),
        set(),
    ),
    "the lock": (lambda home: append(home, "requirements.lock", "\n"), set()),
    "the code of the notebook": (
        lambda home: edit_notebook(
            home, lambda notebook: notebook.cells[-1].update(source="section('only')")
        ),
        set(),
    ),
    "what the notebook showed": (
        lambda home: edit_notebook(
            home,
            lambda notebook: notebook.cells[1].update(
                outputs=[nbformat.v4.new_output("stream", text="x")], execution_count=3
            ),
        ),
        {"alder", "birch"},
    ),
    "a report by hand": (
        lambda home: append(home, "reports/client/alder/2025-Q4/en/report.html", " "),
        {"birch"},
    ),
    "a file of a report": (
        lambda home: (home / "reports/client/alder/2025-Q4/en/report.ipynb").unlink(),
        {"birch"},
    ),
    "a broken manifest": (
        lambda home: write(home, "reports/client/alder/2025-Q4/en/manifest.json", '{"code": 1'),
        {"birch"},
    ),
    "the time of a file only": (
        lambda home: os.utime(home / "data/clients/alder/exports/may.csv"),
        {"alder", "birch"},
    ),
}


def write(home, name, text):
    (home / name).write_text(text, encoding="utf-8")


def append(home, name, text):
    write(home, name, (home / name).read_text(encoding="utf-8") + text)


def test_only_what_a_change_concerns_is_rendered_again(project):
    """All changes on one project, each undone before the next: a kernel is started twice, not thirty times."""
    for what, (change, expected) in CHANGES.items():
        before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
        change(project)
        assert current() == expected, what
        for path in [path for path in project.rglob("*") if path.is_file() and path not in before]:
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        assert current() == {"alder", "birch"}, f"{what}, undone"


def test_wishes_count(project, monkeypatch):
    assert current(formats=["html", "pdf"]) == set()
    assert current(period="2025-Q3") == set()
    assert current(language="fr") == set()
    assert current(formats=[]) == set()
    assert not is_current("nobody-here")
    assert is_current("alder", formats=["html"])
    monkeypatch.setattr(cache, "version_of", lambda name: "0")
    assert current() == set()


def test_the_code_and_the_python_count(project, monkeypatch):
    monkeypatch.setattr(Hashes, "tree", lambda self, folder: "other")
    assert current() == set()
    monkeypatch.undo()
    monkeypatch.chdir(project)
    monkeypatch.setenv("ANALYSIS_HOME", str(project))
    assert current() == {"alder", "birch"}
    monkeypatch.setattr(cache.platform, "python_version", lambda: "3.99.0")
    assert current() == set()


def test_a_missing_format_is_written_without_running_again(project, monkeypatch, tmp_path_factory):
    whole = render_client("alder", formats=["html", "pdf"], output=tmp_path_factory.mktemp("whole"))
    monkeypatch.setattr("analysis.reports.making._run", lambda *_: pytest.fail("the notebook was run"))
    added = render_client("alder", formats=["pdf"], force=False)
    assert added.outcome == "rendered"
    for name in ("report.html", "report.pdf", "report.ipynb", "manifest.json"):
        assert (added.folder / name).read_bytes() == (whole.folder / name).read_bytes(), name
    again = render_client("alder", formats=["html", "pdf"], force=False)
    assert (again.outcome, again.seconds) == ("unchanged", 0.0)
    assert [path.name for path in again.paths][:2] == ["report.html", "report.pdf"]


def test_a_report_whose_data_change_under_it_is_refused(small_project):
    from analysis.errors import ReportError

    cells = ("from pathlib import Path", 'client: str = "alder"\nperiod: str = ""\nlanguage: str = "en"')
    cells += (
        'path = Path("data/clients/alder/exports/may.csv")\nprint(path.read_text())\npath.write_text("8")',
    )
    home = small_project("alder", cells=cells)
    with pytest.raises(
        ReportError, match=r"may\.csv changed while the report was being made\. Render it again"
    ):
        render_client("alder", formats=["html"])
    assert not (home / "reports").exists()


def test_a_file_looked_for_in_vain_counts_once_it_is_there(small_project):
    look = (
        "try:\n    notes = open(b'data/clients/alder/notes.csv')\nexcept FileNotFoundError:\n    notes = None"
    )
    home = small_project("alder")
    edit_notebook(home, lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell(look)))
    for text in ("put there", "changed"):
        render_client("alder", formats=["html"])
        assert current() == {"alder"}
        write(home, "data/clients/alder/notes.csv", text)
        assert current() == set()


def test_a_hash_is_trusted_only_while_size_and_times_stay(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("one")
    Hashes(tmp_path).of(path)
    first = Hashes(tmp_path)
    assert first.of(path) == hashes.sha256(b"one")
    first.save()
    assert str(tmp_path) not in (tmp_path / ".hashes.json").read_text()
    seen = path.stat()
    path.write_text("two")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert Hashes(tmp_path).of(path) == hashes.sha256(b"two")


def test_hashes_are_read_back_and_not_computed_again(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("one")
    time.sleep(0.05)
    first = Hashes(tmp_path)
    expected = first.of(path)
    first.save()
    monkeypatch.setattr(hashes, "_read", lambda path: pytest.fail("the file was read again"))
    assert Hashes(tmp_path).of(path) == expected


def test_what_changes_in_the_moment_of_saving_is_read_again(tmp_path):
    path = tmp_path / "a.csv"
    first = Hashes(tmp_path)
    path.write_text("one")
    first.of(path)
    first.save()
    kept = json.loads((tmp_path / ".hashes.json").read_text())
    assert len(kept) == 1
    assert Hashes(tmp_path)._known == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"a": [1]}', '{"a": [1, "x", null, 2]}'])
def test_a_broken_memory_is_forgotten(tmp_path, content):
    (tmp_path / ".hashes.json").write_text(content)
    assert Hashes(tmp_path)._known == {}


def test_what_a_notebook_showed_is_not_its_code():
    def made(**cell):
        return json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "source": "a", **cell}]}).encode()

    assert cells_hash(made()) == cells_hash(made(outputs=[{"x": 1}], execution_count=2, id="b"))
    assert cells_hash(made()) == cells_hash(made(source=["a"]))
    assert cells_hash(made()) != cells_hash(made(source="b"))
    assert cells_hash(made()) != cells_hash(made(metadata={"tags": ["report"]}))
    assert cells_hash(b"no notebook") == ""


def test_a_hundred_clients_with_nothing_to_do_take_under_a_second(small_project):
    """Counted as the processor's time of the whole command, so that a busy machine does not decide."""
    home = small_project(*(f"client-{number:03d}" for number in range(100)))
    command = [sys.executable, "-m", "analysis", "reports", "--format", "html"]
    begun = subprocess.run([*command[:4], "client-000", *command[4:]], capture_output=True, text=True)
    assert begun.returncode == 0, begun.stdout + begun.stderr
    made = home / "reports/client/client-000/2025-Q4/en"
    for number in range(1, 100):
        folder = home / f"reports/client/client-{number:03d}/2025-Q4/en"
        folder.mkdir(parents=True)
        for path in made.iterdir():
            content = path.read_bytes()
            folder.joinpath(path.name).write_bytes(
                content.replace(b"client-000", f"client-{number:03d}".encode())
                if path.name == "manifest.json"
                else content
            )
        own = home / "data" / "clients" / folder.parts[-3] / "client.yml"
        listing = json.loads((folder / "manifest.json").read_text())
        name = f"data/clients/{folder.parts[-3]}/client.yml"
        listing["inputs"][name]["sha256"] = hashes.sha256(own.read_bytes())
        (folder / "manifest.json").write_text(json.dumps(listing))
    assert len(current()) == 100
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout.count("unchanged") == 101
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=True
    )
    assert "100 reports: 100 unchanged." in second.stdout
    assert float(second.stdout.split()[-1]) < 1.0


def test_nothing_heavy_is_imported_to_find_that_there_is_nothing_to_do():
    code = (
        "import sys; import analysis.reports.console;"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'IPython', 'nbformat', 'typst', 'rich'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
