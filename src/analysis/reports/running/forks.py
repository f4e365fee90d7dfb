"""How does a report get a process that has its imports done? By asking the warm process for a fork of itself.

The warm process (`analysis.reports.running.warm`) is started once, with the fixed environment of reports, and ends
with the process that started it. Only the standard library is imported here, so that it can be started before
anything else.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from analysis.catalog import project_root
from analysis.errors import ReportError
from analysis.reports.running.preloading import KERNEL, imports_of
from analysis.reports.running.warm import DEARER, without

__all__ = [
    "AVAILABLE",
    "Fork",
    "WarmProcess",
    "ahead",
    "environment",
    "join",
    "near",
    "shelter",
    "warm_process",
]

AVAILABLE = sys.platform == "linux"  # elsewhere a fork of a process that has libraries loaded may not run
EPOCH = 315532800  # 1980-01-01, the first date a ZIP file can hold
LONGEST = 70  # bytes of the path of the temporary folder; a socket's whole path holds a hundred
PATIENCE = 120  # seconds the warm process may take over its imports
FIXED = {
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
}
# Variables read once, when Python starts or a library is imported: another value needs another warm process.
AT_START = (
    "PYTHON",
    "MPL",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "NUMBA_",
    "POLARS_",
    "ARROW_",
    "LD_",
    "JUPYTER_",
    "PANDAS_",
)


def environment(root: Path) -> dict[str, str]:
    """Give the environment a report's processes start in.

    Parameters
    ----------
    root : pathlib.Path
        The project's folder.

    Returns
    -------
    dict of str to str
        That of this process, with what must be the same everywhere.

    Examples
    --------
    >>> environment(Path("project"))["PYTHONHASHSEED"]
    '0'
    """
    code = [str(root / "src")] if (root / "src" / "analysis").is_dir() else []
    path = os.pathsep.join(filter(None, [*code, os.environ.get("PYTHONPATH")]))
    asked = {"ANALYSIS_HOME": str(root), **({"PYTHONPATH": path} if path else {})}
    return {**os.environ, **FIXED, **asked}


class Fork:
    """A process forked from the warm one; it answers as `subprocess.Popen` does.

    Parameters
    ----------
    connection : multiprocessing.connection.Connection
        To the warm process; closing it ends the fork.

    Notes
    -----
    Several threads may use it: one waits for the end, another may end it meanwhile.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pid: int = connection.recv()
        self.returncode: int | None = None
        self._waiting, self._open = Lock(), Lock()

    def poll(self) -> int | None:
        """Give the exit code (negative: the signal that ended it), or nothing while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most so many seconds, and give the exit code."""
        if self._waiting.acquire(timeout=-1 if timeout is None else timeout):
            try:
                if self.returncode is None and wait([self.connection], timeout):
                    self._end()
            finally:
                self._waiting.release()
        return self.returncode

    def _end(self) -> None:
        with self._open:
            try:
                self.returncode = self.connection.recv()
            except (EOFError, OSError):
                self.returncode = -signal.SIGKILL
            self.connection.close()

    def send_signal(self, number: int) -> None:
        """Pass a signal on to the fork while it runs."""
        if self.poll() is None:
            with self._open, suppress(OSError):
                self.connection.send(int(number))

    def terminate(self) -> None:
        """Ask the fork to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the fork at once."""
        self.send_signal(signal.SIGKILL)


class WarmProcess:
    """The process forks are made from: started here, or joined by its address.

    Parameters
    ----------
    address : str
        Path of its socket.
    process : subprocess.Popen, optional
        The process, when it was started here.
    made_for : tuple
        What it was started with; see `_start_state`.
    """

    def __init__(
        self, address: str, process: subprocess.Popen[bytes] | None = None, made_for: tuple[Any, ...] = ()
    ) -> None:
        self.address, self.process, self.made_for = address, process, made_for
        self.idle = True

    @classmethod
    def start(cls, modules: Iterable[str] = ()) -> WarmProcess:
        """Start one; it imports the modules while this process goes on."""
        folder = Path(tempfile.mkdtemp(prefix="w", dir=near()))
        place = str(folder / "s")
        try:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(place)
                listener.listen(128)
                return cls(place, _launch(listener, modules), _start_state())
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise ReportError(f"The warm process could not be started: {error.strerror or error}.") from None

    def serves(self) -> bool:
        """Say whether it is there, with the code and environment of now."""
        if self.process is None:
            return Path(self.address).is_socket()
        return self.process.poll() is None and self.made_for == _start_state()

    def fork(
        self,
        target: str,
        *arguments: Any,
        environment: Mapping[str, str],
        folder: Path,
        modules: Iterable[str] = (),
        handed: Sequence[int] = (),
        quiet: bool = True,
    ) -> Fork:
        """Fork it, and call a function (`module:name`) in the fork; open files handed over are its last arguments.

        Raises
        ------
        ReportError
            When it does not answer.
        """
        self.idle = False
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(self.address)
            socket.send_fds(line, [b"."], list(handed))
            connection = Connection(line.detach())
            connection.send(
                {"target": target, "arguments": arguments, "environment": dict(environment)}
                | {"folder": str(folder), "modules": list(modules), "quiet": quiet}
            )
            return _answered(connection)
        except (EOFError, OSError):
            raise ReportError("The warm process does not answer. Add --cold to do without it.") from None
        finally:
            line.close()

    def close(self) -> None:
        """End it, and all its forks; one that was never asked for any may still be busy with its imports."""
        if self.process is not None:
            if self.idle:
                self.process.kill()
            self.process.stdin.close()
            self.process.wait()
            shutil.rmtree(Path(self.address).parent, ignore_errors=True)
            self.process = None


