"""Who sets pages and pictures? One compiler for each template, for one thread at a time, and never across a fork.

The compiler works with threads of its own, which a forked process does not have: there it would wait for them for
ever. A process forked after the compiler was used lets a fresh one do the work.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

__all__ = ["compiled"]

AFRESH = (
    "import pickle, sys; from analysis.reports.writers import setting; "
    "sys.stdout.buffer.write(pickle.dumps(setting.attempted(*pickle.load(sys.stdin.buffer))))"
)


class _State:
    """Whether the compiler was used here, or in a process this one was forked from."""

    lock, used, orphan = Lock(), False, False

    @classmethod
    def forked(cls) -> None:
        """Begin anew in a forked process, where another thread's lock would never be let go."""
        cls.lock, cls.orphan = Lock(), cls.used or cls.orphan


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_State.forked)


def compiled(template: Path, fonts: tuple[Path, ...], inputs: dict[str, str], **wishes: Any) -> Any:
    """Set a template.

    Parameters
    ----------
    template : pathlib.Path
        The template.
    fonts : tuple of pathlib.Path
        Folders of fonts, beside those of the compiler; system fonts are not used.
    inputs : dict
        What the template is given.
    **wishes
        Format, resolution, standards, date.

    Returns
    -------
    bytes or list of bytes
        One file, or one picture for each page.

    Raises
    ------
    typst.TypstError
        When the template cannot be set.

    Examples
    --------
    >>> from analysis.reports.writers.pictures import TEMPLATE
    >>> compiled(TEMPLATE, (), {})
    Traceback (most recent call last):
    ...
    typst.TypstError: ...
    """
    done, error = (_afresh if _State.orphan else attempted)(template, fonts, inputs, wishes)
    if error is not None:
        raise error
    return done


def attempted(template: Path, fonts: tuple[Path, ...], inputs: dict[str, str], wishes: dict[str, Any]) -> Any:
    """Give what was set, or what kept it from being set."""
    _State.used = True
    try:
        with _State.lock:
            return _compiler(template, fonts).compile(sys_inputs=inputs, **wishes), None
    except typst.TypstError as error:
        return None, error


def _afresh(*task: Any) -> Any:
    """Let a process that was not forked do the same."""
    command = [sys.executable, "-c", AFRESH]
    answer = subprocess.run(command, input=pickle.dumps(task), stdout=subprocess.PIPE, check=True).stdout
    return pickle.loads(answer)


@lru_cache(maxsize=4)
def _compiler(template: Path, folders: tuple[Path, ...]) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
    return typst.Compiler(template, root=template.parent, font_paths=fonts)
