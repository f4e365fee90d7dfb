"""Does code depend on a moment, on chance or on a machine? Read from its syntax, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from analysis.reports.linting.findings import Cell, Finding, Opened

__all__ = ["code_findings"]

CLOCK_NAMES = {"now", "today", "utcnow"}
CLOCKS = {
    f"time.{name}"
    for name in ("time", "time_ns", "perf_counter", "monotonic", "localtime", "gmtime", "ctime")
}
SEEDED = {"default_rng", "Generator", "SeedSequence", "RandomState", "PCG64", "Philox", "MT19937", "SFC64"}
CHANCE = {"uuid.uuid1", "uuid.uuid4", "os.urandom"}
STATES = {
    "sample": "random_state",
    "train_test_split": "random_state",
    "KMeans": "random_state",
    "MiniBatchKMeans": "random_state",
    "GaussianMixture": "random_state",
    "TSNE": "random_state",
    "RandomForestClassifier": "random_state",
    "RandomForestRegressor": "random_state",
    "spring_layout": "seed",
    "random_layout": "seed",
}
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "socket", "http.client", "ftplib", "urllib.request"}
FETCHES = {"analysis.catalog.fetch", "urllib.request.urlopen", "urllib.request.urlretrieve"}
ADDRESS = re.compile(r"\b(?:https?|ftp|s3|gs)://")
PLACE = re.compile(
    r"(?:/(?:home|Users|tmp|var|srv|mnt|media|opt|root|etc|usr|data|work|content|Volumes)\b|/[\w.-]+/[\w.-]"
    r"|[A-Za-z]:[\\/]|~[\\/]|\\\\\w)"
)


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
        yield from _texts(cell)
        yield from _imports(cell)


def _calls(cell: Cell, notebook: Opened) -> Iterator[Finding]:
    for call in cell.nodes(ast.Call):
        name = notebook.called(call.func)
        last = name.rpartition(".")[2]
        if _is_clock(name, call):
            text = f"{last}() reads the clock, so that no two runs agree: make the date a parameter."
            yield cell.finding("clock", text, call.lineno)
        elif wanted := _lacking(name, call):
            yield cell.finding("chance", f"{last}() draws without a seed: {wanted}.", call.lineno)
        elif last in ("expanduser", "home") and "." in name:
            text = f"{last}() is a place of one machine: name files from the project's root."
            yield cell.finding("path", text, call.lineno)
        elif name in FETCHES or name.partition(".")[0] in CLIENTS:
            yield cell.finding("network", f"{last}() needs the network: {BEFORE}.", call.lineno)


BEFORE = "fetch the data beforehand (analysis data fetch), and read the file"


def _is_clock(name: str, call: ast.Call) -> bool:
    head, _, last = name.rpartition(".")
    words = [part.value for part in call.args[:1] if isinstance(part, ast.Constant)]
    said = last in ("Timestamp", "to_datetime", "datetime64") and words and words[0] in ("now", "today")
    return (
        (last in CLOCK_NAMES and isinstance(call.func, ast.Attribute))
        or name in CLOCKS
        or bool(said and head)
    )


def _lacking(name: str, call: ast.Call) -> str:
    """Say what a call that draws by chance lacks, or nothing."""
    head, _, last = name.rpartition(".")
    given = {keyword.arg for keyword in call.keywords}
    seeded = bool(
        call.keywords or [a for a in call.args if not (isinstance(a, ast.Constant) and a.value is None)]
    )
    if (head == "numpy.random" and last in SEEDED) or name == "random.Random":
        return "" if seeded else "give it one"
    if head in ("numpy.random", "random") or name in CHANCE or head == "secrets":
        return "use numpy.random.default_rng(seed) and draw from it"
    if last in STATES and STATES[last] not in given and None not in given and _draws(name, call):
        return f"write {STATES[last]}=…"
    return ""


def _draws(name: str, call: ast.Call) -> bool:
    """Tell `table.sample(5)` from a function or module of that name: a generator's own draws are seeded."""
    return not name.startswith(("analysis.", "rng.", "generator.")) and (
        name.rpartition(".")[2] != "sample" or isinstance(call.func, ast.Attribute)
    )


def _texts(cell: Cell) -> Iterator[Finding]:
    for text in cell.nodes(ast.Constant):
        if not isinstance(text.value, str):
            continue
        if ADDRESS.search(text.value):
            yield cell.finding("network", f"this is an address: {BEFORE}.", text.lineno)
        elif PLACE.match(text.value):
            said = "this is a place of one machine: name files from the project's root, as data_path(…) does."
            yield cell.finding("path", said, text.lineno)


def _imports(cell: Cell) -> Iterator[Finding]:
    for node in cell.nodes(ast.Import, ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        for name in names:
            if name in CLIENTS:
                yield cell.finding("network", f"{name} is for the network: {BEFORE}.", node.lineno)
