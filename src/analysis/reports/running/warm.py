"""One process that has the imports done, and forks kernels and workers from itself.

It is a program of its own, `python -m analysis.reports.running.warm`, which `forks` starts and speaks to. Nothing but
imports happens in it: no figure, no computation, no Python thread, so that a fork starts clean. It ends with the
process that started it, and its forks end with it and with whoever asked for them.
"""

from __future__ import annotations

import builtins
import ctypes
import gc
import json
import os
import random
import shutil
import signal
import socket
import sys
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from analysis.reports.running.prelude import SELDOM

__all__ = ["DEARER", "Warm", "kernel", "main", "prepare", "without"]

PARENT_DEATH = 1  # prctl's PR_SET_PDEATHSIG
IN_KERNEL = types.SimpleNamespace(
    kernel=True
)  # what pandas looks for, when imported, to choose how it prints
# Slow to import and never needed here: a grammar of addresses (for a format no notebook's schema names), a debugger.
DEARER = ("rfc3987_syntax", "debugpy")
MOST_FILES = 8
_ready: set[str] = set()


def kernel(*arguments: str) -> None:
    """Run a Jupyter kernel in this process until it is stopped.

    Parameters
    ----------
    *arguments : str
        What follows `ipykernel_launcher` on the command line of an ordinary kernel.

    Examples
    --------
    >>> import subprocess
    >>> code = "from analysis.reports.running.warm import kernel; kernel('--version')"
    >>> subprocess.run([sys.executable, "-c", code], capture_output=True).returncode
    0
    """
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher.py", *arguments]
    application = IPKernelApp.instance()
    application.initialize(list(arguments))
    application.start()


class Warm:
    """Answer requests to fork.

    Parameters
    ----------
    listener : socket.socket
        Where requests arrive, each on its own connection. A request is a mapping: `target` (a function's
        `module:name`), `arguments`, `environment`, `folder`, `modules` to import first, `quiet`.
    lifeline : int
        File descriptor that closes when the owner ends.

    Notes
    -----
    The answer is the process id, and, when the fork has ended, its exit code (negative: the signal that ended it).
    A number received from then on is a signal to pass on; a closed connection ends the fork.
    """

    def __init__(self, listener: socket.socket, lifeline: int) -> None:
        self.listener, self.lifeline = listener, lifeline
        self.asking: set[socket.socket] = set()
        self.forks: dict[Connection, int] = {}
        self.woken, self.alarm = os.pipe()
        os.set_blocking(self.alarm, False)
        os.set_blocking(self.woken, False)

    def serve(self) -> None:
        """Fork on request until the owner ends."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.alarm, warn_on_full_buffer=False)
        while True:
            ready = wait([self.lifeline, self.listener, self.woken, *self.asking, *self.forks])
            if self.lifeline in ready:
                break
            for source in ready:
                self._hear(source)
        for number in self.forks.values():
            _signal(number, signal.SIGKILL)
        for number in self.forks.values():
            os.waitpid(number, 0)

    def _hear(self, source: Any) -> None:
        if source is self.listener:
            self.asking.add(self.listener.accept()[0])
        elif source == self.woken:
            os.read(self.woken, 4096)
            self._reap()
        elif source in self.asking:
            self.asking.discard(source)
            self._answer(source)
        elif source in self.forks:
            self._pass_on(source)

    def _answer(self, line: socket.socket) -> None:
        """Read one request, fork for it, and tell the number of the process."""
        files = socket.recv_fds(line, 1, MOST_FILES)[1]
        source = Connection(line.detach())
        try:
            request = source.recv()
            prepare(request["modules"])
            number = os.fork()
            if number == 0:
                self._become(request, files)
            self.forks[source] = number
            _tell(source, number)
        except (EOFError, OSError):
            source.close()
        finally:
            for file in files:
                os.close(file)

    def _pass_on(self, source: Connection) -> None:
        try:
            _signal(self.forks[source], source.recv())
        except (EOFError, OSError):
            number = self.forks.pop(source)
            _signal(number, signal.SIGKILL)
            source.close()
            os.waitpid(number, 0)

    def _reap(self) -> None:
        for source, number in list(self.forks.items()):
            ended, status = os.waitpid(number, os.WNOHANG)
            if ended:
                _tell(source, os.waitstatus_to_exitcode(status))
                del self.forks[source]
                source.close()

    def _become(self, request: dict[str, Any], files: list[int]) -> None:
        """Turn the forked copy into what was asked for; it never returns."""
        code = 1
        try:
            ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)
            self._let_go()
            _settle_in(request)
            module, name = request["target"].split(":")
            getattr(import_module(module), name)(*request["arguments"], *files)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        finally:
            os._exit(code)

    def _let_go(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        self.listener.close()
        for source in (*self.asking, *self.forks):
            source.close()
        for number in (self.woken, self.alarm, self.lifeline):
            os.close(number)


def _signal(number: int, which: int) -> None:
    """Signal a fork and what it has started, or the fork alone when it is not the head of a group yet."""
    try:
        os.killpg(number, which)
    except ProcessLookupError:
        os.kill(number, which)


def _tell(source: Connection, number: int) -> None:
    """Send a number to who asked, who may be gone; the closed connection is then heard in the loop."""
    try:
        source.send(number)
    except OSError:
        return


def _settle_in(request: dict[str, Any]) -> None:
    """Give the fork its environment, folder and standard streams."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2) if request["quiet"] else (0,):
        os.dup2(nothing, stream)
    os.close(nothing)
    random.seed()
    gc.set_threshold(*SELDOM)
    gc.enable()


