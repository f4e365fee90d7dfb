"""Make a kernel repeat itself and keep within bounds; note which of the project's files are read.

Sent silently to the kernel before the first cell of a report, never to an interactive one.
"""

from __future__ import annotations

import gc
import os
import random
import re
import sys
import uuid
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["bound", "cuts", "files_read", "folders_read", "repeat", "settle"]

_chance = random.Random(0)
_files: set[str] = set()
_folders: set[str] = set()
_counts = [[0, 0]]  # characters printed and shown by each cell that ran, after what came before the first
_dropped = [0]
_inside = [0]  # how deep the running cell lies in others: `%%capture` runs its own cell
_limits = [0, 0]
_unsent: set[int] = set()
PICTURES = 20  # how many times as much as text a cell's figures and tables may take
# A report makes many objects and leaves few: looking for leftovers less often saves a tenth of its time.
SELDOM = (200_000, 20, 20)
LISTINGS = ("os.listdir", "os.scandir")
HALVES = re.compile(r"[\ud800-\udfff]")  # of signs, as of an emoji cut in two: no message can hold them


def repeat() -> None:
    """Draw the same identifiers and the same unseeded numbers in every run.

    Notes
    -----
    It comes before libraries are imported, for some keep the function that draws identifiers; seeding again in a
    fork is then enough.

    Examples
    --------
    >>> import subprocess, sys
    >>> code = Path(__file__).read_text() + "\\nrepeat()\\nprint(uuid.uuid4(), random.random())"
    >>> said = [subprocess.run([sys.executable, "-c", code], capture_output=True).stdout for _ in range(2)]
    >>> said[0] == said[1]
    True
    """
    uuid.uuid4 = _uuid4
    _chance.seed(0)
    random.seed(0)


def _uuid4() -> uuid.UUID:
    return uuid.UUID(int=_chance.getrandbits(128), version=4)


def settle(root: str, most: int) -> None:
    """Seed chance, look for leftovers seldom, bound what a cell prints, and note files and folders read below `data/`.

    Parameters
    ----------
    root : str
        The project's folder.
    most : int
        Characters one cell may print; its figures and tables may take twenty times as many.

    Examples
    --------
    >>> code = Path(__file__).read_text() + "\\nsettle('.', 100)\\nos.listdir('data')\\nprint(folders_read())"
    >>> import subprocess
    >>> subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.count("data")
    1
    """
    repeat()
    gc.set_threshold(*SELDOM)
    import numpy as np

    np.random.seed(0)
    data = str(Path(root).resolve() / "data")

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes) and arguments[1] in ("r", "rb", None):
            _note(os.fsdecode(arguments[0]), data, _files)
        elif event in LISTINGS and not isinstance(arguments[0], int):
            _note(os.fsdecode(arguments[0] or "."), data, _folders)

    sys.addaudithook(watch)
    if "IPython" in sys.modules:
        bound(sys.modules["IPython"].get_ipython(), most)


def _note(path: str, data: str, noted: set[str]) -> None:
    full = path if path.startswith("/") else str(Path.cwd() / path)
    derived = full.startswith(os.path.join(data, "store"))  # noqa: PTH118
    if not derived and (full == data or full.startswith(data + os.sep)):
        noted.add(os.path.normpath(full))


def bound(shell: Any, most: int) -> None:
    """Send no more of a cell's output than a report can hold, counted anew for each cell.

    Parameters
    ----------
    shell : IPython.InteractiveShell or None
        The kernel's shell.
    most : int
        Characters one cell may print; its figures and tables may take twenty times as many. The rest is counted
        and dropped.

    Examples
    --------
    >>> bound(None, 100)
    """
    _limits[:] = most, PICTURES * most
    if shell is None:
        return
    _bound_streams(type(sys.stdout))
    shell.transform_cell = lru_cache(1)(shell.transform_cell)  # the kernel asks twice for each cell
    if hasattr(shell, "_tee"):  # keeps all that is printed a second time, in the history
        shell._tee = lambda channel: nullcontext()
    if hasattr(shell.display_pub, "register_hook"):
        shell.display_pub.register_hook(lambda message: message if _room(_size(message)) else None)
    shell.ask_exit = _refuse_exit
    shell.events.register("pre_run_cell", _begin_cell)
    shell.events.register("post_run_cell", _end_cell)


def _refuse_exit() -> None:
    """Fail at `exit()` as at `sys.exit()`: the kernel would else end a moment later, in whichever cell that is."""
    raise SystemExit("exit() ends no report; leave the cell out")


def _begin_cell(info: Any) -> None:
    """Count anew, on the streams as their class makes them: what ran before may have put an own `write` on them."""
    _inside[0] += 1
    if _inside[0] > 1:
        return
    _counts.append([0, 0])
    _dropped.append(0)
    for stream in (sys.stdout, sys.stderr):
        vars(stream).pop("write", None)


def _end_cell(result: Any) -> None:
    _inside[0] = max(0, _inside[0] - 1)


def _bound_streams(kind: type) -> None:
    """Let the kernel's streams, which are of one class, take what there is room for, and send only what they hold."""
    write, flush = kind.write, kind.flush

    def bounded(stream: Any, text: str) -> int:
        left = _limits[0] - _counts[-1][0]
        _counts[-1][0] += len(text)
        if left > 0:
            _unsent.add(id(stream))
            kept = text if len(text) <= left else text[:left]
            write(stream, kept if kept.isascii() else HALVES.sub("\ufffd", kept))
        return len(text)

    def sent(stream: Any) -> None:
        # The kernel asks some four times a cell, and each time waits for another thread.
        if id(stream) in _unsent:
            _unsent.discard(id(stream))
            flush(stream)

    kind.write, kind.flush = bounded, sent


def _room(size: int) -> bool:
    """Say whether a figure or table still fits; what does not is dropped whole, and leaves its room to others."""
    fits = _counts[-1][1] + size <= _limits[1]
    if not fits:
        _dropped[-1] += size
    else:
        _counts[-1][1] += size
    return fits


def _size(message: dict[str, Any]) -> int:
    return sum(len(value) for value in message["content"].get("data", {}).values() if isinstance(value, str))


def cuts() -> list[int]:
    """Tell for each cell that ran how many characters were not sent.

    Returns
    -------
    list of int

    Examples
    --------
    >>> cuts()
    []
    """
    return [
        max(0, printed - _limits[0]) + lost for (printed, _), lost in zip(_counts, _dropped, strict=True)
    ][1:]


def files_read() -> list[str]:
    """List the files noted so far.

    Returns
    -------
    list of str
        Full paths, sorted.

    Examples
    --------
    >>> files_read()
    []
    """
    return sorted(_files)


def folders_read() -> list[str]:
    """List the folders whose content was looked up so far.

    Returns
    -------
    list of str
        Full paths, sorted.

    Examples
    --------
    >>> folders_read()
    []
    """
    return sorted(_folders)
