"""What a notebook may be asked: its annotated parameters cell, read and checked before any kernel starts."""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.catalog import project_root
from analysis.errors import ParameterError, did_you_mean

__all__ = ["Parameter", "check", "injected_source", "parameters", "parameters_table"]

KINDS = ("int", "float", "bool", "str", "date", "list", "Literal", "Path")
TRUE, FALSE = ("true", "yes", "1", "oui"), ("false", "no", "0", "non")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        `int`, `float`, `bool`, `str`, `date`, `list`, `Literal` or `Path`.
    default : object
        Value when none is given.
    help : str
        The comment on its line.
    choices : tuple
        Allowed values of a `Literal`.
    items : str
        Kind of a list's items.
    optional : bool
        Whether `None` is allowed.
    """

    name: str
    kind: str
    default: Any
    help: str = ""
    choices: tuple[Any, ...] = ()
    items: str = "str"
    optional: bool = False

    @property
    def allowed(self) -> str:
        """Say in words what may be given."""
        said = {
            "int": "a whole number",
            "float": "a number",
            "bool": "true or false",
            "str": "text",
            "date": "a date such as 2025-10-01",
            "list": "values separated by commas",
            "Path": "the path of a file",
            "Literal": "one of " + ", ".join(map(str, self.choices)),
        }[self.kind]
        return f"{said}, or none" if self.optional else said


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
        When a line is not an assignment of a plain value, or its annotation is not one of the kinds known.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...         "source": 'period: str = "2025-Q4"  # quarter to report on'}
    >>> parameters({"cells": [cell]}, "report.ipynb")[0].help
    'quarter to report on'
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in cell.get("metadata", {}).get("tags", []):
            return tuple(_read(cell["source"], name))
    return ()


def _read(source: str, name: str) -> Any:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(f"{name}: the parameters cell is not Python (line {error.lineno}).") from None
    comments = _comments(source)
    for line in body:
        if isinstance(line, ast.Import | ast.ImportFrom):
            continue
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
            yield _parameter(
                line.target.id, line.annotation, line.value, comments.get(line.end_lineno, ""), name
            )
        elif (
            isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)
        ):
            yield _parameter(line.targets[0].id, None, line.value, comments.get(line.end_lineno, ""), name)
        elif not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)):
            raise ParameterError(
                f"{name}: line {line.lineno} of the parameters cell is not a parameter. "
                'Write only lines such as: period: str = "2025-Q4"  # quarter to report on'
            )


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _parameter(
    name: str, annotation: ast.expr | None, value: ast.expr, help: str, notebook: str
) -> Parameter:
    default = _value(value, f'{notebook}: the default of parameter "{name}"')
    if annotation is None:
        return Parameter(name, _kind_of(default), default, help, optional=default is None)
    kind, choices, items, optional = _annotated(annotation, f'{notebook}: parameter "{name}"')
    parameter = Parameter(name, kind, default, help, choices, items, optional or default is None)
    if default is not None:
        default = _converted(parameter, default, notebook)
    return Parameter(name, kind, default, help, choices, items, parameter.optional)


def _value(node: ast.expr, where: str) -> Any:
    """Evaluate a literal, `date(2025, 10, 1)` or `Path("…")`, and nothing else."""
    if isinstance(node, ast.Call) and not node.keywords:
        called = ast.unparse(node.func).split(".")[-1]
        arguments = [_value(argument, where) for argument in node.args]
        if called == "date" and len(arguments) == 3:
            return date(*arguments)
        if called == "Path":
            return Path(*arguments)
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ParameterError(f"{where} must be a plain value, not {ast.unparse(node)}.") from None


def _kind_of(value: Any) -> str:
    for kind, type_ in (("bool", bool), ("int", int), ("float", float), ("date", date), ("Path", Path)):
        if isinstance(value, type_):
            return kind
    return "list" if isinstance(value, list | tuple) else "str"


def _annotated(node: ast.expr, where: str) -> tuple[str, tuple[Any, ...], str, bool]:
    """Read an annotation: its kind, its choices, its items, whether None is allowed."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if ast.unparse(side) != "None"]
        if len(sides) == 1:
            return (*_annotated(sides[0], where)[:3], True)
    head, inner = node, None
    if isinstance(node, ast.Subscript):
        head, inner = node.value, node.slice
    named = ast.unparse(head).split(".")[-1]
    if named == "Optional" and inner is not None:
        return (*_annotated(inner, where)[:3], True)
    if named == "Literal" and inner is not None:
        values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return "Literal", tuple(_value(value, where) for value in values), "str", False
    named = {"List": "list"}.get(named, named)
    if named not in KINDS or named == "Literal":
        raise ParameterError(
            f"{where}: its type {ast.unparse(node)} is not one of {', '.join(KINDS)}, Optional[…]."
        )
    return named, (), ast.unparse(inner) if inner is not None else "str", False


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
        For an unknown name, a value of the wrong kind or one outside the choices.

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
                f'{name} has no parameter "{given}".{did_you_mean(given, known)} '
                f"Parameters: {', '.join(known) or 'none'}."
            )
    return {given: _converted(known[given], value, name) for given, value in values.items()}


