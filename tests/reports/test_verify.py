"""A report made again is the same, and where it is not, the cell and the cause are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import nbformat
import pytest

from analysis.errors import DataError, ParameterError, ReproducibilityError
from analysis.reports import causes, render, render_client, verify
from analysis.reports.causes import Difference, differing_cells
from analysis.reports.hashes import sha256

PARAMETERS = """from datetime import date
n: int = 3  # how many
day: date = date(2025, 1, 1)  # from when
who: str = "all"  # of whom"""
TEMPORARY = "/" + "tmp"
CODE = "the code of the package (src/analysis)"  # which may be under edit while tests run


@pytest.fixture
def report(tmp_path):
    """Give a function that renders a notebook of the cells given, and names its folder."""

    def made(*cells, **values):
        path = tmp_path / "trial.ipynb"
        write(path, *cells)
        return render(path, values, formats=["html"], output=tmp_path / "out").folder

    return made


def changed(result):
    return [name for name in result.changed_inputs if name != CODE]


def write(path, *cells):
    code = [nbformat.v4.new_code_cell(source) for source in cells]
    code[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Trial"), *code]), path)


def test_a_report_that_repeats_itself_is_reproduced(report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = report(
        PARAMETERS, "import random", "print(random.random(), sorted({'a', 'b'}), n)", n=5, day="2025-10-01"
    )
    result = verify(folder / "manifest.json")
    assert result.reproduced
    assert result.compared == ("claims.json", "report.html", "report.ipynb")
    assert result.message == "trial: reproduced byte for byte (claims.json, report.html, report.ipynb)."
    result.check()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "trial.ipynb"]


UNSTEADY = {
    "clock": (["from datetime import datetime", "print(datetime.now())"], "code cell 3", "the clock"),
    "clock, computed before": (
        ["import time\nbegun = time.time_ns()", "text = f'{begun} ns'", "print(text)"],
        "code cell 4",
        "the clock (time.time_ns, in code cell 2",
    ),
    "entropy": (["import os", "print(list(os.urandom(4)))"], "code cell 3", "at random without a seed"),
    "generator without a seed": (
        ["import numpy as np\nrng = np.random.default_rng()", "print(rng.normal())"],
        "code cell 3",
        "without a seed (np.random.default_rng, in code cell 2",
    ),
    "temporary file": (
        ["import tempfile", "print(tempfile.mkdtemp())"],
        "code cell 3",
        "the path of a temporary file",
    ),
    "address": (
        ["class Thing: pass", "import random\nprint(id(Thing()) + random.SystemRandom().randrange(2**20))"],
        "code cell 3",
        "",
    ),
    "process": (["import os", "print('run', os.getpid())"], "code cell 3", "the machine, the user"),
}


# The clock and chance show each run that causes are named; the others take as long and are tried with what is slow.
@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in ("clock", "entropy") else pytest.param(kind, marks=pytest.mark.slow)
        for kind in UNSTEADY
    ],
)
def test_the_cell_and_the_cause_are_named(report, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    cells, where, why = UNSTEADY[kind]
    result = verify(report(PARAMETERS, *cells))
    assert not result.reproduced
    assert [cell.name.split(" “")[0] for cell in result.cells] == [where]
    assert why in result.cells[0].cause
    with pytest.raises(ReproducibilityError, match=rf"trial was not reproduced: .*report\.ipynb.* {where}"):
        result.check()


@pytest.fixture
def client_report(small_project):
    home = small_project("alder")
    return home, render_client("alder", formats=["html"]).folder


def test_changed_inputs_are_named_first(client_report):
    home, folder = client_report
    (home / "data/clients/alder/exports/may.csv").write_text("40")
    (home / "data/clients/alder/exports/july.csv").write_text("1")
    (home / "brand.yml").write_text("legal: A\n")
    result = verify(folder)
    assert changed(result) == [
        "data/clients/alder/exports/may.csv", "data/clients/alder/exports/july.csv (new)", "brand.yml (new)",
    ]  # fmt: skip
    assert result.message.startswith(
        "alder 2025-Q4 en: the inputs changed since it was made: data/clients/alder/exports/may.csv"
    )
    assert not result.reproduced
    assert "it repeats itself now, so what it is made from has changed" in result.message


def test_an_input_that_is_gone_is_named(client_report):
    home, folder = client_report
    (home / "data/clients/alder/exports/june.csv").unlink()
    assert changed(verify(folder)) == ["data/clients/alder/exports/june.csv (no longer there)"]


def test_a_changed_input_that_changes_nothing_is_only_told(client_report):
    home, folder = client_report
    (home / "data/clients/alder/exports/may.csv").write_text("3 ")
    result = verify(folder)
    assert result.reproduced
    assert "the inputs changed" in result.message and "reproduced byte for byte" in result.message


def test_a_file_changed_by_hand_is_named_though_its_size_and_time_are_kept(client_report):
    _, folder = client_report
    path = folder / "report.html"
    seen, content = path.stat(), path.read_bytes()
    path.write_bytes(content.replace(b"7 posts", b"9 posts"))
    assert path.read_bytes() != content
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    result = verify(folder)
    assert (result.altered, result.different) == (("report.html",), ())
    with pytest.raises(ReproducibilityError, match=r"changed by hand after it was made: report\.html"):
        result.check()


def test_another_notebook_is_named(client_report):
    home, folder = client_report
    path = home / "notebooks/client/client_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += "\nsection('only')"
    nbformat.write(notebook, path)
    result = verify(folder)
    assert result.changed_inputs[0] == "notebooks/client/client_report.ipynb"
    assert [cell.cause for cell in result.cells] == ["its code has changed"]


def test_other_versions_are_named(client_report):
    _, folder = client_report
    listing = json.loads((folder / "manifest.json").read_text())
    listing["packages"]["pandas"], listing["code"] = "0.1", "other"
    (folder / "manifest.json").write_text(json.dumps(listing))
    told = verify(folder).changed_inputs
    assert told[0] == CODE
    assert told[1].startswith("pandas 0.1 (now ")


@pytest.mark.slow
def test_other_hash_seeds_zones_and_languages_of_the_system_give_the_same_bytes(client_report):
    _, folder = client_report
    for seed, zone, system in (("1", "Asia/Tokyo", "fr_FR.UTF-8"), ("2", "America/Lima", "C")):
        other = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": system, "LANG": system}
        answer = subprocess.run(
            [sys.executable, "-m", "analysis", "verify", str(folder)],
            env=other,
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr
        assert "reproduced byte for byte" in answer.stdout


def test_the_command_ends_with_5(report, tmp_path, monkeypatch, capsys):
    from analysis.__main__ import main

    monkeypatch.chdir(tmp_path)
    folder = report(PARAMETERS, "import time\nprint(time.time())")
    assert main(["verify", str(folder)]) == 5
    assert "it shows the clock (time.time)" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{", "{}", '{"outputs": {}}'])
def test_a_folder_without_a_report_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DataError, match=rf"{tmp_path.name} holds no report: .*reports/client/CLIENT"):
        verify(tmp_path)


def notebook(*shown, source="print(x)"):
    cells = []
    for text in shown:
        output = nbformat.v4.new_output("stream", text=text)
        cells.append(nbformat.v4.new_code_cell(source, outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("first", "second", "source", "said"),
    [
        ("at 10:31:07", "at 10:31:09", "print(report_time())", "it shows the clock, so far as the output tells"),
        ("0x7f3a4bc0d1e0", "0x7f3a4bc0ffff", "print(thing)", "it shows a memory address, so far"),
        (f"{TEMPORARY}/a1/x", f"{TEMPORARY}/c3/x", "print(path)", "it shows the path of a temporary file, so far"),
        ("b a c", "a b c", "print(*{'a', 'b', 'c'})", "it shows a set, which has no order ({'a', 'b', 'c'})"),
        ("b a c", "a b c", "print(*folder.iterdir())", "it lists a folder, which has no order (folder.iterdir)"),
        ("b a c", "a b c", "print(*names)", "it shows a set, which has no order, so far"),
        ("1.2345678901", "1.2345678902", "print(total)", "only the last digits of numbers differ"),
        ("red", "blue", "print(colour())", "something it calls gives another result each time"),
        ("red", "blue", "print(colour(set()))", "it shows a set, which has no order (set)"),
        ("5", "9", "!date +%N", "it shows what another program says (!date +%N)"),
        ("5", "9", "said = !date\nprint(said)", "it shows what another program says (!date)"),
        ("5", "9", "%%time\nprint(x)", "it shows the clock (%%time)"),
        ("5", "9", "print(subprocess.run(['date']))", "it shows what another program says (subprocess.run)"),
        ("5", "9", "print(path.stat().st_mtime)", "it shows the clock (st_mtime)"),
        ("5", "9", "print(open('/proc/self/stat').read())", "it shows something of the machine"),
    ],
)  # fmt: skip
def test_causes_are_read_from_what_differs(first, second, source, said):
    made = notebook(first, source=source)
    found = differing_cells(made, notebook(second, source=source))
    assert causes.causes(found, made, steady=False)[0].cause.startswith(said)


def test_only_the_first_cells_are_looked_into():
    made = notebook(*"abcdefgh")
    told = causes.causes(differing_cells(made, notebook(*"ijklmnop")), made, steady=False)
    assert len(told) == 6
    assert told[-1].name == "3 more cells"


def test_more_cells_differ():
    assert [d.index for d in differing_cells(notebook("a"), notebook("a", "b"))] == [1]
    assert differing_cells(notebook("a"), notebook("a")) == []
    assert isinstance(differing_cells(notebook("a"), notebook("b"))[0], Difference)


def test_formats_that_differ_though_the_cells_do_not_are_told_apart(client_report):
    _, folder = client_report
    listing = json.loads((folder / "manifest.json").read_text())
    (folder / "report.html").write_bytes(b"as another version wrote it")
    listing["outputs"]["report.html"]["sha256"] = sha256(b"as another version wrote it")
    (folder / "manifest.json").write_text(json.dumps(listing))
    result = verify(folder)
    assert (result.altered, result.different, result.cells) == ((), ("report.html",), ())
    assert "The cells came out the same: the difference is in how the report is written" in result.message


def test_a_report_made_with_a_secret_asks_for_it(report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = report('token: str = ""  # secret: key', "print(len(token))", token="a-long-secret")
    with pytest.raises(
        ParameterError, match=r"a secret that no file keeps: token\. Set ANALYSIS_SECRET_TOKEN"
    ):
        verify(folder)
    monkeypatch.setenv("ANALYSIS_SECRET_TOKEN", "a-long-secret")
    assert verify(folder).reproduced


def test_a_report_whose_notebook_is_gone_says_so(report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = report("n: int = 3  # how many", 'language: str = "en"', "print(n)")
    (tmp_path / "trial.ipynb").unlink()
    with pytest.raises(DataError, match=r"made from trial\.ipynb, which is not there\. Put it back"):
        verify(folder)
