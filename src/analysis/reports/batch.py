"""Many clients' reports in one go: each is tried, side by side, and none stops the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import Context
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError, ParameterError
from analysis.reports.cache import Checks
from analysis.reports.formats import check_formats
from analysis.reports.overview import expect_listing, refresh_index
from analysis.reports.publication import check_place
from analysis.reports.running.forks import AVAILABLE, join, warm_process
from analysis.reports.running.preloading import imports_of
from analysis.reports.running.workers import Workers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Outcome", "render_batch", "render_each"]

NOTEBOOK = "client/client_report.ipynb"
RENDERING = (
    "analysis.reports.rendering",
    "analysis.reports.running.wording",
    "papermill",
    "analysis.reports.writers.html",
    "analysis.reports.writers.pdf",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one client's report; printed, it is one line.

    Parameters
    ----------
    client : str
        Its id.
    outcome : str
        `rendered`, `unchanged` or `failed`.
    seconds : float
        Time taken.
    cause : str
        Why it failed, or what its cells warned of.
    """

    client: str
    outcome: str
    seconds: float = 0.0
    cause: str = ""

    def __str__(self) -> str:
        took = f" in {self.seconds} s" if self.outcome != "unchanged" else ""
        return f"{self.client}: {self.outcome}{took}" + (f" ({self.cause})" if self.cause else "")


def render_batch(
    clients: Sequence[str] | None = None,
    *,
    period: str = "2025-Q4",
    formats: Sequence[str] = ("html", "pdf"),
    output: str | Path | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    force: bool = False,
    cold: bool = False,
    progress: Callable[[Outcome], None] | None = None,
) -> pd.DataFrame:
    """Render the reports of several clients, each in its own language and process.

    Parameters
    ----------
    clients : sequence of str, optional
        Ids; every folder of `data/clients` when left out.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    formats : sequence of str
        As in `render_client`.
    output : str or pathlib.Path, optional
        Root of the tree; `reports` when left out.
    jobs : int, optional
        Reports at a time; as many as there are processors when left out.
    executor : concurrent.futures.Executor, optional
        What runs the reports in the place of processes forked here, such as
        `dask.distributed.Client(…).get_executor()`; `jobs` is then its own affair, and so is ending it.
    force : bool
        Render again what is up to date.
    cold : bool
        Use ordinary kernels in the place of forks of the warm process.
    progress : callable, optional
        Told the `Outcome` of each client when it is known.

    Returns
    -------
    pandas.DataFrame
        One row per client, in the order asked for: `client`, `outcome` (`rendered`, `unchanged` or `failed`),
        `seconds`, `cause` (why it failed, or what it warned of).

    Raises
    ------
    ParameterError
        For an unknown format or period, or when `jobs` is not at least 1; before anything is rendered.
    ReportError
        When the tree of reports cannot be written to; before anything is rendered too.

    Notes
    -----
    A failure is a row, not an exception: look at `outcome`. Seconds overlap; their sum is not the time taken.

    Examples
    --------
    >>> render_batch(["nobody-here"])["outcome"].tolist()
    ['failed']
    """
    import pandas as pd

    rows = render_each(
        clients,
        period=period,
        formats=formats,
        output=output,
        jobs=jobs,
        executor=executor,
        force=force,
        cold=cold,
        progress=progress,
    )
    return pd.DataFrame([astuple(row) for row in rows], columns=["client", "outcome", "seconds", "cause"])


def render_each(
    clients: Sequence[str] | None = None,
    *,
    period: str = "2025-Q4",
    formats: Sequence[str] = ("html", "pdf"),
    output: str | Path | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    force: bool = False,
    cold: bool = False,
    progress: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Do what `render_batch` does, without loading pandas when there is nothing to do.

    Parameters
    ----------
    clients, period, formats, output, jobs, executor, force, cold, progress
        As in `render_batch`.

    Returns
    -------
    list of Outcome
        In the order asked for.

    Examples
    --------
    >>> [row.outcome for row in render_each(["nobody-here"])]
    ['failed']
    """
    if jobs is not None and jobs < 1:
        raise ParameterError(f"jobs: {jobs} was given; at least 1 report must be rendered at a time.")
    check_formats(formats)
    checks = Checks(output)
    asked = list(dict.fromkeys(clients if clients is not None else checks.clients()))
    current = {
        client for client in asked if not force and checks.is_current(client, period=period, formats=formats)
    }
    done = {client: Outcome(client, "unchanged") for client in asked if client in current}
    for outcome in done.values():
        _tell(progress, outcome)
    waiting = [client for client in asked if client not in current]
    if waiting:
        _warm(cold)
        _check_period(period)
        check_place(checks.root)
    place = None if output is None else Path(output).resolve()
    settings = {"period": period, "formats": tuple(formats), "output": place, "force": force, "cold": cold}
    expect_listing(checks, waiting)
    with _running(executor, min(jobs or _processors(), len(waiting)), cold) as submit:
        for outcome in _gathered({submit(client, settings): client for client in waiting}):
            done[outcome.client] = outcome
            _tell(progress, outcome)
    rows = [done[client] for client in asked]
    refresh_index(checks, rows)
    checks.save()
    return rows


def _check_period(period: str) -> None:
    from analysis.language import period_bounds

    period_bounds(period)


def _tell(progress: Callable[[Outcome], None] | None, outcome: Outcome) -> None:
    if progress is not None:
        progress(outcome)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _running(executor: Executor | None, jobs: int, cold: bool) -> Any:
    """Give what submits one client's report; leaving early ends the reports under way and starts no other."""
    if jobs == 0:
        yield None
        return
    warm, own = _warm(cold), executor or _pool(jobs)
    try:
        yield lambda client, settings: own.submit(_rendered, client, settings, warm)
    except BaseException:
        if executor is None:
            own.shutdown(wait=False, cancel_futures=True)
        raise
    if executor is None:
        own.shutdown()


def _warm(cold: bool) -> str:
    """Give the address of the warm process; asked for early, it does its imports while this process does others."""
    return warm_process(imports_of(NOTEBOOK, also=RENDERING)).address if AVAILABLE and not cold else ""


def _pool(jobs: int) -> Executor:
    return Workers(jobs, imports_of(NOTEBOOK, also=RENDERING)) if AVAILABLE else ProcessPoolExecutor(jobs)


def _gathered(futures: dict[Future[Outcome], str]) -> Iterable[Outcome]:
    """Give outcomes as they come; what kept one from coming is the cause of a failure."""
    try:
        for future in as_completed(futures):
            error = future.exception()
            yield Outcome(futures[future], "failed", cause=_cause(error)) if error else future.result()
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _rendered(client: str, settings: dict[str, Any], warm: str) -> Outcome:
    """Render one client's report, in whatever process this is; one forked while kernels ran gets a loop of its own."""
    if warm:
        join(warm)
    start = perf_counter()
    try:
        from analysis.reports.rendering import render_client

        rendered = Context().run(render_client, client, **settings)
        outcome, cause = rendered.outcome, rendered.warned
    except Exception as error:
        outcome, cause = "failed", _cause(error)
    return Outcome(client, outcome, round(perf_counter() - start, 1), cause)


def _cause(error: BaseException) -> str:
    if isinstance(error, AnalysisError):
        return str(error)
    said = f": {error}" if str(error) else ""
    return f"Something unexpected went wrong ({type(error).__name__}{said})."
