"""Why would a cell show something else each time it runs? Guessed from its code, and from what differs."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.reports.running import failures

__all__ = ["Cell", "Difference", "causes", "differing_cells"]

CLOCK = "it shows the clock"
CHANCE = "it draws at random without a seed"
PLACE = "it shows the path of a temporary file"
ADDRESS = "it shows a memory address"
ORDER = "it shows a set, which has no order"
FOLDER = "it lists a folder, which has no order"
MACHINE = "it shows something of the machine, the user or the environment"
NETWORK = "it reads from the network"
PROGRAM = "it shows what another program says"
THREADS = "it shows what finished first among things done at once"
DIGITS = "only the last digits of numbers differ, as when sums are made in another order"

CALLS = {
    CLOCK: r"(^|\.)(now|today|utcnow|time_ns|perf_counter(_ns)?|monotonic(_ns)?|process_time|localtime|gmtime|ctime)$"
    r"|^time(\.(time|strftime|asctime))?$|(^|\.)(getmtime|getctime|getatime|process_time_ns|thread_time)$|^tqdm",
    CHANCE: r"(^|\.)(urandom|getrandom|SystemRandom|uuid1)$|^secrets\."
    r"|(^|\.)(token_hex|token_bytes|token_urlsafe|randbelow)$",
    PLACE: r"^tempfile\.|(^|\.)(mkdtemp|mkstemp|NamedTemporaryFile|TemporaryDirectory|gettempdir)$",
    ADDRESS: r"^(id|object\.__repr__)$",
    ORDER: r"^(set|frozenset)$",
    FOLDER: r"(^|\.)(listdir|scandir|iterdir|i?glob|rglob)$",
    MACHINE: r"(^|\.)(getpid|getppid|gethostname|getuser|getlogin|getcwd|cwd|home|expanduser|cpu_count)$"
    r"|(^|\.)(getlocale|getenv)$|^(platform|psutil|resource)\.|^os\.environ",
    PROGRAM: r"^subprocess\.|^os\.(system|popen)$|(^|\.)(check_output|Popen)$",
    NETWORK: r"(^|\.)(urlopen|urlretrieve)$|^(requests|httpx)\.",
    THREADS: r"(^|\.)(as_completed|imap_unordered|Thread)$",
}
MAGICS = {
    CLOCK: re.compile(r"^\s*(%%?time(?:it)?)\b", re.MULTILINE),
    PROGRAM: re.compile(r"^\s*(?:\w+\s*=\s*)?(![^\n]{1,40}|%%?(?:bash|sh|script|system|sx)\b)", re.MULTILINE),
}
ASKED = re.compile(r"\s*\w+\s*=\s*[!%]")
FILE_TIMES = ("st_mtime", "st_ctime", "st_atime")
WEAK = (ORDER, FOLDER, THREADS)  # met everywhere, seldom to blame
UNSEEDED = re.compile(r"(^|\.)(default_rng|RandomState|Random|seed)$")
SHOWN = {
    PLACE: re.compile(r"/tmp\w*/|/var/folders/|\\Temp\\"),
    ADDRESS: re.compile(r"0x[0-9a-f]{6,}|\b1[34]\d{13}\b"),
    CLOCK: re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d|\d\d/\d\d/\d{4}|\b1[6-9]\d{8}(\.\d+)?\b"),
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
WORDS = re.compile(r"\w+")
MOST = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that showed two things: its place in the notebook, the two texts, and whether its code is the same."""

    index: int
    first: str
    second: str
    same_code: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the reader counts it, and why it likely differs."""

    name: str
    cause: str


def differing_cells(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Compare two executed notebooks cell by cell.

    Parameters
    ----------
    first, second : mapping
        Notebooks (nbformat 4).

    Returns
    -------
    list of Difference
        Cells whose source or outputs differ, in the order of the notebook.

    Examples
    --------
    >>> said = [{"cells": [{"cell_type": "code", "source": "x", "outputs": [{"text": text}]}]} for text in "ab"]
    >>> [found.index for found in differing_cells(*said)]
    [0]
    """
    missing = {"cell_type": "raw", "source": ""}
    length = max(len(first["cells"]), len(second["cells"]))
    pairs = [[_at(notebook, place, missing) for notebook in (first, second)] for place in range(length)]
    found = [
        Difference(place, _shown(first), _shown(second), first["source"] == second["source"])
        for place, (first, second) in enumerate(pairs)
    ]
    return [one for one in found if one.first != one.second or not one.same_code]


def _at(notebook: Mapping[str, Any], place: int, missing: Mapping[str, Any]) -> Mapping[str, Any]:
    cells = notebook["cells"]
    return cells[place] if place < len(cells) else missing


def _shown(cell: Mapping[str, Any]) -> str:
    return json.dumps(cell.get("outputs", []), sort_keys=True, ensure_ascii=False, indent=0)


