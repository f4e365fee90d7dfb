"""Does code depend on a moment, on chance or on a machine? Read from its syntax, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from analysis.reports.linting.chance import SOURCES, VARIABLE, lacking
from analysis.reports.linting.findings import Cell, Finding, Opened

__all__ = ["code_findings"]

CLOCK_NAMES = {"now", "today", "utcnow"}
CLOCKS = {
    f"time.{name}"
    for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time", "clock_gettime")
} | {f"time.{name}_ns" for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time")}
MOMENTS = {"time.localtime": 0, "time.gmtime": 0, "time.ctime": 0, "time.asctime": 0, "time.strftime": 1}
FILE_TIMES = {"getmtime", "getctime", "getatime", "st_mtime", "st_ctime", "st_atime"}
PLACES = {"os.getcwd", "os.chdir", "os.getlogin", "getpass.getuser", "pathlib.Path.cwd"}
OWN = {"HOME", "USERPROFILE", "PWD", "USER", "USERNAME", "TMPDIR", "TEMP", "TMP"}
PROGRAMS = {"os.system", "os.popen", "os.startfile", "get_ipython", "IPython.get_ipython"}
CLIENTS = re.compile(
    r"(requests|httpx|aiohttp|urllib3|socket|http\.client|ftplib|urllib\.request|smtplib|imaplib|poplib|paramiko|boto3"
    r"|s3fs|gcsfs|websockets?|requests_cache|selenium|yfinance|pandas_datareader)(\.|$)"
)
FETCHES = {"analysis.catalog.fetch", "seaborn.load_dataset"}
FETCHERS = re.compile(r"^sklearn\.datasets\.fetch_\w+$|^statsmodels\..*\.get_rdataset$")
ADDRESS = re.compile(r"\b(?:https?|s?ftp|s3|gs|wss?|hdfs|abfss?)://")
PLACE = re.compile(
    r"(?:/(?:home|Users|tmp|var|srv|mnt|media|opt|root|etc|usr|data|work|content|Volumes)\b|/[\w.-]+/[\w.-]"
    r"|/[\w-]+\.[A-Za-z]\w{0,4}$|//\w[\w.-]*/\w|[A-Za-z]:[\\/]|~(?:[A-Za-z]\w*)?[\\/]|\\\\\w|file:/)"
)
BEFORE = "fetch the data beforehand (analysis data fetch), and read the file"
ROOT = "name files from the project's root"


def code_findings(notebook: Opened) -> Iterator[Finding]:
    """Look for what makes two runs, or two machines, differ.

    Parameters
    ----------
    notebook : Opened
        The notebook.

    Returns
    -------
    iterator of Finding
        Rules `python`, `magic`, `clock`, `chance`, `path`, `network`.

    Examples
    --------
    >>> from analysis.reports.linting.findings import opened_of
    >>> [finding.text for finding in code_findings(opened_of([("code", "!pip install x")]))]
    ['magics and shell commands run in a notebook only: write Python.']
    """
    for cell in notebook.code:
        if isinstance(cell.tree, SyntaxError):
            text = f"this is not Python: {cell.tree.msg}."
            yield cell.finding("python", text, cell.tree.lineno)
        for line in cell.magics:
            text = "magics and shell commands run in a notebook only: write Python."
            yield cell.finding("magic", text, line)
        yield from _calls(cell, notebook)
        yield from _named(cell, notebook)
        yield from _texts(cell)
        yield from _imports(cell)


def _calls(cell: Cell, notebook: Opened) -> Iterator[Finding]:
    for call in cell.nodes(ast.Call):
        name = _full(call.func, notebook)
        last = name.rpartition(".")[2]
        if _is_clock(name, call):
            text = f"{last}() reads the clock, so that no two runs agree: make the date a parameter."
            yield cell.finding("clock", text, call.lineno)
        elif wanted := lacking(name, call):
            yield cell.finding("chance", f"{last}() draws without a seed: {wanted}.", call.lineno)
        elif _is_place(name, call):
            yield cell.finding("path", f"{last}() is a place of one machine: {ROOT}.", call.lineno)
        elif _is_fetch(name, call):
            yield cell.finding("network", f"{last}() needs the network: {BEFORE}.", call.lineno)
        elif name in PROGRAMS or name.startswith("subprocess."):
            text = f"{last}() leaves Python, and other machines may lack what it asks for: write Python."
            yield cell.finding("magic", text, call.lineno)


def _full(node: ast.expr, notebook: Opened) -> str:
    """Write in full what is called; a variable is not the module whose name it bears: `requests.sum()` of a column."""
    first = node
    while isinstance(first, ast.Attribute):
        first = first.value
    name = notebook.called(node)
    variable = (
        isinstance(first, ast.Name) and first.id not in notebook.imported and isinstance(node, ast.Attribute)
    )
    return f"{VARIABLE}{name}" if variable else name


def _is_clock(name: str, call: ast.Call) -> bool:
    head, _, last = name.rpartition(".")
    words = [str(part.value).lower() for part in call.args[:1] if isinstance(part, ast.Constant)]
    said = last in ("Timestamp", "to_datetime", "datetime64") and words and words[0] in ("now", "today")
    return (
        (last in CLOCK_NAMES and isinstance(call.func, ast.Attribute))
        or name in CLOCKS
        or (name in MOMENTS and len(call.args) <= MOMENTS[name] and not call.keywords)
        or bool(said and head)
    )


def _named(cell: Cell, notebook: Opened) -> Iterator[Finding]:
    """Look for clocks and places that are named and not called: `map(datetime.now, …)`, `file.stat().st_mtime`."""
    called = {id(call.func) for call in cell.nodes(ast.Call)}
    for node in cell.nodes(ast.Attribute):
        name = _full(node, notebook)
        if node.attr in FILE_TIMES:
            text = f"{node.attr} is another on each machine that holds the file: make the date a parameter."
            yield cell.finding("clock", text, node.lineno)
        elif id(node) not in called and name[:1] != VARIABLE and (node.attr in CLOCK_NAMES or name in CLOCKS):
            text = f"{node.attr} reads the clock, so that no two runs agree: make the date a parameter."
            yield cell.finding("clock", text, node.lineno)
    for node in cell.nodes(ast.Subscript):
        if notebook.called(node.value) == "os.environ" and _text(node.slice) in OWN:
            yield cell.finding("path", f"{_text(node.slice)} is a place of one machine: {ROOT}.", node.lineno)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_place(name: str, call: ast.Call) -> bool:
    first = _text(call.args[0]) if call.args else ""
    last = name.rpartition(".")[2]
    return (
        (last in ("expanduser", "home") and "." in name)
        or name in PLACES
        or name.startswith("tempfile.")
        or (name in ("os.getenv", "os.environ.get") and first in OWN)
        or (name in ("pathlib.Path", "os.path.join") and first == "/")
    )


def _is_fetch(name: str, call: ast.Call) -> bool:
    asked = _text(call.args[0]) if call.args and name in ("__import__", "importlib.import_module") else ""
    used = CLIENTS.match(asked or name)
    return bool(used) or name in FETCHES or FETCHERS.match(name) is not None


def _texts(cell: Cell) -> Iterator[Finding]:
    for text in cell.nodes(ast.Constant):
        if not isinstance(text.value, str):
            continue
        if ADDRESS.search(text.value):
            yield cell.finding("network", f"this is an address: {BEFORE}.", text.lineno)
        elif PLACE.match(text.value):
            said = f"this is a place of one machine: {ROOT}, as data_path(…) does."
            yield cell.finding("path", said, text.lineno)


def _imports(cell: Cell) -> Iterator[Finding]:
    for node in cell.nodes(ast.Import, ast.ImportFrom):
        module = getattr(node, "module", None) or ""
        inside = [f"{module}.{alias.name}" for alias in node.names if module]
        names = [module, *inside] if module else [alias.name for alias in node.names]
        if found := [name for name in names if CLIENTS.match(name)]:
            yield cell.finding("network", f"{found[0]} is for the network: {BEFORE}.", node.lineno)
        if module in SOURCES and any(alias.name == "*" for alias in node.names):
            text = f"{module} draws without a seed: use numpy.random.default_rng(seed) and draw from it."
            yield cell.finding("chance", text, node.lineno)
