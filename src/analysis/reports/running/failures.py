"""Why did a notebook fail, in one sentence? Its own error, too long a cell, too little memory, or a dead kernel."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError

from analysis.errors import AnalysisError, DataError, ParameterError, ReportError
from analysis.reports.running.normal import COLOURS, clean

__all__ = ["cell_failed", "kernel_died", "kills", "place", "took_too_long"]

EVENTS = Path("/sys/fs/cgroup/memory.events")
LONGEST = 600
RAISED = {2: ParameterError, 3: DataError}


def cell_failed(name: str, where: str, error: CellExecutionError, code: str, root: Path) -> AnalysisError:
    """Word an error a cell raised; bad data and wrong parameters stay what they are.

    Parameters
    ----------
    name : str
        The notebook's file name.
    where : str
        The cell, from `place`.
    error : nbclient.exceptions.CellExecutionError
        What the kernel said.
    code : str
        The error's own exit code, or `None`.
    root : pathlib.Path
        The project's folder.

    Returns
    -------
    AnalysisError
        A `ReportError` has the outcome `error`, or `memory` when the cell asked for more than there is.

    Examples
    --------
    >>> raised = CellExecutionError("", "KeyError", "'gone'")
    >>> cell_failed("a.ipynb", "code cell 2", raised, "None", Path("project"))
    ReportError("a.ipynb, code cell 2 failed with KeyError: 'gone'")
    """
    cause = clean(COLOURS.sub("", str(error.evalue)).strip(), root)
    if error.ename == "StdinNotImplementedError":
        return ReportError(
            f"{name}, {where} asks for input, and nobody is there to give it: use a parameter."
        )
    if code in ("2", "3", "4"):
        return RAISED.get(int(code), ReportError)(f"{name}, {where}: {cause}")
    if error.ename.endswith("MemoryError"):
        said = f" ({cause})" if cause else ""
        return _outcome("memory", f"{name}, {where} ran out of memory{said}.")
    short = cause if len(cause) <= LONGEST else f"{cause[:LONGEST]}… ({len(cause)} characters)"
    return ReportError(f"{name}, {where} failed with {error.ename}: {short}".removesuffix(": "))


def took_too_long(name: str, where: str, seconds: float) -> ReportError:
    """Word the end of a cell that took more than its time.

    Parameters
    ----------
    name, where : str
        The notebook's file name, and the cell.
    seconds : float
        What it was allowed.

    Returns
    -------
    ReportError
        With the outcome `timeout`.

    Examples
    --------
    >>> took_too_long("a.ipynb", "code cell 2", 5).outcome
    'timeout'
    """
    return _outcome("timeout", f"{name}: {where} took more than {seconds} seconds.")


def kernel_died(name: str, where: str, code: int | None, killed: bool | None) -> ReportError:
    """Word the end of a kernel that did not end by itself.

    Parameters
    ----------
    name, where : str
        The notebook's file name, and when it happened.
    code : int, optional
        The exit code of its process; negative: the signal that ended it.
    killed : bool, optional
        Whether the system counted a process killed for want of memory meanwhile; missing where it does not count.

    Returns
    -------
    ReportError
        With the outcome `memory` after signal 9, else `died`.

    Notes
    -----
    Signal 9 comes from whoever ends a process by force. Where the system keeps no count it is taken to be the system
    itself, short of memory: by far the most frequent cause, but not the only one.

    Examples
    --------
    >>> str(kernel_died("a.ipynb", "in code cell 2", -11, None))
    'a.ipynb: the kernel died in code cell 2, ended by signal 11 (SIGSEGV).'
    """
    about = f"{name}: the kernel died {where}"
    if code == -9 and killed:
        return _outcome("memory", f"{about}: the system ended it because memory ran out.")
    if code == -9:
        return _outcome(
            "memory", f"{about}, ended by force (signal 9). Not enough memory is the usual cause."
        )
    if code is None:
        return _outcome("died", f"{about}.")
    how = f"ended by signal {-code} ({_signal(-code)})" if code < 0 else f"with exit code {code}"
    return _outcome("died", f"{about}, {how}.")


def kills() -> int | None:
    """Count the processes the system has killed for want of memory, where it counts them.

    Returns
    -------
    int or None

    Examples
    --------
    >>> count = kills()
    >>> count is None or count >= 0
    True
    """
    try:
        found = re.search(r"^oom_kill (\d+)", EVENTS.read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def place(notebook: Any, index: int) -> str:
    """Name a cell as the reader counts them: among the code cells, the injected one left out.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook.
    index : int
        Position among all cells.

    Returns
    -------
    str

    Examples
    --------
    >>> import nbformat
    >>> place(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), 0)
    'code cell 1 “1 / 0”'
    """
    code = [
        i
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    if index not in code:
        return "the injected parameters"
    lines = [line.strip() for line in notebook.cells[index].source.splitlines()]
    said = " ".join(line for line in lines if line and not line.startswith("#"))
    return f"code cell {code.index(index) + 1} “{said if len(said) <= 60 else said[:59] + '…'}”"


def _outcome(outcome: str, message: str) -> ReportError:
    error = ReportError(message)
    error.outcome = outcome
    return error


def _signal(number: int) -> str:
    return signal.Signals(number).name if number in list(signal.Signals) else "unknown"