def _answered(connection: Connection) -> Fork:
    """Wait for the fork; whoever is interrupted meanwhile leaves none behind."""
    try:
        if not wait([connection], PATIENCE):
            raise EOFError
        return Fork(connection)
    except BaseException:
        connection.close()
        raise


def _launch(listener: socket.socket, modules: Iterable[str]) -> subprocess.Popen[bytes]:
    listener.set_inheritable(True)
    prelude = Path(__file__).with_name("prelude.py")
    wanted = json.dumps([*KERNEL, *modules])
    command = [
        sys.executable,
        "-m",
        "analysis.reports.running.warm",
        str(listener.fileno()),
        str(prelude),
        wanted,
    ]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(project_root().resolve()),
        cwd="/",
        pass_fds=[listener.fileno()],
        start_new_session=True,
    )


def _start_state() -> tuple[Any, ...]:
    """Tell what a warm process is made of: the package it imports, and the variables read at the start."""
    told = environment(project_root().resolve())
    variables = sorted((name, value) for name, value in told.items() if name.startswith(AT_START))
    package = Path(__file__).resolve().parents[2]
    files = sorted((entry.path, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in _files(package))
    return sys.executable, tuple(variables), tuple(files)


def _files(folder: Path) -> Iterable[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.is_file():
            yield entry
        elif entry.name != "__pycache__":
            yield from _files(Path(entry.path))


_lock = RLock()
_known: list[WarmProcess] = []


def warm_process(modules: Iterable[str] = ()) -> WarmProcess:
    """Give the warm process of this session, started if there is none or its code is no longer that of the files.

    Parameters
    ----------
    modules : iterable of str
        What a new one imports at once.

    Returns
    -------
    WarmProcess

    Raises
    ------
    ReportError
        When it cannot be started.

    Notes
    -----
    It serves one project and one environment. A changed source file makes a new one at the next call.

    Examples
    --------
    >>> warm_process() is warm_process()
    True
    """
    with _lock:
        while _known and not _known[-1].serves():
            _known.pop().close()
        if not _known:
            _known.append(WarmProcess.start(modules))
            atexit.register(_close)
        return _known[-1]


def ahead(notebook: str | Path, *, cold: bool = False) -> None:
    """Let the warm process import what a notebook will use, while this program does imports of its own.

    Parameters
    ----------
    notebook : str or pathlib.Path
        Its path below `notebooks/`, or a full one.
    cold : bool
        Start no warm process; only make this program's own imports short.

    Notes
    -----
    For programs that render and end, such as the command line; elsewhere the warm process starts when it is needed.

    Examples
    --------
    >>> ahead("no/such.ipynb", cold=True)
    """
    if AVAILABLE and not cold:
        warm_process(imports_of(notebook))
    with without(DEARER):
        import_module("jsonschema")


def join(address: str) -> None:
    """Use the warm process another process has started on this machine, for as long as it is there.

    Parameters
    ----------
    address : str
        Its address.

    Examples
    --------
    >>> join(warm_process().address)
    """
    with _lock:
        if Path(address).is_socket() and not any(one.address == address for one in _known):
            _known.append(WarmProcess(address))


def near() -> Path:
    """Give the temporary folder, or a nearer one where its path leaves no room for the names of sockets.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> len(str(near())) <= LONGEST or os.name != "posix"
    True
    """
    usual = tempfile.gettempdir()
    return Path("/tmp" if os.name == "posix" and len(os.fsencode(usual)) > LONGEST else usual)


def shelter() -> Path:
    """Give a folder for a kernel's files, taken away with the warm process this one has joined, even if it is killed.

    Returns
    -------
    pathlib.Path
        The temporary folder where none was joined.

    Examples
    --------
    >>> shelter().is_dir()
    True
    """
    joined = [Path(one.address).parent for one in _known[-1:] if one.process is None]
    return joined[0] if joined and joined[0].is_dir() else near()


def _close() -> None:
    with _lock:
        while _known:
            _known.pop().close()


def _forget() -> None:
    """Leave a forked copy of this process without the warm process of its parent."""
    global _lock
    _lock = RLock()
    for one in _known:
        if one.process is not None:
            one.process.stdin.close()
    _known.clear()


if AVAILABLE:
    os.register_at_fork(after_in_child=_forget)
