from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from analysis.errors import ReportError
from analysis.reports.running import execution, forks, kernels, preloading
from analysis.reports.running.execution import execute

only_linux = pytest.mark.skipif(not forks.AVAILABLE, reason="kernels are forked on Linux only")


def run(*sources, **wishes):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    execute(made, "trial.ipynb", **{"timeout": 60, **wishes})
    return made


def said(made):
    return "".join(output.get("text", "") for cell in made.cells for output in cell.outputs)


@pytest.fixture
def own_warm(monkeypatch):
    """Give this test a warm process of its own, ended with it."""
    monkeypatch.setattr(forks, "_known", [])
    yield forks.warm_process
    for one in forks._known:
        one.close()


SAME = {
    "how pandas prints": """
import pandas as pd
pd.DataFrame({f"column {i}": ["a long text" * 4] for i in range(30)})""",
    "ids of styled tables": "pd.DataFrame({'a': [1, 2]}).style.highlight_max()",
    "a plot of pyplot": """
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])""",
    "unseeded numbers": """
import random, uuid
import numpy as np
print(uuid.uuid4(), random.random(), np.random.rand(2))""",
    "hashes and sets": "print(hash('a'), {'b', 'a', 'c'}, sorted(map(hash, 'xyz')))",
    "the place of imports": """
import sys
print(sys.path, sys.argv[0].rpartition("/")[2], __name__, sys.flags.hash_randomization)""",
    "environment": """
import os
own = ("IPYTHONDIR", "JPY_", "PYDEVD_", "LINES", "COLUMNS")
print(sorted((name, value) for name, value in os.environ.items() if not name.startswith(own)))""",
    "the folder, locale and time zone": """
import locale, time
print(os.getcwd(), locale.setlocale(locale.LC_ALL, ""), time.tzname)""",
    "libraries of numbers, threads": """
import threading
print((np.ones((300, 300)) @ np.ones((300, 300))).sum(), threading.current_thread().name)""",
    "the survey library": """
from analysis.survey import SurveyDesign
SurveyDesign(pd.DataFrame({"y": [1.0, 2, 4, 3], "w": 1.0}), weights="w").mean("y")""",
}


@only_linux
def test_a_forked_kernel_gives_what_an_ordinary_one_gives():
    warm, cold = run(*SAME.values()), run(*SAME.values(), cold=True)
    for title, one, other in zip(SAME, warm.cells, cold.cells, strict=True):
        assert nbformat.writes(nbformat.v4.new_notebook(cells=[one])) == nbformat.writes(
            nbformat.v4.new_notebook(cells=[other])
        ), title
    assert "image/png" in warm.cells[2].outputs[1].data
    assert warm.metadata == cold.metadata


@pytest.mark.slow
@only_linux
def test_a_real_report_has_the_same_cells_warm_and_cold(root):
    books = [
        nbformat.read(root / "tests/fixtures/notebooks/every_block.ipynb", as_version=4) for _ in range(2)
    ]
    for book, cold in zip(books, (False, True), strict=True):
        execute(book, "every_block.ipynb", cold=cold)
    assert nbformat.writes(books[0]) == nbformat.writes(books[1])


@only_linux
def test_nothing_of_one_report_is_left_for_the_next():
    run(
        "import sys, os, analysis.errors\n"
        "sys.modules['leak'] = sys; analysis.errors.leak = 1; os.environ['LEAK'] = 'x'"
    )
    made = run(
        "import sys, os, analysis.errors\n"
        "print('leak' in sys.modules, hasattr(analysis.errors, 'leak'), 'LEAK' in os.environ)"
    )
    assert said(made) == "False False False\n"


@only_linux
def test_a_fork_nobody_waited_for_ends(own_warm, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    warm = own_warm()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt) as kept:
        patched.setattr(forks, "wait", interrupted)
        warm.fork("time:sleep", 60, environment={}, folder=Path())
    warm.fork("time:sleep", 0, environment={}, folder=Path()).wait(60)
    assert kept.traceback and psutil.Process(warm.process.pid).children() == []


@only_linux
def test_a_warm_process_nobody_needed_is_not_waited_for(own_warm):
    warm = own_warm(preloading.imports_of("client/client_report.ipynb"))
    process, folder = warm.process, Path(warm.address).parent
    warm.close()
    assert (process.returncode, folder.exists()) == (-signal.SIGKILL, False)


@pytest.mark.skipif(os.name != "posix", reason="sockets have no paths elsewhere")
@pytest.mark.parametrize("cold", [False, True])
def test_a_temporary_folder_with_a_long_path_is_no_hindrance(own_warm, monkeypatch, tmp_path, cold):
    far = tmp_path / ("far" * 40)
    far.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(far))
    assert said(run("print(6 * 7)", cold=cold)) == "42\n"


@pytest.mark.slow
@only_linux
def test_the_warm_process_starts_nothing_but_imports(own_warm):
    warm = own_warm(preloading.imports_of("client/client_report.ipynb"))
    warm.fork("analysis.reports.running.warm:prepare", [], environment={}, folder=Path()).wait(60)
    stacks = [path.read_text().strip() for path in Path(f"/proc/{warm.process.pid}/task").glob("*/comm")]
    python = [name for name in stacks if not re.match(r"jemalloc|polars-ooc", name)]
    assert len(python) == 1, f"threads of the warm process: {stacks}"


