from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
import yaml

from analysis.__main__ import main
from analysis.errors import ParameterError, ReportError
from analysis.reports import batch, render_batch
from analysis.reports.batch import Outcome, render_each
from analysis.reports.running import forks
from analysis.reports.running.workers import Workers

only_linux = pytest.mark.skipif(
    not forks.AVAILABLE, reason="processes are forked from a warm one on Linux only"
)
CELLS = [
    'client: str = "a"\nperiod: str = "2025-Q4"\nlanguage: str = "en"',
    'print("this is the report of", client)',
    'if client == "broken": raise KeyError("posts")',
    "import os, time\nfrom pathlib import Path\n"
    'if client.startswith("slow"):\n    Path("at").write_text(str(os.getpid()))\n    time.sleep(60)',
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a function that makes a project with clients of these names and a report of one line."""
    for folder in ("notebooks/client", "data/codebook"):
        (tmp_path / folder).mkdir(parents=True)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, tmp_path / "notebooks/client/client_report.ipynb")
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def made(*names):
        for name in names:
            (tmp_path / "data/clients" / name / "exports").mkdir(parents=True)
            about = {"id": name, "name": name, "trade": "joiner", "language": "en"}
            (tmp_path / "data/clients" / name / "client.yml").write_text(yaml.safe_dump(about))
            (tmp_path / "data/clients" / name / "exports" / "posts.csv").write_text("a\n")
        return tmp_path

    return made


def said(project, client):
    page = (project / "reports/client" / client / "2025-Q4/en/report.html").read_text()
    return f"this is the report of {client}" in page


def when_slow(project, act):
    """Act once the slow client's cell runs; it then has told its process."""

    def watch():
        deadline = time.monotonic() + 60
        while not (project / "at").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def gone(project):
    pid = int((project / "at").read_text())
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not Path(f"/proc/{pid}").exists()


def test_one_failing_client_does_not_stop_the_others(project):
    place = project("a", "broken", "c")
    told = []
    result = render_batch(formats=["html"], jobs=2, progress=told.append)
    assert result.columns.tolist() == ["client", "outcome", "seconds", "cause"]
    assert result["client"].tolist() == ["a", "broken", "c"]
    assert result["outcome"].tolist() == ["rendered", "failed", "rendered"]
    assert "failed with KeyError: 'posts'" in result["cause"][1]
    assert said(place, "a") and said(place, "c") and not (place / "reports/client/broken").exists()
    assert sorted(map(str, told))[1].startswith("broken: failed in ")


def test_what_is_up_to_date_is_left_alone_unless_forced(project):
    project("a", "b")
    render_each(formats=["html"])
    assert [row.outcome for row in render_each(formats=["html"])] == ["unchanged"] * 2
    assert [row.outcome for row in render_each(["b", "a", "b"], formats=["html"], force=True)] == [
        "rendered"
    ] * 2


@pytest.mark.slow
def test_a_warm_and_a_cold_batch_write_the_same_bytes(project):
    place = project("a", "b")
    for folder, cold in (("warm", False), ("cold", True)):
        rows = render_each(formats=["html", "pdf"], output=folder, cold=cold)
        assert {row.outcome for row in rows} == {"rendered"}
    files = sorted(
        path.relative_to(place / "warm") for path in (place / "warm/client").rglob("*") if path.is_file()
    )
    assert len(files) >= 8
    for file in files:
        if file.name != "timings.json":
            assert (place / "warm" / file).read_bytes() == (place / "cold" / file).read_bytes(), file


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_runs_a_batch_and_is_left_running(project, pool):
    place = project("a", "broken")
    with pool(2) as executor:
        rows = render_each(formats=["html"], executor=executor)
        assert executor.submit(abs, -1).result() == 1
    assert [row.outcome for row in rows] == ["rendered", "failed"]
    assert said(place, "a")


@pytest.mark.slow
def test_a_cluster_runs_a_batch(project):
    distributed = pytest.importorskip("distributed", reason="dask.distributed comes with the extra `cluster`")
    place = project("a", "broken", "c")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        rows = render_each(formats=["html"], executor=client.get_executor())
    assert [row.outcome for row in rows] == ["rendered", "failed", "rendered"]
    assert said(place, "a") and said(place, "c")


@only_linux
def test_a_killed_process_costs_its_own_report_only(project):
    place = project("a", "slow", "z")
    workers = Workers(1)
    thread = when_slow(place, lambda: os.kill(workers.forks[-1].fork.pid, signal.SIGKILL))
    rows = render_each(formats=["html"], executor=workers)
    thread.join()
    workers.shutdown()
    assert [row.outcome for row in rows] == ["rendered", "failed", "rendered"]
    assert rows[1].cause == (
        "The process that rendered it was ended by signal 9 (SIGKILL); memory may have run out."
    )
    assert gone(place), "the kernel outlived who asked for it"
    assert said(place, "z") and not (place / "reports/client/slow").exists()


@only_linux
def test_a_broken_pool_of_another_kind_gives_failed_rows(project):
    place = project("a", "slow")
    with ProcessPoolExecutor(1) as pool:
        pid = pool.submit(os.getpid).result()
        thread = when_slow(place, lambda: os.kill(pid, signal.SIGKILL))
        rows = render_each(formats=["html"], executor=pool)
        thread.join()
    assert [row.outcome for row in rows] == ["rendered", "failed"]
    assert "BrokenProcessPool" in rows[1].cause


@only_linux
def test_an_interrupted_batch_ends_its_processes_and_keeps_what_is_finished(project):
    place = project("a", "slow", "z")
    command = [
        sys.executable,
        "-m",
        "analysis",
        "reports",
        "a",
        "slow",
        "z",
        "--jobs",
        "1",
        "--format",
        "html",
    ]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    when_slow(place, lambda: running.send_signal(signal.SIGINT)).join()
    out, error = running.communicate(timeout=120)
    assert running.returncode == 130, error
    assert "Stopped." in error and "Traceback" not in error
    assert said(place, "a") and "a: rendered" in out
    assert gone(place)
    assert [row.outcome for row in render_each(["a", "z"], formats=["html"])] == ["unchanged", "rendered"]


def test_what_a_cell_warns_of_is_told_with_the_report(project, capsys):
    home = project("warned")
    path = home / "notebooks/client/client_report.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells[1].source += '\nimport warnings\nwarnings.warn("Figures are missing of 1 file refused: a.csv")'
    nbformat.write(book, path)
    (row,) = render_each(formats=["html"])
    assert (row.outcome, row.cause) == ("rendered", "Figures are missing of 1 file refused: a.csv")
    assert main(["report", "warned", "--format", "html", "--period", "2025-Q4", "--force"]) == 0
    assert "Warned: Figures are missing of 1 file refused: a.csv\n" in capsys.readouterr().out


def test_wrong_wishes_are_refused_before_anything_is_rendered(project):
    project("a")
    with pytest.raises(ParameterError, match="jobs: 0 was given; at least 1 report"):
        render_each(jobs=0)
    with pytest.raises(ParameterError, match=r'Unknown format "htm"\. Did you mean "html"'):
        render_each(formats=["htm"])


def test_a_tree_that_cannot_be_written_is_refused_before_anything_is_rendered(project, tmp_path):
    project("a")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ReportError, match="taken: the report could not be written: Not a directory"):
        render_each(output=tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "a file"


def test_reports_are_rendered_side_by_side(project, monkeypatch):
    project("slow-1", "slow-2")
    both = threading.Barrier(2, timeout=60)
    monkeypatch.setattr(
        batch, "_rendered", lambda client, settings, warm: [both.wait(), Outcome(client, "rendered")][1]
    )
    with ThreadPoolExecutor(2) as pool:
        rows = render_each(formats=["html"], executor=pool)
    assert [row.outcome for row in rows] == ["rendered"] * 2
