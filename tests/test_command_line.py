"""Commands answer with the right exit code and one readable message, and wrong input writes nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
import yaml

from analysis import catalog
from analysis.__main__ import main
from conftest import ROOT

CLIENT = "librairie-des-tilleuls"


def contents(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    """Give a small copy of the project, so that a mistake could only harm the copy."""
    for folder in ("data/codebook", "data/reference", "notebooks"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("learn"))
    (tmp_path / "data" / "clients").mkdir()
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def survey_file(folder, change):
    data = pd.read_csv(ROOT / "data" / "sample" / "survey.csv", nrows=60, dtype=str)
    path = folder / "answers.csv"
    change(data.copy()).to_csv(path, index=False)
    return path


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system sends no such signals")
def test_a_process_told_to_end_leaves_no_folder_behind(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import time; time.sleep(60)")])
    nbformat.write(notebook, tmp_path / "long.ipynb")
    (tmp_path / "t").mkdir()
    command = [sys.executable, "-m", "analysis", "run", "long.ipynb", "--output", "out"]
    started = {
        "cwd": tmp_path,
        "env": {**os.environ, "TMPDIR": str(tmp_path / "t")},
        "stderr": subprocess.PIPE,
    }
    running = subprocess.Popen(command, text=True, **started)
    end = time.monotonic() + 30
    while not list(tmp_path.glob("t/k*/s*")) and time.monotonic() < end:
        time.sleep(0.05)
    running.terminate()
    said = running.communicate(timeout=30)[1]
    assert (running.returncode, said[:8]) == (128 + signal.SIGTERM, "Stopped.")
    assert list(tmp_path.glob("t/k*")) == [] and not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system sends no such signals")
def test_a_signal_that_comes_where_nothing_is_raised_is_not_lost(name):
    code = f"""
import os, signal, time
from analysis import __main__ as command
command._end_tidily()
class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        time.sleep(0.01)
try:
    del [Last()][0]
    time.sleep(20)
except KeyboardInterrupt as ended:
    print(getattr(ended, "code", 130))
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (answer.stdout, answer.stderr) == (f"{128 + getattr(signal, name)}\n", "")


def test_help_names_every_command():
    answer = subprocess.run([sys.executable, "-m", "analysis", "--help"], capture_output=True, text=True)
    assert answer.returncode == 0
    for command in [
        "report",
        "reports",
        "verify",
        "run",
        "import",
        "check-survey",
        "simulate",
        "data",
        "lessons",
    ]:
        assert re.search(rf"^ +{command}\b", answer.stdout, re.M)


