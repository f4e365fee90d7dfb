"""What a notebook may be asked: its annotated parameters cell, read and checked before any kernel starts.

A parameter whose comment opens with `secret:` is a secret (`token: str = ""  # secret: key of the service`): its value
goes to the kernel through its environment, and into nothing that is written (see `analysis.reports.running.secrecy`).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from analysis.catalog import project_root
from analysis.errors import ParameterError, did_you_mean
from analysis.reports.kinds import Kind, annotated, convert, kind_of, literal
from analysis.reports.running.secrecy import HIDDEN, SHORTEST, variable

__all__ = [
    "Parameter",
    "check",
    "injected_source",
    "parameters",
    "secret_names",
    "written",
]

WRITTEN = re.compile(r"\bwritten\b")
PRAGMA = re.compile(r"\A(?:noqa|type: ?ignore|fmt:|pylint:|pyright:|ruff:)")
LONGEST = 80
SECRET = re.compile(r"\A\s*secret\b\s*[:—–]?\s*|\s*[(\[]\s*secret\s*[)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : str
        Its name.
    kind : Kind
        What values it takes.
    default : object
        Value when none is given.
    help : str
        The comment at the end of its line, or right above it.
    secret : bool
        Whether its value must stay out of everything written.
    """

    name: str
    kind: Kind
    default: Any
    help: str = ""
    secret: bool = False


def parameters(notebook: Mapping[str, Any], name: str) -> tuple[Parameter, ...]:
    """Read the cell tagged `parameters`, without running it.

    Parameters
    ----------
    notebook : mapping
        The notebook (nbformat 4).
    name : str
        Its file name, for messages.

    Returns
    -------
    tuple of Parameter
        In the order of the cell; empty when no cell has the tag.

    Raises
    ------
    ParameterError
        When a line is not an assignment of a plain value, its annotation is not one of the kinds known, its
        default is of another kind, or a second cell has the tag: it would set again what was given.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...         "source": 'period: str = "2025-Q4"  # quarter to report on'}
    >>> parameters({"cells": [cell]}, "report.ipynb")[0].help
    'quarter to report on'
    """
    tagged = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "parameters" in cell.get("metadata", {}).get("tags", [])
    ]
    if len(tagged) > 1:
        raise ParameterError(f"{name}: {len(tagged)} cells are tagged parameters: join them into one.")
    return tuple(_read("".join(tagged[0]["source"]), name)) if tagged else ()


def _read(source: str, notebook: str) -> Iterator[Parameter]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise ParameterError(f"{notebook}: the parameters cell is not Python{where}.") from None
    comments, seen = _comments(source), set()
    for line in body:
        if isinstance(line, ast.Import | ast.ImportFrom):
            continue
        named = _assigned(line)
        if named is None:
            if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
                continue
            raise ParameterError(
                f"{notebook}: line {line.lineno} of the parameters cell is not a parameter. "
                'Write only lines such as: period: str = "2025-Q4"  # quarter to report on'
            )
        if named in seen:
            raise ParameterError(f'{notebook}: parameter "{named}" stands twice in the parameters cell.')
        seen.add(named)
        yield _parameter(named, line, _help(line, comments), notebook)


def _assigned(line: ast.stmt) -> str | None:
    """Name what a line gives a value to, if that is one plain name."""
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    plain = isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None and len(targets) == 1
    return targets[0].id if plain and isinstance(targets[0], ast.Name) else None


class Comment(NamedTuple):
    """One line's comment: its words, whether it has the line to itself, and whether it stands away from its start."""

    text: str
    alone: bool
    indented: bool


