"""What do the commands that make reports say: before, while they run, and at the end?

Nothing heavy is imported before it is known that something must be rendered.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import DataError
from analysis.reports.batch import NOTEBOOK, Outcome, render_each
from analysis.reports.cache import Checks
from analysis.reports.overview import refresh_index
from analysis.reports.publication import tidy
from analysis.reports.running.forks import ahead

__all__ = ["report", "reports", "shown", "verified"]


def shown(path: Path) -> str:
    """Show a path from the current folder when it lies below it.

    Parameters
    ----------
    path : pathlib.Path
        A path.

    Returns
    -------
    str

    Examples
    --------
    >>> shown(Path("reports") / "index.html")
    'reports/index.html'
    """
    full, here = Path(path).resolve(), Path.cwd().resolve()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else str(path)


def report(
    client: str,
    *,
    period: str,
    language: str | None,
    formats: Sequence[str],
    output: Path | None,
    force: bool,
    cold: bool,
    say: Callable[[object], None],
) -> int:
    """Render one client's report where anything it is made from has changed, and say where its files are.

    Parameters
    ----------
    client : str
        Id of a folder of `data/clients`.
    period, language, formats, output
        As for `render_client`.
    force : bool
        Render also when nothing has changed.
    cold : bool
        Use an ordinary kernel.
    say : callable
        Told each line.

    Returns
    -------
    int
        The exit code.

    Examples
    --------
    >>> report("nobody", period="2025-Q4", language="fr", formats=["html"], output=None, force=False, cold=False,
    ...        say=print)
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: client: there is no client "nobody" in data/clients. ...
    """
    checks = Checks(output)
    if not force and checks.is_current(client, period=period, language=language, formats=formats):
        folder = checks.folder(client, period, language)
        names = [*(f"report.{name}" for name in formats), "report.ipynb", "manifest.json"]
        for name in names:
            say(shown(folder / name))
        say("Unchanged since it was rendered (--force renders it again).")
        checks.save()
        return 0
    ahead(NOTEBOOK, cold=cold)
    from analysis.reports import render_client

    wishes = {"period": period, "language": language, "formats": tuple(formats), "output": output}
    rendered = render_client(client, **wishes, force=force, cold=cold)
    for path in rendered.paths:
        say(shown(path))
    say(rendered.summary)
    if rendered.warned:
        say(f"Warned: {rendered.warned}")
    refresh_index(Checks(output), [Outcome(client, rendered.outcome)])
    return 0


def reports(
    clients: Sequence[str],
    *,
    period: str,
    formats: Sequence[str],
    output: Path | None,
    jobs: int | None,
    force: bool,
    cold: bool,
    say: Callable[[object], None],
) -> int:
    """Render the reports of several clients where something has changed, and sum up what became of each.

    Parameters
    ----------
    clients : sequence of str
        Ids; all clients when empty.
    period, formats, output, jobs, force, cold
        As for `render_batch`.
    say : callable
        Told each line.

    Returns
    -------
    int
        The exit code: 4 when a report failed.

    Examples
    --------
    >>> reports(["nobody"], period="2025-Q4", formats=["html"], output=Path("nowhere"), jobs=1, force=False,
    ...         cold=False, say=lambda line: None)
    4
    """
    checks = Checks(output)
    asked = list(dict.fromkeys(clients or checks.clients()))
    if not asked:
        raise DataError("data/clients holds no client: a folder with client.yml and exports/.")
    tidy(checks.root)
    wishes = {"period": period, "formats": tuple(formats), "output": output, "jobs": jobs}
    with _progress(len(asked), say) as progress:
        rows = render_each(asked, **wishes, force=force, cold=cold, progress=progress)
    for line in _table(rows):
        say(line)
    if (checks.root / "index.html").is_file():
        say(shown(checks.root / "index.html"))
    return 4 if any(row.outcome == "failed" for row in rows) else 0


@contextmanager
def _progress(total: int, say: Callable[[object], None]) -> Iterator[Callable[[Outcome], None]]:
    """Show a bar on a terminal and plain lines otherwise; what is unchanged is said in the table only."""
    if not sys.stdout.isatty():
        yield lambda outcome: None if outcome.outcome == "unchanged" else say(outcome)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("reports"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("reports", total=total)

        def told(outcome: Outcome) -> None:
            if outcome.outcome != "unchanged":
                bar.console.print(str(outcome), markup=False, highlight=False)
            bar.advance(task)

        yield told


def _table(rows: Sequence[Outcome]) -> Iterator[str]:
    """Sum up: one line for each client, causes last, then the counts."""
    width = max(len("client"), *(len(row.client) for row in rows))
    yield f"{'client':<{width}}  {'outcome':<9}  seconds  cause"
    for row in rows:
        yield f"{row.client:<{width}}  {row.outcome:<9}  {row.seconds:>7.1f}  {' '.join(row.cause.split())}".rstrip()
    counts = [
        (kind, sum(row.outcome == kind for row in rows)) for kind in ("rendered", "unchanged", "failed")
    ]
    said = ", ".join(f"{count} {kind}" for kind, count in counts if count)
    yield f"{len(rows)} report{'s' if len(rows) != 1 else ''}: {said}."


def verified(folder: Path, say: Callable[[object], None]) -> int:
    """Make a report again and say whether it came out the same.

    Parameters
    ----------
    folder : pathlib.Path
        The report's folder.
    say : callable
        Told the result.

    Returns
    -------
    int
        0; a difference is an error.

    Examples
    --------
    >>> verified(Path("nowhere"), print)
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: nowhere holds no report: ...
    """
    from analysis.reports import verify

    result = verify(folder)
    result.check()
    say(result.message)
    return 0