def test_wrong_usage_is_exit_code_2():
    answer = subprocess.run([sys.executable, "-m", "analysis", "reprot"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "invalid choice" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_unknown_export_is_refused(project, capsys):
    path = project / "mystery.csv"
    path.write_text("colour,shape\nred,round\n")
    before = contents(project)
    assert main(["import", str(path)]) == 3
    error = capsys.readouterr().err
    assert "mystery.csv" in error and "colour" in error
    assert contents(project) == before


def test_import_into_a_client_copies_once(root, project, capsys):
    folder = project / "data" / "clients" / "my-client"
    folder.mkdir()
    (folder / "client.yml").write_text("id: my-client\nname: My client\ntrade: bookshop\nlanguage: en\n")
    exports = root / "data" / "clients" / CLIENT / "exports"
    files = {p.name for p in exports.iterdir()}
    assert main(["import", str(exports), "--client", "my-client", "--dry-run"]) == 0
    assert not (folder / "exports").exists()
    assert main(["import", str(exports), "--client", "my-client"]) == 0
    assert {p.name for p in (folder / "exports").iterdir()} == files
    assert main(["import", str(exports), "--client", "my-client"]) == 0
    assert {p.name for p in (folder / "exports").iterdir()} == files
    assert main(["import", str(exports), "--client", "my-clent"]) == 2
    assert "my-clent" in capsys.readouterr().err


def test_an_import_with_a_refused_file_ends_with_exit_code_3(project, capsys):
    folder, inside = project / "data" / "clients" / "my-client", project / "in"
    folder.mkdir()
    (folder / "client.yml").write_text("id: my-client\nname: My client\ntrade: bookshop\nlanguage: en\n")
    inside.mkdir()
    (inside / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n")
    (inside / "Cut.zip").write_bytes(b"PK and no more")
    assert main(["import", str(inside), "--client", "my-client"]) == 3
    said = capsys.readouterr()
    assert "Totals.csv: youtube daily (youtube_studio), 1 row, 2025-01-01, views 4. copied" in said.out
    assert "Cut.zip: refused\n    - Cut.zip" in said.out
    assert said.err.startswith(
        "One file was refused for the reasons above: Cut.zip. The others are not concerned."
    )
    assert [path.name for path in (folder / "exports").iterdir()] == ["Totals.csv"]


@pytest.mark.parametrize("weight", [0, -1])
def test_survey_with_impossible_weights_is_refused(project, capsys, weight):
    path = survey_file(project, lambda data: data.assign(weight=weight))
    before = contents(project)
    assert main(["check-survey", str(path)]) == 3
    answer = capsys.readouterr()
    assert "weight" in answer.out + answer.err
    assert contents(project) == before


def test_codebook_naming_an_absent_column_is_refused(project, capsys):
    path = survey_file(project, lambda data: data.drop(columns="sector"))
    assert main(["check-survey", str(path)]) == 3
    answer = capsys.readouterr()
    assert "sector" in answer.out + answer.err


def test_sound_survey_is_said_to_be_sound(project, capsys):
    path = project / "answers.csv"
    shutil.copy(ROOT / "data" / "sample" / "survey.csv", path)
    assert main(["check-survey", str(path)]) == 0
    assert "no problem found" in capsys.readouterr().out


def test_client_without_exports_is_refused(project, capsys):
    folder = project / "data" / "clients" / "new-client"
    folder.mkdir()
    card = {"id": "new-client", "name": "New client", "trade": "bakery", "language": "en"}
    (folder / "client.yml").write_text(yaml.safe_dump(card))
    before = contents(project)
    assert main(["report", "new-client"]) == 3
    assert "exports" in capsys.readouterr().err
    assert contents(project) == before


def test_unknown_client_period_and_format_are_refused(capsys):
    assert main(["report", "librairie-des-tileuls"]) == 2
    assert CLIENT in capsys.readouterr().err
    assert main(["report", CLIENT, "--period", "2025-T4"]) == 2
    assert "2025-T4" in capsys.readouterr().err
    assert main(["report", CLIENT, "--format", "odt", "--format", "html"]) == 2
    assert 'Unknown format "odt"' in capsys.readouterr().err


@pytest.mark.parametrize("command", ["report", "reports", "run"])
@pytest.mark.parametrize(
    ("words", "formats"),
    [
        ("somebody", ["html", "pdf"]),
        ("somebody --format pdf", ["pdf"]),
        ("somebody --format html --format pdf", ["html", "pdf"]),
        ("somebody --format=docx --format html docx --cold --format xlsx html", ["docx", "html", "xlsx"]),
        ("--format pdf somebody --format html", ["pdf", "html"]),
        ("--format pptx --format pdf xlsx somebody --cold", ["pptx", "pdf", "xlsx"]),
    ],
)
def test_formats_given_several_times_are_all_kept(monkeypatch, command, words, formats):
    asked = []

    def answer(*_, formats=(), **__):
        asked.extend(formats)
        return SimpleNamespace(paths=(), summary="")

    for name in ("console.report", "console.reports", "render", "running.forks.ahead"):
        monkeypatch.setattr(f"analysis.reports.{name}", answer)
    main([command, *words.split()])
    assert asked == formats


def test_unknown_notebook_parameter_is_refused(root, tmp_path, capsys):
    notebook = str(root / "notebooks" / "research" / "06_engagement.ipynb")
    assert main(["run", notebook, "-p", "post", "x.csv", "--output", str(tmp_path)]) == 2
    assert 'Did you mean "posts"' in capsys.readouterr().err
    assert main(["run", str(root / "notebooks" / "absent.ipynb"), "--output", str(tmp_path)]) == 2
    assert "absent.ipynb" in capsys.readouterr().err
    assert contents(tmp_path) == set()


def test_simulate_writes_where_told(tmp_path, capsys):
    assert main(["simulate", "--output", str(tmp_path / "sample"), "--firms", "120"]) == 0
    assert (tmp_path / "sample" / "truth.yml").is_file()
    assert "truth.yml" in capsys.readouterr().out
    assert main(["simulate", "--output", str(tmp_path / "none"), "--firms", "0"]) == 2
    assert not (tmp_path / "none").exists()


def test_data_list_names_bundled_and_open_sets(capsys):
    assert main(["data", "list"]) == 0
    answer = capsys.readouterr().out
    assert "survey" in answer and "fb-live-sellers" in answer
    assert main(["data", "fetch", "nothing"]) == 3


def test_unexpected_errors_show_no_traceback_without_debug(monkeypatch, capsys):
    monkeypatch.setattr(catalog, "bundled", lambda: 1 / 0)
    assert main(["data", "list"]) == 1
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error and "Traceback" not in error
    assert main(["--debug", "data", "list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_wrong_wishes_for_a_batch_are_refused_before_it_begins(project, capsys):
    folder = project / "data" / "clients" / "my-client"
    folder.mkdir()
    (folder / "client.yml").write_text("id: my-client\nname: My client\ntrade: bookshop\nlanguage: en\n")
    before = contents(project)
    assert main(["reports", "--format", "html", "pfd"]) == 2
    assert 'Unknown format "pfd". Did you mean "pdf"?' in capsys.readouterr().err
    assert main(["reports", "--period", "2025-T4"]) == 2
    assert "2025-T4" in capsys.readouterr().err
    assert main(["reports", "--jobs", "0"]) == 2
    assert "jobs: 0 was given" in capsys.readouterr().err
    assert contents(project) == before


def test_a_batch_without_clients_says_what_is_missing(project, capsys):
    assert main(["reports"]) == 3
    assert "data/clients holds no client" in capsys.readouterr().err


def test_a_client_there_is_not_is_a_failed_row(project, capsys):
    before = contents(project)
    assert main(["reports", "nobody-here", "nobody-here"]) == 4
    answer = capsys.readouterr().out
    assert "1 report: 1 failed." in answer
    assert 'there is no client "nobody-here"' in answer
    assert contents(project) == before


def test_verify_refuses_what_is_no_report(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 3
    assert "holds no report" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["reprot", "somebody"],
            r'invalid choice: "reprot"\. Did you mean "report"\? Choose from report, reports',
        ),
        (["report", "somebody", "--language", "fa"], r'invalid choice: "fa"\. .*Choose from fr, en'),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest(project, capsys, words, said):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert re.search(said, capsys.readouterr().err)


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--format", "html", "pdf", "somebody"],
        ["report", "--format", "html", "somebody", "--period", "2025"],
        ["report", "somebody", "--format", "html"],
        ["report", "--format", "html", "--format", "pdf", "somebody"],
        ["report", "--format", "html", "--period", "2025", "--format", "pdf", "somebody"],
        ["report", "--format", "html", "--", "somebody"],
    ],
)
def test_a_client_may_stand_before_or_after_the_formats(project, capsys, words):
    assert main(words) == 2
    assert 'there is no client "somebody"' in capsys.readouterr().err