def prepare(modules: Iterable[str]) -> None:
    """Import what the forks will use, and set it aside from garbage collection.

    Parameters
    ----------
    modules : iterable of str
        Modules, or `module:name` for what a module gives by that name. What cannot be imported is left for the
        notebook, whose own import then says why.

    Examples
    --------
    >>> prepare(["json", "no_such_module"])
    >>> gc.enable(); gc.unfreeze()
    """
    missing = [name for name in modules if name not in _ready]
    if not missing:
        return
    gc.disable()
    builtins.get_ipython = lambda: IN_KERNEL
    with without(DEARER):
        for name in missing:
            _import(*name.partition(":")[::2])
    del builtins.get_ipython
    _ready.update(missing)
    gc.collect()
    gc.freeze()


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """Do imports as if some modules were not installed, unless they are there already.

    Parameters
    ----------
    names : iterable of str
        Modules that what is imported can do without.

    Yields
    ------
    None

    Examples
    --------
    >>> with without(["this"]):
    ...     import_module("this")
    Traceback (most recent call last):
    ...
    ModuleNotFoundError: import of this halted; None in sys.modules
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _import(module: str, name: str) -> None:
    try:
        found = import_module(module)
        if name and not hasattr(found, name):
            import_module(f"{module}.{name}")
    except Exception as error:
        sys.stderr.write(f"not imported ahead: {module} {name} ({type(error).__name__}: {error})\n")


def main(arguments: list[str]) -> None:
    """Serve on a listening socket that was handed over.

    Parameters
    ----------
    arguments : list of str
        Number of the socket's file descriptor; path of the prelude of notebooks; modules to import, as JSON.

    Examples
    --------
    >>> main([])
    Traceback (most recent call last):
    ...
    ValueError: not enough values to unpack (expected 3, got 0)
    """
    number, prelude, modules = arguments
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    listener = socket.socket(fileno=int(number))
    folder = Path(listener.getsockname()).parent
    try:
        _place("report_prelude", Path(prelude)).repeat()
        prepare(json.loads(modules))
        Warm(listener, sys.stdin.fileno()).serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place(name: str, path: Path) -> types.ModuleType:
    """Load the prelude as the module it is in every kernel."""
    module = types.ModuleType(name)
    exec(path.read_text(encoding="utf-8"), module.__dict__)
    sys.modules[name] = module
    return module


def _leave_folder() -> None:
    """Take the folder the program was started in off the path of imports, as kernels do."""
    if not sys.flags.safe_path and sys.path and Path(sys.path[0] or ".").resolve() == Path.cwd():
        del sys.path[0]


if __name__ == "__main__":
    _leave_folder()
    main(sys.argv[1:])
