from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from analysis.errors import ReportError
from analysis.reports import publication
from analysis.reports.publication import check_place, publish, tidy

OLD = {"report.html": b"old", "report.pdf": b"old", "manifest.json": b"old"}
NEW = {"report.html": b"new", "manifest.json": b"new"}


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def in_another_process(code, *words, check=True):
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], check=check, text=True)


def test_files_no_longer_made_are_taken_away(tmp_path):
    publish(tmp_path / "out", OLD)
    publish(tmp_path / "out", NEW)
    assert contents(tmp_path / "out") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_changes_in_one_step(tmp_path, monkeypatch):
    """Whoever opens the folder at any call of the system finds one report, whole."""
    publish(tmp_path / "out", OLD)
    seen, reader = [], tmp_path / "out"

    def look(event, arguments):
        if event.startswith(("os.", "open", "shutil", "ctypes")) and watching and not busy:
            busy.append(1)
            seen.append(contents(reader))
            busy.clear()

    watching, busy = [], []
    sys.addaudithook(look)
    watching.append(1)
    publish(tmp_path / "out", NEW)
    watching.clear()
    assert len(seen) > 10
    assert all(found in (OLD, NEW) for found in seen)


def test_where_folders_cannot_be_exchanged_none_is_ever_mixed(tmp_path, monkeypatch):
    monkeypatch.setattr(publication, "_swapped", lambda *_: False)
    publish(tmp_path / "out", OLD)
    publish(tmp_path / "out", NEW)
    assert contents(tmp_path / "out") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_report_stopped_between_two_steps_is_put_back(tmp_path):
    publish(tmp_path / ".previous-out", OLD)
    tidy(tmp_path)
    assert contents(tmp_path / "out") == OLD
    publish(tmp_path / ".previous-out", OLD)
    publish(tmp_path / "out", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert contents(tmp_path / "out") == NEW


def test_someone_elses_files_stay(tmp_path):
    (tmp_path / "letter.docx").write_bytes(b"mine")
    publish(tmp_path, OLD)
    publish(tmp_path, NEW)
    assert contents(tmp_path) == {**NEW, "letter.docx": b"mine"}


def test_what_a_killed_process_leaves_is_cleared_and_what_is_written_is_not(tmp_path):
    code = (
        "import os, sys, pathlib; from analysis.reports import publication\n"
        "held = publication._scratch(pathlib.Path(sys.argv[1])); scratch = held.__enter__()\n"
        "(scratch / 'report.html').write_text('half'); os.kill(os.getpid(), 9)"
    )
    (tmp_path / "client").mkdir()
    assert in_another_process(code, tmp_path / "client", check=False).returncode == -signal.SIGKILL
    assert len(list((tmp_path / "client").iterdir())) == 1
    with publication._scratch(tmp_path / "client") as ours:
        in_another_process(
            "import sys, pathlib; from analysis.reports.publication import tidy; tidy(pathlib.Path(sys.argv[1]))",
            tmp_path,
        )
        assert list((tmp_path / "client").iterdir()) == [ours]
    assert list((tmp_path / "client").iterdir()) == []


def test_others_may_read_what_is_written(tmp_path):
    previous = os.umask(0o022)
    try:
        publish(tmp_path / "out", NEW)
    finally:
        os.umask(previous)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_a_link_to_a_folder_elsewhere_stays_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    publish(tmp_path / "out", OLD)
    publish(tmp_path / "out", NEW)
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "elsewhere") == NEW


def test_a_full_disk_says_so_and_keeps_the_earlier_report(tmp_path):
    publish(tmp_path / "out", OLD)
    code = (
        "import resource, sys, pathlib\n"
        "from analysis.reports.publication import publish\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "publish(pathlib.Path(sys.argv[1]), {'manifest.json': b'new', 'report.html': b'x' * 100_000})"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True
    )
    assert "ReportError: out: the report could not be written: File too large." in answer.stderr
    assert contents(tmp_path / "out") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(
        ReportError, match=r"out: the report could not be written: it is a file, not a folder\."
    ):
        publish(tmp_path / "out", NEW)
    assert (tmp_path / "out").read_text() == "a file"


def put_in_turn(place, tells):
    """Put two reports in place in turn until killed; tell once both have been."""
    try:
        while True:
            for mark in (b"old", b"new"):
                publish(place, {f"report.{n}": mark * 5000 for n in range(5)})
            with suppress(OSError):  # nobody listens after the first word
                os.write(tells, b".")
    finally:
        os._exit(1)


def test_killed_while_files_are_put_in_place_the_folder_is_one_report(tmp_path):
    """Forty kills at random moments of a process that does nothing but put two reports in place in turn."""
    place, draw = tmp_path / "out", random.Random(7)
    for _ in range(40):
        begun, tells = os.pipe()
        child = os.fork()
        if child == 0:
            put_in_turn(place, tells)
        os.close(tells)
        assert os.read(begun, 1) == b"."
        os.close(begun)
        time.sleep(draw.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        found = contents(place)
        assert len(found) == 5
        assert len(set(found.values())) == 1, sorted(found)
    tidy(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_client_report_that_cannot_be_written_is_named_by_its_client(tmp_path):
    target = tmp_path / "client" / "alder" / "2025-Q4" / "en"
    target.parent.mkdir(parents=True)
    target.write_text("a file")
    for refuse in (check_place, lambda place: publish(place, NEW)):
        with pytest.raises(ReportError, match=r"^client/alder/2025-Q4/en: .+ written: "):
            refuse(target)
    assert target.read_text() == "a file"
