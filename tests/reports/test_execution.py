from __future__ import annotations

import os
import signal

import nbformat
import pytest

from analysis.errors import DataError, ParameterError, ReportError
from analysis.reports.execution import execute, inject


def notebook(*sources, tags=()):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["tags"] = list(tags)
    return nbformat.v4.new_notebook(cells=cells)


def run(*sources, tags=(), timeout=60):
    made = notebook(*sources, tags=tags)
    execute(made, "trial.ipynb", timeout=timeout)
    return made


def said(made):
    return "".join(output.get("text", "") for cell in made.cells for output in cell.outputs)


def test_two_runs_leave_the_same_notebook():
    source = """
import random, sys, uuid, os, time
print(uuid.uuid4(), random.random(), hash("a"), os.environ["TZ"], {"b", "a", "c"}, time.localtime().tm_zone)
print("noise", file=sys.stderr)
object()
"""
    first, second = run(source), run(source)
    assert nbformat.writes(first) == nbformat.writes(second)
    assert " at 0x0>" in nbformat.writes(first)
    assert "noise" not in said(first)
    assert first.metadata["analysis"]["warnings"] == ["noise\n"]


def test_the_kernel_starts_in_the_project_and_notes_what_it_reads(root):
    made = run(
        "from pathlib import Path; print(sorted(p.name for p in Path().iterdir() if p.name == 'pyproject.toml'))",
        "text = Path('data/codebook/questionnaire.yml').read_text(); print(Path.cwd())",
    )
    assert said(made).startswith("['pyproject.toml']")
    files = made.metadata["analysis"]["files"]
    assert files == [str(root / "data" / "codebook" / "questionnaire.yml")]


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("from analysis.errors import DataError\nraise DataError('Live.csv, row 3: no date')", DataError,
         r"^trial\.ipynb, code cell 2 “from analysis.*: Live\.csv, row 3: no date$"),
        ("from analysis.errors import ParameterError\nraise ParameterError('no such wave')", ParameterError,
         r"code cell 2 .*: no such wave$"),
        ("# comment\n{}['gone']", ReportError, r"code cell 2 “\{\}\['gone'\]” failed with KeyError: 'gone'$"),
    ],
)  # fmt: skip
def test_a_failing_cell_is_named_with_its_cause_and_exit_code(source, error, message):
    with pytest.raises(error, match=message) as raised:
        run("1", source)
    assert "Traceback" not in str(raised.value)


def test_a_file_that_is_not_there_is_named_without_the_path_of_this_machine(root):
    with pytest.raises(ReportError, match=r"FileNotFoundError: .*'data/nothing\.csv'"):
        run("import os; open(os.path.join(os.getcwd(), 'data/nothing.csv'))")


def test_a_dead_kernel_is_an_error_not_a_wait():
    with pytest.raises(ReportError, match=r"trial\.ipynb: the kernel died in code cell 1"):
        run(f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")


def test_a_cell_may_not_take_for_ever():
    with pytest.raises(ReportError, match=r"code cell 1 “import time.*” took more than 1 seconds"):
        run("import time; time.sleep(30)", timeout=1)


def test_an_intended_error_is_honoured():
    made = run("1 / 0", tags=["raises-exception"])
    assert said(made) == "ZeroDivisionError: division by zero"


def test_no_socket_or_folder_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    run("1")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_values_are_injected_below_the_parameters_cell():
    made = notebook("a = 1", "b = 2")
    made.cells[0].metadata["tags"] = ["parameters"]
    injected = inject(made, "a = 3")
    assert [cell.source for cell in injected.cells] == ["a = 1", "a = 3", "b = 2"]
    assert [cell.source for cell in made.cells] == ["a = 1", "b = 2"]


def test_the_injected_cell_is_not_counted():
    made = notebook("a = 1", "b = c")
    made.cells[0].metadata["tags"] = ["parameters"]
    with pytest.raises(ReportError, match="code cell 2 “b = c” failed with NameError"):
        execute(inject(made, "a = 3"), "trial.ipynb")
