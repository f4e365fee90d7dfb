"""The command line: `python -m analysis COMMAND`, also installed as `analysis`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError, DataError, ParameterError, did_you_mean
from analysis.reports.arguments import given, in_order, once

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after `analysis`; those of the running process when left out.

    Returns
    -------
    int
        0 fine, 2 wrong usage or parameter, 3 bad data, 4 a report failed, 5 not reproduced.

    Examples
    --------
    >>> main(["data", "list"])  # doctest: +ELLIPSIS
    Bundled...
    0
    """
    if arguments is None:
        _end_tidily()
    options = _parser().parse_args(in_order(sys.argv[1:] if arguments is None else arguments))
    try:
        return options.command(options)
    except AnalysisError as error:
        if options.debug:
            traceback.print_exc()
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt as stopped:
        code = stopped.code if isinstance(stopped, _Ended) else 130
        return _fail("Stopped. What was finished is kept; nothing was left half written.", code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        kind = type(error).__name__
        return _fail(f"Something unexpected went wrong ({kind}: {error}). Add --debug to see where.", 1)


class _Ended(KeyboardInterrupt):
    """The system asks the process to end; it stops as with Ctrl-C, and takes its temporary folders along."""

    code = 130


def _end_tidily() -> None:
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _ask_again


def _ask_again(ignored: sys.UnraisableHookArgs) -> None:
    """Send the signal once more a little later, when it came where Python lets no exception through."""
    asked = ignored.exc_value
    if not isinstance(asked, KeyboardInterrupt):
        sys.__unraisablehook__(ignored)
        return
    number = asked.code - 128 if isinstance(asked, _Ended) else signal.SIGINT
    later = threading.Timer(0.05, os.kill, (os.getpid(), number))
    later.daemon = True
    later.start()


def _end(number: int, frame: object) -> None:
    ended = _Ended()
    ended.code = 128 + number
    raise ended


class _Parser(argparse.ArgumentParser):
    """Says which word was probably meant."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            near = did_you_mean(str(value), action.choices)
            raise argparse.ArgumentError(
                action, f'invalid choice: "{value}".{near} Choose from {", ".join(action.choices)}.'
            )


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _say(text: object) -> None:
    print(text)


def _report(options: argparse.Namespace) -> int:
    from analysis.reports import console

    return console.report(
        options.client,
        period=options.period,
        language=options.language,
        formats=once(options.format),
        output=options.output,
        force=options.force,
        cold=options.cold,
        say=_say,
    )


def _reports(options: argparse.Namespace) -> int:
    from analysis.reports import console

    return console.reports(
        options.clients,
        period=options.period,
        formats=once(options.format),
        output=options.output,
        jobs=options.jobs,
        force=options.force,
        cold=options.cold,
        say=_say,
    )


def _verify(options: argparse.Namespace) -> int:
    from analysis.reports import console

    return console.verified(options.folder, say=_say)


def _announce(rendered: object) -> None:
    for path in rendered.paths:
        _say(_shown(path))
    _say(rendered.summary)


def _shown(path: Path) -> str:
    """Show a path from the current folder when it lies below it."""
    full = Path(path).resolve()
    here = Path.cwd().resolve()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(path)


def _run(options: argparse.Namespace) -> int:
    from analysis.reports.running.forks import ahead

    ahead(options.notebook.resolve(), cold=options.cold)
    from analysis.reports import render

    rendered = render(
        options.notebook,
        given(options.parameters or []),
        formats=tuple(once(options.format)),
        output=options.output,
        cold=options.cold,
    )
    _announce(rendered)
    return 0


def _parameters(options: argparse.Namespace) -> int:
    from analysis.reports.listing import described, parameters_schema, parameters_table
    from analysis.reports.rendering import opened

    path, notebook = opened(options.notebook)
    if not options.schema:
        _say(described(parameters_table(notebook, path.name), path.name))
    _say(json.dumps(parameters_schema(notebook, path.name), ensure_ascii=False, indent=2))
    return 0


def _import(options: argparse.Namespace) -> int:
    from analysis.catalog import data_path
    from analysis.platforms import import_files

    if options.client is None:
        said = {"dayfirst": options.dayfirst, "year": options.year, "columns": options.columns}
        return _say_files(import_files(options.paths, **said))
    folder = data_path("clients", options.client)
    if not (folder / "client.yml").is_file():
        raise ParameterError(
            f'There is no client "{options.client}": data/clients/{options.client}/client.yml is missing.'
        )
    choices = {"dayfirst": options.dayfirst, "year": options.year, "columns": options.columns}
    return _say_files(import_files(options.paths, folder, dry_run=options.dry_run, **choices))


def _say_files(table: pd.DataFrame) -> int:
    """Say for each file what it was read as, what it holds, and below it what was noticed; then what was refused."""
    refused = table[table["kind"] == "refused"]
    for row in table.drop(refused.index).to_dict("records"):
        name = " / ".join(part for part in (row["file"], row["part"]) if isinstance(part, str) and part)
        if isinstance(row["platform"], str):
            _say(
                f"{name}: {row['platform']} {row['kind']} ({row['tool']}), {_held(row)}. {row['action']}".rstrip()
            )
        elif name:
            _say(f"{name}: {row['kind']}")
        for warning in row["warnings"]:
            _say(f"    - {warning}")
    for name, draft in table.attrs.get("drafts", {}).items():
        _say(f"\nTo read {name} all the same:\n{draft}")
    for why, files in refused.groupby("warnings", sort=False)["file"]:
        _say("\n".join([f"{', '.join(files)}: refused", *(f"    - {line}" for line in why)]))
    if len(refused):
        raise DataError(_left_out(refused["file"].tolist()))
    return 0


def _left_out(refused: list[str]) -> str:
    """Say which files were refused, and how to have them too."""
    count = "One file was" if len(refused) == 1 else f"{len(refused)} files were"
    more = f" and {len(refused) - 5} more" if len(refused) > 5 else ""
    return (
        f"{count} refused for the reasons above: {', '.join(refused[:5])}{more}. The others are not concerned. Mend "
        "or answer for what was refused and import again: what is there already stays as it is."
    )


def _held(row: dict) -> str:
    """Say how many rows a file holds, of which days, and its key sums."""
    from analysis.platforms.export import counted

    days = dict.fromkeys(f"{moment:%Y-%m-%d}" for moment in (row["first"], row["last"]) if moment == moment)
    parts = [counted(int(row["rows"]), "row"), f"{row['dropped']:.0f} set aside" if row["dropped"] else ""]
    return ", ".join(part for part in [*parts, " to ".join(days), row["sums"]] if part)


def _check_survey(options: argparse.Namespace) -> int:
    from analysis.survey import inspect_survey, load_codebook, scaffold

    sheet = int(options.sheet) if options.sheet.isdigit() else options.sheet
    if options.scaffold:
        _say(scaffold(options.file, sheet=sheet))
        return 0
    found = inspect_survey(options.file, load_codebook(options.codebook), sheet=sheet)
    name = options.file.name
    for note in found.notes:
        _say(f"{name}: {note}")
    for row in found.set_aside.to_dict("records"):
        _say(f"  row {row['row']} set aside: {row['reason']}")
    if options.problems is not None:
        _write_problems(options.problems, found.problems, options.file)
    if found.problems.empty:
        _say(f"{name}: no problem found.")
        return 0
    for problem in found.problems.to_dict("records"):
        _say(_problem_line(problem))
    count = len(found.problems)
    many = f"{count} problems" if count > 1 else "1 problem"
    raise DataError(f"{name}: {many}, listed above. The file was not changed.")


def _problem_line(problem: dict) -> str:
    row = "" if str(problem["row"]) == "<NA>" else f"row {problem['row']}, "
    value = "" if str(problem["value"]) == "<NA>" else f' "{problem["value"]}"'
    return f"  {row}column {problem['column']}{value}: {problem['problem']}; {problem['remedy']}"


def _write_problems(path: Path, problems: pd.DataFrame, survey: Path) -> None:
    """Write the list of problems as CSV that spreadsheets open, never over a survey or among the data."""
    from analysis.catalog import project_root

    if path.resolve() == survey.resolve():
        raise ParameterError(f"--problems {path.name} is the survey itself: give the list another name.")
    if path.resolve().is_relative_to((project_root() / "data").resolve()):
        raise ParameterError(
            f"--problems {path.name} lies in the project's data folder: write the list elsewhere."
        )
    formula = r"^([=@\t]|[+-](?![\d.,]+$))"  # a spreadsheet would run it: an apostrophe makes it text
    text = problems.drop(columns="row").apply(lambda cells: cells.str.replace(formula, r"'\1", regex=True))
    problems.assign(**text).to_csv(path, index=False, encoding="utf-8-sig")
    _say(f"{len(problems)} problem{'' if len(problems) == 1 else 's'} written to {path.name}.")


def _simulate(options: argparse.Namespace) -> int:
    from analysis import sample

    simulated = sample.simulate(firms=options.firms, seed=options.seed)
    for path in sample.write(simulated, options.output):
        _say(_shown(path))
    return 0


def _data(options: argparse.Namespace) -> int:
    from analysis import catalog

    if options.action == "fetch":
        if options.name is None:
            raise ParameterError("data fetch needs a NAME; `analysis data list` shows them.")
        for path in catalog.fetch(options.name):
            _say(_shown(path))
        return 0
    _say("Bundled with the project (simulated):")
    for line in catalog.bundled().itertuples():
        _say(f"  {line.name:<12} {line.title}")
    _say("To be fetched from their publishers (data fetch NAME):")
    for line in catalog.datasets().itertuples():
        _say(f"  {line.name:<26} {line.title} ({line.licence})")
    return 0


def _lint(options: argparse.Namespace) -> int:
    from analysis.reports.linting import lint, notebooks

    found = lint(options.notebooks)
    for row in found.fillna({"line": 0}).to_dict("records"):
        line = f"line {row['line']}" if row["line"] else ""
        place = ", ".join(filter(None, (row["notebook"], row["cell"], line)))
        _say(f"{place}: [{row['rule']}] {row['finding']}")
    looked = len(options.notebooks or notebooks())
    if found.empty:
        _say(f"{looked} notebook{'s' if looked != 1 else ''}: nothing found.")
        return 0
    raise ParameterError(f"{len(found)} finding{'s' if len(found) != 1 else ''}, listed above.")


def _lessons(options: argparse.Namespace) -> int:
    from analysis.learn.lessons import build

    for path in build():
        _say(_shown(path))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="analysis", description="Measure how small businesses take up social networks.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _report_commands(commands)
    _data_commands(commands)
    return parser


def _report_commands(commands: argparse._SubParsersAction) -> None:
    report = _command(commands, "report", _report, "render one client's report")
    report.add_argument("client", metavar="CLIENT", help="a folder of data/clients")
    report.add_argument("--language", choices=["fr", "en"], help="the client's own when left out")
    reports = _command(commands, "reports", _reports, "render the reports of several clients")
    reports.add_argument("clients", metavar="CLIENT", nargs="*", help="all clients when left out")
    for command in (report, reports):
        command.add_argument(
            "--period", default="2025-Q4", help="year, quarter or month: 2025, 2025-Q4, 2025-11"
        )
        command.add_argument("--force", action="store_true", help="render again what has not changed")
    reports.add_argument(
        "--jobs", type=int, metavar="N", help="reports at a time; as many as processors when left out"
    )
    run = _command(commands, "run", _run, "render any parameterised notebook")
    run.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    run.add_argument(
        "-p", "--parameter", dest="parameters", nargs=2, metavar=("NAME", "VALUE"), action="append"
    )
    told = _command(commands, "parameters", _parameters, "say what a notebook may be asked")
    told.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    told.add_argument("--schema", action="store_true", help="print the JSON Schema only, for programs")
    for command in (report, reports, run):
        command.add_argument(
            "--format", nargs="+", action="extend", metavar="FORMAT", help="html pdf docx pptx xlsx"
        )
        command.add_argument("--output", type=Path, metavar="DIR", help="write below DIR and nowhere else")
        command.add_argument(
            "--cold", action="store_true", help="start an ordinary kernel; slower, the same bytes"
        )
    verify = _command(commands, "verify", _verify, "render a report again and compare every byte")
    verify.add_argument(
        "folder", metavar="REPORT_FOLDER", type=Path, help="the folder that holds manifest.json"
    )
    linting = _command(commands, "lint", _lint, "look for what is wrong in notebooks and their texts")
    linting.add_argument(
        "notebooks", metavar="NOTEBOOK", nargs="*", type=Path, help="or a folder; all when left out"
    )
    _command(commands, "lessons", _lessons, "build the lessons from their sources")


def _data_commands(commands: argparse._SubParsersAction) -> None:
    importing = _command(commands, "import", _import, "recognise platform exports and say what was read")
    importing.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    importing.add_argument("--client", metavar="CLIENT", help="copy the files into this client's folder")
    importing.add_argument("--dry-run", action="store_true", help="write nothing")
    importing.add_argument(
        "--columns",
        metavar="FILE",
        type=Path,
        help="columns.yml: which heading is which column of an unknown file",
    )
    importing.add_argument("--year", metavar="YEAR", type=int, help="year of dates printed without one")
    order = importing.add_mutually_exclusive_group()
    order.add_argument(
        "--dayfirst", dest="dayfirst", action="store_true", default=None, help="03/06 is 3 June"
    )
    order.add_argument("--monthfirst", dest="dayfirst", action="store_false", help="03/06 is March 6")
    check = _command(commands, "check-survey", _check_survey, "list every problem of a survey file")
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument(
        "--codebook", type=Path, metavar="FILE", help="the bundled questionnaire when left out"
    )
    check.add_argument("--scaffold", action="store_true", help="print a draft codebook for the file instead")
    check.add_argument(
        "--problems", type=Path, metavar="FILE.csv", help="write the list of problems here too"
    )
    check.add_argument(
        "--sheet", default="0", metavar="SHEET", help="sheet of a workbook, by name or place from 0"
    )
    simulate = _command(commands, "simulate", _simulate, "write the simulated sample and its known truth")
    simulate.add_argument("--output", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--firms", type=int, default=2400, metavar="N")
    simulate.add_argument("--seed", type=int, default=20260101, metavar="N")
    data = _command(commands, "data", _data, "list the data sets, or fetch one from its publisher")
    data.add_argument("action", choices=["list", "fetch"])
    data.add_argument("name", metavar="NAME", nargs="?")


def _command(
    commands: argparse._SubParsersAction, name: str, run: object, help: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
    command.set_defaults(command=run)
    return command


if __name__ == "__main__":
    sys.exit(main())
