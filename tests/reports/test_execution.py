from __future__ import annotations

import os
import re
import resource
import signal
import tempfile
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client.utils import run_sync

from analysis.errors import DataError, ParameterError, ReportError
from analysis.reports.document import Document
from analysis.reports.running import execution
from analysis.reports.running.execution import execute, inject
from analysis.reports.running.normal import joined
from analysis.reports.writers import html


def notebook(*sources, tags=()):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["tags"] = list(tags)
    return nbformat.v4.new_notebook(cells=cells)


def run(*sources, tags=(), timeout=60, **wishes):
    made = notebook(*sources, tags=tags)
    execute(made, "trial.ipynb", timeout=timeout, **wishes)
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
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run("1")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@pytest.mark.parametrize("cold", [False, True])
def test_a_start_that_is_interrupted_leaves_no_kernel(monkeypatch, tmp_path, cold):
    started = []

    async def interrupted(self):
        started.append(self.km.provisioner.process)
        raise KeyboardInterrupt

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(execution.Kernel, "async_start_new_kernel_client", interrupted)
    monkeypatch.setattr(execution.Kernel, "start_new_kernel_client", run_sync(interrupted))
    with pytest.raises(KeyboardInterrupt):
        run("1", cold=cold)
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert list(tmp_path.iterdir()) == []


def test_values_are_injected_below_the_parameters_cell():
    made = notebook("a = 1", "b = 2")
    made.cells[0].metadata["tags"] = ["parameters"]
    injected = inject(made, "a = 3")
    assert [cell.source for cell in injected.cells] == ["a = 1", "a = 3", "b = 2"]
    assert [cell.source for cell in made.cells] == ["a = 1", "b = 2"]


def test_values_are_not_injected_above_the_cell_that_would_set_them_again():
    made = notebook("a = 1")
    made.cells[0].metadata["tags"] = ["parameters"]
    made.cells.insert(0, nbformat.v4.new_markdown_cell("Asked:", metadata={"tags": ["parameters"]}))
    assert [cell.source for cell in inject(made, "a = 3").cells] == ["Asked:", "a = 1", "a = 3"]


def test_the_injected_cell_is_not_counted():
    made = notebook("a = 1", "b = c")
    made.cells[0].metadata["tags"] = ["parameters"]
    with pytest.raises(ReportError, match="code cell 2 “b = c” failed with NameError"):
        execute(inject(made, "a = 3"), "trial.ipynb")


def outcome(*sources, **wishes):
    with pytest.raises(ReportError) as raised:
        run(*sources, **wishes)
    return raised.value.outcome, str(raised.value)


def killed(number):
    return f"import os; os.kill(os.getpid(), {int(number)})"


UNSHOWN = "class Broken:\n    def __repr__(self): raise ValueError('no words')\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("exit()", r"failed with SystemExit: exit\(\) ends no report"),
        ("input('name?')", r"“input.*” asks for input, and nobody is there to give it"),
        (f"{UNSHOWN}Broken()", r"failed with ValueError: no words$"),
        (
            f"{UNSHOWN}from IPython.display import display\ndisplay(Broken()); print(1)",
            r"ValueError: no words$",
        ),
        ("raise ValueError('x' * 5000)", r"failed with ValueError: x{600}… \(5000 characters\)$"),
    ],
)
def test_what_fails_oddly_is_told_plainly(source, message):
    found, said = outcome(source, "print('after')")
    assert (found, bool(re.search(message, said))) == ("error", True), said


@pytest.mark.parametrize("cold", [False, True])
def test_a_cell_that_runs_another_is_one_cell(cold):
    made = run(
        "%%capture kept\nprint('x' * 2000)",
        "print(len(kept.stdout))",
        "print('y' * 2000)",
        most=1000,
        cold=cold,
    )
    assert "2001" in said(made)
    assert [len(cell.outputs) for cell in made.cells] == [0, 1, 2]


@pytest.mark.parametrize("cold", [False, True])
@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("1 / 0", "error", r"failed with ZeroDivisionError: division by zero$"),
        ("import time; time.sleep(30)", "timeout", r"“import time.*” took more than 2 seconds\.$"),
        ("raise MemoryError('8 TiB asked')", "memory", r"ran out of memory \(8 TiB asked\)\.$"),
        ("import numpy as np; np.ones((2**24, 2**24))", "memory", r"ran out of memory \(Unable to allocate .*\)\.$"),
        (killed(signal.SIGKILL), "memory", r"the kernel died in code cell 1 .*signal 9\)\. Not enough memory"),
        (killed(signal.SIGSEGV), "died", r"the kernel died in code cell 1 .*, ended by signal 11 \(SIGSEGV\)\.$"),
        ("import os; os._exit(7)", "died", r"the kernel died in code cell 1 .*, with exit code 7\.$"),
    ],
)  # fmt: skip
def test_each_way_to_fail_has_its_outcome_and_cause(source, kind, message, cold):
    found, said = outcome(source, timeout=2 if kind == "timeout" else 60, cold=cold)
    assert (found, bool(re.search(message, said))) == (kind, True), said
    assert said.startswith("trial.ipynb")


