"""Killed at any moment, out of disk, or out of data: what is finished stays whole, and the next run goes on."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from analysis.__main__ import main
from analysis.reports.cache import Checks
from analysis.reports.hashes import sha256

pytestmark = pytest.mark.slow

CLIENTS = ("alder", "birch", "cedar")
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
BATCH = [sys.executable, "-m", "analysis", "reports", "--format", "html", "--jobs", "2"]


def whole(folder):
    """Say whether a report's files are those of its manifest, all of them and nothing else."""
    listing = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    names = {path.name for path in folder.iterdir()}
    same = all(sha256((folder / name).read_bytes()) == file["sha256"] for name, file in listing.items())
    return same and names == {*listing, "manifest.json", "timings.json"}


def reports_of(home):
    """List the folders in which a reader would look for reports, finished or not."""
    return [Path(place) for place in sorted(home.glob("reports/client/*/2025-Q4/*")) if place.name[0] != "."]


def leftovers(home):
    """List what is under way or left behind; the walk bears that a living batch takes some away meanwhile."""
    names = [name for _, folders, files in os.walk(home / "reports") for name in (*folders, *files)]
    return [name for name in names if name.startswith((".writing-", ".previous-"))]


def kill_all(process):
    """End a batch as a power cut would: the command, its workers and their kernels at once."""
    family = [psutil.Process(process.pid)] if process.poll() is None else []
    family += [child for parent in family for child in parent.children(recursive=True)]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()
    psutil.wait_procs(family, timeout=10)


def wait_until(done):
    while not done():
        time.sleep(0.001)


def test_killed_at_random_moments_no_report_is_ever_half(small_project):
    home = small_project(*CLIENTS)
    draw = random.Random(20260101)
    begun = time.perf_counter()
    subprocess.run(BATCH, check=True, capture_output=True)
    length = time.perf_counter() - begun
    assert len(reports_of(home)) == len(CLIENTS)
    for turn in range(20):
        (home / "data/clients" / draw.choice(CLIENTS) / "exports" / "may.csv").write_text(str(turn))
        process = subprocess.Popen([*BATCH, "--force"], start_new_session=True, **SILENT)
        if turn % 2:
            wait_until(lambda process=process: leftovers(home) or process.poll() is not None)
            time.sleep(draw.uniform(0, 0.02))
        else:
            time.sleep(draw.uniform(0.05, 1.05) * min(length, 2.5))
        kill_all(process)
        assert len(reports_of(home)) == len(CLIENTS)
        assert all(whole(folder) for folder in reports_of(home)), f"turn {turn}"
    done = subprocess.run(BATCH, check=True, capture_output=True, text=True)
    assert f"{len(CLIENTS)} reports:" in done.stdout
    assert leftovers(home) == []
    assert all(Checks().is_current(name, period="2025-Q4", formats=["html"]) for name in CLIENTS)
    assert (home / "reports" / "index.html").is_file()


def test_the_first_batch_killed_leaves_only_whole_reports_and_the_next_goes_on(small_project):
    home = small_project(*CLIENTS)
    process = subprocess.Popen(
        BATCH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while not reports_of(home) and process.poll() is None:
        time.sleep(0.01)
    kill_all(process)
    kept = {folder: (folder / "manifest.json").stat().st_mtime_ns for folder in reports_of(home)}
    assert kept and all(whole(folder) for folder in kept)
    done = subprocess.run(BATCH, check=True, capture_output=True, text=True)
    for folder in kept:
        assert re.search(rf"^{folder.parts[-3]} +unchanged", done.stdout, re.MULTILINE)
    assert {folder: (folder / "manifest.json").stat().st_mtime_ns for folder in kept} == kept
    assert len(reports_of(home)) == len(CLIENTS)


def test_stopping_by_hand_says_so_and_keeps_what_is_finished(small_project):
    cells = ["import time", 'client: str = "a"\nperiod: str = ""\nlanguage: str = "en"']
    cells += ["print(client)\ntime.sleep(0 if client == 'alder' else 60)"]
    home = small_project("alder", "birch", cells=cells)
    process = subprocess.Popen(
        BATCH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: reports_of(home) or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Stopped. What was finished is kept; nothing was left half written." in said
    assert [folder.parts[-3] for folder in reports_of(home)] == ["alder"]
    assert all(whole(folder) for folder in reports_of(home))
    assert leftovers(home) == []


@pytest.fixture
def full_disk(small_project, tmp_path_factory):
    """Give a small disk of its own, where this machine lets one be made."""
    small_project("alder")
    place = tmp_path_factory.mktemp("disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("no small disk can be made here: mounting one needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_keeps_the_earlier_report(full_disk, capsys):
    words = ["report", "alder", "--format", "html", "--output", str(full_disk)]
    assert main(words) == 0
    folder = full_disk / "client" / "alder" / "2025-Q4" / "en"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (full_disk / "filling").write_bytes(b"0" * (shutil.disk_usage(full_disk).free - 20_000))
    assert main([*words, "--force"]) == 4
    assert "en: the report could not be written: No space left on device." in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["en"]


def test_files_that_may_not_grow_keep_the_earlier_report(small_project):
    """The same without root: the system refuses to let files grow beyond a limit."""
    home = small_project("alder")
    words = [sys.executable, "-m", "analysis", "report", "alder", "--format", "html"]
    subprocess.run(words, check=True, capture_output=True)
    (home / "data/clients/alder/exports/may.csv").write_text("9")
    limit = 30_000
    failed = subprocess.run(
        words,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert failed.returncode == 4, failed.stderr
    assert "could not be written: File too large." in failed.stderr
    folder = home / "reports" / "client" / "alder" / "2025-Q4" / "en"
    assert (folder / "report.html").stat().st_size > limit
    assert whole(folder)
    assert leftovers(home) == []


def test_an_export_that_cannot_be_read_fails_its_own_client_only(small_project, capsys):
    home = small_project("alder", "birch")
    (home / "data/clients/birch/exports/may.csv").write_bytes(b"\xff\xfe not a number")
    assert main(["reports", "--format", "html"]) == 4
    said = capsys.readouterr().out
    assert "2 reports: 1 rendered, 1 failed." in said
    assert "client_report.ipynb, code cell 4" in said
    assert [folder.parts[-3] for folder in reports_of(home)] == ["alder"]
    text = (home / "reports" / "index.html").read_text(encoding="utf-8")
    assert "birch" in text and "Not rendered the last time" in text
    (home / "data/clients/birch/exports/may.csv").write_text("3")
    assert main(["reports", "--format", "html"]) == 0
    assert "1 rendered, 1 unchanged." in capsys.readouterr().out