def _comments(source: str) -> dict[int, Comment]:
    """Give each line's comment, those for programs left out."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = {
        token.start[0]: Comment(
            token.string.lstrip("# ").strip(), token.line[: token.start[1]].strip() == "", token.start[1] > 0
        )
        for token in tokens
        if token.type == tokenize.COMMENT
    }
    return {line: comment for line, comment in found.items() if not PRAGMA.match(comment.text)}


def _help(line: ast.stmt, comments: Mapping[int, Comment]) -> str:
    """Take the comment on the last line of a parameter and on, else on its first, else those right above it."""
    for number in (line.end_lineno, line.lineno):
        if number in comments:
            return " ".join([comments[number].text, *_continued(number, comments)])
    above, number = [], line.lineno - 1
    while number in comments and comments[number].alone and not comments[number].indented:
        above.insert(0, comments[number].text)
        number -= 1
    return " ".join(above)


def _continued(number: int, comments: Mapping[int, Comment]) -> Iterator[str]:
    """Give the comments that go on, indented, below the one at the end of a line."""
    while number + 1 in comments and comments[number + 1].alone and comments[number + 1].indented:
        number += 1
        yield comments[number].text


def _parameter(name: str, line: Any, help: str, notebook: str) -> Parameter:
    where = f'{notebook}: the default of parameter "{name}"'
    default = literal(line.value, where)
    annotation = getattr(line, "annotation", None)
    named = f'{notebook}: parameter "{name}"'
    bare = annotation is None or (default and ast.unparse(annotation) in ("list", "List"))
    kind = kind_of(default, where) if bare else annotated(annotation, named)
    secret = SECRET.search(help)
    if secret is not None:
        _check_secret(name, kind, default, notebook)
    try:
        value = convert(kind, default, typed=False)
    except (TypeError, ValueError):
        raise ParameterError(
            f"{where} is {_short(repr(default))}, not {kind.allowed}. Annotation: {kind.annotation}."
        ) from None
    return Parameter(name, kind, value, SECRET.sub("", help), secret is not None)


def _check_secret(name: str, kind: Kind, default: Any, notebook: str) -> None:
    if kind.name != "str" or default:
        raise ParameterError(
            f'{notebook}: parameter "{name}" is secret, so it must be text and its default empty: '
            f'{name}: str = ""  # secret: …'
        )


def check(notebook: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check values given for a notebook, and turn command-line text into the kinds its cell declares.

    Parameters
    ----------
    notebook : mapping
        The notebook.
    name : str
        Its file name, for messages.
    values : mapping
        Parameter name to value; text is converted (`"2025-10-01"` to a date, `"a,b"` to a list).

    Returns
    -------
    dict
        The values given, converted.

    Raises
    ------
    ParameterError
        For an unknown name, a value of the wrong kind or one outside the choices. A secret value is not repeated.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "draws: int = 1000"}
    >>> check({"cells": [cell]}, "report.ipynb", {"draws": "200"})
    {'draws': 200}
    """
    known = {parameter.name: parameter for parameter in parameters(notebook, name)}
    for given in values:
        if given not in known:
            raise ParameterError(
                f'{name} has no parameter "{given}".{did_you_mean(str(given), known)} '
                f"Parameters: {', '.join(known) or 'none'}."
            )
    return {given: _converted(known[given], value, name) for given, value in values.items()}


def _converted(parameter: Parameter, value: Any, notebook: str) -> Any:
    try:
        found = convert(parameter.kind, value)
    except (TypeError, ValueError):
        shown = HIDDEN if parameter.secret else _short(repr(value))
        near = "" if parameter.secret else _near(parameter.kind, value)
        raise ParameterError(
            f'{notebook}: parameter "{parameter.name}" was given {shown}; '
            f"allowed is {parameter.kind.allowed}.{near}"
        ) from None
    if parameter.secret and found and len(found.strip()) < SHORTEST:
        raise ParameterError(
            f'{notebook}: parameter "{parameter.name}" is secret and was given fewer than {SHORTEST} characters: '
            "too few to be told from other text, and so to be kept out of the report."
        )
    for path in found if isinstance(found, list) else [found]:
        if isinstance(path, Path):
            _check_there(parameter, path, notebook)
    return found


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def _near(kind: Kind, value: Any) -> str:
    """Name the choice that was probably meant, for a list that of its first item which is none."""
    choices = [str(choice) for choice in (kind.items or kind).choices]
    given = str(value).strip("[] ").split(",") if kind.items else [str(value)]
    wrong = [item.strip(" \"'") for item in given if item.strip(" \"'") not in choices]
    return did_you_mean(wrong[0][:LONGEST], choices) if wrong else ""