def test_memory_the_system_took_back_is_said_for_certain(monkeypatch):
    counts = iter([4, 5])
    monkeypatch.setattr(execution, "kills", lambda: next(counts))
    found, said = outcome(killed(signal.SIGKILL))
    assert (found, said.endswith("the system ended it because memory ran out.")) == ("memory", True)


def test_outcomes_of_bad_data_keep_their_class():
    with pytest.raises(DataError) as raised:
        run("from analysis.errors import DataError\nraise DataError('no date')")
    assert not hasattr(raised.value, "outcome")


@pytest.mark.parametrize("cold", [False, True])
def test_what_a_cell_shows_is_bounded_cell_by_cell(cold):
    made = run(
        "for i in range(300): print('x' * 99_999)",
        "print('y' * 900)",
        "import sys; sys.stderr.write('z' * 2000); print('after')",
        most=1000, cold=cold,
    )  # fmt: skip
    first, second, third = made.cells
    assert first.outputs[0].text == "x" * 1000
    assert first.outputs[1].metadata["cut"] == {"kept": 1000, "dropped": 300 * 100_000 - 1000}
    assert [len(output.text) for output in second.outputs] == [901]
    assert [output.metadata["cut"]["dropped"] for output in third.outputs] == [1000 + len("after\n")]
    assert made.metadata["analysis"]["warnings"] == ["z" * 1000]


def test_half_a_sign_does_not_take_what_is_printed_beside_it_along():
    made = run(r"print('cut \ud83d'); print('é, kept')")
    assert said(made) == "cut \ufffd\né, kept\n"
    assert made.metadata["analysis"]["warnings"] == []


def test_a_flood_does_not_fill_the_memory_of_the_session():
    run("1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = run(
        "import resource\nown = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\nbefore = own()",
        "for i in range(30): print(chr(97 + i % 26) * 1_000_000)",
        "print(own() - before)",
        most=100_000,
    )
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000  # kB; 30 MB were printed
    assert int(made.cells[2].outputs[0].text) < 10_000


def test_what_a_display_shows_is_bounded_too():
    made = run(
        "from IPython.display import HTML, display\ndisplay(HTML('<p>' + 'a' * 500))\ndisplay(HTML('b' * 900))",
        "HTML('c' * 2000)",
        most=50,
    )
    (kept, notice), (alone,) = made.cells[0].outputs, made.cells[1].outputs
    assert kept.data["text/html"].startswith("<p>a")
    assert notice.metadata["cut"]["dropped"] > 0 and alone.metadata["cut"]["dropped"] > 1000


@pytest.mark.parametrize(("language", "words"), [("en", "Output cut short."), ("fr", "Affichage coupé.")])
def test_the_report_says_what_was_cut(language, words):
    made = run("print('x' * 2000)", most=1000)
    document = Document.from_notebook(made, language=language)
    assert [block["block"] for block in document.blocks] == ["prose", "callout"]
    assert document.blocks[1]["label"] == words
    page = html.write(document).decode()
    assert words in page and ("1,001 characters" in page or "1\u202f001 caractères" in page)


def test_folders_looked_through_are_noted(root):
    made = run(
        "from pathlib import Path\nlist(Path('data/codebook').glob('*.yml')); sorted(Path('src').iterdir())"
    )
    assert made.metadata["analysis"]["folders"] == [str(root / "data" / "codebook")]
    assert made.metadata["analysis"]["files"] == []


@given(
    st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab\b\r\n", max_size=8)), max_size=6)
)
def test_text_is_joined_as_a_terminal_would_leave_it(pieces):
    outputs = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in pieces]
    expected = {}
    for name, text in pieces:
        expected[name] = expected.get(name, "") + text
    for name, text in expected.items():
        shorter = None
        while shorter != text:
            shorter, text = text, re.sub(r"[^\n]\x08", "", text, count=1)
        expected[name] = re.sub(r".*\r(?=[^\n\r])", "", text)
    assert {output["name"]: output["text"] for output in joined(outputs)} == expected


def test_one_long_line_is_joined_in_no_time():
    start = time.process_time()
    joined([nbformat.v4.new_output("stream", name="stdout", text="x" * 5_000_000 + "\r")])
    assert time.process_time() - start < 2
