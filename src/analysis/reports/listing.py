"""What may a notebook be asked, at a glance? Its parameters as a table to read and as a JSON Schema for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.reports.parameters import Parameter, parameters, written

__all__ = ["described", "parameters_schema", "parameters_table"]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


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
        Columns `parameter`, `kind` (its annotation), `default` (as Python writes it), `allowed`, `help`.

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
        (
            parameter.name,
            "secret" if parameter.secret else parameter.kind.annotation,
            "" if parameter.secret else written(parameter.default),
            parameter.kind.allowed,
            parameter.help,
        )
        for parameter in parameters(notebook, name)
    ]
    return pd.DataFrame(rows, columns=["parameter", "kind", "default", "allowed", "help"], dtype="str")


def described(table: pd.DataFrame, name: str) -> str:
    """Set the table of parameters as lines for a terminal.

    Parameters
    ----------
    table : pandas.DataFrame
        From `parameters_table`.
    name : str
        File name of the notebook.

    Returns
    -------
    str
        Each parameter with its annotation and default, as in the notebook, then what it is and what it takes.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "draws: int = 1000  # how many"}
    >>> print(described(parameters_table({"cells": [cell]}, "report.ipynb"), "report.ipynb"))
    report.ipynb
      draws  int = 1000
             how many: a whole number
    """
    if table.empty:
        return f"{name} has no parameters."
    width = table["parameter"].str.len().max() + 4
    lines = [name]
    for row in table.to_dict("records"):
        shown = f"{row['kind']} = {row['default']}" if row["default"] else row["kind"]
        told = ": ".join(filter(None, (row["help"], row["allowed"])))
        lines += [f"  {row['parameter']}".ljust(width) + shown, " " * width + told]
    return "\n".join(lines)


def parameters_schema(notebook: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Describe the parameters of a notebook for a program: a form, an editor, another tool.

    Parameters
    ----------
    notebook : mapping
        The notebook.
    name : str
        Its file name: the schema's title.

    Returns
    -------
    dict
        A JSON Schema, draft 2020-12. Secrets are `writeOnly` and have no default.

    Raises
    ------
    ParameterError
        When the cell cannot be read.

    Notes
    -----
    The schema speaks of JSON values: a date is text such as `2025-10-01`, a list is a list.

    References
    ----------
    JSON Schema, draft 2020-12, https://json-schema.org/draft/2020-12

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "draws: int = 1000  # how many"}
    >>> parameters_schema({"cells": [cell]}, "report.ipynb")["properties"]
    {'draws': {'type': 'integer', 'description': 'how many', 'default': 1000}}
    """
    known = parameters(notebook, name)
    return {
        "$schema": DRAFT,
        "title": name,
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in known},
        "additionalProperties": False,
    }


def _property(parameter: Parameter) -> dict[str, Any]:
    told = {"description": parameter.help} if parameter.help else {}
    end = {"writeOnly": True} if parameter.secret else {"default": _json(parameter.default)}
    return {**parameter.kind.schema, **told, **end}


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    return value.isoformat() if isinstance(value, date) else value
