"""How is a notebook run so that it gives the same output each time?

Kernels talk over sockets in a private folder (no ports), start in the
project's root with a fixed environment, and what they leave behind is stripped of clocks, addresses and paths.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from analysis.catalog import project_root
from analysis.errors import DataError, ParameterError, ReportError

__all__ = ["EPOCH", "TIMEOUT", "execute", "inject", "normalise"]

EPOCH = 315532800  # 1980-01-01, the first date a ZIP file can hold
ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PREPARE = """import sys as _sys, types as _types
_sys.modules["report_prelude"] = _types.ModuleType("report_prelude")
exec({source!r}, _sys.modules["report_prelude"].__dict__)
_sys.modules["report_prelude"].settle({root!r})
del _sys, _types"""
RAISED = {2: ParameterError, 3: DataError}
TIMEOUT = 600


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
    tagged = (i for i, c in enumerate(copy.cells) if "parameters" in c.metadata.get("tags", []))
    copy.cells.insert(next(tagged, -1) + 1, cell)
    return copy


def execute(
    notebook: Any,
    name: str,
    *,
    kernel: str = "python3",
    timeout: int = TIMEOUT,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run every cell in a fresh kernel, in place, and normalise what is left.

    The notebook's metadata then hold, under `analysis`, the files read below `data/` and the warnings printed.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook to run.
    name : str
        Its file name, for messages.
    kernel : str
        Kernel to start.
    timeout : int
        Seconds one cell may take.
    environment : mapping, optional
        Variables the kernel finds in its environment beside the usual ones: the report's secrets.

    Raises
    ------
    ReportError, DataError, ParameterError
        When a cell fails; the message names the notebook, the cell and the cause.

    Examples
    --------
    >>> blank = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1 + 1)")])
    >>> execute(blank, "sum.ipynb")
    >>> blank.cells[0].outputs[0].text
    '2\\n'
    """
    root = project_root().resolve()
    scratch = Path(tempfile.mkdtemp(prefix="k"))
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=timeout,
        record_timing=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(root)}},
        config=_transport(scratch),
    )
    try:
        with client.setup_kernel(
            env={**_environment(root, scratch), **(environment or {})}, stderr=subprocess.DEVNULL
        ):
            files = _run(client, name, root)
    except DeadKernelError:
        raise ReportError(
            f"{name}: the kernel died {_where(client)}. Not enough memory is the usual cause."
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    warnings = normalise(notebook, root)
    notebook.metadata["analysis"] = {"files": files, "warnings": warnings}


def _transport(scratch: Path) -> Config:
    config = Config()
    if os.name == "posix":
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = str(scratch / "s")
    return config


def _environment(root: Path, scratch: Path) -> dict[str, str]:
    fixed = {
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(EPOCH),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TQDM_DISABLE": "1",
        "NO_COLOR": "1",
        "IPYKERNEL_CELL_NAME": "<cell>",
        "IPYTHONDIR": str(scratch / "ipython"),
        "ANALYSIS_HOME": str(root),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH")])),
    }
    return {**os.environ, **fixed}


def _run(client: NotebookClient, name: str, root: Path) -> list[str]:
    source = Path(__file__).with_name("prelude.py").read_text(encoding="utf-8")
    _ask(client, PREPARE.format(source=source, root=str(root)))
    for index, cell in enumerate(client.nb.cells):
        client.cell_in_progress = index
        try:
            client.execute_cell(cell, index)
        except CellTimeoutError:
            message = f"{name}: {_cell(client.nb, index)} took more than {client.timeout} seconds."
            raise ReportError(message) from None
        except CellExecutionError as error:
            code = _ask(client, "", "getattr(__import__('sys').last_value, 'exit_code', None)")
            raise _failure(name, _cell(client.nb, index), error, code, root) from None
    files = _ask(client, "", "__import__('report_prelude').files_read()")
    return _paths(files)


def _paths(text: str) -> list[str]:
    """Read the list of paths the kernel gave."""
    found = ast.literal_eval(text) if text else []
    return [str(item) for item in found]


def _ask(client: NotebookClient, code: str, expression: str = "") -> str:
    """Run code silently in the kernel, and give the value of one expression as text."""
    asked = {"answer": expression} if expression else {}
    message = client.kc.execute(code, silent=True, store_history=False, user_expressions=asked)
    content = client.wait_for_reply(message)["content"]
    if content["status"] != "ok":
        raise ReportError(f"The kernel could not be prepared: {content['ename']}: {content['evalue']}")
    answer = content.get("user_expressions", {}).get("answer", {})
    return answer.get("data", {}).get("text/plain", "")


def _failure(name: str, where: str, error: CellExecutionError, code: str, root: Path) -> Exception:
    """Word a failed cell; bad data and wrong parameters stay what they are."""
    cause = _clean(COLOURS.sub("", str(error.evalue)).strip(), root)
    if code in ("2", "3", "4"):
        return RAISED.get(int(code), ReportError)(f"{name}, {where}: {cause}")
    kind = f"{error.ename}: {cause}" if cause else error.ename
    return ReportError(f"{name}, {where} failed with {kind}")


def _where(client: NotebookClient) -> str:
    index = getattr(client, "cell_in_progress", None)
    return "before the first cell" if index is None else f"in {_cell(client.nb, index)}"


def _cell(notebook: Any, index: int) -> str:
    """Name a cell as the reader counts them: among the code cells, the injected one left out."""
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


def normalise(notebook: Any, root: Path) -> list[str]:
    """Strip what differs between two runs: times, random ids, addresses, paths of this machine.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    root : pathlib.Path
        The project's folder, taken out of texts.

    Returns
    -------
    list of str
        What was printed on standard error; it is taken out of the notebook.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("stream", name="stderr", text="!")])
    >>> normalise(nbformat.v4.new_notebook(cells=[cell]), Path("project"))
    ['!']
    """
    warnings: list[str] = []
    for name in ("papermill", "widgets"):
        notebook.metadata.pop(name, None)
    for index, cell in enumerate(notebook.cells):
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        cell["id"] = hashlib.sha256(f"{index}\n{cell.source}".encode()).hexdigest()[:8]
        if cell.cell_type == "code":
            outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            warnings += [_clean(o["text"], root) for o in cell.outputs if o.get("name") == "stderr"]
            cell["outputs"] = [_settled(output, root) for output in outputs]
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    return warnings


def _settled(output: Any, root: Path) -> Any:
    if output.output_type == "error":
        text = f"{output.ename}: {COLOURS.sub('', output.evalue)}"
        return nbformat.v4.new_output("stream", name="stdout", text=_clean(text, root))
    if output.output_type == "stream":
        output["text"] = _clean(output["text"], root)
    for kind in ("text/plain", "text/html"):
        if isinstance(output.get("data", {}).get(kind), str):
            output["data"][kind] = _clean(output["data"][kind], root)
    return output


def _clean(text: str, root: Path) -> str:
    return ADDRESS.sub("0x0", text.replace(f"{root}/", "").replace(str(Path(sys.prefix).resolve()), "python"))