@pytest.mark.slow
@only_linux
def test_imports_leave_the_sources_of_chance_alone():
    code = """
import random, numpy as np
from analysis.reports.running import preloading
from analysis.reports.running import warm
before = random.getstate(), np.random.get_state()[1].tolist()
warm.prepare([*preloading.KERNEL, *preloading.imports_of("client/client_report.ipynb")])
print((random.getstate(), np.random.get_state()[1].tolist()) == before)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "True", answer.stderr


@only_linux
def test_kernels_end_with_who_asked_for_them_and_leave_no_folder(tmp_path):
    code = f"""
import os, sys, time, tempfile
tempfile.tempdir = {str(tmp_path)!r}
from pathlib import Path
from analysis.reports.running import forks
warm = forks.warm_process()
one = warm.fork("time:sleep", 600, environment=dict(os.environ), folder=Path())
print(warm.process.pid, one.pid, flush=True)
time.sleep(600)
"""
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(word) for word in owner.stdout.readline().split()]
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in pids if _runs(pid)] == []
    assert list(tmp_path.iterdir()) == []


def _runs(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@only_linux
def test_changed_code_or_environment_gets_a_new_warm_process(own_warm, monkeypatch):
    first = own_warm()
    assert own_warm() is first
    monkeypatch.setenv("MPLCONFIGDIR", "elsewhere")
    second = own_warm()
    assert second is not first and first.process is None
    state = forks._start_state()
    monkeypatch.setattr(forks, "_start_state", lambda: (*state, "a file changed"))
    assert own_warm() is not second


@only_linux
def test_a_warm_process_that_is_gone_is_replaced(own_warm):
    first = own_warm()
    first.process.kill()
    first.process.wait()
    assert said(run("print(1)")) == "1\n"


def test_a_warm_process_that_does_not_answer_says_so(tmp_path):
    with pytest.raises(ReportError, match=r"does not answer\. Add --cold"):
        forks.WarmProcess(str(tmp_path / "none")).fork("os:getpid", environment={}, folder=tmp_path)


def test_local_ports_serve_where_there_are_no_sockets_in_folders(monkeypatch, tmp_path):
    monkeypatch.setattr(kernels.os, "name", "nt")
    config = kernels.transport(tmp_path)
    monkeypatch.undo()
    assert config.KernelManager.transport_encryption == "auto"
    monkeypatch.setattr(execution, "transport", lambda scratch: config)
    made = run("import warnings\nprint(2)", cold=True)
    assert said(made) == "2\n"
    assert made.metadata["analysis"]["warnings"] == []


@only_linux
def test_kernels_are_spoken_to_without_ports():
    code = "import json, ipykernel\nprint(json.loads(ipykernel.get_connection_info())['transport'])"
    assert said(run(code)) == said(run(code, cold=True)) == "ipc\n"


def test_what_is_imported_ahead_is_what_notebooks_import():
    found = preloading.imports(
        ("from analysis.survey import SurveyDesign\nimport secret_tool, pandas as pd", "%magic")
    )
    assert found[:2] == ("analysis.survey:SurveyDesign", "pandas")
    assert "svy_rs" in found and "secret_tool" not in found


def test_the_environment_is_that_of_the_session_with_what_must_be_fixed(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    monkeypatch.setenv("MINE", "kept")
    told = forks.environment(Path("project"))
    assert (told["PYTHONHASHSEED"], told["MINE"], told["TZ"]) == ("0", "kept", "UTC")
    assert os.environ["PYTHONHASHSEED"] == "5"


@pytest.mark.slow
def test_an_ordinary_kernel_imports_nothing_for_files_of_notebooks(root):
    book = nbformat.read(root / "tests/fixtures/notebooks/every_block.ipynb", as_version=4)
    book.cells.append(
        nbformat.v4.new_code_cell(
            "import sys\nprint([m for m in ('nbformat', 'papermill') if m in sys.modules])"
        )
    )
    execute(book, "every_block.ipynb", cold=True)
    assert book.cells[-1].outputs[0].text == "[]\n"


@pytest.mark.parametrize("cold", [False, True])
def test_what_is_printed_and_shown_keeps_its_order(cold):
    told = """
import sys
from IPython.display import Markdown, display
print("a", end="")
display(Markdown("b"))
sys.stdout.write("c")
sys.stdout.flush()
sys.stdout.flush()
display(Markdown("d"))
print("e", end="")"""
    made = run(
        told,
        'display(Markdown("f"))\nprint("g", file=sys.stderr)\nprint("h")',
        cold=cold,
    )
    shown = [
        [output.get("text") or output["data"]["text/markdown"] for output in cell.outputs]
        for cell in made.cells
    ]
    assert shown == [["ace", "b", "d"], ["f", "h\n"]]
    assert made.metadata["analysis"]["warnings"] == ["g\n"]
