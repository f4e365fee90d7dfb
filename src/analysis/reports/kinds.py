"""What may a parameter be? Its annotation read as a kind, and what kinds accept: values, and text as it is typed."""

from __future__ import annotations

import ast
import json
import numbers
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from analysis.catalog import project_root
from analysis.errors import ParameterError

__all__ = ["Kind", "annotated", "convert", "kind_of", "literal"]

PLAIN = ("int", "float", "bool", "str", "date", "Path")
INFINITE = float("inf")
TRUE, FALSE = ("true", "yes", "1", "oui"), ("false", "no", "0", "non")
WHOLE = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SAID = {
    "int": "a whole number",
    "float": "a number such as 0.95",
    "bool": "true or false",
    "str": "text",
    "date": "a date such as 2025-10-01",
    "Path": "the path of a file or folder",
}
SCHEMAS = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "Path": {"type": "string", "pattern": r"\S"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What values a parameter takes.

    Parameters
    ----------
    name : str
        `int`, `float`, `bool`, `str`, `date`, `Path`, `list` or `Literal`.
    choices : tuple
        Allowed values of a `Literal`.
    items : Kind, optional
        What a list holds.
    optional : bool
        Whether `None` is allowed.
    """

    name: str
    choices: tuple[Any, ...] = ()
    items: Kind | None = None
    optional: bool = False

    @property
    def annotation(self) -> str:
        """Write the kind as an annotation: `list[int] | None`."""
        inside = self.items.annotation if self.items else ", ".join(map(repr, self.choices))
        return f"{self.name}{f'[{inside}]' if inside else ''}{' | None' if self.optional else ''}"

    @property
    def allowed(self) -> str:
        """Say in words what may be given."""
        if self.items is not None:
            said = f"values separated by commas, each {self.items.allowed}"
        elif self.choices:
            said = "one of " + ", ".join(map(str, self.choices))
        else:
            said = SAID[self.name]
        return f"{said}, or none" if self.optional else said

    @property
    def schema(self) -> dict[str, Any]:
        """Give the JSON Schema of a value."""
        if self.items is not None:
            schema: dict[str, Any] = {"type": "array", "items": self.items.schema}
        elif self.choices:
            schema = {"enum": list(self.choices)}
        else:
            schema = dict(SCHEMAS[self.name])
        if not self.optional:
            return schema
        return (
            {**schema, "type": [schema["type"], "null"]}
            if "type" in schema
            else {"enum": [*schema["enum"], None]}
        )


def annotated(node: ast.expr, where: str) -> Kind:
    """Read an annotation.

    Parameters
    ----------
    node : ast.expr
        The annotation.
    where : str
        What a message names.

    Returns
    -------
    Kind

    Raises
    ------
    ParameterError
        When it is none of the kinds known.

    Examples
    --------
    >>> kind = annotated(ast.parse("Optional[list[Literal['fr', 'en']]]", mode="eval").body, "trial")
    >>> kind.annotation, kind.allowed
    ("list[Literal['fr', 'en']] | None", 'values separated by commas, each one of fr, en, or none')
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = _unquoted(node, where)
    sides = _sides(node)
    if len(sides) > 1:
        kinds = [side for side in sides if ast.unparse(side) != "None"]
        if len(kinds) != 1 or len(kinds) == len(sides):
            raise _unknown(node, where)
        return replace(annotated(kinds[0], where), optional=True)
    head, inner = (node.value, node.slice) if isinstance(node, ast.Subscript) else (node, None)
    named = ast.unparse(head).split(".")[-1]
    if named == "Optional" and inner is not None:
        return replace(annotated(inner, where), optional=True)
    if named == "Literal" and inner is not None:
        return _choices(inner, where)
    if named in ("list", "List"):
        return _list(annotated(inner, where) if inner is not None else Kind("str"), node, where)
    if named in PLAIN and inner is None:
        return Kind(named)
    raise _unknown(node, where)


def _unquoted(node: ast.Constant, where: str) -> ast.expr:
    try:
        return ast.parse(node.value.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise _unknown(node, where) from None


def _sides(node: ast.expr) -> list[ast.expr]:
    """Take a union apart: `int | None` or `Union[int, None]`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_sides(node.left), *_sides(node.right)]
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "Union":
        return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    return [node]


def _choices(inner: ast.expr, where: str) -> Kind:
    values = [literal(value, where) for value in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
    told = tuple(value for value in values if value is not None)
    if odd := [v for v in told if not isinstance(v, str | int | float) or v in (INFINITE, -INFINITE)]:
        raise ParameterError(f"{where}: Literal[…] holds text, numbers, True and False, not {odd[0]!r}.")
    if not told:
        raise _unknown(inner, where)
    return Kind("Literal", told, optional=len(told) < len(values))


def _list(items: Kind, node: ast.expr, where: str) -> Kind:
    if items.name == "list" or items.optional:
        raise _unknown(node, where)
    return Kind("list", items=items)


def _unknown(node: ast.expr, where: str) -> ParameterError:
    return ParameterError(
        f"{where}: its type {ast.unparse(node)} is not one of {', '.join(PLAIN)}, list[…], Literal[…], "
        "or one of these with | None."
    )


def literal(node: ast.expr, where: str) -> Any:
    """Evaluate a literal, `date(2025, 10, 1)` or `Path("…")`, and nothing else.

    Parameters
    ----------
    node : ast.expr
        The expression.
    where : str
        What a message names.

    Returns
    -------
    object

    Raises
    ------
    ParameterError
        When it is anything else.

    Examples
    --------
    >>> literal(ast.parse("[date(2025, 10, 1), -3]", mode="eval").body, "trial")
    [datetime.date(2025, 10, 1), -3]
    """
    try:
        if isinstance(node, ast.List | ast.Tuple):
            return [literal(item, where) for item in node.elts]
        if isinstance(node, ast.Call) and not node.keywords:
            arguments = [literal(argument, where) for argument in node.args]
            return {"date": date, "Path": Path}[ast.unparse(node.func).split(".")[-1]](*arguments)
        return ast.literal_eval(node)
    except (ValueError, TypeError, KeyError):
        raise ParameterError(f"{where} must be a plain value, not {ast.unparse(node)}.") from None


def kind_of(value: Any, where: str) -> Kind:
    """Tell the kind of a value whose line has no annotation.

    Parameters
    ----------
    value : object
        The default.
    where : str
        What a message names.

    Returns
    -------
    Kind

    Raises
    ------
    ParameterError
        When it is of no kind known.

    Examples
    --------
    >>> kind_of([1, 2], "trial").annotation
    'list[int]'
    """
    if isinstance(value, list):
        kinds = [kind_of(item, where) for item in value] or [Kind("str")]
        widest = [kind for kind in kinds if kind.name == "float"] if kinds[0].name == "int" else []
        return Kind("list", items=(widest or kinds)[0])
    if value is None:
        return Kind("str", optional=True)
    for name, holds in (("bool", bool), ("int", int), ("float", float), ("str", str), ("date", date)):
        if isinstance(value, holds):
            return Kind(name)
    if isinstance(value, Path):
        return Kind("Path")
    raise ParameterError(f"{where} is a {type(value).__name__}, which no parameter can be.")


def convert(kind: Kind, value: Any, *, typed: bool = True) -> Any:
    """Turn a value, or text as typed on a command line, into what a kind holds.

    Parameters
    ----------
    kind : Kind
        What is wanted.
    value : object
        What was given; NumPy scalars and tuples count as what they hold.
    typed : bool
        Whether text stands for other kinds, as it does on a command line.

    Returns
    -------
    object

    Raises
    ------
    ValueError, TypeError
        When the value is not of that kind. `True` is no whole number, `1e3` neither; a date has no time of day.

    Examples
    --------
    >>> convert(Kind("list", items=Kind("int")), "2024, 2025")
    [2024, 2025]
    >>> convert(Kind("int"), "1e3")
    Traceback (most recent call last):
    ...
    ValueError: 1e3
    """
    value = value.item() if type(value).__module__ == "numpy" and not hasattr(value, "__len__") else value
    if kind.optional and (value is None or (typed and isinstance(value, str) and value.lower() == "none")):
        return None
    if isinstance(value, str) and not typed and kind.name not in ("str", "Literal"):
        raise TypeError(value)
    if kind.items is not None:
        return [convert(kind.items, item, typed=typed) for item in _items(value)]
    return _chosen(kind.choices, value, typed) if kind.choices else CONVERTED[kind.name](value)


def _items(value: Any) -> list[Any]:
    """Take a list apart: text by its commas, or as JSON where an item holds a comma itself."""
    if not isinstance(value, str):
        if isinstance(value, list | tuple) or type(value).__module__ == "numpy":
            return list(value)
        raise TypeError(value)
    if value.lstrip().startswith("["):
        try:
            return list(json.loads(value))
        except RecursionError:
            raise ValueError(value) from None
    return [part.strip() for part in value.split(",")] if value.strip() else []


def _chosen(choices: tuple[Any, ...], value: Any, typed: bool) -> Any:
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    for choice in choices if typed and isinstance(value, str) else ():
        if value == str(choice) or (isinstance(choice, bool) and value.lower() == str(choice).lower()):
            return choice
    raise ValueError(value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in TRUE + FALSE:
        return value.lower() in TRUE
    raise ValueError(value)


def _str(value: Any) -> str:
    """Take text that a file can hold; numbers are not text."""
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode("utf-8")
    return str(value)


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | numbers.Integral):
        raise TypeError(value)
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise ValueError(value)
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | numbers.Real):
        raise TypeError(value)
    if isinstance(value, str) and not DECIMAL.fullmatch(value):
        raise ValueError(value)
    number = float(value)
    if number != number or abs(number) == float("inf"):
        raise ValueError(value)
    return number


def _date(value: Any) -> date:
    """Take a day, or a moment at midnight: a time of day would be lost."""
    if isinstance(value, datetime):
        if value != value or (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            raise ValueError(value)
        return value.date()
    if isinstance(value, str) and not DAY.fullmatch(value):
        raise ValueError(value)
    return value if isinstance(value, date) else date.fromisoformat(value)


def _path(value: Any) -> Path:
    """Name a file of the caller's folder from the project's root, where notebooks run; else keep it as given."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError(value)
    try:
        path = Path(_str(str(value))).expanduser()
        root, full = project_root(), path.resolve()
        there = full.exists()
    except (OSError, RuntimeError):
        raise ValueError(value) from None
    if there and Path.cwd().resolve() != root.resolve():
        return Path(os.path.relpath(full, root.resolve()))
    return path


CONVERTED: Mapping[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "str": _str,
    "int": _int,
    "float": _float,
    "date": _date,
    "Path": _path,
}