def _converted(parameter: Parameter, value: Any, notebook: str) -> Any:
    empty = value is None or (isinstance(value, str) and value.lower() == "none")
    if empty and parameter.optional:
        return None
    try:
        return _convert(parameter, value)
    except (TypeError, ValueError):
        near = did_you_mean(str(value), map(str, parameter.choices))
        raise ParameterError(
            f'{notebook}: parameter "{parameter.name}" was given {value!r}; '
            f"allowed is {parameter.allowed}.{near}"
        ) from None


def _convert(parameter: Parameter, value: Any) -> Any:
    match parameter.kind:
        case "Literal":
            return next(choice for choice in _chosen(parameter.choices, value))
        case "list":
            parts = value.split(",") if isinstance(value, str) else list(value)
            single = Parameter(parameter.name, parameter.items, None)
            return [_convert(single, part.strip() if isinstance(part, str) else part) for part in parts]
        case "Path":
            return _path(value)
        case "date":
            return _date(value)
    return _simple(parameter.kind, value)


def _chosen(choices: tuple[Any, ...], value: Any) -> list[Any]:
    found = [choice for choice in choices if choice == value or str(choice) == str(value)]
    if not found:
        raise ValueError(value)
    return found


def _simple(kind: str, value: Any) -> Any:
    """Convert text, and refuse what only happens to be convertible."""
    if kind == "bool":
        if isinstance(value, str) and value.lower() in TRUE + FALSE:
            return value.lower() in TRUE
        if isinstance(value, bool):
            return value
    elif kind == "str" and isinstance(value, str):
        return value
    elif kind == "int" and not isinstance(value, bool) and re.fullmatch(r"[+-]?\d+", str(value)):
        return int(value)
    elif kind == "float" and not isinstance(value, bool):
        number = float(value)
        if number == number and abs(number) != float("inf"):
            return number
    raise ValueError(value)


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value if type(value) is date else value.date()
    return date.fromisoformat(str(value))


def _path(value: Any) -> Path:
    """Name a file from the project's root, where notebooks run, when it lies under the caller's folder."""
    path = Path(value).expanduser()
    root = project_root()
    if not path.is_absolute() and (root / path).exists():
        return path
    full = path.resolve()
    return Path(os.path.relpath(full, root)) if full.exists() else path


def parameters_table(notebook: Mapping[str, Any], name: str) -> pd.DataFrame:
    """Show the parameters of a notebook.

    Parameters
    ----------
    notebook : mapping
        The notebook.
    name : str
        Its file name, for messages.

    Returns
    -------
    pandas.DataFrame
        Columns `parameter`, `kind`, `default`, `allowed`, `help`.

    Raises
    ------
    ParameterError
        When the cell cannot be read.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "draws: int = 1000"}
    >>> parameters_table({"cells": [cell]}, "report.ipynb")["allowed"].item()
    'a whole number'
    """
    rows = [
        (parameter.name, parameter.kind, parameter.default, parameter.allowed, parameter.help)
        for parameter in parameters(notebook, name)
    ]
    return pd.DataFrame(rows, columns=["parameter", "kind", "default", "allowed", "help"])


def injected_source(values: Mapping[str, Any]) -> str:
    """Write checked values as the lines of a cell a person can read.

    Parameters
    ----------
    values : mapping
        Parameter name to value.

    Returns
    -------
    str
        Python source, accents kept as they are.

    Examples
    --------
    >>> print(injected_source({"client": "Été", "start": date(2025, 10, 1)}))
    # Parameters
    from datetime import date
    client = 'Été'
    start = date(2025, 10, 1)
    """
    lines = ["# Parameters"]
    flat = [item for value in values.values() for item in (value if isinstance(value, list) else [value])]
    if any(isinstance(item, date) for item in flat):
        lines.append("from datetime import date")
    if any(isinstance(item, Path) for item in flat):
        lines.append("from pathlib import Path")
    lines += [f"{name} = {_source(value)}" for name, value in values.items()]
    return "\n".join(lines)


def _source(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_source, value))}]"
    if isinstance(value, Path):
        return f"Path({value.as_posix()!r})"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    return repr(value)