def _check_there(parameter: Parameter, path: Path, notebook: str) -> None:
    """Refuse a file that is to be read and is not there; one whose help says it is written need not be."""
    if WRITTEN.search(parameter.help) or path.exists() or (project_root() / path).exists():
        return
    raise ParameterError(
        f'{notebook}: parameter "{parameter.name}" names {path.name}, and there is no such file or folder. '
        "Check its name and folder: it is looked for from here, then from the project's folder."
    )


def secret_names(notebook: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Name the parameters of a notebook whose values must stay out of everything written.

    Parameters
    ----------
    notebook : mapping
        The notebook.
    name : str
        Its file name, for messages.

    Returns
    -------
    tuple of str

    Raises
    ------
    ParameterError
        When the cell cannot be read.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 'key: str = ""  # secret: key'}
    >>> secret_names({"cells": [cell]}, "report.ipynb")
    ('key',)
    """
    return tuple(parameter.name for parameter in parameters(notebook, name) if parameter.secret)


def injected_source(values: Mapping[str, Any], secrets: Collection[str] = ()) -> str:
    """Write checked values as the lines of a cell a person can read.

    Parameters
    ----------
    values : mapping
        Parameter name to value.
    secrets : collection of str
        Parameters whose value the kernel finds in its environment.

    Returns
    -------
    str
        Python source, accents kept as they are; empty when there is nothing to set.

    Examples
    --------
    >>> print(injected_source({"client": "Été", "start": date(2025, 10, 1)}, ["token"]))
    # Parameters
    from datetime import date
    from os import environ
    client = 'Été'
    start = date(2025, 10, 1)
    token = environ['ANALYSIS_SECRET_TOKEN']
    """
    if not values and not secrets:
        return ""
    flat = [item for value in values.values() for item in (value if isinstance(value, list) else [value])]
    needed = {
        "date": ("datetime", any(isinstance(item, date) for item in flat)),
        "environ": ("os", bool(secrets)),
        "Path": ("pathlib", any(isinstance(item, Path) for item in flat)),
    }
    called = {name: f"{name}_" if name in values or name in secrets else name for name in needed}
    lines = [
        f"from {module} import {name}{f' as {name}_' if called[name] != name else ''}"
        for name, (module, wanted) in needed.items()
        if wanted
    ]
    lines += [f"{name} = {written(value, called)}" for name, value in values.items()]
    lines += [f"{name} = {called['environ']}[{variable(name)!r}]" for name in secrets]
    return "\n".join(["# Parameters", *lines])


def written(value: Any, called: Mapping[str, str] | None = None) -> str:
    """Write a parameter's value as Python.

    Parameters
    ----------
    value : object
        What a parameter may hold.
    called : mapping, optional
        What `date` and `Path` are called there, where a parameter bears their name.

    Returns
    -------
    str

    Examples
    --------
    >>> written([Path("a/b.csv")]), written(date(2025, 10, 1))
    ("[Path('a/b.csv')]", 'date(2025, 10, 1)')
    """
    called = called or {}
    if isinstance(value, list):
        return f"[{', '.join(written(item, called) for item in value)}]"
    if isinstance(value, Path):
        return f"{called.get('Path', 'Path')}({value.as_posix()!r})"
    if isinstance(value, date):
        return f"{called.get('date', 'date')}({value.year}, {value.month}, {value.day})"
    return repr(value)
