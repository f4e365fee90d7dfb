"""Who renders the reports of a batch? Processes forked from the warm one: a dead one costs its own report only."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from analysis.catalog import project_root
from analysis.errors import ReportError
from analysis.reports.running.forks import Fork, environment, join, warm_process

__all__ = ["Workers", "work"]


class Workers(Executor):
    """Run calls in processes forked from the warm process, so many at a time.

    Parameters
    ----------
    jobs : int
        Processes at a time.
    modules : iterable of str
        What the warm process imports before it forks them.

    Notes
    -----
    A process that ends takes its call with it and no other: the next call gets a new process. Functions, arguments and
    results must be picklable, as for any pool of processes.

    Examples
    --------
    >>> with Workers(1) as workers:
    ...     workers.submit(divmod, 7, 2).result()
    (3, 1)
    """

    def __init__(self, jobs: int, modules: Iterable[str] = ()) -> None:
        self.modules = tuple(modules)
        self.threads = ThreadPoolExecutor(jobs, "worker")
        self.own = threading.local()
        self.forks: list[_Worker] = []
        self.stopped = False

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Give a call to the next free process."""
        return self.threads.submit(self._call, function, arguments, named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, after the calls that were given; with `wait=False`, at once."""
        self.stopped = not wait
        self.threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._end()

    def _end(self) -> None:
        for worker in list(self.forks):
            worker.fork.terminate()
        for worker in list(self.forks):
            worker.end()

    def _call(self, function: Callable[..., Any], arguments: Any, named: Any) -> Any:
        worker = getattr(self.own, "worker", None)
        if worker is None or worker.fork.poll() is not None:
            worker = self.own.worker = _Worker(self.modules)
            self.forks.append(worker)
        if self.stopped:
            worker.end()
        return worker.call(function, arguments, named)


class _Worker:
    def __init__(self, modules: Iterable[str]) -> None:
        warm = warm_process(modules)
        here, there = socket.socketpair()
        self.line = Connection(here.detach())
        with there:
            self.fork: Fork = warm.fork(
                "analysis.reports.running.workers:work",
                warm.address,
                environment=environment(project_root().resolve()),
                folder=Path.cwd(),
                modules=modules,
                handed=[there.fileno()],
            )

    def call(self, function: Callable[..., Any], arguments: Any, named: Any) -> Any:
        try:
            self.line.send((function, arguments, named))
            done, result = self.line.recv()
        except (EOFError, OSError):
            raise ReportError(f"The process that rendered it {_ended(self.fork.wait(5))}.") from None
        if not done:
            raise result
        return result

    def end(self) -> None:
        """Let the process end the report it is at and take its folder along; end it by force where it does not."""
        self.fork.terminate()
        if self.fork.wait(5) is None:
            self.fork.kill()
            self.fork.wait(5)


def _ended(code: int | None) -> str:
    if code is None or code >= 0:
        return "ended unexpectedly" if code is None else f"ended with exit code {code}"
    name = signal.Signals(-code).name
    return f"was ended by signal {-code} ({name})" + ("; memory may have run out" if code == -9 else "")


def work(address: str, number: int) -> None:
    """Run the calls that arrive, until no more can.

    Parameters
    ----------
    address : str
        The warm process, for the kernels of the reports.
    number : int
        File descriptor on which calls arrive.

    Examples
    --------
    >>> here, there = socket.socketpair()
    >>> here.close()
    >>> work("", there.detach())
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    join(address)
    line = Connection(number)
    while True:
        try:
            function, arguments, named = line.recv()
        except EOFError:
            return
        try:
            line.send((True, function(*arguments, **named)))
        except Exception as error:
            line.send((False, error))


def _stop(number: int, frame: object) -> None:
    """Leave what is under way as when it is interrupted: its kernel ends and its folder goes."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)