def causes(found: Iterable[Difference], notebook: Mapping[str, Any], *, steady: bool) -> list[Cell]:
    """Say for each differing cell why it likely differs.

    Parameters
    ----------
    found : iterable of Difference
        From `differing_cells`.
    notebook : mapping
        The notebook that was run.
    steady : bool
        Whether running it twice gave the same: then what it is made from has changed.

    Returns
    -------
    list of Cell
        The first five cells; one line for all others.

    Examples
    --------
    >>> from nbformat import v4
    >>> notebook = v4.new_notebook(cells=[v4.new_code_cell("print(datetime.now())")])
    >>> causes([Difference(0, "1", "2")], notebook, steady=False)[0].cause
    'it shows the clock (datetime.now)'
    """
    found = list(found)
    told = [Cell(failures.place(notebook, one.index), _cause(one, notebook, steady)) for one in found[:MOST]]
    rest = len(found) - MOST
    return [*told, Cell(f"{rest} more cells", "not looked into")] if rest > 0 else told


def _cause(found: Difference, notebook: Any, steady: bool) -> str:
    """Choose what the code and the difference agree on, else a strong suspect in the code, else what is seen."""
    if not found.same_code:
        return "its code has changed"
    seen = _seen(found)
    suspects = list(_suspects(found.index, notebook["cells"]))
    agreed = [s for s in suspects if s[0] == seen or (seen == ORDER and s[0] in WEAK)]
    strong = [suspect for suspect in suspects if suspect[0] not in WEAK]
    chosen = agreed or strong or ([] if seen else suspects)
    if chosen:
        kind, call, place = chosen[0]
        where = "" if place == found.index else f", in {failures.place(notebook, place)}"
        return f"{kind} ({call}{where})"
    if seen:
        return f"{seen}, so far as the output tells"
    if steady:
        return "it repeats itself now, so what it is made from has changed"
    return "something it calls gives another result each time"


def _seen(found: Difference) -> str:
    """Guess from the two texts alone."""
    only = [" ".join(lines) for lines in _differing_lines(found)]
    for kind, pattern in SHOWN.items():
        if all(pattern.search(text) for text in only):
            return kind
    first, second = (Counter(WORDS.findall(text)) for text in only)
    if first == second:
        return ORDER
    return DIGITS if _nearly_same(*only) else ""


def _differing_lines(found: Difference) -> tuple[list[str], list[str]]:
    first, second = found.first.splitlines(), found.second.splitlines()
    return [line for line in first if line not in set(second)], [
        line for line in second if line not in set(first)
    ]


def _nearly_same(first: str, second: str) -> bool:
    if NUMBER.sub("#", first) != NUMBER.sub("#", second):
        return False
    pairs = zip(map(float, NUMBER.findall(first)), map(float, NUMBER.findall(second)), strict=True)
    return all(abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-9) for a, b in pairs)


def _suspects(index: int, cells: list[Mapping[str, Any]]) -> Iterator[tuple[str, str, int]]:
    """Go back from a cell through the cells that made what it uses: kind, call, place of each suspect."""
    wanted: set[str] = set()
    for place in range(index, -1, -1):
        tree = _tree(cells[place])
        if tree is None or (place != index and not wanted & _made(tree)):
            continue
        yield from ((kind, call, place) for kind, call in _magic(cells[place]["source"]))
        yield from ((kind, call, place) for kind, call in _calls(tree))
        wanted |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _tree(cell: Mapping[str, Any]) -> ast.Module | None:
    """Read a code cell, the lines only IPython understands left out."""
    if cell["cell_type"] != "code":
        return None
    lines = [
        "" if line.lstrip().startswith(("%", "!", "?")) or ASKED.match(line) else line
        for line in cell["source"].splitlines()
    ]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return None


def _made(tree: ast.Module) -> set[str]:
    """Name what a cell defines, imports left out: they make nothing differ."""
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _magic(source: str) -> Iterator[tuple[str, str]]:
    """Give what only IPython understands, and makes two runs differ."""
    yield from ((kind, found) for kind, pattern in MAGICS.items() for found in pattern.findall(source))


def _calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.SetComp):
            yield ORDER, ast.unparse(node)[:40]
        elif isinstance(node, ast.Call):
            yield from _named(ast.unparse(node.func), bool(node.args or node.keywords))
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ":
            yield MACHINE, "os.environ"
        elif isinstance(node, ast.Attribute) and node.attr in FILE_TIMES:
            yield CLOCK, node.attr
        elif isinstance(node, ast.Constant) and str(node.value).startswith(("/proc/", "/sys/")):
            yield MACHINE, str(node.value)


def _named(call: str, given: bool) -> Iterator[tuple[str, str]]:
    yield from ((kind, call) for kind, pattern in CALLS.items() if re.search(pattern, call))
    if not given and UNSEEDED.search(call):
        yield CHANCE, call
