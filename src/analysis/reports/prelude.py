"""Make a kernel repeat itself: seed what would be random, and note which of the project's files are read.

Sent silently to the kernel before the first cell of a report, never to an interactive one.
"""

from __future__ import annotations

import random
import sys
import uuid
from pathlib import Path

__all__ = ["files_read", "settle"]

_read: set[str] = set()


def settle(root: str) -> None:
    """Seed the sources of chance, and note the files opened below `data/`.

    Parameters
    ----------
    root : str
        The project's folder.

    Examples
    --------
    >>> import subprocess, sys
    >>> code = Path(__file__).read_text() + "\\nsettle('.')\\nprint(uuid.uuid4())"
    >>> said = [subprocess.run([sys.executable, "-c", code], capture_output=True).stdout for _ in range(2)]
    >>> said[0] == said[1]
    True
    """
    seeded = random.Random(0)
    uuid.uuid4 = lambda: uuid.UUID(int=seeded.getrandbits(128), version=4)
    random.seed(0)
    import numpy as np

    np.random.seed(0)
    data = str(Path(root).resolve() / "data")

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and arguments[1] in ("r", "rb", None):
            _note(arguments[0], data)

    sys.addaudithook(watch)


def _note(path: str, data: str) -> None:
    full = path if path.startswith("/") else str(Path.cwd() / path)
    if full.startswith(data):
        _read.add(full)


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
    return sorted(_read)
