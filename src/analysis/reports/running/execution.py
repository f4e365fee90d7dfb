"""How is a notebook run so that it gives the same output each time?

Its kernel starts in the project's root with a fixed environment, is kept within bounds of time and output, and what
it leaves behind is stripped of clocks, addresses and paths.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from analysis.catalog import project_root
from analysis.errors import ReportError
from analysis.reports.running.failures import cell_failed, kernel_died, kills, place, took_too_long
from analysis.reports.running.forks import AVAILABLE, EPOCH, environment, shelter
from analysis.reports.running.kernels import Kernel, KernelManager, WarmKernelManager, transport
from analysis.reports.running.normal import normalise
from analysis.reports.running.preloading import imports

__all__ = ["EPOCH", "MOST", "TIMEOUT", "execute", "inject", "normalise"]

TIMEOUT = 600
MOST = 1_000_000
PREPARE = """import sys as _sys, types as _types
if "report_prelude" not in _sys.modules:
    _sys.modules["report_prelude"] = _types.ModuleType("report_prelude")
    exec({source!r}, _sys.modules["report_prelude"].__dict__)
_sys.modules["report_prelude"].settle({root!r}, {most!r})
del _sys, _types"""
PRELUDE = "__import__('report_prelude')"


def inject(notebook: Any, source: str) -> Any:
    """Put a cell with the values given below the parameters cell.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook; a copy is changed.
    source : str
        The cell's lines; nothing is added when empty.

    Returns
    -------
    nbformat.NotebookNode

    Examples
    --------
    >>> blank = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = 1")])
    >>> [cell.source for cell in inject(blank, "a = 2").cells]
    ['a = 2', 'a = 1']
    """
    copy = nbformat.from_dict(notebook)
    copy = nbformat.reads(nbformat.writes(copy), as_version=4)
    if not source:
        return copy
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
    tagged = (
        i
        for i, c in enumerate(copy.cells)
        if c.cell_type == "code" and "parameters" in c.metadata.get("tags", [])
    )
    copy.cells.insert(next(tagged, -1) + 1, cell)
    return copy


def execute(
    notebook: Any,
    name: str,
    *,
    kernel: str = "python3",
    timeout: float = TIMEOUT,
    most: int = MOST,
    cold: bool = False,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run every cell in a kernel of its own, in place, and normalise what is left.

    The notebook's metadata then hold, under `analysis`, the `files` read and the `folders` looked through below
    `data/`, and the `warnings` printed.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook to run.
    name : str
        Its file name, for messages.
    kernel : str
        Kernel to start.
    timeout : float
        Seconds one cell may take.
    most : int
        Characters one cell may print; its figures and tables may take twenty times as many. The rest is left out, and
        a notice put in its place.
    cold : bool
        Start an ordinary kernel, which does its own imports, in the place of a fork of the warm process. The output
        is the same.
    environment : mapping, optional
        Variables the kernel finds in its environment beside the usual ones: the report's secrets.

    Raises
    ------
    ReportError, DataError, ParameterError
        When a cell fails; the message names the notebook, the cell and the cause. `ReportError.outcome` is `error`,
        `timeout`, `memory` or `died`.

    Notes
    -----
    An outcome `memory` after a kernel was ended by force is the likely cause, not a certain one.

    Examples
    --------
    >>> blank = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1 + 1)")])
    >>> execute(blank, "sum.ipynb")
    >>> blank.cells[0].outputs[0].text
    '2\\n'
    """
    root = project_root().resolve()
    warm = AVAILABLE and kernel == "python3" and not cold
    with _scratch() as scratch:
        client = Kernel(
            notebook,
            kernel_name=kernel,
            kernel_manager_class=WarmKernelManager if warm else KernelManager,
            timeout=timeout,
            most=most,
            record_timing=False,
            resources={"metadata": {"path": str(root)}},
            config=transport(scratch),
        )
        seen = _driven(client, name, root, {**_environment(root, scratch), **(environment or {})})
    warnings = normalise(notebook, root)
    notebook.metadata["analysis"] = {**seen, "warnings": warnings}


@contextmanager
def _scratch() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="k", dir=shelter()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(root: Path, scratch: Path) -> dict[str, str]:
    return {**environment(root), "IPYTHONDIR": str(scratch / "ipython")}


def _driven(client: Kernel, name: str, root: Path, variables: Mapping[str, str]) -> dict[str, list[str]]:
    """Run the cells, and tell what was read; word the death of a kernel."""
    before = kills()
    manager = client.create_kernel_manager()
    manager.modules = imports(tuple(cell.source for cell in client.nb.cells if cell.cell_type == "code"))
    try:
        with client.setup_kernel(env=variables, stderr=subprocess.DEVNULL):
            return _run(client, name, root)
    except DeadKernelError:
        killed = None if before is None else kills() != before
        raise kernel_died(name, _where(client), manager.exit_code, killed) from None
    finally:
        manager.end()


def _run(client: Kernel, name: str, root: Path) -> dict[str, list[str]]:
    source = Path(__file__).with_name("prelude.py").read_text(encoding="utf-8")
    _ask(client, PREPARE.format(source=source, root=str(root), most=client.most))
    for index, cell in enumerate(client.nb.cells):
        client.cell_in_progress = index
        try:
            client.execute_cell(cell, index)
        except CellTimeoutError:
            raise took_too_long(name, place(client.nb, index), client.timeout) from None
        except CellExecutionError as error:
            if error.ename == "NoneType":
                _check_shown(client, name, index, root)
            code = _ask(client, "", "getattr(__import__('sys').last_value, 'exit_code', None)")
            raise cell_failed(name, place(client.nb, index), error, code, root) from None
        _check_shown(client, name, index, root)
    files, folders, cuts = _paths(client)
    client.say_what_was_cut(cuts)
    return {"files": files, "folders": folders}


def _check_shown(client: Kernel, name: str, index: int, root: Path) -> None:
    """Refuse an error that a cell shows though it went on: an object that could not be displayed."""
    cell = client.nb.cells[index]
    shown = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
    if shown and "raises-exception" not in cell.metadata.get("tags", []):
        error = CellExecutionError("", shown[-1].ename, shown[-1].evalue)
        raise cell_failed(name, place(client.nb, index), error, "None", root)


def _paths(client: Kernel) -> tuple[list[str], list[str], list[int]]:
    """Read from the kernel the files and folders it looked at, and how much of each cell it did not send."""
    asked = ", ".join(f"{PRELUDE}.{name}()" for name in ("files_read", "folders_read", "cuts"))
    text = _ask(client, "", f"__import__('json').dumps([{asked}])")
    files, folders, cuts = json.loads(ast.literal_eval(text))
    return files, folders, cuts


def _ask(client: Kernel, code: str, expression: str = "") -> str:
    """Run code silently in the kernel, and give the value of one expression as text."""
    asked = {"answer": expression} if expression else {}
    message = client.kc.execute(code, silent=True, store_history=False, user_expressions=asked)
    content = client.wait_for_reply(message)["content"]
    if content["status"] != "ok":
        raise ReportError(f"The kernel could not be prepared: {content['ename']}: {content['evalue']}")
    answer = content.get("user_expressions", {}).get("answer", {})
    if answer.get("status") == "error":
        raise ReportError(f"The kernel could not be asked: {answer['ename']}: {answer['evalue']}")
    return answer.get("data", {}).get("text/plain", "")


def _where(client: Kernel) -> str:
    index = getattr(client, "cell_in_progress", None)
    return "before the first cell" if index is None else f"in {place(client.nb, index)}"
